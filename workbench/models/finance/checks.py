"""Identities of the statements, computed and told as values: a gap is never repaired silently."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations

from workbench.i18n import term, tr
from workbench.models.finance.accounts import is_total
from workbench.models.finance.book import OF_A_BANK
from workbench.models.finance.check import Check
from workbench.models.finance.crosschecks import across
from workbench.models.finance.formula import Name, Node, NoValueError, compute, names_of, read_formula, written
from workbench.models.finance.statement import LineItem, Statement
from workbench.paths import resources

_CENT = Decimal("0.01")
_WHOLE = 15
"""Lines of a statement that is no excerpt: its lines add up to its total."""
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
class _Rule:
    id: str
    name: str
    left: Node
    right: tuple[Node, ...]
    applies: str = "all"


@cache
def _rules() -> tuple[_Rule, ...]:
    declared = tomllib.loads((resources() / "rules" / "finance" / "checks.toml").read_text(encoding="utf-8"))
    return tuple(
        _Rule(
            r["id"],
            r["name"],
            read_formula(r["left"]),
            tuple(read_formula(text) for text in r["right"]),
            r.get("for", "all"),
        )
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
        seen: set[str] = set()
        for item in reversed(items[:end]):
            if item.caption or is_total(self._statement.kind, item.canonical):
                break
            # Of a line printed before and after a deduction (固定资产净值, 固定资产净额) the last counts.
            if not item.part and item.value is not None and item.canonical not in seen:
                lines.append(item)
                seen.update((item.canonical,) if item.canonical else ())
        return lines[::-1]


def _tolerance(lines: Sequence[LineItem]) -> Decimal:
    """One in the last printed place for each term; figures printed to the cent close within two cents."""
    quantum = max((line.quantum for line in lines), default=Decimal(0))
    return quantum * (min(len(lines), 2) if quantum <= _CENT else max(len(lines), 1))


def likely(gap: Decimal, lines: Sequence[LineItem]) -> str:
    """What a gap (expected less found) looks like, as a bookkeeper would guess; nothing is repaired.

    In turn: one line dropped or counted twice, a sign turned, two neighbouring digits swapped, a line in
    another unit.
    """
    size = abs(gap)
    for key, fits in _GUESSES:
        for line in lines:
            if line.value and fits(abs(line.value), size):
                return tr(key, name=term(line.canonical or line.name))
    cents = size * 100
    return tr("finance.check.digits") if cents == cents.to_integral_value() and cents % 9 == 0 else ""


def _swapped(value: Decimal, gap: Decimal) -> bool:
    """Whether two neighbouring digits of a figure, changed about, make up the gap."""
    digits = format(value, "f")
    for at in range(len(digits) - 1):
        pair = digits[at : at + 2]
        changed = digits[:at] + pair[::-1] + digits[at + 2 :]
        if pair.isdigit() and pair[0] != pair[1] and abs(Decimal(changed) - value) == gap:
            return True
    return False


def _rescaled(value: Decimal, gap: Decimal) -> bool:
    """Whether a figure a thousand or ten thousand times too large or small makes up the gap."""
    return any(abs(value * times - value) == gap for scale in (1000, 10000) for times in (scale, Decimal(1) / scale))


_GUESSES: tuple[tuple[str, Callable[[Decimal, Decimal], bool]], ...] = (
    ("finance.check.one_line", lambda value, gap: value == gap),
    ("finance.check.sign", lambda value, gap: value * 2 == gap),
    ("finance.check.swapped", _swapped),
    ("finance.check.unit", _rescaled),
)


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
                term(rule.name),
                ok,
                expected,
                found,
                tuple(dict.fromkeys(line.citation for line in used)),
                statement.document,
                statement.scope,
                statement.period,
                f"{worked} = {expected:,}",
                "" if ok else likely(expected - found, lines.candidates(used)),
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
            words = tr("finance.check.carried", name=term(name))
            cited = (first.citation, second.citation)
            checks.append(
                Check("X2", words, ok, first.value, second.value, cited, later.document, later.scope, later.period)
            )
    return checks


def checks_of(statements: Sequence[Statement]) -> tuple[Check, ...]:
    """Every identity that can be computed, statement by statement; then those across documents."""
    single = [c for s in statements for rule in _rules() if _fits(rule, s) and (c := _checked(rule, s))]
    return (*single, *_carried(statements), *across(statements), *_in_yuan(statements))


def _in_yuan(statements: Sequence[Statement]) -> Iterator[Check]:
    """U2: a statement in another currency stands beside none in yuan, and nothing was converted."""
    for s in statements:
        item = next((i for i in s.items if i.value is not None), None)
        if s.currency and item is not None and item.value is not None:
            words = tr("finance.check.currency", currency=s.currency)
            yield Check("U2", words, False, item.value, item.value, (item.citation,), s.document, s.scope, s.period)


def _fits(rule: _Rule, statement: Statement) -> bool:
    of_a_bank = any(statement.item(name) for name in OF_A_BANK)
    if rule.applies == "flat":
        whole = sum(i.value is not None for i in statement.items) >= _WHOLE
        if statement.item("流动资产合计") or not (of_a_bank or whole):
            return False
    elif rule.applies not in ("all", "bank" if of_a_bank else "general"):
        return False
    return any(statement.item(name.name) is not None for name, _ in names_of(rule.left))
