"""The picture one can walk through: a party in the middle, those it is bound to around it."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsScene, QGraphicsView

from workbench.i18n import tr
from workbench.models.relations import Relation
from workbench.views import theme
from workbench.views.relations.items import PartyItem, TieItem
from workbench.views.walking import is_drag, neighbour, walk, wheel_factor

_ROOM = 74.0
_WIDER = 1.9
"""Names are wide and the pane is wider than high."""
_APART = (48.0, 44.0)
_ROUNDS = 120
_CLOSEST, _FARTHEST = 2.5, 0.15
_EXPORT_SCALE, _EXPORT_EDGE, _EXPORT_MOST = 2.0, 24, 12_000
_KEY, _WHEEL = 1.2, 1.15


class Picture(QGraphicsView):
    """Emits the party to go to and the tie to prove. Arrows move between parties, Enter goes there."""

    party_chosen = Signal(str)
    tie_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._parties: dict[str, PartyItem] = {}
        self._ties: list[TieItem] = []
        self._here = ""
        self._pressed = QPointF()
        self._fitted = True
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAccessibleName(tr("relations.picture_name"))
        for hide in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            hide(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.on_change(self, self._dress)
        self._dress()

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties shown."""
        return tuple(self._parties)

    @property
    def ties(self) -> tuple[TieItem, ...]:
        """The ties shown."""
        return tuple(self._ties)

    @property
    def here(self) -> str:
        """The party the keyboard is at."""
        return self._here

    def show_graph(
        self,
        relations: Sequence[Relation],
        places: Mapping[str, tuple[float, float]],
        centre: str,
        ringed: frozenset[tuple[str, str]],
    ) -> None:
        """Draw parties at their places (-1 to 1) and what binds them; ``ringed`` pairs stand in circles."""
        self.scene().clear()
        self._ties = []
        in_rings = {name for pair in ringed for name in pair}
        self._parties = {name: PartyItem(name, ringed=name in in_rings) for name in places}
        for name, point in _spread(self._parties, places).items():
            self._parties[name].setPos(point)
            self.scene().addItem(self._parties[name])
        self._tie(relations, ringed)
        self._here = centre if centre in self._parties else next(iter(self._parties), "")
        for name, item in self._parties.items():
            item.centred = name == centre
        self.scene().setSceneRect(self.scene().itemsBoundingRect().adjusted(-80, -80, 80, 80))
        self._mark()
        self.fit()

    def choose(self, relation: Relation | None) -> None:
        """Stress a tie."""
        for tie in self._ties:
            tie.chosen = tie.relation == relation
            tie.update()
            if tie.chosen:
                self.ensureVisible(tie.boundingRect(), 20, 20)

    def fit(self) -> None:
        """Show all of it, never larger than life, until it is zoomed by hand."""
        self._fitted = True
        if self._parties and self.viewport().width() > 1:
            self.fitInView(
                self.scene().itemsBoundingRect().adjusted(-20, -20, 20, 20), Qt.AspectRatioMode.KeepAspectRatio
            )
            if self.transform().m11() > 1:
                self.resetTransform()
                self.centerOn(self._parties[self._here])

    def zoom(self, factor: float) -> None:
        """Nearer or farther, within bounds."""
        self._fitted = False
        wanted = self.transform().m11() * factor
        if _FARTHEST <= wanted <= _CLOSEST:
            self.scale(factor, factor)

    def zoom_step(self, *, nearer: bool) -> None:
        """Nearer or farther by one step."""
        self.zoom(_KEY if nearer else 1 / _KEY)

    def step(self, dx: int, dy: int) -> None:
        """To the nearest party that way."""
        here = self._parties.get(self._here)
        if here is None:
            return
        others = ((item, item.pos()) for item in self._parties.values() if item is not here)
        best = neighbour(here.pos(), others, dx, dy)
        if best is not None:
            self._here = best.name
            self._mark()
            self.ensureVisible(best)

    def enter(self) -> bool:
        """Go to the party the keyboard is at."""
        if self._here:
            self.party_chosen.emit(self._here)
        return bool(self._here)

    def drawn(self) -> QImage:
        """The whole picture at twice its size, on the pane's ground."""
        area = self.scene().itemsBoundingRect().adjusted(-_EXPORT_EDGE, -_EXPORT_EDGE, _EXPORT_EDGE, _EXPORT_EDGE)
        scale = min(_EXPORT_SCALE, _EXPORT_MOST / max(area.width(), area.height(), 1.0))
        image = QImage(
            QSize(math.ceil(area.width() * scale), math.ceil(area.height() * scale)), QImage.Format.Format_RGB32
        )
        image.fill(QColor(theme.current().ground))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.scene().render(painter, QRectF(image.rect()), area)
        painter.end()
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """What fitted fits again."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go to the nearest party that way, Enter centres it, plus and minus zoom, 0 fits."""
        if not walk(self, event):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The wheel zooms."""
        if event.angleDelta().y():
            self.zoom(wheel_factor(event, _WHEEL))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remember where a click or a drag begins."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on a party goes there, on a tie proves it; a drag only moves the picture."""
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or is_drag(self._pressed, event.position()):
            return
        item: QGraphicsItem | None = self.itemAt(event.position().toPoint())
        if isinstance(item, PartyItem):
            self.party_chosen.emit(item.name)
        elif isinstance(item, TieItem):
            self.choose(item.relation)
            self.tie_chosen.emit(item.relation)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._mark()

    def _tie(self, relations: Sequence[Relation], ringed: frozenset[tuple[str, str]]) -> None:
        between: Counter[frozenset[str]] = Counter()
        for relation in relations:
            source, target = self._parties.get(relation.source), self._parties.get(relation.target)
            if source is None or target is None:
                continue
            pair = frozenset((relation.source, relation.target))
            number = between[pair]
            between[pair] += 1
            # 0, 1, -1, 2, -2 …; seen from the other end an arrow bends to the other side.
            turn = (number + 1) // 2 * (1 if number % 2 else -1)
            turn = turn if relation.source < relation.target else -turn
            in_ring = relation.kind == "guarantee" and (relation.source, relation.target) in ringed
            tie = TieItem(relation, source, target, turn, ringed=in_ring)
            self.scene().addItem(tie)
            self._ties.append(tie)
        taken = [item.sceneBoundingRect() for item in self._parties.values()]
        for tie in self._ties:
            tie.clear_label(taken)
            taken.append(tie.label)

    def _mark(self) -> None:
        for name, item in self._parties.items():
            item.here = name == self._here and self.hasFocus()
            item.update()
        bound = sum(self._here in (t.relation.source, t.relation.target) for t in self._ties)
        told = tr("relations.here", name=self._here, count=bound) if self._here else ""
        self.setAccessibleDescription(told)

    def _dress(self) -> None:
        self.setBackgroundBrush(QColor(theme.current().ground))
        self.viewport().update()


def _spread(items: Mapping[str, PartyItem], places: Mapping[str, tuple[float, float]]) -> dict[str, QPointF]:
    """Places in the scene where no two boxes lie over each other."""
    room = _ROOM * max(2.6, math.sqrt(len(places)))
    points = {name: QPointF(x * room * _WIDER, y * room) for name, (x, y) in places.items()}
    names = list(points)
    for _ in range(max(20, _ROUNDS * 20 // max(1, len(names)))):
        moved = False
        for i, a in enumerate(names):
            for b in names[i + 1 :]:
                moved |= _push(points, a, b, items)
        if not moved:
            break
    return points


def _push(points: dict[str, QPointF], a: str, b: str, items: Mapping[str, PartyItem]) -> bool:
    """Move two boxes apart along the shorter way where they are too close; whether they were."""
    (wa, ha), (wb, hb) = items[a].size, items[b].size
    way = points[b] - points[a]
    over_x = (wa + wb) / 2 + _APART[0] - abs(way.x())
    over_y = (ha + hb) / 2 + _APART[1] - abs(way.y())
    if over_x <= 0 or over_y <= 0:
        return False
    if over_y <= over_x:
        step = QPointF(0, (over_y / 2 + 0.5) * (1 if way.y() >= 0 else -1))
    else:
        step = QPointF((over_x / 2 + 0.5) * (1 if way.x() >= 0 else -1), 0)
    points[a] -= step
    points[b] += step
    return True
