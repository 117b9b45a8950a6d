"""Where a text may be cut: at the ends of sentences, then of clauses, never inside a figure."""

import re

_END = re.compile(r"[。！？!?；;…]+[”’」』）)》\"]*|\n+|(?<=[a-z)\d])\.(?=\s+[A-Z])|(?<=[^\d\s])\.(?=\s+[一-鿿])")
_PAUSE = re.compile(r"[，、：:]|,(?!\d)|[)）」』”](?=\S)|\s")
_FIGURE = re.compile(
    r"[（(]?[-+−]?[￥¥$]?\d[\d,，.]*\s*(?:%|％|‰|个?百分点|(?:百|千|万|十万|百万|千万|亿|万亿)?\s*[元股份吨平方米立人次户家台套年月日天倍项笔美港欧日]*)"
)

Span = tuple[int, int]


def sentences(text: str, longest: int) -> list[Span]:
    """The sentences of a text as spans that follow one another without a gap and cover it.

    A sentence over ``longest`` characters is cut at its pauses; where it has none, before a figure
    or between two characters.
    """
    spans: list[Span] = []
    start = 0
    for found in _END.finditer(text):
        if text[start : found.end()].strip():
            spans.extend(_cut(text, start, found.end(), longest))
            start = found.end()
    if start < len(text):
        if text[start:].strip() or not spans:
            spans.extend(_cut(text, start, len(text), longest))
        else:
            spans[-1] = (spans[-1][0], len(text))
    return spans


def _cut(text: str, start: int, end: int, longest: int) -> list[Span]:
    spans = []
    while end - start > longest:
        cut = _pause(text, start, start + longest) or _between_figures(text, start, start + longest)
        spans.append((start, cut))
        start = cut
    return [*spans, (start, end)]


def _pause(text: str, start: int, limit: int) -> int:
    """The last pause in the second half of the stretch, 0 where there is none."""
    best = 0
    for found in _PAUSE.finditer(text, start + (limit - start) // 2, limit):
        if not _inside_figure(text, found.end(), start):
            best = found.end()
    return best


def _inside_figure(text: str, position: int, start: int) -> int:
    """Where the figure begins that a cut here would part, else 0."""
    for found in _FIGURE.finditer(text, max(start, position - 40), min(len(text), position + 40)):
        if found.start() < position < found.end():
            return found.start()
    return 0


def _between_figures(text: str, start: int, limit: int) -> int:
    """The latest cut up to the limit that parts no figure; the limit itself where there is none."""
    begin = _inside_figure(text, limit, start)
    return begin if begin > start else limit
