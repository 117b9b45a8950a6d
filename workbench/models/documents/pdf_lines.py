"""From glyphs to stretches of writing, and from these to lines.

A stretch ends where the writing jumps: another line, a wide gap, another cell of a drawn table. Arabic and
Hebrew run from right to left: such a stretch has falling edges, and a line of them is read from its right.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.codec import GRAIN
from workbench.models.documents.composing import joint
from workbench.models.documents.pdf_page import Glyphs

_GAP = 1.3
_CJK_SPACE = 0.36
_LATIN_SPACE = 0.12
_QUAD, _QUADS = np.uint32(0x2000), 0x0C
_CJK_RANGES = ((0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))
_IS_CJK = np.zeros(0x10000, dtype=np.bool_)
for _low, _top in _CJK_RANGES:
    _IS_CJK[_low : _top + 1] = True
_LEFTWARD = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))
_FIRST_LEFTWARD, _LEFTWARD_ROOM, _FORMS, _FORMS_ROOM = np.uint32(0x0590), 0x370, np.uint32(0xFB1D), 0x3E3
"""Where such letters may be at all: asked of every page first."""
_IS_LEFTWARD = np.zeros(0x10000, dtype=np.bool_)
for _low, _top in _LEFTWARD:
    _IS_LEFTWARD[_low : _top + 1] = True
_Numbers = NDArray[np.float64]


class Stretch:
    """Characters side by side; ``edges``, ``top`` and ``bottom`` as in PageLine, in points.

    ``edges`` fall where the characters run from right to left, which ``leftward`` says.
    """

    __slots__ = ("bottom", "cell", "edges", "grid", "height", "left", "leftward", "middle", "right", "text", "top")

    def __init__(  # noqa: PLR0917 - made by the ten thousand, where names cost a third
        self, text: str, edges: "array[float]", top: float, bottom: float, grid: int = -1, cell: int = -1
    ) -> None:
        self.text = text
        self.edges = edges
        self.top = top
        self.bottom = bottom
        self.grid = grid
        self.cell = cell
        self.left = edges[0]
        self.right = edges[-1]
        self.leftward = False
        if self.left > self.right:
            self.left, self.right, self.leftward = self.right, self.left, True
        self.height = bottom - top
        self.middle = (top + bottom) / 2

    def freed(self) -> "Stretch":
        """The same stretch outside of any table."""
        return Stretch(self.text, self.edges, self.top, self.bottom)


class PrintedLine:
    """Stretches on one line in reading order; ``text`` has them parted by a space."""

    __slots__ = ("bottom", "height", "left", "right", "stretches", "text", "top")

    def __init__(self, stretches: tuple[Stretch, ...]) -> None:
        self.stretches = stretches
        first = stretches[0]
        self.left, self.right, self.top, self.bottom = first.left, first.right, first.top, first.bottom
        self.height, self.text = first.height, first.text
        if len(stretches) > 1:
            self.left = min(s.left for s in stretches)
            self.right = max(s.right for s in stretches)
            self.top = min(s.top for s in stretches)
            self.bottom = max(s.bottom for s in stretches)
            self.height = max(s.height for s in stretches)
            self.text = " ".join([s.text for s in stretches])


def stretches_of(glyphs: Glyphs, grid_of: NDArray[np.int64], cell_of: NDArray[np.int64]) -> list[Stretch]:
    """The stretches of a page in the order of its content."""
    if not len(glyphs.codes):
        return []
    codes, boxes, breaks, grid_of, cell_of = _spaced(glyphs, grid_of, cell_of)
    count = len(codes)
    starts = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    at = np.arange(count)
    blank = (codes == 32) | (codes == 0x3000) | ((codes - _QUAD) < _QUADS)
    firsts = np.minimum.reduceat(np.where(blank, count, at), starts)
    ends = np.maximum.reduceat(np.where(blank, -1, at), starts) + 1
    kept = ends > 0
    tops, bottoms = _middles(boxes[:, 1], starts, firsts, ends), _middles(boxes[:, 3], starts, firsts, ends)
    sides = (np.round(boxes * GRAIN) / GRAIN).astype(np.float32)
    lefts, rights = array("f", sides[:, 0].tobytes()), array("f", sides[:, 2].tobytes())
    tops, bottoms = np.round(tops, 2), np.round(bottoms, 2)
    text = codes.astype("<u4").tobytes().decode("utf-32-le")
    firsts, ends = firsts[kept], ends[kept]
    found = []
    for first, end, top, bottom, grid, cell in zip(
        firsts.tolist(),
        ends.tolist(),
        tops[kept].tolist(),
        bottoms[kept].tolist(),
        grid_of[firsts].tolist(),
        cell_of[firsts].tolist(),
        strict=True,
    ):
        edges = lefts[first:end]
        edges.append(rights[end - 1])
        if end - first > 1 and edges[0] > edges[end - first - 1] and _holds_leftward(text[first:end]):
            edges = rights[first:end]
            edges.append(lefts[end - 1])
        found.append(Stretch(text[first:end], edges, top, bottom, grid, cell))
    return found


def _middles(
    values: _Numbers, starts: NDArray[np.int64], firsts: NDArray[np.int64], ends: NDArray[np.int64]
) -> _Numbers:
    """The median over each stretch: one odd font doesn't make a line tall."""
    middles = np.minimum.reduceat(values, starts)
    uneven = np.flatnonzero((np.maximum.reduceat(values, starts) > middles) & (ends > 0))
    if len(uneven):
        sizes = ends[uneven] - firsts[uneven]
        before = np.cumsum(sizes) - sizes
        of = np.repeat(np.arange(len(uneven)), sizes)
        held = values[np.arange(len(of)) + (firsts[uneven] - before)[of]]
        middles[uneven] = held[np.lexsort((held, of))[before + sizes // 2]]
    return middles


def _spaced(
    glyphs: Glyphs, grid_of: NDArray[np.int64], cell_of: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], _Numbers, NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Codes, boxes, breaks, grids and cells with the spaces that were only gaps as characters of their own."""
    codes, boxes = glyphs.codes, glyphs.boxes
    breaks, gaps = _breaks(glyphs, grid_of, cell_of)
    if not len(gaps):
        return codes, boxes, breaks, grid_of, cell_of
    # Each character is taken once, the one before a gap twice: its second stands for the space.
    times = np.ones(len(codes), dtype=np.int64)
    times[gaps] = 2
    order = np.repeat(np.arange(len(codes)), times)
    at = gaps + np.arange(1, len(gaps) + 1)
    codes, boxes = codes[order], boxes[order]
    codes[at] = 32
    left, right = boxes[at - 1, 2], boxes[at + 1, 0]
    falling = boxes[at + 1, 2] <= boxes[at - 1, 0]
    boxes[at, 0] = np.where(falling, boxes[at + 1, 2], left)
    boxes[at, 2] = np.where(falling, boxes[at - 1, 0], right)
    breaks = np.append(breaks, False)[order]
    breaks[at - 1] = False
    return codes, boxes, breaks[:-1], grid_of[order], cell_of[order]


def _breaks(
    glyphs: Glyphs, grid_of: NDArray[np.int64], cell_of: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Between each two characters whether the stretch ends; and after which ones a space is to be written."""
    boxes, codes = glyphs.boxes, glyphs.codes
    high = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    em = np.minimum(high[:-1], high[1:])
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    gap = boxes[1:, 0] - boxes[:-1, 2]
    other_line = np.abs(middle[1:] - middle[:-1]) > 0.5 * em
    jump = (gap > _GAP * em) | (boxes[1:, 0] - boxes[:-1, 0] < -0.4 * em)
    jump, gap = _leftward(codes, boxes, em, jump, gap)
    breaks = other_line | jump | (grid_of[1:] != grid_of[:-1]) | (cell_of[1:] != cell_of[:-1])
    gaps = np.flatnonzero(glyphs.spaced[1:] & ~breaks)
    if len(gaps):
        before, after = codes[gaps], codes[gaps + 1]
        least = np.where(_cjk(before) | _cjk(after), _CJK_SPACE, _LATIN_SPACE) * em[gaps]
        gaps = gaps[(gap[gaps] > least) & (before != 32) & (after != 32)]
    return breaks, gaps


def _leftward(
    codes: NDArray[np.uint32], boxes: _Numbers, em: _Numbers, jump: NDArray[np.bool_], gap: _Numbers
) -> tuple[NDArray[np.bool_], _Numbers]:
    """Jumps and gaps where letters of a script that runs leftward stand on either side."""
    if not ((codes - _FIRST_LEFTWARD) < _LEFTWARD_ROOM).any() and not ((codes - _FORMS) < _FORMS_ROOM).any():
        return jump, gap
    letters = _IS_LEFTWARD[np.minimum(codes, len(_IS_LEFTWARD) - 1)]
    # A blank or sign between two such letters runs with them.
    blank = codes <= ord("/")
    beside = (letters[1:] | blank[1:]) & (letters[:-1] | blank[:-1]) & (letters[1:] | letters[:-1])
    turned = boxes[:-1, 0] - boxes[1:, 2]
    far = (turned > _GAP * em) | (boxes[1:, 2] - boxes[:-1, 2] > 0.4 * em)
    return np.where(beside, far, jump), np.where(beside, turned, gap)


def _cjk(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return _IS_CJK[np.minimum(codes, len(_IS_CJK) - 1)]


def in_order(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches of one cell in reading order, neighbours knit."""
    if len(stretches) == 1:
        return stretches
    return [stretch for line in lines_of(stretches) for stretch in line.stretches]


def lines_of(stretches: list[Stretch]) -> list[PrintedLine]:
    """Stretches gathered into lines, from the top; within a line from the left, or as most of it runs."""
    lines: list[list[Stretch]] = []
    line: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.middle, s.left)):
        if line and stretch.middle - line[0].middle <= 0.5 * min(stretch.height, line[0].height):
            line.append(stretch)
        else:
            line = [stretch]
            lines.append(line)
    return [PrintedLine(tuple(_as_read(_knit(line)))) for line in lines]


def _as_read(line: list[Stretch]) -> list[Stretch]:
    """A line from its right where most of its characters run from there."""
    if len(line) > 1 and any(s.leftward for s in line):
        falling = sum(len(s.text) for s in line if s.leftward)
        if 2 * falling > sum(len(s.text) for s in line):
            return line[::-1]
    return line


def _knit(line: list[Stretch]) -> list[Stretch]:
    """Neighbours that follow one another without a gap are one stretch, whatever their order in the file."""
    if len(line) == 1:
        return line
    line.sort(key=lambda s: s.left)
    knit = [line[0]]
    for stretch in line[1:]:
        last = knit[-1]
        gap, em = stretch.left - last.right, min(last.height, stretch.height)
        near = -0.3 * em <= gap <= _GAP * em and (last.grid, last.cell) == (stretch.grid, stretch.cell)
        if near and (two := _two(last, stretch)) is not None:
            first, second = two
            space = " " if gap > _CJK_SPACE * em or (gap > _LATIN_SPACE * em and joint(first.text, second.text)) else ""
            edges = first.edges[:] if space else first.edges[:-1]
            edges.extend(second.edges)
            top, bottom = min(last.top, stretch.top), max(last.bottom, stretch.bottom)
            knit[-1] = Stretch(first.text + space + second.text, edges, top, bottom, last.grid, last.cell)
        else:
            knit.append(stretch)
    return knit


def _two(left: Stretch, right: Stretch) -> tuple[Stretch, Stretch] | None:
    """Two neighbours in reading order; None where one runs leftward and the other doesn't."""
    if left.leftward is right.leftward:
        return (right, left) if left.leftward else (left, right)
    # A single letter's own edges always rise.
    if left.leftward and _is_leftward(right.text):
        return _falling(right), left
    if right.leftward and _is_leftward(left.text):
        return right, _falling(left)
    return None


def _is_leftward(text: str) -> bool:
    return len(text) == 1 and _holds_leftward(text)


def _holds_leftward(text: str) -> bool:
    return any(low <= ord(char) <= top for char in text for low, top in _LEFTWARD)


def _falling(letter: Stretch) -> Stretch:
    return Stretch(letter.text, letter.edges[::-1], letter.top, letter.bottom, letter.grid, letter.cell)
