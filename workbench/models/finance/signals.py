"""Signals of the statements: rules in data, fired by figures that are cited."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from workbench.i18n import in_terms, term, tr
from workbench.models.evidence.claim import Citation, Claim, Computation, Status
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.check import Check
from workbench.models.finance.checks import checks_of
from workbench.models.finance.display import rounded, said
from workbench.models.finance.formula import (
    Node,
    NoValueError,
    compute,
    of_period,
    read_formula,
    with_choices,
    with_definitions,
    written,
)
from workbench.models.finance.notes import Note, Opinion
from workbench.models.finance.ratios import Figures, definitions, months_of
from workbench.models.finance.signal import Signal, SignalRule, bounds_of, fired, signal_rules
from workbench.models.finance.statement import Statement

Thresholds = Mapping[str, Mapping[str, Decimal]]
"""A bank's own thresholds: signal id to name to value."""

_SIGNS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What became of one rule: ``fired`` (then ``signal``), ``clear``, or ``unknown`` (then ``missing`` says why)."""

    rule: SignalRule
    period: str
    state: Literal["fired", "clear", "unknown"]
    signal: Signal | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Measured:
    value: Decimal | None
    words: str
    formula: str
    citations: tuple[Citation, ...]
    missing: str = ""


def _shown(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "—"
    match unit:
        case "%":
            return said(value * 100, "%")
        case "pp":
            return f"{rounded(value * 100, 1)}pp"
        case _:
            return said(value, unit)


def _measure(text: str, unit: str, book: Book, year: str) -> _Measured:
    figures = Figures(book, year)
    node: Node = of_period(with_definitions(read_formula(text), definitions()), months_of(year))
    try:
        value = compute(node, figures.lookup)
    except NoValueError as error:
        return _Measured(None, "—", "", figures.citations(), in_terms(error.subject))
    shown = _shown(value, unit)
    worked = written(with_choices(node, figures.lookup), figures.words)
    return _Measured(value, shown, f"{worked} = {shown}", figures.citations())


def assess(rule: SignalRule, book: Book, year: str, thresholds: Thresholds | None = None) -> Assessment:
    """Try a rule over the statements of one period."""
    bounds = bounds_of(rule, thresholds)
    found = {name: _measure(text, rule.units.get(name, ""), book, year) for name, text in rule.measures.items()}
    unknown = ""
    for group in rule.when:
        missing = next((found[left].missing for left, _, _ in group if found[left].value is None), "")
        if missing:
            unknown = missing
        elif all(_holds(found[left].value, sign, _bound(bound, bounds)) for left, sign, bound in group):
            return Assessment(rule, year, "fired", _signal(rule, year, found, bounds, group))
    return Assessment(rule, year, "unknown" if unknown else "clear", missing=unknown)


def _bound(bound: str, bounds: Mapping[str, Decimal]) -> Decimal:
    return bounds[bound] if bound in bounds else Decimal(bound)


def _holds(value: Decimal | None, sign: str, bound: Decimal) -> bool:
    return value is not None and _SIGNS[sign](value, bound)


def _signal(
    rule: SignalRule,
    year: str,
    found: Mapping[str, _Measured],
    bounds: Mapping[str, Decimal],
    group: Sequence[tuple[str, str, str]],
) -> Signal:
    units = {bound: rule.units.get(left, "") for g in rule.when for left, _, bound in g}
    shown = {name: _shown(value, units.get(name, "")) for name, value in bounds.items()}
    values = {**shown, **{name: m.words for name, m in found.items()}}
    evidence = tuple(
        Claim(
            f"{term(name)} {m.words}",
            Status.COMPUTED,
            m.citations,
            Computation(f"{term(name)} = {m.formula}", m.citations),
        )
        for name, m in found.items()
        if m.value is not None
    )
    worked = tr("finance.and").join(
        f"{term(left)} {found[left].words} {sign} {shown.get(bound, bound)}" for left, sign, bound in group
    )
    told = rule.explain(values)
    return Signal(rule.id, rule.name, rule.level, year, told, values, bounds, evidence, worked, rule.law)


def assessments_of(
    statements: Sequence[Statement],
    *,
    notes: Sequence[Note] = (),
    thresholds: Thresholds | None = None,
    year: str | None = None,
) -> tuple[Assessment, ...]:
    """Every rule over statements for one period (the latest), fired or not, in the order of the rules.

    From the consolidated statements of the main company, else from its own.
    """
    books = books_of(statements, notes)
    if not books:
        return ()
    book = books[0]
    wanted = ("all", "bank" if book.is_bank else "general")
    period = year or book.years[-1]
    rules = [r for r in signal_rules() if r.source == "statements" and r.applies in wanted]
    return tuple(assess(rule, book, period, thresholds) for rule in rules)


def signals_of(
    statements: Sequence[Statement],
    *,
    notes: Sequence[Note] = (),
    opinions: Sequence[Opinion] = (),
    checks: Sequence[Check] | None = None,
    thresholds: Thresholds | None = None,
    year: str | None = None,
) -> tuple[Signal, ...]:
    """The signals that fire on statements, notes, the auditor's opinion and opening balances.

    Signals of bank flows and credit reports come from :func:`flow_signals` and :func:`report_signals`.
    """
    assessed = assessments_of(statements, notes=notes, thresholds=thresholds, year=year)
    found = [a.signal for a in assessed if a.signal is not None]
    period = assessed[0].period if assessed else ""
    found += _of_opinions(opinions, period)
    found += _of_checks(checks_of(statements) if checks is None else checks)
    return tuple(found)


def _of_opinions(opinions: Sequence[Opinion], period: str) -> list[Signal]:
    return [fired("S18", period, {"意见": term(o.name)}, (o.citation,), {}) for o in opinions if not o.clean]


def _of_checks(checks: Sequence[Check]) -> list[Signal]:
    rules = [rule for rule in signal_rules() if rule.source == "checks"]
    found = []
    for rule in rules:
        for check in checks:
            if check.id in rule.checks and not check.ok:
                gap = said(abs(check.expected - check.found), "元")
                found.append(fired(rule.id, check.period, {"检查": check.name, "差额": gap}, check.citations, {}))
    return found
