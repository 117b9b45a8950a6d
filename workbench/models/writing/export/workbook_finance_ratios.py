"""Ratios, common size, DuPont and Altman in the finance workbook: live formulas over the statements."""

from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import in_terms, term, tr
from workbench.models.finance.accounts import is_total
from workbench.models.finance.analysis import base_of
from workbench.models.finance.book import Book
from workbench.models.finance.formula import NoValueError, read_formula, with_definitions
from workbench.models.finance.formula_cells import as_cells
from workbench.models.finance.ratios import Figures, RatioRule, definitions, ratio_of, ratio_rules
from workbench.models.writing.export.workbook_finance_cells import RATIO, Cells
from workbench.models.writing.export.workbook_parts import (
    FORMATS,
    finish,
    fit_row,
    head,
    put_comment,
    put_text,
    underline,
    widths,
)

_MEANING, _SOURCE = 70, 44
"""Widths of columns of words."""
_Total = tuple[str, Callable[[Sequence[str]], str], str]
_Parts = tuple[tuple[tuple[str, str], ...], _Total]


class RatioSheets:
    """Writes the sheets of one book, its periods newest first."""

    def __init__(self, workbook: Workbook, cells: Cells, book: Book) -> None:
        self._workbook = workbook
        self._cells = cells
        self._book = book
        self._years = list(reversed(book.years))

    def _sheet(self, key: str) -> Worksheet:
        return self._workbook.create_sheet(tr(f"finance.book.{key}"))

    def ratios(self) -> None:
        """A row a ratio: group, name, unit, a live value a period, then meaning, formula and source."""
        sheet, years = self._sheet("ratios"), self._years
        titles = ("group", "item", "unit")
        head(sheet, 1, [*(tr(f"finance.book.{t}") for t in titles), *years, tr("finance.book.meaning")])
        wanted = ("all", "bank" if self._book.is_bank else "general")
        for row, rule in enumerate((r for r in ratio_rules() if r.applies in wanted), start=2):
            for column, text in enumerate((term(rule.group), term(rule.name), term(rule.unit)), start=1):
                put_text(sheet.cell(row, column), text)
            for column, year in enumerate(years, start=4):
                self._ratio(sheet.cell(row, column), rule, year)
            meant = sheet.cell(row, 4 + len(years))
            words = tr(
                "finance.book.meant", meaning=rule.meaning, formula=in_terms(rule.shown), source=term(rule.source)
            )
            put_text(meant, words)
            meant.alignment = Alignment(wrap_text=True, vertical="top", indent=1)
            fit_row(sheet, row, [(words, _MEANING)])
            underline(sheet, row, 4 + len(years))
        widths(sheet, [12, 26, 7, *[16] * len(years), _MEANING])
        sheet.freeze_panes = "D2"

    def _ratio(self, cell: Cell, rule: RatioRule, year: str) -> None:
        rule = rule.of(year)
        ratio = ratio_of(rule, self._book, year)
        cell.alignment = Alignment(horizontal="right", vertical="top")
        figures = Figures(self._book, year)
        try:
            formula = as_cells(rule.formula, figures.lookup, lambda n, which: self._cells.refer(n.name, which, year))
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
        self._cells.put(f"{RATIO}{rule.name}", year, cell.parent, cell)

    def common_size(self) -> None:
        """Every line as a share of assets or revenue."""
        sheet = self._sheet("common_size")
        head(sheet, 1, [tr("finance.book.item"), *self._years])
        rows: dict[str, int] = {}
        for column, year in enumerate(self._years, start=2):
            for statement, item in self._book.lines(year):
                name = item.canonical or ""
                place = self._cells.get(name, year)
                base = self._cells.get(base_of(statement.kind), year)
                if place is None or base is None or "每股" in name:
                    continue
                top = rows.setdefault(f" {statement.kind}", len(rows) + 2)
                put_text(sheet.cell(top, 1), tr(f"finance.book.{statement.kind}"))
                row = rows.setdefault(name, len(rows) + 2)
                put_text(sheet.cell(row, 1), term(name))
                for which, bold in ((top, True), (row, is_total(statement.kind, name))):
                    sheet.cell(which, 1).font = Font(bold=bold)
                cell = sheet.cell(row, column)
                cell.value = f"=IF({base}=0,0,{place}/{base})"
                cell.number_format = "0.00%"
        finish(sheet, len(rows) + 1, len(self._years) + 1)

    def dupont_and_altman(self) -> None:
        """ROE out of its three parts, and below it the score out of its four."""
        sheet = self._sheet("dupont")
        head(sheet, 1, [tr("finance.book.item"), *self._years, tr("finance.book.source")])
        row = self._block(sheet, 2, _DUPONT)
        self._source(sheet, 2, "finance.source.dupont")
        if not self._book.is_bank:
            self._source(sheet, row + 1, "finance.source.altman")
            row = self._block(sheet, row + 1, _ALTMAN)
        finish(sheet, row - 1, len(self._years) + 2)
        sheet.column_dimensions[get_column_letter(2 + len(self._years))].width = _SOURCE

    def _source(self, sheet: Worksheet, row: int, key: str) -> None:
        cell = sheet.cell(row, 2 + len(self._years))
        put_text(cell, tr(key))
        cell.alignment = Alignment(wrap_text=True, vertical="top", indent=1)
        sheet.merge_cells(start_row=row, end_row=row + 2, start_column=cell.column, end_column=cell.column)

    def _block(self, sheet: Worksheet, row: int, parts: _Parts) -> int:
        """Parts, a row each, and what they make together; the next free row."""
        lines, total = parts
        for offset, (name, _) in enumerate(lines):
            known = tr(f"finance.altman.{name}") if parts is _ALTMAN else term(name)
            put_text(sheet.cell(row + offset, 1), known)
        put_text(sheet.cell(row + len(lines), 1), total[0])
        sheet.cell(row + len(lines), 1).font = Font(bold=True)
        for column, year in enumerate(self._years, start=2):
            formulas = [self._live(text, year) for _, text in lines]
            if any(f is None for f in formulas):
                continue
            letter = get_column_letter(column)
            for offset, formula in enumerate(formulas):
                sheet.cell(row + offset, column).value = f"={formula}"
                share = parts is _DUPONT and not offset
                sheet.cell(row + offset, column).number_format = "0.00%" if share else "0.0000"
            cell = sheet.cell(row + len(lines), column)
            cell.value = f"={total[1]([f'{letter}{row + n}' for n in range(len(lines))])}"
            cell.number_format = total[2]
        return row + len(lines) + 1

    def _live(self, text: str, year: str) -> str | None:
        """A formula of the ratio language over cells; None where it has no value or a cell is missing."""
        figures = Figures(self._book, year)
        try:
            node = with_definitions(read_formula(text), definitions())
            return as_cells(node, figures.lookup, lambda n, which: self._cells.refer(n.name, which, year))
        except (NoValueError, KeyError):
            return None


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
