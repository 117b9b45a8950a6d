"""What the pane knows of the registry, and what it reads from it in one go."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from workbench.errors import WorkbenchError
from workbench.inference.api import Role
from workbench.jobs import JobContext
from workbench.paths import resources


class EntryLike(Protocol):
    """An imported model (``inference.registry.ModelEntry``). ``size`` in bytes."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def licence(self) -> str: ...


class RegistryLike(Protocol):
    """What the pane asks of ``inference.registry.Registry``."""

    def list(self) -> tuple[Any, ...]: ...
    def roles(self) -> dict[Role, tuple[str, ...]]: ...
    def check(self, entry: Any) -> None: ...
    def verify(self, id_or_name: str, job: JobContext | None = None) -> Any: ...
    def import_file(self, path: Path, role: Role | None = None, job: JobContext | None = None) -> Any: ...
    def promote(self, id_or_name: str) -> Any: ...
    def rollback(self, role: Role) -> Any: ...
    def remove(self, id_or_name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """A model of the catalogue that is not on this machine. ``size`` in bytes."""

    name: str
    role: str
    file: str
    size: int
    licence: str
    memory_gb: int


@dataclass(frozen=True, slots=True)
class Held:
    """An imported model: whether it works in its role, whether another can take over, what is wrong."""

    entry: EntryLike
    works: bool
    has_previous: bool
    trouble: WorkbenchError | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything the pane shows."""

    held: tuple[Held, ...]
    known: tuple[Known, ...]

    def working(self, role: Role) -> Held | None:
        """The model that works in a role."""
        return next((held for held in self.held if held.works and held.entry.role == role), None)

    def waiting(self) -> tuple[Held, ...]:
        """Imported models that work in no role now."""
        return tuple(held for held in self.held if not held.works)


def read_shelf(registry: RegistryLike | None) -> Shelf:
    """Ask the registry and the catalogue; reads small files only."""
    if registry is None:
        return Shelf((), _catalogue(()))
    entries = registry.list()
    there = {entry.id for entry in entries}
    roles = {role: [id_ for id_ in ids if id_ in there] for role, ids in registry.roles().items()}
    held = tuple(
        Held(entry, works, works and len(roles[entry.role]) > 1, _trouble(registry, entry))
        for entry in entries
        for works in (roles.get(entry.role, [""])[:1] == [entry.id],)
    )
    return Shelf(held, _catalogue([entry.sha256 for entry in entries]))


def _trouble(registry: RegistryLike, entry: EntryLike) -> WorkbenchError | None:
    try:
        registry.check(entry)
    except WorkbenchError as error:
        return error
    return None


def _catalogue(imported: Sequence[str]) -> tuple[Known, ...]:
    path = resources() / "models.toml"
    if not path.exists():
        return ()
    models = tomllib.loads(path.read_text(encoding="utf-8")).get("model", ())
    return tuple(
        Known(m["name"], m["role"], m["file"], m["size"], m["licence"], m.get("memory_gb", 0))
        for m in models
        if m["sha256"] not in imported and not m.get("test_only")
    )
