"""Relations as a table: kind, the two parties, what it is worth, where it stands."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from workbench.i18n import tr
from workbench.models.relations import Relation
from workbench.views import row_table
from workbench.views.evidence_list import short_name, short_where
from workbench.views.relations.words import kind_name, place_of, sentence_of, worth_of

_COLUMNS = ("kind", "source", "target", "worth", "place")
_Index = QModelIndex | QPersistentModelIndex


class RelationsModel(QAbstractTableModel):
    """One relation a row."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        super().__init__()
        self._name_of = name_of
        self._rows: list[Relation] = []

    @property
    def rows(self) -> tuple[Relation, ...]:
        """The relations in order."""
        return tuple(self._rows)

    def show_relations(self, relations: Sequence[Relation]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = list(relations)
        self.endResetModel()

    def renamed(self) -> None:
        """Names of documents have come."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 4), self.index(len(self._rows) - 1, 4))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 Qt's name and default
        """How many relations."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 Qt's name and default
        """Five."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return tr(f"relations.column.{_COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole and _COLUMNS[section] == "worth":
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows; the whole relation as its tip and for screen readers."""
        relation = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(relation, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            quotes = "\n".join(f"“{' '.join(c.quote.split())[:160]}”" for c in relation.citations[:3])
            return f"{sentence_of(relation)}\n{quotes}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{sentence_of(relation)}, {self._text(relation, 4)}" if index.column() == 0 else None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 3:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, relation: Relation, column: int) -> str:
        match _COLUMNS[column]:
            case "kind":
                return kind_name(relation.kind)
            case "source":
                return relation.source
            case "target":
                return relation.target
            case "worth":
                return worth_of(relation)
        places = [f"{short_name(self._name_of(c.document))} {short_where(c.anchor)}" for c in relation.citations[:1]]
        return place_of(relation, places)


class RelationsTable(QTableView):
    """``chosen`` as the row changes; ``opened`` by a click or Enter. J and K go down and up."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, model: RelationsModel) -> None:
        super().__init__()
        self._relations = model
        self.setModel(model)
        row_table.dress(self, tr("relations.table_name"), _COLUMNS, ("kind", "worth"))
        self.selectionModel().currentRowChanged.connect(lambda index, _before: self._tell(index))
        self.clicked.connect(lambda index: self.opened.emit(model.rows[index.row()]))

    def choose(self, relation: Relation) -> None:
        """Select a relation's row without telling of it."""
        if relation in self._relations.rows:
            self.selectionModel().blockSignals(True)
            self.selectRow(self._relations.rows.index(relation))
            self.selectionModel().blockSignals(False)
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens the source."""
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(self._relations.rows[row])
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and self._relations.rows:
            step = 1 if event.key() == Qt.Key.Key_J else -1
            self.selectRow(min(max(row + step, 0), len(self._relations.rows) - 1))
        else:
            super().keyPressEvent(event)

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._relations.rows[index.row()])
