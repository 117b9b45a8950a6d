"""Several rankings of chunks become one."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

Ranking = Sequence[tuple[str, float]]
"""``(chunk id, score)`` best first."""


def interleave(rankings: Iterable[Ranking]) -> list[tuple[str, float]]:
    """The best of each in turn, every chunk once, with the best score it has anywhere."""
    lists = [list(r) for r in rankings]
    best: dict[str, float] = {}
    for ranking in lists:
        for chunk, score in ranking:
            best[chunk] = max(score, best.get(chunk, score))
    order = dict.fromkeys(item[0] for row in zip_longest(*lists) for item in row if item)
    return [(chunk, best[chunk]) for chunk in order]
