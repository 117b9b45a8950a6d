"""Bringing a case up to date with the folder it follows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from workbench.jobs import JobContext
from workbench.models.library import folders
from workbench.models.library.changes import Changes
from workbench.models.library.database import Connection
from workbench.models.library.folders import Difference, Followed, Seen
from workbench.models.library.library import Library


class Importing(Protocol):
    """What is asked of the importer."""

    def add(self, case_id: str, paths: Sequence[Path], job: JobContext, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Synced:
    """What a check brought. ``deleted`` are ids of documents taken out of sight, for undoing.

    ``known`` counts new files whose content was in the case already, ``held_back`` deletions not carried
    out because the whole folder is empty; ``unread`` names what could not be looked at.
    """

    difference: Difference
    deleted: tuple[str, ...] = ()
    refused: int = 0
    known: int = 0
    held_back: int = 0
    unread: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)


def sync(
    library: Library,
    importer: Importing,
    case_id: str,
    job: JobContext,
    *,
    on_result: Callable[[Any], object] = lambda _result: None,
    emptied: bool = False,
) -> Synced | None:
    """Look through the followed folder and take over what happened; None where nothing is followed.

    Renamed and moved files keep their documents, changed ones get a next version, deleted ones leave
    search at once and can be restored. With ``emptied`` a folder without any file counts as deleted.
    Stopping keeps what is done. Raises LibraryError where the folder can't be reached, Cancelled, DiskFull.
    """
    state = folders.followed(library, case_id)
    if state is None:
        return None
    seen = folders.scan(state.folder, state.files, library.originals.mac, job)
    kept = frozenset(folders.spared(state.files, seen.unread))
    if state.files and not seen.files and not emptied:
        return Synced(Difference(same=state.files), held_back=len(state.files) - len(kept), unread=seen.unread)
    difference = folders.compare([s for s in state.files if s not in kept], seen.files)
    ledger = _Ledger(library, case_id, state, kept, difference)
    touched = ledger.move()
    deleted = ledger.delete()
    refused = known = 0
    try:
        for result in importer.add(case_id, ledger.waiting, job):
            ledger.taken(result.path)
            refused += result.status == "rejected"
            known += result.status == "unchanged"
            touched.update(result.documents or ([result.document] if result.document else []))
            on_result(result)
    finally:
        ledger.save()
    changes = Changes(frozenset({case_id}), frozenset({*touched, *deleted}))
    touch = Changes() if difference.nothing else changes
    return Synced(difference, tuple(deleted), refused, known, unread=seen.unread, changes=touch)


class _Ledger:
    """What is known of the folder while its changes are taken over one by one."""

    def __init__(
        self, library: Library, case_id: str, state: Followed, kept: Collection[Seen], difference: Difference
    ) -> None:
        self._library = library
        self._case = case_id
        self._number = library.case_number(case_id)
        self._state = state
        self._difference = difference
        self._doubled: list[str] = []
        self._known = {seen.path: seen for seen in (*kept, *difference.same)}
        self._before = {was.path: was for was, _ in difference.changed}
        self._owed = {str(state.folder / s.path): s for s in (*difference.new, *(b for _, b in difference.changed))}

    @property
    def waiting(self) -> list[Path]:
        """The files to be read."""
        return [Path(path) for path in self._owed]

    def taken(self, path: str) -> None:
        """A file was read, or refused: either way it is known now."""
        seen = self._owed.get(path)
        if seen is not None:
            self._known[seen.path] = seen
            self._before.pop(seen.path, None)

    def save(self) -> None:
        """Keep what is known; changed files not yet read stay as they were seen before."""
        files = (*self._known.values(), *self._before.values())
        folders.save(self._library, self._case, Followed(self._state.folder, files, folders.time_of_check()))

    def move(self) -> set[str]:
        """Give documents of renamed and moved files their new place; returns the documents' ids."""
        pairs = [*self._difference.renamed, *self._difference.moved]
        copies = {seen.mac: seen for seen in (*self._known.values(), *self._difference.new)}
        pairs += [(gone, copies[gone.mac]) for gone in self._difference.deleted if gone.mac in copies]
        for _, now in [*self._difference.renamed, *self._difference.moved]:
            self._known[now.path] = now
        places = [(self._place(was), self._place(now)) for was, now in pairs]
        if not places:
            return set()
        moved, self._doubled = _move(self._library, self._number, places)
        return moved

    def delete(self) -> list[str]:
        """Take the documents of deleted files out of sight; returns their ids."""
        gone = [*(self._place(seen) for seen in self._difference.deleted), *self._doubled]
        documents = _documents_of(self._library, self._number, gone)
        for document in documents:
            self._library.delete_document(document)
        return documents

    def _place(self, seen: Seen) -> str:
        return str(self._state.folder / seen.path)


def _move(library: Library, case_number: int, places: Sequence[tuple[str, str]]) -> tuple[set[str], list[str]]:
    """Change paths all at once, for files may have changed places with each other.

    Returns the ids of the documents moved, and the places of those that must go instead: what lies at
    their new place is in already as a document of its own.
    """
    moved: set[str] = set()
    doubled: list[str] = []
    with library.database.write() as connection:
        found = [(_file_at(connection, case_number, was), now) for was, now in places]
        numbers = [(number, now) for number, now in found if number is not None]
        for number, _ in numbers:
            _set_aside(connection, number)
        for number, now in numbers:
            left = _file_at(connection, case_number, now)
            if left is not None and _is_sound(connection, left):
                doubled.append(_aside(number))
                continue
            if left is not None:
                _set_aside(connection, left)
            connection.execute("UPDATE files SET path = ?, name = ? WHERE number = ?", (now, Path(now).name, number))
            rows = connection.execute("SELECT id FROM documents WHERE file = ?", (number,)).fetchall()
            moved.update(str(row[0]) for row in rows)
    return moved, doubled


def _aside(number: int) -> str:
    """A place no file can have."""
    return f"\0{number}"


def _set_aside(connection: Connection, number: int) -> None:
    connection.execute("UPDATE files SET path = ? WHERE number = ?", (_aside(number), number))


def _file_at(connection: Connection, case_number: int, path: str) -> int | None:
    row = connection.execute(
        "SELECT number FROM files WHERE case_number = ? AND path = ?", (case_number, path)
    ).fetchone()
    return int(row[0]) if row else None


def _is_sound(connection: Connection, file: int) -> bool:
    row = connection.execute("SELECT 1 FROM documents WHERE file = ? AND deleted IS NULL", (file,)).fetchone()
    return row is not None


def _documents_of(library: Library, case_number: int, paths: Sequence[str]) -> list[str]:
    """Ids of the documents, refused files among them, of the files at these paths."""
    found: list[str] = []
    for path in paths:
        rows = library.database.rows(
            "SELECT d.id FROM documents d JOIN files f ON f.number = d.file"
            " WHERE f.case_number = ? AND f.path = ? AND d.deleted IS NULL",
            case_number,
            path,
        )
        found += [str(row[0]) for row in rows]
    return found
