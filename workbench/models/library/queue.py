"""Imports still to be done, kept encrypted with their case: a closed window or a cut cable loses none.

A batch is kept as it was given. When its turn comes its folders become a list of files, and how many
of them are done is kept beside it, so that what was read or refused before a restart is not read
again. The password given for a batch is never kept.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from workbench.models.library.walking import walk

KIND = "import"
"""Kind of the notes that keep unfinished imports."""
DONE_KIND = "import_done"
"""Kind of the notes that keep how many files of a batch are done."""
_KEEP_EVERY_S = 1.0


class Notes(Protocol):
    """What is asked of the library."""

    def cases(self) -> Sequence[Any]: ...

    def notes(self, case_id: str, kind: str) -> dict[str, dict[str, Any]]: ...

    def save_note(self, case_id: str, kind: str, key: str, value: dict[str, Any]) -> object: ...

    def delete_note(self, case_id: str, kind: str, key: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Files and folders for a case, with the password given for them. ``paused``: not to go on by itself."""

    case: str
    paths: tuple[Path, ...]
    password: str | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    paused: bool = False
    listed: bool = False
    """Whether ``paths`` are the files themselves, in the order they are taken in."""


def keep(library: Notes, batch: Batch) -> None:
    """Remember a batch until it is over."""
    paths = [str(path) for path in batch.paths]
    library.save_note(batch.case, KIND, batch.key, {"paths": paths, "paused": batch.paused, "listed": batch.listed})


def forget(library: Notes, batch: Batch) -> None:
    """The batch is over, or the user stopped it."""
    library.delete_note(batch.case, DONE_KIND, batch.key)
    library.delete_note(batch.case, KIND, batch.key)


def keep_paused(library: Notes, batch: Batch, *, paused: bool) -> None:
    """Remember whether a kept batch waits for the user; one that is over stays forgotten."""
    value = library.notes(batch.case, KIND).get(batch.key)
    if value is not None:
        library.save_note(batch.case, KIND, batch.key, {**value, "paused": paused})


def unfinished(library: Notes) -> tuple[Batch, ...]:
    """What earlier runs left; batches of which nothing is left on the disk are forgotten."""
    found = []
    for case in library.cases():
        for key, value in library.notes(case.id, KIND).items():
            paths = tuple(Path(path) for path in value.get("paths", ()))
            batch = Batch(case.id, paths, key=key, paused=bool(value.get("paused")), listed=bool(value.get("listed")))
            if any(path.exists() for path in paths):
                found.append(batch)
            else:
                forget(library, batch)
    return tuple(found)


class Progress:
    """How far a batch is. Work for a job: listing folders takes a while."""

    def __init__(self, library: Notes, batch: Batch) -> None:
        self._library = library
        self._batch = self._listed(batch)
        kept = library.notes(batch.case, DONE_KIND).get(batch.key, {})
        self.done = min(int(kept.get("done", 0)), self.total)
        self._kept_at = time.monotonic()

    @property
    def total(self) -> int:
        """How many files there are in all."""
        return len(self._batch.paths)

    @property
    def rest(self) -> tuple[Path, ...]:
        """The files still to be taken in; of those already gone from the disk only a first try is made."""
        paths = self._batch.paths[self.done :]
        return paths if not self.done else tuple(path for path in paths if path.exists())

    def over(self, path: str) -> None:
        """A file was taken in or refused; kept about once a second."""
        rest = [str(p) for p in self._batch.paths[self.done : self.done + 64]]
        if path in rest:
            self.done += rest.index(path) + 1
        if time.monotonic() - self._kept_at >= _KEEP_EVERY_S:
            self.save()

    def save(self) -> None:
        """Keep how far it is."""
        self._library.save_note(self._batch.case, DONE_KIND, self._batch.key, {"done": self.done})
        self._kept_at = time.monotonic()

    def finish(self) -> None:
        """Everything is in: forget the batch."""
        forget(self._library, self._batch)

    def _listed(self, batch: Batch) -> Batch:
        kept = self._library.notes(batch.case, KIND).get(batch.key)
        if kept is not None and kept.get("listed"):
            paths = tuple(Path(path) for path in kept.get("paths", ()))
            return replace(batch, paths=paths, listed=True)
        made = batch if batch.listed else replace(batch, paths=tuple(walk(batch.paths)), listed=True)
        keep(self._library, replace(made, paused=False))
        return made
