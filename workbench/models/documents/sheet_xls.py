"""What an XLS workbook tells beside its values: percentages, comments, how many formulas.

Its stream is records of a kind and a length (MS-XLS 2.4, and the older BIFF5), read by those alone; no length is
trusted. A formula is kept as tokens there: it is counted, its text is not made.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from importlib import import_module

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.origin import Origin, content
from workbench.models.documents.refusals import damaged, encrypted
from workbench.models.documents.sheet_formats import (
    BUILT_IN,
    FAULTS,
    CellComment,
    Place,
    SheetExtras,
    cell_name,
    percent_decimals,
)

_BIFF8, _BIFF5 = 0x0600, 0x0500
_WORKSHEET = 0
_ERROR = 2
"""What a formula's result is where it is no number (MS-XLS 2.5.133)."""
_OF_COMMENT = 0x19
_GOES_ON = 0xFFFF
"""The row of a NOTE that carries on the one before (BIFF5)."""
_CODE_PAGES = {936: "gb18030", 950: "big5", 1200: "utf-16-le"}


class _Kind(IntEnum):
    """Kinds of records (MS-XLS 2.3)."""

    BOF = 0x809
    EOF = 0x0A
    FILEPASS = 0x2F
    CODEPAGE = 0x42
    FORMAT = 0x41E
    XF = 0xE0
    BOUNDSHEET = 0x85
    FORMULA = 0x06
    NUMBER = 0x203
    RK = 0x27E
    MULRK = 0xBD
    BOOLERR = 0x205
    NOTE = 0x1C
    OBJ = 0x5D
    TXO = 0x1B6
    CONTINUE = 0x3C


def xls_extras(origin: Origin, limits: ReadLimits, found: dict[str, SheetExtras]) -> None:
    """Fill ``found`` by sheet name. Raises one of ``sheet_formats.FAULTS`` where the rest can't be told."""
    data = _stream(content(origin))
    book = _Book()
    for kind, body in _records(data, 0):
        if kind == _Kind.EOF:
            break
        book.take(kind, body)
    left = limits.cells
    for name, start in book.sheets:
        sheet = _Sheet(book, left)
        found.setdefault(name, sheet.extras)
        sheet.read(data, start)
        left -= len(sheet.extras.shares)


def is_sealed_book(origin: Origin) -> bool:
    """Whether a workbook says that it has a password; a broken one says nothing."""
    try:
        kinds = (kind for kind, _ in _records(_stream(content(origin)), 0))
        return next((kind for kind in kinds if kind in (_Kind.FILEPASS, _Kind.EOF)), None) == _Kind.FILEPASS
    except FAULTS:
        return False


def _stream(data: bytes) -> bytes:
    """The workbook within its compound file."""
    with import_module("olefile").OleFileIO(io.BytesIO(data)) as parts:
        for path in parts.listdir():
            if len(path) == 1 and path[0].lower() in ("workbook", "book"):
                return bytes(parts.openstream(path).read())
    raise damaged("no workbook")


def _records(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


@dataclass(slots=True)
class _Book:
    """What the head of the workbook says: number formats, cell styles, and where its sheets begin."""

    version: int = 0
    page: str = "cp1252"
    formats: dict[int, int] = field(default_factory=lambda: dict(BUILT_IN))
    """Decimals, of percentages alone."""
    styles: list[int] = field(default_factory=list)
    sheets: list[tuple[str, int]] = field(default_factory=list)

    def take(self, kind: int, body: bytes) -> None:
        match kind:
            case _Kind.BOF:
                self._begin(body)
            case _Kind.FILEPASS:
                raise encrypted(False)
            case _Kind.CODEPAGE:
                number = struct.unpack_from("<H", body)[0]
                self.page = _CODE_PAGES.get(number, f"cp{number}")
            case _Kind.FORMAT:
                self._format(body)
            case _Kind.XF:
                self.styles.append(struct.unpack_from("<H", body, 2)[0])
            case _Kind.BOUNDSHEET:
                start, _, sort = struct.unpack_from("<IBB", body)
                if sort == _WORKSHEET:
                    self.sheets.append((self.short(body, 6), start))

    def decimals(self, style: int) -> int | None:
        """Of a cell style for percentages; None for any other."""
        return self.formats.get(self.styles[style]) if style < len(self.styles) else None

    def short(self, body: bytes, at: int) -> str:
        """A string of up to 255 characters."""
        size = body[at]
        if self.version == _BIFF8:
            return _characters(body[at + 2 :], body[at + 1], size)[0]
        return self.text(body[at + 1 : at + 1 + size])

    @staticmethod
    def long(body: bytes, at: int) -> str:
        """A string of up to 65,535 characters (BIFF8)."""
        (size,) = struct.unpack_from("<H", body, at)
        return _characters(body[at + 3 :], body[at + 2], size)[0]

    def text(self, written: bytes) -> str:
        """Characters of a BIFF5 file, in its code page."""
        try:
            return written.decode(self.page, "replace")
        except LookupError:
            return written.decode("cp1252", "replace")

    def _begin(self, body: bytes) -> None:
        self.version = struct.unpack_from("<H", body)[0]
        if self.version not in (_BIFF8, _BIFF5):
            raise damaged(f"workbook of version {self.version:#x}")

    def _format(self, body: bytes) -> None:
        (number,) = struct.unpack_from("<H", body)
        decimals = percent_decimals(self.long(body, 2) if self.version == _BIFF8 else self.short(body, 2))
        if decimals is None:
            self.formats.pop(number, None)
        else:
            self.formats[number] = decimals


class _Sheet:
    """One sheet's records."""

    def __init__(self, book: _Book, allowed: int) -> None:
        self.extras = SheetExtras()
        self._book = book
        self._allowed = allowed
        self._notes: list[tuple[Place, int, str]] = []
        self._texts: dict[int, str] = {}
        self._object = -1
        self._awaited = 0

    def read(self, data: bytes, start: int) -> None:
        depth = 0
        for kind, body in _records(data, start):
            if kind == _Kind.BOF:
                depth += 1
            elif kind == _Kind.EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1:  # a chart in the sheet is a stream of its own within it
                self._take(kind, body)
        for place, number, author in sorted(self._notes):
            text = self._texts.get(number, "").strip()
            if text:
                self.extras.comments.append(CellComment(cell_name(*place), text, author.strip()))

    def _take(self, kind: int, body: bytes) -> None:
        if kind in (_Kind.NUMBER, _Kind.RK, _Kind.FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            self._style((row, column), style)
            if kind == _Kind.FORMULA:
                self.extras.untold += 1
                self.extras.wrong += body[12:14] == b"\xff\xff" and body[6] == _ERROR
        elif kind == _Kind.MULRK:
            row, column = struct.unpack_from("<HH", body)
            for count, at in enumerate(range(4, len(body) - 7, 6)):
                self._style((row, column + count), struct.unpack_from("<H", body, at)[0])
        elif kind == _Kind.BOOLERR:
            self.extras.wrong += body[7]
        elif kind == _Kind.NOTE:
            self._note(body)
        elif kind == _Kind.OBJ:
            first, _, sort, number = struct.unpack_from("<HHHH", body)
            self._object = number if (first, sort) == (0x15, _OF_COMMENT) else -1
        elif kind == _Kind.TXO:
            self._awaited = struct.unpack_from("<H", body, 10)[0] if self._object >= 0 else 0
        elif kind == _Kind.CONTINUE and self._awaited and body:
            text, took = _characters(body[1:], body[0], self._awaited)
            self._texts[self._object] = self._texts.get(self._object, "") + text
            self._awaited -= took

    def _style(self, place: Place, style: int) -> None:
        decimals = self._book.decimals(style)
        if decimals is not None and len(self.extras.shares) < self._allowed:
            self.extras.shares[place] = decimals

    def _note(self, body: bytes) -> None:
        row, column, third = struct.unpack_from("<HHH", body)
        if self._book.version == _BIFF8:
            (number,) = struct.unpack_from("<H", body, 6)
            self._notes.append(((row, column), number, self._book.long(body, 8) if len(body) > 11 else ""))
        elif row == _GOES_ON and self._notes:
            number = self._notes[-1][1]
            self._texts[number] += self._book.text(body[6 : 6 + third])
        else:
            number = len(self._notes)
            self._notes.append(((row, column), number, ""))
            self._texts[number] = self._book.text(body[6:])


def _characters(written: bytes, flags: int, most: int) -> tuple[str, int]:
    """Up to ``most`` characters, of one byte or of two, and how many there were."""
    if flags & 1:
        took = min(most, len(written) // 2)
        return written[: 2 * took].decode("utf-16-le", "replace"), took
    took = min(most, len(written))
    return written[:took].decode("latin-1"), took
