"""The documents of a case as a tree: folders, files, and what lies inside a file; sorted and filtered here.

Nodes keep their identity while an import goes on, so that the view stays where it is: rows come and
go one by one, and only where their order changes is everything shown anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QCollator, QModelIndex, QPersistentModelIndex, Qt

from workbench.i18n import tr
from workbench.views.evidence_list import document_name
from workbench.views.library_pane import words
from workbench.views.library_pane.words import COLUMNS

_Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole
"""The document of a row; None for a folder, or a file of which only the insides are documents."""
SHARE = Qt.ItemDataRole.UserRole + 1
"""How far a document's index is, 0 to 1; None where there is nothing to wait for."""
INSIDE = "!/"
"""Parts the key of a file inside a file from what it lies in (as ``models.library`` writes it)."""
PASTED = "inkstone-pasted-"
"""How the folder begins in which pictures from the clipboard lie while they are taken in."""


@dataclass(eq=False, slots=True)
class Node:
    """A row. ``key`` tells it apart from its siblings and stays the same; ``shown`` are its visible children."""

    key: str
    name: str
    folder: bool = False
    document: Any = None
    children: list["Node"] = field(default_factory=list)
    shown: list["Node"] = field(default_factory=list)
    parent: "Node | None" = None
    row: int = 0
    number: int = 0

    def documents(self) -> Iterator[Any]:
        """Every document at and below it."""
        if self.document is not None:
            yield self.document
        for child in self.children:
            yield from child.documents()

    def add(self, child: "Node") -> "Node":
        """Take a child in."""
        child.parent = self
        self.children.append(child)
        return child


def grow(documents: Iterable[Any], *, folders: bool) -> Node:
    """The tree of documents: files under their folders where wanted, insides under their file."""
    listed = list(documents)
    root = Node("", "")
    homes: dict[tuple[str, ...], Node] = {(): root}
    folder_of = lru_cache(maxsize=None)(_parts)
    parts = {document.id: folder_of(_folder(document)) for document in listed} if folders else {}
    shared = _shared(p for p in set(parts.values()) if p)
    files: dict[str, list[Any]] = {}
    for document in listed:
        files.setdefault(document.path or document.id, []).append(document)
    for path, inside in files.items():
        home = _home(homes, parts.get(inside[0].id, ())[shared:])
        home.add(_file(path, inside))
    _shorten(root)
    return root


def _file(path: str, documents: Sequence[Any]) -> Node:
    """A file with what is in it: attachments of attachments under their own, lines beside each other."""
    own = next((d for d in documents if not d.key), None)
    if own is None and len(documents) == 1:
        own = documents[0]
    if own is not None:
        node = Node(own.id, document_name(own), document=own)
    else:
        node = Node(f"file {path}", documents[0].name)
    if len(documents) == 1:
        return node
    homes = {"": node}
    for document in sorted(documents, key=lambda d: str(d.key).count(INSIDE)):
        if document is not own:
            around, inside, name = document.key.rpartition(INSIDE)
            shown = (name if inside else "") or document.title or document_name(document)
            inner = Node(document.id, shown, document=document)
            homes[document.key] = homes.get(around, node).add(inner)
    return node


def _folder(document: Any) -> str:
    """The folder a document's file lay in; none for a file without a place."""
    path = str(document.path)
    return "" if not path or path.startswith("\0") else path[: max(path.rfind("/"), path.rfind("\\")) + 1]


def _parts(folder: str) -> tuple[str, ...]:
    """The names a folder's path is made of; none for the one a pasted picture lay in."""
    place = PurePath(folder)
    return () if not folder or place.name.startswith(PASTED) else place.parts


def _shared(places: Iterable[tuple[str, ...]]) -> int:
    """How many folders all the places have in common."""
    every = set(places)
    if not every:
        return 0
    first, last = min(every), max(every)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return same


def _home(homes: dict[tuple[str, ...], Node], place: tuple[str, ...]) -> Node:
    if place not in homes:
        parent = _home(homes, place[:-1])
        homes[place] = parent.add(Node(f"folder {'/'.join(place)}", place[-1], folder=True))
    return homes[place]


def _shorten(node: Node) -> None:
    """A folder that holds nothing but a folder is shown with it on one line."""
    for child in node.children:
        while child.folder and len(child.children) == 1 and child.children[0].folder:
            only = child.children[0]
            child.key, child.name = only.key, f"{child.name}/{only.name}"
            child.children = only.children
            for grandchild in child.children:
                grandchild.parent = child
        _shorten(child)


@dataclass(frozen=True, slots=True)
class Order:
    """Which documents are shown, and how they stand."""

    folders: bool = True
    troubled_only: bool = False
    words: tuple[str, ...] = ()
    column: str = "added"
    descending: bool = True


def arranged(documents: Iterable[Any], order: Order) -> Node:
    """The tree of documents with what is to be shown chosen and ordered. Work for a job where there are many."""
    root = grow(documents, folders=order.folders)
    _Arranging(order).arrange(root)
    return root


class _Arranging:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._collator = QCollator()
        self._collator.setNumericMode(True)

    def arrange(self, node: Node) -> bool:
        """Choose and order what is shown below a node; whether the node itself is to be shown."""
        if not node.children and node.parent is not None:
            return node.document is not None and self._wanted(node)
        node.shown = self._sorted([child for child in node.children if self.arrange(child)])
        return bool(node.shown) or (node.document is not None and self._wanted(node))

    def _wanted(self, node: Node) -> bool:
        if self._order.troubled_only and node.document.state not in words.TROUBLED:
            return False
        if not self._order.words:
            return True
        held = f"{node.name} {words.searched(node.document)}".lower()
        return all(word in held for word in self._order.words)

    def _sorted(self, nodes: list[Node]) -> list[Node]:
        if len(nodes) < 2:
            return nodes
        folders = sorted((n for n in nodes if n.folder), key=lambda n: self._collator.sortKey(n.name))
        files = [n for n in nodes if not n.folder]
        if self._order.column == "name":
            files.sort(key=lambda n: self._collator.sortKey(n.name))
        else:
            files.sort(key=lambda n: words.sort_value(list(n.documents()), self._order.column))
        if self._order.descending:
            files.reverse()
        return [*folders, *files]


class DocumentModel(QAbstractItemModel):
    """The tree for a view, with only the rows that are wanted, in the order that is wanted."""

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
                value = words.told(document, column) if document is not None else self._said(node, column)
            case _:
                value = None
        return value

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
        old.name, old.document = fresh.name, fresh.document
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
