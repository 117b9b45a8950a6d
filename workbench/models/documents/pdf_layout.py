"""From the lines and frames of pages to blocks: paragraphs, headings, tables, margins."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.models.documents.composing import (
    CAPTION_REACH,
    Composer,
    Piece,
    TableCell,
    is_caption,
    joint,
    table_block,
    unit_of,
)
from workbench.models.documents.document import Block, BlockKind, PageLine, Run
from workbench.models.documents.pdf_columns import ColumnTable, column_table
from workbench.models.documents.pdf_grid import Grid
from workbench.models.documents.pdf_lines import PrintedLine, Stretch, lines_of
from workbench.models.documents.pdf_margins import Margins, margins_of
from workbench.models.documents.pdf_regions import regions_of
from workbench.models.documents.structure import (
    HeadingLevels,
    begins_clause,
    begins_item,
    ends_sentence,
    heading_rank,
    is_contents_line,
)

_TICKS = ("√", "□", "☑", "☐", "✓", "■")
_RUNNING = (BlockKind.HEADER, BlockKind.FOOTER)
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST)
_UNIT_LINE = re.compile(r"[（(]?\s*(金额)?单位\s*[:：]")
_DATE_LINE = re.compile(r"[\d\s年月日至度—\-~一二三四五六七八九〇零]+$")


@dataclass(frozen=True, slots=True)
class PageWriting:
    """What one page says: free lines, and per drawn table the stretches in its cells."""

    number: int
    width: float
    height: float
    lines: list[PrintedLine]
    grids: list[Grid]
    stretches: list[list[Stretch]]


def page_writing(number: int, size: tuple[float, float], grids: list[Grid], stretches: list[Stretch]) -> PageWriting:
    """Sort a page's stretches into free lines and tables; a frame without two filled cells is no table."""
    inside: list[list[Stretch]] = [[] for _ in grids]
    free: list[Stretch] = []
    for stretch in stretches:
        (inside[stretch.grid] if stretch.grid >= 0 else free).append(stretch)
    kept = [k for k, held in enumerate(inside) if len({s.cell for s in held}) > 1]
    for k, held in enumerate(inside):
        if k not in kept:
            free += [replace(s, grid=-1, cell=-1) for s in held]
    return PageWriting(number, *size, lines_of(free), [grids[k] for k in kept], [inside[k] for k in kept])


def blocks_of_pages(pages: Sequence[PageWriting]) -> tuple[Block, ...]:
    """All blocks in reading order, tables with caption and unit."""
    margins = margins_of([(p.height, p.lines) for p in pages])
    body = _body_height(pages)
    levels = HeadingLevels()
    blocks: list[Block] = []
    before: _PageLayout | None = None
    for page in pages:
        layout = _PageLayout(page, margins, body, levels)
        fresh = list(layout.blocks())
        if before is not None:
            _carried_over(blocks, before, fresh, layout)
        blocks.extend(fresh)
        before = layout
    return tuple(_captioned(blocks))


def _carried_over(blocks: list[Block], before: "_PageLayout", fresh: list[Block], layout: "_PageLayout") -> None:
    """A paragraph that goes on over the page becomes one block, where it begins."""
    last = next((k for k in range(len(blocks) - 1, -1, -1) if blocks[k].kind not in _RUNNING), -1)
    first = next((k for k, block in enumerate(fresh) if block.kind not in _RUNNING), -1)
    if last < 0 or first < 0 or blocks[last].kind not in _PROSE or fresh[first].kind is not BlockKind.PARAGRAPH:
        return
    above, below = blocks[last], fresh[first]
    end, begin = above.runs[-1].place, below.runs[0].place
    if not isinstance(end, PageLine) or not isinstance(begin, PageLine) or end.page + 1 != begin.page:
        return
    em = end.bottom - end.top
    full = end.edges[-1] >= before.right - 2.2 * em and begin.edges[0] <= layout.left + 0.8 * em
    if full and not ends_sentence(above.text) and not is_contents_line(above.text) and not begins_item(below.text):
        blocks[last] = _continued(above, below)
        del fresh[first]


def _continued(above: Block, below: Block) -> Block:
    between = joint(above.text, below.text)
    shift = len(above.text) + len(between)
    runs = tuple(Run(run.start + shift, run.end + shift, run.place) for run in below.runs)
    return replace(above, text=above.text + between + below.text, runs=above.runs + runs)


def _body_height(pages: Iterable[PageWriting]) -> float:
    """The height of most characters outside tables."""
    heights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            heights[round(line.height * 2) / 2] += len(line.text)
    return heights.most_common(1)[0][0] if heights else 10.0


class _PageLayout:
    """The blocks of one page."""

    def __init__(self, page: PageWriting, margins: Margins, body: float, levels: HeadingLevels) -> None:
        self._page = page
        self._body = body
        self._levels = levels
        self._heads = [line for line in page.lines if margins.is_header(line, page.height)]
        self._feet = [line for line in page.lines if margins.is_footer(line, page.height)]
        running = {id(line) for line in [*self._heads, *self._feet]}
        self._lines = [line for line in page.lines if id(line) not in running]
        self.left, self.right = 0.0, page.width
        self._within(self._lines)

    def _within(self, lines: list[PrintedLine]) -> None:
        """Take the margins from these lines: the page's, or a column's."""
        if lines:
            self.left, self.right = min(line.left for line in lines), max(line.right for line in lines)

    def blocks(self) -> Iterator[Block]:
        for line in self._heads:
            yield self._joined(BlockKind.HEADER, [line])
        tables = sorted(zip(self._page.grids, self._page.stretches, strict=True), key=lambda t: t[0].ys[0])
        position = 0
        for grid, stretches in tables:
            above = position
            while above < len(self._lines) and self._lines[above].top < grid.ys[0]:
                above += 1
            yield from self._free(self._lines[position:above])
            yield self._drawn(grid, stretches)
            position = above
        for region in [self._lines[position:]] if tables else regions_of(self._lines):
            if not tables:
                self._within(region)
            yield from self._free(region)
        for line in self._feet:
            yield self._joined(BlockKind.FOOTER, [line])

    def _piece(self, stretch: Stretch) -> Piece:
        return stretch.text, stretch.place(self._page.number)

    def _joined(self, kind: BlockKind, lines: list[PrintedLine], level: int = 0) -> Block:
        composer = Composer()
        for line in lines:
            for number, stretch in enumerate(line.stretches):
                if number:
                    composer.add(" ")
                    composer.add(*self._piece(stretch))
                else:
                    composer.add_joined([self._piece(stretch)])
        return composer.block(kind, level)

    def _drawn(self, grid: Grid, stretches: list[Stretch]) -> Block:
        held: dict[int, list[Stretch]] = {}
        for stretch in stretches:
            held.setdefault(stretch.cell, []).append(stretch)
        cells = [
            TableCell(
                cell.row,
                cell.column,
                [self._piece(s) for line in lines_of(held.get(number, [])) for s in line.stretches],
                cell.row_end - cell.row,
                cell.column_end - cell.column,
                joined=True,
            )
            for number, cell in enumerate(grid.cells)
        ]
        return table_block(cells)

    def _columned(self, table: ColumnTable) -> Block:
        cells = [
            TableCell(row, column, [self._piece(s) for s in stretches], joined=True)
            for row, held in enumerate(table.rows)
            for column, stretches in enumerate(held)
        ]
        return table_block(cells)

    def _free(self, lines: list[PrintedLine]) -> Iterator[Block]:
        position = 0
        while position < len(lines):
            found = column_table(lines[position:])
            if found:
                yield self._columned(found[0])
                position += found[1]
                continue
            count = self._paragraph(lines, position)
            yield self._paragraph_block(lines[position : position + count])
            position += count

    def _paragraph(self, lines: list[PrintedLine], position: int) -> int:
        count = 1
        while position + count < len(lines) and self._goes_on(
            lines[position], lines[position + count - 1], lines[position + count]
        ):
            count += 1
        return count

    def _goes_on(self, first: PrintedLine, line: PrintedLine, following: PrintedLine) -> bool:
        """Whether the next line continues the paragraph: same size, full line before, no new beginning."""
        em = max(line.height, 1.0)
        if abs(line.height - following.height) > 0.15 * em or following.top - line.bottom > 1.25 * em:
            return False
        if line.right < self.right - 2.2 * em or len(following.stretches) > 1 or len(line.stretches) > 2:
            return False
        if following.left > min(first.left, self.left + em) + 0.8 * em and following.left > line.left + 0.5 * em:
            return False
        if following.text.startswith(_TICKS) or is_contents_line(line.text) or is_contents_line(following.text):
            return False
        begins = begins_item(following.text) or begins_clause(following.text) or heading_rank(following.text) > 0
        return not (begins and (ends_sentence(line.text) or following.left > self.left + em or first is not line))

    def _paragraph_block(self, lines: list[PrintedLine]) -> Block:
        text = "".join(line.text for line in lines)
        level = self._heading(lines, text)
        if level:
            return self._joined(BlockKind.HEADING, lines, level)
        return self._joined(BlockKind.LIST if begins_item(text) else BlockKind.PARAGRAPH, lines)

    def _heading(self, lines: list[PrintedLine], text: str) -> int:
        """The level of a heading, 0 for anything else."""
        if len(lines) > 2 or is_contents_line(text) or _DATE_LINE.match(text) or _UNIT_LINE.match(text):
            return 0
        rank = heading_rank(text)
        if rank:
            return self._levels.level(rank)
        if ends_sentence(text) or len(text) > 40 or not any(c.isalpha() for c in text):
            return 0
        if max(line.height for line in lines) >= 1.25 * self._body and "适用" not in text:
            return self._levels.unnumbered()
        if self._centred(lines[0]) and is_caption(text) and len(lines) == 1:
            return self._levels.unnumbered()
        return 0

    def _centred(self, line: PrintedLine) -> bool:
        middle = (self.left + self.right) / 2
        page = self._page.width / 2
        near = min(abs((line.left + line.right) / 2 - m) for m in (middle, page))
        return near < 12 and line.left > self.left + 4 * line.height and len(line.stretches) == 1


def _captioned(blocks: list[Block]) -> Iterator[Block]:
    """Tables get the title and unit row right above them; one that goes on over the page, those of its beginning."""
    last: Block | None = None
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.TABLE:
            yield block
            continue
        before = _body_before(blocks, number)
        if before and before[-1].kind is BlockKind.TABLE and before[-1].page != block.page and last is not None:
            caption, unit = (last.caption, last.unit) if _width(last) == _width(block) else ("", "")
        else:
            caption, unit = _above(before)
        last = replace(block, caption=caption, unit=block.unit or unit)
        yield last


def _body_before(blocks: list[Block], number: int) -> list[Block]:
    """The few blocks before one, without running headers and footers."""
    near = blocks[max(0, number - 3 * CAPTION_REACH) : number]
    return [b for b in near if b.kind not in _RUNNING][-CAPTION_REACH:]


def _width(table: Block) -> int:
    return max((c.column + c.column_span for c in table.cells), default=0)


def _above(blocks: list[Block]) -> tuple[str, str]:
    unit = ""
    for block in reversed(blocks):
        if block.kind is BlockKind.TABLE or len(block.text) > 90:
            break
        unit = unit or unit_of(block.text)
        if block.kind is BlockKind.HEADING or is_caption(block.text):
            return block.text.strip(), unit
    return "", unit
