"""The statutes of a case, kept while its documents stay as they are."""

from datetime import date
from threading import Lock

from workbench.models.library import Library, StoredChunk
from workbench.models.retrieval.ranking import Standing
from workbench.models.retrieval.statutes import (
    NATIONAL,
    RULE,
    Citation,
    Norm,
    citations,
    named_laws,
    norms,
    number_of,
    rank_of,
    short_name,
)

_OPENING = 16
"""Characters within which a clause says its number."""
_LOOKED_UP = 20


class CaseNorms:
    """Which documents of a case are of which statute, and what holds on a day."""

    def __init__(self, library: Library, case_id: str) -> None:
        self._library = library
        self._case = case_id
        kept = library.statutes(case_id)
        self._laws = {document: properties["law"] for document, properties in kept}
        self._norms = norms(kept)
        self._articles: dict[tuple[str, str], list[str]] = {}
        for document, norm in self._norms.items():
            self._articles.setdefault((norm.law, norm.article), []).append(document)

    def of(self, document: str) -> Norm | None:
        """The norm a document is of."""
        return self._norms.get(document)

    def standing(self, document: str, named: frozenset[str], on: str) -> Standing:
        """The rank of a document's norm, whether the question names it, and whether it has ended."""
        norm = self._norms.get(document)
        if norm is None:
            return Standing()
        rank = rank_of(self._laws[document])
        return Standing(rank == NATIONAL, rank >= RULE, norm.law in named, not norm.in_force(on))

    def versions(self, document: str) -> tuple[str, ...]:
        """Other documents with the same article of the same statute: its other versions."""
        norm = self._norms.get(document)
        if norm is None or not norm.article:
            return ()
        same = self._articles[norm.law, norm.article]
        return tuple(other for other in same if other != document and self._norms[other].begins != norm.begins)

    def cited(self, question: str, on: str) -> tuple[StoredChunk, ...]:
        """The articles a question names by number, looked up; what is in force on the day first."""
        found: list[StoredChunk] = []
        for citation in citations(question):
            documents = sorted(
                self._articles.get((citation.law, citation.article), ()),
                key=lambda d: (not self._norms[d].in_force(on), _reversed(self._norms[d].begins)),
            )
            if documents:
                found += [chunk for d in documents if (chunk := self._first_chunk(d, citation.article)) is not None]
            else:
                found += self._clauses(citation)
        return tuple(dict.fromkeys(found))

    def _first_chunk(self, document: str, article: str) -> StoredChunk | None:
        ranking = self._library.find_words(self._case, [f"第{article}条"], 1, [document])
        chunks = self._library.chunks([chunk for chunk, _ in ranking])
        return chunks[0] if chunks else None

    def _clauses(self, citation: Citation) -> list[StoredChunk]:
        """In documents that are a whole statute, by title: the chunk that begins with the clause's number."""
        titled = [d.id for d in self._library.documents(self._case) if short_name(d.title).startswith(citation.law)]
        if not titled:
            return []
        ranking = self._library.find_words(self._case, [f"第{citation.article}条"], _LOOKED_UP, titled)
        chunks = self._library.chunks([chunk for chunk, _ in ranking])
        return [c for c in chunks if number_of(c.text[:_OPENING]) == citation.article][:1]


class NormShelf:
    """:class:`CaseNorms` of the cases asked lately; read anew when documents of a case change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: dict[str, tuple[tuple[int, ...], CaseNorms]] = {}
        self._lock = Lock()

    def of(self, case_id: str) -> CaseNorms:
        """The norms of a case as it is now. Raises LibraryError for an unknown case."""
        stamp = self._library.stamp(case_id)
        with self._lock:
            kept = self._kept.get(case_id)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        fresh = CaseNorms(self._library, case_id)
        with self._lock:
            self._kept[case_id] = (stamp, fresh)
        return fresh


def today() -> date:
    """The day questions without a date are about."""
    return date.today()  # noqa: DTZ011 - statutes begin and end by the local calendar


def named_in(question: str) -> frozenset[str]:
    """The statutes a question names, with or without a number."""
    return named_laws(question) | {c.law for c in citations(question)}


def _reversed(day: str) -> tuple[int, ...]:
    """Sorts later days first."""
    return tuple(-ord(c) for c in day)
