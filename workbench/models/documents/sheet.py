"""XLSX, XLSB, XLS and ODS: sheet by sheet as tables, every cell anchored.

Values are what the cells hold (formulas by their stored results): numbers without the noise of
binary fractions, percentages as such, dates in ISO form. Empty rows part the blocks of a sheet; long
stretches are cut.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.composing import TableCell, flat, table_block, unit_of
from workbench.models.documents.document import Block, BlockKind, CellPlace, Document, Remark, Run
from workbench.models.documents.inside import Inside, inside_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, sealed_old, too_large, without_text
from workbench.models.documents.sheet_formats import FAULTS as EXTRAS_FAULTS
from workbench.models.documents.sheet_formats import SheetExtras, cell_name, sheet_extras
from workbench.models.documents.sheet_plain import FAULTS as PLAIN_FAULTS
from workbench.models.documents.sheet_plain import PlainWorkbook
from workbench.models.documents.sheet_values import share, shown
from workbench.models.documents.sheet_xls import is_sealed_book
from workbench.models.documents.word_extras import figures

_ROWS_PER_BLOCK = 400
_STEPS = 100
_SPARSE = 8
"""Empty cells calamine may hold for each filled one that is allowed."""
_FAULTS = (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError, OverflowError)

_VISIBLE = calamine.SheetVisibleEnum.Visible


@dataclass(frozen=True, slots=True)
class _Row:
    """The filled cells of a row (from 0): column and text."""

    number: int
    cells: list[tuple[int, str]]


def read_sheet(
    origin: Origin, title: str, *, kind: str = "xlsx", job: JobContext, limits: ReadLimits = LIMITS
) -> Document:
    """The workbook; ``kind`` is ``xlsx``, ``xlsb``, ``xls`` or ``ods``.

    Hidden sheets are read like the others and named in the notes; a workbook without a filled cell gives the
    names of its sheets. Raises EncryptedDocument, DamagedDocument, DocumentTooLarge, DocumentWithoutText or
    Cancelled.
    """
    taken, names, hidden = _values(origin, kind, job, limits)
    if taken.broken and len(taken.broken) == len(names):
        raise damaged(", ".join(taken.broken))
    drawn, inside = _beside(origin, kind, limits)
    blocks = taken.blocks or [_heading(name) for name in names if name.strip()]
    if not blocks and not drawn and not inside.attached:
        raise without_text()
    told: tuple[tuple[str, dict[str, Any], Any], ...] = (
        ("parts_broken", {"parts": ", ".join(taken.broken)}, taken.broken),
        ("sheets_hidden", {"sheets": ", ".join(hidden)}, hidden),
        ("formulas_unsolved", {"count": taken.unsolved}, taken.unsolved),
        ("cells_wrong", {"count": taken.wrong}, taken.wrong),
        ("formulas_untold", {"count": taken.untold}, taken.untold),
        ("cells_plain", {}, taken.plain),
        ("sheets_empty", {}, not taken.blocks),
    )
    return Document(
        title,
        kind,
        (*blocks, *drawn),
        attachments=tuple(inside.attached),
        partial=bool(taken.broken or inside.left),
        notes=(*(tr(f"documents.{key}", **values) for key, values, holds in told if holds), *inside.notes),
        remarks=tuple(taken.remarks),
    )


def _values(origin: Origin, kind: str, job: JobContext, limits: ReadLimits) -> tuple["_Taken", list[str], list[str]]:
    """All sheets as read, the names of all, and of the hidden ones."""
    with stream(origin) as file:
        workbook = _opened(origin, file, kind)
        extras, plain = _extras(origin, kind, limits)
        names = list(workbook.sheet_names)
        taken = _Taken(extras, limits.cells, len(names), job)
        taken.plain = plain
        try:
            for name in names:
                taken.take(workbook, name)
            hidden = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible != _VISIBLE]
        finally:
            workbook.close()
    return taken, names, hidden


def _extras(origin: Origin, kind: str, limits: ReadLimits) -> tuple[dict[str, SheetExtras], bool]:
    """What the file tells beside its values, by sheet, and whether some of that could not be read."""
    found: dict[str, SheetExtras] = {}
    match kind:
        case "ods":
            from workbench.models.documents.sheet_ods import ods_extras as read  # noqa: PLC0415
        case "xls":
            from workbench.models.documents.sheet_xls import xls_extras as read  # noqa: PLC0415
        case "xlsb":
            from workbench.models.documents.sheet_xlsb import xlsb_extras as read  # noqa: PLC0415
        case _:
            return sheet_extras(origin, limits), False
    try:
        read(origin, limits, found)
    except EXTRAS_FAULTS:
        return found, True
    return found, False


def _opened(origin: Origin, file: IO[bytes], kind: str) -> Any:
    """The workbook by the fast reader, else by the plain one. Raises EncryptedDocument or DamagedDocument."""
    try:
        return calamine.CalamineWorkbook.from_filelike(file)
    except calamine.PasswordError as error:
        raise sealed_old() from error
    except _FAULTS as error:
        if kind == "xlsx":
            try:
                return PlainWorkbook(origin)
            except PLAIN_FAULTS as worse:
                raise damaged(f"{error}; {worse}") from error
        if kind == "xls" and is_sealed_book(origin):
            raise sealed_old() from error
        if isinstance(origin, Path):
            _refuse_by_name(origin)
        raise damaged(str(error)) from error


def _refuse_by_name(path: Path) -> None:
    """Opened by its name a workbook says why it can't be; from its bytes only that it can't."""
    try:
        calamine.CalamineWorkbook.from_path(str(path)).close()
    except calamine.PasswordError as error:
        raise sealed_old() from error
    except _FAULTS:
        return


def _beside(origin: Origin, kind: str, limits: ReadLimits) -> tuple[tuple[Block, ...], Inside]:
    """The words of charts and drawings, and the files and pictures put into the workbook."""
    if kind == "xls":
        return (), Inside()
    own = "Pictures/" if kind == "ods" else "xl/media/"
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            drawn = tuple(figures(archive, "xl/", limits)) if kind == "xlsx" else ()
            found = inside_of(archive, limits, files="xl/embeddings/", pictures=lambda name: name.startswith(own))
            return drawn, found
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return (), Inside()


def _heading(name: str) -> Block:
    return Block(BlockKind.HEADING, name, (Run(0, len(name), CellPlace(name, "A1")),), 1)


class _Taken:
    """What is gathered sheet after sheet: blocks, broken sheets, and how many cells may still come."""

    def __init__(self, extras: dict[str, SheetExtras], allowed: int, sheets: int, job: JobContext) -> None:
        self.blocks: list[Block] = []
        self.remarks: list[Remark] = []
        self.broken: list[str] = []
        self.unsolved = 0
        self.untold = 0
        self.wrong = 0
        self.plain = False
        """Whether formats and comments of cells could not be read."""
        self._extras = extras
        self._left = allowed
        self._allowed = allowed
        self._steps = sheets * _STEPS
        self._done = 0
        self._job = job

    def take(self, workbook: Any, name: str) -> None:
        """A sheet: its name as heading, then its tables and comments. One that can't be read is only noted."""
        self._job.check()
        try:
            sheet = workbook.get_sheet_by_name(name)
        except (*_FAULTS, *PLAIN_FAULTS):
            self.broken.append(name)
            return
        extras = self._extras.pop(name, SheetExtras())
        found: list[Block] = []
        if sheet.start is not None:
            if sheet.height * sheet.width > self._left * _SPARSE:
                raise too_large("cells", str(self._allowed))
            found += self._sheet(sheet, name, extras)
        found += self._beside(name, extras)
        if found:
            self.blocks += [_heading(name), *found]
        self._done += _STEPS
        self._job.progress(self._done, self._steps)

    def _beside(self, name: str, extras: SheetExtras) -> Iterator[Block]:
        """Comments as paragraphs anchored to their cells; both they and formulas are kept as remarks."""
        self.unsolved += extras.unsolved
        self.untold += extras.untold
        self.wrong += extras.wrong
        for cell, formula in extras.formulas.items():
            self.remarks.append(Remark("formula", formula, place=CellPlace(name, cell)))
        for comment in extras.comments:
            place = CellPlace(name, comment.cell)
            self.remarks.append(Remark("comment", comment.text, comment.author, "", place))
            lead = f"{comment.cell} {tr('documents.comment')}"
            text = flat(comment.text)
            yield Block(BlockKind.PARAGRAPH, lead + text, (Run(len(lead), len(lead) + len(text), place),))

    def _sheet(self, sheet: calamine.CalamineSheet, name: str, extras: SheetExtras) -> Iterator[Block]:
        first_row = sheet.start[0]
        merged = {
            (top, left): (bottom - top + 1, right - left + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        } or extras.merged
        for rows in _stretches(_rows(sheet, extras)):
            self._job.check()
            self._left -= sum(len(row.cells) for row in rows)
            if self._left < 0:
                raise too_large("cells", str(self._allowed))
            yield from _blocks(name, rows, merged)
            part = (rows[-1].number - first_row) * _STEPS // max(sheet.height, 1)
            self._job.progress(self._done + min(part, _STEPS - 1), self._steps)


def _rows(sheet: calamine.CalamineSheet, extras: SheetExtras) -> Iterator[_Row]:
    first_row, first_column = sheet.start
    shares, texts = extras.shares, extras.texts
    # The rows are counted from the sheet's first, their cells from its first filled column.
    for number, values in enumerate(sheet.iter_rows()):
        if number < first_row:
            continue
        cells = []
        for column, value in enumerate(values, first_column):
            if value == "":
                continue
            decimals = shares.get((number, column)) if shares else None
            if decimals is not None and type(value) in (int, float):
                text = share(value, decimals)
            else:
                text = shown(value).strip()
            if texts:
                text = texts.get((number, column), text)
            if text:
                cells.append((column, text))
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
