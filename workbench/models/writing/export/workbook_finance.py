"""The finance workbook: statements as inputs with their sources, everything else live formulas over them."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import in_terms, term, tr
from workbench.models.evidence import Citation
from workbench.models.finance.accounts import StatementKind, is_total
from workbench.models.finance.analysis import base_of
from workbench.models.finance.book import Book, books_of, year_before
from workbench.models.finance.check import Check
from workbench.models.finance.facts import Finances
from workbench.models.finance.formula import NoValueError, read_formula, with_definitions
from workbench.models.finance.formula_cells import as_cells
from workbench.models.finance.ratios import Figures, definitions, ratio_of, ratio_rules
from workbench.models.finance.signal import Signal
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.places import place_words
from workbench.models.writing.export.workbook_parts import (
    FORMATS,
    INK,
    for_paper,
    head,
    put_comment,
    put_text,
    texts,
    underline,
    widths,
)
from workbench.models.writing.export.workbook_tools import ToolSheets

_INPUT = PatternFill("solid", fgColor="FFF9E5")
_WRONG = PatternFill("solid", fgColor="FBE3DE")
_KINDS: tuple[StatementKind, ...] = ("balance", "income", "cash")
_CHARTED = (
    ("营业收入", "净利润"),
    ("资产总计", "负债合计", "所有者权益合计"),
    ("经营活动产生的现金流量净额", "净利润"),
)
_RATIO_CHART = ("毛利率", "净利率", "净资产收益率", "资产负债率")


def write_finance_workbook(
    finances: Finances,
    path: Path,
    *,
    documents: Mapping[str, str] | None = None,
    signals: Sequence[Signal] = (),
    growth: Decimal = Decimal("0.10"),
) -> None:
    """Write statements, common size, ratios, DuPont, Altman, checks, credit tools and signals.

    ``documents`` gives the names of documents by id, for the comments. ``growth`` is the expected growth the need
    for working capital begins with; like every coloured cell it may be changed. Raises ExportError, DiskFull.
    """
    book = FinanceBook(finances, documents or {}, signals, growth).build()
    content = io.BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())


@dataclass
class Cells:
    """Where the figures stand: name and year to ``'sheet'!B3``."""

    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def put(self, name: str, year: str, sheet: Worksheet, cell: Cell) -> None:
        """Remember a cell; the first of a name and year counts."""
        self.places.setdefault((name, year), f"{quote_sheetname(sheet.title)}!{cell.coordinate}")

    def get(self, name: str, year: str) -> str | None:
        """The cell of a figure, or None."""
        return self.places.get((name, year))


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
        self._ratios(book)
        self._common_size(book)
        self._dupont_and_altman(book)
        tools = ToolSheets(self._workbook, self._cells.get, self._source)
        tools.need(self._finances.statements, self._growth)
        tools.stress(self._finances.statements)
        self._checks()
        self._signal_sheet()
        self._charts(book)
        for sheet in self._workbook.worksheets:
            for_paper(sheet)
        self._workbook.properties.creator = "Inkstone"
        return self._workbook

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
            (tr("finance.book.unit"), tr("finance.book.yuan")),
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
        head(sheet, 1, [tr("finance.book.item"), *years])
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
        self._finish(sheet, len(rows) + 1, len(years) + 1)

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
        cell.value = value
        cell.number_format = FORMATS.get(unit, "#,##0.00")
        cell.font = Font(color=INK)
        cell.fill = _INPUT
        put_comment(cell, [self._source(c) for c in dict.fromkeys(citations)])

    def _finish(self, sheet: Worksheet, rows: int, columns: int) -> None:
        for row in range(2, rows + 1):
            underline(sheet, row, columns)
        widths(sheet, [44, *[20] * (columns - 1)])
        sheet.freeze_panes = "B2"

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
        self._finish(sheet, len(rows) + 1, len(columns) + 1)

    def _live(self, text: str, book: Book, year: str) -> str | None:
        """A formula of the ratio language over cells; None where it has no value or a cell is missing."""
        figures = Figures(book, year)
        try:
            node = with_definitions(read_formula(text), definitions())
            return as_cells(node, figures.lookup, lambda name, which: self._refer(name.name, which, year))
        except (NoValueError, KeyError):
            return None

    def _refer(self, name: str, which: str, year: str) -> str:
        """Raises KeyError."""
        for period in [year] if which != "prior" else [year_before(year), year_before(year)[:4]]:
            place = self._cells.get(name, period)
            if place:
                return place
        raise KeyError(name)

    def _ratios(self, book: Book) -> None:
        sheet = self._sheet("ratios")
        years = list(reversed(book.years))
        titles = ("group", "item", "unit")
        head(sheet, 1, [*(tr(f"finance.book.{t}") for t in titles), *years, tr("finance.book.meaning")])
        row = 2
        for rule in ratio_rules():
            if rule.applies not in ("all", "bank" if book.is_bank else "general"):
                continue
            words = (term(rule.group), term(rule.name), term(rule.unit))
            for column, text in enumerate(words, start=1):
                put_text(sheet.cell(row, column), text)
            for column, year in enumerate(years, start=4):
                self._ratio(sheet.cell(row, column), book, rule.name, year)
            put_text(
                sheet.cell(row, 4 + len(years)),
                tr("finance.book.meant", meaning=rule.meaning, formula=in_terms(rule.shown), source=term(rule.source)),
            )
            underline(sheet, row, 4 + len(years))
            row += 1
        widths(sheet, [12, 26, 6, *[16] * len(years), 90])
        sheet.freeze_panes = "D2"

    def _ratio(self, cell: Cell, book: Book, name: str, year: str) -> None:
        rule = next(r for r in ratio_rules() if r.name == name)
        ratio = ratio_of(rule, book, year)
        cell.alignment = Alignment(horizontal="right")
        figures = Figures(book, year)
        try:
            formula = as_cells(rule.formula, figures.lookup, lambda n, which: self._refer(n.name, which, year))
        except (NoValueError, KeyError):
            put_text(cell, ratio.display)
            put_comment(cell, [ratio.note] if ratio.note else [])
            return
        if ratio.value is None:
            put_text(cell, ratio.display)
            return
        cell.value = f"={formula}*100" if rule.unit == "%" else f"={formula}"
        cell.number_format = FORMATS.get(rule.unit, "0.00")
        put_comment(cell, [ratio.formula, *([ratio.note] if ratio.note else [])])
        self._cells.put(f"指标:{name}", year, cell.parent, cell)

    def _common_size(self, book: Book) -> None:
        sheet = self._sheet("common_size")
        years = list(reversed(book.years))
        head(sheet, 1, [tr("finance.book.item"), *years])
        rows: dict[str, int] = {}
        for column, year in enumerate(years, start=2):
            for statement, item in book.lines(year):
                name = item.canonical or ""
                place = self._cells.get(name, year)
                base = self._cells.get(base_of(statement.kind), year)
                if place is None or base is None or "每股" in name:
                    continue
                row = rows.setdefault(name, len(rows) + 2)
                put_text(sheet.cell(row, 1), term(name))
                cell = sheet.cell(row, column)
                cell.value = f"=IF({base}=0,0,{place}/{base})"
                cell.number_format = "0.00%"
        self._finish(sheet, len(rows) + 1, len(years) + 1)

    def _dupont_and_altman(self, book: Book) -> None:
        sheet = self._sheet("dupont")
        years = list(reversed(book.years))
        head(sheet, 1, [tr("finance.book.item"), *years, tr("finance.book.source")])
        row = self._block(sheet, 2, book, years, _DUPONT)
        put_text(sheet.cell(2, 2 + len(years)), tr("finance.source.dupont"))
        if not book.is_bank:
            put_text(sheet.cell(row + 1, 2 + len(years)), tr("finance.source.altman"))
            self._block(sheet, row + 1, book, years, _ALTMAN)
        self._finish(sheet, row + 7, len(years) + 2)

    def _block(self, sheet: Worksheet, row: int, book: Book, years: Sequence[str], parts: "_Parts") -> int:
        """Parts, a row each, and what they make together; the next free row."""
        lines, total = parts
        for offset, (name, _) in enumerate(lines):
            put_text(sheet.cell(row + offset, 1), term(name))
        put_text(sheet.cell(row + len(lines), 1), total[0])
        sheet.cell(row + len(lines), 1).font = Font(bold=True)
        for column, year in enumerate(years, start=2):
            formulas = [self._live(text, book, year) for _, text in lines]
            if any(f is None for f in formulas):
                continue
            letter = get_column_letter(column)
            for offset, formula in enumerate(formulas):
                sheet.cell(row + offset, column).value = f"={formula}"
                sheet.cell(row + offset, column).number_format = "0.0000"
            cell = sheet.cell(row + len(lines), column)
            cell.value = f"={total[1]([f'{letter}{row + n}' for n in range(len(lines))])}"
            cell.number_format = total[2]
        return row + len(lines) + 1

    def _checks(self) -> None:
        sheet = self._sheet("checks")
        titles = ("check", "period", "expected", "found", "difference", "result", "detail")
        head(sheet, 1, [tr(f"finance.book.{t}") for t in titles])
        for row, check in enumerate(self._finances.checks, start=2):
            self._check(sheet, row, check)
            underline(sheet, row, len(titles))
        widths(sheet, [46, 12, 20, 20, 16, 8, 80])
        sheet.freeze_panes = "A2"

    @staticmethod
    def _check(sheet: Worksheet, row: int, check: Check) -> None:
        put_text(sheet.cell(row, 1), f"{check.id} {check.name}")
        put_text(sheet.cell(row, 2), check.period)
        for column, value in ((3, check.expected), (4, check.found)):
            sheet.cell(row, column).value = value
            sheet.cell(row, column).number_format = FORMATS["元"]
        sheet.cell(row, 5).value = f"=D{row}-C{row}"
        sheet.cell(row, 5).number_format = FORMATS["元"]
        put_text(sheet.cell(row, 6), "✓" if check.ok else "✗")
        put_text(sheet.cell(row, 7), f"{check.note} {check.formula}".strip())
        if not check.ok:
            for column in range(1, 8):
                sheet.cell(row, column).fill = _WRONG

    def _signal_sheet(self) -> None:
        sheet = self._sheet("signals")
        head(sheet, 1, [tr(f"finance.book.{t}") for t in ("level", "signal", "explanation", "source")])
        rows = []
        for signal in self._signals:
            cited = dict.fromkeys(c for claim in signal.evidence for c in claim.citations)
            where = "\n".join(self._source(c).replace("\n", tr("finance.colon"), 1) for c in list(cited)[:6])
            rows.append((tr(f"finance.level.{signal.level}"), signal.name, signal.explanation, where))
        texts(sheet, rows or [("", tr("finance.book.no_signal"), "", "")], [8, 26, 60, 80])

    def _charts(self, book: Book) -> None:
        """Native charts over a small table of references, oldest period first."""
        sheet = self._sheet("charts")
        years = list(book.years)
        row = 1
        for names in _CHARTED:
            row = self._chart(
                sheet, row, years, [n for n in names if any(self._cells.get(n, y) for y in years)], kind=BarChart
            )
        ratios = [n for n in _RATIO_CHART if any(self._cells.get(f"指标:{n}", y) for y in years)]
        self._chart(sheet, row, years, [f"指标:{n}" for n in ratios], kind=LineChart)
        widths(sheet, [30, *[18] * len(years)])

    def _chart(
        self,
        sheet: Worksheet,
        row: int,
        years: Sequence[str],
        names: Sequence[str],
        *,
        kind: type[BarChart] | type[LineChart],
    ) -> int:
        if not names:
            return row
        head(sheet, row, ["", *years])
        for offset, name in enumerate(names, start=1):
            put_text(sheet.cell(row + offset, 1), term(name.removeprefix("指标:")))
            for column, year in enumerate(years, start=2):
                place = self._cells.get(name, year)
                if place:
                    sheet.cell(row + offset, column).value = f"={place}"
                    sheet.cell(row + offset, column).number_format = FORMATS["元"]
        chart = kind()
        chart.title = " · ".join(term(n.removeprefix("指标:")) for n in names)
        area = Reference(sheet, min_col=1, max_col=1 + len(years), min_row=row + 1, max_row=row + len(names))
        chart.add_data(area, from_rows=True, titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=2, max_col=1 + len(years), min_row=row, max_row=row))
        chart.height, chart.width = 7.5, 15
        sheet.add_chart(chart, f"{get_column_letter(4 + len(years))}{row}")
        return row + max(len(names) + 2, 17)


_Total = tuple[str, Callable[[Sequence[str]], str], str]
_Parts = tuple[tuple[tuple[str, str], ...], _Total]


def _weighed(cells: Sequence[str]) -> str:
    return "+".join(f"{weight}*{cell}" for weight, cell in zip(("6.56", "3.26", "6.72", "1.05"), cells, strict=True))


_DUPONT: _Parts = (
    (
        ("净利率", "first(归属于母公司股东的净利润, 净利润) / 营业收入"),
        ("总资产周转率", "营业收入 / avg(资产总计)"),
        ("权益乘数", "avg(资产总计) / first(avg(归属于母公司所有者权益合计), avg(所有者权益合计))"),
    ),
    ("ROE", "*".join, "0.00%"),
)
_ALTMAN: _Parts = (
    (
        ("X1", "(流动资产合计 - 流动负债合计) / 资产总计"),
        ("X2", "(盈余公积? + 未分配利润) / 资产总计"),
        ("X3", "(利润总额 + 利息费用?) / 资产总计"),
        ("X4", "所有者权益合计 / 负债合计"),
    ),
    ("Z″", _weighed, "0.00"),
)
