"""What was seen of one question, and what many of them come to."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.models.measuring.scoring import median, squeeze
from workbench.models.measuring.suite import Part

SHARES = (
    "hit1",
    "ndcg10",
    "within500",
    "within1000",
    "f1",
    "status",
    "declined",
    "answered",
    "verbatim",
    "right_document",
)
"""Figures from 0 to 1, all the better the higher."""
TIMES = ("ms_evidence", "ms_first_token", "ms_total")
"""Figures in milliseconds, told by their median."""
PARTS: dict[Part, tuple[str, ...]] = {
    Part.RETRIEVAL: ("hit1", "ndcg10", "within500", "within1000"),
    Part.ANSWERS: ("f1", "status"),
    Part.REFUSALS: ("declined", "answered"),
    Part.CITATIONS: ("verbatim", "right_document"),
    Part.LATENCY: TIMES,
}
_ENDS = "。.；;"
_OUTCOMES = frozenset({"conflicting", "needs_review"})
"""Outcomes that are the answer, however it is worded."""
_RIGHT = 0.5
"""Token F1 from which an answer counts as right where one word has to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """One question as it went. ``expected`` has a right wording a line; ``found`` are names of documents.

    ``quotes`` are ``{document, quote, verbatim}``. ``figures`` has those of :data:`SHARES` and :data:`TIMES`
    that make sense of this question. ``error`` says why there is no answer.
    """

    question: str
    asked: str
    expected: str = ""
    said: str = ""
    status: str = ""
    found: tuple[str, ...] = ()
    quotes: tuple[dict[str, Any], ...] = ()
    figures: dict[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def right(self) -> bool | None:
        """Whether it went well as a whole; None where nothing tells."""
        told = self.figures
        if self.error:
            return False
        for name in ("declined", "answered", "status"):
            if told.get(name, 1.0) < 1.0:
                return False
        if self.status in _OUTCOMES and "status" in told:
            return True
        if "f1" in told:
            return told["f1"] >= _RIGHT or self._holds_expected()
        judged = [told[name] for name in ("declined", "status", "hit1") if name in told]
        return judged[0] == 1.0 if judged else None

    def _holds_expected(self) -> bool:
        """Whether a long answer has a short right one in it word for word."""
        wanted = (squeeze(line).rstrip(_ENDS) for line in self.expected.splitlines())
        return any(line in squeeze(self.said) for line in wanted if line)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Record":
        """Read back what was kept. Raises KeyError, TypeError on another shape."""
        lists = {"found": tuple(value["found"]), "quotes": tuple(value["quotes"])}
        return cls(**{**value, **lists})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over ``count`` questions: a mean share, or a median in milliseconds."""

    value: float
    count: int


def summed(records: Sequence[Record]) -> dict[str, Figure]:
    """Each figure over all questions that have it, in the order of :data:`PARTS`."""
    done: dict[str, Figure] = {}
    for name in (*SHARES, *TIMES):
        values = [r.figures[name] for r in records if name in r.figures]
        if values:
            value = median(values) if name in TIMES else sum(values) / len(values)
            done[name] = Figure(round(value, 1 if name in TIMES else 4), len(values))
    return done
