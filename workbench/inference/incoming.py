"""A model on its way into the registry: its role told, its files copied and hashed, then moved to its place whole."""

import errno
import os
import shutil
import threading
import time
from pathlib import Path

from workbench.errors import DiskFull, EngineError
from workbench.i18n import tr
from workbench.inference import adapters, templates
from workbench.inference.api import Role
from workbench.inference.catalogue import KnownModel, known_by_file, known_by_hash
from workbench.inference.gguf_header import GgufHeader
from workbench.inference.guess import RoleGuess, RoleUnclear, guess_role
from workbench.inference.model_entry import ModelEntry, facts_of, write_json
from workbench.inference.model_files import ModelFiles, Part, copy, hash_of, require_disk
from workbench.jobs import JobContext

_ID_LENGTH = 16
_STALE_S = 24 * 3600


def role_for(files: ModelFiles, header: GgufHeader, role: Role | None) -> RoleGuess:
    """The role said, else the catalogue's, else the guessed one. Raises RoleUnclear where none is clear."""
    known = known_by_file(files.first.name, files.size)
    guess = RoleGuess(known.role, "catalogue") if known else guess_role(header, files.first.name)
    if role is not None:
        return guess if guess.role is role else RoleGuess(role, "user")
    if guess.role is None:
        raise RoleUnclear(tr("inference.role_unclear", name=files.first.name), tr("inference.role_unclear.hint"))
    return guess


def copied(
    store: Path, files: ModelFiles, header: GgufHeader, role: RoleGuess, *, lock: threading.RLock, job: JobContext
) -> ModelEntry:
    """Copy, note what is known, and move the finished copy to its place in one step, holding ``lock``.

    Raises OSError, DiskFull, Cancelled; nothing half-copied stays.
    """
    folder = store / f".part-{os.getpid()}-{threading.get_ident()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(store)
        require_disk(files, folder)
        entry = _entry(copy(files, folder, job), header, role)
        write_json(folder / "model.json", entry.to_json())
        with lock:
            _settle(folder, store / entry.id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return entry


def no_room(path: Path, error: OSError) -> DiskFull | EngineError:
    """Why a copy could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(tr("inference.disk_full", name=path.name), tr("inference.disk_full.hint"), str(error))
    return EngineError(tr("inference.import_failed", name=path.name), tr("inference.import_failed.hint"), str(error))


def _settle(folder: Path, place: Path) -> None:
    """What was learnt about a damaged copy, and made for it, stays with the sound one."""
    for kept in ("results.json", templates.FILE):
        if (place / kept).exists():
            shutil.copy2(place / kept, folder / kept)
    if (place / adapters.FOLDER).is_dir():
        shutil.copytree(place / adapters.FOLDER, folder / adapters.FOLDER)
    shutil.rmtree(place, ignore_errors=True)
    folder.replace(place)


def _sweep(store: Path) -> None:
    """Remove copies that a killed program left behind long ago."""
    for folder in store.glob(".part-*"):
        if time.time() - folder.stat().st_mtime > _STALE_S:
            shutil.rmtree(folder, ignore_errors=True)


def _entry(parts: tuple[Part, ...], header: GgufHeader, role: RoleGuess) -> ModelEntry:
    assert role.role is not None
    digest = hash_of([(part.file, part.sha256) for part in parts])
    known: KnownModel | None = known_by_hash(digest)
    first = parts[0]
    stem = Path(first.file).stem
    return ModelEntry(
        id=digest[:_ID_LENGTH],
        name=known.name if known else header.text("general.name") or stem,
        role=role.role,
        file=first.file,
        sha256=digest,
        size=sum(part.size for part in parts),
        mtime_ns=first.mtime_ns,
        licence=(known.licence if known else "") or header.text("general.license"),
        origin=(known.publisher if known else "") or header.text("general.organization"),
        parameters=header.parameters,
        facts=facts_of(header),
        parts=parts if len(parts) > 1 else (),
        why=role.why,
    )
