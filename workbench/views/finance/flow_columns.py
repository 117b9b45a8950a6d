"""The columns of a ledger, its parties and its months."""

from collections.abc import Callable, Sequence
from typing import Any

from workbench.i18n import tr
from workbench.models.evidence import Claim, Status
from workbench.models.finance.ledger import Month, Party
from workbench.models.finance.ledger.entry import Entry, Ledger
from workbench.views.finance.grid import Column
from workbench.views.finance.words import NOTHING, amount, share


def entry_columns(ledger: Ledger) -> list[Column]:
    """Day, party, in, out, balance, what for, and the account where there are several."""
    broken = {row.citation for account in ledger.accounts for row in account.breaks}

    def ground(entry: Entry) -> str | None:
        return "unproven_soft" if entry.citation in broken else None

    def balance(entry: Entry) -> str:
        mark = "✗ " if entry.citation in broken else ""
        return f"{mark}{amount(entry.balance)}"

    columns = [
        _of_entry("party", lambda e: e.party or NOTHING, 24, lambda e: e.party, tip=lambda e: e.party, said=_said),
        _of_entry("day", lambda e: e.day.isoformat(), 10, lambda e: e.day),
        _flow("income", 1, ink=lambda _e: "traced"),
        _flow("spending", -1),
        _of_entry("balance", balance, 15, _by_balance, figure=True, ground=ground),
        _of_entry("summary", lambda e: e.summary, 16, lambda e: e.summary, tip=lambda e: e.summary),
    ]
    if len(ledger.accounts) > 1:
        words = [(a.bank or a.number or str(n + 1))[-12:] for n, a in enumerate(ledger.accounts)]
        columns.append(_of_entry("account", lambda e: words[e.account], 14, lambda e: e.account))
    return columns


def _of_entry(name: str, cell: Callable[[Entry], str], width: int, sort: Callable[[Entry], Any], **how: Any) -> Column:
    """A column whose cells are proven by the entry's own row."""
    return Column(tr(f"finance_pane.{name}"), cell, width=width, claim=_claim, sort=sort, **how)


def _flow(name: str, sign: int, **how: Any) -> Column:
    """What came in (``sign`` 1) or went out (-1), as amounts above zero."""
    return _of_entry(
        name,
        lambda e: amount(sign * e.amount) if sign * e.amount > 0 else "",
        14,
        lambda e: sign * e.amount,
        figure=True,
        number=lambda e: sign * e.amount if sign * e.amount > 0 else None,
        **how,
    )


def _by_balance(entry: Entry) -> tuple[bool, Any]:
    """Rows without a balance before all others."""
    return entry.balance is not None, entry.balance or 0


def party_columns() -> list[Column]:
    """A party a row: what came from it and went to it."""
    return [
        Column(
            tr("finance_pane.party"),
            lambda p: p.name or tr("finance_pane.no_party"),
            width=24,
            tip=lambda p: p.name,
            said=_party_said,
            sort=lambda p: p.name,
        ),
        _money("finance_pane.income", "income"),
        _part("income_share"),
        _money("finance_pane.spending", "spending"),
        _part("spending_share"),
        _money("finance_pane.net", "net"),
        Column(
            tr("finance_pane.times"),
            lambda p: f"{p.received + p.paid:,}",
            figure=True,
            width=6,
            sort=lambda p: p.received + p.paid,
        ),
    ]


def month_columns(months: Sequence[Month]) -> list[Column]:
    """A month a row, with a bar for what came in."""
    most = max((max(m.income, m.spending) for m in months), default=0) or 1

    def bar(month: Month) -> str:
        return "▇" * round(12 * month.income / most)

    return [
        Column(tr("finance_pane.month"), lambda m: m.month, width=10, sort=lambda m: m.month),
        _money("finance_pane.income", "income"),
        _money("finance_pane.sales", "sales"),
        _money("finance_pane.spending", "spending"),
        Column(
            tr("finance_pane.net"),
            lambda m: amount(m.income - m.spending),
            figure=True,
            width=15,
            number=lambda m: m.income - m.spending,
            sort=lambda m: m.income - m.spending,
        ),
        Column(tr("finance_pane.times"), lambda m: f"{m.count:,}", figure=True, width=6, sort=lambda m: m.count),
        Column(tr("finance_pane.income"), bar, width=14, ink=lambda _m: "computed", said=lambda _m: "", copied=False),
    ]


def _money(key: str, name: str) -> Column:
    return Column(
        tr(key),
        lambda row: amount(value) if (value := getattr(row, name)) else NOTHING,
        figure=True,
        width=15,
        number=lambda row: getattr(row, name),
        sort=lambda row: getattr(row, name),
    )


def _part(name: str) -> Column:
    return Column(
        tr("finance_pane.share_head"),
        lambda p: share(value) if (value := getattr(p, name)) else NOTHING,
        figure=True,
        width=7,
        ink=lambda _p: "muted",
        sort=lambda p: getattr(p, name),
    )


def _party_said(party: Party) -> str:
    name = party.name or tr("finance_pane.no_party")
    return tr("finance_pane.party_said", name=name, income=amount(party.income), spending=amount(party.spending))


def _said(entry: Entry) -> str:
    return f"{entry.day.isoformat()} {entry.party} {amount(entry.amount)} {entry.summary}".strip()


def _claim(entry: Entry) -> Claim:
    return Claim(_said(entry), Status.TRACED, (entry.citation,))
