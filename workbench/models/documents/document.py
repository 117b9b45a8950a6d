"""A document as read: blocks in reading order, every character of which has a place.

A block's ``runs`` say where its characters stand. A run covers ``text[start:end]`` and lies in one
place: a line of a page (with the edge of every character), a Word paragraph or cell, a sheet's cell,
a line of a text file. :meth:`Block.anchor` turns any stretch of the text into an anchor.

Places, runs and cells are named tuples: a report has tens of thousands of them, and a frozen dataclass
takes four times as long to make.
"""

from array import array
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from workbench.models.evidence import Anchor, Box, PageSpan, SheetSpan, Span, TextSpan, WordSpan


class BlockKind(StrEnum):
    """What a block is. Headers and footers are kept for the viewer and left out of search."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    FIGURE = "figure"
    HEADER = "header"
    FOOTER = "footer"


class PageLine(NamedTuple):
    """A line of a page. ``edges`` has one x more than the run has characters."""

    page: int
    top: float
    bottom: float
    edges: "array[float]"


class WordPlace(NamedTuple):
    """A stretch of a Word paragraph or of a table's cell, beginning at ``offset`` in it."""

    offset: int
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None


class CellPlace(NamedTuple):
    """A cell of a sheet; a stretch of its text is anchored to the whole cell."""

    sheet: str
    cell: str


class TextPlace(NamedTuple):
    """A stretch of a line (from 1) of a text, beginning at ``offset`` in it."""

    line: int
    offset: int
    part: str | None = None


Place = PageLine | WordPlace | CellPlace | TextPlace


class Run(NamedTuple):
    """Characters ``start`` to ``end`` of the block's text stand in ``place``."""

    start: int
    end: int
    place: Place

    def span(self, start: int, end: int) -> Span:
        """The span of ``text[start:end]``, which must lie in this run."""
        match self.place:
            case PageLine(page, top, bottom, edges):
                box: Box = (edges[start - self.start], top, edges[end - self.start], bottom)
                return PageSpan(page, (box,))
            case WordPlace(offset, paragraph, table, row, column):
                first = offset + start - self.start
                return WordSpan(first, first + end - start, paragraph, table, row, column)
            case CellPlace(sheet, cell):
                return SheetSpan(sheet, cell)
            case TextPlace(line, offset, part):
                first = offset + start - self.start
                return TextSpan(line, first, first + end - start, part)


_KINDS: dict[type, Any] = {PageSpan: "page", WordSpan: "word", SheetSpan: "sheet", TextSpan: "text"}


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Boxes of one page gathered in one span; repeated cells said once."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if isinstance(span, PageSpan) and isinstance(last, PageSpan) and last.page == span.page:
            joined[-1] = PageSpan(last.page, last.boxes + span.boxes)
        elif span != last:
            joined.append(span)
    return tuple(joined)


class Cell(NamedTuple):
    """A cell of a table block: ``text[start:end]`` of the block; rows and columns from 0."""

    row: int
    column: int
    start: int
    end: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list, table, figure, header or footer.

    ``text`` of a table is its rows joined by line feeds, cells by tabs. ``level`` counts headings
    from 1. ``caption`` is a table's or figure's caption; ``unit`` its unit row as printed
    (``单位：万元``), which may also come from the line above. ``source`` is ``ocr`` where the words were
    recognised on a picture, else empty: they are the file's own.
    """

    kind: BlockKind
    text: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    cells: tuple[Cell, ...] = ()
    caption: str = ""
    unit: str = ""
    source: str = ""

    def anchor(self, start: int = 0, end: int | None = None) -> Anchor | None:
        """Where ``text[start:end]`` stands; None where none of it has a place (joints only)."""
        stop = len(self.text) if end is None else end
        spans = [
            run.span(max(start, run.start), min(stop, run.end))
            for run in self.runs
            if run.start < stop and run.end > start
        ]
        return Anchor(_KINDS[type(spans[0])], _joined(spans)) if spans else None

    @property
    def page(self) -> int | None:
        """The page (from 1) the block begins on, where there are pages."""
        place = self.runs[0].place if self.runs else None
        return place.page if isinstance(place, PageLine) else None

    def rows(self) -> list[list[Cell]]:
        """A table's cells by row, each row in column order; empty for other kinds."""
        count = max((c.row for c in self.cells), default=-1) + 1
        table: list[list[Cell]] = [[] for _ in range(count)]
        for cell in self.cells:
            table[cell.row].append(cell)
        return [sorted(row, key=lambda c: c.column) for row in table]


@dataclass(frozen=True, slots=True)
class PageSize:
    """Width and height of a page as shown, in points.

    ``needs_ocr`` says why the page's picture has to be read: ``no_text`` (nothing but pictures),
    ``garbage`` (its characters are not what it shows; its blocks are kept, but left out of search),
    ``mixed`` (readable text beside large pictures); empty where it needn't.
    """

    width: float
    height: float
    needs_ocr: str = ""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of a document's own table of contents. ``page`` from 1, or None."""

    title: str
    level: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document, taken in as a child document."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands beside the final text: a comment, a tracked change or a formula, as kept in the file.

    ``kind`` is ``comment``, ``inserted``, ``deleted``, ``moved`` or ``formula``. Of an insertion ``text`` is
    part of the final text, of a deletion it no longer is. ``place`` is where it belongs, where that is known.
    """

    kind: str
    text: str
    author: str = ""
    date: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. ``partial`` says that some pages or parts could not be read, ``notes`` which.

    ``format`` is the reader's name (``pdf``, ``docx``, ``xlsx``, ``text``, ``markdown``, ``jsonl``);
    ``properties`` hold further facts (author, law, article, date, company) kept as filters.
    """

    title: str
    format: str
    blocks: tuple[Block, ...]
    pages: tuple[PageSize, ...] = ()
    outline: tuple[OutlineItem, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    partial: bool = False
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
