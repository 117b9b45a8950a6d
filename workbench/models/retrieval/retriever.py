"""From a question to the chunks that may answer it, and to the sentences of them to read first."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from workbench.errors import EngineError
from workbench.inference.api import Embedder, Reranker
from workbench.jobs import JobContext, Priority
from workbench.models.library import Library, StoredChunk, StoredDocument
from workbench.models.retrieval.facets import facets, subjects
from workbench.models.retrieval.filters import Filters
from workbench.models.retrieval.fusion import interleave
from workbench.models.retrieval.glossary import Glossary, glossary_of
from workbench.models.retrieval.hits import Hit
from workbench.models.retrieval.likeness import Likeness
from workbench.models.retrieval.norms import CaseNorms, NormShelf, named_in, today
from workbench.models.retrieval.passages import READ, passages
from workbench.models.retrieval.question import EXPANDED, Reading
from workbench.models.retrieval.ranking import Candidate, rank
from workbench.models.retrieval.similar import Seen
from workbench.models.retrieval.statutes import asked_date

_CANDIDATES = 100
_SHORT_DOCUMENT = 3
"""A document of so few chunks (a statute's article) is one hit, not several, and is shown whole."""
_RERANKED = 20
_RANK_CONSTANT = 10
_SUBJECT_END = (" › ", "»", "|", "  ")

Ranking = list[tuple[str, float]]


class Retriever:
    """Words (BM25) and meaning (vectors) together; words alone where there is no embedding model.

    ``reranker`` gives a reranking model when one is ready, else None; it must not wait for one to load.
    ``embedder_of`` gives the embedding model of a hash (any for none), for a library whose vectors are still
    those of an earlier model; it may raise EngineError kinds.
    """

    def __init__(
        self,
        library: Library,
        embedder: Callable[[], Embedder] | None,
        reranker: Callable[[], Reranker | None] | None = None,
        *,
        day: Callable[[], date] = today,
        embedder_of: Callable[[str], Embedder] | None = None,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._embedder_of = embedder_of
        self._reranker = reranker
        self._likeness = Likeness(embedder) if embedder else None
        self._norms = NormShelf(library)
        self._day = day

    def search(
        self,
        case_id: str,
        query: str,
        *,
        k: int = 10,
        documents: Sequence[str] | None = None,
        filters: Filters | None = None,
        job: JobContext | None = None,
        words_only: bool = False,
        every_version: bool = False,
    ) -> tuple[Hit, ...]:
        """The ``k`` best chunks of a case (or of ``documents`` in it, or of what ``filters`` keep or add), best first.

        A question naming several companies takes the best for each in turn; a statute named by number is
        looked up. ``words_only`` asks no model; ``every_version`` shows versions of an article that say nearly the
        same, too. Raises LibraryError for an unknown case, Cancelled.
        """
        found = self._find(case_id, query, documents, filters, job, words_only=words_only)
        return found.whole(k, every_version=every_version) if found else ()

    def passages(
        self,
        case_id: str,
        query: str,
        *,
        k: int = 10,
        documents: Sequence[str] | None = None,
        filters: Filters | None = None,
        job: JobContext | None = None,
        words_only: bool = False,
    ) -> tuple[Hit, ...]:
        """As :meth:`search`, but each hit's text and anchor are the sentences of its chunk to read first.

        A chunk may give several; records as short as an article stay whole.
        """
        found = self._find(case_id, query, documents, filters, job, words_only=words_only)
        return found.cut(k) if found else ()

    def similarity(
        self, question: str, passages: Sequence[str], job: JobContext | None = None
    ) -> tuple[float, ...] | None:
        """For each passage how surely it speaks of what is asked, 0 to 1, whatever the languages; None without a model.

        Costs an embedding of the question and of every passage. Raises Cancelled.
        """
        return self._likeness.of(question, passages, job or JobContext()) if self._likeness else None

    def _find(
        self,
        case_id: str,
        query: str,
        documents: Sequence[str] | None,
        filters: Filters | None,
        job: JobContext | None,
        *,
        words_only: bool,
    ) -> "_Found | None":
        job = job or JobContext()
        if not query.strip():
            return None
        cases = (case_id, *(filters.cases if filters else ()))
        if filters and filters.narrow:
            every = [document for case in cases for document in self._library.documents(case)]
            kept = filters.keep(every, self._day().isoformat())
            documents = [d for d in kept if documents is None or d in documents]
        asked = _Asked(
            cases, query, documents, job, words_only, glossary_of(self._library, *cases), self._norms.of(cases)
        )
        on = asked_date(query, self._day())
        ranking, chunks = self._ranked(asked, on)
        job.check()
        cited = [c for c in asked.norms.cited(query, on) if documents is None or c.document in documents]
        chunks |= {chunk.id: chunk for chunk in cited}
        first = {chunk.id for chunk in cited}
        ranking = [(chunk.id, 1.0) for chunk in cited] + [item for item in ranking if item[0] not in first]
        reading = Reading(query, asked.glossary.expand(query), subjects(query, _subjects(chunks)))
        return _Found(self._library, asked, reading, [(chunks[i], s) for i, s in ranking if i in chunks], on)

    def _ranked(self, asked: "_Asked", on: str) -> tuple[Ranking, dict[str, StoredChunk]]:
        """One ranking; of several companies the best of each in turn."""
        first = self._pool(asked, asked.query, on)
        chunks = {c.chunk.id: c.chunk for c in first}
        named = subjects(asked.query, _subjects(chunks))
        if len(named) < 2:
            return self._order(asked, asked.query, named, first), chunks
        rankings = []
        for name, query in zip(named, facets(asked.query, named), strict=True):
            pool = self._pool(asked, query, on)
            chunks |= {c.chunk.id: c.chunk for c in pool}
            rankings.append(_of_subject_first(self._order(asked, query, (name,), pool), name, chunks))
        return interleave(rankings), chunks

    def _order(self, asked: "_Asked", query: str, named: tuple[str, ...], pool: Sequence[Candidate]) -> Ranking:
        reading = Reading(query, asked.glossary.expand(query), named)
        ranking = rank(reading, pool)
        return self._reranked(asked, query, ranking, {c.chunk.id: c.chunk for c in pool})

    def _pool(self, asked: "_Asked", query: str, on: str) -> list[Candidate]:
        """What words and vectors find, searched at the same time, each with both scores where they are known."""
        asked.job.check()
        reading = Reading(query, asked.glossary.expand(query))
        with ThreadPoolExecutor(1, thread_name_prefix="words") as beside:
            searching = beside.submit(self._words, asked, reading)
            vector = None if asked.words_only else self._embed(reading, asked.job)
            nearest = (
                _best(self._library.find_nearest(c, vector, _CANDIDATES, asked.documents) for c in asked.cases)
                if vector is not None
                else {}
            )
            words = searching.result()
        ids = list(dict.fromkeys([*words, *nearest]))
        if vector is not None and nearest:
            held = self._library.vectors([i for i in words if i not in nearest])
            nearest |= {i: float(v @ vector) for i, v in held.items() if len(v) == len(vector)}
        named = named_in(asked.query)
        return [
            Candidate(c, words.get(c.id, 0.0), nearest.get(c.id), asked.norms.standing(c, named, on))
            for c in self._library.chunks(ids)
            if c.text.strip()
        ]

    def _words(self, asked: "_Asked", reading: Reading) -> dict[str, float]:
        """BM25 of the question's terms, and at half weight of those it may also be written as."""
        found: dict[str, float] = {}
        for terms, worth in ((reading.own, 1.0), (reading.added, EXPANDED)):
            for case in asked.cases if terms else ():
                for chunk, score in self._library.find_words(case, terms, _CANDIDATES, asked.documents):
                    found[chunk] = found.get(chunk, 0.0) + worth * score
        return _best([found.items()])

    def _embed(self, reading: Reading, job: JobContext) -> NDArray[np.float32] | None:
        """The query's vector, half of it as it may also be written; None where no model can give one."""
        if self._embedder is None:
            return None
        texts = list(dict.fromkeys((reading.question, reading.worded())))
        wanted = self._library.vector_model()
        try:
            model = self._embedder() if self._embedder_of is None else self._embedder_of(wanted)
            if wanted and model.info.sha256 != wanted:
                return None
            vectors = model.embed(texts, "query", job, Priority.ASK)
        except EngineError:
            return None
        mean: NDArray[np.float32] = vectors.mean(axis=0)
        return (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)

    def _reranked(self, asked: "_Asked", query: str, ranking: Ranking, chunks: dict[str, StoredChunk]) -> Ranking:
        """The best by a reranking model and ours together, where there is one; its scores only order."""
        model = None if self._reranker is None or asked.words_only else self._reranker()
        head = ranking[:_RERANKED]
        if model is None or len(head) < 2:
            return ranking
        try:
            scores = model.rank(query, [_shown(chunks[i]) for i, _ in head], asked.job, Priority.ASK)
        except EngineError:
            return ranking
        theirs = {head[int(i)][0]: place for place, i in enumerate(np.argsort(-np.asarray(scores), kind="stable"))}
        ours = {chunk: place for place, (chunk, _) in enumerate(head)}
        order = sorted(ours, key=lambda i: -(2 / (_RANK_CONSTANT + theirs[i]) + 1 / (_RANK_CONSTANT + ours[i])))
        return [(chunk, score) for chunk, (_, score) in zip(order, head, strict=True)] + ranking[_RERANKED:]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search under way."""

    cases: tuple[str, ...]
    query: str
    documents: Sequence[str] | None
    job: JobContext
    words_only: bool
    glossary: Glossary
    norms: CaseNorms


class _Found:
    """Ranked chunks, to be handed out as hits."""

    def __init__(
        self, library: Library, asked: _Asked, reading: Reading, ranked: list[tuple[StoredChunk, float]], on: str
    ) -> None:
        self._library = library
        self._asked = asked
        self._reading = reading
        self._ranked = ranked
        self._on = on
        self._documents: dict[str, StoredDocument] = {}

    def whole(self, k: int, *, every_version: bool = False) -> tuple[Hit, ...]:
        """The ``k`` best chunks, nearly equal ones and further ones of a short record left out."""
        hits: list[Hit] = []
        shown: set[str] = set()
        seen = Seen()
        for chunk, score in self._ranked:
            if chunk.document in shown:
                continue
            twin = seen.before(chunk)
            if twin is not None and not (every_version and self._is_version(chunk, twin)):
                place = next((i for i, hit in enumerate(hits) if hit.chunk.id == twin), None)
                if place is not None and chunk.document != hits[place].document.id:
                    hits[place] = replace(hits[place], also=(*hits[place].also, chunk.document))
                continue
            if len(hits) == k:
                break
            hits.append(self._hit(chunk, score, 0, len(chunk.text)))
            if self._is_record(chunk):
                shown.add(chunk.document)
        return tuple(hits)

    def cut(self, k: int) -> tuple[Hit, ...]:
        """The ``k`` best passages, records whole."""
        if not self._ranked or self._is_record(self._ranked[0][0]):
            return self.whole(k)
        seen = Seen()
        distinct: list[tuple[StoredChunk, float]] = []
        for chunk, score in self._ranked:
            if seen.before(chunk) is None:
                distinct.append((chunk, score))
            if len(distinct) == READ:
                break
        return tuple(self._hit(p.chunk, p.score, p.start, p.end) for p in passages(self._reading, distinct, k))

    def _is_version(self, chunk: StoredChunk, twin: str) -> bool:
        """Whether a chunk that says the same is the article's other version."""
        versions = self._asked.norms.versions(chunk.document)
        return any(other.id == twin and other.document in versions for other, _ in self._ranked)

    def _is_record(self, chunk: StoredChunk) -> bool:
        document = self._document(chunk)
        return document.chunks <= _SHORT_DOCUMENT and document.format == "jsonl"

    def _document(self, chunk: StoredChunk) -> StoredDocument:
        if chunk.document not in self._documents:
            self._documents[chunk.document] = self._library.document(chunk.document)
        return self._documents[chunk.document]

    def _hit(self, chunk: StoredChunk, score: float, start: int, end: int) -> Hit:
        norms = self._asked.norms
        norm, versions = norms.of(chunk.document), norms.versions(chunk.document)
        return Hit(
            chunk,
            self._document(chunk),
            score,
            chunk.text[start:end],
            self._library.anchor(chunk, start, end),
            versions=versions,
            in_force=norm.in_force(self._on) if norm else None,
            norm=norm,
            other_norms=tuple(other for other in map(norms.of, versions) if other),
        )


def _best(rankings: Iterable[Iterable[tuple[str, float]]]) -> dict[str, float]:
    """The highest scores of several rankings."""
    every = (item for ranking in rankings for item in ranking)
    return dict(sorted(every, key=lambda item: -item[1])[:_CANDIDATES])


def _shown(chunk: StoredChunk) -> str:
    return f"{chunk.context}\n{chunk.text}" if chunk.context else chunk.text


def _subjects(chunks: dict[str, StoredChunk]) -> list[str]:
    return [_subject(chunk) for chunk in chunks.values()]


def _subject(chunk: StoredChunk) -> str:
    """The company a chunk's context line begins with."""
    line = chunk.context.strip()
    for end in _SUBJECT_END:
        line = line.partition(end)[0]
    return line.strip()


def _of_subject_first(ranking: Ranking, name: str, chunks: dict[str, StoredChunk]) -> Ranking:
    """Chunks that name the subject before the rest, each part in its order."""

    def names_it(item: tuple[str, float]) -> bool:
        chunk = chunks[item[0]]
        return name in chunk.context or name in chunk.text

    return [i for i in ranking if names_it(i)] + [i for i in ranking if not names_it(i)]
