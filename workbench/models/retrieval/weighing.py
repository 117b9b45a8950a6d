"""How probably each sentence of the chunks found belongs to the answer.

Logistic regression on what a sentence holds of the question, on its neighbours and its chunk, and on its part in the
text (:mod:`signs`); the weights were fitted once (``docs/decisions/0032-a-sentence-by-its-part-in-the-text.md``).
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.models.evidence.sentences import sentence_spans
from workbench.models.evidence.terms import terms
from workbench.models.library import StoredChunk
from workbench.models.retrieval.question import Reading
from workbench.models.retrieval.signs import SIGNS, signs, topic_of

WEIGHTS: dict[str, tuple[float, float]] = {
    "chunk": (11.5, 14.2),
    "cover": (5.3, 2.2),
    "beside": (-0.1, 0.4),
    "paragraph": (0.6, 0.6),
    "before": (-0.5, -0.5),
    "details": (0.0, -1.9),
    "length": (1.2, 5.2),
    "topic": (0.0, 2.1),
    "recap": (-0.7, -1.3),
    "vague": (-0.4, -1.0),
    "back": (0.0, 0.6),
    "step": (-0.1, 0.3),
    "dated": (0.0, -1.0),
    "figures": (0.0, 1.3),
    "effect": (0.3, 0.7),
    "ahead": (0.5, 0.2),
    "not_ahead": (-0.1, -0.7),
    "event": (1.0, 1.5),
    "indicator": (0.5, 1.0),
    "quantity": (1.5, -0.1),
}
"""Where a fact is asked for, and where an account is. ``chunk`` the score of its chunk; ``cover`` share of the
question's matter it holds, ``beside`` the mean of its two neighbours', ``paragraph`` the best of its paragraph,
``before`` what the sentences before it held, fading; ``details`` how much it holds that is rare and not asked for: an
account tells what happened before its particulars; ``length`` by its terms; ``topic`` how far what the passage was
opened on is asked for; the rest are :data:`~workbench.models.retrieval.signs.SIGNS`."""
BIAS = -15.3
_MANY_DETAILS = 40
"""Terms of the rarest kind that count as all details."""
_FADING = 0.8
_TITLE = 40
_ENDED = re.compile(r"[。！？；;.!?…”」）)]\s*$|\d\s*$")
_LENGTH = 5.0
"""The logarithm of a long sentence's number of terms."""


@dataclass(slots=True)
class Sentence:
    """A sentence of the chunk at place ``chunk``, with its features in the order of :data:`WEIGHTS`."""

    chunk: int
    start: int
    end: int
    paragraph: int
    cover: float = 0.0
    details: float = 0.0
    topic: float = 0.0
    features: tuple[float, ...] = ()
    probable: float = 0.0
    used: bool = False
    title: bool = False


def weighed(reading: Reading, ranked: Sequence[tuple[StoredChunk, float]]) -> list[Sentence]:
    """The sentences of the chunks in order, each with its probability."""
    sentences = sentence_features(reading, ranked)
    weights = [of_account if reading.wants_account else of_fact for of_fact, of_account in WEIGHTS.values()]
    for sentence in sentences:
        sum_ = BIAS + sum(w * f for w, f in zip(weights, sentence.features, strict=True))
        sentence.probable = 1 / (1 + math.exp(-sum_))
    return sentences


def sentence_features(reading: Reading, ranked: Sequence[tuple[StoredChunk, float]]) -> list[Sentence]:
    """The sentences of the chunks in order, with their features."""
    sentences: list[Sentence] = []
    held: list[frozenset[str]] = []
    for number, (chunk, _) in enumerate(ranked):
        for start, end in sentence_spans(chunk.text):
            paragraph = chunk.text.count("\n", 0, start)
            sentences.append(Sentence(number, start, end, paragraph, title=_is_title(chunk.text[start:end])))
            held.append(frozenset(terms(chunk.text[start:end])))
    _cover(reading, sentences, held)
    texts = [ranked[s.chunk][0].text[s.start : s.end] for s in sentences]
    _give_topics(reading, [chunk for chunk, _ in ranked], sentences, texts)
    around = _around(ranked, sentences)
    for sentence, text, words in zip(sentences, texts, held, strict=True):
        own = {
            "chunk": ranked[sentence.chunk][1],
            "cover": sentence.cover,
            "details": sentence.details,
            "length": math.log(1 + len(words)) / _LENGTH,
            "topic": sentence.topic,
            **dict(zip(SIGNS, signs(reading.question, text), strict=True)),
            **next(around),
        }
        sentence.features = tuple(own[name] for name in WEIGHTS)
    return sentences


def _cover(reading: Reading, sentences: Sequence[Sentence], held: Sequence[frozenset[str]]) -> None:
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


def _give_topics(
    reading: Reading, chunks: Sequence[StoredChunk], sentences: Sequence[Sentence], texts: Sequence[str]
) -> None:
    """What a title or 在…方面 opens holds on, in the order of the text, until the next one opens or it is summed up."""
    asked = frozenset(reading.sought).union(reading.own)

    def place(n: int) -> tuple[str, int, int]:
        chunk = chunks[sentences[n].chunk]
        return chunk.document, chunk.ordinal, sentences[n].start

    at, share = ("", 0), 0.0
    for number in sorted(range(len(sentences)), key=place):
        document, ordinal, _ = place(number)
        if document != at[0] or ordinal > at[1] + 1:
            share = 0.0
        at = document, ordinal
        topic = texts[number] if sentences[number].title else topic_of(texts[number])
        if topic is not None:
            named = frozenset(terms(topic))
            share = len(named & asked) / len(named) if named else 0.0
        sentences[number].topic = share


def _around(
    ranked: Sequence[tuple[StoredChunk, float]], sentences: Sequence[Sentence]
) -> Iterator[Mapping[str, float]]:
    """For each sentence what its neighbours hold, those of adjoining chunks among them."""
    places = {(chunk.document, chunk.ordinal): number for number, (chunk, _) in enumerate(ranked)}
    of_chunk: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        of_chunk.setdefault(sentence.chunk, []).append(sentence)
    for number, inside in of_chunk.items():
        chunk = ranked[number][0]
        before, after = (of_chunk.get(places.get((chunk.document, chunk.ordinal + step), -1), []) for step in (-1, 1))
        yield from _neighbours(inside, before, after)


def _neighbours(
    inside: Sequence[Sentence], before: Sequence[Sentence], after: Sequence[Sentence]
) -> Iterator[Mapping[str, float]]:
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
        yield {"beside": beside, "paragraph": best[sentence.paragraph], "before": trail}
        trail = max(trail * _FADING, sentence.cover)


def _is_title(text: str) -> bool:
    """Whether a stretch only announces what follows: short, no row of a table, no end of a sentence."""
    return len(text) <= _TITLE and "\t" not in text and not _ENDED.search(text)
