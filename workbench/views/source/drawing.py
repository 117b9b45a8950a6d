"""Pictures of pages: a PDF's own, an image's, or, where a file tells only places and words, the words put there."""

from collections import defaultdict
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from workbench.models.documents.document import Block, BlockKind, Document, PageLine, PageSize
from workbench.models.documents.page_drawing import PageDrawer, Paper
from workbench.views import theme

_MAX_PIXELS = 12_000_000
_LARGEST, _SMALLEST = 28.0, 4.0
_SHRINK = 0.86
_ROUNDED = 2
"""Pixels by which a drawn page may be wider than asked for and is still left as it is."""


class _Words(NamedTuple):
    text: str
    rect: QRectF
    strong: bool
    framed: bool


def draw_page(document: Document, page: int, scale: float, drawer: PageDrawer, paper: Paper | None = None) -> QImage:
    """A page (from 1) at ``72 * scale`` dpi. Work for a job; very large pages are drawn coarser.

    ``paper`` is the file of a PDF or picture; pages of other formats are drawn from their words. Raises
    DocumentError kinds where it can't be drawn.
    """
    size = document.pages[page - 1]
    scale = bounded(size, scale)
    if paper is None:
        return _own_words(document, page, scale)
    drawn = drawer.picture(paper, page, scale)
    image = QImage(drawn.rgb, drawn.width, drawn.height, drawn.width * 3, QImage.Format.Format_RGB888)
    wanted = QSize(max(1, round(size.width * scale)), max(1, round(size.height * scale)))
    if wanted.width() < drawn.width - _ROUNDED:
        image = image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def bounded(size: PageSize, scale: float) -> float:
    """The scale, smaller where the picture would be too large."""
    pixels = size.width * size.height * scale * scale
    return scale if pixels <= _MAX_PIXELS else scale * float((_MAX_PIXELS / pixels) ** 0.5)


def _own_words(document: Document, page: int, scale: float) -> QImage:
    """A white page with the document's words where they stand, tables ruled."""
    size = document.pages[page - 1]
    image = QImage(max(1, round(size.width * scale)), max(1, round(size.height * scale)), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    for block in document.blocks:
        for words in _words_of(block, page, size):
            _write(painter, words)
    painter.end()
    return image


def _words_of(block: Block, page: int, size: PageSize) -> list[_Words]:
    framed = block.kind is BlockKind.TABLE
    found: defaultdict[tuple[float, float, float, float], list[str]] = defaultdict(list)
    for run in block.runs:
        place = run.place
        if isinstance(place, PageLine) and place.page == page:
            left, right = min(place.edges), max(place.edges)
            found[left, place.top, right - left, place.bottom - place.top].append(block.text[run.start : run.end])
    whole = size.width * size.height * 0.9
    return [
        _Words("".join(texts), QRectF(*box), block.kind is BlockKind.HEADING, framed)
        for box, texts in found.items()
        if box[2] * box[3] < whole
    ]


def _write(painter: QPainter, words: _Words) -> None:
    if words.framed:
        painter.setPen(QPen(QColor(theme.LIGHT.line_strong), 0.5))
        painter.drawRect(words.rect)
    painter.setPen(QColor(theme.LIGHT.ink))
    font = QFont(painter.font())
    font.setWeight(QFont.Weight.DemiBold if words.strong else QFont.Weight.Normal)
    room = words.rect.adjusted(1, 0, 1, 2)
    flags = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value
    pixels = min(_LARGEST, max(_SMALLEST, words.rect.height() * 0.8))
    while True:
        font.setPixelSize(max(1, round(pixels)))
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(words.text) <= room.width() * 1.02 and "\n" not in words.text:
            break
        needed = metrics.boundingRect(QRectF(0, 0, room.width(), 1e6), Qt.TextFlag.TextWordWrap.value, words.text)
        if needed.height() <= room.height() and needed.width() <= room.width():
            flags |= Qt.TextFlag.TextWordWrap.value
            break
        if pixels <= _SMALLEST:
            break
        pixels *= _SHRINK
    painter.setFont(font)
    painter.drawText(room, flags, words.text)
