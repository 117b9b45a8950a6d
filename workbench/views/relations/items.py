"""Parties and ties as drawn: a box with a name, an arrow with what it is and what it is worth."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from workbench.models.relations import Relation
from workbench.views import theme
from workbench.views.relations.words import kind_name, sentence_of, short, worth_of

LETTERS = 12
_ARROW = 8.0
_BEND = 38.0
_LABEL_STEP = 0.1
_LABEL_OFF = (0.0, -1.0, 1.0, -1.8, 1.8, -2.6, 2.6)
_LABEL_PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_TONES = {
    "holding": "accent",
    "control": "accent",
    "parent": "accent",
    "role": "muted",
    "guarantee": "partial_ink",
    "loan": "computed",
    "related": "traced",
}


def tone_of(kind: str) -> str:
    """The colour of a kind, by its name in the palette."""
    return _TONES.get(kind, "muted")


class PartyItem(QGraphicsItem):
    """A party; ``ringed`` stands in a circle, ``centred`` is the one looked at, ``here`` has the keyboard."""

    def __init__(self, name: str, *, ringed: bool) -> None:
        super().__init__()
        self.name = name
        self.ringed = ringed
        self.centred = False
        self.here = False
        self.setToolTip(name)
        self.setZValue(2)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._font = QFont()
        self._font.setPixelSize(theme.size(theme.TextSize.BODY))
        self._text = short(name, LETTERS)
        width = QFontMetricsF(self._font).horizontalAdvance(self._text) + theme.space(6)
        height = theme.space(8)
        self._rect = QRectF(-width / 2, -height / 2, width, height)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box."""
        return self._rect.width(), self._rect.height()

    def boundingRect(self) -> QRectF:  # noqa: N802 Qt's name
        """The box and its frame."""
        return self._rect.adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The box, its frame telling whether it is centred, in a circle, or has the keyboard."""
        colours = theme.current()
        frame = colours.unproven if self.ringed else colours.accent if self.centred else colours.line_strong
        painter.setPen(QPen(QColor(frame), 2.0 if self.ringed or self.centred else 1.0))
        painter.setBrush(QColor(colours.accent_soft if self.centred else colours.panel))
        painter.drawRoundedRect(self._rect, 8, 8)
        if self.here:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self._rect.adjusted(-3, -3, 3, 3), 10, 10)
        painter.setFont(self._font)
        painter.setPen(QColor(colours.ink))
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self._text)

    def edge_towards(self, point: QPointF) -> QPointF:
        """Where a line from the middle to a point leaves the box, in the scene."""
        middle = self.pos()
        dx, dy = point.x() - middle.x(), point.y() - middle.y()
        if not dx and not dy:
            return middle
        across = self._rect.width() / 2 / abs(dx) if dx else math.inf
        along = self._rect.height() / 2 / abs(dy) if dy else math.inf
        share = min(across, along, 1.0)
        return QPointF(middle.x() + dx * share, middle.y() + dy * share)


class TieItem(QGraphicsItem):
    """An arrow between two parties; ``turn`` bends it aside from others between the same two."""

    def __init__(self, relation: Relation, source: PartyItem, target: PartyItem, turn: int, *, ringed: bool) -> None:
        super().__init__()
        self.relation = relation
        self.ringed = ringed
        self.chosen = False
        self.setToolTip(sentence_of(relation))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(1)
        self._font = QFont()
        self._font.setPixelSize(theme.size(theme.TextSize.SMALL))
        worth = worth_of(relation)
        self._label = f"{kind_name(relation.kind)} {short(worth, 14)}".strip()
        self._lay(source, target, turn)

    def _lay(self, source: PartyItem, target: PartyItem, turn: int) -> None:
        a, b = source.pos(), target.pos()
        length = math.hypot(b.x() - a.x(), b.y() - a.y()) or 1.0
        normal = QPointF((a.y() - b.y()) / length, (b.x() - a.x()) / length)
        middle = (a + b) / 2 + normal * (_BEND * turn)
        start, end = source.edge_towards(middle), target.edge_towards(middle)
        self._path = QPainterPath(start)
        self._path.quadTo(middle, end)
        angle = math.atan2(end.y() - middle.y(), end.x() - middle.x())
        wings = [end - QPointF(math.cos(angle + t), math.sin(angle + t)) * _ARROW for t in (0.45, -0.45)]
        self._arrow = QPolygonF([end, *wings])
        metrics = QFontMetricsF(self._font)
        self._room = metrics.horizontalAdvance(self._label) + 8, metrics.height() + 2
        # The labels of arrows between the same two stand beside, not upon one another.
        self._box = self._box_at(min(max(0.5 + _LABEL_STEP * turn, 0.2), 0.8))

    @property
    def label(self) -> QRectF:
        """Where the words stand, in the scene."""
        return QRectF(self._box)

    def clear_label(self, taken: Sequence[QRectF]) -> None:
        """Put the words, along the arrow or just off it, where they lie over least of what is ``taken``."""
        boxes = [self._box]
        boxes += [self._box_at(share, off) for off in _LABEL_OFF for share in _LABEL_PLACES]
        self.prepareGeometryChange()
        self._box = min(boxes, key=lambda box: sum(_common(box, other) for other in taken))

    def _box_at(self, share: float, off: float = 0.0) -> QRectF:
        """The label around a point of the arrow; ``off``: so many of its heights lower."""
        at, (width, height) = self._path.pointAtPercent(share), self._room
        return QRectF(at.x() - width / 2, at.y() - height / 2 + off * height, width, height)

    def boundingRect(self) -> QRectF:  # noqa: N802 Qt's name
        """Arrow and label."""
        return self._path.boundingRect().united(self._arrow.boundingRect()).united(self._box).adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """Where a click hits: the label, and a band along the line."""
        stroker = QPainterPathStroker()
        stroker.setWidth(10)
        hit = stroker.createStroke(self._path)
        hit.addRect(self._box)
        return hit

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The arrow in the colour of its kind, its label on the ground."""
        colours = theme.current()
        colour = QColor(colours.unproven if self.ringed else getattr(colours, tone_of(self.relation.kind)))
        width = 3.0 if self.chosen else 2.0 if self.ringed else 1.2
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(self._arrow)
        painter.setBrush(QColor(colours.accent_soft if self.chosen else colours.ground))
        painter.drawRoundedRect(self._box, 3, 3)
        painter.setFont(self._font)
        painter.setPen(colour)
        painter.drawText(self._box, Qt.AlignmentFlag.AlignCenter, self._label)


def _common(one: QRectF, other: QRectF) -> float:
    """The area two boxes share, a little air around them counted in."""
    shared = one.adjusted(-2, -1, 2, 1) & other
    return shared.width() * shared.height() if shared.isValid() else 0.0
