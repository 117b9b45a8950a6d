"""The finance workbook: statements as inputs with their sources, everything else live formulas over them."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import term, tr
from workbench.models.evidence import Citation
from workbench.models.finance.accounts import StatementKind, is_total
from workbench.models.finance.analysis import peers_of
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.facts import Finances
from workbench.models.finance.plan import plan_of
from workbench.models.finance.signal import Signal
from workbench.models.finance.tools import expected_growth
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.places import place_words
from workbench.models.writing.export.workbook_finance_cells import Cells
from workbench.models.writing.export.workbook_finance_findings import write_charts, write_checks, write_signals
from workbench.models.writing.export.workbook_finance_plans import write_peers, write_repayment
from workbench.models.writing.export.workbook_finance_ratios import RatioSheets
from workbench.models.writing.export.workbook_parts import (
    FORMATS,
    INK,
    finish,
    for_paper,
    head,
    put_comment,
    put_input,
    put_text,
    widths,
)
from workbench.models.writing.export.workbook_tools import ToolSheets

_KINDS: tuple[StatementKind, ...] = ("balance", "income", "cash")


def write_finance_workbook(
    finances: Finances,
    path: Path,
    *,
    documents: Mapping[str, str] | None = None,
    signals: Sequence[Signal] = (),
    growth: Decimal | None = None,
) -> None:
    """Write statements, common size, ratios, DuPont, Altman, checks, credit tools and signals.

    ``documents`` gives the names of documents by id, for the comments. ``growth`` is the expected growth the need
    for working capital begins with, without it last year's; like every coloured cell it may be changed.
    Raises ExportError, DiskFull.
    """
    expected = expected_growth(finances.statements) if growth is None else growth
    book = FinanceBook(finances, documents or {}, signals, expected).build()
    content = io.BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())


class FinanceBook:
    """Lays the sheets out, inputs first."""

    def __init__(
        self, finances: Finances, documents: Mapping[str, str], signals: Sequence[Signal], growth: Decimal
    ) -> None:
        self._finances = finances
        self._documents = documents
        self._signals = signals
        self._growth = growth
        self._cells = Cells()
        self._workbook = Workbook()
        books = books_of(finances.statements, finances.notes)
        self._book: Book | None = books[0] if books else None

    def build(self) -> Workbook:
        """All sheets; an empty case gives a workbook that says so."""
        first = self._workbook.active
        book = self._book
        if book is None:
            put_text(first.cell(1, 1), tr("finance.book.nothing"))
            return self._workbook
        first.title = tr("finance.book.about")
        self._about(first, book)
        for kind in _KINDS:
            self._statement(book, kind)
        self._notes(book)
        ratios = RatioSheets(self._workbook, self._cells, book)
        ratios.ratios()
        ratios.common_size()
        ratios.dupont_and_altman()
        self._tools()
        write_checks(self._workbook, self._finances.checks)
        write_signals(self._workbook, self._signals, self._source)
        for sheet in self._workbook.worksheets:
            for_paper(sheet, title=f"{book.company} {sheet.title}")
        charts = write_charts(self._workbook, self._cells, book.years)
        for_paper(charts, title=f"{book.company} {charts.title}", one_page=True)
        self._workbook.properties.creator = "Inkstone"
        return self._workbook

    def _tools(self) -> None:
        """The credit tools, over the statements' own cells where these hold what is needed."""
        plan = plan_of(self._finances)
        # The tools begin with the statements alone: a figure of the notes does not stand in for a missing line.
        alone = books_of(self._finances.statements)[0]
        tools = ToolSheets(self._workbook, self._cells, alone, self._source)
        tools.need(self._finances.statements, self._growth, plan)
        tools.stress(self._finances.statements)
        if plan is not None:
            write_repayment(self._workbook, plan, self._cells, self._source)
        write_peers(self._workbook, peers_of(self._finances.statements, notes=self._finances.notes))

    def _sheet(self, key: str) -> Worksheet:
        return self._workbook.create_sheet(tr(f"finance.book.{key}"))

    def _source(self, citation: Citation) -> str:
        name = self._documents.get(citation.document, citation.document)
        return f"{name} {place_words(citation.anchor)}\n{citation.quote.strip()}"

    def _about(self, sheet: Worksheet, book: Book) -> None:
        rows = (
            (tr("finance.book.company"), book.company),
            (tr("finance.book.scope"), tr(f"finance.book.{book.scope}")),
            (tr("finance.book.periods"), tr("finance.between").join(reversed(book.years))),
            (tr("finance.book.unit"), _currency(book) or tr("finance.book.yuan")),
            (tr("finance.book.how"), tr("finance.book.how_text")),
        )
        for number, (label, words) in enumerate(rows, start=1):
            put_text(sheet.cell(number, 1), label)
            sheet.cell(number, 1).font = Font(bold=True, color=INK)
            put_text(sheet.cell(number, 2), words)
            sheet.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
        widths(sheet, [16, 90])

    def _statement(self, book: Book, kind: StatementKind) -> None:
        """A row a line in the order printed, a column a period; lines of no account are kept and marked."""
        statements = book.statements(kind)
        if not statements:
            return
        sheet = self._sheet(kind)
        years = [s.year for s in statements]
        foreign = _currency(book)
        words = tr("finance.book.item_in", currency=foreign) if foreign else tr("finance.book.item_in_yuan")
        head(sheet, 1, [words, *years])
        rows: dict[str, int] = {}
        for column, statement in enumerate(statements, start=2):
            for item in statement.items:
                if item.caption:
                    continue
                key = item.canonical or item.name
                row = rows.setdefault(key, len(rows) + 2)
                label = sheet.cell(row, 1)
                if label.value is None:
                    put_text(
                        label, term(item.canonical) if item.canonical else tr("finance.book.unmapped", name=item.name)
                    )
                    label.font = Font(bold=is_total(kind, item.canonical), italic=item.canonical is None)
                cell = sheet.cell(row, column)
                if item.value is None or cell.value is not None:
                    continue
                self._input(cell, item.value, "元", (item.citation,))
                self._cells.put(key, statement.year, sheet, cell)
                self._name(key, statement.year)
        finish(sheet, len(rows) + 1, len(years) + 1)

    def _name(self, name: str, year: str) -> None:
        """A defined name for a figure: 资产总计_2024."""
        place = self._cells.get(name, year)
        plain = "".join(ch if ch.isalnum() else "_" for ch in f"{name}_{year}")
        if place and plain not in self._workbook.defined_names and not plain[0].isdigit():
            sheet, _, cell = place.rpartition("!")
            letters = cell.rstrip("0123456789")
            target = f"{sheet}!${letters}${cell[len(letters) :]}"
            self._workbook.defined_names[plain] = DefinedName(plain, attr_text=target)

    def _input(self, cell: Cell, value: Decimal, unit: str, citations: Sequence[Citation]) -> None:
        put_input(cell, value, FORMATS.get(unit, "#,##0.00"))
        put_comment(cell, [self._source(c) for c in dict.fromkeys(citations)])

    def _notes(self, book: Book) -> None:
        notes = book.notes()
        if not notes:
            return
        sheet = self._sheet("notes")
        head(sheet, 1, [tr("finance.book.item"), *reversed(book.years)])
        columns = {year: n for n, year in enumerate(reversed(book.years), start=2)}
        rows: dict[str, int] = {}
        for note in notes:
            if note.period not in columns:
                continue
            row = rows.setdefault(note.name, len(rows) + 2)
            put_text(sheet.cell(row, 1), term(note.name))
            cell = sheet.cell(row, columns[note.period])
            self._input(cell, note.value, note.unit, (note.citation,))
            cell.number_format = "0.00%" if note.unit == "%" else "#,##0.00"
            self._cells.put(note.name, note.period, sheet, cell)
        finish(sheet, len(rows) + 1, len(columns) + 1)


def _currency(book: Book) -> str:
    """The currency the statements are in where it is not the yuan."""
    return next((s.currency for kind in _KINDS for s in book.statements(kind) if s.currency), "")
