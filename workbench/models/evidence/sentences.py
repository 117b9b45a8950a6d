"""Sentences of Chinese and English text, of a whole text or as it streams in."""

import re

_END = re.compile(
    r"[。！？；!?;…]+[”’」』】）)\"']*"  # an unmistakable end, with closing quotes and brackets
    r"|\n+"
    r"|(?<![A-Z\d])\.[\"')]*(?=\s)"  # an English full stop: no decimal point, no initial
    r"|(?<=\d{3})\.(?=\s+[A-Z\u4e00-\u9fff])"  # after a year or figure, not after a list number
)

_ENUMERATION = re.compile(
    r"^\s*(?:[-*•·]\s*)?(?:[(（]?\d{1,2}[)）]|\d{1,2}[、.．](?!\d)|[(（]?[一二三四五六七八九十]{1,2}[)）、])\s*"
)


def without_enumeration(sentence: str) -> str:
    """A sentence without the list mark before it: 1. （二） 三、 -."""
    return _ENUMERATION.sub("", sentence)


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """``(start, end)`` of every sentence without surrounding blanks; empty ones are left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in [*(m.end() for m in _END.finditer(text)), len(text)]:
        part = text[start:stop]
        first = start + len(part) - len(part.lstrip())
        last = start + len(part.rstrip())
        if last > first:
            spans.append((first, last))
        start = stop
    return tuple(spans)


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences themselves, verbatim."""
    return tuple(text[start:end] for start, end in sentence_spans(text))


class SentenceStream:
    """Cuts a text that arrives in pieces: a sentence comes out once something follows it."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> tuple[str, ...]:
        """Take more text; returns the sentences completed by it."""
        self._held += piece
        spans = sentence_spans(self._held)
        if len(spans) < 2:
            return ()
        done = tuple(self._held[start:end] for start, end in spans[:-1])
        self._held = self._held[spans[-1][0] :]
        return done

    def rest(self) -> tuple[str, ...]:
        """What is left at the end of the stream."""
        done = split_sentences(self._held)
        self._held = ""
        return done
