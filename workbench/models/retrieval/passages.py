"""The best sentences of the chunks found: what a reader has to read first.

Each sentence gets the probability that it belongs to the answer: logistic regression on features of the sentence,
of those beside it and of its chunk, with weights fitted once (``docs/decisions/0024-candidates-are-ranked-again.md``).
The most probable sentence begins a passage, which grows over its neighbours while they are nearly as probable; then
the next. Several passages of one chunk are possible, each stands in the text as it is shown.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.evidence.sentences import sentence_spans
from workbench.models.evidence.terms import terms
from workbench.models.library import StoredChunk
from workbench.models.retrieval.question import Reading

WEIGHTS: dict[str, float] = {
    "chunk": 8.5,
    "cover": 5.2,
    "beside": -0.3,
    "paragraph": 0.5,
    "before": -0.5,
    "account_chunk": 5.9,
    "account_cover": -2.9,
    "account_beside": 0.9,
    "account_details": -1.0,
}
"""``chunk`` the score of its chunk; ``cover`` share of the question's matter it holds, ``beside`` the mean of its two
neighbours', ``paragraph`` the best of its paragraph, ``before`` what the sentences before it held, fading;
``account_…`` the same where a stretch of text is asked for rather than a fact, and ``details`` how much a sentence
holds that is rare and not asked for: an account tells what happened before its particulars."""
FEATURES = tuple(WEIGHTS)
_BIAS = -11.4
_NEARLY = 0.45
"""A neighbour joins a passage while it is at least so probable as the sentence the passage began with."""
_LOOSELY = 0.25
"""The same for an account, once :data:`_TIGHT` characters are found: further on, context is worth more than choice."""
_TIGHT = 450
"""Characters that are chosen sentence by sentence; further on a sentence that adjoins a passage only lengthens it."""
_MANY_DETAILS = 40
"""Terms of the rarest kind that count as all details."""
_LONGEST = 400
_FADING = 0.8
_TITLE = 40
_ENDED = re.compile(r"[。！？；;.!?…”」）)]\s*$|\d\s*$")
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
class _Sentence:
    chunk: int
    start: int
    end: int
    paragraph: int
    cover: float = 0.0
    details: float = 0.0
    features: tuple[float, ...] = ()
    probable: float = 0.0
    used: bool = False
    title: bool = False


@dataclass(slots=True)
class _Span:
    """A passage by its sentences; ``seed`` is the one it began with."""

    seed: int
    first: int
    last: int


def passages(reading: Reading, ranked: Sequence[tuple[StoredChunk, float]], most: int) -> list[Passage]:
    """Up to ``most`` passages of ranked chunks, most probable first."""
    chunks = [chunk for chunk, _ in ranked[:READ]]
    sentences = sentence_features(reading, ranked[:READ])
    weights = tuple(WEIGHTS.values())
    for sentence in sentences:
        sum_ = _BIAS + sum(w * f for w, f in zip(weights, sentence.features, strict=True))
        sentence.probable = 1 / (1 + math.exp(-sum_))
    found: list[_Span] = []
    for place in sorted(range(len(sentences)), key=lambda i: -sentences[i].probable):
        if sentences[place].used:
            continue
        tight = sum(sentences[span.last].end - sentences[span.first].start for span in found) < _TIGHT
        beside = None if tight else next((span for span in found if _adjoins(sentences, span, place)), None)
        if beside is not None:
            beside.first, beside.last = min(beside.first, place), max(beside.last, place)
            sentences[place].used = True
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


def sentence_features(reading: Reading, ranked: Sequence[tuple[StoredChunk, float]]) -> list[_Sentence]:
    """The sentences of the chunks in order, with their features."""
    sentences: list[_Sentence] = []
    held: list[frozenset[str]] = []
    for number, (chunk, _) in enumerate(ranked):
        for start, end in sentence_spans(chunk.text):
            paragraph = chunk.text.count("\n", 0, start)
            sentences.append(_Sentence(number, start, end, paragraph, title=_is_title(chunk.text[start:end])))
            held.append(frozenset(terms(chunk.text[start:end])))
    _cover(reading, sentences, held)
    places = {(chunk.document, chunk.ordinal): number for number, (chunk, _) in enumerate(ranked)}
    of_chunk: dict[int, list[_Sentence]] = {}
    for sentence in sentences:
        of_chunk.setdefault(sentence.chunk, []).append(sentence)
    for number, (chunk, score) in enumerate(ranked):
        beside = [of_chunk.get(places.get((chunk.document, chunk.ordinal + step), -1), []) for step in (-1, 1)]
        _measure(of_chunk.get(number, []), beside[0], beside[1], score, account=float(reading.wants_account))
    return sentences


def _cover(reading: Reading, sentences: Sequence[_Sentence], held: Sequence[frozenset[str]]) -> None:
    """Each sentence's weighted share of the matter, the best one's being 1, and its share of details."""
    sought = frozenset(reading.sought)
    asked = sought.union(reading.own)
    counted = Counter(term for words in held for term in words)
    rare = {term: math.log(1 + (len(held) + 1) / (0.5 + counted[term])) for term in sought}
    telling = {term: math.log((len(held) + 1) / (0.5 + count)) for term, count in counted.items()}
    most = _MANY_DETAILS * math.log((len(held) + 1) / 1.5)
    for sentence, words in zip(sentences, held, strict=True):
        sentence.cover = sum(rare[term] for term in words & sought)
        sentence.details = min(1.0, sum(telling[term] for term in words - asked) / most)
    best = max((s.cover for s in sentences), default=0.0)
    for sentence in sentences:
        sentence.cover = sentence.cover / best if best else 0.0


def _measure(
    inside: Sequence[_Sentence],
    before: Sequence[_Sentence],
    after: Sequence[_Sentence],
    score: float,
    *,
    account: float,
) -> None:
    row = [0.0, *(s.cover for s in before[-1:]), *(s.cover for s in inside), *(s.cover for s in after[:1]), 0.0]
    first = 1 + len(before[-1:])
    trail = 0.0
    for sentence in before:
        trail = max(trail * _FADING, sentence.cover)
    best: dict[int, float] = {}
    for sentence in inside:
        best[sentence.paragraph] = max(sentence.cover, best.get(sentence.paragraph, 0.0))
    for place, sentence in enumerate(inside, start=first):
        beside = (row[place - 1] + row[place + 1]) / 2
        sentence.features = (
            score,
            sentence.cover,
            beside,
            best[sentence.paragraph],
            trail,
            account * score,
            account * sentence.cover,
            account * beside,
            account * sentence.details,
        )
        trail = max(trail * _FADING, sentence.cover)


def _grown(sentences: Sequence[_Sentence], seed: int, nearly: float) -> tuple[int, int]:
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


def _is_title(text: str) -> bool:
    """Whether a stretch only announces what follows: short, no row of a table, no end of a sentence."""
    return len(text) <= _TITLE and "\t" not in text and not _ENDED.search(text)


def _goes_on(sentences: Sequence[_Sentence], place: int) -> bool:
    """Whether what a title announces follows it in its chunk and is in no passage yet."""
    after = place + 1
    return after < len(sentences) and sentences[after].chunk == sentences[place].chunk and not sentences[after].used


def _adjoins(sentences: Sequence[_Sentence], span: _Span, place: int) -> bool:
    """Whether a sentence stands right beside a passage and the two are not too long together."""
    first, last = min(span.first, place), max(span.last, place)
    return (
        place in (span.first - 1, span.last + 1)
        and sentences[first].chunk == sentences[last].chunk
        and sentences[last].end - sentences[first].start <= _LONGEST
    )


def _joins(sentences: Sequence[_Sentence], place: int, seed: int, least: float) -> bool:
    if not 0 <= place < len(sentences):
        return False
    beside = sentences[place]
    return beside.chunk == sentences[seed].chunk and not beside.used and beside.probable >= least
