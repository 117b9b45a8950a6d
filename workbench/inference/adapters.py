"""LoRA adapters: small files that change how a chat model speaks, kept beside the model they were made for.

::

    models/<id>/adapters/<name>.gguf      a scenario names it: ``adapter = "<name>"``
"""

import hashlib
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from workbench.errors import ModelMissing
from workbench.i18n import tr
from workbench.inference.gguf_header import GgufFault, GgufHeader, read_header
from workbench.inference.model_files import ModelFiles, copy, require_disk
from workbench.jobs import JobContext

FOLDER = "adapters"
_SUFFIX = ".gguf"
_STEP = 1 << 22


def names(model_folder: Path) -> tuple[str, ...]:
    """Names of the adapters of a model."""
    return tuple(sorted(path.stem for path in (model_folder / FOLDER).glob(f"*{_SUFFIX}")))


def file_of(model_folder: Path, name: str) -> Path | None:
    """The file of an adapter by its name, which may not lead out of the folder."""
    path = model_folder / FOLDER / f"{name}{_SUFFIX}"
    return path if name and Path(name).name == name and path.is_file() else None


def suits(adapter: GgufHeader, model: Path) -> bool:
    """Whether an adapter was made for a model of this architecture and width."""
    try:
        header = read_header(model)
    except (OSError, GgufFault):
        return False
    width = adapter.bytes.adapted
    return adapter.architecture == header.architecture and width in (0, header.of_model("embedding_length"))


def keep(path: Path, model_folder: Path, job: JobContext) -> tuple[str, bool]:
    """Copy an adapter beside its model; return its name there and whether it is new.

    The same file is kept once, another one of its name gets a number. Raises OSError, DiskFull, Cancelled.
    """
    folder = model_folder / FOLDER
    folder.mkdir(exist_ok=True)
    there = _same(path, folder)
    if there:
        return there, False
    files = ModelFiles((path,))
    require_disk(files, folder)
    part = folder / ".part"
    part.mkdir(exist_ok=True)
    try:
        copy(files, part, job)
        name = _free(re.sub(r"[^\w.+-]+", "-", path.stem), names(model_folder))
        (part / path.name).replace(folder / f"{name}{_SUFFIX}")
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return name, True


def missing(model: str, name: str) -> ModelMissing:
    """A model has no adapter of that name."""
    return ModelMissing(tr("engine.adapter_missing", model=model, name=name), tr("engine.adapter_missing.hint"))


def _same(path: Path, folder: Path) -> str:
    size = path.stat().st_size
    alike = [other for other in sorted(folder.glob(f"*{_SUFFIX}")) if other.stat().st_size == size]
    digest = _digest(path) if alike else b""
    return next((other.stem for other in alike if _digest(other) == digest), "")


def _free(name: str, taken: Sequence[str]) -> str:
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))) if n not in taken)


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while step := stream.read(_STEP):
            digest.update(step)
    return digest.digest()
