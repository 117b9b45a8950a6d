"""A check of the statements, told as a value."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.models.evidence.claim import Citation
from workbench.models.finance.statement import Scope


@dataclass(frozen=True, slots=True)
class Check:
    """``expected`` is the right side of the identity, ``found`` the printed left side; both in yuan.

    ``note`` says of a gap what it looks like: one line dropped, a sign turned, digits swapped.
    """

    id: str
    name: str
    ok: bool
    expected: Decimal
    found: Decimal
    citations: tuple[Citation, ...]
    document: str
    scope: Scope
    period: str
    formula: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{name, ok, expected, found, citations}`` and where it applies."""
        return {
            "id": self.id,
            "name": self.name,
            "ok": self.ok,
            "expected": format(self.expected, "f"),
            "found": format(self.found, "f"),
            "citations": [c.to_json() for c in self.citations],
            "document": self.document,
            "scope": self.scope,
            "period": self.period,
            "formula": self.formula,
            "note": self.note,
        }
