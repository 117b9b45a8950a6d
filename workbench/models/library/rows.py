"""What the search index is told and tells; apart from it, because loading the index takes a second."""

from collections.abc import Collection
from dataclasses import dataclass

Hits = list[tuple[int, float]]
"""``(chunk number, score)``, best first."""

WORDS = "words"
VECTORS = "vectors"
KINDS = (WORDS, VECTORS)
FRESH_LIMIT = 1000
"""Fresh rows beyond which merging is worth it: a thousand cost a query about ten milliseconds."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A chunk as indexed: its number, document number and generation."""

    chunk: int
    document: int
    generation: int


def listed(numbers: Collection[int]) -> str:
    """Numbers as a filter lists them."""
    return ", ".join(str(int(n)) for n in numbers)


def among(documents: Collection[int]) -> str:
    """The filter that keeps these documents."""
    return f"document IN ({listed(documents)})"


def without(documents: Collection[int]) -> str:
    """The filter that leaves these documents out."""
    return f"document NOT IN ({listed(documents)})"
