"""A question that leans on the talk so far, made to stand alone: 2019年呢？ after a question about 2020."""

import re
from collections.abc import Sequence

from workbench.models.asking.inquiry import Inquiry
from workbench.models.evidence.numbers import find_numbers

_AND = re.compile(r"^(?:那么?|还有|另外|以及|再问)?[，,]?\s*(.+?)(?:又)?(?:如何|怎么样|怎样)?呢[？?]?$")
_PRONOUN = re.compile(r"(?:该|这家|这个|上述|前述)(?:公司|企业|借款人|客户|银行)|它们?|其(?=[\u4e00-\u9fff]{2,})")
_ASKED = re.compile(
    r"(?P<before>.*的)(?P<noun>[^的，,。？?]{2,16}?)"
    r"(?P<after>(?:分别)?(?:是|为)?(?:多少|什么|谁|何时|哪.{0,4})[^，,]*[？?]?)$"
)
_POINTING = re.compile(
    r"^(?:那|为什么|为何|原因|怎么|如何|具体|详细|还有)|[这那](?:个|些|项|笔|种|一)?(?:数|情况|变化|问题|风险|笔|项)"
)
_SPAN = re.compile(r"(?:最近|近|过去|前)[一两二三四五六七八九十\d]+(?:个)?年(?:度|来)?的?|历年|各年|逐年")
_SHORT = 8


def standing_alone(question: str, earlier: Sequence[str]) -> str | None:
    """The question in full where code can say it; itself where it needs nothing; None where a reader has to.

    ``earlier`` are the questions of the talk as they were understood, oldest first.
    """
    if not earlier:
        return question
    if said := _AND.match(question.strip()):
        return _in_place(said[1].strip(), earlier[-1])
    named, talked_of = Inquiry(question).subjects, _last_subject(earlier)
    if talked_of and not named and _PRONOUN.search(question):
        return _PRONOUN.sub(talked_of, question, count=1)
    leaning = _POINTING.search(question) or len(question.strip("？?")) < _SHORT
    return None if leaning and not named else question


def _in_place(said: str, before: str) -> str | None:
    """The question before with its time, its organisation or its noun exchanged for what is said now."""
    dates = [n for n in find_numbers(before) if n.kind == "date"]
    new_dates = [n for n in find_numbers(said) if n.kind == "date"]
    if new_dates and new_dates[0].text.strip("度") == said.rstrip("的度"):
        if not dates:
            return f"{said}{_SPAN.sub('', before, count=1)}"
        return f"{before[: dates[0].start]}{said}{before[dates[0].end :]}"
    named, was = Inquiry(said).subjects, Inquiry(before).subjects
    if named and was and said.endswith(named[0]):
        return before.replace(was[0], named[0])
    asked = _ASKED.match(before)
    return f"{asked['before']}{said}{asked['after']}" if asked and not named else None


def _last_subject(earlier: Sequence[str]) -> str:
    return next((named[0] for question in reversed(earlier) if (named := Inquiry(question).subjects)), "")
