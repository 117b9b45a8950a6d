"""A workbook shown as it is: a tab a sheet, a grid of its cells; smooth with a hundred thousand rows."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
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
from workbench.models.documents.document import BlockKind, CellPlace, Document
from workbench.models.evidence import Anchor, SheetSpan
from workbench.views import theme
from workbench.views.source.places import cell_at, cell_range, column_name

_Index = QModelIndex | QPersistentModelIndex
_FIGURES = frozenset("0123456789.,-−+%()（）")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_SAMPLE = 60
_LONG = 8


@dataclass(slots=True)
class Grid:
    """The cells of one sheet: text by row and column, both from 0."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    row_count: int = 0
    column_count: int = 0

    def add(self, row: int, column: int, text: str) -> None:
        """Put a cell's text in, or after what is there."""
        line = self.rows.setdefault(row, {})
        line[column] = line[column] + text if column in line else text
        self.row_count = max(self.row_count, row + 1)
        self.column_count = max(self.column_count, column + 1)

    def lone_cells(self, rows: int) -> dict[int, int]:
        """Columns of the cells that stand alone in their row, such as titles, in the first ``rows`` rows."""
        first = {row: self.rows[row] for row in range(min(rows, self.row_count)) if row in self.rows}
        return {row: next(iter(line)) for row, line in first.items() if len(line) == 1 and len(*line.values()) > _LONG}

    def text(self, row: int, column: int) -> str:
        """A cell's text; empty where there is none."""
        return self.rows.get(row, {}).get(column, "")


def grids_of(document: Document) -> tuple[Grid, ...]:
    """The sheets of a document as grids, in order. Work for a job: a large sheet takes a while."""
    grids: dict[str, Grid] = {}
    for block in document.blocks:
        for run in block.runs:
            if isinstance(run.place, CellPlace):
                name = run.place.sheet
                if block.kind is BlockKind.HEADING and block.text == name:
                    continue  # the sheet's own name, which stands on its tab
                grid = grids.setdefault(name, Grid(name))
                row, column, _, _ = cell_range(run.place.cell)
                grid.add(row, column, block.text[run.start : run.end])
    return tuple(grids.values())


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

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """A few empty rows after the last."""
        return 0 if parent.isValid() else self.grid.row_count + 5

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """At least eight columns."""
        return 0 if parent.isValid() else max(self.grid.column_count + 1, 8)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, ground."""
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.grid.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            text = self.grid.text(row, column)
            figure = bool(text) and set(text) <= _FIGURES and not _DATE.fullmatch(text)
            side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.BackgroundRole:
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


class SheetView(QWidget):
    """The sheets of a workbook."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableView()
        self.table.setAccessibleName(tr("source.sheet_name"))
        self.table.setItemDelegate(_Marked(self.table))
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(theme.space(7))
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.tabs = QTabBar()
        self.tabs.setShape(QTabBar.Shape.RoundedSouth)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(tr("source.sheets"))
        self.tabs.currentChanged.connect(self._show_sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.tabs)
        self._models: list[SheetModel] = []

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

    def selected(self) -> tuple[str, str, str] | None:
        """Sheet, cells (``C12:E12``) and text (tabs and lines) of what is selected."""
        chosen = self.table.selectionModel().selectedIndexes() if self.table.model() else []
        if not chosen:
            return None
        model = self._models[self.tabs.currentIndex()]
        rows, columns = {i.row() for i in chosen}, {i.column() for i in chosen}
        first = f"{column_name(min(columns))}{min(rows) + 1}"
        last = f"{column_name(max(columns))}{max(rows) + 1}"
        lines = ["\t".join(model.grid.text(r, c) for c in sorted(columns)) for r in sorted(rows)]
        return model.grid.name, first if first == last else f"{first}:{last}", "\n".join(lines)

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
        letter = self.fontMetrics().horizontalAdvance("0")
        rows = [row for row in range(min(model.grid.row_count, _SAMPLE)) if row not in lone]
        for column in range(model.grid.column_count):
            texts = (model.grid.text(row, column) for row in rows)
            widest = max((sum(2 if ord(t) > 255 else 1 for t in text) for text in texts), default=0)
            self.table.setColumnWidth(column, min(max(72, (widest + 3) * letter), 320))
