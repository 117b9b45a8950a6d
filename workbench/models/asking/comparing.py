"""Which of two is higher, larger or earlier: decided by code from the two values read, the comparison shown."""

from dataclasses import dataclass
from decimal import Decimal

from workbench.models.asking.points import Point
from workbench.models.asking.wording import pattern, words
from workbench.models.evidence.numbers import Number, units_fit

_ASKED = pattern("comparing", "asked")
_LESS = words("comparing", "less")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The points in order, the one asked for first; ``what`` is compared, ``how`` is 更高 and the like.

    ``equal`` says that neither is.
    """

    what: str
    how: str
    first: Point
    second: Point
    equal: bool


def asked_comparison(question: str) -> tuple[str, str] | None:
    """What a question compares, and how (资产总额, 更高); None where it compares nothing."""
    found = _ASKED.search(question)
    return (found[1].strip(), f"更{found[2]}") if found else None


def compare(question: str, points: tuple[Point, ...]) -> Comparison | None:
    """The comparison asked for; None where the values are of different currencies, units or precision."""
    asked = asked_comparison(question)
    if asked is None or len(points) != 2 or any(p.number is None for p in points):
        return None
    a, b = (p.number for p in points)
    if a is None or b is None or not _comparable(a, b):
        return None
    x, y = _sizes(a, b)
    less = asked[1][-1] in _LESS
    first, second = points if (x < y) == less else points[::-1]
    return Comparison(asked[0], asked[1], first, second, x == y)


def is_less(how: str) -> bool:
    """Whether 更低, 更早 and the like ask for the smaller value."""
    return how[-1] in _LESS


def _comparable(a: Number, b: Number) -> bool:
    if "date" in (a.kind, b.kind):
        whole = ("年", "月", "日")
        if a.kind != b.kind or a.unit not in whole or b.unit not in whole:
            return False
        return a.unit == b.unit or str(a.value)[:4] != str(b.value)[:4]
    return units_fit(a, b)


def _sizes(a: Number, b: Number) -> tuple[Decimal, Decimal]:
    """Values to compare; of two dates the digits both have."""
    if a.kind != "date":
        return a.value, b.value
    length = min(len(str(a.value)), len(str(b.value)))
    return Decimal(str(a.value)[:length]), Decimal(str(b.value)[:length])
