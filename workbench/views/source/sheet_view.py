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
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPolygon
from PySide6.QtWidgets import (
    QHeaderView,
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
_CORNER = 6


class SheetModel(QAbstractTableModel):
    """One grid as a Qt model, with marked cells."""

    def __init__(self, grid: Grid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = grid
        self._marked: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)

    def mark(self, kind: str, cells: Iterable[tuple[int, int]]) -> None:
        """Give cells the ground of ``kind`` (``cited`` or ``found``), and only them."""
        self._marked[kind] = set(cells)
        self.layoutChanged.emit()

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


class _Marked(QStyledItemDelegate):
    """Draws a marked cell's ground itself: a view dressed by a stylesheet leaves out the model's."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(ground, QColor):
            painter.fillRect(option.rect, ground)
            if ground == QColor(theme.current().highlight):
                painter.setPen(QColor(theme.current().highlight_line))
                painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        super().paint(painter, option, index)
        if index.data(_BESIDE):
            corner = option.rect.topRight()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.current().computed))
            painter.drawPolygon(QPolygon([corner, corner - QPoint(_CORNER, 0), corner + QPoint(0, _CORNER)]))


class SheetView(QWidget):
    """The sheets of a workbook."""

    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableView()
        self.table.setAccessibleName(tr("source.sheet_name"))
        self.table.setItemDelegate(_Marked(self.table))
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(theme.space(_ROW))
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.cell = ElidedLabel(cut=Qt.TextElideMode.ElideRight)
        self.cell.setContentsMargins(theme.space(2), theme.space(1), theme.space(2), theme.space(1))
        theme.set_role(self.cell, "small")
        self.tabs = QTabBar()
        self.tabs.setShape(QTabBar.Shape.RoundedSouth)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(tr("source.sheets"))
        self.tabs.currentChanged.connect(self._show_sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.cell)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.tabs)
        self._models: list[SheetModel] = []
        self._zoom = 1.0

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
        grid, ranges = self.grid, self.ranges()
        if grid is None or not ranges:
            return None
        rows, columns = touched(grid, ranges)
        if not rows or not columns:
            return None
        first, last = f"{column_name(columns[0])}{rows[0] + 1}", f"{column_name(columns[-1])}{rows[-1] + 1}"
        return grid.name, first if first == last else f"{first}:{last}", cells_text(grid, ranges)

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
        font = self.font()
        font.setPixelSize(round(theme.size(theme.TextSize.BODY) * zoom))
        self.table.setFont(font)
        self.table.setStyleSheet(f"QTableView {{ font-size: {font.pixelSize()}px; }}")
        self.table.verticalHeader().setDefaultSectionSize(round(theme.space(_ROW) * zoom))
        self._fit_columns()

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
            self.table.setColumnWidth(column, round(min(max(72, (widest + 3) * letter), 320 * self._zoom)))

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
