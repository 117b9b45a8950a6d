"""Cells the model reads: it points at words of the passages found in the document; code checks and normalises them."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.inference.api import ChatModel, ChatRequest, Message
from workbench.jobs import JobContext, Priority
from workbench.models.evidence import Status
from workbench.models.evidence.aligning import content
from workbench.models.evidence.numbers import folded
from workbench.models.extracting.cell import Cell
from workbench.models.extracting.checks import check
from workbench.models.extracting.field import Field
from workbench.models.extracting.places import Paper
from workbench.models.extracting.prompts import Prompts, prompts
from workbench.models.extracting.values import Value, read_value

_PASSAGES = 3
_SHORT = 1_200
"""A document of so few characters is shown whole: then all its questions begin alike, and it is read once."""
_LEAST_ABOUT = 0.34
"""Share of the field's words a passage must hold before the model is asked at all."""
_TOKENS = 160
_ABOUT = 0.5
"""Share of the field's words the quote must hold for the cell to be traced rather than partly so."""
_LATE = 2
_ALIKE = 400
"""Prompts that begin alike for so many characters are of the same material."""
_ENDS = ",.。;；:、!！?？…“”\"'"
"""Signs a copied sentence may end with otherwise than the document does."""
_TRACED, _FAINT = 0.7, 0.4
_ASKING = re.compile(
    r"[？?]|是多少|多少|什么|是谁|谁|哪[个家里一]|有没有|是否|如何|what|who|which|when|how much|how many", re.IGNORECASE
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"quote": {"type": "string", "maxLength": 200}, "value": {"type": "string", "maxLength": 120}},
    "required": ["quote", "value"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch ``start:end`` of a block that may hold the answer, and how much of the field's words it holds."""

    block: int
    start: int
    end: int
    about: float


def passages_for(paper: Paper, field: Field) -> tuple[Passage, ...]:
    """The stretches that hold most of the field's words, best first, or all of a short document; or none."""
    sought = [content(_ASKING.sub(" ", words)) for words in (*field.labels, field.asked, field.title) if words]
    sought = [words for words in sought if words]
    if not sought:
        return ()
    found = []
    for block, start, end, held in paper.stretches:
        about = max(len(words & held) / len(words) for words in sought)
        if about >= _LEAST_ABOUT:
            found.append(Passage(block, start, end, about))
    if found and sum(len(block.text) for _, block, _ in paper.blocks) <= _SHORT:
        return tuple(Passage(number, 0, len(block.text), 1.0) for number, block, _ in paper.blocks)
    return tuple(sorted(found, key=lambda p: (-p.about, p.block, p.start))[:_PASSAGES])


def request_for(paper: Paper, field: Field, passages: Sequence[Passage], language: str) -> ChatRequest:
    """What the model is asked: copy the sentence, then the value."""
    words = prompts(language)
    material = "\n\n".join(paper.text(p.block)[p.start : p.end] for p in passages)
    name = field.name.get(language) or field.title
    question = field.question.get(language) or field.asked or name
    asked = words.cell.format(material=material, name=name, question=question)
    messages = (Message("system", words.system), Message("user", asked))
    return ChatRequest(messages, max_tokens=_TOKENS, schema=SCHEMA, priority=Priority.DRAFT)


def ask(chat: ChatModel, requests: Sequence[ChatRequest], job: JobContext) -> Iterator[str]:
    """The answers to several requests: together where their material differs, else one after the other.

    What follows the same material is drafted from it, and its prompt is read once.
    """
    if len({request.messages[-1].text[:_ALIKE] for request in requests}) == 1:
        yield from ("".join(chat.chat(request, job)) for request in requests)
    else:
        yield from (answer.text for answer in chat.chat_many(requests, job))


def cell_from_answer(paper: Paper, field: Field, passages: Sequence[Passage], answer: str, language: str) -> Cell:
    """The cell an answer makes once its quote is found and its value read from the quote; else a missing one."""
    missing = Cell(paper.id, field.id, by="model")
    said = _said(answer, prompts(language))
    place = _placed(paper, passages, said[0]) if said else None
    if said is None or place is None:
        return missing
    block, start, end = place
    quote = paper.text(block)[start:end]
    value, citation = _read(field, quote, said[1]), paper.cite(block, start, end)
    if value is None or citation is None or check(field, value.value) is False:
        return missing
    status, score = (Status.TRACED, _TRACED) if _about(field, quote) >= _ABOUT else (Status.PARTIAL, _FAINT)
    return Cell(paper.id, field.id, value.value, value.unit, "", value.shown, score, status, (citation,), "model")


def _read(field: Field, quote: str, said: str) -> Value | None:
    """The value at the words said; figures may go on beyond them (62 of 62万元), other words may not."""
    place = _within(quote, said)
    if place is None:
        return None
    start, end = place
    words = quote[start:] if field.type in ("amount", "percent") else quote[start:end]
    value = read_value(field, words, label=quote[:start])
    return value if value is not None and value.start <= _LATE else None


def _about(field: Field, quote: str) -> float:
    sought = [content(_ASKING.sub(" ", words)) for words in (*field.labels, field.asked, field.title) if words]
    held = content(quote)
    return max((len(words & held) / len(words) for words in sought if words), default=0.0)


def _said(answer: str, words: Prompts) -> tuple[str, str] | None:
    try:
        found = json.loads(answer)
        quote, value = str(found["quote"]).strip(), str(found["value"]).strip()
    except (ValueError, KeyError, TypeError):
        return None
    if (
        not quote
        or not value
        or value.strip("。.").lower() in (words.absent, "", "null", "n/a")
        or quote == words.absent
    ):
        return None
    return quote, value


def _placed(paper: Paper, passages: Sequence[Passage], quote: str) -> tuple[int, int, int] | None:
    """Where the quoted words stand, blanks and widths aside."""
    wanted = _bare(quote).strip(_ENDS)
    for passage in passages if len(wanted) > 1 else ():
        text = paper.text(passage.block)[passage.start : passage.end]
        places = [i for i, c in enumerate(text) if not c.isspace()]
        at = _bare(text).find(wanted)
        if at >= 0:
            first, last = places[at], places[at + len(wanted) - 1] + 1
            return passage.block, passage.start + first, passage.start + last
    return None


def _within(quote: str, value: str) -> tuple[int, int] | None:
    places = [i for i, c in enumerate(quote) if not c.isspace()]
    wanted = _bare(value)
    at = _bare(quote).find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 and wanted else None


def _bare(text: str) -> str:
    return "".join(c for c in folded(text) if not c.isspace())
