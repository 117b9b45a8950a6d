"""Which of the candidates bears on the question most: a weighted sum of few, plain features.

Words and vectors each see a part. On the union of what they found the features below are measured, each
from 0 to 1, and added with weights fitted once over several kinds of questions (see
``docs/decisions/0024-candidates-are-ranked-again.md``); a reranking model, where there is one, has the last word.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.models.evidence.terms import fold, terms
from workbench.models.library import StoredChunk
from workbench.models.retrieval.question import Reading, letters
from workbench.models.retrieval.statutes import Citation

WEIGHTS: dict[str, float] = {
    "words": 0.3,
    "meaning": 0.5,
    "letters": 0.2,
    "cover": 0.55,
    "length": 0.12,
    "near": 0.3,
    "national": 0.15,
    "low": -0.03,
    "named": 0.1,
    "ended": -0.15,
    "cited": 0.3,
}
"""``words`` BM25 and ``meaning`` cosine, scaled over the candidates; ``letters``, ``cover`` share of the
question's characters and terms held, rarer ones counting more; ``near`` the best score of a neighbour; the rest are of
statutes: ``cited`` the best score of an article that rests on this one."""
FEATURES = tuple(WEIGHTS)
_NOT_COUNTED = frozenset({"cited"})
"""Left out of the best score there can be: without statutes scores stay what sentences are weighed with."""
_MEANING_FROM = 100
"""The rank whose cosine counts as nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a statute's passage: its rank high or low, named in the question, no longer in force.

    ``article`` is which one it is, ``rests_on`` the articles it cites.
    """

    national: bool = False
    low: bool = False
    named: bool = False
    ended: bool = False
    article: Citation | None = None
    rests_on: frozenset[Citation] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk with its BM25 score (0 where words did not find it) and its cosine (None without vectors)."""

    chunk: StoredChunk
    words: float
    cosine: float | None
    standing: Standing = Standing()


@dataclass(frozen=True, slots=True)
class _Parts:
    terms: frozenset[str]
    letters: frozenset[str]
    length: int


def features(reading: Reading, pool: Sequence[Candidate]) -> NDArray[np.float64]:
    """The features of each candidate, ``(len(pool), len(FEATURES))``."""
    parts = [_parts(c.chunk.context, c.chunk.text) for c in pool]
    rare = _rarity(reading.weights, [p.terms for p in parts])
    sought = {term: weight * rare[term] for term, weight in reading.weights.items()}
    wanted = _rarity(reading.letters, [p.letters for p in parts])
    words = _scaled(np.array([c.words for c in pool]))
    meaning = _meaning(pool)
    base = 0.4 * words + 0.6 * meaning
    columns = {
        "words": words,
        "meaning": meaning,
        "letters": [_held(wanted, p.letters) for p in parts],
        "cover": [_held(sought, p.terms) for p in parts],
        "length": [min(1.0, math.log(p.length + 20) / 7) for p in parts],
        "near": _near(pool, base),
        "national": [c.standing.national for c in pool],
        "low": [c.standing.low for c in pool],
        "named": [c.standing.named for c in pool],
        "ended": [c.standing.ended for c in pool],
        "cited": _cited(pool, base),
    }
    return np.array([columns[name] for name in FEATURES], dtype=np.float64).T


def rank(reading: Reading, pool: Sequence[Candidate]) -> list[tuple[str, float]]:
    """``(chunk id, score)`` best first; scores from 0 to 1 compare within this ranking only."""
    if not pool:
        return []
    score = features(reading, pool) @ np.array([WEIGHTS[name] for name in FEATURES])
    without = () if any(c.cosine is not None for c in pool) else ("meaning",)
    whole = sum(weight for name, weight in WEIGHTS.items() if weight > 0 and name not in _NOT_COUNTED.union(without))
    order = np.argsort(-score, kind="stable")
    return [(pool[i].chunk.id, float(min(1.0, max(0.0, score[i] / whole)))) for i in order]


@lru_cache(maxsize=4096)
def _parts(context: str, text: str) -> _Parts:
    return _Parts(frozenset(terms(f"{context}\n{text}")), letters(fold(text)), len(text))


def _rarity(wanted: Iterable[str], sets: Sequence[frozenset[str]]) -> dict[str, float]:
    """How telling each wanted term is among the candidates: what nearly all hold tells little."""
    asked = frozenset(wanted)
    held = Counter(term for one in sets for term in one & asked)
    return {term: math.log(1 + (len(sets) + 1) / (0.5 + held[term])) for term in asked}


def _held(wanted: dict[str, float], held: frozenset[str]) -> float:
    """The weighted share of what is wanted that is held."""
    whole = sum(wanted.values())
    return sum(wanted[term] for term in wanted.keys() & held) / whole if whole else 0.0


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    best = values.max()
    return values / best if best > 0 else values


def _meaning(pool: Sequence[Candidate]) -> NDArray[np.float64]:
    """Cosines of one model lie close together: scaled between the best and the hundredth best."""
    known = np.array([c.cosine for c in pool if c.cosine is not None])
    if not len(known):
        return np.zeros(len(pool))
    ordered = -np.sort(-known)
    least = ordered[min(len(ordered), _MEANING_FROM) - 1] if len(ordered) > 1 else ordered[0] - 1
    width = max(float(ordered[0] - least), 1e-6)
    return np.array([0.0 if c.cosine is None else min(1.0, max(0.0, (c.cosine - least) / width)) for c in pool])


def _near(pool: Sequence[Candidate], base: NDArray[np.float64]) -> list[float]:
    """What stands beside an answer tends to belong to it."""
    places = {(c.chunk.document, c.chunk.ordinal): float(s) for c, s in zip(pool, base, strict=True)}
    return [max(places.get((c.chunk.document, c.chunk.ordinal + step), 0.0) for step in (-1, 1)) for c in pool]


def _cited(pool: Sequence[Candidate], base: NDArray[np.float64]) -> list[float]:
    """An interpretation that answers leads to the article it interprets, be it written in quite other words."""
    best: dict[Citation, float] = {}
    for candidate, score in zip(pool, base, strict=True):
        for article in candidate.standing.rests_on - {candidate.standing.article}:
            best[article] = max(best.get(article, 0.0), float(score))
    return [best.get(c.standing.article, 0.0) if c.standing.article else 0.0 for c in pool]
