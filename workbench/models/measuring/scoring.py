"""How right something is: of a ranking, of a wording, of a list of quotes. Plain formulas, 0 to 1."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

BUDGETS = (500, 1000)
"""Characters of what was found within which a gold sentence is looked for."""

_RANKS = 10
_COMPARED = 40
"""Characters of a gold sentence that have to be met: chunks may cut its end."""
_PART = 8
"""A passage of fewer characters that stands in a gold sentence is chance."""
_UNIT = re.compile(r"[\u4e00-\u9fff]|[a-z]+|\d[\d,.]*%?")
_QUOTED = 4


def squeeze(text: str) -> str:
    """A text without white space, full-width forms folded, for comparing."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def holds(passage: str, quote: str) -> bool:
    """Whether a passage has the gold sentence, or is a part of it worth the name."""
    told, gold = squeeze(passage), squeeze(quote)
    return bool(gold) and (gold[:_COMPARED] in told or (len(told) >= _PART and told in gold))


def grade(found: Sequence[Collection[int]], golds: int) -> tuple[float, float]:
    """Hit@1 and nDCG@10 of a ranking; ``found`` says which of the ``golds`` things sought each place has.

    A thing found twice counts at its first place. nDCG after Järvelin and Kekäläinen (2002), gain 1.
    """
    if not golds:
        return 0.0, 0.0
    seen: set[int] = set()
    gain = 0.0
    for rank, things in enumerate(found[:_RANKS]):
        fresh = set(things) - seen
        gain += bool(fresh) / math.log2(rank + 2)
        seen |= fresh
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(golds, _RANKS)))
    return float(bool(found and found[0])), min(1.0, gain / ideal)


def within(passages: Sequence[tuple[str, bool]], quotes: Sequence[str], budget: int) -> float:
    """Share of the gold sentences in the first ``budget`` characters; ``(text, of a right document)`` in order."""
    golds = {squeeze(quote)[:_COMPARED] for quote in quotes if squeeze(quote)}
    found: set[str] = set()
    left = budget
    for passage, right in passages:
        text = squeeze(passage)[:left]
        left -= len(text)
        if right:
            found |= {gold for gold in golds if gold in text}
        if left <= 0:
            break
    return len(found) / len(golds) if golds else 0.0


def overlap(gold: str, said: str) -> float:
    """F1 of the units two texts share: Chinese characters, words, numbers."""
    a, b = Counter(_units(gold)), Counter(_units(said))
    both = sum((a & b).values())
    return 2 * both / (sum(a.values()) + sum(b.values())) if both else 0.0


def verbatim(quote: str, text: str) -> bool:
    """Whether a quote stands in a document's text (both squeezed here), and is more than a crumb."""
    told = squeeze(quote)
    return len(told) >= _QUOTED and told in squeeze(text)


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the upper."""
    return sorted(values)[len(values) // 2] if values else 0.0


def _units(text: str) -> list[str]:
    return _UNIT.findall(unicodedata.normalize("NFKC", text).lower())
