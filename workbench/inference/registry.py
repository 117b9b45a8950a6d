"""The models of this machine: imported once, checked, and given roles.

::

    models/roles.json                       role → ids, the first one works, the second is the way back
    models/<first 16 of sha256>/model.json  what is known of the file
    models/<first 16 of sha256>/<file>.gguf

A model is used from the application's own copy alone, so that nobody changes it underneath. Its size
and time are compared at each load, its hash at the import and by :meth:`Registry.verify`.
"""

import errno
import hashlib
import json
import os
import shutil
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import DiskFull, EngineError, ModelDamaged, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.gguf_header import GgufFault, GgufHeader, read_header
from workbench.jobs import JobContext
from workbench.paths import resources

_STEP = 1 << 22
_ID_LENGTH = 16
_Roles = dict[Role, list[str]]
_KEPT_FACTS = (
    "general.architecture",
    "general.name",
    "general.basename",
    "general.size_label",
    "general.license",
    "general.file_type",
    "general.quantization_version",
)


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """An imported model. ``size`` in bytes; ``facts`` are the GGUF's own words about itself."""

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

    def to_json(self) -> dict[str, Any]:
        """The entry as kept in ``model.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ModelEntry":
        """Raises KeyError, TypeError, ValueError for what :meth:`to_json` did not write."""
        return cls(**{**values, "role": Role(values["role"])})


def catalogue() -> tuple[dict[str, Any], ...]:
    """The models we know by hash: ``resources/models.toml``, empty where it is absent."""
    try:
        table = tomllib.loads((resources() / "models.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(table.get("model", ()))


class Registry:
    """The models in ``models_dir``, which need not exist. Safe from any thread."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir
        self._lock = threading.RLock()

    def list(self) -> tuple[ModelEntry, ...]:
        """All imported models by name. A folder without readable ``model.json`` is passed over."""
        found = (_read_entry(path) for path in sorted(self.models_dir.glob("*/model.json")))
        return tuple(sorted((entry for entry in found if entry), key=lambda entry: entry.name))

    def get(self, id_or_name: str) -> ModelEntry:
        """A model by id (or its beginning), name or file name. Raises ModelMissing."""
        for entry in self.list():
            if id_or_name in (entry.id, entry.name, entry.file) or (
                len(id_or_name) >= 6 and entry.id.startswith(id_or_name)
            ):
                return entry
        raise ModelMissing(tr("inference.unknown_model", name=id_or_name), tr("inference.unknown_model.hint"))

    def path(self, entry: ModelEntry) -> Path:
        """Where a model's file lies."""
        return self.models_dir / entry.id / entry.file

    def roles(self) -> dict[Role, tuple[str, ...]]:
        """The ids of each role, the working one first."""
        try:
            values = json.loads((self.models_dir / "roles.json").read_text(encoding="utf-8"))
            return {role: tuple(str(id_) for id_ in values.get(role.value, ())) for role in Role}
        except (OSError, ValueError, AttributeError, TypeError):
            return dict.fromkeys(Role, ())

    def active(self, role: Role) -> ModelEntry | None:
        """The working model of a role, or None. An id whose model is gone is passed over."""
        for id_ in self.roles()[role]:
            entry = _read_entry(self.models_dir / id_ / "model.json")
            if entry is not None:
                return entry
        return None

    def require(self, role: Role) -> ModelEntry:
        """The working model of a role, its file compared with what was imported. Raises ModelMissing, ModelDamaged."""
        entry = self.active(role)
        if entry is None:
            raise ModelMissing(tr(f"inference.missing.{role.value}"), tr("inference.missing.hint"))
        self.check(entry)
        return entry

    def check(self, entry: ModelEntry) -> None:
        """Compare size and time of the file with the import. Raises ModelDamaged."""
        try:
            status = self.path(entry).stat()
        except OSError as error:
            raise _damaged(entry, str(error)) from error
        if status.st_size != entry.size:
            raise _damaged(entry, f"{status.st_size} != {entry.size} bytes")
        if status.st_mtime_ns != entry.mtime_ns:
            self.verify(entry.id)

    def verify(self, id_or_name: str, job: JobContext | None = None) -> ModelEntry:
        """Read the whole file and compare its hash. Raises ModelDamaged, Cancelled.

        A file that was only touched is as good as before, and its new time is noted.
        """
        entry = self.get(id_or_name)
        path = self.path(entry)
        try:
            status = path.stat()
            digest = _hash(path, job or JobContext())
        except OSError as error:
            raise _damaged(entry, str(error)) from error
        if digest != entry.sha256:
            raise _damaged(entry, f"sha256 {digest}")
        renewed = ModelEntry.from_json({**entry.to_json(), "mtime_ns": status.st_mtime_ns})
        if renewed != entry:
            _write_json(path.parent / "model.json", renewed.to_json())
        return renewed

    def import_file(self, path: Path, role: Role | None = None, job: JobContext | None = None) -> ModelEntry:
        """Copy a GGUF file into the registry, hashing it, and give it its role.

        The first model of a role works at once; a later one waits for :meth:`promote`; one that the
        catalogue calls a test model gets a role only when ``role`` is said. Nothing half-copied stays.

        Raises ModelDamaged, EngineError (role unclear), DiskFull, Cancelled.
        """
        job = job or JobContext()
        header = _header(path)
        folder = self.models_dir / f".part-{os.getpid()}-{threading.get_ident()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            digest = _copy(path, folder / path.name, job)
            known = next((model for model in catalogue() if model.get("sha256") == digest), {})
            entry = _entry(folder / path.name, header, digest, role or known.get("role"), known)
            _write_json(folder / "model.json", entry.to_json())
            with self._lock:
                self._settle(folder, entry)
                if role is not None or not known.get("test_only"):
                    self._enlist(entry)
        except OSError as error:
            raise _no_room(path, error) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return entry

    def set_role(self, id_or_name: str, role: Role) -> ModelEntry:
        """Give a model another role and let it work there."""
        with self._lock:
            entry = self.get(id_or_name)
            changed = ModelEntry.from_json({**entry.to_json(), "role": role.value})
            _write_json(self.models_dir / entry.id / "model.json", changed.to_json())
            roles = {r: [id_ for id_ in ids if id_ != entry.id] for r, ids in self.roles().items()}
            roles[role].insert(0, entry.id)
            self._write_roles(roles)
        return changed

    def promote(self, id_or_name: str) -> ModelEntry:
        """Let a model work in its role; the one before stays as the way back. Raises ModelMissing, ModelDamaged."""
        with self._lock:
            entry = self.verify(id_or_name)
            roles = {role: [*ids] for role, ids in self.roles().items()}
            roles[entry.role] = [entry.id, *(id_ for id_ in roles[entry.role] if id_ != entry.id)]
            self._write_roles(roles)
        return entry

    def rollback(self, role: Role) -> ModelEntry:
        """Let the model before work again. Raises ModelMissing when there was none."""
        with self._lock:
            ids = self.roles()[role]
            if len(ids) < 2:
                raise ModelMissing(tr("inference.no_previous"), tr("inference.missing.hint"))
            return self.promote(ids[1])

    def remove(self, id_or_name: str) -> None:
        """Delete a model. Raises ModelMissing; EngineError while it can't be deleted."""
        with self._lock:
            entry = self.get(id_or_name)
            roles = {role: [id_ for id_ in ids if id_ != entry.id] for role, ids in self.roles().items()}
            self._write_roles(roles)
            try:
                shutil.rmtree(self.models_dir / entry.id)
            except OSError as error:
                raise EngineError(tr("inference.remove_failed", name=entry.name), detail=str(error)) from error

    def _settle(self, folder: Path, entry: ModelEntry) -> None:
        """Move the finished copy to its place in one step."""
        place = self.models_dir / entry.id
        if _read_entry(place / "model.json") is None or not (place / entry.file).exists():
            shutil.rmtree(place, ignore_errors=True)
            folder.replace(place)

    def _enlist(self, entry: ModelEntry) -> None:
        """Put a model last among those of its role; models that are gone leave the list."""
        roles = {role: [*ids] for role, ids in self.roles().items()}
        if entry.id not in roles[entry.role]:
            alive = [id_ for id_ in roles[entry.role] if (self.models_dir / id_ / "model.json").exists()]
            roles[entry.role] = [*alive, entry.id]
            self._write_roles(roles)

    def _write_roles(self, roles: _Roles) -> None:
        _write_json(self.models_dir / "roles.json", {role.value: ids for role, ids in roles.items()})


def _header(path: Path) -> GgufHeader:
    try:
        return read_header(path)
    except (OSError, GgufFault) as error:
        raise ModelDamaged(
            tr("inference.not_gguf", name=path.name), tr("inference.not_gguf.hint"), str(error)
        ) from error


def _copy(source: Path, target: Path, job: JobContext) -> str:
    """Copy with progress in bytes; return the SHA-256."""
    digest = hashlib.sha256()
    total = source.stat().st_size
    if shutil.disk_usage(target.parent).free < total:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with target.open("wb") as out:
        for done, step in _steps(source):
            job.check()
            digest.update(step)
            out.write(step)
            job.progress(done, total, source.name)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _hash(path: Path, job: JobContext) -> str:
    digest = hashlib.sha256()
    total = path.stat().st_size
    for done, step in _steps(path):
        job.check()
        digest.update(step)
        job.progress(done, total, path.name)
    return digest.hexdigest()


def _steps(path: Path) -> Iterator[tuple[int, bytes]]:
    """The file in steps, each with the bytes read so far."""
    done = 0
    with path.open("rb") as stream:
        while step := stream.read(_STEP):
            done += len(step)
            yield done, step


def _entry(path: Path, header: GgufHeader, digest: str, role: Role | str | None, known: dict[str, Any]) -> ModelEntry:
    chosen = Role(role) if role else _role_of(header)
    if chosen is None:
        raise EngineError(tr("inference.role_unclear", name=path.name), tr("inference.role_unclear.hint"))
    status = path.stat()
    return ModelEntry(
        id=digest[:_ID_LENGTH],
        name=str(known.get("name") or header.text("general.name") or path.stem),
        role=chosen,
        file=path.name,
        sha256=digest,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        licence=str(known.get("licence") or header.text("general.license")),
        origin=str(known.get("publisher") or header.text("general.organization")),
        parameters=header.parameters,
        facts={key: header.text(key)[:200] for key in _KEPT_FACTS if key in header.facts},
    )


def _role_of(header: GgufHeader) -> Role | None:
    """What the file is made for: pooling by rank, other pooling or BERT, a chat template."""
    architecture = header.text("general.architecture")
    pooling = header.facts.get(f"{architecture}.pooling_type")
    if pooling == 4:  # rank, in llama.cpp's numbering
        return Role.RERANK
    if pooling not in (None, 0) or "bert" in architecture:
        return Role.EMBEDDING
    return Role.CHAT if "tokenizer.chat_template" in header.facts else None


def _read_entry(path: Path) -> ModelEntry | None:
    try:
        entry = ModelEntry.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # The names come from a file: they must not lead out of the model's folder.
    sound = entry.id == path.parent.name and bool(entry.file) and Path(entry.file).name == entry.file
    return entry if sound else None


def _write_json(path: Path, values: dict[str, Any]) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_text(json.dumps(values, ensure_ascii=False, indent=2), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _damaged(entry: ModelEntry, detail: str) -> ModelDamaged:
    return ModelDamaged(tr("inference.damaged", name=entry.name), tr("inference.damaged.hint"), detail)


def _no_room(path: Path, error: OSError) -> DiskFull | EngineError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(tr("inference.disk_full", name=path.name), tr("inference.disk_full.hint"), str(error))
    return EngineError(tr("inference.import_failed", name=path.name), tr("inference.import_failed.hint"), str(error))
