"""How risk passes on, drawn from left to right: causes first, what the creditor feels last."""

import math

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView

from workbench.i18n import tr
from workbench.models.extracting.risk_chain import RiskChain, RiskLink
from workbench.views import theme
from workbench.views.read.risk_items import WIDTH, LinkItem, RiskItem
from workbench.views.relations.picture import Picture
from workbench.views.walking import is_drag

_ACROSS, _DOWN = WIDTH + 84.0, 64.0
_EDGE = 24
_TOLD = 4
"""Printed phrases in the tip of a box."""


class RiskPicture(Picture):
    """``party_chosen`` tells the node Enter or a click is at, ``link_chosen`` the link clicked."""

    link_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, RiskItem] = {}
        self._links: list[LinkItem] = []
        self.setAccessibleName(tr("read.risk_picture_name"))

    @property
    def links(self) -> tuple[LinkItem, ...]:
        """The arrows shown."""
        return tuple(self._links)

    @property
    def items_by_id(self) -> dict[str, RiskItem]:
        """The boxes shown."""
        return self._items

    def show_chain(self, chain: RiskChain) -> None:
        """Draw a chain; the keyboard begins at the first cause."""
        self.scene().clear()
        self._items, self._links = {}, []
        for node_id, (layer, row) in chain.places().items():
            node = chain.node(node_id)
            item = RiskItem(node, "\n".join((node.name, *(f"“{words}”" for words in node.printed[:_TOLD]))))
            item.setPos(QPointF(layer * _ACROSS, row * _DOWN))
            self._items[node_id] = item
            self.scene().addItem(item)
        for link in chain.links:
            tip = f"{chain.claim(link).text}\n“{' '.join(link.citations[0].quote.split())}”"
            arrow = LinkItem(link, self._items[link.cause], self._items[link.effect], tip)
            self._links.append(arrow)
            self.scene().addItem(arrow)
        self._parties = dict(self._items)
        first = min(self._items.values(), key=lambda item: (item.pos().x(), item.pos().y()), default=None)
        self._here = first.name if first else ""
        self.scene().setSceneRect(self.scene().itemsBoundingRect().adjusted(-80, -80, 80, 80))
        self._mark()
        self.fit()

    def choose_link(self, link: RiskLink | None) -> None:
        """Stress a link and its ends."""
        for item in self._items.values():
            item.lit = link is not None and item.name in (link.cause, link.effect)
            item.update()
        for arrow in self._links:
            arrow.chosen = link is not None and (arrow.link.cause, arrow.link.effect) == (link.cause, link.effect)
            arrow.update()
            if arrow.chosen:
                self.ensureVisible(arrow.boundingRect(), 20, 20)

    def svg(self) -> bytes:
        """The whole picture as SVG, on the pane's ground."""
        area = self.scene().itemsBoundingRect().adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        size = QSize(math.ceil(area.width()), math.ceil(area.height()))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        painter = QPainter(generator)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(theme.current().ground))
        self.scene().render(painter, QRectF(0, 0, size.width(), size.height()), area)
        painter.end()
        return bytes(buffer.data().data())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on a box walks through its sources, on an arrow opens its sentence; a drag only moves the picture."""
        QGraphicsView.mouseReleaseEvent(self, event)
        if event.button() is not Qt.MouseButton.LeftButton or is_drag(self._pressed, event.position()):
            return
        item: QGraphicsItem | None = self.itemAt(event.position().toPoint())
        if isinstance(item, RiskItem):
            self._here = item.name
            self._mark()
            self.party_chosen.emit(item.name)
        elif isinstance(item, LinkItem):
            self.link_chosen.emit(item.link)

    def _mark(self) -> None:
        here = self._items.get(self._here) if hasattr(self, "_items") else None
        for name, item in (self._items if here else {}).items():
            item.here = name == self._here and self.hasFocus()
            item.update()
        bound = sum(self._here in (arrow.link.cause, arrow.link.effect) for arrow in (self._links if here else ()))
        self.setAccessibleDescription(tr("read.risk_here", name=here.node.name, count=bound) if here else "")
