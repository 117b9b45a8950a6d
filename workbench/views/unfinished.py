"""Imports as kept with their case until they are over: a closed window or a cut cable loses none."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

KIND = "import"
"""Kind of the notes that keep unfinished imports."""


class Notes(Protocol):
    """What is asked of the library."""

    def cases(self) -> Sequence[Any]: ...

    def notes(self, case_id: str, kind: str) -> dict[str, dict[str, Any]]: ...

    def save_note(self, case_id: str, kind: str, key: str, value: dict[str, Any]) -> object: ...

    def delete_note(self, case_id: str, kind: str, key: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Files and folders for a case, with the password given for them, which is never kept."""

    case: str
    paths: tuple[Path, ...]
    password: str | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(8))


def keep(library: Notes, batch: Batch) -> None:
    """Remember a batch until it is over."""
    library.save_note(batch.case, KIND, batch.key, {"paths": [str(path) for path in batch.paths]})


def forget(library: Notes, batch: Batch) -> None:
    """The batch is over, or the user stopped it."""
    library.delete_note(batch.case, KIND, batch.key)


def unfinished(library: Notes) -> tuple[Batch, ...]:
    """What earlier runs left; batches of which nothing is left on the disk are forgotten."""
    found = []
    for case in library.cases():
        for key, value in library.notes(case.id, KIND).items():
            paths = tuple(Path(path) for path in value.get("paths", ()))
            batch = Batch(case.id, tuple(path for path in paths if path.exists()), key=key)
            if batch.paths:
                found.append(batch)
            else:
                forget(library, batch)
    return tuple(found)
