"""Talks as kept with a case: questions, the evidence shown, the answers with their checked sentences."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.models.evidence import Claim
from workbench.models.evidence.claim import claim_from_json

NOTE_KIND = "conversation"
RUNNING = "running"
STOPPED = "stopped"
FAILED = "failed"
EVIDENCE_ONLY = "evidence_only"


def now() -> str:
    """The time of the desk, ISO 8601 with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


@dataclass
class Turn:
    """A question and what came of it.

    ``status`` is the contract's (``answered``, ``not_found``, ``conflicting``, ``needs_review``,
    ``blocked``) or ``running``, ``stopped``, ``failed``, ``evidence_only`` (no chat model).
    ``note`` says why no generated answer is shown.
    ``confidence`` is from 0 to 1, or None where nobody knows. Times in milliseconds.
    """

    question: str
    asked: str = field(default_factory=now)
    evidence: tuple[Claim, ...] = ()
    sentences: tuple[Claim, ...] = ()
    status: str = RUNNING
    confidence: float | None = None
    ms_evidence: float = 0.0
    ms_total: float = 0.0
    error: dict[str, str] | None = None
    note: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing more will come."""
        return self.status != RUNNING

    def to_json(self) -> dict[str, Any]:
        """The shape kept."""
        return {
            "question": self.question,
            "asked": self.asked,
            "evidence": [c.to_json() for c in self.evidence],
            "sentences": [c.to_json() for c in self.sentences],
            "status": self.status,
            "confidence": self.confidence,
            "ms_evidence": self.ms_evidence,
            "ms_total": self.ms_total,
            "error": self.error,
            "note": self.note,
        }


def turn_from_json(value: dict[str, Any]) -> Turn:
    """Read a turn back; one that was running when the window closed is stopped."""
    status = str(value["status"])
    return Turn(
        question=value["question"],
        asked=value["asked"],
        evidence=tuple(claim_from_json(c) for c in value["evidence"]),
        sentences=tuple(claim_from_json(c) for c in value["sentences"]),
        status=STOPPED if status == RUNNING else status,
        confidence=value["confidence"],
        ms_evidence=value["ms_evidence"],
        ms_total=value["ms_total"],
        error=value["error"],
        note=value.get("note", ""),
    )


@dataclass
class Talk:
    """Questions that belong together. ``title`` is the first question."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    created: str = field(default_factory=now)
    turns: list[Turn] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first question, on one line."""
        return " ".join(self.turns[0].question.split()) if self.turns else ""

    @property
    def last(self) -> str:
        """When it was last used."""
        return self.turns[-1].asked if self.turns else self.created

    def to_json(self) -> dict[str, Any]:
        """The shape kept."""
        return {"id": self.id, "created": self.created, "turns": [t.to_json() for t in self.turns]}


def talk_from_json(value: dict[str, Any]) -> Talk:
    """Read a talk back; raises KeyError or ValueError on another shape."""
    return Talk(value["id"], value["created"], [turn_from_json(t) for t in value["turns"]])


def confidence_of(said: object) -> float | None:
    """A confidence as a number from 0 to 1; None where none was given."""
    if isinstance(said, int | float):
        return min(max(float(said), 0.0), 1.0)
    return {"high": 0.9, "medium": 0.6, "low": 0.2}.get(str(said))
