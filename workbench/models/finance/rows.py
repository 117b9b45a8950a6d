"""Rows of figures, whether the reader made a table of them or left them as lines."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from workbench.models.documents.document import Block, TextPlace

_NIL = re.compile(r"^[-—–－─―/]{1,3}$")
_FIGURE = re.compile(
    r"^(?P<minus>[-−])?(?P<bracket>\()?(?:[¥￥]|rmb|cny|人民币)?(?P<inner>[-−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?(?P<behind>[-−])?\)?$",
    re.IGNORECASE,
)
_IN_LINE = re.compile(
    r"[(（]?[-−－]?\d{1,3}(?:,\d{3})+(?:\.\d+)?[)）]?|[(（]?[-−－]?\d+\.\d{2,4}[)）]?|(?<=\s)[-—](?=\s|$)"
)
_NOTE = re.compile(r"\s+[一二三四五六七八九十]{0,3}[、.．]?\s*[(（]?[一二三四五六七八九十\d]{1,3}[)）]?\s*\d{0,2}\s*$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A printed figure in its printed unit; ``quantum`` is one in its last place (0 for a dash)."""

    value: Decimal
    quantum: Decimal


def amount_of(text: str) -> Amount | None:
    """Read a cell: thousands separators, brackets, 负, a sign behind, the yuan's sign, dashes for none; else None."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("负", "-").replace("元", "")
    if not plain:
        return None
    if _NIL.match(plain):
        return Amount(Decimal(0), Decimal(0))
    match = _FIGURE.match(plain)
    if match is None or (match["bracket"] is not None) != plain.endswith(")"):
        return None
    value = Decimal(match["digits"].replace(",", "") + (match["fraction"] or ""))
    negative = match["minus"] or match["bracket"] or match["inner"] or match["behind"]
    return Amount(-value if negative else value, Decimal(1).scaleb(-max(len(match["fraction"] or ".") - 1, 0)))


@dataclass(frozen=True, slots=True)
class Field:
    """``text[start:end]`` of a block, in a column; one may span several."""

    column: int
    start: int
    end: int
    text: str
    span: int = 1


Row = tuple[Field, ...]


def table_rows(block: Block) -> list[Row]:
    """Rows of a table block; cells that span rows stand in each of them."""
    rows: dict[int, list[Field]] = {}
    for cell in block.cells:
        field = Field(cell.column, cell.start, cell.end, block.text[cell.start : cell.end], cell.column_span)
        for row in range(cell.row, cell.row + max(cell.row_span, 1)):
            rows.setdefault(row, []).append(field)
    return [tuple(sorted(rows[number], key=lambda f: f.column)) for number in sorted(rows)]


def line_rows(block: Block) -> Iterator[tuple[Row, bool]]:
    """Lines of a text block as rows, and whether their columns are sure (tabs) or only counted."""
    for at, end in lines_of(block):
        line = block.text[at:end]
        tabbed = "\t" in line
        yield (tuple(_tabbed(line, at)) if tabbed else tuple(_counted(line, at))), tabbed


def lines_of(block: Block) -> Iterator[tuple[int, int]]:
    """``(start, end)`` of a block's lines as printed: a text's reader joins those that look like one paragraph."""
    starts = {0}
    starts.update(at + 1 for at, sign in enumerate(block.text) if sign == "\n")
    before = 0
    for run in block.runs:
        if isinstance(run.place, TextPlace) and run.place.line != before:
            before = run.place.line
            starts.add(run.start)
    ordered = sorted(starts)
    for start, stop in zip(ordered, [*ordered[1:], len(block.text) + 1], strict=True):
        end = stop - 1 if stop > len(block.text) or block.text[stop - 1] == "\n" else stop
        yield start, max(start, end)


def _tabbed(line: str, offset: int) -> Iterator[Field]:
    at = 0
    for column, text in enumerate(line.split("\t")):
        yield Field(column, offset + at, offset + at + len(text), text)
        at += len(text) + 1


def _counted(line: str, offset: int) -> Iterator[Field]:
    """The words before the first figure, then the figures."""
    found = list(_IN_LINE.finditer(line))
    name_end = found[0].start() if found else len(line)
    name = _NOTE.sub("", line[:name_end])
    yield Field(0, offset, offset + len(name.rstrip()), name.rstrip())
    for column, match in enumerate(found, start=1):
        yield Field(column, offset + match.start(), offset + match.end(), match.group())
