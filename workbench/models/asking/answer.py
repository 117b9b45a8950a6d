"""An answer and what happens on the way to it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.models.evidence import Claim


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    CONFLICTING = "conflicting"
    NEEDS_REVIEW = "needs_review"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Answer:
    """``sentences`` are the answer's, each with its status and citations.

    ``confidence`` from 0 to 1, see :func:`workbench.models.asking.confidence.likelihood`. ``origin`` is
    ``model`` for generated words, ``documents`` where the documents' own words answer, ``code`` for
    fixed ones; ``note`` says to the user why no generated answer is shown, or how the question was
    taken; ``understood`` is the question as it was answered. ``agreement`` is the share of several
    samples of the model that say the same, None where it was not asked again, and ``others`` what the rest
    say. ``thought`` is what the model thought aloud, no part of the answer; ``model`` its name where it
    was asked. ``quotes`` is the evidence shown before. Times are
    milliseconds from the question; 0 where there was no such moment.
    """

    question: str
    status: Outcome
    text: str
    confidence: float
    sentences: tuple[Claim, ...] = ()
    quotes: tuple[Claim, ...] = ()
    choice: str | None = None
    origin: str = "model"
    note: str = ""
    understood: str = ""
    agreement: float | None = None
    others: tuple[str, ...] = ()
    thought: str = ""
    model: str = ""
    ms_evidence: float = 0.0
    ms_first_token: float = 0.0
    ms_total: float = 0.0

    @property
    def answer(self) -> str:
        """The words of the answer."""
        return self.text

    def to_json(self) -> dict[str, Any]:
        """The contract's shape (the caller knows the id)."""
        shape: dict[str, Any] = {
            "question": self.question,
            "status": self.status.value,
            "answer": self.text,
            "confidence": round(self.confidence, 3),
            "sentences": [claim.to_json() for claim in self.sentences],
            "origin": self.origin,
            "note": self.note,
            "ms_evidence": round(self.ms_evidence, 1),
            "ms_first_token": round(self.ms_first_token, 1),
            "ms_total": round(self.ms_total, 1),
        }
        more = {"choice": self.choice, "agreement": None if self.agreement is None else round(self.agreement, 3)}
        return shape | {key: value for key, value in more.items() if value is not None}


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The best quotes, verbatim, before any word is generated."""

    quotes: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the streamed answer, not yet verified."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence of the answer has been verified."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Answered:
    """The final answer; it may replace what was streamed (see ``origin``)."""

    answer: Answer


Event = EvidenceFound | Piece | SentenceChecked | Answered
