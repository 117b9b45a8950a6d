"""The head of a GGUF file: its facts and the extent of its tensors, read without trusting it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3. Every length is
checked against the file's size and a limit, long lists are skipped, and the tensors must follow each
other within the file, so that a truncated file is known before a process maps it.
"""

import math
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

Fact = str | int | float | bool

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_PLAIN = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_MOST_FACTS, _MOST_TENSORS, _MOST_DIMENSIONS = 4096, 65536, 4
_MOST_STRING, _MOST_NAME, _MOST_STRINGS = 1 << 20, 1 << 12, 1 << 22
_KEPT_LIST = 1024
_MOST_WEIGHTS = 1 << 50
_WINDOW = 1 << 20
_K_QUANTS = frozenset({GGMLQuantizationType.Q4_K, GGMLQuantizationType.Q5_K, GGMLQuantizationType.Q6_K})
_FROM_WIDTH = re.compile(r"(attn_(q|k|v|qkv)|ffn_(gate|up))\.weight\.lora_a$")


class GgufFault(Exception):
    """The file is not a sound GGUF file."""


@dataclass(frozen=True, slots=True)
class TensorBytes:
    """Bytes of the tensors: all of them, word embeddings, and the experts of which a token uses a few.

    ``adapted``: the width of the model a LoRA adapter was made for, in numbers; 0 where nothing tells.
    ``k_quants``: bytes of those in Q4_K, Q5_K or Q6_K.
    """

    total: int = 0
    embedding: int = 0
    experts: int = 0
    has_output: bool = False
    has_classifier: bool = False
    adapted: int = 0
    k_quants: int = 0


@dataclass(frozen=True)
class GgufHeader:
    """What a file says of itself.

    ``facts`` by key without lists; ``lists`` are the lengths of these; ``sequences`` are short lists of
    numbers (heads of each layer); ``parameters`` are weights in all; ``bytes`` of its tensors.
    """

    facts: dict[str, Fact]
    lists: dict[str, int]
    tensors: int
    parameters: int
    sequences: dict[str, tuple[float, ...]] = field(default_factory=dict)
    bytes: TensorBytes = field(default_factory=TensorBytes)

    def text(self, key: str) -> str:
        """A fact as text, empty when absent."""
        return str(self.facts.get(key, ""))

    def number(self, key: str, default: int = 0) -> int:
        """A fact as a whole number, ``default`` when absent or of another kind."""
        value = self.facts.get(key)
        return int(value) if isinstance(value, int | float) and math.isfinite(value) else default

    @property
    def architecture(self) -> str:
        """The family of the computation: ``qwen3``, ``bert``…"""
        return self.text("general.architecture")

    def of_model(self, key: str, default: int = 0) -> int:
        """A number under the architecture's own name: ``block_count``, ``context_length``…"""
        return self.number(f"{self.architecture}.{key}", default)


class _Reader:
    """Reads little-endian values through a window, and never beyond the file."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._window = b""
        self._at = 0
        self._begin = 0
        self.size = size

    @property
    def place(self) -> int:
        return self._begin + self._at

    def take(self, length: int) -> bytes:
        self._need(length)
        piece = self._window[self._at : self._at + length]
        self._at += length
        return piece

    def skip(self, length: int) -> None:
        if length > self.size - self.place:
            raise GgufFault("the file ends too early")
        self._at += length

    def skip_strings(self, count: int) -> None:
        """A vocabulary has some hundred thousand: no calls in between."""
        length_at = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if self._at + 8 > len(self._window):
                self._need(8)
            (length,) = length_at(self._window, self._at)
            self._at += 8 + length
            if length > _MOST_STRING or self.place > self.size:
                raise GgufFault(f"string length: {length}")

    def number(self, code: str) -> int | float | bool:
        value: int | float | bool = struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]
        return value

    def count(self, code: str, most: int, what: str) -> int:
        value = int(self.number(code))
        if value > most:
            raise GgufFault(f"{what}: {value}")
        return value

    def text(self, most: int = _MOST_STRING) -> str:
        return self.take(self.count("Q", most, "string length")).decode("utf-8", "replace")

    def _need(self, length: int) -> None:
        """Have ``length`` bytes in the window."""
        if length > self.size - self.place:
            raise GgufFault("the file ends too early")
        if self._at + length <= len(self._window):
            return
        self._begin += self._at
        self._at = 0
        self._stream.seek(self._begin)
        self._window = self._stream.read(max(length, _WINDOW))
        if len(self._window) < length:
            raise GgufFault("the file ends too early")


class _Facts:
    """Facts as they are read. A key may come once."""

    def __init__(self) -> None:
        self.plain: dict[str, Fact] = {}
        self.lists: dict[str, int] = {}
        self.sequences: dict[str, tuple[float, ...]] = {}

    def read(self, reader: _Reader) -> None:
        key = reader.text(_MOST_NAME)
        if key in self.plain or key in self.lists:
            raise GgufFault(f"{key}: twice")
        kind = int(reader.number("I"))
        if kind == _ARRAY:
            self._read_list(reader, key)
        else:
            self.plain[key] = reader.text() if kind == _STRING else reader.number(_code(kind))

    def _read_list(self, reader: _Reader, key: str) -> None:
        inner = int(reader.number("I"))
        self.lists[key] = length = reader.count("Q", reader.size, "list length")
        if inner == _STRING:
            if length > _MOST_STRINGS:
                raise GgufFault(f"list length: {length}")
            reader.skip_strings(length)
            return
        code = _code(inner)
        if length > _KEPT_LIST:
            reader.skip(length * struct.calcsize("<" + code))
        else:
            self.sequences[key] = tuple(float(reader.number(code)) for _ in range(length))


def read_header(path: Path) -> GgufHeader:
    """Read and check the head of ``path``. Raises GgufFault, OSError."""
    with path.open("rb") as stream:
        reader = _Reader(stream, path.stat().st_size)
        if reader.size < 24 or reader.take(4) != _MAGIC:
            raise GgufFault("not a GGUF file")
        version = int(reader.number("I"))
        if version not in _VERSIONS:
            raise GgufFault(f"GGUF version {version}")
        tensors = reader.count("Q", _MOST_TENSORS, "tensors")
        facts = _Facts()
        for _ in range(reader.count("Q", _MOST_FACTS, "facts")):
            facts.read(reader)
        alignment = facts.plain.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment not in {1 << n for n in range(21)}:
            raise GgufFault(f"alignment {alignment}")
        parameters, extent = _read_tensors(reader, tensors, alignment)
        begin = _aligned(reader.place, alignment)
        if tensors and begin + extent.end > reader.size:
            raise GgufFault(f"the file ends too early: {reader.size} of {begin + extent.end} bytes")
    return GgufHeader(facts.plain, facts.lists, tensors, parameters, facts.sequences, extent.of_kinds())


def _code(kind: int) -> str:
    code = _PLAIN.get(kind)
    if code is None:
        raise GgufFault(f"value type {kind}")
    return code


def _aligned(place: int, alignment: int) -> int:
    return -(-place // alignment) * alignment


class _Extent:
    """Where the tensors lie within the data: each begins where the one before ends, aligned."""

    def __init__(self, alignment: int) -> None:
        self._alignment = alignment
        self._next = 0
        self._sizes: dict[str, int] = {}
        self._adapted = 0
        self._k_quants = 0
        self.end = 0

    def add(self, name: str, row: int, offset: int, size: int, kind: GGMLQuantizationType) -> None:
        if name in self._sizes:
            raise GgufFault(f"{name}: twice")
        if offset != self._next:
            raise GgufFault(f"{name}: begins at {offset}, expected {self._next}")
        self._sizes[name] = size
        if _FROM_WIDTH.search(name):
            self._adapted = row
        if kind in _K_QUANTS:
            self._k_quants += size
        self.end = offset + size
        self._next = _aligned(self.end, self._alignment)

    def of_kinds(self) -> TensorBytes:
        names = self._sizes
        return TensorBytes(
            total=sum(names.values()),
            embedding=names.get("token_embd.weight", 0),
            experts=sum(size for name, size in names.items() if "_exps." in name),
            has_output="output.weight" in names,
            has_classifier=any(name.startswith("cls") for name in names),
            adapted=self._adapted,
            k_quants=self._k_quants,
        )


def _read_tensors(reader: _Reader, tensors: int, alignment: int) -> tuple[int, _Extent]:
    """All weights, and the extent of the tensors."""
    parameters = 0
    extent = _Extent(alignment)
    for _ in range(tensors):
        name = reader.text(_MOST_NAME)
        weights, row = 1, 1
        for dimension in range(reader.count("I", _MOST_DIMENSIONS, "dimensions")):
            length = int(reader.number("Q"))
            weights *= length
            row = length if dimension == 0 else row
        kind = int(reader.number("I"))
        offset = int(reader.number("Q"))
        if not 0 < weights <= _MOST_WEIGHTS:
            raise GgufFault(f"{name}: {weights} weights")
        try:
            format_ = GGMLQuantizationType(kind)
            block, block_bytes = GGML_QUANT_SIZES[format_]
        except (ValueError, KeyError) as error:
            raise GgufFault(f"{name}: tensor type {kind}") from error
        if row % block:
            raise GgufFault(f"{name}: rows of {row} in blocks of {block}")
        extent.add(name, row, offset, weights // block * block_bytes, format_)
        parameters += weights
    return parameters, extent
