"""The table of documents with its tree, drawn row by row, and its keys."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.library_pane.model import SHARE, DocumentModel
from workbench.views.library_pane.words import COLUMNS, list_words

__all__ = ["COLUMNS", "DocumentTable", "list_words"]
_Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {"format": 88, "pages": 64, "chunks": 64, "state": 176, "size": 92, "added": 116}
_NAME_WIDTH = 300
_LEAST_NEEDED = ("chunks", "size", "added", "pages", "format")
_STATE = COLUMNS.index("state")


class _Cells(QStyledItemDelegate):
    """Words on the toolbar's margin in the colour the model says; the row's ground is the view's."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        """A row of the theme's height."""
        return QSize(super().sizeHint(option, index).width(), theme.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The words, and how far the index is where it is being built."""
        rect: QRect = option.rect
        room = rect.adjusted(theme.space(1 if index.column() == 0 else 2), 0, -theme.space(2), 0)
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink if isinstance(ink, QColor) else QColor(theme.current().ink))
        painter.setFont(option.font)
        words = str(index.data() or "")
        metrics = option.fontMetrics
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)
        share = index.data(SHARE) if index.column() == _STATE else None
        if isinstance(share, float):
            groove = QRect(room.left(), rect.bottom() - 4, room.width(), 2)
            colours = theme.current()
            painter.fillRect(groove, QColor(colours.line))
            painter.fillRect(groove.adjusted(0, 0, round((share - 1) * groove.width()), 0), QColor(colours.accent))


class DocumentTable(QTreeView):
    """Enter and Space open, Delete deletes, J and K go down and up, ← and → close and open folders."""

    opened = Signal()
    delete_wanted = Signal()

    def __init__(self, model: DocumentModel) -> None:
        super().__init__()
        self._rows = model
        self._turned: set[str] = set()
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(tr("library_pane.table_name"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setIndentation(theme.space(4))
        self.setExpandsOnDoubleClick(True)
        self.setHorizontalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setModel(model)
        self._dress_header()
        theme.set_role(self, "plain")
        theme.on_change(self, self.doItemsLayout)
        self.expanded.connect(lambda index: self._note(index, True))
        self.collapsed.connect(lambda index: self._note(index, False))
        model.modelReset.connect(self._unfold)
        model.rowsInserted.connect(self._unfold_new)
        self._decorate()

    def select_row(self, row: int) -> None:
        """Choose one of the outermost rows."""
        self.choose(self._rows.index(row, 0))

    def choose(self, index: _Index) -> None:
        """Make a row the only chosen one, in view."""
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def step(self, by: int) -> None:
        """Go to the row below (1) or above (−1), as far as there is one."""
        here = self.currentIndex()
        there = (self.indexBelow(here) if by > 0 else self.indexAbove(here)) if here.isValid() else QModelIndex()
        if there.isValid():
            self.choose(there)
        elif not here.isValid() and self._rows.rowCount():
            self.select_row(0)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        """The ground over the whole row, the row of the keyboard with a bar at its left."""
        colours = theme.current()
        rect: QRect = option.rect
        state = option.state
        chosen = self.selectionModel().isRowSelected(index.row(), index.parent())
        if chosen:
            painter.fillRect(rect, QColor(colours.accent_soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colours.hover))
        super().drawRow(painter, option, index)
        if self.hasFocus() and self._rows.node(self.currentIndex()) is self._rows.node(index):
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colours.accent))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Names need room first: the least needed columns go while there is none."""
        room = event.size().width() - _NAME_WIDTH
        shown = set(_WIDTHS)
        for name in _LEAST_NEEDED:
            if sum(_WIDTHS[column] for column in shown) <= room:
                break
            shown.discard(name)
        for name in _WIDTHS:
            self.setColumnHidden(COLUMNS.index(name), name not in shown)
        super().resizeEvent(event)
        if self.currentIndex().isValid() and event.size().height() < event.oldSize().height():
            self.scrollTo(self.currentIndex())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard always has a row."""
        super().focusInEvent(event)
        if self._rows.rowCount() and not self.selectionModel().hasSelection():
            self.choose(self.currentIndex() if self.currentIndex().isValid() else self._rows.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open, delete, move."""
        key = event.key()
        node = self._rows.node(self.currentIndex())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if node.document is None and node.shown:
                self.setExpanded(self.currentIndex().siblingAtColumn(0), not self.isExpanded(self.currentIndex()))
            else:
                self.opened.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K):
            self.step(1 if key == Qt.Key.Key_J else -1)
        else:
            super().keyPressEvent(event)

    def _dress_header(self) -> None:
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(56)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for name, width in _WIDTHS.items():
            self.setColumnWidth(COLUMNS.index(name), width)
        self.setSortingEnabled(True)
        self.sortByColumn(COLUMNS.index("added"), Qt.SortOrder.DescendingOrder)

    def _decorate(self) -> None:
        """Without folders and files of many there is nothing to open, and no room is left for it."""
        deep = any(self._rows.rowCount(self._rows.index(row, 0)) for row in range(self._rows.rowCount()))
        self.setRootIsDecorated(deep)

    def _opens_by_itself(self, key: str, folder: bool) -> bool:
        return self._rows.filtering or folder is not (key in self._turned)

    def _note(self, index: _Index, open_now: bool) -> None:
        node = self._rows.node(index)
        if self._rows.filtering:
            return
        if open_now is node.folder:
            self._turned.discard(node.key)
        else:
            self._turned.add(node.key)

    def _unfold(self) -> None:
        self._decorate()
        self._unfold_below(QModelIndex(), range(self._rows.rowCount()))

    def _unfold_new(self, parent: _Index, first: int, last: int) -> None:
        if not parent.isValid():
            self._decorate()
        elif self._rows.rowCount(parent) == last - first + 1:
            node = self._rows.node(parent)
            self.setExpanded(parent, self._opens_by_itself(node.key, node.folder))
            self._decorate()
        self._unfold_below(parent, range(first, last + 1))

    def _unfold_below(self, parent: _Index, rows: range) -> None:
        for row in rows:
            index = self._rows.index(row, 0, parent)
            node = self._rows.node(index)
            if node.shown and self._opens_by_itself(node.key, node.folder):
                self.setExpanded(index, True)
                self._unfold_below(index, range(len(node.shown)))
