"""A place of a document as a picture, for a report or a mail: what stands there, marked, and below it where it is from.

Pages give the strip the words stand in, over the page's whole width; text gives its paragraphs or rows, a
workbook its cells with their letters and numbers. Work for a job.
"""

import math
from collections.abc import Iterator
from html import escape
from itertools import groupby, product

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QTextDocument, QTransform

from workbench.jobs import JobContext
from workbench.models.evidence import Anchor, SheetSpan
from workbench.views import theme
from workbench.views.evidence_list.wording import where
from workbench.views.source.grid import Grid
from workbench.views.source.loading import Loaded, boxes_of, draw
from workbench.views.source.places import Stretch, cell_range
from workbench.views.source.printing import STYLE, Marks, block_html, draw_marks, rows_html
from workbench.views.source.turning import turned_box, turned_size

_WIDE = 1600
"""Pixels across a page."""
_SHARP = 2
"""Pixels a point of set text."""
_TEXT_WIDE = 640
_MOST_PAGES, _MOST_ROWS, _MOST_COLUMNS, _WIDEST, _MOST_HIGH = 3, 40, 12, 24, 6_000
_AIR = 1.0
"""White above and below the words, in heights of their lines."""
_MARGIN = 24


def snapshot(loaded: Loaded, anchor: Anchor, job: JobContext, turn: int = 0) -> QImage:
    """The picture of an anchor's place in any format; a very long place is cut after a few pages or rows.

    ``turn``: by how many quarters pages are turned clockwise. Raises DamagedDocument where a page can't be
    drawn, Cancelled.
    """
    if loaded.pages:
        parts = list(_strips(loaded, anchor, turn, job))
    elif any(isinstance(span, SheetSpan) for span in anchor.spans):
        parts = [_set(_cells_html(loaded, anchor))]
    else:
        parts = [_set(_text_html(loaded, loaded.finder.stretches(anchor)))]
    job.check()
    return _mounted(parts, f"{loaded.name} · {where(anchor)}")


def _strips(loaded: Loaded, anchor: Anchor, turn: int, job: JobContext) -> Iterator[QImage]:
    boxes = boxes_of(anchor)
    for page in sorted(page for page, held in boxes.items() if held)[:_MOST_PAGES]:
        job.check()
        size = loaded.pages[page - 1]
        wide = max(turned_size(size, turn).width, 1.0)
        picture = draw(loaded, page, _WIDE / wide).transformed(QTransform().rotate(90 * turn))
        scale = picture.width() / wide
        shown = [turned_box(box, size, turn) for box in boxes[page]]
        draw_marks(picture, scale, Marks(cited={page: shown}), page)
        air = _AIR * max(y1 - y0 for _, y0, _, y1 in shown)
        top = math.floor((min(box[1] for box in shown) - air) * scale)
        bottom = math.ceil((max(box[3] for box in shown) + air) * scale)
        yield picture.copy(QRect(0, top, picture.width(), bottom - top).intersected(picture.rect()))


def _text_html(loaded: Loaded, stretches: list[Stretch]) -> str:
    """The blocks of the stretches; of a table its head and the rows the stretches stand in."""
    parts = []
    for number, held in groupby(stretches, key=lambda s: s.block):
        block = loaded.document.blocks[number]
        places = [(s.start, s.end) for s in held]
        cells = [c for c in block.cells if any(start < c.end and c.start < end for start, end in places)]
        rows = {0, *sorted({c.row for c in cells})[:_MOST_ROWS]} if block.cells else None
        parts.append(block_html(block, [(*place, theme.LIGHT.highlight) for place in places], rows))
    return "".join(parts)


def _cells_html(loaded: Loaded, anchor: Anchor) -> str:
    """Sheet by sheet the cells with those beside them on their rows, and the row above that names the columns."""
    marked: dict[str, set[tuple[int, int]]] = {}
    for span in anchor.spans:
        if isinstance(span, SheetSpan):
            top, left, bottom, right = cell_range(span.cells)
            cells = product(range(top, min(bottom, top + _MOST_ROWS) + 1), range(left, min(right, left + _WIDEST) + 1))
            marked.setdefault(span.sheet, set()).update(cells)
    return "".join(_grid_html(grid, frozenset(marked[grid.name])) for grid in loaded.grids if marked.get(grid.name))


def _grid_html(grid: Grid, marked: frozenset[tuple[int, int]]) -> str:
    rows = sorted({row for row, _ in marked})[:_MOST_ROWS]
    left, right = min(column for _, column in marked), max(column for _, column in marked)
    first = 0 if right < _MOST_COLUMNS else left
    last = min(max(right, first + _MOST_COLUMNS - 1), grid.column_count - 1, first + _WIDEST)
    table = rows_html(grid, marked, [*_heads(grid, rows[0]), *rows], range(first, last + 1))
    return f"<p class='m'>{escape(grid.name)}</p>{table}"


def _heads(grid: Grid, above: int) -> list[int]:
    """The first row of several cells above a row, which most often names the columns."""
    found = next((row for row in sorted(grid.rows) if len(grid.rows[row]) > 1), above)
    return [found] if found < above else []


def _set(html: str) -> QImage:
    """Text set on white, as wide as a column of a report."""
    document = QTextDocument()
    document.setDefaultFont(QFont())
    document.setDocumentMargin(_MARGIN / _SHARP)
    document.setHtml(f"<html><head><style>{STYLE}</style></head><body>{html}</body></html>")
    document.setTextWidth(_TEXT_WIDE)
    high = min(math.ceil(document.size().height()) * _SHARP, _MOST_HIGH)
    image = QImage(_TEXT_WIDE * _SHARP, max(high, 1), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(_SHARP, _SHARP)
    document.drawContents(painter)
    painter.end()
    return image


def _mounted(parts: list[QImage], source: str) -> QImage:
    """The parts one below the other, a line under them, and where they are from."""
    font = QFont()
    font.setPixelSize(11 * _SHARP)
    line = QFontMetrics(font).height() + _MARGIN
    width = max((part.width() for part in parts), default=_TEXT_WIDE)
    high = min(sum(part.height() for part in parts), _MOST_HIGH)
    image = QImage(width, high + line, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    at = 0
    for part in parts:
        painter.drawImage(0, at, part)
        at += part.height()
    painter.fillRect(0, high, width, line, Qt.GlobalColor.white)
    painter.fillRect(_MARGIN, high, width - 2 * _MARGIN, 1, QColor(theme.LIGHT.line_strong))
    painter.setFont(font)
    painter.setPen(QColor(theme.LIGHT.muted))
    room = QRect(_MARGIN, high + 1, width - 2 * _MARGIN, line - 1)
    said = painter.fontMetrics().elidedText(source, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
    painter.end()
    return image
