"""A question becomes a cited, verified answer."""

from workbench.models.asking.answer import (
    Answer,
    Answered,
    Event,
    EvidenceFound,
    Outcome,
    Piece,
    SentenceChecked,
)
from workbench.models.asking.asker import Asker, Habits

__all__ = [
    "Answer",
    "Answered",
    "Asker",
    "Event",
    "EvidenceFound",
    "Habits",
    "Outcome",
    "Piece",
    "SentenceChecked",
]
