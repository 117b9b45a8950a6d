"""What a view looks like on paper: its words, its tables, its picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from PySide6.QtGui import QImage

from workbench.views.finance.grid import Column, Grid
from workbench.views.paper import heading_html, picture_html, table_html

_NAME = 28
"""Digits a column of names is at least wide."""
_UPRIGHT = 95
"""Digits that stand beside each other on paper held upright."""


def _never(_row: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Part:
    """A table: plain columns and rows, so that a job can lay it out. ``bold`` tells the rows to be stressed."""

    heading: str
    columns: tuple[Column, ...]
    rows: Sequence[Any]
    bold: Callable[[Any], bool] = _never


@dataclass(frozen=True, slots=True)
class Sheet:
    """A view to be printed. ``words`` stand above its tables, ``picture`` between."""

    title: str
    parts: tuple[Part, ...]
    words: tuple[str, ...] = ()
    picture: QImage | None = None

    @property
    def blank(self) -> bool:
        """Whether there is nothing to print."""
        return not self.words and self.picture is None and not any(part.rows for part in self.parts)

    @property
    def across(self) -> bool:
        """Whether a table is too wide for paper held upright."""
        return any(sum(_widths(_copied(part))) > _UPRIGHT for part in self.parts if part.rows)


def part_of(grid: Grid, heading: str = "") -> Part:
    """What a table shows, whole."""
    return Part(heading, grid.rows.columns, grid.rows.rows, grid.rows.bold)


def html_of(sheet: Sheet) -> str:
    """The sheet below its title. Safe in a job."""
    found = [f"<p>{escape(words)}</p>" for words in sheet.words if words]
    if sheet.picture is not None:
        found.append(picture_html())
    for part in sheet.parts:
        if part.rows:
            columns = _copied(part)
            strong = [number for number, row in enumerate(part.rows) if part.bold(row)]
            rows = ([column.text(row) for column in columns] for row in part.rows)
            found += [heading_html(part.heading)] if part.heading else []
            heads, figures = [c.title for c in columns], [c.figure for c in columns]
            found.append(table_html(heads, rows, figures, strong, _widths(columns)))
    return "".join(found)


def _copied(part: Part) -> list[Column]:
    return [column for column in part.columns if column.copied]


def _widths(columns: Sequence[Column]) -> list[float]:
    """As on the screen, the names with more room: there they take what is left."""
    return [max(column.width, _NAME) if not number else column.width for number, column in enumerate(columns)]
