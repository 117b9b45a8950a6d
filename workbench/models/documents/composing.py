"""Putting blocks together: text and the places of its characters grow side by side."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.models.documents.document import Block, BlockKind, Cell, Place, Run

Piece = tuple[str, Place | None]
"""Characters and the place they stand in; None for joints."""

_UNIT = re.compile(r"[（(]?\s*(?:金额)?单位\s*[:：]\s*[^\s,，;；)）\t]{1,12}")
_CAPTION = re.compile(
    r"[\w（）()、·《》/“”.\- ]{2,40}(表|情况|明细|构成|清单|附注|一览|信息|指标|数据)(\s*[（(][^)）]{1,8}[)）])?"
)
_GLUED = re.compile(r"\d{1,2}、([^\d：:，。、；]{2,30}表)$")
_SHORT = 90
CAPTION_REACH = 5
"""How many lines above a table may hold its caption."""
_CJK = re.compile(r"[　-〿㐀-䶿一-鿿豈-﫿＀-￯\U00020000-\U0003ffff]")


def is_cjk(char: str) -> bool:
    """Whether the character belongs to Chinese writing, its punctuation included."""
    return _CJK.match(char) is not None


def joint(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: nothing next to Chinese, else a space."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    if is_cjk(before[-1]) or is_cjk(after[0]):
        return ""
    if before[-1].isdigit() and (after[0].isdigit() or after[0] in ",."):
        return ""
    if before[-1] in "-/" and after[0].isalnum():
        return ""
    return " "


def is_caption(text: str) -> bool:
    """Whether a line names a table: 合并资产负债表, 主要会计数据, 应收账款明细（续）."""
    return _CAPTION.fullmatch(text.strip()) is not None


def caption_and_unit(before: Sequence[str]) -> tuple[str, str]:
    """Caption and unit row of a table from the few short lines above it, the nearest last.

    A caption that a converter glued to the line before (…王春梅2、母公司资产负债表) is cut off there.
    """
    unit = ""
    for text in reversed(before[-CAPTION_REACH:]):
        line = text.strip()
        if len(line) > _SHORT:
            break
        unit = unit or unit_of(line)
        if is_caption(line):
            return line, unit
        glued = _GLUED.search(line)
        if glued:
            return glued.group(1), unit
    return "", unit


class Composer:
    """Gathers pieces into a block's text and runs."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.runs: list[Run] = []

    def add(self, text: str, place: Place | None = None) -> None:
        """Append characters that stand in ``place`` (None: a joint)."""
        if not text:
            return
        self._parts.append(text)
        if place is not None:
            self.runs.append(Run(self.length, self.length + len(text), place))
        self.length += len(text)

    def add_joined(self, pieces: Iterable[Piece]) -> None:
        """Append lines of one paragraph, with a joint where the writing needs one."""
        for text, place in pieces:
            before = self._parts[-1] if self._parts else ""
            self.add(joint(before, text))
            self.add(text, place)

    @property
    def text(self) -> str:
        """All characters so far."""
        return "".join(self._parts)

    def block(self, kind: BlockKind, level: int = 0) -> Block:
        """The block as gathered."""
        return Block(kind, self.text, tuple(self.runs), level)


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell to be written into a table block; rows and columns from 0."""

    row: int
    column: int
    pieces: Sequence[Piece]
    row_span: int = 1
    column_span: int = 1
    joined: bool = False
    """Whether the pieces are lines of one paragraph (else they follow one another as they are)."""


def flat(text: str) -> str:
    """Text of a cell without line feeds and tabs, which part rows and cells; as long as before."""
    return text if text.isprintable() else text.replace("\t", " ").replace("\n", " ").replace("\r", " ")


def table_block(cells: Iterable[TableCell], caption: str = "", unit: str = "") -> Block:
    """A table: rows joined by line feeds, cells by tabs; a cell over several columns stands once.

    A column without a cell of its own in a row (covered from the left or from above) is an empty
    stretch between two tabs, so that the same column always follows the same number of tabs.
    """
    composer = Composer()
    written: list[Cell] = []
    row = column = 0
    for cell in sorted(cells, key=lambda c: (c.row, c.column)):
        while row < cell.row:
            composer.add("\n")
            row, column = row + 1, 0
        while column < cell.column:
            composer.add("\t")
            column += 1
        start = composer.length
        _write(composer, cell)
        written.append(Cell(cell.row, cell.column, start, composer.length, cell.row_span, cell.column_span))
    return Block(
        BlockKind.TABLE, composer.text, tuple(composer.runs), 0, tuple(written), caption, unit or unit_of(composer.text)
    )


def _write(composer: Composer, cell: TableCell) -> None:
    before = ""
    for text, place in cell.pieces:
        if cell.joined:
            composer.add(joint(before, text))
        composer.add(flat(text), place)
        before = text


def unit_of(text: str) -> str:
    """The unit row as printed (``单位：万元``), from the first few rows of a text; empty if none."""
    found = _UNIT.search(text[:400])
    return found.group().strip(" （(") if found else ""
