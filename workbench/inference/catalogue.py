"""The models worth bringing to a machine: ``resources/models.toml``."""

import tomllib
from dataclasses import dataclass
from typing import Any

from workbench.inference.api import Role
from workbench.paths import resources


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the catalogue. ``size`` in bytes of all ``files``; ``sha256``, and ``hashes`` of each
    file, are empty where not known.

    ``memory_gb``: the smallest machine it is meant for; ``rank``: its place among those of its role, the
    best highest; ``active``: weights a token uses, in billions, of ``weights`` in all; ``kv_bytes``: memory a token of
    context takes; ``context``: tokens it was made for.
    """

    id: str
    name: str
    role: Role
    files: tuple[str, ...]
    hashes: tuple[str, ...]
    size: int
    sha256: str
    licence: str
    publisher: str
    source: str
    memory_gb: int
    rank: int
    active: float
    weights: float
    kv_bytes: int
    context: int
    test_only: bool = False

    @property
    def verified(self) -> bool:
        """Whether an import can be compared with the publisher's hash."""
        return bool(self.sha256)


def catalogue() -> tuple[dict[str, Any], ...]:
    """The tables of ``resources/models.toml``, empty where it is absent."""
    try:
        table = tomllib.loads((resources() / "models.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(table.get("model", ()))


def known_models() -> tuple[KnownModel, ...]:
    """The catalogue, by role and rank."""
    known = tuple(_known(table) for table in catalogue())
    return tuple(sorted(known, key=lambda model: (list(Role).index(model.role), model.rank)))


def known_by_hash(sha256: str) -> KnownModel | None:
    """The model of the catalogue with this hash."""
    return next((model for model in known_models() if sha256 and model.sha256 == sha256), None)


def known_by_file(file: str, size: int) -> KnownModel | None:
    """The model of the catalogue published under this file name with this size of all its files."""
    return next((m for m in known_models() if m.files[0].lower() == file.lower() and m.size == size), None)


def _known(table: dict[str, Any]) -> KnownModel:
    return KnownModel(
        id=table["id"],
        name=table["name"],
        role=Role(table["role"]),
        files=tuple(part["file"] for part in table.get("files", ())) or (table["file"],),
        hashes=tuple(part["sha256"] for part in table.get("files", ())) or (table.get("sha256", ""),),
        size=table["size"],
        sha256=table.get("sha256", ""),
        licence=table.get("licence", ""),
        publisher=table.get("publisher", ""),
        source=table.get("source", ""),
        memory_gb=table.get("memory_gb", 0),
        rank=table.get("rank", 0),
        active=float(table.get("active", 0)),
        weights=float(table.get("weights", table.get("active", 0))),
        kv_bytes=table.get("kv_bytes", 0),
        context=table.get("context", 0),
        test_only=table.get("test_only", False),
    )
