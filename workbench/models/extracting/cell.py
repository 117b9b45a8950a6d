"""A cell of the grid: what a document says for a field, what proves it, and what a person made of it."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Computation, Status
from workbench.models.evidence.claim import citation_from_json

Verdict = Literal["open", "confirmed", "corrected", "rejected"]
Maker = Literal["code", "model", "person"]
MISSING = "missing"
CONFIDENT = 0.8
"""From here on a cell counts as sure; the model's reading alone never does."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` is normalised (yuan, per cent, ISO date), ``shown`` as printed, both empty where missing.

    ``status`` None says missing. ``period`` is the year or day the value is of, where the document tells it.
    ``formula`` explains a computed value. ``note`` says why a cell is doubtful.
    """

    document: str
    field: str
    value: str = ""
    unit: str = ""
    period: str = ""
    shown: str = ""
    confidence: float = 0.0
    status: Status | None = None
    citations: tuple[Citation, ...] = ()
    by: Maker = "code"
    formula: str = ""
    note: str = ""
    verdict: Verdict = "open"

    @property
    def missing(self) -> bool:
        """Whether nothing was found."""
        return self.status is None

    @property
    def confident(self) -> bool:
        """Whether it counts as sure."""
        proven = self.status in (Status.TRACED, Status.COMPUTED, Status.OWN)
        return proven and self.confidence >= CONFIDENT

    def claim(self, title: str) -> Claim | None:
        """The cell as a claim, for the evidence list; None where nothing was found."""
        if self.status is None:
            return None
        words = tr("extracting.told", name=title, value=self.shown or self.value)
        made = Computation(self.formula, self.citations) if self.formula else None
        return Claim(words, self.status, self.citations, made)

    def to_json(self) -> dict[str, Any]:
        """The contract's cell, with what the grid needs besides."""
        return {
            "document": self.document,
            "field": self.field,
            "value": self.value or None,
            "unit": self.unit,
            "period": self.period,
            "confidence": round(self.confidence, 3),
            "status": self.status.value if self.status else MISSING,
            "citations": [c.to_json() for c in self.citations],
            "shown": self.shown,
            "by": self.by,
            "formula": self.formula,
            "note": self.note,
            "verdict": self.verdict,
        }

    def judged(self, verdict: Verdict, value: str = "") -> "Cell":
        """What a person made of it. A corrected cell is the person's own and keeps the citations of what was read."""
        if verdict == "corrected":
            return replace(
                self,
                value=value,
                shown=value,
                status=Status.OWN,
                by="person",
                confidence=1.0,
                formula="",
                verdict=verdict,
            )
        return replace(self, verdict=verdict)


def cell_from_json(value: dict[str, Any]) -> Cell:
    """Read the kept shape back."""
    return Cell(
        value["document"],
        value["field"],
        value["value"] or "",
        value["unit"],
        value["period"],
        value["shown"],
        value["confidence"],
        None if value["status"] == MISSING else Status(value["status"]),
        tuple(citation_from_json(c) for c in value["citations"]),
        value["by"],
        value["formula"],
        value["note"],
        value["verdict"],
    )
