"""Tables of a Word document: cells with their spans, a table in a cell as text of the cell."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from workbench.models.documents.office import attribute, child, local
from workbench.models.documents.word_text import Words, is_deleted_row, words_of

_WIDEST = 200
_DEEPEST = 40
_HOLDERS = {"tbl", "tr", "tc", "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}


@dataclass(slots=True)
class GridCell:
    """A cell; a cell merged over several stands once, at its top left. Rows and columns from 0."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    words: list[tuple[int, Words]] = field(default_factory=list)
    """The words of its paragraphs, with the character of ``text`` each begins at."""


def grid_of(table: etree._Element) -> list[GridCell]:
    """The cells of a table, row by row."""
    cells: list[GridCell] = []
    above: dict[int, GridCell] = {}
    for row, line in enumerate(_items(table, "tr")):
        column = min(_number(child(child(line, "trPr"), "gridBefore"), 0), _WIDEST)
        for cell in _items(line, "tc"):
            properties = child(cell, "tcPr")
            span = min(max(_number(child(properties, "gridSpan"), 1), 1), _WIDEST)
            merge = child(properties, "vMerge")
            if merge is not None and attribute(merge, "val") in ("", "continue") and column in above:
                above[column].row_span = row - above[column].row + 1
            else:
                above[column] = _cell(cell, row, column, span)
                cells.append(above[column])
            column += span
    return cells


def _items(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls and insertions."""
    for item in parent:
        if local(item) == name:
            if name != "tr" or not is_deleted_row(item):
                yield item
        elif local(item) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _items(item, name)


def _number(item: etree._Element | None, default: int) -> int:
    value = attribute(item, "val")
    return int(value) if value.isdigit() and len(value) < 9 else default


def _cell(cell: etree._Element, row: int, column: int, span: int) -> GridCell:
    """The paragraphs of a cell joined by line feeds, those of tables and text boxes in it where they stand."""
    found = GridCell(row, column, "", 1, span)
    parts: list[str] = []
    length = 0
    for words in _paragraphs(cell, 0):
        text = words.text
        if not text.strip() and not words.changes:
            continue
        if parts:
            length += 1
        found.words.append((length, words))
        parts.append(text)
        length += len(text)
    found.text = "\n".join(parts)
    return found


def _paragraphs(parent: etree._Element, depth: int) -> Iterator[Words]:
    for item in parent:
        kind = local(item)
        if kind == "p":
            words = words_of(item)
            yield words
            for box in words.boxes:
                yield from _paragraphs(box, depth + 1)
        elif kind in _HOLDERS and depth < _DEEPEST and not (kind == "tr" and is_deleted_row(item)):
            yield from _paragraphs(item, depth + 1)
