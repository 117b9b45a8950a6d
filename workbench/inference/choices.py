"""Choosing one of several labels by what the model would say next.

The labels form a tree of tokens. At each fork the model's probabilities are shared out among the
branches alone, as if everything else were forbidden; a label's probability is the product along its
way. Labels that differ in their first token are read from one set of logits.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
Path = tuple[int, ...]
END = -1
"""The branch of a label that is also the beginning of another: the answer ends there."""


def forks(labels: Sequence[Sequence[int]]) -> dict[Path, tuple[int, ...]]:
    """The ways after which the labels part, and the tokens they go on with (``END`` where one ends)."""
    onwards: dict[Path, list[int]] = {}
    for label in labels:
        for i in range(len(label) + 1):
            branch = label[i] if i < len(label) else END
            known = onwards.setdefault(tuple(label[:i]), [])
            if branch not in known:
                known.append(branch)
    return {path: tuple(found) for path, found in onwards.items() if len(found) > 1}


def probabilities(
    labels: Sequence[Sequence[int]], logits: Mapping[Path, Logits], ends: Callable[[int], bool]
) -> list[float]:
    """The probability of each label; they add up to 1. ``logits`` are those after each fork's way."""
    shares = {path: _shares(branches, logits[path], ends) for path, branches in forks(labels).items()}
    found = []
    for label in labels:
        chance = 1.0
        for i in range(len(label) + 1):
            share = shares.get(tuple(label[:i]))
            if share is not None:
                chance *= share[label[i] if i < len(label) else END]
        found.append(chance)
    return found


def mass(first: Collection[int], logits: Logits) -> float:
    """How much of the model's probability lies on the labels' first tokens at all."""
    chances = _softmax(logits)
    return float(sum(chances[token] for token in set(first)))


def _shares(branches: Sequence[int], logits: Logits, ends: Callable[[int], bool]) -> dict[int, float]:
    chances = _softmax(logits)
    ending = float(sum(chances[t] for t in range(len(chances)) if ends(t))) if END in branches else 0.0
    raw = {branch: ending if branch == END else float(chances[branch]) for branch in branches}
    total = sum(raw.values())
    return {branch: value / total if total > 0 else 1 / len(raw) for branch, value in raw.items()}


def _softmax(logits: Logits) -> NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - float(logits.max()))
    total: NDArray[np.float64] = raised / raised.sum()
    return total
