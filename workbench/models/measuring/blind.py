"""Two contestants compared without knowing who is who.

Both were asked the same questions beforehand. Each pair is shown in an order of its own, drawn by lot;
names are told only when every pair is judged.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.models.measuring.record import Record


class Verdict(StrEnum):
    """Which of the two shown answers is better."""

    FIRST = "first"
    EQUAL = "equal"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one question as they are shown; ``turned``: the second contestant's stands first."""

    question: str
    asked: str
    first: Record
    second: Record
    turned: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the left or the right contestant was better, and how often neither."""

    left: int = 0
    equal: int = 0
    right: int = 0


@dataclass
class Comparison:
    """Pairs in the order they are shown, and what was said of them so far."""

    pairs: tuple[Pair, ...]
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def at(self) -> Pair | None:
        """The pair to judge now; None when all are judged."""
        return self.pairs[len(self.verdicts)] if len(self.verdicts) < len(self.pairs) else None

    def judge(self, verdict: Verdict) -> None:
        """Say which is better. Raises ValueError when all are judged."""
        if self.at is None:
            raise ValueError(verdict)
        self.verdicts.append(verdict)

    def take_back(self) -> None:
        """Judge the last pair again; nothing happens when none was judged."""
        if self.verdicts:
            self.verdicts.pop()

    def tally(self) -> Tally:
        """Who was better how often, by contestant."""
        counts = {"left": 0, "equal": 0, "right": 0}
        for pair, verdict in zip(self.pairs, self.verdicts, strict=False):
            counts[_side(pair, verdict)] += 1
        return Tally(**counts)

    def to_json(self) -> dict[str, Any]:
        """As it is kept: each question with who was better."""
        judged = zip(self.pairs, self.verdicts, strict=False)
        return {"judged": [{"question": pair.asked, "better": _side(pair, verdict)} for pair, verdict in judged]}


def compared(left: Mapping[str, Record], right: Mapping[str, Record], lot: random.Random) -> Comparison:
    """Both contestants' answers to the same questions in an order drawn by ``lot``.

    Answers that say the same are left out: there is nothing to choose.
    """
    both = [key for key in left if key in right and _differ(left[key], right[key])]
    lot.shuffle(both)
    return Comparison(tuple(_pair(left[key], right[key], turned=lot.random() < 0.5) for key in both))


def alike(left: Mapping[str, Record], right: Mapping[str, Record]) -> Sequence[str]:
    """Questions both answered in the same words."""
    return [key for key in left if key in right and not _differ(left[key], right[key])]


def _differ(left: Record, right: Record) -> bool:
    return (left.said.strip(), left.status) != (right.said.strip(), right.status)


def _pair(left: Record, right: Record, *, turned: bool) -> Pair:
    first, second = (right, left) if turned else (left, right)
    return Pair(left.question, left.asked, first, second, turned)


def _side(pair: Pair, verdict: Verdict) -> str:
    if verdict is Verdict.EQUAL:
        return "equal"
    return "right" if (verdict is Verdict.FIRST) == pair.turned else "left"
