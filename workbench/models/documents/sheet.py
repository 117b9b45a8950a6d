"""XLSX: sheet by sheet as tables, every cell anchored.

Values are what the cells hold (formulas by their stored results): numbers without the noise of
binary fractions, dates in ISO form. Empty rows part the blocks of a sheet; long stretches are cut.
"""

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.composing import TableCell, table_block, unit_of
from workbench.models.documents.document import Block, BlockKind, CellPlace, Document, Run
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.refusals import damaged, encrypted, too_large, without_text

_ROWS_PER_BLOCK = 400
_SPARSE = 8
"""Empty cells calamine may hold for each filled one that is allowed."""
_FAULTS = (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class _Row:
    """The filled cells of a row (from 0): column and text."""

    number: int
    cells: list[tuple[int, str]]


def read_sheet(path: Path, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The workbook. Raises EncryptedDocument, DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as error:
        raise encrypted(False) from error
    except _FAULTS as error:
        raise damaged(str(error)) from error
    blocks: list[Block] = []
    broken: list[str] = []
    left = limits.cells
    for number, name in enumerate(workbook.sheet_names, 1):
        job.check()
        try:
            taken, found = _sheet(workbook, name, job, left)
        except _FAULTS:
            broken.append(name)
            continue
        left -= taken
        if left < 0:
            raise too_large("cells", str(limits.cells))
        blocks += found
        job.progress(number, len(workbook.sheet_names))
    workbook.close()
    if not blocks:
        raise damaged(", ".join(broken)) if broken else without_text()
    notes = (tr("documents.parts_broken", parts=", ".join(broken)),) if broken else ()
    return Document(title, "xlsx", tuple(blocks), partial=bool(broken), notes=notes)


def _sheet(workbook: calamine.CalamineWorkbook, name: str, job: JobContext, allowed: int) -> tuple[int, list[Block]]:
    """How many filled cells a sheet has, and its blocks: its name as heading, then its tables."""
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return 0, []
    if sheet.height * sheet.width > allowed * _SPARSE:
        raise too_large("cells", str(allowed))
    first_row, first_column = sheet.start
    merged = {
        (top, left): (bottom - top + 1, right - left + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    }
    filled = 0
    blocks: list[Block] = []
    for rows in _stretches(_rows(sheet, first_row, first_column)):
        job.check()
        filled += sum(len(row.cells) for row in rows)
        if filled > allowed:
            raise too_large("cells", str(allowed))
        blocks.extend(_blocks(name, rows, merged))
    if not blocks:
        return 0, []
    return filled, [Block(BlockKind.HEADING, name, (Run(0, len(name), CellPlace(name, "A1")),), 1), *blocks]


def _rows(sheet: calamine.CalamineSheet, first_row: int, first_column: int) -> Iterator[_Row]:
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), first_row):
        cells = [(c, text) for c, v in enumerate(values, first_column) if v != "" and (text := shown(v).strip())]
        yield _Row(number, cells)


def _stretches(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    """Rows up to an empty row or the cap."""
    stretch: list[_Row] = []
    for row in rows:
        if row.cells:
            stretch.append(row)
        if stretch and (not row.cells or len(stretch) >= _ROWS_PER_BLOCK):
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _blocks(sheet: str, rows: list[_Row], merged: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Block]:
    """Rows of a single cell at the top are title and unit, the rest is a table."""
    lead = 0
    while lead < len(rows) and len(rows[lead].cells) == 1 and lead < 6:
        lead += 1
    if lead == len(rows) and len(rows) > 6:
        lead = 0
    caption = unit = ""
    for row in rows[:lead]:
        column, text = row.cells[0]
        unit = unit or unit_of(text)
        caption = caption or ("" if unit_of(text) else text)
        yield Block(BlockKind.PARAGRAPH, text, (Run(0, len(text), CellPlace(sheet, cell_name(row.number, column))),))
    body = rows[lead:]
    if not body:
        return
    left = min(column for row in body for column, _ in row.cells)
    cells = [
        TableCell(
            number,
            column - left,
            [(text, CellPlace(sheet, cell_name(row.number, column)))],
            *merged.get((row.number, column), (1, 1)),
        )
        for number, row in enumerate(body)
        for column, text in row.cells
    ]
    yield table_block(cells, caption, unit)


def cell_name(row: int, column: int) -> str:
    """``C12`` for row 11, column 2 (both from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def shown(value: object) -> str:
    """A cell's value as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return _number(value) if isinstance(value, float) else _moment(value)


def _moment(value: object) -> str:
    """Dates, times and spans of time in ISO form; anything else as it is."""
    match value:
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat("seconds")
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def _number(value: float) -> str:
    """Fifteen significant digits, as a sheet shows them, never in exponents up to 1e21."""
    if not math.isfinite(value):
        return str(value)
    short = f"{value:.15g}"
    if "e" in short:
        short = f"{Decimal(short):f}" if abs(value) < 1e21 else short
    return "0" if short == "-0" else short
