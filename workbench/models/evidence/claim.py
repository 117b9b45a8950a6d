"""What is said, and what proves it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.models.evidence.anchor import Anchor, anchor_from_json


class Status(StrEnum):
    """Standing of anything said; the marks are the same everywhere."""

    TRACED = "traced"
    COMPUTED = "computed"
    PARTIAL = "partial"
    UNPROVEN = "unproven"
    CONFLICT = "conflict"
    OWN = "own"

    @property
    def mark(self) -> str:
        """The sign shown beside it: ● ∑ ◐ ○ ⚠ ✎."""
        return {"traced": "●", "computed": "∑", "partial": "◐", "unproven": "○", "conflict": "⚠", "own": "✎"}[self]


@dataclass(frozen=True, slots=True)
class Citation:
    """Verbatim words of a document and where they stand. ``document`` is a document id."""

    document: str
    quote: str
    anchor: Anchor

    def __post_init__(self) -> None:
        if not self.quote.strip():
            raise ValueError("a citation without words")

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{document, quote, anchor}``."""
        return {"document": self.document, "quote": self.quote, "anchor": self.anchor.to_json()}


def citation_from_json(value: dict[str, Any]) -> Citation:
    """Read the contract's shape back."""
    return Citation(value["document"], value["quote"], anchor_from_json(value["anchor"]))


@dataclass(frozen=True, slots=True)
class Computation:
    """A value code computed from traced ones; ``formula`` is shown to the reader as it is."""

    formula: str
    inputs: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        return {"formula": self.formula, "inputs": [c.to_json() for c in self.inputs]}


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, cell, figure or paragraph with its status and what proves it."""

    text: str
    status: Status
    citations: tuple[Citation, ...] = ()
    computation: Computation | None = None

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{text, status, citations}`` (and ``computation`` where there is one)."""
        shape: dict[str, Any] = {
            "text": self.text,
            "status": self.status.value,
            "citations": [c.to_json() for c in self.citations],
        }
        return {**shape, "computation": self.computation.to_json()} if self.computation else shape


def claim_from_json(value: dict[str, Any]) -> Claim:
    """Read the contract's claim back."""
    computation = value.get("computation")
    return Claim(
        value["text"],
        Status(value["status"]),
        tuple(citation_from_json(c) for c in value["citations"]),
        Computation(computation["formula"], tuple(citation_from_json(c) for c in computation["inputs"]))
        if computation
        else None,
    )
