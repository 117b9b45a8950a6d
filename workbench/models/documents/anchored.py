"""From an anchor back to words: what a document says at a place."""

from collections.abc import Iterator
from itertools import pairwise

from workbench.models.documents.document import Block, CellPlace, Document, PageLine, Run, TextPlace, WordPlace
from workbench.models.evidence import Anchor, PageSpan, SheetSpan, Span, TextSpan, WordSpan

_SLACK = 0.2
"""How far a box may be off, in points: edges are kept to a twentieth, boxes to a hundredth."""


def words_of(document: Document, anchor: Anchor) -> str:
    """The characters an anchor's spans cover, block by block parted by line feeds; empty where none is there.

    A range of cells gives every cell in it that the document has.
    """
    said = []
    for block in document.blocks:
        covered = sorted({at for run in block.runs for span in anchor.spans for at in _covered(run, span)})
        if covered:
            said.append(_text(block, covered))
    return "\n".join(said)


def _covered(run: Run, span: Span) -> Iterator[int]:
    """The positions in the block's text that lie in the span."""
    place = run.place
    match span, place:
        case PageSpan(page, boxes), PageLine(on, top, bottom, edges) if page == on:
            middle = (top + bottom) / 2
            inside = [b for b in boxes if b[1] - _SLACK <= middle <= b[3] + _SLACK]
            for k, (left, right) in enumerate(pairwise(edges)):
                x = (left + right) / 2
                if any(min(b[0], b[2]) - _SLACK <= x <= max(b[0], b[2]) + _SLACK for b in inside):
                    yield run.start + k
        case SheetSpan(sheet, cells), CellPlace(of, cell) if sheet == of and _in_range(cell, cells):
            yield from range(run.start, run.end)
        case WordSpan(start, end), WordPlace(offset) if _same_word_place(span, place):
            yield from _part(run, start - offset, end - offset)
        case TextSpan(line, start, end, part), TextPlace(on, offset, of) if (line, part) == (on, of):
            yield from _part(run, start - offset, end - offset)


def _same_word_place(span: WordSpan, place: WordPlace) -> bool:
    here = (place.paragraph, place.table, place.row, place.column)
    return (span.paragraph, span.table, span.row, span.column) == here


def _part(run: Run, start: int, end: int) -> range:
    return range(run.start + max(0, start), min(run.end, run.start + max(0, end)))


def _text(block: Block, covered: list[int]) -> str:
    """The covered characters, with the joints between them that stand nowhere."""
    placed = [(run.start, run.end) for run in block.runs]
    parts = [block.text[covered[0]]]
    for before, at in pairwise(covered):
        if not any(start < at and end > before + 1 for start, end in placed):
            parts.append(block.text[before + 1 : at])
        parts.append(block.text[at])
    return "".join(parts)


def _in_range(cell: str, cells: str) -> bool:
    first, _, last = cells.partition(":")
    if not last:
        return cell == first
    (row, column), (top, left), (bottom, right) = _place(cell), _place(first), _place(last)
    return top <= row <= bottom and left <= column <= right


def _place(cell: str) -> tuple[int, int]:
    """Row and column of ``C12``, from 1."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(cell[len(letters) :] or 0), column
