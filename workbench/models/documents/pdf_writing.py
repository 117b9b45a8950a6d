"""Setting stretches of a page as blocks: text, and where on the page each character stands.

Writing that is turned on the page (a landscape table, a note along the margin) is laid out as if
upright, in a frame turned with it; its characters are placed one by one on the page as shown.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.codec import quantised
from workbench.models.documents.composing import flat, joint
from workbench.models.documents.document import Block, BlockKind, Cell, PageLine, Run
from workbench.models.documents.pdf_lines import PrintedLine, Stretch

_Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frame:
    """A page seen so that writing turned by ``turn`` quarters (clockwise) stands upright.

    ``width`` and ``height`` are the page's as shown, in points.
    """

    page: int
    width: float
    height: float
    turn: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen in the frame."""
        return (self.height, self.width) if self.turn % 2 else (self.width, self.height)

    def upright(self, boxes: _Boxes) -> _Boxes:
        """Boxes of the page as shown, in the frame."""
        x0, y0, x1, y1 = (boxes[:, k] for k in range(4))
        if self.turn == 1:
            return np.column_stack([y0, self.width - x1, y1, self.width - x0])
        if self.turn == 2:
            return np.column_stack([self.width - x1, self.height - y1, self.width - x0, self.height - y0])
        if self.turn == 3:
            return np.column_stack([self.height - y1, x0, self.height - y0, x1])
        return boxes

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of the frame, on the page as shown."""
        if self.turn == 1:
            return self.width - y1, x0, self.width - y0, x1
        if self.turn == 2:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.turn == 3:
            return y0, self.height - x1, y1, self.height - x0
        return x0, y0, x1, y1

    def runs(self, stretch: Stretch, start: int) -> list[Run]:
        """The runs of a turned or leftward stretch whose text begins at ``start`` of its block, one a character."""
        return [Run(start + k, start + k + 1, self._place(stretch, k)) for k in range(len(stretch.text))]

    def _place(self, stretch: Stretch, k: int) -> PageLine:
        left, right = sorted((stretch.edges[k], stretch.edges[k + 1]))
        x0, top, x1, bottom = self.shown(left, stretch.top, right, stretch.bottom)
        return PageLine(self.page, round(top, 2), round(bottom, 2), quantised([x0, x1]))


class Writer:
    """Text and runs growing side by side."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._parts: list[str] = []
        self._before = ""
        self.length = 0
        self.runs: list[Run] = []
        self.cells: list[Cell] = []

    def joint(self, text: str) -> None:
        """Append characters that stand nowhere."""
        self._parts.append(text)
        self.length += len(text)
        self._before = ""

    def add(self, stretch: Stretch, text: str = "") -> None:
        """Append a stretch, after a space where the writing needs one; ``text`` may stand for its own."""
        text = text or stretch.text
        if self._before:
            between = joint(self._before, text)
            if between:
                self.joint(between)
        start, self.length = self.length, self.length + len(text)
        if self._frame.turn or stretch.leftward:
            self.runs += self._frame.runs(stretch, start)
        else:
            place = PageLine(self._frame.page, stretch.top, stretch.bottom, stretch.edges)
            self.runs.append(Run(start, self.length, place))
        self._parts.append(text)
        self._before = text

    def alone(self, stretch: Stretch) -> None:
        """Append all that a cell says: one stretch, upright. Most cells are so, and there are thousands."""
        start, text = self.length, flat(stretch.text)
        self.length = end = start + len(text)
        self.runs.append(Run(start, end, PageLine(self._frame.page, stretch.top, stretch.bottom, stretch.edges)))
        self._parts.append(text)
        self._before = ""

    @property
    def text(self) -> str:
        """All characters so far."""
        return "".join(self._parts)

    def block(self, kind: BlockKind, level: int = 0) -> Block:
        """The block as written."""
        return Block(kind, self.text, tuple(self.runs), level, tuple(self.cells))


def lines_block(frame: Frame, kind: BlockKind, lines: Sequence[PrintedLine], level: int = 0) -> Block:
    """Lines as one paragraph; stretches on one line parted by a space."""
    writer = Writer(frame)
    for line in lines:
        for number, stretch in enumerate(line.stretches):
            if number:
                writer.joint(" ")
            writer.add(stretch)
    return writer.block(kind, level)


class Setting(NamedTuple):
    """A cell to be set: its place in the grid (rows and columns from 0) and its stretches in order."""

    row: int
    column: int
    stretches: Sequence[Stretch]
    row_span: int = 1
    column_span: int = 1


def cells_block(frame: Frame, cells: Sequence[Setting]) -> Block:
    """A table from cells in the order of rows and columns; the same column always follows as many tabs."""
    writer = Writer(frame)
    row = column = 0
    for cell in cells:
        if row < cell.row:
            writer.joint("\n" * (cell.row - row))
            row, column = cell.row, 0
        if column < cell.column:
            writer.joint("\t" * (cell.column - column))
            column = cell.column
        start = writer.length
        if len(cell.stretches) == 1 and not frame.turn and not cell.stretches[0].leftward:
            writer.alone(cell.stretches[0])
        else:
            for stretch in cell.stretches:
                writer.add(stretch, flat(stretch.text))
        writer.cells.append(Cell(cell.row, cell.column, start, writer.length, cell.row_span, cell.column_span))
    return writer.block(BlockKind.TABLE)


def spread(page: int, box: tuple[float, float, float, float], text: str) -> Run:
    """A run of words that are not drawn themselves (a note's words), spread over the box that stands for them."""
    x0, top, x1, bottom = box
    step = (x1 - x0) / max(1, len(text))
    edges: array[float] = quantised([x0 + k * step for k in range(len(text) + 1)])
    return Run(0, len(text), PageLine(page, round(top, 2), round(bottom, 2), edges))
