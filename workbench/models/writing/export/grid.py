"""A grid of values with their sources, as Excel: one row a document, one column a field."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Protocol

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink

from workbench.i18n import term, tr
from workbench.models.evidence import Citation, PageSpan, Status
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.places import place_words, short_quote
from workbench.models.writing.export.workbook_parts import (
    FORMATS,
    fit_row,
    for_paper,
    head,
    put_comment,
    put_text,
    texts,
    widths,
)

_FILLS = {
    "partial": PatternFill("solid", fgColor="FFF4D6"),
    "unproven": PatternFill("solid", fgColor="FBE3DE"),
    "conflict": PatternFill("solid", fgColor="FBE3DE"),
    "rejected": PatternFill("solid", fgColor="EEEEEA"),
}
_NUMBERS = {"元": FORMATS["元"], "%": FORMATS["%"], "人": "#,##0", "月": "0"}
_SOURCES = 3
_EMPTY, _NARROW, _WIDE = 13, 19, 36
_WORDY = 24


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A field: its title and what its figures are told in (empty for words)."""

    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class GridValue:
    """A cell. ``status`` None: missing. ``value`` is a decimal where the column has a unit. ``verdict``: a person's."""

    value: str
    status: Status | None
    citations: tuple[Citation, ...] = ()
    verdict: str = "open"
    note: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class GridRow:
    """A document: its name and file (empty where none is kept outside), and a value for each column."""

    name: str
    path: str
    values: tuple[GridValue, ...]


@dataclass(frozen=True, slots=True)
class GridTable:
    """All of a grid."""

    title: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]


class _Field(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str: ...


class _Document(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...


class _Cell(Protocol):
    @property
    def document(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def status(self) -> Status | None: ...
    @property
    def citations(self) -> tuple[Citation, ...]: ...
    @property
    def verdict(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def confidence(self) -> float: ...


def heads_of(table: GridTable) -> list[str]:
    """The titles of the columns, those of figures with their unit."""
    return [tr("writing.with_unit", name=c.title, unit=term(c.unit)) if c.unit else c.title for c in table.columns]


def table_of(title: str, fields: Sequence[_Field], documents: Sequence[_Document], cells: Sequence[_Cell]) -> GridTable:
    """The cells of a grid laid out for a file; a cell not read yet is missing."""
    read = {(c.document, c.field): c for c in cells}
    columns = tuple(GridColumn(f.title, f.unit if f.type in ("amount", "percent") else "") for f in fields)
    rows = []
    for document in documents:
        values = []
        for field in fields:
            cell = read.get((document.id, field.id))
            values.append(
                GridValue(cell.value, cell.status, cell.citations, cell.verdict, cell.note, cell.confidence)
                if cell
                else GridValue("", None)
            )
        rows.append(GridRow(document.name, document.path, tuple(values)))
    return GridTable(title, columns, tuple(rows))


def write_grid_workbook(table: GridTable, path: Path) -> None:
    """Values with their sources as comment and link, a second sheet that lists them.

    Raises ExportError, DiskFull.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = tr("extracting.sheet")
    heads = heads_of(table)
    head(sheet, 1, [tr("extracting.document"), *heads])
    for number, row in enumerate(table.rows, start=2):
        put_text(sheet.cell(number, 1), row.name)
        for column, (field, value) in enumerate(zip(table.columns, row.values, strict=True), start=2):
            _put(sheet.cell(number, column), field, value, row)
    longest = [max((len(r.values[i].value) for r in table.rows), default=0) for i in range(len(table.columns))]
    sizes = [28, *(_WIDE if n > _WORDY else _NARROW if n else _EMPTY for n in longest)]
    widths(sheet, sizes)
    for number, row in enumerate(table.rows, start=2):
        told = [row.name, *(value.value for value in row.values)]
        fit_row(sheet, number, list(zip(told, sizes, strict=True)))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    for_paper(sheet, title=table.title)
    sources = book.create_sheet(tr("extracting.sources"))
    head(sources, 1, [tr(f"extracting.{k}") for k in ("document", "field", "value", "standing", "place", "quote")])
    texts(sources, _listed(table), (28, 18, 24, 12, 14, 60))
    for_paper(sources, title=table.title)
    book.properties.creator = "Inkstone"
    content = io.BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())


def _put(cell: SheetCell, field: GridColumn, value: GridValue, row: GridRow) -> None:
    number = number_of(value.value) if field.unit else None
    if value.verdict == "rejected":
        put_text(cell, "")
        cell.fill = _FILLS["rejected"]
    elif number is not None:
        cell.value = number
        cell.number_format = _NUMBERS.get(field.unit, "General")
    else:
        put_text(cell, value.value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if value.status and value.status.value in _FILLS and value.verdict == "open":
        cell.fill = _FILLS[value.status.value]
    lines = [source_words(c, row) for c in value.citations[:_SOURCES]]
    if value.note:
        lines.append(value.note)
    put_comment(cell, lines)
    if row.path and value.citations and (value.value or value.verdict == "rejected"):
        cell.hyperlink = Hyperlink(ref=cell.coordinate, target=_link(row.path, value.citations[0]))
        cell.font = Font(underline="single", color="23527C")


def _link(path: str, citation: Citation) -> str:
    """The file, opened at its page where there are pages."""
    target = Path(path).absolute().as_uri() if path else ""
    span = citation.anchor.spans[0]
    paged = isinstance(span, PageSpan) and path.lower().endswith(".pdf")
    return f"{target}#page={span.page}" if paged and isinstance(span, PageSpan) else target


def number_of(text: str) -> Decimal | None:
    """A figure, or None for other words."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def source_words(citation: Citation, row: GridRow) -> str:
    """Document, place and quote of a value."""
    return f"{row.name} {place_words(citation.anchor)}：{short_quote(citation, 160)}"


def _listed(table: GridTable) -> Sequence[Sequence[str]]:
    found = []
    for row in table.rows:
        for field, value in zip(table.columns, row.values, strict=True):
            if value.status is None and value.verdict == "open":
                continue
            number = number_of(value.value) if field.unit else None
            shown = value.value if number is None else f"{number:,f} {term(field.unit)}"
            place = place_words(value.citations[0].anchor) if value.citations else ""
            quote = short_quote(value.citations[0], 200) if value.citations else ""
            standing = value.status.mark if value.status else "—"
            words = tr(f"extracting.verdict.{value.verdict}") if value.verdict != "open" else ""
            found.append((row.name, field.title, shown, f"{standing} {words}".strip(), place, quote))
    return found
