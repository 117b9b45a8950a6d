"""Figures over several years, and figures computed from figures: by code, the formula shown.

Growth is (now - before) / |before|; of a figure in per cent the difference in points. The compound
yearly growth is (last / first) ^ (1 / years) - 1. Both need values above zero to divide by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from workbench.models.asking.prompts import CalculationPrompts
from workbench.models.asking.wording import pattern, wording
from workbench.models.evidence import Citation, Claim, Computation, Status
from workbench.models.finance import Fact, display
from workbench.models.finance.display import rounded

_WHY = pattern("calculations", "why")
_TREND = pattern("calculations", "trend")
_COMPOUND = pattern("calculations", "compound")
_SHARE = pattern("calculations", "share")
_SUM = pattern("calculations", "sum")
_APART = pattern("calculations", "apart")
_GROWTH = pattern("calculations", "growth")
_LATEST = pattern("calculations", "latest")
_COUNTS: dict[str, int] = wording()["calculations"]["counts"]
_PER_CENT = "%"

Known = Callable[[str, str], Fact | None]
"""The figure of a name and a year, where the statements hold it."""


class Operation(StrEnum):
    """What is to be done with the figures named."""

    TREND = "trend"
    COMPOUND = "compound"
    SHARE = "share"
    SUM = "sum"
    APART = "apart"
    GROWTH = "growth"


@dataclass(frozen=True, slots=True)
class Task:
    """An operation over names and years as asked; no years: the latest ``count`` there are."""

    operation: Operation
    names: tuple[str, ...]
    years: tuple[int, ...]
    count: int = 0
    ranged: bool = False


def asked_task(question: str, names: Sequence[str], years: Sequence[int]) -> Task | None:
    """The operation a question asks for; None where it wants plain figures, or reasons rather than figures."""
    if not names or _WHY.search(question):
        return None
    told = tuple(sorted(years))
    trend = _TREND.search(question)
    counted = trend["count"] if trend else None
    count = 0 if counted is None else _COUNTS.get(counted) or int(counted)
    ranged = bool(trend) and len(told) == 2
    operation = _operation(question, len(names), len(told), trend=bool(trend))
    # A share or sum of two named lines is one whatever the year: then the latest is meant.
    between = len(names) > 1 and operation in (Operation.SHARE, Operation.SUM, Operation.APART)
    if operation is None or not (told or trend or between or _LATEST.search(question)):
        return None
    return Task(operation, tuple(names), told, count, ranged)


def _operation(question: str, names: int, years: int, *, trend: bool) -> Operation | None:
    if _COMPOUND.search(question) and names == 1:
        return Operation.COMPOUND
    if names == 2 and _SHARE.search(question):
        return Operation.SHARE
    if _SUM.search(question) and (names > 1 or years > 1 or trend):
        return Operation.SUM
    if names == 2 and _APART.search(question):
        return Operation.APART
    if trend:
        return Operation.TREND
    grown = _GROWTH.search(question) or (_APART.search(question) and years == 2)
    return Operation.GROWTH if grown else None


def calculated(task: Task, known: Known, there: Sequence[int], words: CalculationPrompts) -> tuple[Claim, ...]:
    """The claims that answer a task; none where a figure of it is missing. ``there`` are the years known of."""
    made = _Calculation(known, words)
    years = _years(task, known, there)
    if not years:
        return ()
    first, last = task.names[0], task.names[-1]
    match task.operation:
        case Operation.TREND:
            claims = tuple(claim for name in task.names for claim in made.trend(name, years))
        case Operation.COMPOUND:
            claims = made.listed(first, years) + made.compound(first, years)
        case Operation.SHARE:
            claims = made.share(first, last, years[-1])
        case Operation.SUM:
            claims = made.total(task.names, years if len(task.names) == 1 or len(years) > 1 else years[-1:])
        case Operation.APART:
            claims = made.apart(first, last, years[-1])
        case Operation.GROWTH:
            claims = tuple(claim for name in task.names for claim in made.growth(name, years))
    return claims


def _years(task: Task, known: Known, there: Sequence[int]) -> tuple[int, ...]:
    """The years meant: those named, a range of them, or the latest all names have figures of."""
    if task.ranged:
        held = tuple(y for y in range(task.years[0], task.years[1] + 1) if _has(known, task.names, y))
        # Without its ends a span is another one: what is computed over the rest answers nothing.
        ends = held and (held[0], held[-1]) == task.years
        return held if ends or task.operation is Operation.TREND else ()
    if task.years:
        if task.operation is Operation.GROWTH and len(task.years) == 1:
            return (task.years[0] - 1, task.years[0])
        return task.years
    full = [year for year in sorted(there) if _has(known, task.names, year)]
    several = task.operation in (Operation.TREND, Operation.COMPOUND)
    few = 2 if task.operation is Operation.GROWTH else len(full) if several else 1
    return tuple(full[-(task.count or few) :])


def _has(known: Known, names: Sequence[str], year: int) -> bool:
    return all((fact := known(name, str(year))) is not None and fact.value is not None for name in names)


class _Calculation:
    def __init__(self, known: Known, words: CalculationPrompts) -> None:
        self._known = known
        self._words = words

    def trend(self, name: str, years: Sequence[int]) -> tuple[Claim, ...]:
        """Every year's figure, the step from each to the next, and where there are three the compound growth."""
        listed = self.listed(name, years)
        if not listed:
            return ()
        steps = [claim for pair in pairwise(years) for claim in self._step(name, *pair)]
        return (*listed, *steps, *(self.compound(name, years) if len(years) > 2 else ()))

    def listed(self, name: str, years: Sequence[int]) -> tuple[Claim, ...]:
        """Every year's figure as printed or computed; none where one is missing."""
        facts = [self._fact(name, year) for year in years]
        if any(fact is None for fact in facts):
            return ()
        return tuple(
            Claim(
                self._words.figure.format(year=year, name=name, value=_shown(fact.value, fact.unit)),
                fact.status,
                fact.citations,
                fact.computation,
            )
            for year, fact in zip(years, facts, strict=True)
            if fact is not None and fact.value is not None
        )

    def growth(self, name: str, years: Sequence[int]) -> tuple[Claim, ...]:
        """The step between the first and the last year, told before the figures it is computed from."""
        if len(years) < 2:
            return ()
        step = self._step(name, years[0], years[-1])
        return (*step, *self.listed(name, (years[0], years[-1]))) if step else ()

    def compound(self, name: str, years: Sequence[int]) -> tuple[Claim, ...]:
        first, last = self._fact(name, years[0]), self._fact(name, years[-1])
        span = years[-1] - years[0]
        if first is None or last is None or span < 1 or first.unit == _PER_CENT:
            return ()
        a, b = _value(first), _value(last)
        if a <= 0 or b <= 0:
            return ()
        rate = display(((b / a) ** (Decimal(1) / span) - 1) * 100, _PER_CENT)
        formula = f"({b:,} ÷ {a:,})^(1/{span}) − 1 = {rate}"
        text = self._words.compound.format(first=years[0], last=years[-1], name=name, rate=rate)
        return (_computed(text, formula, first, last),)

    def share(self, part: str, whole: str, year: int) -> tuple[Claim, ...]:
        a, b = self._fact(part, year), self._fact(whole, year)
        if a is None or b is None or not b.value or a.unit != b.unit:
            return ()
        value = display(_value(a) / _value(b) * 100, _PER_CENT)
        text = self._words.share.format(year=year, a=part, b=whole, value=value)
        return (_computed(text, f"{part} {a.value:,} ÷ {whole} {b.value:,} = {value}", a, b),)

    def apart(self, one: str, other: str, year: int) -> tuple[Claim, ...]:
        a, b = self._fact(one, year), self._fact(other, year)
        if a is None or b is None or a.unit != b.unit:
            return ()
        gap = _value(a) - _value(b)
        shown = _shown(abs(gap), a.unit)
        text = self._words.apart.format(year=year, a=one, b=other, more=self._words.more[gap < 0], value=shown)
        return (_computed(text, f"{one} {a.value:,} − {other} {b.value:,} = {gap:,}{_unit(a.unit)}", a, b),)

    def total(self, names: Sequence[str], years: Sequence[int]) -> tuple[Claim, ...]:
        """The sum over all names and years; of ratios there is none."""
        facts = [self._fact(name, year) for year in years for name in names]
        present = [fact for fact in facts if fact is not None]
        if len(present) < len(facts) or len(facts) < 2 or any(fact.unit != "元" for fact in present):
            return ()
        whole = sum((_value(fact) for fact in present), Decimal(0))
        told = [f"{fact.label} {fact.value:,}" for fact in present]
        text = self._words.total.format(
            years=self._words.joint.join(str(y) for y in years),
            names=self._words.joint.join(names),
            value=_shown(whole, "元"),
        )
        return (_computed(text, f"{' + '.join(told)} = {whole:,}元", *present),)

    def _step(self, name: str, before: int, after: int) -> tuple[Claim, ...]:
        a, b = self._fact(name, before), self._fact(name, after)
        if a is None or b is None or a.unit != b.unit:
            return ()
        words, was, now = self._words, _value(a), _value(b)
        gap = now - was
        down = gap < 0
        told = {"year": after, "before": before, "name": name, "moved": words.moved[down], "by": words.by[down]}
        if b.unit == _PER_CENT:
            # Points are told between the figures as they are shown, or the reader's own sum would differ.
            was, now = rounded(was), rounded(now)
            gap = now - was
            shown = words.points.format(value=f"{abs(gap):.2f}")
            formula = f"{was:.2f}% − {now:.2f}%" if down else f"{now:.2f}% − {was:.2f}%"
            return (_computed(words.step_plain.format(**told, gap=shown), f"{formula} = {shown}", a, b),)
        shown = _shown(abs(gap), b.unit)
        if was <= 0:
            formula = f"{now:,} − ({was:,}) = {gap:,}{_unit(b.unit)}"
            return (_computed(words.step_plain.format(**told, gap=shown), formula, a, b),)
        share = gap / was * 100
        formula = f"({now:,} − {was:,}) ÷ {was:,} = {display(share, _PER_CENT)}"
        rate = display(abs(share), _PER_CENT)
        return (_computed(words.step.format(**told, gap=shown, rate=rate), formula, a, b),)

    def _fact(self, name: str, year: int) -> Fact | None:
        fact = self._known(name, str(year))
        return fact if fact is not None and fact.value is not None and fact.citations else None


def _value(fact: Fact) -> Decimal:
    return Decimal(0) if fact.value is None else fact.value


def _shown(value: Decimal | None, unit: str) -> str:
    return display(value, unit)


def _unit(unit: str) -> str:
    return "个百分点" if unit == _PER_CENT else unit


def _computed(text: str, formula: str, *facts: Fact) -> Claim:
    cited: tuple[Citation, ...] = tuple(dict.fromkeys(c for fact in facts for c in fact.citations))
    status = Status.CONFLICT if any(fact.status is Status.CONFLICT for fact in facts) else Status.COMPUTED
    return Claim(text, status, cited, Computation(formula, cited))
