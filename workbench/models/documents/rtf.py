r"""RTF: its plain text, a paragraph a line. Styles and fields' instructions are left out.

Follows the Rich Text Format specification 1.9.1: groups, control words, ``\'hh`` bytes in the document's
code page, ``\u`` with its substitute characters, pictures in hexadecimal or as ``\bin``. Pictures that are papers
and files put into it become documents of their own.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from workbench.models.documents.document import Attachment, Block, BlockKind, Document, Run, TextPlace
from workbench.models.documents.inside import HARDLY, MOST, papers_of, picture_name, unpacked_embedding
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.refusals import damaged, without_text
from workbench.models.documents.text import blocks_of

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
_APART = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"objdata", b"fldinst", b"themedata",
    b"datastore", b"colorschememapping", b"latentstyles", b"listtable", b"listoverridetable", b"rsidtbl", b"generator",
    b"xmlnstbl", b"filetbl", b"revtbl",
}  # fmt: skip
_EDGES = {
    name + which: kind
    for name, kind in ((b"header", BlockKind.HEADER), (b"footer", BlockKind.FOOTER))
    for which in (b"", b"l", b"r", b"f")
}
_WRITTEN = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"cell": "\t", b"tab": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_DEEPEST = 500
_BITMAP = struct.Struct("<IiiHHIIiiII")
"""Head of a bitmap without its file's (BITMAPINFOHEADER)."""
_MASKS = 3
"""Compression of a bitmap whose head is followed by three masks of colours."""


@dataclass(frozen=True, slots=True)
class _Group:
    r"""What holds inside a group.

    ``hidden``: it is left out; ``substitutes``: how many characters follow a ``\u``; ``again``: its pictures are
    others' once more, for older programs; ``held``: its own content is a picture or an object; ``kind``: what its
    words are part of.
    """

    hidden: bool = False
    substitutes: int = 1
    again: bool = False
    held: bool = False
    kind: BlockKind = BlockKind.PARAGRAPH


@dataclass(slots=True)
class _Held:
    """A picture or an object as it stands in the file, in hexadecimal or in bytes; a ``bitmap`` has no head there."""

    sort: bytes
    bitmap: bool = False
    digits: bytearray = field(default_factory=bytearray)
    plain: bytearray = field(default_factory=bytearray)

    def content(self) -> bytes:
        """As a file."""
        data = bytes(self.plain) or bytes.fromhex(self.digits[: len(self.digits) // 2 * 2].decode("ascii", "replace"))
        return _bitmap_file(data) if self.bitmap else data


def read_rtf(content: bytes, title: str, *, limits: ReadLimits = LIMITS) -> Document:
    """The text, with the files put into it and the pictures that are papers.

    Lines of headers and footers are counted on after the body. Raises DamagedDocument or DocumentWithoutText.
    """
    reader = _Reader()
    at = 0
    while token := _TOKEN.match(content, at):
        at = token.end() + reader.take(token, content)
    text = reader.text()
    inside = papers_of(reader.pictures(), limits, scanned=len(text.strip()) < HARDLY)
    for name, data in reader.objects():
        if len(inside.attached) < MOST:
            inside.attached.append(Attachment(name, data))
        else:
            inside.left += 1
    edges = tuple(reader.edges(text.count("\n") + 2))
    if not text.strip() and not edges and not inside.attached:
        raise without_text()
    blocks = (*(blocks_of(text) if text.strip() else ()), *edges)
    attached = tuple(inside.attached)
    return Document(title, "rtf", blocks, attachments=attached, partial=bool(inside.left), notes=inside.notes)


def _bitmap_file(data: bytes) -> bytes:
    """A bitmap with the head of its file; nothing where its own head is cut short."""
    if len(data) < _BITMAP.size:
        return b""
    size, _, _, _, bits, compression, _, _, _, colours, _ = _BITMAP.unpack_from(data)
    palette = 4 * (colours or (1 << bits if bits <= 8 else 0))
    start = 14 + size + palette + (12 if compression == _MASKS and size == _BITMAP.size else 0)
    return b"BM" + struct.pack("<IHHI", 14 + len(data), 0, 0, start & 0xFFFFFFFF) + data


class _Reader:
    def __init__(self) -> None:
        self._parts: dict[BlockKind, list[str]] = {}
        self._bytes = bytearray()
        self._page = "cp1252"
        self._group = _Group()
        self._outer: list[_Group] = []
        self._skip = 0
        self._held: list[_Held] = []

    def text(self, kind: BlockKind = BlockKind.PARAGRAPH) -> str:
        """All that was written in the body, or in headers or footers."""
        self._flush()
        written = "".join(self._parts.get(kind, ()))
        return written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def edges(self, line: int) -> Iterator[Block]:
        """Headers and footers, each line once, counted from ``line``."""
        for kind in (BlockKind.HEADER, BlockKind.FOOTER):
            for said in dict.fromkeys(" ".join(words.split()) for words in self.text(kind).split("\n")):
                if said:
                    yield Block(kind, said, (Run(0, len(said), TextPlace(line, 0)),))
                    line += 1

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of its pictures."""
        for number, data in enumerate(self._contents(b"pict"), 1):
            yield picture_name(number, data), data

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of the files put into it."""
        for number, data in enumerate(self._contents(b"objdata"), 1):
            found = unpacked_embedding(data)
            if found is not None:
                yield found[0] or f"object{number}", found[1]

    def _contents(self, sort: bytes) -> Iterator[bytes]:
        """What it holds of a sort, freed one by one; nothing for what can't be read."""
        for held in self._held:
            if held.sort == sort:
                try:
                    data = held.content()
                except ValueError:
                    data = b""
                held.digits, held.plain = bytearray(), bytearray()
                yield data

    def take(self, token: "re.Match[bytes]", content: bytes) -> int:
        """One token of the file; returns how many bytes after it belong to it."""
        word, number, code, sign, brace, plain = token.groups()
        if brace:
            self._brace(brace)
        elif word == b"bin":
            return self._binary(content, token.end(), int(number or 0))
        elif word is not None:
            self._word(word, int(number) if number else None)
        elif code is not None:
            self._raw(bytes.fromhex(code.decode()))
        elif sign is not None:
            self._sign(sign)
        elif plain is not None:
            self._plain(plain)
        return 0

    def _brace(self, brace: bytes) -> None:
        self._flush()
        if brace == b"{":
            if len(self._outer) >= _DEEPEST:
                raise damaged("groups too deep")
            self._outer.append(self._group)
            self._group = replace(self._group, held=False)
        elif self._outer:
            self._group = self._outer.pop()
        self._skip = 0

    def _word(self, word: bytes, number: int | None) -> None:
        group = self._group
        if word == b"u" and number is not None:
            self._write(chr(number & 0xFFFF))
            self._skip = group.substitutes
        elif word == b"uc" and number is not None:
            self._group = replace(group, substitutes=min(max(number, 0), 10))
        elif word == b"ansicpg" and number is not None:
            self._page = {936: "gb18030", 950: "big5", 65001: "utf-8"}.get(number, f"cp{number}")
        elif word in _APART:
            held = word == b"objdata" or (word == b"pict" and not group.again)
            self._group = replace(group, hidden=True, held=held)
            if held:
                self._held.append(_Held(word))
        elif word in _EDGES:
            self._flush()
            self._group = replace(group, kind=_EDGES[word])
        elif word == b"nonshppict":
            self._group = replace(group, hidden=True, again=True)
        elif word in _WRITTEN:
            self._write(_WRITTEN[word])
        elif word == b"dibitmap" and group.held:
            self._held[-1].bitmap = True

    def _binary(self, content: bytes, at: int, size: int) -> int:
        """Bytes that stand in the file as they are."""
        size = max(0, min(size, len(content) - at))
        if self._group.held:
            self._held[-1].plain += content[at : at + size]
        return size

    def _plain(self, plain: bytes) -> None:
        if self._group.held:
            self._held[-1].digits += plain.replace(b" ", b"")
        elif self._group.hidden:
            self._skip = max(0, self._skip - len(plain))
        else:
            took = min(self._skip, len(plain))
            self._skip -= took
            self._bytes += plain[took:]

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._group = replace(self._group, hidden=True)
        elif sign in b"\\{}":
            self._raw(sign)
        elif sign in b"\r\n":
            self._write("\n")
        elif sign in b"~_":
            self._write(" " if sign == b"~" else "-")

    def _raw(self, byte: bytes) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._group.hidden:
            self._bytes += byte

    def _write(self, text: str) -> None:
        self._flush()
        if not self._group.hidden:
            self._parts.setdefault(self._group.kind, []).append(text)

    def _flush(self) -> None:
        if not self._bytes:
            return
        try:
            self._parts.setdefault(self._group.kind, []).append(self._bytes.decode(self._page, "replace"))
        except (LookupError, ValueError):
            self._parts.setdefault(self._group.kind, []).append(self._bytes.decode("cp1252", "replace"))
        self._bytes.clear()
