"""Credit tools in the finance workbook: coloured inputs, formulas over them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import tr
from workbench.models.evidence import Citation
from workbench.models.finance.book import Book
from workbench.models.finance.display import POINTS
from workbench.models.finance.plan import Plan
from workbench.models.finance.statement import Statement
from workbench.models.finance.stress import STRESS_LINES, default_shocks, stress_base
from workbench.models.finance.tools import NEED_LINES, OWN_LINES, working_capital_inputs
from workbench.models.writing.export.workbook_finance_cells import Cells
from workbench.models.writing.export.workbook_parts import (
    FORMATS,
    format_of,
    head,
    put_comment,
    put_input,
    put_text,
    underline,
    widths,
)

_MONEY = FORMATS["元"]
_PERCENT = "0.00%"
_BALANCES = ("inventory", "receivables", "payables", "prepayments", "advances")


class ToolSheets:
    """Writes the sheets. Inputs are formulas over the statements' cells; ``source`` words a citation for a comment."""

    def __init__(self, workbook: Workbook, cells: Cells, book: Book, source: Callable[[Citation], str]) -> None:
        self._workbook = workbook
        self._cells = cells
        self._book = book
        self._source = source

    def need(self, statements: Sequence[Statement], growth: Decimal, plan: Plan | None = None) -> None:
        """The need for working capital; nothing where revenue or cost is missing. ``plan`` tells the request."""
        inputs = working_capital_inputs(statements, growth=growth)
        if inputs is None:
            return
        sheet = self._workbook.create_sheet(tr("finance.book.need"))
        head(sheet, 1, [tr("finance.book.item"), tr("finance.book.value"), tr("finance.book.formula")])
        names = ("revenue", "cost", "margin", "growth", *_BALANCES, "own", "loans", "other", "request")
        sources = {**inputs.sources, "request": plan.sources.get("request", ()) if plan else ()}
        live = self._live_need()
        at: dict[str, str] = {}
        for row, name in enumerate(names, start=2):
            put_text(sheet.cell(row, 1), tr(f"finance.tools.{name}"))
            cell = sheet.cell(row, 2)
            value = plan.request if plan and name == "request" else getattr(inputs, name) or Decimal(0)
            put_input(cell, live.get(name, value), _PERCENT if name in ("margin", "growth") else _MONEY)
            put_comment(cell, [self._source(c) for c in dict.fromkeys(sources.get(name, ()))])
            at[name] = f"B{row}"
        row = len(names) + 3
        days = []
        for name in _BALANCES:
            flow = at["revenue"] if name in ("receivables", "advances") else at["cost"]
            self._line(sheet, row, f"days_{name}", f"=IF({flow}>0,360*{at[name]}/{flow},0)", "0.00")
            days.append(f"B{row}")
            row += 1
        total = f"({days[0]}+{days[1]}-{days[2]}+{days[3]}-{days[4]})"
        self._line(sheet, row, "turns", f'=IF({total}>0,360/{total},"—")', "0.0000")
        revenue = f"{at['revenue']}*(1-{at['margin']})*(1+{at['growth']})"
        self._line(sheet, row + 1, "need", f'=IF(ISNUMBER(B{row}),{revenue}/B{row},"—")', _MONEY)
        room = f"B{row + 1}-{at['own']}-{at['loans']}-{at['other']}"
        self._line(sheet, row + 2, "additional", f'=IF(ISNUMBER(B{row + 1}),{room},"—")', _MONEY)
        gap = f"{at['request']}-MAX(B{row + 2},0)"
        self._line(sheet, row + 3, "gap", f'=IF(ISNUMBER(B{row + 2}),{gap},"—")', _MONEY)
        put_text(sheet.cell(row + 5, 1), tr("finance.source.need"))
        self._finish(sheet, row + 3, 3)
        sheet.column_dimensions["C"].width = 52

    def stress(self, statements: Sequence[Statement]) -> None:
        """Stress under four shocks, and the break-even of debt service."""
        base = stress_base(statements)
        if base is None:
            return
        sheet = self._workbook.create_sheet(tr("finance.book.stress"))
        head(sheet, 1, [tr("finance.book.item"), tr("finance.book.value")])
        names = ("revenue", "variable_cost", "fixed", "debt", "rate", "principal", "collection_days", "tax_rate")
        live = self._live_stress()
        at: dict[str, str] = {}
        for row, name in enumerate(names, start=2):
            put_text(sheet.cell(row, 1), tr(f"finance.tools.stress_{name}"))
            form = _PERCENT if name in ("rate", "tax_rate") else "0.00" if name == "collection_days" else _MONEY
            put_input(sheet.cell(row, 2), live.get(name, getattr(base, name)), form)
            put_comment(sheet.cell(row, 2), [self._source(c) for c in dict.fromkeys(base.sources.get(name, ()))])
            at[name] = f"$B${row}"
        row = len(names) + 3
        shocks = default_shocks()
        head(sheet, row, [tr("finance.tools.shock"), *(s.name for s in shocks)])
        labels = ("d_revenue", "d_margin", "d_rate", "d_days")
        results = ("s_revenue", "s_ebitda", "s_interest", "s_tied", "s_tax", "s_cash", "s_cover", "s_dscr")
        for offset, key in enumerate((*labels, *results), start=1):
            put_text(sheet.cell(row + offset, 1), tr(f"finance.tools.{key}"))
        for column, shock in enumerate(shocks, start=2):
            given = (shock.revenue, shock.margin, shock.rate, shock.days)
            for offset, (value, form) in enumerate(zip(given, _given_forms(), strict=True), start=1):
                put_input(sheet.cell(row + offset, column), value * 100 if form == format_of(POINTS) else value, form)
            _stressed(sheet, row, column, at)
        row += len(labels) + len(results) + 2
        contribution = f"(({at['revenue']}-{at['variable_cost']})/{at['revenue']})"
        due = f"({at['fixed']}+{at['debt']}*{at['rate']}+{at['principal']}/(1-{at['tax_rate']}))"
        self._line(sheet, row, "break_even", f'=IF({contribution}>0,{due}/{contribution},"—")', _MONEY)
        self._line(sheet, row + 1, "safety", f'=IF(ISNUMBER(B{row}),1-B{row}/{at["revenue"]},"—")', _PERCENT)
        self._finish(sheet, row + 1, 1 + len(shocks))

    def _live_need(self) -> dict[str, str]:
        """Formulas of the need's inputs over the statements; those left out are written as values."""
        book, year, cells = self._book, self._book.latest, self._cells

        def average(names: Sequence[str]) -> str:
            now, then = (cells.total(book, names, year, which) for which in ("", "prior"))
            return f"=({now or 0}+{then})/2" if then else f"={now or 0}"

        makers: dict[str, Callable[[], str]] = {
            "revenue": lambda: f"={cells.refer('营业收入', '', year)}",
            "cost": lambda: f"={cells.refer('营业成本', '', year)}",
            "margin": lambda: f"={cells.refer('利润总额', '', year)}/{cells.refer('营业收入', '', year)}",
            "own": lambda: "=MAX({}+{}-({}),0)".format(*(cells.total(book, (n,), year) or "0" for n in OWN_LINES)),
            "loans": lambda: f"={cells.total(book, NEED_LINES['loans'], year) or 0}",
        }
        makers |= {name: lambda name=name: average(NEED_LINES[name]) for name in _BALANCES}  # type: ignore[misc]
        return _made(makers)

    def _live_stress(self) -> dict[str, str]:
        """Formulas of the base of the stress test over the statements."""
        book, year, cells = self._book, self._book.latest, self._cells

        def total(key: str) -> str:
            return cells.total(book, STRESS_LINES[key], year) or "0"

        makers: dict[str, Callable[[], str]] = {
            name: lambda name=name: f"={total(name)}"  # type: ignore[misc]
            for name in ("revenue", "variable_cost", "fixed", "debt", "principal")
        }
        makers["rate"] = lambda: f"=IF(({total('debt')})=0,0,({total('interest')})/({total('debt')}))"
        makers["collection_days"] = lambda: f"=360*({total('receivables')})/({total('revenue')})"
        return _made(makers)

    @staticmethod
    def _line(sheet: Worksheet, row: int, key: str, formula: str, form: str) -> None:
        put_text(sheet.cell(row, 1), tr(f"finance.tools.{key}"))
        sheet.cell(row, 2).value = formula
        sheet.cell(row, 2).number_format = form
        put_text(sheet.cell(row, 3), tr(f"finance.tools.how_{key}"))
        sheet.cell(row, 3).alignment = Alignment(indent=1)

    @staticmethod
    def _finish(sheet: Worksheet, rows: int, columns: int) -> None:
        for row in range(2, rows + 1):
            underline(sheet, row, columns)
        widths(sheet, [40, *[22] * max(columns - 1, 1)])
        sheet.freeze_panes = "B2"


def _made(makers: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """What each maker gives; one that finds no cell is left out."""
    found = {}
    for name, make in makers.items():
        try:
            found[name] = make()
        except KeyError:
            continue
    return found


def _given_forms() -> tuple[str, str, str, str]:
    """How shocks are written: revenue in per cent, margin and rate in points of them, days."""
    return _PERCENT, format_of(POINTS), format_of(POINTS), "0"


def _stressed(sheet: Worksheet, row: int, column: int, at: dict[str, str]) -> None:
    """One scenario's column: revenue, EBITDA, interest, money tied up, tax, cash, cover, DSCR."""

    def cell(offset: int) -> str:
        return str(sheet.cell(row + offset, column).coordinate)

    contribution = f"(({at['revenue']}-{at['variable_cost']})/{at['revenue']})"
    formulas = (
        (f"={at['revenue']}*(1+{cell(1)})", _MONEY),
        (f"={cell(5)}*({contribution}+{cell(2)}/100)-{at['fixed']}", _MONEY),
        (f"={at['debt']}*({at['rate']}+{cell(3)}/100)", _MONEY),
        (f"={cell(5)}*({at['collection_days']}+{cell(4)})/360-{at['revenue']}*{at['collection_days']}/360", _MONEY),
        (f"=MAX({cell(6)}-{cell(7)},0)*{at['tax_rate']}", _MONEY),
        (f"={cell(6)}-{cell(9)}-{cell(8)}", _MONEY),
        (f'=IF({cell(7)}>0,{cell(6)}/{cell(7)},"—")', "0.00"),
        (f'=IF({at["principal"]}+{cell(7)}>0,{cell(10)}/({at["principal"]}+{cell(7)}),"—")', "0.00"),
    )
    for offset, (formula, form) in enumerate(formulas, start=5):
        sheet.cell(row + offset, column).value = formula
        sheet.cell(row + offset, column).number_format = form
