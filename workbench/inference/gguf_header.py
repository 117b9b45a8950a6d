"""The head of a GGUF file: its facts and the extent of its tensors, read without trusting it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3. Every length is
checked against the file's size, long lists are skipped, and the tensors must lie within the file, so
that a truncated file is known before a process maps it.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

Fact = str | int | float | bool

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_PLAIN = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_MOST_FACTS, _MOST_TENSORS, _MOST_DIMENSIONS = 4096, 65536, 8
_MOST_STRING = 1 << 20


class GgufFault(Exception):
    """The file is not a sound GGUF file."""


@dataclass(frozen=True)
class GgufHeader:
    """``facts`` by key without lists; ``lists`` are their lengths; ``parameters`` are weights in all."""

    facts: dict[str, Fact]
    lists: dict[str, int]
    tensors: int
    parameters: int

    def text(self, key: str) -> str:
        """A fact as text, empty when absent."""
        return str(self.facts.get(key, ""))


class _Reader:
    """Reads little-endian values and never beyond the file."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self.size = size

    @property
    def place(self) -> int:
        return self._stream.tell()

    def take(self, length: int) -> bytes:
        if length > self.size - self.place:
            raise GgufFault("the file ends too early")
        return self._stream.read(length)

    def skip(self, length: int) -> None:
        if length > self.size - self.place:
            raise GgufFault("the file ends too early")
        self._stream.seek(length, os.SEEK_CUR)

    def number(self, code: str) -> int | float | bool:
        value: int | float | bool = struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]
        return value

    def count(self, code: str, most: int, what: str) -> int:
        value = int(self.number(code))
        if value > most:
            raise GgufFault(f"{what}: {value}")
        return value

    def text(self) -> str:
        return self.take(self.count("Q", _MOST_STRING, "string length")).decode("utf-8", "replace")


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
        facts: dict[str, Fact] = {}
        lists: dict[str, int] = {}
        for _ in range(reader.count("Q", _MOST_FACTS, "facts")):
            _read_fact(reader, facts, lists)
        alignment = facts.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 20:
            raise GgufFault(f"alignment {alignment}")
        parameters, end = _read_tensors(reader, tensors)
        begin = -(-reader.place // alignment) * alignment
        if begin + end > reader.size:
            raise GgufFault(f"the file ends too early: {reader.size} of {begin + end} bytes")
    return GgufHeader(facts, lists, tensors, parameters)


def _read_fact(reader: _Reader, facts: dict[str, Fact], lists: dict[str, int]) -> None:
    key = reader.text()
    kind = int(reader.number("I"))
    if kind == _ARRAY:
        inner = int(reader.number("I"))
        lists[key] = length = reader.count("Q", reader.size, "list length")
        if inner == _STRING:
            for _ in range(length):
                reader.skip(reader.count("Q", _MOST_STRING, "string length"))
        else:
            reader.skip(length * struct.calcsize("<" + _code(inner)))
    else:
        facts[key] = reader.text() if kind == _STRING else reader.number(_code(kind))


def _code(kind: int) -> str:
    code = _PLAIN.get(kind)
    if code is None:
        raise GgufFault(f"value type {kind}")
    return code


def _read_tensors(reader: _Reader, tensors: int) -> tuple[int, int]:
    """All weights, and where the last tensor ends within the data."""
    parameters = end = 0
    for _ in range(tensors):
        name = reader.text()
        weights = 1
        for _ in range(reader.count("I", _MOST_DIMENSIONS, "dimensions")):
            weights *= int(reader.number("Q"))
        kind = int(reader.number("I"))
        offset = int(reader.number("Q"))
        try:
            block, block_bytes = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
        except (ValueError, KeyError) as error:
            raise GgufFault(f"{name}: tensor type {kind}") from error
        parameters += weights
        end = max(end, offset + weights // block * block_bytes)
    return parameters, end
