"""The evidence for one question: sources to verify against, a packed prompt, the best quotes."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.errors import LibraryError
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.prompts import Prompts
from workbench.models.evidence import Anchor, Claim, Status
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import SAME_LABELS, same_organisation, year_of
from workbench.models.evidence.numbers import find_numbers
from workbench.models.evidence.verify import Source
from workbench.models.library import Library, StoredChunk
from workbench.models.retrieval import Hit

_NEIGHBOURS_OF = 4
_QUOTED_HITS = 8
_LONGEST_QUOTE = 400
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Quote:
    """A source sentence with how well it bears on the question, 0 to 1."""

    claim: Claim
    score: float
    source: Source


class Material:
    """What was retrieved for a question, ready to prompt with, to quote and to verify against."""

    def __init__(self, library: Library, inquiry: Inquiry, hits: Sequence[Hit]) -> None:
        self._library = library
        self._inquiry = inquiry
        self._years = _reporting_years(hits)
        sources = {hit.chunk.id: self._source(hit.chunk, hit.document.title) for hit in hits}
        self.hits = tuple(sorted(hits, key=lambda hit: not _of_subject(inquiry, sources[hit.chunk.id])))
        self.sources = tuple(sources[hit.chunk.id] for hit in self.hits)
        self._around: tuple[Source, ...] | None = None

    def all_sources(self) -> tuple[Source, ...]:
        """The chunks found and, of the best, those beside them."""
        if self._around is None:
            seen = {hit.chunk.id for hit in self.hits}
            around: list[Source] = []
            for hit in self.hits[:_NEIGHBOURS_OF]:
                for chunk in self._library.neighbours(hit.chunk, 1, 1):
                    if chunk.id not in seen:
                        seen.add(chunk.id)
                        around.append(self._source(chunk, hit.document.title))
            self._around = tuple(around)
        return self.sources + self._around

    def packed(self, prompts: Prompts, count: Callable[[str], int], budget: int) -> str:
        """Passages by rank up to ``budget`` tokens; those of one document stand together, in its order."""
        chosen: list[Hit] = []
        left = budget
        for hit in self.hits:
            cost = count(_passage(prompts, hit))
            if cost > left and chosen:
                continue
            chosen.append(hit)
            left -= cost
        first = {hit.chunk.document: place for place, hit in reversed(list(enumerate(chosen)))}
        chosen.sort(key=lambda hit: (first[hit.chunk.document], hit.chunk.ordinal))
        return "\n\n".join(_passage(prompts, hit) for hit in chosen)

    def quotes(self, most: int = 3) -> tuple[Quote, ...]:
        """The sentences that bear most on the question, best first; one place each."""
        texts = [s.text[a:b] for s in self.sources[:_QUOTED_HITS] for a, b in s.spans]
        weights = self._inquiry.weights(texts)
        found: list[tuple[float, Source, tuple[int, int]]] = []
        for place, (source, hit) in enumerate(zip(self.sources[:_QUOTED_HITS], self.hits, strict=False)):
            for span in source.spans:
                score = self._bearing(source, span, weights)
                found.append((score * (1 - 0.02 * place) + 0.05 * hit.score, source, span))
        found.sort(key=lambda item: -item[0])
        quotes: list[Quote] = []
        said: set[str] = set()
        for score, source, (start, end) in found:
            citation = source.cite(start, min(end, start + _LONGEST_QUOTE))
            if citation and citation.quote not in said:
                said.add(citation.quote)
                quotes.append(Quote(Claim(citation.quote, Status.TRACED, (citation,)), score, source))
            if len(quotes) == most:
                break
        return tuple(quotes)

    def _bearing(self, source: Source, span: tuple[int, int], weights: dict[str, float]) -> float:
        """Weighted share of the question's matter in a sentence; what its context says counts half."""
        sentence = source.text[slice(*span)]
        words, context = content(sentence + _other_words(sentence)), content(source.context)
        total = sum(weights.values()) or 1.0
        score = sum(w for t, w in weights.items() if t in words) / total
        score += 0.5 * sum(w for t, w in weights.items() if t in context and t not in words) / total
        if not self._inquiry.answered_in_kind(sentence):
            score *= 0.6
        return score * self._of_year(source, span)

    def _of_year(self, source: Source, span: tuple[int, int]) -> float:
        """1 where the sentence or its context is of a year asked for, less where it is of none, 0.6 of another."""
        years = self._inquiry.years
        dated = {x.year for x in source.labels if x.sentence == span and x.year}
        if not years or years & dated or (not dated and any(str(year) in source.context for year in years)):
            return 1.0
        return 0.6 if dated else 0.85

    def _source(self, chunk: StoredChunk, title: str) -> Source:
        def locate(start: int, end: int) -> Anchor | None:
            try:
                return self._library.anchor(chunk, start, end)
            except LibraryError:
                return None

        context = chunk.context if not title or title in chunk.context else f"{title} › {chunk.context}"
        return Source(chunk.document, chunk.text, locate, context, self._years.get(chunk.document))


def _reporting_years(hits: Sequence[Hit]) -> dict[str, int]:
    """The year most dates of a document are of, where three of five are of one year; a statute reports on none."""
    years: dict[str, Counter[int]] = {}
    for hit in hits:
        if hit.norm is not None:
            continue
        words = f"{hit.document.title}\n{hit.chunk.context}\n{hit.chunk.text}"
        years.setdefault(hit.chunk.document, Counter()).update(y for n in find_numbers(words) if (y := year_of(n)))
    found = {document: counted.most_common(1)[0] for document, counted in years.items() if counted}
    return {
        document: year
        for document, (year, count) in found.items()
        if count >= _MOSTLY * years[document].total() and count > 1
    }


def _of_subject(inquiry: Inquiry, source: Source) -> bool:
    """Whether a source may be about a company asked for: it names it, or no company at all."""
    asked, named = inquiry.subjects, source.names
    return not asked or not named or any(same_organisation(a, b) for a in asked for b in named)


def _other_words(sentence: str) -> str:
    """What people call the totals a sentence names: 资产总计 is asked for as 总资产."""
    return "".join(f" {said}" for printed, said in SAME_LABELS.items() if printed in sentence)


def _passage(prompts: Prompts, hit: Hit) -> str:
    return prompts.passage.format(context=hit.chunk.context or hit.document.title, text=hit.text.strip())
