"""Cells the model reads: it names words of the stretches found in the document; code finds, checks and reads them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.models.evidence import Status
from workbench.models.evidence.aligning import content
from workbench.models.evidence.numbers import folded
from workbench.models.evidence.sentences import sentence_spans
from workbench.models.extracting.cell import Cell
from workbench.models.extracting.checks import check
from workbench.models.extracting.field import Field
from workbench.models.extracting.places import Paper
from workbench.models.extracting.values import Value, read_value

_PASSAGES = 3
_SHORT = 1_200
"""A document of so few characters is shown whole: then all its questions begin alike, and it is read once."""
_LEAST_ABOUT = 0.34
"""Share of the field's words a passage must hold before the model is asked at all."""
_ABOUT = 0.5
"""Share of the field's words the sentence must hold for the cell to be traced rather than partly so."""
_LATE = 2
_ENDS = ",.。;；:、!！?？…“”\"'"
"""Signs copied words may begin or end with otherwise than the document does."""
_TRACED, _FAINT = 0.7, 0.4
_ASKING = re.compile(
    r"[？?]|是多少|多少|什么|是谁|谁|哪[个家里一]|有没有|是否|如何|what|who|which|when|how much|how many", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch ``start:end`` of a block that may hold the answer, and how much of the field's words it holds."""

    block: int
    start: int
    end: int
    about: float


def passages_for(paper: Paper, field: Field) -> tuple[Passage, ...]:
    """The stretches that hold most of the field's words, best first, or all of a short document; or none."""
    sought = _sought(field)
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


def cell_from_words(paper: Paper, field: Field, passages: Sequence[Passage], said: str) -> Cell:
    """The cell that named words make once the document has them and they read as a value; else a missing one.

    Words that stand in several sentences are taken from the one that is most about the field.
    """
    best: tuple[float, Cell] | None = None
    for block, start, end, first, last in _places(paper, passages, said):
        quote = paper.text(block)[start:end]
        value, citation = _read(field, quote, first - start, last - start), paper.cite(block, start, end)
        if value is None or citation is None or check(field, value.value) is False:
            continue
        about = _about(field, quote)
        if best is None or about > best[0]:
            status, score = (Status.TRACED, _TRACED) if about >= _ABOUT else (Status.PARTIAL, _FAINT)
            shown = (value.value, value.unit, "", value.shown)
            best = about, Cell(paper.id, field.id, *shown, score, status, (citation,), "model")
    return best[1] if best else Cell(paper.id, field.id, by="model")


def _sought(field: Field) -> list[frozenset[str]]:
    words = [content(_ASKING.sub(" ", text)) for text in (*field.labels, field.asked, field.title) if text]
    return [held for held in words if held]


def _about(field: Field, quote: str) -> float:
    held = content(quote)
    return max((len(words & held) / len(words) for words in _sought(field)), default=0.0)


def _read(field: Field, quote: str, start: int, end: int) -> Value | None:
    """The value at the words named; figures may go on beyond them (62 of 62万元), other words may not."""
    words = quote[start:] if field.type in ("amount", "percent") else quote[start:end]
    value = read_value(field, words, label=quote[:start])
    return value if value is not None and value.start <= _LATE else None


def _places(paper: Paper, passages: Sequence[Passage], said: str) -> Iterator[tuple[int, int, int, int, int]]:
    """Where the words stand, blanks and widths aside: block, the sentence's beginning and end, and their own."""
    wanted = _bare(said).strip(_ENDS)
    for passage in passages if len(wanted) > 1 else ():
        text = paper.text(passage.block)
        held = [i for i in range(passage.start, passage.end) if not text[i].isspace()]
        plain = _bare(text[passage.start : passage.end])
        at = plain.find(wanted)
        while at >= 0:
            if not _within_number(plain, at, wanted):
                first, last = held[at], held[at + len(wanted) - 1] + 1
                yield passage.block, *_sentence(text, first, last), first, last
            at = plain.find(wanted, at + 1)


def _within_number(plain: str, at: int, wanted: str) -> bool:
    """Whether words that begin with a figure would begin in the middle of one: 5万元 is not in 15万元."""
    return at > 0 and wanted[0].isdigit() and (plain[at - 1].isdigit() or plain[at - 1] in ".,")


def _sentence(text: str, first: int, last: int) -> tuple[int, int]:
    """The sentence, row or line that words stand in, or the several they run over."""
    spans = [span for span in sentence_spans(text) if span[0] < last and span[1] > first]
    return (spans[0][0], spans[-1][1]) if spans else (first, last)


def _bare(text: str) -> str:
    return "".join(c for c in folded(text) if not c.isspace())
