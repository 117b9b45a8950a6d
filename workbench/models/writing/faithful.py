"""Whether a sentence of the model is a shortened sentence of the material, and nothing more.

Shared words and right figures don't make a sentence true: a small model swaps who holds what. So a
worded sentence stands only where each of its clauses follows one stretch of the material in order,
beginning where a clause of the material begins. Anything else gives way to the material's own words.
Both sides are compared with their figures masked, so a figure matches only itself.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from workbench.models.evidence.sentences import split_sentences

_TOKEN = re.compile(r"\{[^{}]+\}|[A-Za-z][A-Za-z&'-]*|[\u3007\u3400-\u9fff]")
_CLAUSE_ENDS = re.compile(r"[，,；;：:。！？!?\n\t]|(?<=[a-z}])\.(?=\s|$)")
_UNSAID = frozenset(["a", "an", "the", "of", "is", "are", "was", "were", *"的了及和与并也均为是系其则等"])
_COMPANY = "公司"
_KEPT = 0.88
_WINDOW_CLAUSES = 3
_LEAD = 2


def is_faithful(raw: str, masked: Sequence[str], company: str = "") -> bool:
    """Whether every clause of ``raw`` (slots unfilled) follows a stretch of one of the ``masked`` texts."""
    clauses = [c for c in (_tokens(part, company) for part in _CLAUSE_ENDS.split(raw)) if c]
    sources = [_clauses(sentence, company) for text in masked for sentence in split_sentences(text)]
    return bool(clauses) and all(any(_follows(clause, source) for source in sources) for clause in clauses)


@lru_cache(maxsize=2048)
def _clauses(sentence: str, company: str) -> tuple[tuple[str, ...], ...]:
    return tuple(c for c in (_tokens(part, company) for part in _CLAUSE_ENDS.split(sentence)) if c)


def _tokens(text: str, company: str) -> tuple[str, ...]:
    """Words that carry meaning; the company itself, under whatever name, is left out at the beginning."""
    named = text
    for name in (company, "本公司", "该公司"):
        named = named.replace(name, _COMPANY) if name else named
    tokens = [t for t in _TOKEN.findall(named) if t not in _UNSAID]
    while tokens[: len(_COMPANY)] == list(_COMPANY):
        tokens = tokens[len(_COMPANY) :]
    return tuple(tokens)


def _follows(clause: tuple[str, ...], source: tuple[tuple[str, ...], ...]) -> bool:
    """In order, nearly whole, from the beginning of a clause, and without leaping far."""
    for first in range(len(source)):
        window: tuple[str, ...] = ()
        for part in source[first : first + _WINDOW_CLAUSES]:
            window += part
            if len(window) > 2.5 * len(clause) + 6:
                break
            if window[:_LEAD] != clause[:_LEAD] or not _figures_in_place(clause, window):
                continue
            if _common(clause, window) >= _KEPT * len(clause):
                return True
    return False


def _figures_in_place(clause: tuple[str, ...], window: tuple[str, ...]) -> bool:
    """Every figure stands behind the same two words as in the material, and none before it was left out."""
    said = [t for t in clause if t.startswith("{")]
    there = [t for t in window if t.startswith("{")]
    if there[: len(said)] != said:
        return False
    for index, token in enumerate(clause):
        if token.startswith("{"):
            before = clause[max(0, index - _LEAD) : index]
            places = (j for j, other in enumerate(window) if other == token)
            if not any(window[max(0, j - len(before)) : j] == before for j in places):
                return False
    return True


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        previous = 0
        for j, y in enumerate(b, start=1):
            previous, row[j] = row[j], previous + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]
