"""Checks that need more than one statement: cash against the balance, units and signs that can't be right."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from workbench.i18n import term, tr
from workbench.models.finance.book import year_before
from workbench.models.finance.check import Check
from workbench.models.finance.formula import Name, Node, NoValueError, compute, read_formula, written
from workbench.models.finance.statement import LineItem, Statement
from workbench.paths import resources

_SCALE_LINES = ("资产总计", "营业收入", "负债合计", "所有者权益合计", "期末现金及现金等价物余额", "营业成本")
_LEAP = Decimal(300)
"""A total that grows three hundred times in a year is a slip of the unit, not growth."""


@dataclass(frozen=True, slots=True)
class _Bound:
    id: str
    name: str
    upper: Node
    lower: Node
    least: Decimal | None
    most: Decimal | None
    closing_only: bool
    floor: Decimal


@cache
def _bounds() -> tuple[_Bound, ...]:
    declared = tomllib.loads((resources() / "rules" / "finance" / "checks.toml").read_text(encoding="utf-8"))
    return tuple(
        _Bound(
            rule["id"],
            rule["name"],
            read_formula(rule["upper"]),
            read_formula(rule["lower"]),
            Decimal(rule["least"]) if "least" in rule else None,
            Decimal(rule["most"]) if "most" in rule else None,
            rule.get("only") == "closing",
            Decimal(rule.get("floor", "0")),
        )
        for rule in declared["across"]
    )


class _Group:
    """The statements of one paper, company, scope and period."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.used: dict[str, LineItem] = {}

    def item(self, name: str) -> LineItem | None:
        found = (i for s in self.statements if (i := s.item(name)) is not None and i.value is not None)
        return next(found, None)

    def lookup(self, name: Name, _: str) -> Decimal | None:
        item = self.item(name.name)
        if item is not None:
            self.used[name.name] = item
        return None if item is None else item.value

    def words(self, name: Name, _: str) -> str:
        item = self.used.get(name.name)
        return "0" if item is None or item.value is None else f"{item.value:,}"


def across(statements: Sequence[Statement]) -> tuple[Check, ...]:
    """Every check over several statements of one paper that can be computed."""
    groups: dict[tuple[str, str, str, str], list[Statement]] = {}
    for statement in statements:
        groups.setdefault((statement.document, statement.company, statement.scope, statement.year), []).append(
            statement
        )
    found: list[Check] = []
    for key, members in groups.items():
        found += [check for rule in _bounds() if (check := _bounded(rule, members))]
        before = groups.get((*key[:3], year_before(key[3])), ())
        # What a part of a year begins with is the whole year's end, not the end of the same part.
        opened = groups.get((*key[:3], year_before(key[3])[:4]), ())
        found += _opened(opened, members)
        found += _leaps([*before, *(s for s in opened if s.kind == "balance")], members)
    return tuple(found)


def _bounded(rule: _Bound, members: Sequence[Statement]) -> Check | None:
    if rule.closing_only and any(s.comparative for s in members):
        return None
    group = _Group(members)
    try:
        upper = compute(rule.upper, group.lookup)
        lower = compute(rule.lower, group.lookup)
    except NoValueError:
        return None
    if not lower or abs(upper) < rule.floor or not group.used:
        return None
    quotient = upper / lower
    ok = (rule.least is None or quotient >= rule.least) and (rule.most is None or quotient <= rule.most)
    formula = f"{written(rule.upper, group.words)} ÷ ({written(rule.lower, group.words)}) = {quotient:.4f}"
    return _check(
        (rule.id, term(rule.name)),
        ok,
        (lower, upper),
        lines=tuple(group.used.values()),
        where=members[0],
        formula=formula,
    )


def _opened(before: Sequence[Statement], now: Sequence[Statement]) -> Iterator[Check]:
    """Opening cash against last closing."""
    then, here = _Group(before), _Group(now)
    closing, opening = then.item("期末现金及现金等价物余额"), here.item("期初现金及现金等价物余额")
    if closing and opening and closing.value is not None and opening.value is not None:
        ok = abs(closing.value - opening.value) <= max(closing.quantum, opening.quantum)
        label = ("C4", tr("finance.check.opening"))
        yield _check(label, ok, (closing.value, opening.value), lines=(closing, opening), where=now[0])


def _leaps(before: Sequence[Statement], now: Sequence[Statement]) -> Iterator[Check]:
    """Totals that leap from one period to the next."""
    then, here = _Group(before), _Group(now)
    for name in _SCALE_LINES:
        a, b = then.item(name), here.item(name)
        if a and b and a.value and b.value:
            times = max(abs(a.value / b.value), abs(b.value / a.value))
            said = tr("finance.check.jump", name=term(name), times=f"{times:,.0f}")
            yield _check(("U1", said), times < _LEAP, (a.value, b.value), lines=(a, b), where=now[0])


def _check(
    label: tuple[str, str],
    ok: bool,
    sides: tuple[Decimal, Decimal],
    *,
    lines: tuple[LineItem, ...],
    where: Statement,
    formula: str = "",
) -> Check:
    cited = tuple(dict.fromkeys(line.citation for line in lines))
    return Check(*label, ok, *sides, cited, where.document, where.scope, where.period, formula)
