"""What a question asks for: whose figures, of when, and of what kind."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import organisations, read_labels, year_of
from workbench.models.evidence.numbers import find_numbers
from workbench.models.evidence.sentences import without_enumeration

_AMOUNT = re.compile(
    r"多少|几[家个名人次项年]|[率额量数]是|占比|多高|什么比例"
    r"|how (?:much|many)|what (?:was|is|were) the (?:amount|total|number|ratio)",
    re.IGNORECASE,
)
_THING = re.compile(r"什么|哪[个家位里一]|谁|\b(?:who|which|where|what)\b", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"如何|怎样|怎么|为什么|总结|概括|分析|说明|介绍|措施|影响|哪些|比较|对比|更[高低大小多少早晚快慢]"
    r"|\b(?:how|why|summari\w+|describe|explain)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?:多少|几)(名|位|家|次|台|吨|天|个(?!人)|项(?!目)|人(?![民员才])|股(?![利东权本息份票]))")
_PERSONS = "名人位"
_WHEN = re.compile(
    r"何时|什么时候|哪(?:一|个)?[年月天]|几月|什么时间|日期|when\b|what date|which (?:year|month)", re.IGNORECASE
)
_ASKING = re.compile(
    r"多少|什么|哪些|哪个|哪家|哪一|如何|怎样|怎么|为何|为什么|是否|何时|分别|请问|根据|结合|总结|比较|说明|简要|分析|情况|主要"
    r"|内容|报告|进行|采取|有限|公司|股份|保留|两位|小数|位小|列出|介绍|以及|是多|少的|哪里|本次|此次|这次"
)

_ROW = re.compile(r"([^\t：:]{2,20})[\t：:]+\s*([^\t]+)")
_CLEAR = 0.75


@dataclass(frozen=True)
class Inquiry:
    """A question, read by code."""

    question: str

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Organisations it names."""
        return organisations(self.question)

    @cached_property
    def years(self) -> frozenset[int]:
        """Years it names."""
        return frozenset(y for n in find_numbers(self.question) if (y := year_of(n)))

    @property
    def wants_amount(self) -> bool:
        """Whether a number must be part of the answer."""
        return bool(_AMOUNT.search(self.question))

    @property
    def wants_date(self) -> bool:
        """Whether a date must be part of the answer."""
        return bool(_WHEN.search(self.question))

    @property
    def wants_thing(self) -> bool:
        """Whether one particular thing, place or person is asked for, rather than an account of something."""
        return bool(_THING.search(self.question)) and not _ACCOUNT.search(self.question)

    @cached_property
    def matter(self) -> frozenset[str]:
        """Content of the question without subjects, question words and dates: what must be found."""
        plain = self.question
        for name in self.subjects:
            plain = plain.replace(name, " ")
        found = content(_ASKING.sub(" ", plain))
        return found or content(plain)

    def without(self, names: Sequence[str]) -> str:
        """The question without some of the organisations it names."""
        plain = self.question
        for name in names:
            plain = plain.replace(name, "")
        return plain

    def coverage(self, text: str) -> float:
        """Share of the matter that ``text`` holds."""
        return len(self.matter & content(text)) / len(self.matter) if self.matter else 0.0

    def weights(self, texts: Sequence[str]) -> dict[str, float]:
        """How telling each part of the matter is among ``texts``: what all of them hold tells little."""
        held = [content(text) for text in texts]
        return {
            term: math.log(1 + (len(held) + 1) / (0.5 + sum(term in words for words in held))) for term in self.matter
        }

    def answered_in_kind(self, text: str) -> bool:
        """Whether a text holds a number or date where the question wants one."""
        numbers = find_numbers(without_enumeration(text))
        if self.wants_date and not any(n.kind == "date" for n in numbers):
            return False
        if counted := _COUNTED.search(self.question):
            units = _PERSONS if counted[1] in _PERSONS else counted[1]
            return any(n.kind == "count" and n.unit in units for n in numbers)
        return not self.wants_amount or any(n.kind != "date" for n in numbers)

    def _names(self, label: str) -> bool:
        """Whether the question asks for what a row's label says: 贷款期限, or 申请金额 for 申请的贷款金额."""
        words, noun = content(label), content(label[-2:])
        return bool(words) and noun <= self.matter and len(words & self.matter) >= 0.6 * len(words)

    def row_value(self, text: str) -> str:
        """The value of a row of label and value (电子信箱：x@example.com) whose label is asked for; else empty."""
        row = _ROW.fullmatch(without_enumeration(text).strip())
        return row[2].strip() if row and self.wants_thing and self._names(row[1]) else ""

    def clearly_answered_by(self, text: str) -> bool:
        """Whether a text holds a number or date beside the very words asked for, or is a row of label and value."""
        row = _ROW.fullmatch(without_enumeration(text))
        if self.wants_thing and row:
            return self._names(row[1])
        if not (self.wants_amount or self.wants_date) or not self.answered_in_kind(text):
            return False
        labels = read_labels(text)
        if self.wants_amount:
            heads = [content(word) for x in labels if x.number.kind != "date" for word in (x.before, x.after)]
            return self.coverage(text) >= _CLEAR and any(head and head <= self.matter for head in heads)
        return self.coverage(text) >= _CLEAR
