"""The columns of a statement and of its checks."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from workbench.i18n import tr
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.finance import Check
from workbench.views.finance.grid import Column
from workbench.views.finance.statement_table import StatementRow, StatementTable
from workbench.views.finance.words import NOTHING, Unit, amount, change, share, unit_name

HOLDS, FAILS = "✓", "✗"
_INDENT = "\u3000"


def columns_of(table: StatementTable, unit: Unit, *, shares: bool, growth: bool) -> list[Column]:
    """The name, a check mark, then for each period the figure and what is asked for beside it."""
    columns = [
        Column(tr("finance_pane.item"), _name, width=30, tip=_whole_name, ink=_name_ink, said=_name_said),
        Column("", _mark, width=1, tip=_mark_words, ink=_mark_ink, said=_mark_words),
    ]
    for period in table.periods:
        columns.append(_figures(period, unit))
        if shares:
            columns.append(_beside("finance_pane.share_head", partial(_share, table, period), 7))
        if growth:
            columns.append(_beside("finance_pane.growth_head", partial(_change, period), 9))
    return columns


def check_columns(table: StatementTable, said: Callable[[Decimal], str]) -> list[Column]:
    """A check a row: whether it holds, what it says, and by how much it fails."""
    names = {cited: table.rows[row].shown for cited, (row, _) in table.places.items()}

    def cells(check: Check) -> str:
        return tr("finance_pane.joiner").join(dict.fromkeys(names[c] for c in check.citations if c in names))

    return [
        Column(tr("finance_pane.check"), lambda c: c.name, width=26, claim=check_claim, tip=cells, said=check_said),
        Column("", lambda c: HOLDS if c.ok else FAILS, width=1, claim=check_claim, ink=_result_ink, said=check_said),
        Column(tr("finance_pane.period"), lambda c: c.period, width=10, claim=check_claim),
        Column(
            tr("finance_pane.gap"),
            lambda c: said(c.found - c.expected) if not c.ok else NOTHING,
            figure=True,
            width=15,
            claim=check_claim,
            ink=lambda c: "muted" if c.ok else "unproven",
        ),
        Column(tr("finance_pane.note"), lambda c: c.note or cells(c), width=30, claim=check_claim, tip=cells),
    ]


def check_claim(check: Check) -> Claim:
    """A check with its computation and the cells it names."""
    status = Status.COMPUTED if check.ok else Status.CONFLICT
    return Claim(check_said(check), status, check.citations, Computation(check.formula or check.name, check.citations))


def check_said(check: Check) -> str:
    """A check in a sentence."""
    key = "finance_pane.check_holds" if check.ok else "finance_pane.check_fails"
    found, expected = amount(check.found), amount(check.expected)
    return tr(key, name=check.name, period=check.period, found=found, expected=expected)


def _result_ink(check: Check) -> str:
    return "traced" if check.ok else "unproven"


def _name(row: StatementRow) -> str:
    return f"{_INDENT}{row.shown}" if row.part else row.shown


def _whole_name(row: StatementRow) -> str:
    if row.caption:
        return row.name
    return f"{row.name}\n{row.canonical or tr('finance_pane.unmapped_row')}"


def _name_ink(row: StatementRow) -> str | None:
    return "muted" if row.canonical is None and not row.caption else None


def _name_said(row: StatementRow) -> str:
    return f"{row.shown} {_mark_words(row)}"


def _mark(row: StatementRow) -> str:
    if not row.checks:
        return FAILS if row.doubtful else ""
    return FAILS if row.fails or row.doubtful else HOLDS


def _mark_ink(row: StatementRow) -> str:
    return "unproven" if row.fails or row.doubtful else "traced"


def _mark_words(row: StatementRow) -> str:
    if row.checks:
        return "\n".join(check_said(check) for check in sorted(row.checks, key=lambda c: c.ok))
    return tr("finance_pane.in_doubt") if row.doubtful else ""


def _figures(period: str, unit: Unit) -> Column:
    return Column(
        tr("finance_pane.period_head", period=period, unit=unit_name(unit)),
        partial(_cell, period, unit),
        figure=True,
        width=18 if unit == "yuan" else 13,
        claim=partial(_claim, period),
        number=lambda row: row.value(period),
        ink=partial(_ink, period),
        ground=lambda row: "unproven_soft" if period in row.doubtful else None,
        said=lambda row: f"{row.shown} {period} {_cell(period, unit, row)}",
    )


def _cell(period: str, unit: Unit, row: StatementRow) -> str:
    return "" if row.caption else amount(row.value(period), unit)


def _ink(period: str, row: StatementRow) -> str | None:
    if period in row.doubtful:
        return "unproven"
    return "muted" if row.value(period) is None else None


def _claim(period: str, row: StatementRow) -> Claim | None:
    cell = row.cells.get(period)
    if cell is None or cell.caption or cell.value is None:
        return None
    status = Status.CONFLICT if period in row.doubtful else Status.TRACED
    return Claim(f"{row.shown} {period} {amount(cell.value)}", status, (cell.citation,))


def _beside(key: str, text: Callable[[StatementRow], str], width: int) -> Column:
    return Column(tr(key), text, figure=True, width=width, ink=lambda _row: "muted")


def _share(table: StatementTable, period: str, row: StatementRow) -> str:
    return "" if row.caption else share(table.share(row, period))


def _change(period: str, row: StatementRow) -> str:
    return "" if row.caption else change(row.change(period))
