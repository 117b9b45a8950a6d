"""Cards of ratios, drawn only where they are seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.i18n import term, tr
from workbench.models.finance import Ratio
from workbench.models.finance.analysis import growth
from workbench.models.finance.ratios import RatioRule
from workbench.views import theme
from workbench.views.finance.chart import sparkline
from workbench.views.finance.words import change, points

_Index = QModelIndex | QPersistentModelIndex
_WIDTH = 168


def name_of(rule: RatioRule) -> str:
    """A ratio's name in the user's language."""
    return term(rule.name)


@dataclass(frozen=True, slots=True)
class RatioCard:
    """A ratio of the chosen period and of every period there is, oldest first."""

    rule: RatioRule
    ratio: Ratio
    series: tuple[Ratio | None, ...]
    periods: tuple[str, ...]

    @property
    def values(self) -> tuple[Decimal | None, ...]:
        """The values over the periods."""
        return tuple(None if ratio is None else ratio.value for ratio in self.series)

    @property
    def before(self) -> Ratio | None:
        """The period before the chosen one."""
        at = self.periods.index(self.ratio.period)
        return self.series[at - 1] if at else None

    @property
    def moved(self) -> str:
        """How it moved since the period before: points for per cents, a share for the rest."""
        before = self.before
        if before is None or before.value is None or self.ratio.value is None:
            return ""
        if self.rule.unit == "%":
            return points(self.ratio.value - before.value)
        return change(growth(before.value, self.ratio.value))

    @property
    def said(self) -> str:
        """The card in words."""
        return f"{name_of(self.rule)} {self.ratio.period} {self.ratio.display} {self.moved or self.ratio.note}".strip()


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.cards: Sequence[RatioCard] = ()

    def show(self, cards: Sequence[RatioCard]) -> None:
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: _Index, role: int = 0) -> object:
        card = self.cards[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return card.said
        return f"{name_of(card.rule)}\n{card.rule.meaning}" if role == Qt.ItemDataRole.ToolTipRole else None


class _Faces(QStyledItemDelegate):
    def __init__(self, view: "RatioCards") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002
        """As many cards beside each other as there is room for, all as wide."""
        room = self._view.viewport().width() - 1
        columns = max(1, room // _WIDTH)
        return QSize(room // columns, 3 * theme.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Name, value, how it moved, and the line of its years."""
        card, colours = self._view.cards[index.row()], theme.current()
        box = QRectF(option.rect).adjusted(4.5, 4.5, -4.5, -4.5)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.accent if chosen else colours.line))
        painter.setBrush(QColor(colours.accent_soft if chosen else colours.panel))
        painter.drawRoundedRect(box, 6, 6)
        if chosen and self._view.hasFocus():
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        inner = box.adjusted(theme.space(2), theme.space(1.5), -theme.space(2), -theme.space(1.5))
        self._write(painter, inner, card)
        painter.restore()

    def _write(self, painter: QPainter, room: QRectF, card: RatioCard) -> None:
        colours = theme.current()
        small, large = QFont(painter.font()), QFont(painter.font())
        small.setPixelSize(theme.size(theme.TextSize.SMALL))
        large.setPixelSize(theme.size(theme.TextSize.TITLE))
        large.setWeight(QFont.Weight.DemiBold)
        left = int(Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(colours.muted))
        painter.setFont(small)
        metrics = painter.fontMetrics()
        name = metrics.elidedText(name_of(card.rule), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, left | int(Qt.AlignmentFlag.AlignTop), name)
        moved = metrics.elidedText(card.moved or card.ratio.note, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, left | int(Qt.AlignmentFlag.AlignBottom), moved)
        line = metrics.height()
        painter.setFont(large)
        painter.setPen(QColor(colours.ink if card.ratio.value is not None else colours.muted))
        painter.drawText(room, left | int(Qt.AlignmentFlag.AlignVCenter), card.ratio.display)
        used = painter.fontMetrics().horizontalAdvance(card.ratio.display) + theme.space(3)
        free = room.adjusted(max(used, room.width() / 2), line + theme.space(1), 0, -line * 0.6)
        if free.width() > theme.space(6):
            sparkline(painter, free.adjusted(0, 2, -4, -2), card.values, "computed")


class RatioCards(QListView):
    """Arrows move, Enter or Space opens the source of the first input."""

    chosen = Signal(object)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = _Model()
        self.setModel(self._rows)
        self.setItemDelegate(_Faces(self))
        self.setAccessibleName(tr("finance_pane.cards"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(3 * theme.row_height() + theme.space(2))
        theme.set_role(self, "plain")
        self.selectionModel().currentChanged.connect(self._moved)
        self.clicked.connect(lambda _index: self.opened.emit())
        theme.on_change(self, self.doItemsLayout)

    @property
    def cards(self) -> Sequence[RatioCard]:
        """What is shown."""
        return self._rows.cards

    def show_cards(self, cards: Sequence[RatioCard]) -> None:
        """Other cards; the first is the chosen one."""
        self._rows.show(cards)
        if cards:
            self.setCurrentIndex(self._rows.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open, or move as the arrows do."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K):
            row = self.currentIndex().row() + (1 if key == Qt.Key.Key_J else -1)
            if 0 <= row < len(self.cards):
                self.setCurrentIndex(self._rows.index(row))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cards are as wide as the room allows."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.cards[index.row()])
