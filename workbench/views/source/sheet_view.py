"""A workbook shown as it is: a tab a sheet, a grid of its cells; smooth with a hundred thousand rows."""

import re
from collections import defaultdict
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygon
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.models.evidence import Anchor, SheetSpan
from workbench.views import theme
from workbench.views.evidence_list.elided import ElidedLabel
from workbench.views.source.grid import Grid, Range, cells_text, touched
from workbench.views.source.places import cell_at, cell_range, column_name

_Index = QModelIndex | QPersistentModelIndex
_BESIDE = Qt.ItemDataRole.UserRole
_FIGURES = frozenset("0123456789.,-−+%()（）")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_SAMPLE = 60
_ROW = 7
_RANGES = 50
_CORNER = 6


class SheetModel(QAbstractTableModel):
    """One grid as a Qt model, with marked cells."""

    def __init__(self, grid: Grid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = grid
        self._marked: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)

    def mark(self, kind: str, cells: Iterable[tuple[int, int]]) -> None:
        """Give cells the ground of ``kind`` (``cited`` or ``found``), and only them; the view is to be painted anew."""
        self._marked[kind] = set(cells)

    def marked(self, kind: str) -> set[tuple[int, int]]:
        """The cells marked so."""
        return self._marked[kind]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """A few empty rows after the last."""
        return 0 if parent.isValid() else self.grid.row_count + 5

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """At least eight columns."""
        return 0 if parent.isValid() else max(self.grid.column_count + 1, 8)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, ground."""
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value: object = self.grid.text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                value = "\n".join((self.grid.text(row, column), *self.grid.beside.get((row, column), ()))).strip()
            case _ if role == _BESIDE:
                value = (row, column) in self.grid.beside
            case Qt.ItemDataRole.TextAlignmentRole:
                value = _alignment(self.grid.text(row, column))
            case Qt.ItemDataRole.BackgroundRole:
                value = self._ground(row, column)
            case _:
                value = None
        return value

    def _ground(self, row: int, column: int) -> QColor | None:
        if (row, column) in self._marked["cited"]:
            return QColor(theme.current().highlight)
        if (row, column) in self._marked["found"]:
            return QColor(theme.current().partial_soft)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        """Letters above, numbers beside."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return column_name(section) if orientation is Qt.Orientation.Horizontal else str(section + 1)


def _alignment(text: str) -> Qt.AlignmentFlag:
    figure = bool(text) and set(text) <= _FIGURES and not _DATE.fullmatch(text)
    side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class _Cells(QStyledItemDelegate):
    """Draws a cell with few questions to the model: a sheet shows some three hundred at once."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self.font = QFont()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, words, and a corner where a formula or a comment belongs to the cell."""
        rect: QRect = option.rect
        colours = theme.current()
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
        if isinstance(ground, QColor):
            painter.fillRect(rect, ground)
            if ground == QColor(colours.highlight):
                painter.setPen(QColor(colours.highlight_line))
                painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        text = index.data()
        if text:
            painter.setPen(QColor(colours.ink))
            painter.setFont(self.font)
            room = rect.adjusted(theme.space(2), 0, -theme.space(2), 0)
            words = painter.fontMetrics().elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(_alignment(text)), words)
        if index.data(_BESIDE):
            corner = rect.topRight()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.computed))
            painter.drawPolygon(QPolygon([corner, corner - QPoint(_CORNER, 0), corner + QPoint(0, _CORNER)]))


class _Head(QHeaderView):
    """Letters above or numbers beside. To dress a head, Qt's own looks at every cell below it when all are selected."""

    def __init__(self, orientation: Qt.Orientation, view: QTableView) -> None:
        super().__init__(orientation, view)
        self._across = orientation is Qt.Orientation.Horizontal
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        """The name, on the accent's ground where something below it is selected."""
        colours = theme.current()
        chosen = any(first <= section <= last for first, last in self._chosen())
        painter.fillRect(rect, QColor(colours.accent_soft if chosen else colours.rail))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(QColor(colours.accent if chosen else colours.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, column_name(section) if self._across else str(section + 1))

    def _chosen(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(min(selection.count(), _RANGES))]
        return [(r.left(), r.right()) if self._across else (r.top(), r.bottom()) for r in ranges]


class SheetView(QWidget):
    """The sheets of a workbook."""

    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableView()
        self.table.setHorizontalHeader(_Head(Qt.Orientation.Horizontal, self.table))
        self.table.setVerticalHeader(_Head(Qt.Orientation.Vertical, self.table))
        self.table.setAccessibleName(tr("source.sheet_name"))
        self._cells = _Cells(self.table)
        self.table.setItemDelegate(self._cells)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.cell = ElidedLabel(cut=Qt.TextElideMode.ElideRight)
        theme.set_role(self.cell, "small")
        self.tabs = QTabBar()
        self.tabs.setShape(QTabBar.Shape.RoundedSouth)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(tr("source.sheets"))
        self.tabs.currentChanged.connect(self._show_sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        above = QFrame()
        theme.set_role(above, "toolbar")
        inner = QVBoxLayout(above)
        inner.setContentsMargins(theme.space(4), theme.space(1), theme.space(3), theme.space(1))
        inner.addWidget(self.cell)
        layout.addWidget(above)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.tabs)
        self._models: list[SheetModel] = []
        self._zoom = 1.0
        self._dress()
        theme.on_change(self, self._dress)

    def show_grids(self, grids: Iterable[Grid]) -> None:
        """Show a workbook's sheets, the first in front."""
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        self._models = [SheetModel(grid, self) for grid in grids]
        for model in self._models:
            self.tabs.addTab(model.grid.name)
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(self._models) > 1)
        self._show_sheet(0)

    def highlight(self, anchor: Anchor | None) -> None:
        """Mark the cells of an anchor and bring the first into view."""
        by_sheet: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for span in anchor.spans if anchor else ():
            if isinstance(span, SheetSpan):
                top, left, bottom, right = cell_range(span.cells)
                by_sheet[span.sheet] += [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        for model in self._models:
            model.mark("cited", by_sheet.get(model.grid.name, ()))
        self.table.viewport().update()
        first = next(iter(anchor.spans), None) if anchor else None
        if isinstance(first, SheetSpan):
            self._reveal(first.sheet, *by_sheet[first.sheet][0])

    def show_finds(self, places: Iterable[tuple[str, str]], current: tuple[str, str] | None) -> None:
        """Mark cells (sheet and name) as found; go to the current one."""
        by_sheet: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for sheet, cell in places:
            by_sheet[sheet].append(cell_at(cell))
        for model in self._models:
            model.mark("found", by_sheet.get(model.grid.name, ()))
        self.table.viewport().update()
        if current:
            self._reveal(current[0], *cell_at(current[1]))

    @property
    def grid(self) -> Grid | None:
        """The sheet in front."""
        number = self.tabs.currentIndex()
        return self._models[number].grid if 0 <= number < len(self._models) else None

    @property
    def marked(self) -> frozenset[tuple[int, int]]:
        """The cited cells of the sheet in front."""
        number = self.tabs.currentIndex()
        return frozenset(self._models[number].marked("cited")) if 0 <= number < len(self._models) else frozenset()

    def ranges(self) -> list[Range]:
        """The selected cells of the sheet in front."""
        if self.table.model() is None:
            return []
        selection = self.table.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return [(r.top(), r.left(), r.bottom(), r.right()) for r in ranges]

    def selected(self) -> tuple[str, str, str] | None:
        """Sheet, cells (``C12:E12``) and text (tabs and lines) of what is selected."""
        grid, where = self.grid, self.selected_range()
        return (*where, cells_text(grid, self.ranges())) if grid is not None and where is not None else None

    def selected_range(self) -> tuple[str, str] | None:
        """Sheet and cells (``C12:E12``) around what is selected."""
        grid, ranges = self.grid, self.ranges()
        if grid is None or not ranges:
            return None
        rows, columns = touched(grid, ranges)
        if not rows or not columns:
            return None
        first, last = f"{column_name(columns[0])}{rows[0] + 1}", f"{column_name(columns[-1])}{rows[-1] + 1}"
        return grid.name, first if first == last else f"{first}:{last}"

    def reveal(self, sheet: str, cell: str) -> None:
        """Bring a cell into view and make it current."""
        self._reveal(sheet, *cell_at(cell.partition(":")[0]))

    @property
    def zoom(self) -> float:
        """How much larger than usual the cells are."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Show the cells larger or smaller."""
        self._zoom = zoom
        self._dress()
        self._fit_columns()

    def _dress(self) -> None:
        size = theme.size(theme.TextSize.BODY) * self._zoom
        self._cells.font.setPixelSize(round(size))
        self.table.verticalHeader().setDefaultSectionSize(max(round(theme.space(_ROW) * self._zoom), round(size * 1.6)))

    def _reveal(self, sheet: str, row: int, column: int) -> None:
        number = next((i for i, m in enumerate(self._models) if m.grid.name == sheet), None)
        if number is None:
            return
        self.tabs.setCurrentIndex(number)
        if self.table.model() is not self._models[number]:
            self._show_sheet(number)
        index = self._models[number].index(row, column)
        self.table.scrollTo(index, QTableView.ScrollHint.PositionAtCenter)
        self.table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _show_sheet(self, number: int) -> None:
        if not 0 <= number < len(self._models):
            self.table.setModel(None)
            return
        model = self._models[number]
        self.table.setModel(model)
        self.table.clearSpans()
        lone = model.grid.lone_cells(_SAMPLE)
        for row, column in lone.items():
            self.table.setSpan(row, column, 1, max(model.columnCount() - column, 1))
        self._fit_columns()
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.table.selectionModel().currentChanged.connect(lambda index, _before: self._tell_cell(index))
        self._tell_cell(self.table.currentIndex())

    def _fit_columns(self) -> None:
        grid = self.grid
        if grid is None or self.table.model() is None:
            return
        lone = grid.lone_cells(_SAMPLE)
        letter = self.fontMetrics().horizontalAdvance("0") * self._zoom
        rows = [row for row in range(min(grid.row_count, _SAMPLE)) if row not in lone]
        for column in range(grid.column_count):
            texts = (grid.text(row, column) for row in rows)
            widest = max((sum(2 if ord(t) > 255 else 1 for t in text) for text in texts), default=0)
            self.table.setColumnWidth(column, round(min(max(72 * self._zoom, (widest + 3) * letter), 320 * self._zoom)))

    def _tell_cell(self, index: _Index) -> None:
        """The whole text of the current cell with its formula and comments: a column may be too narrow for it."""
        grid = self.grid
        if grid is None or not index.isValid():
            self.cell.setText("")
            return
        row, column = index.row(), index.column()
        beside = grid.beside.get((row, column), ())
        parts = (f"{column_name(column)}{row + 1}", *beside, grid.text(row, column))
        self.cell.setText("\u2003".join(part.replace("\n", " ") for part in parts if part))
        self.cell.setToolTip("\n".join(part for part in parts if part))
