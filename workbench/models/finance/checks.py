"""Identities of the statements, computed and told as values: a gap is never repaired silently."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any

from workbench.i18n import tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.formula import Name, Node, NoValueError, compute, names_of, read_formula, written
from workbench.models.finance.statement import LineItem, Scope, Statement
from workbench.paths import resources

_COMPARED = (
    "资产总计",
    "负债合计",
    "所有者权益合计",
    "货币资金",
    "短期借款",
    "长期借款",
    "未分配利润",
    "营业收入",
    "净利润",
)


@dataclass(frozen=True, slots=True)
class Check:
    """``expected`` is the right side of the identity, ``found`` the printed left side; both in yuan.

    ``note`` says of a gap what it looks like: one line dropped, a sign turned, digits swapped.
    """

    id: str
    name: str
    ok: bool
    expected: Decimal
    found: Decimal
    citations: tuple[Citation, ...]
    document: str
    scope: Scope
    period: str
    formula: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{name, ok, expected, found, citations}`` and where it applies."""
        return {
            "id": self.id,
            "name": self.name,
            "ok": self.ok,
            "expected": format(self.expected, "f"),
            "found": format(self.found, "f"),
            "citations": [c.to_json() for c in self.citations],
            "document": self.document,
            "scope": self.scope,
            "period": self.period,
            "formula": self.formula,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    name: str
    left: Node
    right: tuple[Node, ...]


@cache
def _rules() -> tuple[_Rule, ...]:
    declared = tomllib.loads((resources() / "rules" / "finance" / "checks.toml").read_text(encoding="utf-8"))
    return tuple(
        _Rule(r["id"], r["name"], read_formula(r["left"]), tuple(read_formula(text) for text in r["right"]))
        for r in declared["check"]
    )


class _Lines:
    """Looks names up in one statement; remembers the lines used."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self.used: dict[int, LineItem] = {}

    def lookup(self, name: Name, which: str) -> Decimal | None:
        if which == "sum":
            lines = self.above(name.name)
            return sum((v for line in lines if (v := self._take(line)) is not None), Decimal(0)) if lines else None
        return self._take(self._statement.item(name.name))

    def _take(self, line: LineItem | None) -> Decimal | None:
        if line is None or line.value is None:
            return None
        self.used[id(line)] = line
        return line.value

    def candidates(self, used: Sequence[LineItem]) -> list[LineItem]:
        """The lines of the identity, then every other line of the statement."""
        return [*used, *(i for i in self._statement.items if i.value is not None and id(i) not in self.used)]

    def above(self, total: str) -> list[LineItem]:
        """The lines printed between the caption of a section and its total, parts left out."""
        items = self._statement.items
        end = next((n for n, i in enumerate(items) if i.canonical == total), 0)
        lines: list[LineItem] = []
        for item in reversed(items[:end]):
            if item.caption or (item.canonical or "").endswith(("合计", "总计")):
                break
            if not item.part and item.value is not None:
                lines.append(item)
        return lines[::-1]


def _tolerance(lines: Sequence[LineItem]) -> Decimal:
    return max((line.quantum for line in lines), default=Decimal(0)) * max(len(lines), 1)


def _likely(gap: Decimal, lines: Sequence[LineItem]) -> str:
    """What a gap looks like, as a bookkeeper would guess; nothing is repaired."""
    for key, times in (("finance.check.one_line", 1), ("finance.check.sign", 2)):
        for line in lines:
            if line.value and abs(line.value) * times == gap:
                return tr(key, name=line.canonical or line.name)
    cents = gap * 100
    return tr("finance.check.digits") if cents == cents.to_integral_value() and cents % 9 == 0 else ""


def _checked(rule: _Rule, statement: Statement) -> Check | None:
    tried: list[Check] = []
    for right in rule.right:
        lines = _Lines(statement)
        try:
            found = compute(rule.left, lines.lookup)
            beside = len(lines.used)
            expected = compute(right, lines.lookup)
        except NoValueError:
            continue
        if len(lines.used) == beside:
            continue
        used = tuple(lines.used.values())
        ok = abs(expected - found) <= _tolerance(used)
        worked = written(right, lambda name, which, lines=lines: _shown(name, which, lines))  # type: ignore[misc]
        tried.append(
            Check(
                rule.id,
                rule.name,
                ok,
                expected,
                found,
                tuple(dict.fromkeys(line.citation for line in used)),
                statement.document,
                statement.scope,
                statement.period,
                f"{worked} = {expected:,}",
                "" if ok else _likely(abs(expected - found), lines.candidates(used)),
            )
        )
    return next((c for c in tried if c.ok), tried[0] if tried else None)


def _shown(name: Name, which: str, lines: _Lines) -> str:
    if which == "sum":
        return " + ".join(f"{line.value:,}" for line in lines.above(name.name))
    value = lines.lookup(name, "")
    return "0" if value is None else f"({value:,})" if value < 0 else f"{value:,}"


def _carried(statements: Sequence[Statement]) -> list[Check]:
    """X2: what a later report prints for a period agrees with that period's own report."""
    checks: list[Check] = []
    for a, b in combinations(statements, 2):
        same = (a.company, a.kind, a.scope, a.period) == (b.company, b.kind, b.scope, b.period)
        if not same or a.document == b.document:
            continue
        own, later = (b, a) if a.comparative else (a, b)
        for name in _COMPARED:
            first, second = own.item(name), later.item(name)
            if first is None or second is None or first.value is None or second.value is None:
                continue
            ok = abs(first.value - second.value) <= max(first.quantum, second.quantum)
            words = tr("finance.check.carried", name=name)
            cited = (first.citation, second.citation)
            checks.append(
                Check("X2", words, ok, first.value, second.value, cited, later.document, later.scope, later.period)
            )
    return checks


def checks_of(statements: Sequence[Statement]) -> tuple[Check, ...]:
    """Every identity that can be computed, statement by statement; then those across documents."""
    single = [c for s in statements for rule in _rules() if _fits(rule, s) and (c := _checked(rule, s))]
    return (*single, *_carried(statements))


def _fits(rule: _Rule, statement: Statement) -> bool:
    return any(statement.item(name.name) is not None for name, _ in names_of(rule.left))
