"""The projection of repayment and the comparison with peers in the finance workbook."""

from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import term, tr
from workbench.models.evidence import Citation
from workbench.models.finance.analysis import Peer
from workbench.models.finance.plan import YEARS, Plan, plan_lines
from workbench.models.writing.export.workbook_finance_cells import Cells
from workbench.models.writing.export.workbook_parts import (
    FORMATS,
    finish,
    head,
    put_comment,
    put_input,
    put_text,
    underline,
    widths,
)

_MONEY, _PERCENT = FORMATS["元"], "0.00%"
_ROWS = ("principal", "operating", "capex", "interest", "other", "closing", "dscr")


def write_repayment(workbook: Workbook, plan: Plan, cells: Cells, source: Callable[[Citation], str]) -> None:
    """What there is to repay with and what is due, year by year, over inputs that may be changed."""
    sheet = workbook.create_sheet(tr("finance.book.repayment"))
    head(sheet, 1, [tr("finance.book.item"), tr("finance.book.value")])
    given, lines = plan.inputs, plan_lines()
    values = (
        ("cash", given.cash, _MONEY),
        ("operating_cash", given.operating_cash, _MONEY),
        ("growth", given.growth, _PERCENT),
        ("capex", given.capex[0], _MONEY),
        ("request", plan.request, _MONEY),
        ("rate", given.rate, _PERCENT),
        ("other_debt", given.other_debt[0], _MONEY),
        ("renewed", given.renewed, _PERCENT),
    )
    at: dict[str, str] = {}
    for row, (name, value, form) in enumerate(values, start=2):
        put_text(sheet.cell(row, 1), tr(f"finance.tools.r_{name}"))
        place = cells.get(lines.get(name, ""), plan.year)
        put_input(sheet.cell(row, 2), f"={place}" if place else value, form)
        put_comment(sheet.cell(row, 2), [source(c) for c in dict.fromkeys(plan.sources.get(name, ()))])
        at[name] = f"$B${row}"
    row = len(values) + 3
    head(sheet, row, [tr("finance.book.period"), *(tr("finance.tools.r_year", number=n) for n in range(1, YEARS + 1))])
    for offset, name in enumerate(_ROWS, start=1):
        put_text(sheet.cell(row + offset, 1), tr(f"finance.tools.r_{name}"))
    for number in range(YEARS):
        _year(sheet, row, number, at)
    put_text(sheet.cell(row + len(_ROWS) + 2, 1), tr("finance.book.repayment_source"))
    finish(sheet, row + len(_ROWS), 1 + YEARS)


def _year(sheet: Worksheet, row: int, number: int, at: dict[str, str]) -> None:
    """One year's column."""
    column = number + 2

    def cell(name: str, back: int = 0) -> str:
        return str(sheet.cell(row + 1 + _ROWS.index(name), column - back).coordinate)

    first = number == 0
    before = "" if first else f"-SUM($B{row + 1}:{cell('principal', 1)})"
    due = f"({cell('principal')}+{cell('interest')}+{cell('other')})"
    free = f"({cell('operating')}-{cell('capex')})"
    formulas = {
        "principal": f"={at['request']}/{YEARS}",
        "operating": f"={at['operating_cash'] if first else cell('operating', 1)}*(1+{at['growth']})",
        "capex": f"={at['capex']}",
        "interest": f"=({at['request']}{before})*{at['rate']}",
        "other": f"={at['other_debt']}*(1-{at['renewed']})" if first else "=0",
        "closing": f"={at['cash'] if first else cell('closing', 1)}+{free}-{due}",
        "dscr": f'=IF({due}>0,{free}/{due},"—")',
    }
    for name, formula in formulas.items():
        target = sheet[cell(name)]
        if name in ("principal", "capex", "other"):
            put_input(target, formula, _MONEY)
        else:
            target.value = formula
            target.number_format = "0.00" if name == "dscr" else _MONEY


def write_peers(workbook: Workbook, peers: Sequence[Peer]) -> None:
    """Named ratios of every company of the case for one period, with their median; nothing for no peers."""
    if not peers:
        return
    sheet = workbook.create_sheet(tr("finance.book.peers"))
    companies = list(dict.fromkeys(name for peer in peers for name in peer.values))
    titles = (tr("finance.book.item"), tr("finance.book.unit"), *companies, tr("finance.book.median"))
    head(sheet, 1, titles)
    last = 2 + len(companies)
    for row, peer in enumerate(peers, start=2):
        put_text(sheet.cell(row, 1), term(peer.name))
        put_text(sheet.cell(row, 2), term(peer.unit))
        for column, company in enumerate(companies, start=3):
            ratio = peer.values.get(company)
            if ratio is not None and ratio.value is not None:
                sheet.cell(row, column).value = ratio.value
                sheet.cell(row, column).number_format = FORMATS.get(peer.unit, "0.00")
                put_comment(sheet.cell(row, column), [ratio.formula])
        span = f"{sheet.cell(row, 3).coordinate}:{sheet.cell(row, last).coordinate}"
        sheet.cell(row, last + 1).value = f'=IF(COUNT({span})>0,MEDIAN({span}),"—")'
        sheet.cell(row, last + 1).number_format = FORMATS.get(peer.unit, "0.00")
        underline(sheet, row, last + 1)
    put_text(sheet.cell(len(peers) + 3, 1), tr("finance.book.peers_period", period=peers[0].period))
    widths(sheet, [26, 8, *[24] * len(companies), 14])
    sheet.freeze_panes = "C2"
