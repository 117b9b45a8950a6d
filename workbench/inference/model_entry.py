"""What is kept of an imported model, and how notes are written whole or not at all."""

import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from workbench.inference.api import Role
from workbench.inference.gguf_header import GgufHeader
from workbench.inference.model_files import Part

KEPT_FACTS = (
    "general.architecture",
    "general.name",
    "general.basename",
    "general.size_label",
    "general.license",
    "general.license.link",
    "general.organization",
    "general.quantized_by",
    "general.file_type",
    "general.quantization_version",
)


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """An imported model. ``size`` in bytes of all its files; ``facts`` are the GGUF's own words about itself.

    A model in several files has them all in ``parts``; ``file`` is the one to load, ``sha256`` is then the
    hash of the lines ``sha256  file``. ``why`` says what told the role (``guess.RoleGuess``; "user").
    """

    id: str
    name: str
    role: Role
    file: str
    sha256: str
    size: int
    mtime_ns: int
    licence: str = ""
    origin: str = ""
    parameters: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    why: str = ""

    @property
    def files(self) -> tuple[Part, ...]:
        """All files with size, time and hash."""
        return self.parts or (Part(self.file, self.sha256, self.size, self.mtime_ns),)

    def with_times(self, times: tuple[int, ...]) -> "ModelEntry":
        """The same model, its files' times as given."""
        changed: dict[str, Any] = {**self.to_json(), "mtime_ns": times[0]}
        changed["parts"] = [{**asdict(part), "mtime_ns": t} for part, t in zip(self.parts, times, strict=False)]
        return ModelEntry.from_json(changed)

    def to_json(self) -> dict[str, Any]:
        """The entry as kept in ``model.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ModelEntry":
        """Raises KeyError, TypeError, ValueError for what :meth:`to_json` did not write; newer keys are ignored."""
        known = {f.name for f in fields(cls)}
        kept = {key: value for key, value in values.items() if key in known}
        parts = tuple(Part(**part) for part in kept.get("parts") or ())
        return cls(**{**kept, "role": Role(values["role"]), "parts": parts})


def facts_of(header: GgufHeader) -> dict[str, str]:
    """What a file says of itself, in short."""
    return {key: header.text(key)[:200] for key in KEPT_FACTS if key in header.facts}


def read_entry(path: Path) -> ModelEntry | None:
    """The entry noted in ``path``; None where it can't be read or points out of its folder."""
    try:
        entry = ModelEntry.from_json(json.loads(path.read_text(encoding="utf-8")))
        names = [part.file for part in entry.files]
        # The names come from a file: they must not lead out of the model's folder.
        inside = all(name and Path(name).name == name for name in (*names, entry.file))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return entry if inside and entry.id == path.parent.name else None


def read_json(path: Path) -> dict[str, Any]:
    """An object in a file; empty where there is none that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_text(json.dumps(values, ensure_ascii=False, indent=2), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
