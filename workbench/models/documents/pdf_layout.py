"""From the lines and frames of pages to blocks: paragraphs, headings, tables, figures, margins."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.models.documents.composing import is_caption, joint
from workbench.models.documents.document import Block, BlockKind, PageLine, Run
from workbench.models.documents.pdf_columns import ColumnTable, column_table
from workbench.models.documents.pdf_grid import Grid
from workbench.models.documents.pdf_lines import PrintedLine, Stretch, in_order, lines_of
from workbench.models.documents.pdf_margins import Margins, margins_of
from workbench.models.documents.pdf_regions import Region, regions_of
from workbench.models.documents.pdf_tables import Laid, captioned, joined_tables
from workbench.models.documents.pdf_writing import Frame, Setting, cells_block, lines_block
from workbench.models.documents.structure import (
    HeadingLevels,
    begins_clause,
    begins_item,
    ends_sentence,
    heading_rank,
    is_contents_line,
)
from workbench.models.evidence import Box

_TICKS = ("√", "□", "☑", "☐", "✓", "■")
_RUNNING = (BlockKind.HEADER, BlockKind.FOOTER)
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST)
_UNIT_LINE = re.compile(r"[（(]?\s*(金额)?单位\s*[:：]")
_DATE_LINE = re.compile(r"[\d\s年月日至度—\-~一二三四五六七八九〇零]+$")
_FIGURE = re.compile(r"(图|图表|Figure|Fig\.)\s*[\d一二三四五六七八九十]+([-－—.．]\d+)*(?!\d)(?![，,]|所示|显示)")
_NEAR_FIGURE = 40.0

Titles = Mapping[tuple[int, str], int]
"""Level of a title of the document's own table of contents, by page and title without blanks."""


@dataclass(frozen=True, slots=True)
class PageWriting:
    """What one page says in one direction: free lines, and the drawn tables with their frames.

    ``pictures`` are the boxes of pictures, ``notes`` the words of annotations that aren't drawn,
    ``aside`` marks writing that nothing before or after goes on in: turned against its page, or nonsense.
    """

    frame: Frame
    lines: list[PrintedLine]
    grids: list[Grid]
    tables: list[Laid]
    pictures: Sequence[Box] = ()
    notes: Sequence[Block] = ()
    aside: bool = False

    @property
    def says_something(self) -> bool:
        """Whether there is a word on the page."""
        return bool(self.lines or self.notes or self.tables)


def page_writing(
    frame: Frame,
    grids: list[Grid],
    stretches: list[Stretch],
    pictures: Sequence[Box] = (),
    notes: Sequence[Block] = (),
    *,
    aside: bool = False,
) -> PageWriting:
    """Sort a page's stretches into free lines and tables; a frame without two filled cells is no table."""
    inside: list[list[Stretch]] = [[] for _ in grids]
    free: list[Stretch] = []
    for stretch in stretches:
        (inside[stretch.grid] if stretch.grid >= 0 else free).append(stretch)
    kept = [k for k, held in enumerate(inside) if len({s.cell for s in held}) > 1]
    for k, held in enumerate(inside):
        if k not in kept:
            free += [s.freed() for s in held]
    tables = [Laid(_drawn(frame, grids[k], inside[k]), tuple(grids[k].xs)) for k in kept]
    return PageWriting(frame, lines_of(free), [grids[k] for k in kept], tables, pictures, notes, aside)


def _drawn(frame: Frame, grid: Grid, stretches: list[Stretch]) -> Block:
    held: dict[int, list[Stretch]] = {}
    for stretch in stretches:
        held.setdefault(stretch.cell, []).append(stretch)
    cells = []
    for number, cell in enumerate(grid.cells):
        words = held.get(number)
        ordered = in_order(words) if words else ()
        cells.append(Setting(cell.row, cell.column, ordered, cell.row_end - cell.row, cell.column_end - cell.column))
    return cells_block(frame, cells)


def blocks_of_pages(pages: Sequence[PageWriting], titles: Titles | None = None) -> list[Block]:
    """All blocks in reading order; tables with caption and unit, joined where they run over pages."""
    main = [p for p in pages if not p.aside]
    margins = margins_of([(p.frame.size[1], p.lines) for p in main])
    body = _body_height(main)
    levels = HeadingLevels()
    laid: list[Laid] = []
    before: _PageLayout | None = None
    for page in pages:
        layout = _PageLayout(page, margins, body, levels, titles or {})
        fresh = list(layout.pieces())
        if page.aside:
            laid.extend(fresh)
            continue
        if before is not None:
            _carried_over(laid, fresh, before.right, layout.left)
        laid.extend(fresh)
        before = layout
    return captioned(joined_tables(laid))


def _carried_over(laid: list[Laid], fresh: list[Laid], right: float, left: float) -> None:
    """A paragraph that goes on over the page or column becomes one block, where it begins.

    ``right`` is where full lines end before, ``left`` where lines begin after.
    """
    last = next((k for k in range(len(laid) - 1, -1, -1) if laid[k].block.kind not in _RUNNING), -1)
    first = next((k for k, piece in enumerate(fresh) if piece.block.kind not in _RUNNING), -1)
    if last < 0 or first < 0:
        return
    above, below = laid[last].block, fresh[first].block
    if above.kind not in _PROSE or below.kind is not BlockKind.PARAGRAPH:
        return
    end, begin = above.runs[-1].place, below.runs[0].place
    if not isinstance(end, PageLine) or not isinstance(begin, PageLine) or not 0 <= begin.page - end.page <= 1:
        return
    em = end.bottom - end.top
    full = end.edges[-1] >= right - 2.2 * em and begin.edges[0] <= left + 0.8 * em
    begins = begins_item(below.text) or is_caption(below.text)
    if full and not begins and not ends_sentence(above.text) and not is_contents_line(above.text):
        laid[last] = Laid(_continued(above, below))
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

    def __init__(self, page: PageWriting, margins: Margins, body: float, levels: HeadingLevels, titles: Titles) -> None:
        self._page = page
        self._frame = page.frame
        self._body = body
        self._levels = levels
        self._titles = titles
        width, height = page.frame.size
        self._width = width
        # A table's unit stands in the same place on page after page and is no running header for that.
        self._heads = [
            line for line in page.lines if margins.is_header(line, height) and not _UNIT_LINE.match(line.text)
        ]
        self._feet = [line for line in page.lines if margins.is_footer(line, height)]
        running = {id(line) for line in [*self._heads, *self._feet]}
        self._lines = [line for line in page.lines if id(line) not in running] if running else page.lines
        self.left, self.right = 0.0, width
        self._within(self._lines)

    def _within(self, lines: list[PrintedLine]) -> None:
        """Take the margins from these lines: the page's, or a column's."""
        if lines:
            self.left, self.right = min(line.left for line in lines), max(line.right for line in lines)

    def pieces(self) -> Iterator[Laid]:
        """Headers, then the page's regions, then footers."""
        for line in self._heads:
            yield Laid(lines_block(self._frame, BlockKind.HEADER, [line]))
        regions = regions_of(self._lines, self._page.grids)
        laid: list[Laid] = []
        above: Region | None = None
        for region in regions:
            right = self.right
            if len(regions) > 1:
                self._within(region.lines)
            fresh = list(self._region(region))
            if above is not None and above.column and region.column:
                _carried_over(laid, fresh, right, self.left)
            laid += fresh
            above = region
        yield from laid
        yield from map(Laid, self._page.notes)
        for line in self._feet:
            yield Laid(lines_block(self._frame, BlockKind.FOOTER, [line]))

    def _region(self, region: Region) -> Iterator[Laid]:
        position = 0
        for number in sorted(region.tables, key=lambda k: self._page.grids[k].ys[0]):
            grid = self._page.grids[number]
            above = position
            while above < len(region.lines) and region.lines[above].top < grid.ys[0]:
                above += 1
            yield from self._free(region.lines[position:above])
            yield self._page.tables[number]
            position = above
        yield from self._free(region.lines[position:])

    def _columned(self, table: ColumnTable) -> Laid:
        cells = [
            Setting(row, column, stretches)
            for row, held in enumerate(table.rows)
            for column, stretches in enumerate(held)
        ]
        return Laid(cells_block(self._frame, cells), table.sides, ruled=False)

    def _free(self, lines: list[PrintedLine]) -> Iterator[Laid]:
        position = 0
        while position < len(lines):
            found = column_table(lines[position:]) if len(lines[position].stretches) > 1 else None
            if found:
                yield self._columned(found[0])
                position += found[1]
                continue
            count = self._paragraph(lines, position)
            yield Laid(self._paragraph_block(lines[position : position + count]))
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
        if len(lines) <= 2 and self._is_figure(lines, text):
            block = lines_block(self._frame, BlockKind.FIGURE, lines)
            return replace(block, caption=block.text)
        level = self._heading(lines, text)
        if level:
            return lines_block(self._frame, BlockKind.HEADING, lines, level)
        return lines_block(self._frame, BlockKind.LIST if begins_item(text) else BlockKind.PARAGRAPH, lines)

    def _is_figure(self, lines: list[PrintedLine], text: str) -> bool:
        """Whether the words are the caption of a picture right above or below them."""
        if not self._page.pictures or not _FIGURE.match(text):
            return False
        top, bottom = lines[0].top, lines[-1].bottom
        return any(
            min(abs(top - y1), abs(y0 - bottom)) < _NEAR_FIGURE and x0 < lines[0].right and x1 > lines[0].left
            for x0, y0, x1, y1 in self._page.pictures
        )

    def _heading(self, lines: list[PrintedLine], text: str) -> int:
        """The level of a heading, 0 for anything else."""
        if len(lines) > 2 or is_contents_line(text) or _DATE_LINE.match(text) or _UNIT_LINE.match(text):
            return 0
        rank = heading_rank(text)
        if rank:
            return self._levels.level(rank)
        known = self._titles.get((self._frame.page, "".join(text.split())), 0)
        if known or ends_sentence(text) or len(text) > 40 or not any(c.isalpha() for c in text):
            return known
        large = max(line.height for line in lines) >= 1.25 * self._body and "适用" not in text
        if large or (len(lines) == 1 and is_caption(text) and self._centred(lines[0])):
            return self._levels.unnumbered()
        return 0

    def _centred(self, line: PrintedLine) -> bool:
        middle = (self.left + self.right) / 2
        page = self._width / 2
        near = min(abs((line.left + line.right) / 2 - m) for m in (middle, page))
        return near < 12 and line.left > self.left + 4 * line.height and len(line.stretches) == 1
