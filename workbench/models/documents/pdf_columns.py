"""Tables without lines: rows whose stretches stand under one another.

A table is a run of lines of which at least three have several stretches, whose stretches fall into
the same columns, and most of which hold figures or short words. A line with a single stretch in one
column is a row of its own, or, where it stands closer than rows do, part of a wrapped cell.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from workbench.models.documents.pdf_lines import PrintedLine, Stretch

_MIN_ROWS = 3
_MAX_COLUMNS = 24
_FIGURE = re.compile(r"[\d,.()（）%+\-−—–/ 年月日元万亿股]+$")
_PROSE = 24


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """Rows of cells, each cell the stretches on its lines."""

    rows: tuple[tuple[tuple[Stretch, ...], ...], ...]
    sides: tuple[float, ...]
    """The x of the columns' left sides and of the last one's right."""


def column_table(lines: list[PrintedLine]) -> tuple[ColumnTable, int] | None:
    """The table that begins with the first of the lines, and how many lines it takes; None if none does."""
    if len(lines[0].stretches) < 2:
        return None
    run = _run(lines)
    while len(run) >= _MIN_ROWS:
        columns = _columns(run)
        if columns and _is_table(run, columns):
            return _built(run, columns), len(run)
        run = _shorter(run)
    return None


def _run(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Lines from the first on while they may be rows: no big hole, not two single lines in a row."""
    run = [lines[0]]
    singles = 0
    for line in lines[1:]:
        last = run[-1]
        if line.top - last.bottom > 2.2 * max(line.height, last.height):
            break
        single = len(line.stretches) < 2
        singles = singles + 1 if single else 0
        if singles > 1 or (
            single and line.right - line.left > 0.5 * (last.right - last.left) and len(line.text) > _PROSE
        ):
            break
        run.append(line)
    while run and len(run[-1].stretches) < 2:
        run.pop()
    return run


def _shorter(run: list[PrintedLine]) -> list[PrintedLine]:
    run = run[: len(run) // 2] if len(run) > 8 else run[:-1]
    while run and len(run[-1].stretches) < 2:
        run = run[:-1]
    return run


def _columns(run: list[PrintedLine]) -> list[tuple[float, float]]:
    """The columns' left and right: intervals of stretches melted where they overlap."""
    spans = sorted((s.left, s.right) for line in run if len(line.stretches) > 1 for s in line.stretches)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1] - 1:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns if 2 <= len(columns) <= _MAX_COLUMNS else []


def _column_of(stretch: Stretch, columns: list[tuple[float, float]]) -> int:
    """The column a stretch covers most of."""
    return max(range(len(columns)), key=lambda k: min(stretch.right, columns[k][1]) - max(stretch.left, columns[k][0]))


def _is_table(run: list[PrintedLine], columns: list[tuple[float, float]]) -> bool:
    rows = [line for line in run if len(line.stretches) > 1]
    if len(rows) < _MIN_ROWS:
        return False
    if any(len({_column_of(s, columns) for s in line.stretches}) < 2 for line in rows):
        return False
    right = [s for line in rows for s in line.stretches if _column_of(s, columns) > 0]
    figures = sum(1 for s in right if _FIGURE.match(s.text))
    short = sum(1 for s in right if len(s.text) <= 12)
    return figures >= 0.4 * len(right) or (len(columns) >= 3 and short >= 0.8 * len(right))


def _built(run: list[PrintedLine], columns: list[tuple[float, float]]) -> ColumnTable:
    pitch = median([b.top - a.top for a, b in pairwise(run)])
    rows: list[list[list[Stretch]]] = []
    previous: PrintedLine | None = None
    for line in run:
        cells: list[list[Stretch]] = [[] for _ in columns]
        for stretch in line.stretches:
            cells[_column_of(stretch, columns)].append(stretch)
        close = previous is not None and line.top - previous.top < 0.75 * pitch
        if close and rows and _completes(rows[-1], cells):
            for into, more in zip(rows[-1], cells, strict=True):
                into.extend(more)
        else:
            rows.append(cells)
        previous = line
    return ColumnTable(
        tuple(tuple(tuple(cell) for cell in row) for row in rows),
        (*(left for left, _ in columns), columns[-1][1]),
    )


def _completes(row: list[list[Stretch]], more: list[list[Stretch]]) -> bool:
    """Whether one of two close lines holds words of a single column only."""
    return sum(1 for c in row if c) == 1 or sum(1 for c in more if c) == 1
