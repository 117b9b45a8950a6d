"""The columns of a ledger, its parties and its months."""

from collections.abc import Sequence

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
        Column(
            tr("finance_pane.party"),
            lambda e: e.party or NOTHING,
            width=24,
            claim=_claim,
            tip=lambda e: e.party,
            said=_said,
            sort=lambda e: e.party,
        ),
        Column(tr("finance_pane.day"), lambda e: e.day.isoformat(), width=10, claim=_claim, sort=lambda e: e.day),
        Column(
            tr("finance_pane.income"),
            lambda e: amount(e.amount) if e.amount > 0 else "",
            figure=True,
            width=14,
            claim=_claim,
            number=lambda e: e.amount if e.amount > 0 else None,
            ink=lambda _e: "traced",
            sort=lambda e: e.amount,
        ),
        Column(
            tr("finance_pane.spending"),
            lambda e: amount(-e.amount) if e.amount < 0 else "",
            figure=True,
            width=14,
            claim=_claim,
            number=lambda e: -e.amount if e.amount < 0 else None,
            sort=lambda e: -e.amount,
        ),
        Column(
            tr("finance_pane.balance"),
            balance,
            figure=True,
            width=15,
            claim=_claim,
            ground=ground,
            sort=lambda e: (e.balance is not None, e.balance or 0),
        ),
        Column(
            tr("finance_pane.summary"),
            lambda e: e.summary,
            width=16,
            claim=_claim,
            tip=lambda e: e.summary,
            sort=lambda e: e.summary,
        ),
    ]
    if len(ledger.accounts) > 1:
        words = [(a.bank or a.number or str(n + 1))[-12:] for n, a in enumerate(ledger.accounts)]
        columns.append(
            Column(
                tr("finance_pane.account"),
                lambda e: words[e.account],
                width=14,
                claim=_claim,
                sort=lambda e: e.account,
            )
        )
    return columns


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
