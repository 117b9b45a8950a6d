"""Payments of bank accounts, each with the row it was read from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workbench.models.evidence.claim import Citation
from workbench.models.finance.ledger.balance import Break


@dataclass(frozen=True, slots=True)
class Entry:
    """A payment. ``amount`` in yuan, positive when it came in, negative when it went out.

    ``balance`` is the printed balance after it, or None. ``kind`` is a kind of ``flows.toml`` (``loan``,
    ``wages``, ``sales`` …) or empty. ``account`` is the place of its account in :attr:`Ledger.accounts`.
    """

    day: date
    amount: Decimal
    balance: Decimal | None
    party: str
    summary: str
    kind: str
    account: int
    citation: Citation
    party_account: str = ""

    @property
    def size(self) -> Decimal:
        """The amount without its sign."""
        return abs(self.amount)

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "date": self.day.isoformat(),
            "amount": format(self.amount, "f"),
            "balance": None if self.balance is None else format(self.balance, "f"),
            "party": self.party,
            "summary": self.summary,
            "kind": self.kind,
            "account": self.account,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Account:
    """An account as one paper shows it. ``breaks`` are rows whose balance does not follow from the row before.

    ``checked`` counts rows whose balance could be checked.
    """

    document: str
    holder: str
    number: str
    bank: str
    currency: str
    opening: Decimal | None
    breaks: tuple[Break, ...]
    checked: int

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "document": self.document,
            "holder": self.holder,
            "number": self.number,
            "bank": self.bank,
            "currency": self.currency,
            "opening": None if self.opening is None else format(self.opening, "f"),
            "checked": self.checked,
            "breaks": [b.to_json() for b in self.breaks],
        }


@dataclass(frozen=True, slots=True)
class Ledger:
    """All payments of all accounts, by day; rows that could not be read are counted in ``skipped``."""

    accounts: tuple[Account, ...]
    entries: tuple[Entry, ...]
    skipped: int = 0

    @property
    def holders(self) -> tuple[str, ...]:
        """Names of those the accounts belong to."""
        return tuple(dict.fromkeys(a.holder for a in self.accounts if a.holder))

    @property
    def first(self) -> date | None:
        """The first day with a payment."""
        return self.entries[0].day if self.entries else None

    @property
    def last(self) -> date | None:
        """The last day with a payment."""
        return self.entries[-1].day if self.entries else None

    def to_json(self) -> dict[str, Any]:
        """Accounts and entries."""
        return {
            "accounts": [a.to_json() for a in self.accounts],
            "entries": [e.to_json() for e in self.entries],
            "skipped": self.skipped,
        }
