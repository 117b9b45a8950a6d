"""Passages that say the same, and how like a passage is to a question."""

from workbench.models.evidence.terms import fold, terms
from workbench.models.library import StoredChunk

_ALIKE = 0.9


class Seen:
    """Remembers passages and tells nearly equal ones: nine tenths of their character pairs in common.

    Old and new versions of a rule differ in their context line and are never equal.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[StoredChunk, frozenset[str]]] = []

    def before(self, chunk: StoredChunk) -> str | None:
        """The id of a chunk that says the same, seen before; None, and remembered, where there is none."""
        pairs = frozenset(terms(fold(chunk.text)))
        for other, others in self._kept:
            least, most = sorted((len(pairs), len(others)))
            if other.context != chunk.context or least < _ALIKE * most:
                continue
            if len(pairs & others) >= _ALIKE * len(pairs | others):
                return other.id
        self._kept.append((chunk, pairs))
        return None
