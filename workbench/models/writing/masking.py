"""Figures out of a text before the model reads it, and back in after it has written.

Every number, date and amount of the material becomes a named slot, ``{金额A}`` or ``{date B}``. The
model moves slots about; it never sees a figure, so it can neither alter nor invent one. Filling puts
the source's own characters back, and so the origin of every figure in a draft is known.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.evidence.numbers import find_numbers

_KINDS = {
    "zh": {"amount": "金额", "percent": "比例", "date": "日期", "count": "数量", "plain": "数值"},
    "en": {"amount": "amount ", "percent": "share ", "date": "date ", "count": "count ", "plain": "number "},
}
_SLOT = re.compile(r"\{([^{}]+)\}")
_CLAUSE = re.compile(r"^第.+[条款章节项页号期届次]$")
_ENUMERATION = re.compile(r"(?m)^[ \t\u3000]*[(（]?$")
_AFTER_ENUMERATION = re.compile(r"^[)）、.．](?!\d)")
_REPEATED = re.compile(r"^(?:万元|亿元|元|％|%|年度|年|月|日|股|吨|家|人|名|倍|天)")


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A figure behind a slot. ``text`` are the characters to set in; ``source`` is the index of the
    masked text it comes from and ``start`` its place there, or -1 for a figure given by code.
    """

    name: str
    text: str
    source: int = -1
    start: int = 0

    @property
    def slot(self) -> str:
        """How the model writes it."""
        return "{" + self.name + "}"


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts without a digit, and the figures taken out of them."""

    texts: tuple[str, ...]
    values: tuple[NamedValue, ...]


def letters(count: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    count += 1
    while count:
        count, rest = divmod(count - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def has_digit(text: str) -> bool:
    """Whether any character is a digit or number sign of any script (½, ⅷ, ③ and full-width too).

    Chinese numerals are letters to Unicode and are judged elsewhere.
    """
    return any(unicodedata.category(c) in {"Nd", "No", "Nl"} for c in text)


def number_spans(text: str) -> list[tuple[int, int, str]]:
    """Start, end and kind of every figure, without overlaps; stray digits are figures as well."""
    spans = [(n.start, n.end, n.kind) for n in find_numbers(text)]
    covered = [False] * len(text)
    for start, end, _ in spans:
        covered[start:end] = [True] * (end - start)
    position = 0
    while position < len(text):
        if covered[position] or not has_digit(text[position]):
            position += 1
            continue
        end = position
        while end < len(text) and not covered[end] and (has_digit(text[end]) or text[end] in ".,，．-"):
            end += 1
        while not has_digit(text[end - 1]):
            end -= 1
        spans.append((position, end, "plain"))
        position = end
    return sorted(spans)


def mask(texts: Sequence[str], language: str = "zh") -> Masked:
    """Name every figure of ``texts``; equal figures of one text share a name.

    Numbers of clauses and paragraphs are blotted out: they are no figures to be moved about.
    """
    kinds = _KINDS["zh" if language == "zh" else "en"]
    values: list[NamedValue] = []
    masked: list[str] = []
    for index, text in enumerate(texts):
        plain = text.replace("{", "（").replace("}", "）")
        known: dict[str, NamedValue] = {}
        pieces: list[str] = []
        position = 0
        for start, end, kind in number_spans(plain):
            if start < position:
                continue
            figure = plain[start:end]
            if _CLAUSE.match(figure) or _enumerates(plain, start, end):
                pieces += [plain[position:start], "·"]
                position = end
                continue
            if figure not in known:
                name = f"{kinds.get(kind, kinds['plain'])}{letters(len(values))}"
                known[figure] = NamedValue(name, figure, index, start)
                values.append(known[figure])
            pieces += [plain[position:start], known[figure].slot]
            position = end
        masked.append("".join(pieces) + plain[position:])
    return Masked(tuple(masked), tuple(values))


def _enumerates(text: str, start: int, end: int) -> bool:
    """A number that only counts paragraphs (1、 （2）): the model would take it for a figure."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return end - start <= 2 and bool(_ENUMERATION.match(line)) and bool(_AFTER_ENUMERATION.match(text[end : end + 2]))


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with its figures set in, and which they are; ``unknown`` are slots nobody offered."""

    text: str
    values: tuple[NamedValue, ...]
    unknown: tuple[str, ...] = ()


def fill(text: str, values: Sequence[NamedValue]) -> Filled:
    """Set the figures in. A unit the model wrote again behind a slot that carries it is left out."""
    named = {v.name: v for v in values}
    used: list[NamedValue] = []
    unknown: list[str] = []
    pieces: list[str] = []
    position = 0
    for match in _SLOT.finditer(text):
        pieces.append(text[position : match.start()])
        position = match.end()
        value = named.get(match[1])
        if value is None:
            unknown.append(match[1])
            continue
        used.append(value)
        pieces.append(value.text)
        again = _REPEATED.match(text[position:])
        if again and value.text.rstrip().endswith(again[0]):
            position += len(again[0])
    return Filled("".join(pieces) + text[position:], tuple(dict.fromkeys(used)), tuple(unknown))


def outside(text: str) -> str:
    """The text without its slots: what the model wrote itself."""
    return _SLOT.sub(" ", text)
