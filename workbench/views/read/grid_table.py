"""The grid itself: drawn with marks, worked by keyboard."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from workbench.i18n import tr
from workbench.models.extracting import Cell
from workbench.views import row_table, theme
from workbench.views.paper import table_html
from workbench.views.read.grid_model import CELL, FIGURE, MARK, GridFilter, GridModel
from workbench.views.read.words import is_doubtful, is_figure

_Index = QModelIndex | QPersistentModelIndex
_LEAST, _MOST, _NAME = 88, 232, 176
"""How wide a column is at first; that of names stays in view and leaves room for others."""
_LOOKED, _LETTERS = 200, 40
"""Rows, and letters of a value, that are measured for it."""
_VERDICTS = {Qt.Key.Key_C: "confirmed", Qt.Key.Key_Y: "confirmed", Qt.Key.Key_X: "rejected", Qt.Key.Key_O: "open"}


class _Cells(QStyledItemDelegate):
    """A value and, at its right, the mark of its standing."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        """A row of the theme's height."""
        return QSize(super().sizeHint(option, index).width(), theme.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, words, mark."""
        colours, rect = theme.current(), QRect(option.rect)
        cell = index.data(CELL)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
        elif isinstance(cell, Cell) and is_doubtful(cell):
            painter.fillRect(rect, QColor(colours.partial_soft))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        room = rect.adjusted(theme.space(2), 0, -theme.space(2), 0)
        mark = str(index.data(MARK) or "")
        painter.setFont(option.font)
        if mark and isinstance(cell, Cell) and cell.status is not None:
            painter.setPen(QColor(theme.status_colour(cell.status)))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), mark)
        room.setRight(room.right() - theme.space(5))
        self._words(painter, option, index, room)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _words(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, room: QRect) -> None:
        ink, cell = index.data(Qt.ItemDataRole.ForegroundRole), index.data(CELL)
        font = QFont(option.font)
        font.setStrikeOut(isinstance(cell, Cell) and cell.verdict == "rejected")
        painter.setFont(font)
        painter.setPen(ink if isinstance(ink, QColor) else QColor(theme.current().ink))
        words = str(index.data() or "")
        shown = option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        figure = bool(index.data(FIGURE)) and words[-1:].isdigit()
        side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


class _Names(QTableView):
    """The first column of a table, which stays while the others scroll; the keyboard never enters it."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        theme.set_role(self, "plain")
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        self.setItemDelegate(_Cells(self))
        row_table.calm(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(lambda section: table.sortByColumn(section, _up(table, section)))
        self.verticalScrollBar().valueChanged.connect(table.verticalScrollBar().setValue)
        table.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        table.horizontalHeader().sectionResized.connect(lambda *_: self.settle())
        table.horizontalHeader().geometriesChanged.connect(self.settle)
        table.model().modelReset.connect(self.settle)
        self.clicked.connect(table.clicked)
        self.raise_()

    def settle(self) -> None:
        """Lie over the first column."""
        table = self._table
        for column in range(1, table.model().columnCount()):
            self.setColumnHidden(column, True)
        self.setColumnWidth(0, table.columnWidth(0))
        head = table.horizontalHeader().height()
        self.horizontalHeader().setFixedHeight(max(head, 1))
        self.setGeometry(table.frameWidth(), table.frameWidth(), table.columnWidth(0), table.viewport().height() + head)


def _breadth(words: str) -> int:
    """About how broad words are: a Chinese sign counts for two others."""
    return sum(1 if sign.isascii() else 2 for sign in words)


def _up(table: QTableView, section: int) -> Qt.SortOrder:
    header = table.horizontalHeader()
    same = header.sortIndicatorSection() == section and header.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
    return Qt.SortOrder.DescendingOrder if same else Qt.SortOrder.AscendingOrder


class GridTable(QTableView):
    """Arrows and J, K, H, L move; Enter or Space opens the source; C confirms, E corrects, X rejects, O opens again.

    S sorts by the column, Ctrl+C copies the selection as TSV with heads.
    """

    cell_chosen = Signal(object)
    source_wanted = Signal(object)
    judged = Signal(object, str)
    document_wanted = Signal(str)

    def __init__(self, model: GridModel) -> None:
        super().__init__()
        self._grid = model
        self.rows = GridFilter(model)
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self))
        theme.set_role(self, "plain")
        self.setAccessibleName(tr("read.grid_name"))
        row_table.calm(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setSortingEnabled(True)
        self.names = _Names(self)
        self.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now))
        self.clicked.connect(self._open)
        self.doubleClicked.connect(self._open_document)
        model.modelReset.connect(self._dress)
        theme.on_change(self, self._resize_rows)

    def current_cell(self) -> Cell | None:
        """The cell the keyboard is in."""
        return self._grid.cell_at(self.rows.mapToSource(self.currentIndex()))

    def go_to(self, document: str, field: str) -> None:
        """Put the keyboard in a cell."""
        row = next((i for i, d in enumerate(self._grid.documents) if d.id == document), -1)
        column = next((i for i, f in enumerate(self._grid.fields) if f.id == field), -1)
        index = self.rows.mapFromSource(self._grid.index(row, column + 1))
        if index.isValid():
            self.setCurrentIndex(index)

    def correct(self) -> None:
        """Type another value."""
        if self.currentIndex().column() > 0:
            self.edit(self.currentIndex())

    def copy(self) -> str:
        """The selection as TSV, heads first, onto the clipboard."""
        rows = self._table()
        text = "\n".join("\t".join(words.replace("\t", " ").replace("\n", " ") for words in row) for row in rows)
        QGuiApplication.clipboard().setText(text)
        return text

    def html(self) -> str:
        """All that is shown as an HTML table, for printing."""
        every = [(r, c) for r in range(self.rows.rowCount()) for c in range(self.rows.columnCount())]
        heads, *rows = self._table(every) or [[]]
        return table_html(heads, rows, [False, *(is_figure(field) for field in self._grid.fields)][: len(heads)])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move, open, judge, sort, copy."""
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_C:
            self.copy()
        elif plain and self._moved(key):
            return
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        elif plain and key in _VERDICTS and (cell := self.current_cell()) is not None:
            self.judged.emit(cell, _VERDICTS[key])
        elif plain and key in (Qt.Key.Key_E, Qt.Key.Key_F2):
            self.correct()
        elif plain and key == Qt.Key.Key_S:
            self._sort()
        else:
            super().keyPressEvent(event)

    def _moved(self, key: Qt.Key) -> bool:
        steps = {Qt.Key.Key_J: (1, 0), Qt.Key.Key_K: (-1, 0), Qt.Key.Key_H: (0, -1), Qt.Key.Key_L: (0, 1)}
        if key not in steps:
            return False
        down, right = steps[key]
        here = self.currentIndex()
        there = here.siblingAtRow(here.row() + down).siblingAtColumn(here.column() + right)
        if there.isValid():
            self.setCurrentIndex(there)
        return True

    def _sort(self) -> None:
        column = self.currentIndex().column()
        if column >= 0:
            self.sortByColumn(column, _up(self, column))

    def _table(self, places: list[tuple[int, int]] | None = None) -> list[list[str]]:
        chosen = places or [(i.row(), i.column()) for i in self.selectedIndexes()]
        columns = sorted({c for _, c in chosen})
        heads = [
            str(self.rows.headerData(c, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)).replace("\n", " ")
            for c in columns
        ]
        found = [heads] if chosen else []
        shown = sorted({r for r, _ in chosen})
        return [*found, *([str(self.rows.index(row, c).data() or "") for c in columns] for row in shown)]

    def _tell(self, index: QModelIndex) -> None:
        self.cell_chosen.emit(self._grid.cell_at(self.rows.mapToSource(index)))

    def _open(self, index: QModelIndex) -> None:
        here = self.rows.mapToSource(index)
        cell = self._grid.cell_at(here)
        if cell is not None and cell.citations:
            self.source_wanted.emit(cell.citations[0])
        elif here.isValid() and here.column() == 0:
            self.document_wanted.emit(self._grid.documents[here.row()].id)

    def _open_document(self, index: _Index) -> None:
        if index.column() > 0:
            self.correct()

    def fit_columns(self) -> None:
        """Each column as wide as its head and its values need, within what lets others be seen beside it."""
        metrics, rows = self.fontMetrics(), range(min(_LOOKED, self._grid.rowCount()))
        for number in range(self._grid.columnCount()):
            held = (str(self._grid.index(row, number).data() or "")[:_LETTERS] for row in rows)
            # Only the longest is measured: measuring all of a large grid would be felt.
            longest = max(held, key=_breadth, default="")
            head = str(self._grid.headerData(number, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole))
            wanted = max(
                metrics.horizontalAdvance(longest) + theme.space(9), metrics.horizontalAdvance(head) + theme.space(7)
            )
            self.setColumnWidth(number, max(_LEAST, min(wanted, _MOST if number else _NAME)))

    def _dress(self) -> None:
        self.fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The names stay at the left."""
        super().resizeEvent(event)
        self.names.settle()

    def scrollTo(  # noqa: N802
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """A cell comes into view beside the names, not below them."""
        if index.column() > 0:
            super().scrollTo(index, hint)
            hidden = self.columnWidth(0) - self.visualRect(index).left()
            if hidden > 0:
                bar = self.horizontalScrollBar()
                bar.setValue(bar.value() - hidden)
        else:
            super().scrollTo(index, hint)

    def _resize_rows(self) -> None:
        for view in (self, self.names):
            view.verticalHeader().setDefaultSectionSize(theme.row_height())
