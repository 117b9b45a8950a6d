"""A named value a draft may speak of, with what proves it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.models.evidence.claim import Citation, Claim, Computation, Status


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of one period, ready to be set into a sentence or a table.

    ``key`` names it uniquely in its case: ``资产总计@2023``, ``流动比率@2023``; the parent company's own
    figures carry ``资产总计(母公司)@2023``. ``period`` is the year for yearly statements (both for the
    balance at its end and for its flows), else the closing date (``2024-06-30``), else empty.
    ``value`` is in ``unit``: ``元`` (never thousands), ``%`` (63.68 means 63.68 %), ``倍``, ``天``; None where
    the material is silent or a ratio has no sense, and then ``note`` says why.
    ``display`` is how it is written (``35.20亿元``, ``63.68%``, ``—``).
    A ``conflict`` keeps the figure of the audited statements as its value and cites every place that
    disagrees; ``note`` tells the difference in words.
    """

    key: str
    label: str
    period: str
    value: Decimal | None
    unit: str
    display: str
    status: Status
    citations: tuple[Citation, ...] = ()
    computation: Computation | None = None
    note: str = ""

    def claim(self) -> Claim:
        """The displayed figure as a claim, for a cell or a sentence that holds it."""
        return Claim(self.display, self.status, self.citations, self.computation)

    def to_json(self) -> dict[str, Any]:
        """Key, value as a decimal string, display, status and evidence."""
        shape: dict[str, Any] = {
            "key": self.key,
            "label": self.label,
            "period": self.period,
            "value": None if self.value is None else format(self.value, "f"),
            "unit": self.unit,
            "display": self.display,
            "status": self.status.value,
            "citations": [c.to_json() for c in self.citations],
            "note": self.note,
        }
        return {**shape, "computation": self.computation.to_json()} if self.computation else shape
