"""Documents by fields as a table model, with sorting and filtering."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor

from workbench.i18n import tr
from workbench.models.extracting import Cell, Field
from workbench.views import theme
from workbench.views.evidence_list import document_name
from workbench.views.read.words import (
    decimal_of,
    head_of,
    is_doubtful,
    is_figure,
    mark_of,
    standing_words,
    value_words,
)

_Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole.UserRole
MARK = Qt.ItemDataRole.UserRole + 1
SORT = Qt.ItemDataRole.UserRole + 2
FIGURE = Qt.ItemDataRole.UserRole + 3
_ROOT = QModelIndex()


class GridModel(QAbstractTableModel):
    """A row a document, the first column its name. ``corrected`` with the cell and the words typed."""

    corrected = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.documents: list[Any] = []
        self.fields: list[Field] = []
        self._cells: dict[tuple[str, str], Cell] = {}
        self._shown: dict[int, Callable[[Field, Cell | None], Any]] = {
            CELL: lambda _field, cell: cell,
            MARK: lambda _field, cell: mark_of(cell),
            SORT: _sorted_by,
            FIGURE: lambda field, _cell: is_figure(field),
            Qt.ItemDataRole.DisplayRole: value_words,
            Qt.ItemDataRole.EditRole: lambda _field, cell: cell.value if cell else "",
            Qt.ItemDataRole.ForegroundRole: lambda _field, cell: _ink(cell),
            Qt.ItemDataRole.ToolTipRole: lambda _field, cell: standing_words(cell),
            Qt.ItemDataRole.AccessibleDescriptionRole: lambda _field, cell: standing_words(cell),
        }

    def begin(self, documents: Sequence[Any], fields: Sequence[Field], cells: Sequence[Cell]) -> None:
        """Show these documents, fields and cells."""
        self.beginResetModel()
        self.documents, self.fields = list(documents), list(fields)
        self._cells = {(c.document, c.field): c for c in cells}
        self.endResetModel()

    def put(self, cell: Cell) -> None:
        """A cell has come or changed."""
        self._cells[cell.document, cell.field] = cell
        row = next((i for i, d in enumerate(self.documents) if d.id == cell.document), None)
        column = next((i for i, f in enumerate(self.fields) if f.id == cell.field), None)
        if row is not None and column is not None:
            index = self.index(row, column + 1)
            self.dataChanged.emit(index, index)

    def cell(self, document: str, field: str) -> Cell | None:
        """A cell, None before it is read."""
        return self._cells.get((document, field))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells read."""
        return tuple(self._cells.values())

    @property
    def doubtful(self) -> list[tuple[str, str]]:
        """Document and field of the cells a person has to look at, row by row."""
        cells = [(d.id, f.id) for d in self.documents for f in self.fields]
        return [cell for cell in cells if is_doubtful(self.cell(*cell))]

    def doubtful_after(self, here: tuple[str, str] | None) -> tuple[str, str] | None:
        """The next of them after a cell, around the end; the first from anywhere else, None where there is none."""
        places = self.doubtful
        if not places:
            return None
        return places[(places.index(here) + 1) % len(places)] if here in places else places[0]

    def cell_at(self, index: _Index) -> Cell | None:
        """The cell of an index, None for names and cells not read."""
        if not index.isValid() or index.column() == 0:
            return None
        return self.cell(self.documents[index.row()].id, self.fields[index.column() - 1].id)

    def field_at(self, index: _Index) -> Field | None:
        """The field of an index."""
        return self.fields[index.column() - 1] if index.isValid() and index.column() > 0 else None

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802
        """Documents."""
        return 0 if parent.isValid() else len(self.documents)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802
        """The name and the fields."""
        return 0 if parent.isValid() else len(self.fields) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """The fields' titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr("read.document") if section == 0 else head_of(self.fields[section - 1])
        if role == Qt.ItemDataRole.ToolTipRole and section > 0:
            return self.fields[section - 1].asked
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Cells can be corrected."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() > 0 else flags

    def data(self, index: _Index, role: int = 0) -> Any:
        """Words, mark, what to sort by, tip."""
        if not index.isValid():
            return None
        if index.column() == 0:
            return self._name(index, role)
        field, cell = self.fields[index.column() - 1], self.cell_at(index)
        shown = self._shown.get(role)
        return shown(field, cell) if shown else None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """A person has typed another value."""
        words, cell, field = str(value).strip(), self.cell_at(index), self.field_at(index)
        if role != Qt.ItemDataRole.EditRole or field is None or not words or (cell and words == cell.value):
            return False
        document = self.documents[index.row()].id
        self.corrected.emit(cell or Cell(document, field.id, unit=field.unit), words)
        return True

    def _name(self, index: _Index, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, SORT):
            return document_name(self.documents[index.row()])
        return None


class GridFilter(QSortFilterProxyModel):
    """Rows whose name or any value holds the words; on wish only rows with something doubtful."""

    def __init__(self, model: GridModel) -> None:
        super().__init__()
        self._grid = model
        self._words = ""
        self._doubtful = False
        self.setSourceModel(model)

    def show_only(self, words: str, *, doubtful: bool) -> None:
        """Filter the rows."""
        self._words, self._doubtful = words.strip().lower(), doubtful
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: _Index) -> bool:  # noqa: N802
        """Whether a document is shown."""
        document = self._grid.documents[row]
        cells = [self._grid.cell(document.id, f.id) for f in self._grid.fields]
        if self._doubtful and not any(is_doubtful(c) for c in cells):
            return False
        held = [document_name(document), *(c.value for c in cells if c)]
        return not self._words or any(self._words in words.lower() for words in held)

    def lessThan(self, left: _Index, right: _Index) -> bool:  # noqa: N802
        """Figures by size, words by their letters, nothing first."""
        return _key(left.data(SORT)) < _key(right.data(SORT))


def _ink(cell: Cell | None) -> QColor:
    return QColor(theme.current().muted if cell is None or cell.missing else theme.current().ink)


def _sorted_by(field: Field, cell: Cell | None) -> Any:
    words = cell.value if cell else ""
    return decimal_of(words) if is_figure(field) else words


def _key(value: Any) -> tuple[int, Decimal, str]:
    if isinstance(value, Decimal):
        return 1, value, ""
    return (2, Decimal(0), str(value)) if value else (0, Decimal(0), "")
