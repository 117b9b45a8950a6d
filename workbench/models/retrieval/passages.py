"""The best sentences of the chunks found: what a reader has to read first.

The most probable sentence (:mod:`weighing`) begins a passage, which grows over its neighbours while they are nearly as
probable; then the next. Several passages of one chunk are possible, each stands in the text as it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.library import StoredChunk
from workbench.models.retrieval.question import Reading
from workbench.models.retrieval.weighing import Sentence, weighed

_NEARLY = 0.45
"""A neighbour joins a passage while it is at least so probable as the sentence the passage began with."""
_LOOSELY = 0.15
"""The same for an account, once :data:`_TIGHT` characters are found: further on, context is worth more than choice."""
_TIGHT = 450
"""Characters that are read first. Up to them sentences are chosen one by one, and those that stand side by side become
one passage, for their order is no matter there; further on a sentence lengthens only passages that end beyond them, so
that what is read first is not pushed back."""
_LONGEST = 400
READ = 24
"""Chunks whose sentences are weighed."""


@dataclass(frozen=True, slots=True)
class Passage:
    """``chunk.text[start:end]``; ``score`` is the probability of its best sentence, 0 to 1."""

    chunk: StoredChunk
    start: int
    end: int
    score: float


@dataclass(slots=True)
class _Span:
    """A passage by its sentences; ``seed`` is the one it began with."""

    seed: int
    first: int
    last: int


def passages(reading: Reading, ranked: Sequence[tuple[StoredChunk, float]], most: int) -> list[Passage]:
    """Up to ``most`` passages of ranked chunks, most probable first."""
    chunks = [chunk for chunk, _ in ranked[:READ]]
    sentences = weighed(reading, ranked[:READ])
    found: list[_Span] = []
    for place in sorted(range(len(sentences)), key=lambda i: -sentences[i].probable):
        if sentences[place].used:
            continue
        tight = sum(_length(sentences, span) for span in found) < _TIGHT
        beside = _lengthened(sentences, found, place, anywhere=tight or len(found) == most, beyond=not tight)
        if beside is not None:
            beside.first, beside.last = min(beside.first, place), max(beside.last, place)
            sentences[place].used = True
            if tight:
                _join(sentences, found, beside)
        elif len(found) == most:
            break
        elif sentences[place].title and not _goes_on(sentences, place):
            continue
        else:
            nearly = _NEARLY if tight or not reading.wants_account else _LOOSELY
            found.append(_Span(place, *_grown(sentences, place, nearly)))
    return [
        Passage(
            chunks[sentences[span.seed].chunk],
            sentences[span.first].start,
            sentences[span.last].end,
            sentences[span.seed].probable,
        )
        for span in found
    ]


def _length(sentences: Sequence[Sentence], span: _Span) -> int:
    return sentences[span.last].end - sentences[span.first].start


def _lengthened(
    sentences: Sequence[Sentence], found: Sequence[_Span], place: int, *, anywhere: bool, beyond: bool
) -> _Span | None:
    """The passage a sentence lengthens: one that ends ``beyond`` what is read first, else one ``anywhere``."""
    read = 0
    for span in found if beyond else ():
        read += _length(sentences, span)
        if read >= _TIGHT and _adjoins(sentences, span, place):
            return span
    return next((span for span in found if anywhere and _adjoins(sentences, span, place)), None)


def _join(sentences: Sequence[Sentence], found: list[_Span], grown: _Span) -> None:
    """Make one passage of two that have come to stand side by side, in the place of the first found."""
    for other in found:
        first, last = min(grown.first, other.first), max(grown.last, other.last)
        if other is grown or not (other.last + 1 == grown.first or grown.last + 1 == other.first):
            continue
        if _one_passage(sentences, first, last):
            earlier, later = sorted((grown, other), key=found.index)
            earlier.first, earlier.last = first, last
            found.remove(later)
            return


def _grown(sentences: Sequence[Sentence], seed: int, nearly: float) -> tuple[int, int]:
    """First and last sentence of the passage around one, marked as used."""
    first = last = seed
    least = nearly * sentences[seed].probable
    sentences[seed].used = True
    while sentences[last].end - sentences[first].start <= _LONGEST:
        sides = [i for i in (first - 1, last + 1) if _joins(sentences, i, seed, least)]
        if not sides:
            break
        best = max(sides, key=lambda i: sentences[i].probable)
        sentences[best].used = True
        first, last = min(first, best), max(last, best)
    while sentences[last].title and _goes_on(sentences, last):
        last += 1
        sentences[last].used = True
    return first, last


def _goes_on(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether what a title announces follows it in its chunk and is in no passage yet."""
    after = place + 1
    return after < len(sentences) and sentences[after].chunk == sentences[place].chunk and not sentences[after].used


def _adjoins(sentences: Sequence[Sentence], span: _Span, place: int) -> bool:
    """Whether a sentence stands right beside a passage and the two are not too long together."""
    beside = place in (span.first - 1, span.last + 1)
    return beside and _one_passage(sentences, min(span.first, place), max(span.last, place))


def _one_passage(sentences: Sequence[Sentence], first: int, last: int) -> bool:
    """Whether a stretch of sentences is of one chunk and not too long."""
    alike = sentences[first].chunk == sentences[last].chunk
    return alike and sentences[last].end - sentences[first].start <= _LONGEST


def _joins(sentences: Sequence[Sentence], place: int, seed: int, least: float) -> bool:
    if not 0 <= place < len(sentences):
        return False
    beside = sentences[place]
    return beside.chunk == sentences[seed].chunk and not beside.used and beside.probable >= least
