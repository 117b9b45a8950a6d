"""The files of a model before it is imported: one, or several that belong together; found, hashed, copied.

A split model's files are named ``NAME-00001-of-0000N.gguf`` and loaded by the first; all of them must
be there, and their heads must say the same of how many there are.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DiskFull, ModelDamaged
from workbench.i18n import tr
from workbench.inference.gguf_header import GgufFault, GgufHeader, TensorBytes, read_header
from workbench.jobs import JobContext

_STEP = 1 << 22
_SPARE_DISK = 64 << 20
_SPLIT = re.compile(r"(?P<stem>.+)-(?P<no>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
_ADAPTER = "adapter"
_NOT_MODELS = {_ADAPTER: "adapter", "mmproj": "projector", "imatrix": "imatrix"}


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an imported model. ``size`` in bytes."""

    file: str
    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model, the one to load first; ``size`` is that of all, in bytes."""

    paths: tuple[Path, ...]

    @property
    def first(self) -> Path:
        """The file that is loaded."""
        return self.paths[0]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.paths)


def files_of(path: Path) -> ModelFiles:
    """The model that ``path`` is, or is a part of. Raises ModelDamaged naming the part that is missing."""
    match = _SPLIT.fullmatch(path.name)
    if match is None or int(match["count"]) < 2:
        return ModelFiles((path,))
    names = [f"{match['stem']}-{n:05d}-of-{match['count']}.gguf" for n in range(1, int(match["count"]) + 1)]
    here = {entry.name.lower(): entry for entry in path.parent.glob("*")} if path.parent.is_dir() else {}
    missing = [name for name in names if name.lower() not in here]
    if missing:
        raise ModelDamaged(
            tr("models.fault.parts", name=path.name, missing=missing[0], count=len(names)),
            tr("models.fault.parts.hint", missing=", ".join(missing[:3])),
        )
    return ModelFiles(tuple(here[name.lower()] for name in names))


def models_in(folder: Path) -> tuple[Path, ...]:
    """The models in a folder and below, a split one by its first file (or the first that is there)."""
    seen: set[tuple[Path, str]] = set()
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() != ".gguf" or not path.is_file():
            continue
        match = _SPLIT.fullmatch(path.name)
        key = (path.parent, match["stem"].lower() + match["count"] if match else path.name)
        if key not in seen:
            seen.add(key)
            found.append(path)
    return tuple(found)


def adapter_head(path: Path) -> GgufHeader | None:
    """The head of a LoRA adapter, None for any other file. Raises ModelDamaged."""
    header = _head(path)
    return header if header.text("general.type") == _ADAPTER else None


def head_of(files: ModelFiles) -> GgufHeader:
    """The head of a whole model: facts of the first file, tensors of all.

    Raises ModelDamaged, also for a GGUF file that is no model (adapter, projector…).
    """
    heads = [_head(path) for path in files.paths]
    first = heads[0]
    kind = next((word for mark, word in _NOT_MODELS.items() if first.text("general.type") == mark), "")
    if first.architecture == "clip":
        kind = "projector"
    if kind:
        raise ModelDamaged(tr(f"models.fault.{kind}", name=files.first.name), tr("models.fault.no_model.hint"))
    count = first.number("split.count", 1) or 1
    if count != len(files.paths) or any(head.number("split.no") != n for n, head in enumerate(heads)):
        raise ModelDamaged(
            tr("models.fault.mixed", name=files.first.name, count=count), tr("inference.not_gguf.hint"), str(count)
        )
    tensors = sum(head.tensors for head in heads)
    if not tensors or tensors != first.number("split.tensors.count", tensors):
        raise ModelDamaged(tr("models.fault.no_tensors", name=files.first.name), tr("models.fault.no_model.hint"))
    return GgufHeader(
        first.facts,
        first.lists,
        tensors,
        sum(head.parameters for head in heads),
        first.sequences,
        _joined([head.bytes for head in heads]),
    )


def _head(path: Path) -> GgufHeader:
    try:
        return read_header(path)
    except (OSError, GgufFault) as error:
        raise ModelDamaged(
            tr("inference.not_gguf", name=path.name), tr("inference.not_gguf.hint"), str(error)
        ) from error


def _joined(parts: list[TensorBytes]) -> TensorBytes:
    return TensorBytes(
        total=sum(part.total for part in parts),
        embedding=sum(part.embedding for part in parts),
        experts=sum(part.experts for part in parts),
        has_output=any(part.has_output for part in parts),
        has_classifier=any(part.has_classifier for part in parts),
    )


def require_disk(files: ModelFiles, folder: Path) -> None:
    """Raise DiskFull unless the copy fits into ``folder`` with something to spare."""
    needed, free = files.size + _SPARE_DISK, shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            tr("models.fault.disk", name=files.first.name, short=f"{(needed - free) / (1 << 30):.1f}"),
            tr("inference.disk_full.hint"),
            f"{free} < {needed}",
        )


def copy(files: ModelFiles, folder: Path, job: JobContext) -> tuple[Part, ...]:
    """Copy all files into ``folder``, hashing them, with progress in bytes. Raises OSError, Cancelled."""
    total, done, parts = files.size, 0, []
    for path in files.paths:
        digest = hashlib.sha256()
        target = folder / path.name
        with target.open("wb") as out:
            for step in _steps(path):
                job.check()
                digest.update(step)
                out.write(step)
                done += len(step)
                job.progress(done, total, path.name)
            out.flush()
            os.fsync(out.fileno())
        status = target.stat()
        parts.append(Part(path.name, digest.hexdigest(), status.st_size, status.st_mtime_ns))
    return tuple(parts)


def hashes(paths: tuple[Path, ...], job: JobContext) -> tuple[str, ...]:
    """SHA-256 of each file, with progress in bytes over all. Raises OSError, Cancelled."""
    total, done, found = sum(path.stat().st_size for path in paths), 0, []
    for path in paths:
        digest = hashlib.sha256()
        for step in _steps(path):
            job.check()
            digest.update(step)
            done += len(step)
            job.progress(done, total, path.name)
        found.append(digest.hexdigest())
    return tuple(found)


def hash_of(files: list[tuple[str, str]]) -> str:
    """One hash for a model of ``(file, sha256)``: the file's, or that of all the lines ``sha256  file``."""
    if len(files) == 1:
        return files[0][1]
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in files).encode()).hexdigest()


def _steps(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while step := stream.read(_STEP):
            yield step
