"""Statements as found in documents: a column of one table is one statement of one period."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from workbench.models.evidence.anchor import Anchor
from workbench.models.evidence.claim import Citation
from workbench.models.finance.accounts import StatementKind

Scope = Literal["consolidated", "parent"]


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line in one column. ``value`` in yuan; None where nothing is printed, which is not zero.

    ``anchor`` is the figure's own place (the name's where it is blank); ``citation`` quotes the row up to
    the figure. ``quantum`` is the worth in yuan of one in the last printed digit. ``part`` lines stand
    inside another line; ``caption`` lines carry no figures in any column.
    """

    name: str
    canonical: str | None
    value: Decimal | None
    anchor: Anchor
    citation: Citation
    quantum: Decimal = Decimal("0.01")
    part: bool = False
    caption: bool = False

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{name, canonical, value, anchor}``."""
        value = None if self.value is None else format(self.value, "f")
        return {"name": self.name, "canonical": self.canonical, "value": value, "anchor": self.anchor.to_json()}


@dataclass(frozen=True, slots=True)
class Statement:
    """``period`` is the closing date of a balance sheet, or the year (an interim's closing date) of flows.

    ``comparative`` marks the column of the earlier period. ``currency`` is told where it is not the yuan: then
    values are in that currency, for nothing is converted.
    """

    document: str
    company: str
    kind: StatementKind
    scope: Scope
    period: str
    items: tuple[LineItem, ...]
    comparative: bool = False
    currency: str = ""

    @property
    def year(self) -> str:
        """The period by which balance and flows meet: the year, or the closing date within a year."""
        return self.period[:4] if self.period.endswith("-12-31") else self.period

    def item(self, canonical: str) -> LineItem | None:
        """The first line of that canonical name that carries a figure, else the first there is."""
        found = [i for i in self.items if i.canonical == canonical]
        return next((i for i in found if i.value is not None), found[0] if found else None)

    def to_json(self) -> dict[str, Any]:
        """The contract's statement."""
        return {
            "document": self.document,
            "company": self.company,
            "kind": self.kind,
            "scope": self.scope,
            "period": self.period,
            "comparative": self.comparative,
            **({"currency": self.currency} if self.currency else {}),
            "items": [i.to_json() for i in self.items if not i.caption],
        }
