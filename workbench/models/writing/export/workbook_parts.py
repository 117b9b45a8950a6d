"""What every workbook of ours is laid out with: texts that stay texts, heads, widths, print set-up."""

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import language, term, tr
from workbench.models.finance.display import POINTS
from workbench.models.writing.export.ooxml import xml_safe

HEAD = PatternFill("solid", fgColor="EEF3F8")
INPUT = PatternFill("solid", fgColor="FFF9E5")
"""The ground of cells that may be changed."""
INK = "1F4E79"
LINE = Border(bottom=Side(style="hair", color="C9CED4"))
FORMATS = {
    "元": "#,##0.00;[Red]-#,##0.00",
    "%": '0.00"%"',
    "倍": "0.00",
    "天": "0",
    "次": "0.0000",
    "元/股": "0.00",
}


def format_of(unit: str) -> str:
    """The number format of a figure in its unit; of a difference in percentage points with its sign and their name.

    Of what is counted (人, 个月) the unit is part of the figure, for no column says it.
    """
    if unit == POINTS:
        name = tr("writing.points", points="")
        return f'+0.00"{name}";-0.00"{name}";0.00"{name}"'
    if unit in FORMATS or not unit:
        return FORMATS.get(unit, "#,##0.00")
    return f'General" {term(unit)}"' if language() == "en" else f'General"{unit}"'


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32767
_LINE_POINTS, _MOST_LINES = 15.0, 26
_UPRIGHT = 100
"""Characters of columns beside each other that are still read on paper held upright."""
_ACROSS = 230
"""The same for paper held across."""
_LONGEST_COMMENT = 1500
_PAPER = (595.0, 842.0)
"""Width and height of A4 in points; below them what margins take of either, and what a character is wide."""
_SIDES, _ENDS, _POINTS_PER_CHARACTER = 101.0, 144.0, 5.3


def put_text(cell: Cell, text: str) -> None:
    """Set words that are never taken for a formula, whatever sign they begin with."""
    cell.value = xml_safe(text)[:_LONGEST_CELL]
    cell.data_type = "s"
    if text.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True


def put_input(cell: Cell, value: Decimal | str, form: str) -> None:
    """A figure (or a formula that gives it) which may be changed, on the ground that says so."""
    cell.value = value
    cell.number_format = form
    cell.font = Font(color=INK)
    cell.fill = INPUT


def put_comment(cell: Cell, lines: Sequence[str]) -> None:
    """A comment of lines, cut where it grows too long; nothing for no lines."""
    if lines:
        words = xml_safe("\n".join(lines))[:_LONGEST_COMMENT]
        cell.comment = Comment(words, "Inkstone", width=420, height=min(60 + 22 * len(lines), 320))


def head(sheet: Worksheet, row: int, words: Sequence[str]) -> None:
    """A head row."""
    for column, text in enumerate(words, start=1):
        cell = sheet.cell(row, column)
        put_text(cell, text)
        cell.font = Font(bold=True, color=INK)
        cell.fill = HEAD
        cell.alignment = Alignment(horizontal="left" if column == 1 else "center", vertical="center")
        cell.border = Border(bottom=Side(style="thin", color=INK))


def fit_row(sheet: Worksheet, row: int, wrapped: Sequence[tuple[str, float]]) -> None:
    """As high as its wrapped words need, each given with the width of its column.

    Not every program works that out by itself when it opens a file.
    """
    lines = max((_lines(text, width) for text, width in wrapped), default=1)
    if lines == 1:
        return
    sheet.row_dimensions[row].height = _LINE_POINTS * min(lines, _MOST_LINES)
    for cell in sheet[row]:
        placed = cell.alignment
        cell.alignment = Alignment(horizontal=placed.horizontal, wrap_text=placed.wrap_text, vertical="top")


def _lines(text: str, width: float) -> int:
    """Lines of words in a column; a Chinese sign is as wide as two others."""
    room = max(width - 2, 1)
    return sum(max(1, ceil(sum(1 if c.isascii() else 2 for c in line) / room)) for line in text.split("\n"))


def texts(sheet: Worksheet, rows: Sequence[Sequence[str]], columns: Sequence[int]) -> None:
    """Rows of wrapped words under a head in row 1."""
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            put_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        underline(sheet, number, len(row))
        fit_row(sheet, number, list(zip(row, columns, strict=False)))
    widths(sheet, columns)
    sheet.freeze_panes = "A2"


def for_paper(sheet: Worksheet, title: str = "", *, one_page: bool = False) -> None:
    """Printed as handed in: A4, all columns on one page, the head row on each, ``title`` and page below.

    Wide sheets are printed across.
    """
    wide = sum(column.width for column in sheet.column_dimensions.values())
    sheet.page_setup.orientation = "landscape" if wide > _UPRIGHT else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = int(one_page)
    if wide > _ACROSS:
        # On one page nobody could read it: as many as are needed, the names on each.
        sheet.page_setup.fitToWidth = ceil(wide / _ACROSS)
        sheet.print_title_cols = "A:A"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.freeze_panes and not sheet.freeze_panes.endswith("1"):
        sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&P / &N"
    if title:
        # An ampersand begins a code of the footer.
        sheet.oddFooter.left.text = title.replace("&", "&&")


def keep_whole(sheet: Worksheet, tables: Sequence[tuple[int, int]]) -> None:
    """Tables below each other (first and last row of each), printed so that none is cut which fits on a page.

    Called after :func:`for_paper`, which fits the columns to the paper; how far they shrink is reckoned with the
    narrowest usual font, so that elsewhere a page holds rather more than was reckoned.
    """
    across = sheet.page_setup.orientation == "landscape"
    wide, high = (_PAPER[1], _PAPER[0]) if across else _PAPER
    taken = sum(column.width for column in sheet.column_dimensions.values()) * _POINTS_PER_CHARACTER
    room = (high - _ENDS) / min(1.0, (wide - _SIDES) / taken) if taken else high - _ENDS
    top = 1
    for first, last in tables:
        if first > top and _height(sheet, top, last) > room:
            sheet.row_breaks.append(Break(id=first - 1))
            top = first


def _height(sheet: Worksheet, first: int, last: int) -> float:
    return sum(sheet.row_dimensions[row].height or _LINE_POINTS for row in range(first, last + 1))


def finish(sheet: Worksheet, rows: int, columns: int) -> None:
    """A sheet of figures under a head in row 1, names left: lines, widths, names and head kept in view."""
    for row in range(2, rows + 1):
        underline(sheet, row, columns)
    widths(sheet, [44, *[20] * max(columns - 1, 1)])
    sheet.freeze_panes = "B2"


def underline(sheet: Worksheet, row: int, columns: int) -> None:
    """A hair line under a row."""
    for column in range(1, columns + 1):
        sheet.cell(row, column).border = LINE


def widths(sheet: Worksheet, sizes: Sequence[int]) -> None:
    """Column widths in characters, from the first."""
    for column, width in enumerate(sizes, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
