"""A figure over time, a line a contestant; pointing at a mark, or the arrow keys, tell its value."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from workbench.i18n import tr
from workbench.models.measuring import TIMES, Measurement
from workbench.models.measuring.telling import figure_name, figure_words, who
from workbench.views.shortcuts import named
from workbench.views.theme import TextSize, current, on_change, size, space

_REACH = 12
_MARKS = 4
_LINES = 4
"""More lines than marks of a shape could not be told apart."""
_STEPS = 4
_LEAST_HEIGHT = 45


@dataclass(frozen=True, slots=True)
class Mark:
    """A value as drawn; ``line`` counts contestants from 0."""

    place: QPointF
    line: int
    words: str


class Chart(QWidget):
    """Shows one figure of measurements of one suite. ``marks`` are in the order of time."""

    def __init__(self) -> None:
        super().__init__()
        named(self, tr("quality.chart"))
        self.setMinimumHeight(space(_LEAST_HEIGHT))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._measurements: list[Measurement] = []
        self._figure = "f1"
        self._at = -1
        on_change(self, self.update)

    def show_figure(self, measurements: Sequence[Measurement], figure: str) -> None:
        """Draw a figure of these; those without it are left out, and all but the contestants measured last."""
        having = sorted((m for m in measurements if figure in m.figures), key=lambda m: m.at)
        latest = list(dict.fromkeys(m.key for m in reversed(having)))[:_LINES]
        self._measurements = [m for m in having if m.key in latest]
        self._figure = figure
        self._at = -1
        self.setAccessibleDescription("; ".join(self._words(m) for m in self._measurements))
        self.update()

    @property
    def marks(self) -> list[Mark]:
        """Every value with its place."""
        box, top = self._box(), self._top()
        lines = self._lines()
        step = box.width() / max(1, len(self._measurements))
        return [
            Mark(
                QPointF(box.left() + step * (n + 0.5), box.bottom() - box.height() * self._value(m) / top),
                lines.index(m.key),
                self._words(m),
            )
            for n, m in enumerate(self._measurements)
        ]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 Qt's name
        """Tell the value under the mouse."""
        where = event.position()
        near = [n for n, mark in enumerate(self.marks) if (mark.place - where).manhattanLength() <= _REACH]
        self._choose(near[0] if near else -1, event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """The arrows go from value to value."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self._measurements:
            super().keyPressEvent(event)
            return
        at = max(0, min(len(self._measurements) - 1, self._at + step))
        self._choose(at, self.mapToGlobal(self.marks[at].place.toPoint()))

    @property
    def told(self) -> str:
        """The words of the value pointed at."""
        return self._words(self._measurements[self._at]) if self._at >= 0 else ""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 Qt's name
        """Grid, lines, marks, names."""
        colours, painter = current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(size(TextSize.SMALL))
        painter.setFont(font)
        if not self._measurements:
            painter.setPen(QColor(colours.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("quality.chart_empty"))
            return
        self._draw_grid(painter)
        marks = self.marks
        for line, key in enumerate(self._lines()):
            colour = QColor(_colour(line))
            own = [(n, mark) for n, mark in enumerate(marks) if mark.line == line]
            painter.setPen(QPen(colour, 2))
            for (_, one), (_, other) in pairwise(own):
                painter.drawLine(one.place, other.place)
            for n, mark in own:
                _draw_mark(painter, mark.place, line, colour, 6 if n == self._at else 4)
            self._draw_name(painter, line, next(who(m) for m in self._measurements if m.key == key))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_grid(self, painter: QPainter) -> None:
        colours, box, top = current(), self._box(), self._top()
        for step in range(_STEPS + 1):
            y = box.bottom() - box.height() * step / _STEPS
            painter.setPen(QColor(colours.line))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(colours.muted))
            told = QRectF(0, y - space(2), box.left() - space(2), space(4))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(told, flags, figure_words(self._figure, top * step / _STEPS))

    def _draw_name(self, painter: QPainter, line: int, words: str) -> None:
        box = self._box()
        y = box.bottom() + space(4) + line * space(5)
        _draw_mark(painter, QPointF(box.left() + space(1.5), y + space(2)), line, QColor(_colour(line)), 4)
        painter.setPen(QColor(current().ink))
        wide = int(box.width() - space(5))
        told = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, wide)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(QRectF(box.left() + space(5), y, wide, space(4)), flags, told)

    def _box(self) -> QRectF:
        below = space(6) + space(5) * len(self._lines())
        return QRectF(space(18), space(4), max(1, self.width() - space(24)), max(1, self.height() - space(4) - below))

    def _lines(self) -> list[tuple[str, ...]]:
        return list(dict.fromkeys(m.key for m in self._measurements))

    def _value(self, measurement: Measurement) -> float:
        return measurement.figures[self._figure].value

    def _top(self) -> float:
        largest = max((self._value(m) for m in self._measurements), default=1.0)
        return 1.0 if self._figure not in TIMES else max(1.0, largest * 1.1)

    def _words(self, measurement: Measurement) -> str:
        figure = measurement.figures[self._figure]
        told = f"{figure_name(self._figure)} {figure_words(self._figure, figure.value)}"
        at = measurement.at[:16].replace("T", " ")
        return tr("quality.mark", figure=told, count=figure.count, who=who(measurement), at=at)

    def _choose(self, at: int, where: QPoint) -> None:
        if at != self._at:
            self._at = at
            self.update()
        if at >= 0:
            named(self, tr("quality.chart"), self.told)
            QToolTip.showText(where, self.told, self)


def _colour(line: int) -> str:
    colours = current()
    return (colours.accent, colours.partial_ink, colours.traced, colours.computed, colours.unproven)[line % 5]


def _draw_mark(painter: QPainter, place: QPointF, line: int, colour: QColor, half: float) -> None:
    """A shape of its own for each line: colour alone tells nobody who can't see it."""
    painter.setPen(QPen(colour, 2))
    painter.setBrush(colour if line % _MARKS < 2 else Qt.BrushStyle.NoBrush)
    if line % 2 == 0:
        painter.drawEllipse(place, half, half)
    else:
        painter.drawRect(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half))
