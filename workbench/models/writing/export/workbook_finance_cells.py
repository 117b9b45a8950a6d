"""Where the figures of a finance workbook stand, so that other sheets compute from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.cell import Cell
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from workbench.models.finance.book import Book, year_before

RATIO = "指标:"
"""What stands before the name of a ratio among the cells."""


@dataclass
class Cells:
    """Name and year to ``'sheet'!B3``."""

    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def put(self, name: str, year: str, sheet: Worksheet, cell: Cell) -> None:
        """Remember a cell; the first of a name and year counts."""
        self.places.setdefault((name, year), f"{quote_sheetname(sheet.title)}!{cell.coordinate}")

    def get(self, name: str, year: str) -> str | None:
        """The cell of a figure, or None."""
        return self.places.get((name, year))

    def refer(self, name: str, which: str, year: str) -> str:
        """The cell of a figure of a year, or with ``prior`` of the one before. Raises KeyError."""
        for period in [year] if which != "prior" else [year_before(year), year_before(year)[:4]]:
            place = self.get(name, period)
            if place:
                return place
        raise KeyError(name)

    def total(self, book: Book, names: Sequence[str], year: str, which: str = "") -> str:
        """The sum of the lines that have a figure, empty where none has. Raises KeyError for one without a cell."""
        known = [n for n in names if (book.figure_before(n, year) if which == "prior" else book.figure(n, year))]
        return "+".join(self.refer(name, which, year) for name in known)
