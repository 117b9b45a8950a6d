"""Particulars read by code: the figure, date or share a question asks for, from the sentence that states it.

A question such as 募集了多少资金 wants one value. Where a sentence about the asked organisation and
time holds a value of the asked kind beside the asked words, that value is the answer and the sentence
its proof; where no sentence found can hold it, there is no answer. No model is asked for either.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from workbench.models.asking.holders import name_below, names_behind
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.narrowing import of_parent
from workbench.models.asking.wording import pattern, words
from workbench.models.evidence import Citation
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import SAME_LABELS, Label, head_of, same_organisation
from workbench.models.evidence.numbers import Number, agree, find_numbers
from workbench.models.evidence.sentences import without_enumeration
from workbench.models.evidence.verify import Source

SURE = 0.62
"""Weighted share of the question's words a sentence must hold for its value to be the answer."""
_HOPELESS = 0.42
"""Below this share nothing found is about what is asked."""
FAINT, _BESIDE = 0.12, 0.5
"""Below this share not even a number is that stands beside this part of the asked words."""
_CLOSE = 0.08
_SAYS_ALL = 0.8
_BEST = 4
_BACK = 2
"""A sentence without a date is of the date told in one of so many sentences before it."""
_NEAR = 0.5
"""What words of the sentence before and of the heading count beside those of the sentence itself."""
_MEASURE = pattern("points", "measure")
_CHANGE = pattern("points", "change")
_PRIOR = pattern("points", "prior")
_NOUN = pattern("points", "noun")
_MONEY = pattern("points", "money")
"""Words for any sum of money: the sentence names what it was for, not 金额."""
_UNIT = re.compile(r"[^\d.,，．\s()（）-]")
_FROM = pattern("points", "from")
_YEAR_ASKED = pattern("points", "year")
_UNIT_AFTER = re.compile(
    r"(?: ?[A-Za-z]{1,6}|[^\x00-\u33ff的了用等为和，。；、：！？（）]{1,6})?"
    r"(?:[（(][^）)]{1,12}[）)])?(?=[，,。；;、]|$)"
)
_RANKED = ("第季", "第期", "第届", "第批")
_MORE = pattern("points", "more")
_SOONER = words("points", "sooner")
_COMPARING = pattern("points", "comparing")
"""Words of a comparison that the sentences compared need not hold."""
_TELLING = pattern("points", "telling")
_SEVERAL = pattern("points", "several")
_LISTED = pattern("points", "listed")
_SHARE = pattern("points", "share")


class Wanted(StrEnum):
    """What kind of value a question asks for."""

    DATE = "date"
    NUMBER = "number"
    SHARE = "share"
    THING = "thing"


class Verdict(StrEnum):
    """``FOUND``: the value is read. ``OPEN``: sentences may hold it, a reader has to say. ``ABSENT``: none can."""

    FOUND = "found"
    OPEN = "open"
    ABSENT = "absent"


@dataclass(frozen=True)
class Passage:
    """A sentence of a source, and the sentences before it there."""

    source: Source
    span: tuple[int, int]
    before: tuple[tuple[int, int], ...]

    @cached_property
    def text(self) -> str:
        return self.source.text[slice(*self.span)]

    @property
    def heads(self) -> bool:
        """Whether this is a row of column heads: its first cell, above the rows' names, is empty."""
        return self.source.text[: self.span[0]].endswith("\t")

    @cached_property
    def own_dates(self) -> tuple[Number, ...]:
        """Dates of the sentence itself."""
        return _dates(self.text)

    @cached_property
    def dates(self) -> tuple[Number, ...]:
        """Dates of the sentence; where it has none, those of the nearest before it that has some."""
        if self.own_dates:
            return self.own_dates
        earlier = (_dates(self.source.text[slice(*span)]) for span in reversed(self.before[-_BACK:]))
        return next((told for told in earlier if told), ())

    @cached_property
    def words(self) -> frozenset[str]:
        """Content of the sentence, with what people call the totals it names."""
        said = "".join(f" {name}" for printed, name in SAME_LABELS.items() if printed in self.text)
        return content(self.text + said)

    @cached_property
    def near(self) -> frozenset[str]:
        """Content of the heading and of the sentence before, unless this begins an item of a list: 4、某某：…"""
        own = without_enumeration(self.text) != self.text
        previous = self.source.text[slice(*self.before[-1])] if self.before and not own else ""
        return content(f"{self.source.context}\n{previous}")

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Its numbers with their labels."""
        return tuple(x for x in self.source.labels if self.span[0] <= x.number.start < self.span[1])


@dataclass(frozen=True)
class Part:
    """What is asked of one organisation (``""``: the question names none) at the times named."""

    subject: str
    dates: tuple[Number, ...]


@dataclass(frozen=True)
class Point:
    """What was read for a part: the value as printed, its number where it is one, and where it stands."""

    part: Part
    verdict: Verdict
    passages: tuple[Passage, ...] = ()
    value: str = ""
    number: Number | None = None
    share: float = 0.0
    proof: tuple[Citation, ...] = ()
    """What proves a value that no single sentence holds word for word."""


def wanted(inquiry: Inquiry) -> Wanted | None:
    """The kind of value asked for; None where an account of something or several things at once are."""
    question = inquiry.question
    if compared := _MORE.search(question):
        return Wanted.DATE if compared[1] in _SOONER else Wanted.NUMBER
    if _TELLING.search(question) or (len(inquiry.subjects) < 2 and _SEVERAL.search(question)):
        return None
    if inquiry.wants_date:
        return Wanted.DATE
    if _SHARE.search(question):
        return Wanted.SHARE
    if inquiry.wants_amount:
        return Wanted.NUMBER
    return Wanted.THING if inquiry.wants_thing and not _LISTED.search(question) else None


def asked_noun(question: str) -> str:
    """What kind of thing is asked for by its noun: 设施 of 什么设施; empty where none is named."""
    found = _NOUN.search(question)
    return found[1] if found else ""


def parts_of(inquiry: Inquiry) -> tuple[Part, ...]:
    """One part for each organisation; dates given to them in their order where there are as many (分别在)."""
    dates = tuple(n for n in find_numbers(inquiry.question) if n.kind == "date")
    subjects = inquiry.subjects or ("",)
    if len(subjects) > 1 and len(dates) == len(subjects):
        return tuple(Part(subject, (date,)) for subject, date in zip(subjects, dates, strict=True))
    return tuple(Part(subject, dates) for subject in subjects)


def _dates(text: str) -> tuple[Number, ...]:
    return tuple(n for n in find_numbers(text) if n.kind == "date")


def passages_of(sources: Iterable[Source]) -> list[Passage]:
    """Every sentence of the sources, once each."""
    return [
        Passage(source, span, source.spans[max(0, n - _BACK) : n])
        for source in sources
        for n, span in enumerate(source.spans)
    ]


class Reader:
    """Reads what passages say to one part."""

    def __init__(self, inquiry: Inquiry, kind: Wanted, part: Part, passages: Sequence[Passage]) -> None:
        self._kind = kind
        self._part = part
        self._inquiry = inquiry
        self._question = inquiry.question
        # 五名 of 前五名客户 is asked about, not for.
        self._named = [n for n in find_numbers(inquiry.question) if n.kind == "count"]
        self._parent = of_parent(inquiry.question)
        names = content("".join(inquiry.subjects))
        self._matter = _matter(inquiry) - names or inquiry.matter
        self._passages = [p for p in passages if _about(part.subject, p.source)]
        self._weights = self._weigh([p.words for p in self._passages])

    def read(self) -> Point:
        ranked = self._ranked(p for p in self._passages if self._may_hold(p))
        best = tuple(p for share, _, p in ranked if share >= self._least(p))[:_BEST]
        said = self._ranked(p for p in self._passages if self._says_all(p))
        if said and (not best or self._share(best[0]) < _HOPELESS):
            ranked, best = said, tuple(p for _, _, p in said)[:_BEST]
        if not best:
            return Point(self._part, Verdict.ABSENT, share=ranked[0][0] if ranked else 0.0)
        share = self._share(best[0])
        if row := next((p for p in best if not p.heads and self._inquiry.row_value(p.text)), None):
            return Point(self._part, Verdict.FOUND, (row,), self._inquiry.row_value(row.text), share=share)
        if self._kind is Wanted.THING and (named := self._holder(best)):
            return Point(self._part, Verdict.FOUND, (named[0],), named[1], share=share)
        if self._kind is not Wanted.THING and share >= SURE:
            found = self._value(best[0])
            if not self._rivalled(found, best, share):
                return Point(self._part, Verdict.FOUND, best, self._printed(best[0], found), found, share)
        return Point(self._part, Verdict.OPEN, best, share=share)

    def _holder(self, best: Sequence[Passage]) -> tuple[Passage, str] | None:
        """Who holds the post asked for: the person under it in a table, or named right behind it in a sentence."""
        for head in (p for p in self._passages if p.heads):
            if below := name_below(head.source.text, head.span, self._inquiry.names):
                span, name = below
                return Passage(head.source, span, ()), name
        clear = [p for p in best if self._share(p) >= SURE]
        told = names_behind(self._question, [p.text for p in clear])
        return (clear[told[0]], told[1]) if told else None

    def _ranked(self, passages: Iterable[Passage]) -> list[tuple[float, int, Passage]]:
        """Sentences by how much of the question they say, the first first where they say the same."""
        found = ((self._share(p), -n, p) for n, p in enumerate(passages))
        return sorted(found, key=lambda x: x[:2], reverse=True)

    def _least(self, passage: Passage) -> float:
        """A number right beside the asked words, or the very noun asked after, may stand among other words."""
        if self._kind is Wanted.THING:
            noun = content(asked_noun(self._question))
            return FAINT if noun and noun <= passage.words else _HOPELESS
        beside = self._kind is Wanted.NUMBER and any(self._fit(x, 2) >= _BESIDE for x in self._numbers(passage))
        return FAINT if beside else _HOPELESS

    def _weigh(self, held: Sequence[frozenset[str]]) -> dict[str, float]:
        return {t: math.log(1 + (len(held) + 1) / (0.5 + sum(t in words for words in held))) for t in self._matter}

    def _share(self, passage: Passage) -> float:
        """Weighted share of the question's words in a sentence, those standing near it counting half."""
        held = self._matter & passage.words
        bridges = _bridges(self._matter - held, held)
        total = sum(w for t, w in self._weights.items() if t not in bridges) or 1.0
        own = sum(self._weights[t] for t in held)
        near = sum(w for t, w in self._weights.items() if t in passage.near - held - bridges)
        return (own + _NEAR * near) / total

    def _may_hold(self, passage: Passage) -> bool:
        if not self._suits(passage):
            return False
        match self._kind:
            case Wanted.DATE:
                return bool(passage.own_dates)
            case Wanted.THING:
                return True
        numbers = self._numbers(passage)
        return any(self._fit(x) > 0 for x in numbers) or (bool(_MONEY.search(self._question)) and _one_amount(numbers))

    def _says_all(self, passage: Passage) -> bool:
        """Whether a sentence says all that is asked and one number: it says what that is in other words."""
        if self._kind not in (Wanted.NUMBER, Wanted.SHARE) or not self._suits(passage):
            return False
        return len(self._numbers(passage)) == 1 and self._share(passage) >= _SAYS_ALL

    def _suits(self, passage: Passage) -> bool:
        """Whether a sentence is of the time, rank and company asked for; the parent's figures are told as its own."""
        alone = not self._parent or of_parent(f"{passage.source.context}\n{passage.text}")
        return alone and self._of_time(passage) and self._of_rank(passage)

    def _of_rank(self, passage: Passage) -> bool:
        """Whether a sentence or its heading is of the quarter, issue or session asked for: 第四季度."""
        told = {(n.unit, n.value) for n in find_numbers(f"{passage.source.context}\n{passage.text}")}
        return all((n.unit, n.value) in told for n in self._named if n.unit in _RANKED)

    def _of_time(self, passage: Passage) -> bool:
        """Whether a sentence may be of the time asked for: its dates, or where it has none its document's year."""
        if not self._part.dates:
            return True
        if passage.dates:
            return any(_same_time(asked, told) for asked in self._part.dates for told in passage.dates)
        years = {str(d.value)[:4] for d in self._part.dates if d.unit in ("年", "月", "日")}
        exact = any(d.unit != "年" for d in self._part.dates)
        return not exact and (passage.source.year is None or not years or str(passage.source.year) in years)

    def _numbers(self, passage: Passage) -> list[Label]:
        """Numbers that may be the value: no dates, no change of it unless one is asked for, not what it was before."""
        return [
            x
            for x in passage.labels
            if x.number.kind != "date"
            and not any(n.unit == x.number.unit and n.value == x.number.value for n in self._named)
            and (self._kind is not Wanted.SHARE or x.number.kind == "percent")
            and (not x.changed or _CHANGE.search(self._question))
            and not _FROM.search(passage.source.text[: x.number.start])
            and self._of_column(x)
            and self._told_by_column(x, passage)
        ]

    def _told_by_column(self, label: Label, passage: Passage) -> bool:
        """Whether a number of a row with several is the one asked for: by its year, or by what its column says."""
        beside = [x for x in passage.labels if x.number.kind != "date"]
        if "\t" not in passage.text or len(beside) < 2 or label.period == "current":
            return True
        years = {int(str(d.value)[:4]) for d in self._part.dates if d.unit in ("年", "月", "日")}
        return label.year in years or self._column_says(label) > 0 or bool(content(label.after) & self._matter)

    def _column_says(self, label: Label) -> float:
        """Share of a column's words, as they stand about a cell beside its row's, that the question holds."""
        head = content(label.around) - content(label.before)
        return len(head & self._matter) / len(head) if head else 0.0

    def _of_column(self, label: Label) -> bool:
        """Whether a number of a table or list may be of the time asked for, by its own head or date."""
        years = {int(str(d.value)[:4]) for d in self._part.dates if d.unit in ("年", "月", "日")}
        if label.unclear and (years or label.period):
            return False
        if years and label.year and label.year not in years:
            return False
        return label.period != "prior" or bool(_PRIOR.search(self._question))

    def _fit(self, label: Label, least: int = 1) -> float:
        """Share of the words a number hangs on that the question holds; 0 where fewer than ``least``."""
        heads = [content(head) for head in (label.before, head_of(label.before), label.after) if head]
        return max((len(h & self._matter) / len(h) for h in heads if len(h & self._matter) >= least), default=0.0)

    def _value(self, passage: Passage) -> Number:
        if self._kind is Wanted.DATE:
            return passage.own_dates[0]
        fitting = self._numbers(passage)
        best = max(fitting, key=lambda x: (self._fit(x), self._column_says(x), -x.number.start))
        return best.number

    def _rivalled(self, found: Number, best: Sequence[Passage], share: float) -> bool:
        """Whether another sentence, as much to the point, tells another value.

        Where an organisation is asked about, documents that disagree are compared elsewhere.
        """
        if self._kind is Wanted.DATE:
            return False
        for passage in best[1:]:
            elsewhere = bool(self._part.subject) and passage.source.document != best[0].source.document
            if elsewhere or self._share(passage) < share - _CLOSE:
                continue
            other = self._value(passage)
            if other.kind == found.kind and other.unit == found.unit and not agree(other, found):
                return True
        return False

    def _printed(self, passage: Passage, number: Number) -> str:
        """The value as the sentence prints it, with a unit no list of units holds (50000吨标准煤, 75（满分100）)."""
        if self._kind is Wanted.DATE:
            asked = "年" if _YEAR_ASKED.search(self._question) else ""
            return number.text.split(asked)[0] + asked if asked and asked in number.text else number.text
        if number.kind == "amount":
            # A cell's unit stands above its table: the value is told in yuan.
            return number.text if _UNIT.search(number.text) else f"{number.value:,}{number.unit}"
        rest = _UNIT_AFTER.match(passage.source.text, number.end, passage.span[1])
        return number.text + (rest.group() if rest else "")


def _matter(inquiry: Inquiry) -> frozenset[str]:
    """The question's words without the noun asked after and without 量 in 能源消耗量: a text has them or not."""
    plain = _COMPARING.sub(" ", _MEASURE.sub(" ", inquiry.question))
    return inquiry.matter & content(plain) if content(plain) else inquiry.matter


def _bridges(missing: frozenset[str], held: frozenset[str]) -> frozenset[str]:
    """Pairs of characters that only join two held words: 利分 in 股利分发, where a sentence says 分发股利."""
    ends, begins = {t[-1] for t in held}, {t[0] for t in held}
    return frozenset(t for t in missing if len(t) == 2 and t[0] in ends and t[1] in begins)


def _one_amount(numbers: Sequence[Label]) -> bool:
    """Whether a sentence tells one sum of money and no other number."""
    return len(numbers) == 1 and numbers[0].number.kind == "amount"


def _about(subject: str, source: Source) -> bool:
    return not subject or not source.names or any(same_organisation(subject, name) for name in source.names)


def _same_time(asked: Number, told: Number) -> bool:
    """Whether a date told lies within the one asked for, or may: 3月 is within 2018年, and may be 2018年3月."""
    a, b = str(asked.value), str(told.value)
    if told.unit in ("月份", "月日"):
        month = b.zfill(2) if told.unit == "月份" else b.zfill(4)[:2]
        return asked.unit == "年" or (a[4:6] == month if asked.unit in ("月", "日") else a.zfill(2)[:2] == month)
    if asked.unit in ("月份", "月日"):
        return b[4:6] == a.zfill(2 if asked.unit == "月份" else 4)[:2]
    return b.startswith(a)
