"""The cells of a sheet as read, and what is copied of them. Without Qt: a large sheet is a job's work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workbench.i18n import tr
from workbench.models.documents.document import BlockKind, CellPlace, Document, Remark
from workbench.views.source.places import cell_range

_LONG = 8
Range = tuple[int, int, int, int]
"""Top, left, bottom and right of cells, all from 0 and inclusive."""


@dataclass(slots=True)
class Grid:
    """The cells of one sheet: text by row and column, both from 0."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    row_count: int = 0
    column_count: int = 0
    beside: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """Formulas and comments of cells."""

    def add(self, row: int, column: int, text: str) -> None:
        """Put a cell's text in, or after what is there."""
        line = self.rows.setdefault(row, {})
        line[column] = line[column] + text if column in line else text
        self.row_count = max(self.row_count, row + 1)
        self.column_count = max(self.column_count, column + 1)

    def lone_cells(self, rows: int) -> dict[int, int]:
        """Columns of the cells that stand alone in their row, such as titles, in the first ``rows`` rows."""
        first = {row: self.rows[row] for row in range(min(rows, self.row_count)) if row in self.rows}
        return {row: next(iter(line)) for row, line in first.items() if len(line) == 1 and len(*line.values()) > _LONG}

    def text(self, row: int, column: int) -> str:
        """A cell's text; empty where there is none."""
        return self.rows.get(row, {}).get(column, "")


def grids_of(document: Document) -> tuple[Grid, ...]:
    """The sheets of a document as grids, in order. Work for a job: a large sheet takes a while."""
    grids: dict[str, Grid] = {}
    for block in document.blocks:
        for run in block.runs:
            if isinstance(run.place, CellPlace):
                name = run.place.sheet
                if block.kind is BlockKind.HEADING and block.text == name:
                    continue  # the sheet's own name, which stands on its tab
                grid = grids.setdefault(name, Grid(name))
                row, column, _, _ = cell_range(run.place.cell)
                grid.add(row, column, block.text[run.start : run.end])
    for remark in document.remarks:
        if isinstance(remark.place, CellPlace) and remark.place.sheet in grids:
            row, column, _, _ = cell_range(remark.place.cell)
            grids[remark.place.sheet].beside.setdefault((row, column), []).append(_beside(remark))
    return tuple(grids.values())


def _beside(remark: Remark) -> str:
    if remark.kind == "formula":
        return f"={remark.text.lstrip('=')}"
    return tr("source.cell_comment", text=f"{remark.author}: {remark.text}" if remark.author else remark.text)


def cells_text(grid: Grid, ranges: Sequence[Range]) -> str:
    """The cells as text that a workbook takes: tabs between columns, a line a row. Work for a job."""
    rows, columns = touched(grid, ranges)
    return "\n".join("\t".join(_pasteable(grid.text(r, c)) for c in columns) for r in rows)


def cells_of(grid: Grid, ranges: Sequence[Range]) -> Iterator[str]:
    """The texts of the filled cells in the ranges."""
    rows, columns = touched(grid, ranges)
    wanted = set(columns)
    for row in rows:
        yield from (text for column, text in grid.rows.get(row, {}).items() if column in wanted)


def touched(grid: Grid, ranges: Sequence[Range]) -> tuple[list[int], list[int]]:
    """The filled rows and columns that the ranges touch."""
    rows = {r for top, _, bottom, _ in ranges for r in range(top, min(bottom, grid.row_count - 1) + 1)}
    columns = {c for _, left, _, right in ranges for c in range(left, min(right, grid.column_count - 1) + 1)}
    return sorted(rows), sorted(columns)


def _pasteable(text: str) -> str:
    """A cell's text that stays one cell when pasted."""
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & {"\t", "\n", '"'} else text
