"""From a question to the chunks that may answer it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.errors import EngineError
from workbench.inference.api import Embedder, Vectors
from workbench.jobs import JobContext, Priority
from workbench.models.evidence import Anchor
from workbench.models.evidence.terms import fold, terms
from workbench.models.library import Library, StoredChunk, StoredDocument
from workbench.models.retrieval.facets import facets, subjects
from workbench.models.retrieval.fusion import fuse, interleave, lift_neighbours

_CANDIDATES = 100
_SHORT_DOCUMENT = 3
"""A document of so few chunks (a statute's article) is one hit, not several."""
_ALIKE = 0.9
_SUBJECT_END = re.compile(r"\s*[›»|]\s*|\s{2,}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found, with the document it is of. ``score`` from 0 to 1 compares within one search only."""

    chunk: StoredChunk
    document: StoredDocument
    score: float
    text: str
    anchor: Anchor

    @property
    def outer_id(self) -> str:
        """The id a record of a ``.jsonl`` came with, else the document's own."""
        return self.document.properties.get("id") or self.document.id

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{document, score, text, anchor}``."""
        return {
            "document": self.document.id,
            "score": round(self.score, 4),
            "text": self.text,
            "anchor": self.anchor.to_json(),
        }


class Retriever:
    """Words (BM25) and meaning (vectors) together; words alone where there is no embedding model."""

    def __init__(self, library: Library, embedder: Callable[[], Embedder] | None) -> None:
        self._library = library
        self._embedder = embedder

    def search(
        self,
        case_id: str,
        query: str,
        *,
        k: int = 10,
        documents: Sequence[str] | None = None,
        job: JobContext | None = None,
        words_only: bool = False,
    ) -> tuple[Hit, ...]:
        """The ``k`` best chunks of a case (or of ``documents`` in it), best first.

        A question naming several companies takes the best for each in turn. ``words_only`` asks no
        model. Raises LibraryError for an unknown case, Cancelled.
        """
        job = job or JobContext()
        if not query.strip():
            return ()
        ranking = self._rank(case_id, (query,), documents, job, words_only)[0]
        chunks = self._load(ranking)
        named = subjects(query, (_subject(c) for c in chunks.values()))
        if len(named) > 1:
            rankings = self._rank(case_id, facets(query, named), documents, job, words_only)
            chunks |= self._load([item for r in rankings for item in r if item[0] not in chunks])
            lifted = (lift_neighbours(r, lambda chunk: _place(chunks.get(chunk))) for r in rankings)
            ranking = interleave(_of_subject_first(r, n, chunks) for r, n in zip(lifted, named, strict=True))
        else:
            ranking = lift_neighbours(ranking, lambda chunk: _place(chunks.get(chunk)))
        job.check()
        return self._hits(ranking, chunks, k)

    def _rank(
        self, case_id: str, queries: Sequence[str], documents: Sequence[str] | None, job: JobContext, words_only: bool
    ) -> list[list[tuple[str, float]]]:
        vectors = None if words_only else self._embed(queries, job)
        rankings = []
        for place, query in enumerate(queries):
            job.check()
            words = self._library.find_words(case_id, list(dict.fromkeys(terms(query))), _CANDIDATES, documents)
            nearest = (
                self._library.find_nearest(case_id, vectors[place], _CANDIDATES, documents)
                if vectors is not None
                else []
            )
            rankings.append(fuse(words, nearest))
        return rankings

    def _embed(self, queries: Sequence[str], job: JobContext) -> Vectors | None:
        """The queries' vectors; None where no model can give them: the words still answer."""
        if self._embedder is None:
            return None
        try:
            return self._embedder().embed(list(queries), "query", job, Priority.ASK)
        except EngineError:
            return None

    def _load(self, ranking: Sequence[tuple[str, float]]) -> dict[str, StoredChunk]:
        return {chunk.id: chunk for chunk in self._library.chunks([chunk for chunk, _ in ranking])}

    def _hits(self, ranking: Sequence[tuple[str, float]], chunks: dict[str, StoredChunk], k: int) -> tuple[Hit, ...]:
        hits: list[Hit] = []
        documents: dict[str, StoredDocument] = {}
        shown: set[str] = set()
        kept: list[tuple[StoredChunk, frozenset[str]]] = []
        for chunk_id, score in ranking:
            chunk = chunks.get(chunk_id)
            if chunk is None or not chunk.text.strip() or chunk.document in shown:
                continue
            if _seen_before(chunk, kept):
                continue
            if chunk.document not in documents:
                documents[chunk.document] = self._library.document(chunk.document)
            document = documents[chunk.document]
            if document.chunks <= _SHORT_DOCUMENT and document.format == "jsonl":
                shown.add(chunk.document)
            hits.append(Hit(chunk, document, score, chunk.text, self._library.anchor(chunk, 0, len(chunk.text))))
            if len(hits) >= k:
                break
        return tuple(hits)


def _subject(chunk: StoredChunk) -> str:
    """The company a chunk's context line begins with."""
    return _SUBJECT_END.split(chunk.context.strip(), maxsplit=1)[0] if chunk.context else ""


def _place(chunk: StoredChunk | None) -> tuple[str, int] | None:
    return (chunk.document, chunk.ordinal) if chunk else None


def _of_subject_first(
    ranking: Sequence[tuple[str, float]], name: str, chunks: dict[str, StoredChunk]
) -> list[tuple[str, float]]:
    """Chunks that name the subject before the rest, each part in its order."""

    def names_it(item: tuple[str, float]) -> bool:
        chunk = chunks.get(item[0])
        return chunk is not None and (name in chunk.context or name in chunk.text)

    return [i for i in ranking if names_it(i)] + [i for i in ranking if not names_it(i)]


def _seen_before(chunk: StoredChunk, kept: list[tuple[StoredChunk, frozenset[str]]]) -> bool:
    """Whether nearly the same words of the same matter were taken already; remembers the chunk if not.

    Old and new versions of a rule differ in their context and both stay.
    """
    pairs = frozenset(terms(fold(chunk.text)))
    for other, others in kept:
        if other.context == chunk.context and len(pairs & others) >= _ALIKE * len(pairs | others):
            return True
    kept.append((chunk, pairs))
    return False
