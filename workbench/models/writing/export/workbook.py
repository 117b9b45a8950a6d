"""The figures of a report as a workbook that still computes: inputs with their sources, formulas live."""

import io
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import tr
from workbench.models.evidence import Claim, Status
from workbench.models.finance.fact import Fact
from workbench.models.scenarios import Expression, parse_expression, write
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.ooxml import xml_safe
from workbench.models.writing.export.places import document_name, place_words, source_note
from workbench.models.writing.export.workbook_parts import (
    INK,
    for_paper,
    format_of,
    head,
    keep_whole,
    put_comment,
    put_text,
    texts,
    underline,
    widths,
)
from workbench.models.writing.report import Report, Table, TableCell

_WEAK = PatternFill("solid", fgColor="FFF4D6")
_WRONG = PatternFill("solid", fgColor="FBE3DE")
_FILLS = {Status.PARTIAL: _WEAK, Status.UNPROVEN: _WRONG, Status.CONFLICT: _WRONG}
_SCALES = {"万元": 10**4, "亿元": 10**8}


@dataclass(frozen=True, slots=True)
class _Place:
    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"'{self.sheet}'!{self.cell}"


def write_workbook(report: Report, path: Path) -> None:
    """Write the workbook: key ratios, statement figures, conflicts and gaps, evidence.

    Figures of the documents are inputs, each with a comment naming its source; whatever is computed
    is a formula over them. Raises ExportError, DiskFull.
    """
    book = _ReportBook(report).build()
    content = io.BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())


class _ReportBook:
    """Lays the sheets out; ``_inputs`` says in which cell a fact stands."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._inputs: dict[str, _Place] = {}
        self._book = Workbook()
        self._placed: list[tuple[int, int]] = []

    def build(self) -> Workbook:
        """All sheets; the key ratios come first though they are written last."""
        ratios = self._book.active
        ratios.title = tr("writing.book.ratios")
        figures = self._book.create_sheet(tr("writing.book.figures"))
        self._figures(figures)
        self._tables(ratios)
        self._open_points(self._book.create_sheet(tr("writing.book.open")))
        self._evidence(self._book.create_sheet(tr("writing.book.evidence")))
        for sheet in self._book.worksheets:
            for_paper(sheet)
        keep_whole(ratios, self._placed)
        self._book.properties.creator = "Inkstone"
        self._book.properties.title = xml_safe(self._report.title)
        return self._book

    def _figures(self, sheet: Worksheet) -> None:
        """A row an item, a column a period; the values in yuan as the statements have them."""
        facts = [f for f in self._report.facts.values() if f.value is not None]
        periods = sorted({f.period for f in facts}, reverse=True)
        rows: dict[str, dict[str, Fact]] = {}
        for fact in facts:
            rows.setdefault(fact.key.partition("@")[0], {})[fact.period] = fact
        columns = [tr("writing.item"), tr("writing.book.unit"), *(p or tr("writing.book.undated") for p in periods)]
        head(sheet, 1, [*columns, tr("writing.book.source")])
        for number, (name, by_period) in enumerate(rows.items(), start=2):
            some = next(iter(by_period.values()))
            put_text(sheet.cell(number, 1), name)
            put_text(sheet.cell(number, 2), some.unit)
            for column, period in enumerate(periods, start=3):
                if period in by_period:
                    self._input(sheet.cell(number, column), by_period[period], sheet.title)
            sources = dict.fromkeys(self._where(f) for f in by_period.values() if f.citations)
            put_text(sheet.cell(number, 3 + len(periods)), tr("writing.semicolon").join(sources))
            underline(sheet, number, 3 + len(periods))
        widths(sheet, [38, 8, *[20] * len(periods), 46])
        sheet.freeze_panes = "C2"

    def _where(self, fact: Fact) -> str:
        citation = fact.citations[0]
        return f"{document_name(citation, self._report.documents)} {place_words(citation.anchor)}"

    def _input(self, cell: Cell, fact: Fact, sheet: str) -> None:
        assert fact.value is not None
        cell.value = fact.value
        cell.number_format = format_of(fact.unit)
        cell.font = Font(color="1F4E79")
        self._mark(cell, fact.claim())
        self._inputs[fact.key] = _Place(sheet, cell.coordinate)

    def _mark(self, cell: Cell, claim: Claim) -> None:
        """The source as a comment, the standing as a colour."""
        lines = [source_note(c, self._report.documents) for c in claim.citations]
        if claim.computation:
            lines.insert(0, f"∑ {claim.computation.formula}")
        if claim.status in _FILLS:
            cell.fill = _FILLS[claim.status]
            lines.insert(0, f"{claim.status.mark} {tr(f'writing.status.{claim.status.value}')}")
        put_comment(cell, lines)

    def _tables(self, sheet: Worksheet) -> None:
        row = 1
        for section in self._report.sections:
            for table in section.tables:
                if any(cell.value is not None for r in table.rows for cell in r.cells):
                    last = self._table(sheet, row, f"{section.title} · {table.title}", table)
                    self._placed.append((row, last))
                    row = last + 2
        columns = max((len(t.columns) for section in self._report.sections for t in section.tables), default=0)
        widths(sheet, [38, *[18] * max(columns - 1, 1)])
        sheet.freeze_panes = "B1"

    def _table(self, sheet: Worksheet, row: int, title: str, table: Table) -> int:
        put_text(sheet.cell(row, 1), tr("writing.with_unit", name=title, unit=table.unit) if table.unit else title)
        sheet.cell(row, 1).font = Font(bold=True, size=12, color=INK)
        head(sheet, row + 1, table.columns)
        for offset, line in enumerate(table.rows, start=2):
            put_text(sheet.cell(row + offset, 1), line.label)
            sheet.cell(row + offset, 1).font = Font(bold=line.strong)
            for column, cell in enumerate(line.cells, start=2):
                self._table_cell(sheet.cell(row + offset, column), cell, table.unit)
                sheet.cell(row + offset, column).font = Font(bold=line.strong)
            underline(sheet, row + offset, len(table.columns))
        return row + 1 + len(table.rows)

    def _table_cell(self, cell: Cell, figure: TableCell, unit: str) -> None:
        cell.alignment = Alignment(horizontal="right")
        if figure.value is None:
            put_text(cell, figure.claim.text)
            return
        scale = _SCALES.get(unit, 1) if figure.unit == "元" else 1
        formula = self._formula(figure)
        if formula is None:
            cell.value = figure.value / scale
        else:
            cell.value = f"=({formula})/{scale}" if scale != 1 else f"={formula}"
        cell.number_format = format_of(figure.unit)
        self._mark(cell, figure.claim)

    def _formula(self, figure: TableCell) -> str | None:
        """The figure over the inputs; None when it stands for itself or an input is not in the workbook."""
        if figure.key in self._inputs:
            return str(self._inputs[figure.key])
        if not figure.formula:
            return None
        try:
            return self._written(parse_expression(figure.formula), figure.period, 0)
        except (KeyError, ValueError):
            return None

    def _written(self, expression: Expression, period: str, back: int) -> str:
        return write(expression, lambda name, shift: self._refer(name, period, back + shift), spreadsheet=True)

    def _refer(self, name: str, period: str, back: int) -> str:
        """An input's cell, or an indicator's formula in brackets; empty where ``total`` may leave it out."""
        if name in self._report.indicators:
            return f"({self._written(parse_expression(self._report.indicators[name]), period, back)})"
        place = self._inputs.get(f"{name}@{int(period) + back}")
        return str(place) if place else ""

    def _open_points(self, sheet: Worksheet) -> None:
        rows: list[tuple[str, str, str]] = []
        for section in self._report.sections:
            rows += [(tr("writing.book.kind.conflict"), section.title, c.text) for c in section.conflicts]
            rows += [(tr("writing.book.kind.gap"), section.title, g.text) for g in section.gaps]
        rows += [(tr(f"writing.status.{c.status.value}"), title, c.text) for title, c in self._report.unproven()]
        head(sheet, 1, (tr("writing.book.kind"), tr("writing.word.chapter"), tr("writing.book.what")))
        texts(sheet, rows, [14, 22, 96])

    def _evidence(self, sheet: Worksheet) -> None:
        rows = []
        for section in self._report.sections:
            for paragraph, claim in section.sentences():
                for citation in claim.citations or (None,):
                    where = document_name(citation, self._report.documents) if citation else ""
                    place = place_words(citation.anchor) if citation else ""
                    quote = citation.quote if citation else ""
                    status = f"{claim.status.mark} {tr(f'writing.status.{claim.status.value}')}"
                    rows.append((section.title, paragraph, claim.text, status, where, place, quote))
        names = ("chapter", "paragraph", "sentence", "status", "document", "place", "quote")
        head(sheet, 1, [tr(f"writing.book.evidence.{n}") for n in names])
        texts(sheet, rows, [18, 14, 60, 12, 28, 12, 60])
