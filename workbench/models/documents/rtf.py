r"""RTF: its plain text, a paragraph a line. Pictures, styles and fields' instructions are left out.

Follows the Rich Text Format specification 1.9.1: groups, control words, ``\'hh`` bytes in the document's
code page, ``\u`` with its substitute characters.
"""

import re
from dataclasses import dataclass

from workbench.models.documents.document import Document
from workbench.models.documents.refusals import damaged, without_text
from workbench.models.documents.text import blocks_of

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+",
    re.DOTALL,
)
_APART = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"fldinst", b"themedata", b"datastore",
    b"colorschememapping", b"latentstyles", b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"xmlnstbl",
    b"header", b"footer", b"headerl", b"headerr", b"headerf", b"footerl", b"footerr", b"footerf", b"filetbl", b"revtbl",
}  # fmt: skip
_WRITTEN = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"cell": "\t", b"tab": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_DEEPEST = 500


@dataclass(frozen=True, slots=True)
class _Group:
    r"""What holds inside a group: whether it is left out, and how many characters follow a ``\u``."""

    hidden: bool = False
    substitutes: int = 1


def read_rtf(content: bytes, title: str) -> Document:
    """The text. Raises DamagedDocument or DocumentWithoutText."""
    reader = _Reader()
    for token in _TOKEN.finditer(content):
        reader.take(token)
    text = reader.text()
    if not text.strip():
        raise without_text()
    return Document(title, "rtf", blocks_of(text))


class _Reader:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._bytes = bytearray()
        self._page = "cp1252"
        self._group = _Group()
        self._outer: list[_Group] = []
        self._skip = 0

    def text(self) -> str:
        """All that was written."""
        self._flush()
        return "".join(self._parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def take(self, token: "re.Match[bytes]") -> None:
        """One token of the file."""
        word, number, code, sign, brace, plain = token.groups()
        if brace:
            self._brace(brace)
        elif word is not None:
            self._word(word, int(number) if number else None)
        elif code is not None:
            self._raw(bytes.fromhex(code.decode()))
        elif sign is not None:
            self._sign(sign)
        elif plain is not None:
            for start in range(len(plain)):
                self._raw(plain[start : start + 1])

    def _brace(self, brace: bytes) -> None:
        self._flush()
        if brace == b"{":
            if len(self._outer) >= _DEEPEST:
                raise damaged("groups too deep")
            self._outer.append(self._group)
        elif self._outer:
            self._group = self._outer.pop()
        self._skip = 0

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._write(chr(number & 0xFFFF))
            self._skip = self._group.substitutes
        elif word == b"uc" and number is not None:
            self._group = _Group(self._group.hidden, min(max(number, 0), 10))
        elif word == b"ansicpg" and number is not None:
            self._page = {936: "gb18030", 950: "big5", 65001: "utf-8"}.get(number, f"cp{number}")
        elif word in _APART or (word == b"bin" and number):
            self._group = _Group(True, self._group.substitutes)
        elif word in _WRITTEN:
            self._write(_WRITTEN[word])

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._group = _Group(True, self._group.substitutes)
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
            self._parts.append(text)

    def _flush(self) -> None:
        if not self._bytes:
            return
        try:
            self._parts.append(self._bytes.decode(self._page, "replace"))
        except (LookupError, ValueError):
            self._parts.append(self._bytes.decode("cp1252", "replace"))
        self._bytes.clear()
