"""From glyphs to stretches of writing, and from these to lines.

A stretch ends where the writing jumps: another line, a wide gap, another cell of a drawn table.
"""

import re
import string
from array import array
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.codec import GRAIN
from workbench.models.documents.composing import is_cjk, joint
from workbench.models.documents.document import PageLine
from workbench.models.documents.pdf_page import Glyphs

_GAP = 1.3
_CJK_SPACE = 0.36
_LATIN_SPACE = 0.12
_CJK_RANGES = ((0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters side by side; ``edges`` as in PageLine, ``height`` of a character, in points."""

    text: str
    edges: list[float]
    top: float
    bottom: float
    grid: int = -1
    cell: int = -1

    @property
    def left(self) -> float:
        return self.edges[0]

    @property
    def right(self) -> float:
        return self.edges[-1]

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def place(self, page: int) -> PageLine:
        """The place of the whole stretch."""
        return PageLine(page, round(self.top, 2), round(self.bottom, 2), array("f", self.edges))


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Stretches on one line, from left to right."""

    stretches: tuple[Stretch, ...]

    @property
    def left(self) -> float:
        return self.stretches[0].left

    @property
    def right(self) -> float:
        return max(s.right for s in self.stretches)

    @property
    def top(self) -> float:
        return min(s.top for s in self.stretches)

    @property
    def bottom(self) -> float:
        return max(s.bottom for s in self.stretches)

    @property
    def height(self) -> float:
        return max(s.height for s in self.stretches)

    @property
    def text(self) -> str:
        """The words, stretches parted by a space."""
        return " ".join(s.text for s in self.stretches)


def stretches_of(glyphs: Glyphs, grid_of: NDArray[np.int64], cell_of: NDArray[np.int64]) -> list[Stretch]:
    """The stretches of a page in the order of its content."""
    count = len(glyphs.codes)
    if not count:
        return []
    breaks, spaces = _breaks(glyphs, grid_of, cell_of)
    starts = [0, *(np.flatnonzero(breaks) + 1).tolist(), count]
    text = glyphs.codes.astype("<u4").tobytes().decode("utf-32-le")
    boxes = glyphs.boxes
    kept = np.round(boxes * GRAIN) / GRAIN
    sides = kept[:, 0].tolist(), kept[:, 2].tolist()
    tops, bottoms = boxes[:, 1].tolist(), boxes[:, 3].tolist()
    found = []
    for start, end in pairwise(starts):
        stripped = text[start:end].strip()
        if not stripped:
            continue
        first = start + text[start:end].index(stripped[0])
        last = first + len(stripped)
        words, edges = _written(text, sides, first, last, spaces)
        top, bottom = _middle(tops[first:last]), _middle(bottoms[first:last])
        found.append(Stretch(words, edges, top, bottom, int(grid_of[first]), int(cell_of[first])))
    return found


def _middle(values: list[float]) -> float:
    """The median: one odd font doesn't make a line tall."""
    return sorted(values)[len(values) // 2]


def _breaks(
    glyphs: Glyphs, grid_of: NDArray[np.int64], cell_of: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Between each two characters: whether the stretch ends, and whether a space is to be written."""
    boxes, codes = glyphs.boxes, glyphs.codes
    high = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    em = np.minimum(high[:-1], high[1:])
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    gap = boxes[1:, 0] - boxes[:-1, 2]
    other_line = np.abs(np.diff(middle)) > 0.5 * em
    jump = (gap > _GAP * em) | (boxes[1:, 0] - boxes[:-1, 0] < -0.4 * em)
    breaks = other_line | jump | (np.diff(grid_of) != 0) | (np.diff(cell_of) != 0)
    cjk = np.zeros(len(codes), dtype=np.bool_)
    for low, top in _CJK_RANGES:
        cjk |= (codes >= low) & (codes <= top)
    blank = codes == 32
    wanted = np.where(cjk[:-1] | cjk[1:], gap > _CJK_SPACE * em, gap > _LATIN_SPACE * em)
    spaces = glyphs.spaced[1:] & wanted & ~breaks & ~blank[:-1] & ~blank[1:]
    return breaks, spaces


def _written(
    text: str, sides: tuple[list[float], list[float]], first: int, last: int, spaces: NDArray[np.bool_]
) -> tuple[str, list[float]]:
    """The words with the spaces that were only gaps, and the edges of all characters."""
    lefts, rights = sides
    cuts = (np.flatnonzero(spaces[first : last - 1]) + first).tolist() if last - first > 1 else []
    if not cuts:
        return text[first:last], [*lefts[first:last], rights[last - 1]]
    words, edges = [], []
    begin = first
    for cut in [*cuts, last - 1]:
        words.append(text[begin : cut + 1])
        edges += lefts[begin : cut + 1]
        if cut != last - 1:
            edges.append(rights[cut])
        begin = cut + 1
    edges.append(rights[last - 1])
    return " ".join(words), edges


def lines_of(stretches: list[Stretch]) -> list[PrintedLine]:
    """Stretches gathered into lines, from the top; within a line from the left."""
    lines: list[list[Stretch]] = []
    for stretch in sorted(stretches, key=lambda s: (s.middle, s.left)):
        line = lines[-1] if lines else None
        if line and stretch.middle - line[0].middle <= 0.5 * min(stretch.height, line[0].height):
            line.append(stretch)
        else:
            lines.append([stretch])
    return [PrintedLine(tuple(_knit(sorted(line, key=lambda s: s.left)))) for line in lines]


def _knit(line: list[Stretch]) -> list[Stretch]:
    """Neighbours that follow one another without a gap are one stretch, whatever their order in the file."""
    knit = [line[0]]
    for stretch in line[1:]:
        last = knit[-1]
        gap, em = stretch.left - last.right, min(last.height, stretch.height)
        if -0.3 * em <= gap <= _GAP * em and (last.grid, last.cell) == (stretch.grid, stretch.cell):
            space = " " if gap > _CJK_SPACE * em or (gap > _LATIN_SPACE * em and joint(last.text, stretch.text)) else ""
            edges = [*last.edges, *stretch.edges] if space else [*last.edges[:-1], *stretch.edges]
            knit[-1] = Stretch(
                last.text + space + stretch.text,
                edges,
                min(last.top, stretch.top),
                max(last.bottom, stretch.bottom),
                last.grid,
                last.cell,
            )
        else:
            knit.append(stretch)
    return knit


_EVERYDAY = frozenset(string.ascii_letters + string.digits + ".,:;!?()[]{}'\"/%&+-*=@#$<>_|~€£¥•–—‘’“”")
_COMMON = re.compile("[的一是在有和为及年月日公司人本资金者或上不用合行]")


def is_garbage(glyphs: Glyphs) -> bool:
    """Whether the characters are not what the page shows: a font that doesn't say what its signs mean.

    Signs: most characters unmapped, private, unassigned or replaced; or a page of rare ideographs
    without any of the commonest.
    """
    codes = glyphs.codes[glyphs.codes > 32]
    if not len(codes):
        return False
    text = codes.astype("<u4").tobytes().decode("utf-32-le")
    if glyphs.unmapped > 0.3 and not _reads_well(text):
        return True
    private = ((codes >= 0xE000) & (codes <= 0xF8FF)) | (codes == 0xFFFD) | (codes >= 0xF0000)
    if private.mean() > 0.3:
        return True
    ideographs = [c for c in text if "㐀" <= c <= "鿿"]
    if len(ideographs) < 60 or _COMMON.search(text):
        return False
    rare = sum(1 for c in ideographs if not _in_gb2312(c))
    return rare > 0.3 * len(ideographs)


def _reads_well(text: str) -> bool:
    """Whether text whose font is silent is text all the same: everyday signs, and vowels among Latin letters."""
    everyday = sum(1 for c in text if c in _EVERYDAY or (is_cjk(c) and _in_gb2312(c)) or ("À" <= c <= "ž"))
    latin = [c for c in text.lower() if "a" <= c <= "z"]
    vowels = sum(1 for c in latin if c in "aeiouy")
    spoken = 0.22 * len(latin) <= vowels <= 0.65 * len(latin)
    return everyday >= 0.85 * len(text) and (spoken if len(latin) > 0.3 * len(text) else bool(_COMMON.search(text)))


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
