"""The statutes of one or several cases, kept while their documents stay as they are."""

from collections import OrderedDict
from collections.abc import Sequence
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
    cited_articles,
    laws_pattern,
    named_laws,
    norms,
    number_of,
    rank_of,
    short_name,
)

_OPENING = 16
"""Characters within which a clause says its number."""
_LOOKED_UP = 20
_REMEMBERED = 32


class CaseNorms:
    """Which documents of the cases are of which statute, and what holds on a day."""

    def __init__(self, library: Library, cases: Sequence[str]) -> None:
        self._library = library
        self._cases = tuple(cases)
        kept = [norm for case in self._cases for norm in library.statutes(case)]
        self._laws = {document: properties["law"] for document, properties in kept}
        self._norms = norms(kept)
        self._known = laws_pattern(norm.law for norm in self._norms.values())
        self._articles: dict[tuple[str, str], list[str]] = {}
        for document, norm in self._norms.items():
            self._articles.setdefault((norm.law, norm.article), []).append(document)

    def of(self, document: str) -> Norm | None:
        """The norm a document is of."""
        return self._norms.get(document)

    def standing(self, chunk: StoredChunk, named: frozenset[str], on: str) -> Standing:
        """The rank of a chunk's norm, whether the question names it, whether it has ended, and what it rests on."""
        norm = self._norms.get(chunk.document)
        if norm is None or self._known is None:
            return Standing()
        rank = rank_of(self._laws[chunk.document])
        article = norm.article or number_of(chunk.text[:_OPENING])
        return Standing(
            national=rank == NATIONAL,
            low=rank >= RULE,
            named=norm.law in named,
            ended=not norm.in_force(on),
            article=Citation(norm.law, article) if article.isdecimal() else None,
            rests_on=cited_articles(chunk.text, norm.law, self._known),
        )

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
                key=lambda d: self._order(d, on),
            )
            if documents:
                found += [chunk for d in documents if (chunk := self._first_chunk(d, citation.article)) is not None]
            else:
                found += self._clauses(citation, on)
        return tuple(dict.fromkeys(found))

    def _first_chunk(self, document: str, article: str) -> StoredChunk | None:
        chunks = self._numbered(article, 1, [document])
        return chunks[0] if chunks else None

    def _clauses(self, citation: Citation, on: str) -> list[StoredChunk]:
        """Of documents that are a whole statute or one clause of it, by title: those of that number, in force first.

        A bank's own rules may be named without the bank.
        """
        every = [document for case in self._cases for document in self._library.documents(case)]
        meant = [d for d in every if citation.law == self._law_of(d.id) or citation.law in short_name(d.title)]
        single = [d.id for d in meant if number_of(d.properties.get("article", "")) == citation.article]
        if single:
            found = [chunk for d in single if (chunk := self._first_chunk(d, citation.article)) is not None]
            return sorted(found, key=lambda c: self._order(c.document, on))
        titled = [d.id for d in meant if not d.properties.get("article")]
        chunks = self._numbered(citation.article, _LOOKED_UP, titled) if titled else ()
        first: dict[str, StoredChunk] = {}
        for one in chunks:
            if number_of(one.text[:_OPENING]) == citation.article:
                first.setdefault(one.document, one)
        return sorted(first.values(), key=lambda c: self._order(c.document, on))

    def _law_of(self, document: str) -> str:
        norm = self._norms.get(document)
        return norm.law if norm else ""

    def _order(self, document: str, on: str) -> tuple[bool, tuple[int, ...]]:
        """What is in force on the day first, then the latest."""
        norm = self._norms.get(document)
        return (norm is not None and not norm.in_force(on), _reversed(norm.begins if norm else ""))

    def _numbered(self, article: str, limit: int, documents: list[str]) -> tuple[StoredChunk, ...]:
        """Chunks of some documents that name an article."""
        found = [self._library.find_words(case, [f"第{article}条"], limit, documents) for case in self._cases]
        return self._library.chunks([chunk for ranking in found for chunk, _ in ranking])


class NormShelf:
    """:class:`CaseNorms` of the cases asked lately; read anew when documents of a case change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: OrderedDict[tuple[str, ...], tuple[tuple[tuple[int, ...], ...], CaseNorms]] = OrderedDict()
        self._lock = Lock()

    def of(self, cases: Sequence[str]) -> CaseNorms:
        """The norms of the cases as they are now. Raises LibraryError for an unknown case."""
        key = tuple(cases)
        stamp = tuple(self._library.stamp(case) for case in key)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        fresh = CaseNorms(self._library, key)
        with self._lock:
            self._kept[key] = (stamp, fresh)
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
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
