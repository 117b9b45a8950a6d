"""What narrows a line asked for to a part of it: 第四季度, 华东地区, GIL产品, 坏账准备 beside the line's name.

A statement's line is the whole company's and the whole year's. A question that says more than the line, its time and
its company asks for a part of it, which the line doesn't tell.
"""

import re
from collections.abc import Iterable

from workbench.models.asking.wording import pattern
from workbench.models.evidence.numbers import find_numbers

PARENT = "母公司"
_PLAIN = pattern("narrowing", "plain")
_OWNERS = pattern("narrowing", "owners")
_SAYS_MORE = re.compile(r"[\u3400-\u9fff]{2,}|[A-Za-z\d]+")
ALIKE = 3
"""Characters of a company's name, or of a title of its papers, by which it is called in short."""


def narrowing(question: str, lines: Iterable[str], companies: Iterable[str]) -> str:
    """What a question says besides the lines as it prints them, their time and their company; empty for nothing.

    ``companies`` are all names the company goes by. :data:`PARENT` where the statements of the company alone are meant.
    """
    rest = question
    for number in reversed([n for n in find_numbers(question) if n.kind == "date"]):
        rest = rest[: number.start] + " " + rest[number.end :]
    for line in sorted(lines, key=len, reverse=True):
        rest = rest.replace(line, " ")
    alone = PARENT in rest
    rest = rest.replace(PARENT, " ")
    for shared in sorted((longest_shared(rest, name) for name in companies), key=len, reverse=True):
        rest = rest.replace(shared, " ") if len(shared) >= ALIKE else rest
    more = _SAYS_MORE.findall(_PLAIN.sub(" ", rest))
    return " ".join([PARENT, *more] if alone else more)


def of_parent(text: str) -> bool:
    """Whether a text speaks of the parent company's own figures, and not only of what falls to its owners."""
    return PARENT in _OWNERS.sub(" ", text)


def longest_shared(a: str, b: str) -> str:
    """The longest stretch without blanks that two texts share."""
    best, end = 0, 0
    lengths = [0] * (len(b) + 1)
    for place, c in enumerate(a, 1):
        lengths = [0, *(lengths[i] + 1 if c == other and not c.isspace() else 0 for i, other in enumerate(b))]
        if max(lengths) > best:
            best, end = max(lengths), place
    return a[end - best : end]
