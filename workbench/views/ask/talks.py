"""Talks as kept with a case: questions, the evidence shown, the answers with their checked sentences."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.models.evidence import Claim, Status
from workbench.models.evidence.claim import claim_from_json

NOTE_KIND = "conversation"
EVALUATION_KIND = "evaluation"
RIGHT, WRONG = "right", "wrong"
RUNNING = "running"
STOPPED = "stopped"
FAILED = "failed"
EVIDENCE_ONLY = "evidence_only"
SIMILAR = "similar"
_LONGEST_VALUE = 40


def now() -> str:
    """The time of the desk, ISO 8601 with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


@dataclass
class Turn:
    """A question and what came of it.

    ``status`` is the contract's (``answered``, ``not_found``, ``conflicting``, ``needs_review``,
    ``blocked``) or ``running``, ``stopped``, ``failed``, ``evidence_only`` (no chat model), ``similar``
    (passages like a quote; nothing was asked). ``note`` says why no generated answer is shown.
    ``understood`` is the question as it was answered and ``taken`` tells it, where it changed. ``thought``
    is what the model thought aloud. ``agreement`` is the share of samples that say the same, ``others`` what
    the rest say. ``scope`` says to what the question was kept. ``verdict`` is the reader's: ``right``,
    ``wrong`` or none, with their ``correction``.
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
    understood: str = ""
    taken: str = ""
    thought: str = ""
    model: str = ""
    origin: str = ""
    agreement: float | None = None
    others: tuple[str, ...] = ()
    scope: str = ""
    verdict: str = ""
    correction: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing more will come."""
        return self.status != RUNNING

    @property
    def value(self) -> Claim | None:
        """The one short value that answers, proven by a longer sentence; None where the answer is in sentences."""
        if not self.settled or len(self.sentences) != 1:
            return None
        (claim,) = self.sentences
        quote = claim.citations[0].quote if claim.citations else ""
        short = len(claim.text) <= _LONGEST_VALUE and len(claim.text) < len(quote)
        return claim if claim.status is Status.TRACED and short and not claim.text.endswith("。") else None

    def holds(self, words: str) -> bool:
        """Whether question or answer hold these words, whatever the case of their letters."""
        told = "\n".join([self.question, self.understood, *(claim.text for claim in self.sentences)])
        return words.casefold() in told.casefold()

    def evaluation(self) -> dict[str, Any]:
        """The question as a case for later measuring: what was answered, from where, and the reader's verdict."""
        return {
            "question": self.question,
            "understood": self.understood or self.question,
            "answer": "".join(claim.text for claim in self.sentences),
            "status": self.status,
            "citations": [c.to_json() for claim in self.sentences for c in claim.citations],
            "verdict": self.verdict,
            "correction": self.correction,
            "model": self.model,
            "origin": self.origin,
            "asked": self.asked,
        }

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
            **{name: getattr(self, name) for name in _LATER},
            "agreement": self.agreement,
            "others": list(self.others),
        }


_LATER = ("understood", "taken", "thought", "model", "origin", "scope", "verdict", "correction")
"""Words kept since talks were first kept; an older talk has none of them."""


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
        agreement=value.get("agreement"),
        others=tuple(value.get("others", ())),
        **{name: str(value.get(name, "")) for name in _LATER},
    )


@dataclass
class Talk:
    """Questions that belong together. ``title`` is the name the user gave, else the first question."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    created: str = field(default_factory=now)
    turns: list[Turn] = field(default_factory=list)
    name: str = ""

    @property
    def title(self) -> str:
        """The name, or the first question, on one line."""
        return self.name or (" ".join(self.turns[0].question.split()) if self.turns else "")

    @property
    def understood(self) -> tuple[str, ...]:
        """The questions answered so far, as they were understood, oldest first."""
        asked = (turn for turn in self.turns if turn.settled and turn.status != SIMILAR)
        return tuple(turn.understood or turn.question for turn in asked)

    def holds(self, words: str) -> bool:
        """Whether its name, a question or an answer hold these words."""
        return words.casefold() in self.title.casefold() or any(turn.holds(words) for turn in self.turns)

    def key_of(self, turn: Turn) -> str:
        """The key of a turn among all turns of a case."""
        return f"{self.id}-{next(n for n, own in enumerate(self.turns) if own is turn)}"

    @property
    def last(self) -> str:
        """When it was last used."""
        return self.turns[-1].asked if self.turns else self.created

    def to_json(self) -> dict[str, Any]:
        """The shape kept."""
        shape = {"id": self.id, "created": self.created, "turns": [t.to_json() for t in self.turns]}
        return {**shape, "name": self.name} if self.name else shape


def talk_from_json(value: dict[str, Any]) -> Talk:
    """Read a talk back; raises KeyError or ValueError on another shape."""
    return Talk(value["id"], value["created"], [turn_from_json(t) for t in value["turns"]], value.get("name", ""))


def confidence_of(said: object) -> float | None:
    """A confidence as a number from 0 to 1; None where none was given."""
    if isinstance(said, int | float):
        return min(max(float(said), 0.0), 1.0)
    return {"high": 0.9, "medium": 0.6, "low": 0.2}.get(str(said))
