"""Income and spending by party and month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.models.finance.ledger.entry import Entry, Ledger

_NOT_TRADE = ("loan", "repayment", "interest", "deposit", "capital", "refund", "securities", "bill", "fee")


@dataclass(frozen=True, slots=True)
class Party:
    """What came from and went to one party. Shares are of all income and all spending (fractions)."""

    name: str
    income: Decimal
    spending: Decimal
    received: int
    paid: int
    income_share: Decimal
    spending_share: Decimal

    @property
    def net(self) -> Decimal:
        """Income less spending."""
        return self.income - self.spending

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "name": self.name,
            "income": format(self.income, "f"),
            "spending": format(self.spending, "f"),
            "received": self.received,
            "paid": self.paid,
            "income_share": format(self.income_share, ".4f"),
            "spending_share": format(self.spending_share, ".4f"),
        }


@dataclass(frozen=True, slots=True)
class Month:
    """Sums of one month (``2024-03``); ``sales`` is income that is neither loan, capital nor own money."""

    month: str
    income: Decimal
    spending: Decimal
    sales: Decimal
    count: int

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "month": self.month,
            "income": format(self.income, "f"),
            "spending": format(self.spending, "f"),
            "sales": format(self.sales, "f"),
            "count": self.count,
        }


def income_of(entries: Iterable[Entry]) -> Decimal:
    """All that came in."""
    return sum((e.amount for e in entries if e.amount > 0), Decimal(0))


def spending_of(entries: Iterable[Entry]) -> Decimal:
    """All that went out, without its sign."""
    return -sum((e.amount for e in entries if e.amount < 0), Decimal(0))


def is_trade(entry: Entry, own: Sequence[str] = ()) -> bool:
    """Whether a payment may be trade: no loan, interest, deposit, capital, and no other account of the same holder."""
    return entry.kind not in _NOT_TRADE and not (entry.party and entry.party in own)


def by_party(ledger: Ledger) -> tuple[Party, ...]:
    """Every counterparty, the largest turnover first; payments without one are gathered under an empty name."""
    groups: dict[str, list[Entry]] = {}
    for entry in ledger.entries:
        groups.setdefault(entry.party, []).append(entry)
    income, spending = income_of(ledger.entries) or Decimal(1), spending_of(ledger.entries) or Decimal(1)
    parties = [
        Party(
            name,
            income_of(group),
            spending_of(group),
            sum(e.amount > 0 for e in group),
            sum(e.amount < 0 for e in group),
            income_of(group) / income,
            spending_of(group) / spending,
        )
        for name, group in groups.items()
    ]
    return tuple(sorted(parties, key=lambda p: -(p.income + p.spending)))


def largest_parties(ledger: Ledger, count: int = 5) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """The largest payers and the largest payees with a name."""
    parties = [p for p in by_party(ledger) if p.name]
    payers = sorted((p for p in parties if p.income), key=lambda p: -p.income)
    payees = sorted((p for p in parties if p.spending), key=lambda p: -p.spending)
    return tuple(payers[:count]), tuple(payees[:count])


def by_month(ledger: Ledger) -> tuple[Month, ...]:
    """Every month with a payment, in order."""
    groups: dict[str, list[Entry]] = {}
    for entry in ledger.entries:
        groups.setdefault(entry.day.isoformat()[:7], []).append(entry)
    own = ledger.holders
    return tuple(
        Month(
            month,
            income_of(group),
            spending_of(group),
            income_of(e for e in group if is_trade(e, own)),
            len(group),
        )
        for month, group in sorted(groups.items())
    )
