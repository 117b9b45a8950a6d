"""Several rankings of chunks become one."""

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

Ranking = Sequence[tuple[str, float]]
"""``(chunk id, score)`` best first."""

RANK_CONSTANT = 20
"""Of reciprocal rank fusion; 20 served statutes and reports better than the usual 60 (measured)."""
_SHARE_OF_RANKS = 0.2
"""Ranks alone forget how far apart two hits are; the rest of the weight is the scores' own (measured)."""
_WEIGHTS = (0.4, 0.6)
"""Of words and of vectors."""
_FROM_NEIGHBOUR = 0.2


def fuse(words: Ranking, nearest: Ranking) -> list[tuple[str, float]]:
    """Word and vector ranking as one, best first; scores from 0 to 1.

    Reciprocal rank fusion (Cormack and others, 2009) for a fifth, the scores, each scaled to 0–1 over
    its list, for the rest. A chunk without a vector yet keeps its words' share.
    """
    both = [(r, weight) for r, weight in zip((words, nearest), _WEIGHTS, strict=True) if r]
    whole = sum(weight for _, weight in both)
    total: dict[str, float] = {}
    for ranking, weight in both:
        scaled = _scaled(ranking, from_zero=ranking is words)
        for place, (chunk, _) in enumerate(ranking):
            rank = (RANK_CONSTANT + 1) / (RANK_CONSTANT + 1 + place)
            part = _SHARE_OF_RANKS * rank + (1 - _SHARE_OF_RANKS) * scaled[place]
            total[chunk] = total.get(chunk, 0.0) + weight / whole * part
    return sorted(total.items(), key=lambda item: -item[1])


def lift_neighbours(ranking: Ranking, place_of: Callable[[str], tuple[str, int] | None]) -> list[tuple[str, float]]:
    """Passages standing beside another hit move up: what is around an answer tends to belong to it.

    ``place_of`` gives a chunk's document and its number there. A fifth of the better neighbour's score
    is added, and all are scaled back to 0–1.
    """
    scores = {place: score for chunk, score in ranking if (place := place_of(chunk))}
    lifted = []
    for chunk, score in ranking:
        place = place_of(chunk)
        beside = [scores.get((place[0], place[1] + step), 0.0) for step in (-1, 1)] if place else [0.0]
        lifted.append((chunk, (score + _FROM_NEIGHBOUR * max(beside)) / (1 + _FROM_NEIGHBOUR)))
    return sorted(lifted, key=lambda item: -item[1])


def _scaled(ranking: Ranking, *, from_zero: bool) -> list[float]:
    """BM25 begins at zero; cosines of one model lie close together and begin at the list's last."""
    best = ranking[0][1]
    least = 0.0 if from_zero else ranking[-1][1]
    width = best - least
    return [(score - least) / width if width > 0 else 1.0 for _, score in ranking]


def interleave(rankings: Iterable[Ranking]) -> list[tuple[str, float]]:
    """The best of each in turn, every chunk once, with the best score it has anywhere."""
    lists = [list(r) for r in rankings]
    best: dict[str, float] = {}
    for ranking in lists:
        for chunk, score in ranking:
            best[chunk] = max(score, best.get(chunk, score))
    order = dict.fromkeys(item[0] for row in zip_longest(*lists) for item in row if item)
    return [(chunk, best[chunk]) for chunk in order]
