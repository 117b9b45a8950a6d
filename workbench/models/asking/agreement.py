"""Whether a model says the same when it is asked again: several short answers by chance, compared by code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.errors import EngineError
from workbench.inference.api import ChatModel, sampled
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.prompts import Prompts
from workbench.models.asking.run import Run
from workbench.models.asking.wording import pattern
from workbench.models.evidence.aligning import content
from workbench.models.evidence.numbers import Number, agree, find_numbers
from workbench.models.evidence.sentences import without_enumeration

LEAST = 0.6
"""Below this agreement an answer has to be reviewed by a person."""
_CHANCE = 0.7
_LONGEST = 64
"""Tokens of the longest answer that is asked for again; three of them cost a few seconds on two cores."""
_ALIKE = 0.5
_YES_NO = pattern("agreement", "yes_or_no")
_NO = pattern("agreement", "no")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The share of samples that say what was answered, 0 to 1, and what the others say."""

    score: float
    others: tuple[str, ...] = ()


def is_particular(inquiry: Inquiry) -> bool:
    """Whether a question has one right answer: a value, date, thing, or yes or no."""
    return inquiry.wants_amount or inquiry.wants_date or inquiry.wants_thing or yes_or_no(inquiry.question)


def yes_or_no(question: str) -> bool:
    """Whether a question is answered by yes or no."""
    return bool(_YES_NO.search(question.strip()))


def agreement(chat: ChatModel, run: Run, count: int) -> Agreement | None:
    """Ask ``count`` times more in one batch and compare; None for a long answer, or where the model fails.

    Raises Cancelled.
    """
    length = chat.count(run.raw)
    if run.request is None or count < 1 or not run.raw.strip() or length > _LONGEST:
        return None
    longest = min(run.request.max_tokens, 2 * length + 16)
    again = replace(run.request, temperature=_CHANCE, max_tokens=longest, thinking=0)
    try:
        samples = [answered.text.strip() for answered in chat.chat_many(sampled(again, count), run.job)]
    except EngineError:
        return None
    return compared(run.raw, samples, run.inquiry, run.prompts)


def compared(said: str, samples: Sequence[str], inquiry: Inquiry, prompts: Prompts) -> Agreement:
    """The share of ``samples`` that mean the same as ``said``."""
    others = [sample for sample in samples if not _same(said, sample, inquiry, prompts)]
    shown = tuple(dict.fromkeys(" ".join(other.split()) for other in others if other))
    return Agreement(1 - len(others) / len(samples) if samples else 1.0, shown)


def _same(said: str, other: str, inquiry: Inquiry, prompts: Prompts) -> bool:
    if prompts.declined(said) or prompts.declined(other):
        return prompts.declined(said) and prompts.declined(other)
    if yes_or_no(inquiry.question):
        return bool(_NO.search(said)) == bool(_NO.search(other))
    numbers = [_numbers(text, dates=inquiry.wants_date) for text in (said, other)]
    if any(numbers):
        return any(_one_value(a, b) for a in numbers[0] for b in numbers[1])
    a, b = content(said), content(other)
    return not a or not b or len(a & b) >= _ALIKE * min(len(a), len(b))


def _one_value(a: Number, b: Number) -> bool:
    """Whether two numbers say the same; a date agrees with one that is less exact."""
    if "date" in (a.kind, b.kind):
        told = sorted((str(a.value), str(b.value)), key=len)
        return a.kind == b.kind and told[1].startswith(told[0])
    return a.kind == b.kind and agree(a, b)


def _numbers(text: str, *, dates: bool) -> list[Number]:
    found = find_numbers(without_enumeration(text))
    return [n for n in found if (n.kind == "date") == dates]
