"""Tables drawn with lines: from a page's rulings to cells.

Rulings are gathered into connected frames; in each frame the distinct levels of the lines make a
grid, and fields of the grid not parted by a line are one cell.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.pdf_page import Boxes
from workbench.models.documents.pdf_rulings import Rulings

_NEAR = 2.5
_SAME = 1.2
_SHORTEST = 5.0
_APART = 1e6
_MAX_LINES = 1_200
_Lines = NDArray[np.float64]


class GridCell(NamedTuple):
    """Rows and columns (from 0) a cell covers; ends exclusive."""

    row: int
    column: int
    row_end: int
    column_end: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A frame on the page: levels of its lines and, per field, the number of the cell it belongs to."""

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    owner: NDArray[np.int64] = field(repr=False)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The frame's x0, top, x1, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


def grids_of(rulings: Rulings) -> list[Grid]:
    """The tables drawn on a page, from the top; frames around a single field are none."""
    across, down = _merged(rulings.across, rulings.down)
    if len(across) < 2 or len(down) < 1 or len(across) + len(down) > _MAX_LINES:
        return []
    grids = []
    for rows, columns in _frames(across, down):
        grid = _grid(across[rows], down[columns])
        if grid is not None:
            grids.append(grid)
    return _apart(sorted(grids, key=lambda g: (g.ys[0], g.xs[0])))


def _merged(across: _Lines, down: _Lines) -> tuple[_Lines, _Lines]:
    """Collinear pieces that touch become one line; pieces shorter than a character vanish."""
    if not len(across) or not len(down):
        return across[:0], down[:0]
    upright = np.zeros(len(across) + len(down), dtype=np.int8)
    upright[len(across) :] = 1
    lines = np.concatenate([across, down])
    order = np.lexsort((lines[:, 0], upright))
    lines, upright = lines[order], upright[order]
    fresh = np.ones(len(lines), dtype=np.bool_)
    fresh[1:] = (np.diff(lines[:, 0]) > _SAME) | (upright[1:] != upright[:-1])
    level = np.cumsum(fresh) - 1
    first = np.flatnonzero(fresh)
    sizes = np.diff(first, append=len(lines))
    at, upright = lines[first + sizes // 2, 0], upright[first]
    # Levels are moved far apart, so that one running maximum serves them all.
    order = np.lexsort((lines[:, 1], level))
    begin, end = lines[order, 1], lines[order, 2]
    shift = level * _APART
    reach = np.maximum.accumulate(end + shift)
    starts = np.ones(len(lines), dtype=np.bool_)
    starts[1:] = begin[1:] + shift[1:] > reach[:-1] + _NEAR
    begins = np.flatnonzero(starts)
    ends, of = np.append(begins[1:], len(lines)) - 1, level[begins]
    merged = np.column_stack([at[of], begin[begins], reach[ends] - shift[ends]])
    long = merged[:, 2] - merged[:, 1] > _SHORTEST
    return merged[long & (upright[of] == 0)], merged[long & (upright[of] == 1)]


def _frames(across: _Lines, down: _Lines) -> list[tuple[list[int], list[int]]]:
    """Lines that cross or touch, as groups of (numbers across, numbers down)."""
    y, x0, x1 = (across[:, k, None] for k in range(3))
    x, y0, y1 = (down[None, :, k] for k in range(3))
    touch = (x >= x0 - _NEAR) & (x <= x1 + _NEAR) & (y >= y0 - _NEAR) & (y <= y1 + _NEAR)
    left = set(range(len(across)))
    groups = []
    while left:
        rows: set[int] = set()
        columns: set[int] = set()
        fresh = {left.pop()}
        while fresh:
            rows |= fresh
            new_columns = set(np.flatnonzero(touch[list(fresh)].any(axis=0)).tolist()) - columns
            columns |= new_columns
            fresh = (
                set(np.flatnonzero(touch[:, list(new_columns)].any(axis=1)).tolist()) - rows if new_columns else set()
            )
        left -= rows
        groups.append((sorted(rows), sorted(columns)))
    return groups


def _levels(values: list[float]) -> list[float]:
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > _NEAR:
            levels.append(value)
    return levels


def _grid(across: _Lines, down: _Lines) -> Grid | None:
    if not len(down):
        return None
    ys = _levels(across[:, 0].tolist())
    ends = [float(across[:, 1].min()), float(across[:, 2].max())]
    xs = _levels(down[:, 0].tolist())
    if ends[0] < xs[0] - 8:
        xs.insert(0, ends[0])
    if ends[1] > xs[-1] + 8:
        xs.append(ends[1])
    if float(down[:, 2].max()) > ys[-1] + 8:
        ys.append(float(down[:, 2].max()))
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
        return None
    cells, owner = _cells(xs, ys, across, down)
    return Grid(xs, ys, cells, owner) if len(cells) > 1 else None


def _cells(xs: list[float], ys: list[float], across: _Lines, down: _Lines) -> tuple[list[GridCell], NDArray[np.int64]]:
    """Fields without a line between them are one cell, kept to a rectangle."""
    rows, columns = len(ys) - 1, len(xs) - 1
    right = _parted(xs[1:-1], [(a + b) / 2 for a, b in pairwise(ys)], down)
    below = _parted(ys[1:-1], [(a + b) / 2 for a, b in pairwise(xs)], across)
    if right.all() and below.all():
        cells = [GridCell(row, column, row + 1, column + 1) for row in range(rows) for column in range(columns)]
        return cells, np.arange(rows * columns).reshape(rows, columns)
    return _joined(right.tolist(), below.tolist(), rows, columns)


def _joined(
    right: list[list[bool]], below: list[list[bool]], rows: int, columns: int
) -> tuple[list[GridCell], NDArray[np.int64]]:
    owner = [[-1] * columns for _ in range(rows)]
    cells: list[GridCell] = []
    for row in range(rows):
        for column in range(columns):
            if owner[row][column] >= 0:
                continue
            end = column + 1
            while end < columns and not right[end - 1][row] and owner[row][end] < 0:
                end += 1
            row_end = row + 1
            while row_end < rows and not any(below[row_end - 1][c] for c in range(column, end)):
                row_end += 1
            for r in range(row, row_end):
                owner[r][column:end] = [len(cells)] * (end - column)
            cells.append(GridCell(row, column, row_end, end))
    return cells, np.array(owner)


def _parted(levels: list[float], middles: list[float], lines: _Lines) -> NDArray[np.bool_]:
    """For each level and each middle, whether a line at that level covers the middle."""
    if not levels or not middles:
        return np.zeros((len(levels), len(middles)), dtype=np.bool_)
    near = np.abs(lines[None, :, 0] - np.array(levels)[:, None]) <= _NEAR
    points = np.array(middles)[None, :]
    covered = (lines[:, 1, None] <= points) & (lines[:, 2, None] >= points)
    return np.asarray(near.astype(np.float32) @ covered.astype(np.float32) > 0)


def _apart(grids: list[Grid]) -> list[Grid]:
    """Frames that lie within another are left to the outer one."""
    kept: list[Grid] = []
    for grid in sorted(grids, key=lambda g: -(g.xs[-1] - g.xs[0]) * (g.ys[-1] - g.ys[0])):
        x, y = (grid.xs[0] + grid.xs[-1]) / 2, (grid.ys[0] + grid.ys[-1]) / 2
        if not any(k.xs[0] <= x <= k.xs[-1] and k.ys[0] <= y <= k.ys[-1] for k in kept):
            kept.append(grid)
    return sorted(kept, key=lambda g: (g.ys[0], g.xs[0]))


def cells_of_glyphs(boxes: Boxes, grids: list[Grid]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each glyph the number of its grid and of its cell, -1 outside."""
    grid_of = np.full(len(boxes), -1)
    if not grids:
        return grid_of, grid_of
    cell_of = np.full(len(boxes), -1)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for number, grid in enumerate(grids):
        column = np.searchsorted(grid.xs, x, side="right") - 1
        row = np.searchsorted(grid.ys, y, side="right") - 1
        inside = (column >= 0) & (column < len(grid.xs) - 1) & (row >= 0) & (row < len(grid.ys) - 1) & (grid_of < 0)
        grid_of[inside] = number
        cell_of[inside] = grid.owner[row[inside], column[inside]]
    return grid_of, cell_of
