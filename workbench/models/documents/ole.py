"""The names of the streams in an OLE2 compound file, read without trusting any number in it.

The directory is a chain of sectors of 128-byte entries (MS-CFB 2.6); where the chain is broken, the
names are looked for in the bytes themselves.
"""

import io
import struct
from importlib import import_module

from workbench.models.documents.origin import Origin, content

_END = 0xFFFFFFFA
_WORD_SEALED = 0x0100
_SLIDES_SEALED = 0xF3D1C4DF
_FAULTS = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)
"""What the library lets through from below over a broken file."""
_ENTRY = 128
_KNOWN = ("EncryptedPackage", "WordDocument", "Workbook", "Book", "PowerPoint Document", "__properties_version1.0")


def ole_streams(origin: Origin) -> set[str]:
    """Names of streams and storages at any level, in small letters."""
    data = content(origin)
    found = set(_names(data))
    if found:
        return found
    return {name.lower() for name in _KNOWN if name.encode("utf-16-le") in data}


def is_sealed(origin: Origin) -> bool:
    """Whether an old Word or PowerPoint file says that it has a password (MS-DOC 2.5.2, MS-PPT 2.3.2)."""
    try:
        with import_module("olefile").OleFileIO(io.BytesIO(content(origin))) as parts:
            if parts.exists("WordDocument"):
                head = parts.openstream("WordDocument").read(12)
                return bool(struct.unpack_from("<H", head, 10)[0] & _WORD_SEALED)
            head = parts.openstream("Current User").read(16)
            return bool(struct.unpack_from("<I", head, 12)[0] == _SLIDES_SEALED)
    except _FAULTS:
        return False


def _names(data: bytes) -> list[str]:
    if len(data) < 512:
        return []
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return []
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", data, 48)
    names: list[str] = []
    seen: set[int] = set()
    while sector < _END and sector not in seen and len(seen) < 4_096:
        seen.add(sector)
        start = (sector + 1) * size
        for place in range(start, min(start + size, len(data) - _ENTRY + 1), _ENTRY):
            (length,) = struct.unpack_from("<H", data, place + 64)
            if 2 <= length <= 64 and data[place + 66] in (1, 2):
                names.append(data[place : place + length - 2].decode("utf-16-le", "replace").lower())
        sector = _next(data, sector, size)
    return names


def _next(data: bytes, sector: int, size: int) -> int:
    """The sector after one, from the first 109 sectors of the allocation table."""
    table, place = divmod(sector, size // 4)
    if table >= 109:
        return _END
    (where,) = struct.unpack_from("<I", data, 76 + 4 * table)
    offset = (where + 1) * size + 4 * place
    return int(struct.unpack_from("<I", data, offset)[0]) if where < _END and offset + 4 <= len(data) else _END
