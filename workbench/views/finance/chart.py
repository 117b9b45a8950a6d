"""Lines over periods, drawn by hand: pointed at they tell their figures, and they go out as a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.finance.words import NOTHING

TONES = ("accent", "partial", "traced", "computed", "unproven")
"""Colours of the lines in turn; every line has a sign of its own too."""
_SIGNS = "●■▲◆✕"
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_DOT = 10.0


@dataclass(frozen=True, slots=True)
class Series:
    """A line: values by period, None where there is none. ``said`` words a value."""

    name: str
    values: tuple[Decimal | None, ...]
    said: Callable[[Decimal], str]


def ticks(low: Decimal, high: Decimal, most: int = 5) -> list[Decimal]:
    """Round figures that cover a span, at most about ``most`` of them."""
    if low == high:
        low, high = min(low, Decimal(0)), max(high, Decimal(0)) if high else Decimal(1)
    rough = (high - low) / most
    power = Decimal(10) ** rough.adjusted()
    step = next(power * s for s in _STEPS if power * s >= rough)
    first = (low / step).to_integral_value(rounding="ROUND_FLOOR") * step
    found = [first]
    while found[-1] < high:
        found.append(found[-1] + step)
    return found


def sparkline(painter: QPainter, room: QRectF, values: Sequence[Decimal | None], tone: str) -> None:
    """A small line of a few values, its last point marked; nothing for fewer than two."""
    known = [(n, float(v)) for n, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return
    low, high = min(v for _, v in known), max(v for _, v in known)
    # A move of a fifth takes the whole height: less must not look like a fall.
    span = max(high - low, max(abs(high), abs(low)) / 5) or 1.0
    low -= (span - (high - low)) / 2
    across = room.width() / max(len(values) - 1, 1)
    points = [QPointF(room.left() + n * across, room.bottom() - (v - low) / span * room.height()) for n, v in known]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(getattr(theme.current(), tone)), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setBrush(QColor(getattr(theme.current(), tone)))
    painter.drawEllipse(points[-1], 2.5, 2.5)


class TrendChart(QWidget):
    """Several lines over the same periods. ← and → or the mouse choose a period; ``period_chosen`` with its number."""

    period_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._periods: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._ticks: list[Decimal] = []
        self.at: int | None = None
        self.setMinimumSize(theme.space(60), theme.space(48))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.on_change(self, self.update)
        self.show_series("", (), ())

    def show_series(self, title: str, periods: Sequence[str], series: Sequence[Series]) -> None:
        """Draw other lines; periods oldest first."""
        self._title, self._periods, self._series = title, tuple(periods), tuple(series[: len(TONES)])
        known = [v for s in self._series for v in s.values if v is not None]
        self._ticks = ticks(min(*known, Decimal(0)), max(*known, Decimal(0))) if known else []
        self.at = None
        self.setAccessibleName(tr("finance_pane.chart", title=title))
        self.setAccessibleDescription(self.told())
        self.update()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self._ticks

    def told(self, at: int | None = None) -> str:
        """The figures of one period, or of all, in words."""
        periods = range(len(self._periods)) if at is None else (at,)
        said = []
        for number in periods:
            figures = tr("finance_pane.joiner").join(
                f"{s.name} {NOTHING if (v := s.values[number]) is None else s.said(v)}" for s in self._series
            )
            said.append(f"{self._periods[number]}: {figures}")
        return "\n".join(said)

    def choose(self, at: int | None) -> None:
        """Mark a period and tell its figures."""
        if at == self.at or (at is not None and not 0 <= at < len(self._periods)):
            return
        self.at = at
        self.setToolTip("")
        self.setAccessibleDescription(self.told(at))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        if at is not None:
            self.period_chosen.emit(at)
        self.update()

    def picture(self, scale: float = 2.0) -> QImage:
        """The chart as a picture on its own ground."""
        image = QImage(self.size() * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(QColor(theme.current().panel))
        painter = QPainter(image)
        painter.setFont(self.font())
        self._draw(painter)
        painter.end()
        return image

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The nearest period is told."""
        self.choose(self._near(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is told any more."""
        if not self.hasFocus():
            self.choose(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard begins at the newest period."""
        super().focusInEvent(event)
        if self.at is None and self._periods:
            self.choose(len(self._periods) - 1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """← → Home End."""
        last = len(self._periods) - 1
        here = last if self.at is None else self.at
        to = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        if key in to:
            self.choose(max(0, min(last, to[key])) if last >= 0 else None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw, and a frame where the keyboard is."""
        painter = QPainter(self)
        self._draw(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QColor(theme.current().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _field(self) -> QRectF:
        widest = max((self.fontMetrics().horizontalAdvance(self._said(t)) for t in self._ticks), default=0)
        line = self.fontMetrics().height()
        left, top = widest + theme.space(4), 2 * line + theme.space(4)
        return QRectF(left, top, self.width() - left - theme.space(8), self.height() - top - line - theme.space(4))

    def _said(self, value: Decimal) -> str:
        return self._series[0].said(value) if self._series else str(value)

    def _x(self, field: QRectF, number: int) -> float:
        return field.left() + field.width() * (number + 0.5) / max(len(self._periods), 1)

    def _y(self, field: QRectF, value: Decimal) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        return field.bottom() - float((value - low) / (high - low)) * field.height()

    def _near(self, x: float) -> int | None:
        field = self._field()
        if not self._periods or field.width() <= 0:
            return None
        return max(0, min(len(self._periods) - 1, int((x - field.left()) / field.width() * len(self._periods))))

    def _draw(self, painter: QPainter) -> None:
        colours = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.empty:
            painter.setPen(QColor(colours.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("finance_pane.no_chart"))
            return
        field = self._field()
        self._draw_axes(painter, field)
        for number, series in enumerate(self._series):
            self._draw_line(painter, field, series, number)
        self._draw_legend(painter)
        if self.at is not None:
            self._draw_told(painter, field, self.at)

    def _draw_axes(self, painter: QPainter, field: QRectF) -> None:
        colours = theme.current()
        line = self.fontMetrics().height()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for tick in self._ticks:
            y = self._y(field, tick)
            painter.setPen(QColor(colours.line_strong if not tick else colours.line))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(colours.muted))
            room = QRectF(0, y - line / 2, field.left() - theme.space(2), line)
            painter.drawText(room, right, self._said(tick))
        for number, period in enumerate(self._periods):
            room = QRectF(self._x(field, number) - 60, field.bottom() + theme.space(1), 120, line)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignHCenter), period)

    def _draw_line(self, painter: QPainter, field: QRectF, series: Series, number: int) -> None:
        colour = getattr(theme.current(), TONES[number])
        points = [QPointF(self._x(field, n), self._y(field, v)) for n, v in enumerate(series.values) if v is not None]
        painter.setPen(QPen(QColor(colour), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        for point in points:
            room = QRectF(point.x() - _DOT, point.y() - _DOT, 2 * _DOT, 2 * _DOT)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), _SIGNS[number])

    def _draw_legend(self, painter: QPainter) -> None:
        x, line = float(theme.space(3)), self.fontMetrics().height()
        for number, series in enumerate(self._series):
            words = f"{_SIGNS[number]} {series.name}"
            painter.setPen(QColor(getattr(theme.current(), TONES[number])))
            painter.drawText(QPointF(x, line), words)
            x += self.fontMetrics().horizontalAdvance(words) + theme.space(5)

    def _draw_told(self, painter: QPainter, field: QRectF, at: int) -> None:
        colours = theme.current()
        x = self._x(field, at)
        painter.setPen(QPen(QColor(colours.line_strong), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        lines = [self._periods[at]]
        lines += [
            f"{_SIGNS[n]} {s.name}  {NOTHING if (v := s.values[at]) is None else s.said(v)}"
            for n, s in enumerate(self._series)
        ]
        height = self.fontMetrics().height()
        width = max(self.fontMetrics().horizontalAdvance(words) for words in lines) + theme.space(4)
        left = x + theme.space(3) if x + width + theme.space(3) < self.width() else x - width - theme.space(3)
        box = QRectF(max(0.0, left), field.top(), width, height * len(lines) + theme.space(3))
        painter.setPen(QColor(colours.line_strong))
        painter.setBrush(QColor(colours.panel))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(colours.ink))
        for number, words in enumerate(lines):
            room = QRectF(box.left() + theme.space(2), box.top() + theme.space(1.5) + number * height, width, height)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
