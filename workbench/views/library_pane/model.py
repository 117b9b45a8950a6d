"""The tree of documents as a Qt model, with only the rows that are wanted, in the order that is wanted.

Nodes keep their identity while an import goes on, so that the view stays where it is: rows come and
go one by one, and only where their order changes is everything shown anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from workbench.i18n import tr
from workbench.views.library_pane import words
from workbench.views.library_pane.tree import Node, Order, arranged
from workbench.views.library_pane.words import COLUMNS

_Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole
"""The document of a row; None for a folder, or a file of which only the insides are documents."""
SHARE = Qt.ItemDataRole.UserRole + 1
"""How far a document's index is, 0 to 1; None where there is nothing to wait for."""


class DocumentModel(QAbstractItemModel):
    """The rows of a view: folders, files, and what lies inside a file."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: list[Any] = []
        self.order = Order()
        self._root = Node("", "")
        self._nodes: dict[int, Node] = {0: self._root}
        self._last = 0

    @property
    def filtering(self) -> bool:
        """Whether only some of the documents are shown."""
        return bool(self.order.words) or self.order.troubled_only

    def show_documents(self, documents: Sequence[Any], tree: tuple[Order, Node] | None = None) -> None:
        """Replace the documents; those that stay keep their place.

        ``tree`` is what a job made of them; it counts only as long as the order is still that.
        """
        self.documents = list(documents)
        fresh = tree[1] if tree is not None and tree[0] == self.order else arranged(self.documents, self.order)
        if self._can_merge(self._root, fresh):
            self._merge(self._root, fresh)
        else:
            self._reset(fresh)

    def look_for(self, text: str) -> None:
        """Keep only what holds all words of ``text``, and what leads there."""
        self._anew(replace(self.order, words=tuple(text.lower().split())))

    def show_troubled(self, only: bool) -> None:
        """Keep only what could not be read, or only in part."""
        self._anew(replace(self.order, troubled_only=only))

    def group(self, folders: bool) -> None:
        """Show files in their folders, or all beside each other."""
        self._anew(replace(self.order, folders=folders))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column; folders stand first by name."""
        descending = order is Qt.SortOrder.DescendingOrder
        self._anew(replace(self.order, column=COLUMNS[column], descending=descending))

    def node(self, index: _Index) -> Node:
        """The node of an index; the root for an invalid one."""
        return self._nodes[index.internalId()] if index.isValid() else self._root

    def index_of(self, key: str) -> QModelIndex:
        """The row of a key; invalid when it is not shown."""
        found = next((n for n in self.walk() if n.key == key), None)
        return self._index_of(found) if found is not None else QModelIndex()

    def walk(self, node: Node | None = None) -> Iterator[Node]:
        """Every shown node below, as they stand."""
        for child in (node or self._root).shown:
            yield child
            yield from self.walk(child)

    def shown_documents(self) -> list[Any]:
        """The documents that are shown, as they stand."""
        return [node.document for node in self.walk() if node.document is not None]

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a shown child."""
        shown = self.node(parent).shown
        if not (0 <= row < len(shown) and 0 <= column < len(COLUMNS)):
            return QModelIndex()
        return self.createIndex(row, column, shown[row].number)

    def parent(self, index: _Index) -> QModelIndex:  # type: ignore[override]
        """The folder or file around a row."""
        around = self.node(index).parent if index.isValid() else None
        return QModelIndex() if around is None else self._index_of(around)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many children are shown."""
        return 0 if parent.column() > 0 else len(self.node(parent).shown)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008, ARG002
        """The columns of :data:`COLUMNS`."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        """Names of the columns; figures stand right."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"library_pane.column.{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return words.alignment(COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, alignment, colour, the document."""
        node, column = self.node(index), COLUMNS[index.column()]
        document = node.document
        match role:
            case _ if role == DOCUMENT:
                value: object = document
            case _ if role == SHARE:
                value = words.share(document) if document is not None and column == "state" else None
            case Qt.ItemDataRole.DisplayRole:
                value = self._said(node, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                value = words.alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                value = words.ink(document, column)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                value = words.told(document, column) if document is not None else self._told(node, column)
            case _:
                value = None
        return value

    @classmethod
    def _told(cls, node: Node, column: str) -> str:
        return node.way if column == "name" and node.way else cls._said(node, column)

    @staticmethod
    def _said(node: Node, column: str) -> str:
        if column == "name":
            return node.name
        if node.document is not None:
            return words.cell(node.document, column)
        return words.group_cell(list(node.documents()), column, folder=node.folder)

    def _index_of(self, node: Node) -> QModelIndex:
        return QModelIndex() if node.number == 0 else self.createIndex(node.row, 0, node.number)

    def _anew(self, order: Order) -> None:
        if order != self.order:
            self.order = order
            self._reset(arranged(self.documents, order))

    def _can_merge(self, old: Node, fresh: Node) -> bool:
        """Whether the rows that stay keep their order, here and below."""
        if not old.shown or not fresh.shown:
            return True
        coming = {node.key: node for node in fresh.shown}
        staying = [node for node in old.shown if node.key in coming]
        places = {node.key: place for place, node in enumerate(fresh.shown)}
        order = [places[node.key] for node in staying]
        if order != sorted(order):
            return False
        return all(self._can_merge(node, coming[node.key]) for node in staying)

    def _merge(self, old: Node, fresh: Node) -> None:
        if not old.shown and not fresh.shown:
            return
        here = self._index_of(old)
        coming = {node.key: node for node in fresh.shown}
        for row in range(len(old.shown) - 1, -1, -1):
            if old.shown[row].key not in coming:
                self.beginRemoveRows(here, row, row)
                self._forget(old.shown.pop(row))
                self._number_rows(old)
                self.endRemoveRows()
        standing = {node.key: node for node in old.shown}
        changed = [node.row for node in old.shown if self._take_over(node, coming[node.key])]
        if changed:
            end = self.index(changed[-1], len(COLUMNS) - 1, here)
            self.dataChanged.emit(self.index(changed[0], 0, here), end)
        merged = [standing.get(node.key, node) for node in fresh.shown]
        for first, last in _runs([node.key in standing for node in merged]):
            self.beginInsertRows(here, first, last)
            old.shown[first:first] = merged[first : last + 1]
            for node in merged[first : last + 1]:
                node.parent = old
                self._register(node)
            self._number_rows(old)
            self.endInsertRows()
        old.children = [standing.get(node.key, node) for node in fresh.children]

    def _take_over(self, old: Node, fresh: Node) -> bool:
        """Let a row that stays say what is new; whether it says something else now."""
        changed = (old.name, old.document) != (fresh.name, fresh.document) or old.document is None
        old.name, old.way, old.document = fresh.name, fresh.way, fresh.document
        self._merge(old, fresh)
        return changed

    def _reset(self, fresh: Node) -> None:
        self.beginResetModel()
        self._nodes.clear()
        self._root = fresh
        self._nodes[0] = fresh
        for child in fresh.shown:
            self._register(child)
        self._number_rows(fresh)
        self.endResetModel()

    def _register(self, node: Node) -> None:
        self._last += 1
        node.number = self._last
        self._nodes[node.number] = node
        for child in node.shown:
            self._register(child)
        self._number_rows(node)

    def _forget(self, node: Node) -> None:
        self._nodes.pop(node.number, None)
        for child in node.shown:
            self._forget(child)

    @staticmethod
    def _number_rows(node: Node) -> None:
        for row, child in enumerate(node.shown):
            child.row = row


def _runs(standing: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last place of each run of newcomers."""
    runs: list[tuple[int, int]] = []
    for place, stands in enumerate(standing):
        if stands:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
