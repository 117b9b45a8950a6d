"""Risks and what they lead to as drawn: a box with a stripe of its stage, an arrow from cause to effect."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from workbench.models.extracting.risk_chain import RiskLink, RiskNode
from workbench.views import theme
from workbench.views.relations.items import PartyItem

WIDTH = 148.0
_LINES = 2
_STRIPE, _ROUND, _ARROW = 4.0, 6.0, 7.0
_TONES = {
    "source": "muted",
    "industry": "computed",
    "operations": "traced",
    "earnings": "accent",
    "liquidity": "partial_ink",
    "repayment": "unproven",
}


def tone_of(stage: str) -> str:
    """The colour of a stage, by its name in the palette."""
    return _TONES.get(stage, "line_strong")


def lines_of(name: str, width: float, metrics: QFontMetricsF) -> tuple[str, ...]:
    """A name on at most two lines of a width, what is too much left out in the middle."""
    if metrics.horizontalAdvance(name) <= width:
        return (name,)
    whole = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width * _LINES - metrics.averageCharWidth() * 2)
    cut = next((n for n in range(len(whole), 0, -1) if metrics.horizontalAdvance(whole[:n]) <= width), 1)
    blank = whole.rfind(" ", 0, cut + 1)
    cut = blank + 1 if blank > 0 else cut
    return whole[:cut].strip(), metrics.elidedText(whole[cut:].strip(), Qt.TextElideMode.ElideRight, width)


class RiskItem(PartyItem):
    """A cause or consequence; ``here`` has the keyboard, ``lit`` is an end of the chosen link."""

    def __init__(self, node: RiskNode, tip: str) -> None:
        super().__init__(node.name, ringed=False)
        self.node = node
        self.name = node.id
        self.lit = False
        self.setToolTip(tip)
        metrics = QFontMetricsF(self._font)
        self._lines = lines_of(node.name, WIDTH - theme.space(5), metrics)
        height = metrics.height() * len(self._lines) + theme.space(3)
        self._rect = QRectF(-WIDTH / 2, -height / 2, WIDTH, height)

    @property
    def lines(self) -> tuple[str, ...]:
        """The name as drawn."""
        return self._lines

    @property
    def begin(self) -> QPointF:
        """Where arrows come in, in the scene."""
        return self.pos() + QPointF(self._rect.left(), 0)

    @property
    def end(self) -> QPointF:
        """Where arrows go out, in the scene."""
        return self.pos() + QPointF(self._rect.right(), 0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The box, its stripe, its name; framed where it has the keyboard or is an end of what is chosen."""
        colours = theme.current()
        tone = QColor(getattr(colours, tone_of(self.node.stage)))
        shape = QPainterPath()
        shape.addRoundedRect(self._rect, _ROUND, _ROUND)
        painter.fillPath(shape, QColor(colours.accent_soft if self.lit else colours.panel))
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(QRectF(self._rect.left(), self._rect.top(), _STRIPE, self._rect.height()), tone)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent if self.lit else colours.line_strong), 1.5 if self.lit else 1.0))
        painter.drawPath(shape)
        if self.here:
            painter.setPen(QPen(QColor(colours.accent), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self._rect.adjusted(-3, -3, 3, 3), _ROUND + 2, _ROUND + 2)
        painter.setFont(self._font)
        painter.setPen(QColor(colours.ink))
        inner = self._rect.adjusted(_STRIPE + theme.space(1), 0, -theme.space(1), 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, "\n".join(self._lines))


class LinkItem(QGraphicsItem):
    """An arrow from a cause to an effect: dashed where it may happen, broader where several sentences say so."""

    def __init__(self, link: RiskLink, cause: RiskItem, effect: RiskItem, tip: str) -> None:
        super().__init__()
        self.link = link
        self.chosen = False
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(1)
        start, end = cause.end, effect.begin
        self._path = QPainterPath(start)
        if end.x() > start.x():
            bend = max(24.0, (end.x() - start.x()) / 2)
            first, last = start + QPointF(bend, 0), end - QPointF(bend, 0)
        else:
            # A way back goes round below both boxes.
            below = max(cause.size[1], effect.size[1]) * 1.6
            first, last = start + QPointF(40, below), end + QPointF(-40, below)
        self._path.cubicTo(first, last, end)
        angle = math.atan2(end.y() - last.y(), end.x() - last.x())
        wings = [end - QPointF(math.cos(angle + turn), math.sin(angle + turn)) * _ARROW for turn in (0.45, -0.45)]
        self._arrow = QPolygonF([end, *wings])

    def boundingRect(self) -> QRectF:  # noqa: N802 Qt's name
        """Line and arrow."""
        return self._path.boundingRect().united(self._arrow.boundingRect()).adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """Where a click hits: a band along the line."""
        stroker = QPainterPathStroker()
        stroker.setWidth(10)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The arrow."""
        colours = theme.current()
        colour = QColor(colours.accent if self.chosen else colours.muted)
        width = min(3.0, 0.8 + 0.5 * len(self.link.citations)) + (1.2 if self.chosen else 0.0)
        style = Qt.PenStyle.DashLine if self.link.possible else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, width, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(self._arrow)
