"""Entries of a side column: a title over a muted line of facts, or a sentence over several lines."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.views import theme

FACTS = Qt.ItemDataRole.UserRole + 1
"""Role of the second line's text."""
FACTS_INK = Qt.ItemDataRole.UserRole + 2
"""Role of the second line's colour, ``#RRGGBB``; muted where there is none."""


class TwoLines(QStyledItemDelegate):
    """A title and a muted line of facts; the selected one has a bar at its left."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802, ARG002
        """Two lines on the grid."""
        return QSize(120, theme.size(theme.TextSize.BODY) + theme.size(theme.TextSize.SMALL) + theme.space(6))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one entry."""
        colours = theme.current()
        rect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colours.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colours.hover))
        inner = rect.adjusted(theme.space(4), theme.space(2), -theme.space(2), -theme.space(2))
        small = QFont(option.font)
        small.setPixelSize(theme.size(theme.TextSize.SMALL))
        title = QFontMetrics(option.font).elidedText(
            index.data(),
            Qt.TextElideMode.ElideRight,
            inner.width(),
        )
        painter.setPen(QColor(colours.ink))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), title)
        painter.setFont(small)
        painter.setPen(QColor(index.data(FACTS_INK) or colours.muted))
        facts = QFontMetrics(small).elidedText(index.data(FACTS) or "", Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), facts)
        painter.restore()


class WrappedLines(QStyledItemDelegate):
    """A sentence over as many lines as it needs, under the heading's margin."""

    @staticmethod
    def _width(view: object) -> int:
        """The room of a row, the same whether the list has a scroll bar or not, when measured and when drawn."""
        return view.width() - theme.space(3) if isinstance(view, QListView) else theme.space(50)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """As tall as the wrapped text."""
        view = option.widget
        width = self._width(view)
        room = QRect(0, 0, width - theme.space(6), 1000)
        words = QFontMetrics(option.font).boundingRect(
            room,
            int(Qt.TextFlag.TextWordWrap),
            index.data(),
        )
        return QSize(width, words.height() + theme.space(3))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one sentence."""
        colours = theme.current()
        rect = option.rect
        painter.save()
        if option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.fillRect(rect, QColor(colours.hover))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colours.accent))
        painter.setPen(QColor(colours.ink))
        inner = rect.adjusted(theme.space(4), theme.space(1.5), 0, -theme.space(1.5))
        inner.setWidth(self._width(option.widget) - theme.space(6))
        painter.drawText(inner, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft), index.data())
        painter.restore()
