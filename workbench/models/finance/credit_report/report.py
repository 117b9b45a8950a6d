"""A credit report's fields, each with the place it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from workbench.models.evidence.claim import Citation

ReportKind = Literal["corporate", "personal"]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True)
class Debt:
    """A loan, card or credit. Money in yuan, None where nothing is printed; ``settled`` when paid off."""

    lender: str
    product: str
    amount: Decimal | None
    balance: Decimal | None
    opened: date | None
    due: date | None
    five_class: str
    overdue: Decimal | None
    overdue_months: int | None
    settled: bool
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "lender": self.lender,
            "product": self.product,
            "amount": _text(self.amount),
            "balance": _text(self.balance),
            "opened": _day(self.opened),
            "due": _day(self.due),
            "class": self.five_class,
            "overdue": _text(self.overdue),
            "overdue_months": self.overdue_months,
            "settled": self.settled,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A debt of somebody else (``debtor``) the subject answers for."""

    debtor: str
    lender: str
    amount: Decimal | None
    balance: Decimal | None
    five_class: str
    due: date | None
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "debtor": self.debtor,
            "lender": self.lender,
            "amount": _text(self.amount),
            "balance": _text(self.balance),
            "class": self.five_class,
            "due": _day(self.due),
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Somebody asked for the report. ``hunting``: because credit was applied for."""

    day: date
    by: str
    reason: str
    hunting: bool
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """Everything."""
        return {
            "date": self.day.isoformat(),
            "by": self.by,
            "reason": self.reason,
            "hunting": self.hunting,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of the report's own summary: yuan for amounts, a plain number for counts."""

    value: Decimal
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """Value and citation."""
        return {"value": format(self.value, "f"), "citation": self.citation.to_json()}


@dataclass(frozen=True, slots=True)
class CreditReport:
    """A report. ``told`` holds the summary's own figures by name: ``borrowing``, ``guarantees``, ``attention``,
    ``bad``, ``overdue``, ``lenders``, ``outstanding``, ``settled``, ``overdue_months`` …
    """

    document: str
    kind: ReportKind
    subject: str
    code: str
    number: str
    made: date | None
    debts: tuple[Debt, ...]
    guarantees: tuple[Guarantee, ...]
    enquiries: tuple[Enquiry, ...]
    told: Mapping[str, Told]

    @property
    def outstanding(self) -> tuple[Debt, ...]:
        """Debts not settled."""
        return tuple(d for d in self.debts if not d.settled)

    @property
    def settled(self) -> tuple[Debt, ...]:
        """Debts paid off."""
        return tuple(d for d in self.debts if d.settled)

    def total(self, name: str) -> Decimal | None:
        """``borrowing``, ``overdue`` or ``guarantees``: the summary's figure, else the sum of the lines."""
        told = self.told.get(name)
        if told is not None:
            return told.value
        match name:
            case "borrowing":
                values = [d.balance for d in self.outstanding]
            case "overdue":
                values = [d.overdue for d in self.outstanding]
            case "guarantees":
                values = [g.balance if g.balance is not None else g.amount for g in self.guarantees]
            case _:
                values = []
        known = [v for v in values if v is not None]
        return sum(known, Decimal(0)) if known else None

    def disagreements(self) -> tuple[tuple[str, Decimal, Decimal], ...]:
        """Where the summary and the sum of the lines differ: name, told, summed. For a reader to look at."""
        found = []
        lines = CreditReport(
            self.document,
            self.kind,
            self.subject,
            self.code,
            self.number,
            self.made,
            self.debts,
            self.guarantees,
            (),
            {},
        )
        for name in ("borrowing", "overdue", "guarantees"):
            told, summed = self.told.get(name), lines.total(name)
            if told is not None and summed is not None and told.value != summed:
                found.append((name, told.value, summed))
        return tuple(found)

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "document": self.document,
            "kind": self.kind,
            "subject": self.subject,
            "code": self.code,
            "number": self.number,
            "made": _day(self.made),
            "debts": [d.to_json() for d in self.debts],
            "guarantees": [g.to_json() for g in self.guarantees],
            "enquiries": [e.to_json() for e in self.enquiries],
            "told": {name: told.to_json() for name, told in self.told.items()},
        }
