"""Tables over several pages as one, their captions and unit rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.models.documents.composing import CAPTION_REACH, is_caption, unit_of
from workbench.models.documents.document import Block, BlockKind, Cell, Run

_RUNNING = (BlockKind.HEADER, BlockKind.FOOTER)
_SAME_SIDE = 4.0
_MOST_PAGES = 100
_HEAD_ROWS = 4
_BETWEEN = 3
_SHORT = 60
_LONG_LINE = 90
_CONTINUED = re.compile(r"[（(]\s*续\s*[)）]|续表\s*[:：]?")
_DATE = re.compile(r"\d{4}\s*年.{0,14}$|(编制单位|单位负责人|项目)\s*[:：]")


@dataclass(frozen=True, slots=True)
class Laid:
    """A block as laid out; a table with the x of its columns' sides, in points of its frame."""

    block: Block
    sides: tuple[float, ...] = ()
    ruled: bool = True


def joined_tables(laid: Sequence[Laid]) -> list[Block]:
    """All blocks, tables that go on over the page made one; heads printed again become running headers.

    A table goes on where the next page begins with one of the same columns, either at once or below
    its own caption, unit and head printed again.
    """
    blocks: list[Block] = []
    chain: list[Laid] = []
    place = -1
    for piece in laid:
        if piece.block.kind is not BlockKind.TABLE:
            blocks.append(piece.block)
            continue
        parts = _continuation(blocks[place + 1 :], chain, piece) if chain else None
        if parts is None:
            _close(blocks, place, chain)
            chain, place = [piece], len(blocks)
            blocks.append(piece.block)
        else:
            for k in range(place + 1, len(blocks)):
                if blocks[k].kind not in _RUNNING:
                    blocks[k] = replace(blocks[k], kind=BlockKind.HEADER, level=0)
            again, rest = parts
            blocks += again
            chain.append(Laid(rest, piece.sides))
    _close(blocks, place, chain)
    return blocks


def _continuation(between: list[Block], chain: list[Laid], piece: Laid) -> tuple[list[Block], Block] | None:
    """The repeated head (as headers) and the rest of a table that goes on with the piece; None if it begins anew."""
    before = chain[-1].block
    first, last = piece.block.page, _last_page(before)
    if first is None or last is None or first != last + 1 or len(chain) >= _MOST_PAGES:
        return None
    if not _same_sides(chain[-1], piece):
        return None
    words = [b for b in between if b.kind not in _RUNNING]
    rows = _repeated(chain[0].block, piece.block)
    if words and not (rows and _said_again(words)):
        return None
    if not rows:
        return [], piece.block
    return _split(piece.block, rows)


def _last_page(block: Block) -> int | None:
    return replace(block, runs=block.runs[-1:]).page


def _same_sides(one: Laid, other: Laid) -> bool:
    """Whether two tables have the same columns; without lines only the outer sides hold from page to page."""
    a, b = one.sides, other.sides
    if len(a) != len(b) or one.ruled is not other.ruled or not a:
        return False
    if one.ruled:
        return all(abs(x - y) <= _SAME_SIDE for x, y in zip(a, b, strict=True))
    return abs(a[0] - b[0]) <= _SAME_SIDE and abs(a[-1] - b[-1]) <= 2 * _SAME_SIDE


def _said_again(words: list[Block]) -> bool:
    """Whether the lines above a table's next page only say again what it is: (续), its unit, its date."""
    texts = [b.text.strip() for b in words]
    if len(texts) > _BETWEEN or any(len(t) > _SHORT for t in texts):
        return False
    return all("续" in t or unit_of(t) or _DATE.search(t) for t in texts)


def _row_texts(block: Block) -> list[str]:
    return ["".join(row.split()) for row in block.text.split("\n", _HEAD_ROWS)[:_HEAD_ROWS]]


def _repeated(begin: Block, piece: Block) -> int:
    """How many rows at the top of the piece say the same as the top of the table's beginning."""
    count = 0
    for one, other in zip(_row_texts(begin), _row_texts(piece), strict=False):
        if one != other or not one or not any(c.isalpha() for c in one):
            break
        count += 1
    return count if count < _rows(piece) and count < _rows(begin) else 0


def _rows(block: Block) -> int:
    return max((c.row for c in block.cells), default=-1) + 1


def _split(block: Block, rows: int) -> tuple[list[Block], Block]:
    """The first rows as a running header, the others as a table."""
    cut = -1
    for _ in range(rows):
        cut = block.text.index("\n", cut + 1)
    head = Block(BlockKind.HEADER, block.text[:cut], tuple(r for r in block.runs if r.end <= cut))
    start = cut + 1
    runs = tuple(Run(r.start - start, r.end - start, r.place) for r in block.runs if r.start >= start)
    cells = tuple(
        Cell(c.row - rows, c.column, c.start - start, c.end - start, c.row_span, c.column_span)
        for c in block.cells
        if c.row >= rows
    )
    return [head], Block(BlockKind.TABLE, block.text[start:], runs, 0, cells)


def _close(blocks: list[Block], place: int, chain: list[Laid]) -> None:
    """Put the pieces of a table together where it began."""
    if len(chain) < 2:
        return
    texts: list[str] = []
    runs: list[Run] = []
    cells: list[Cell] = []
    shift = row = 0
    for piece in chain:
        block = piece.block
        texts.append(block.text)
        runs += [Run(r.start + shift, r.end + shift, r.place) for r in block.runs] if shift else block.runs
        cells += [
            Cell(c.row + row, c.column, c.start + shift, c.end + shift, c.row_span, c.column_span) for c in block.cells
        ]
        shift += len(block.text) + 1
        row += _rows(block)
    blocks[place] = replace(blocks[place], text="\n".join(texts), runs=tuple(runs), cells=tuple(cells))


def captioned(blocks: list[Block]) -> list[Block]:
    """Tables get the title and unit row right above them; one that goes on over the page, those of its beginning."""
    last: Block | None = None
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.TABLE:
            continue
        before = _body_before(blocks, number)
        if before and before[-1].kind is BlockKind.TABLE and before[-1].page != block.page and last is not None:
            caption, unit = (last.caption, last.unit) if _width(last) == _width(block) else ("", "")
        else:
            caption, unit = _above(before)
        last = blocks[number] = replace(block, caption=caption, unit=unit_of(block.text) or unit)
    return blocks


def _body_before(blocks: list[Block], number: int) -> list[Block]:
    """The few blocks before one, without running headers and footers."""
    near = blocks[max(0, number - 3 * CAPTION_REACH) : number]
    return [b for b in near if b.kind not in _RUNNING][-CAPTION_REACH:]


def _width(table: Block) -> int:
    return max((c.column + c.column_span for c in table.cells), default=0)


def _above(blocks: list[Block]) -> tuple[str, str]:
    unit = ""
    for block in reversed(blocks):
        if block.kind is BlockKind.TABLE or len(block.text) > _LONG_LINE:
            break
        unit = unit or unit_of(block.text)
        if block.kind is BlockKind.HEADING or is_caption(block.text):
            return _CONTINUED.sub("", block.text).strip(), unit
    return "", unit
