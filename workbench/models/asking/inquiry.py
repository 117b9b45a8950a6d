"""What a question asks for: whose figures, of when, and of what kind."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.models.asking.wording import pattern, words
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import organisations, read_labels, year_of
from workbench.models.evidence.numbers import find_numbers
from workbench.models.evidence.sentences import without_enumeration

_AMOUNT = pattern("inquiry", "amount")
_THING = pattern("inquiry", "thing")
_ACCOUNT = pattern("inquiry", "account")
_COUNTED = pattern("inquiry", "counted")
_PERSONS = words("inquiry", "persons")
_WHEN = pattern("inquiry", "when")
_ASKING = pattern("inquiry", "asking")

_NAME_OF = re.compile(r"的?(?:姓名|名称)$")
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

    def names(self, label: str) -> bool:
        """Whether the question asks for what a row's label says: 贷款期限, or 申请金额 for 申请的贷款金额."""
        label = _NAME_OF.sub("", label) or label
        words, noun = content(label), content(label[-2:])
        return bool(words) and noun <= self.matter and len(words & self.matter) >= 0.6 * len(words)

    def row_value(self, text: str) -> str:
        """The value of a row of label and value (电子信箱：x@example.com) whose label is asked for; else empty."""
        row = _ROW.fullmatch(without_enumeration(text).strip())
        return row[2].strip() if row and self.wants_thing and self.names(row[1]) else ""

    def clearly_answered_by(self, text: str) -> bool:
        """Whether a text holds a number or date beside the very words asked for, or is a row of label and value."""
        row = _ROW.fullmatch(without_enumeration(text))
        if self.wants_thing and row:
            return self.names(row[1])
        if not (self.wants_amount or self.wants_date) or not self.answered_in_kind(text):
            return False
        labels = read_labels(text)
        if self.wants_amount:
            heads = [content(word) for x in labels if x.number.kind != "date" for word in (x.before, x.after)]
            return self.coverage(text) >= _CLEAR and any(head and head <= self.matter for head in heads)
        return self.coverage(text) >= _CLEAR
