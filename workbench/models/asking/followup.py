"""A question that leans on the talk so far, made to stand alone: 2019年呢？ after a question about 2020."""

from collections.abc import Sequence

from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.wording import pattern
from workbench.models.evidence.numbers import find_numbers

_AND = pattern("followup", "and")
_PRONOUN = pattern("followup", "pronoun")
_ASKED = pattern("followup", "asked")
_POINTING = pattern("followup", "pointing")
_SPAN = pattern("followup", "span")
_SHORT = 8


def standing_alone(question: str, earlier: Sequence[str]) -> str | None:
    """The question in full where code can say it; itself where it needs nothing; None where a reader has to.

    ``earlier`` are the questions of the talk as they were understood, oldest first.
    """
    if not earlier:
        return question
    if said := _AND.match(question.strip()):
        return _in_place(said[1].strip(), earlier[-1])
    named, talked_of = Inquiry(question).subjects, _last_subject(earlier)
    if talked_of and not named and _PRONOUN.search(question):
        return _PRONOUN.sub(talked_of, question, count=1)
    leaning = _POINTING.search(question) or len(question.strip("？?")) < _SHORT
    return None if leaning and not named else question


def _in_place(said: str, before: str) -> str | None:
    """The question before with its time, its organisation or its noun exchanged for what is said now."""
    dates = [n for n in find_numbers(before) if n.kind == "date"]
    new_dates = [n for n in find_numbers(said) if n.kind == "date"]
    if new_dates and new_dates[0].text.strip("度") == said.rstrip("的度"):
        if not dates:
            return f"{said}{_SPAN.sub('', before, count=1)}"
        return f"{before[: dates[0].start]}{said}{before[dates[0].end :]}"
    named, was = Inquiry(said).subjects, Inquiry(before).subjects
    if named and was and said.endswith(named[0]):
        return before.replace(was[0], named[0])
    asked = _ASKED.match(before)
    return f"{asked['before']}{said}{asked['after']}" if asked and not named else None


def _last_subject(earlier: Sequence[str]) -> str:
    return next((named[0] for question in reversed(earlier) if (named := Inquiry(question).subjects)), "")
