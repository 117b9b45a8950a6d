"""The documents of a case as a tree: folders, files, and what lies inside a file; sorted and filtered here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QCollator

from workbench.views.evidence_list import document_name
from workbench.views.library_pane import words

INSIDE = "!/"
"""Parts the key of a file inside a file from what it lies in (as ``models.library`` writes it)."""
PASTED = "inkstone-pasted-"
"""How the folder begins in which pictures from the clipboard lie while they are taken in."""
_LONG_WAY = 2
"""How many folders on one line are named in full."""


@dataclass(eq=False, slots=True)
class Node:
    """A row. ``key`` tells it apart from its siblings and stays the same; ``shown`` are its visible children.

    ``way`` is a folder's name with those of the folders around it that are left out of ``name``.
    """

    key: str
    name: str
    folder: bool = False
    document: Any = None
    children: list["Node"] = field(default_factory=list)
    shown: list["Node"] = field(default_factory=list)
    parent: "Node | None" = None
    row: int = 0
    number: int = 0
    way: str = ""

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
    """A folder that holds nothing but a folder is shown with it on one line, of a long way the last two."""
    for child in node.children:
        names = [child.name]
        while child.folder and len(child.children) == 1 and child.children[0].folder:
            only = child.children[0]
            child.key, child.children = only.key, only.children
            names.append(only.name)
            for grandchild in child.children:
                grandchild.parent = child
        child.way = "/".join(names)
        child.name = "/".join(("…", *names[-2:])) if len(names) > _LONG_WAY else child.way
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
