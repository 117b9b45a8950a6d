"""Ratios by the formulas of the rules file, each shown with its figures and their sources."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from workbench.i18n import in_terms, language, tr
from workbench.models.evidence.claim import Citation, Claim, Computation, Status
from workbench.models.finance.accounts import any_account
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.display import NOTHING, in_full, rounded, said
from workbench.models.finance.formula import (
    FormulaError,
    Name,
    Node,
    NoValueError,
    averages_of,
    compute,
    names_of,
    of_period,
    read_formula,
    with_choices,
    with_definitions,
    written,
)
from workbench.models.finance.notes import Note
from workbench.models.finance.statement import LineItem, Scope, Statement
from workbench.paths import resources

_WHOLE = 12


@dataclass(frozen=True, slots=True)
class RatioRule:
    """A declared ratio. ``unit`` is ``%``, ``倍``, ``天``, ``元`` or ``元/股``; ``needs`` are lines that must be there.

    ``applies`` is ``all``, ``general`` or ``bank``; ``source`` tells where the definition is from, ``meaning`` and
    ``meaning_en`` what the value says; ``shown`` is the formula as people write it.
    """

    name: str
    group: str
    formula: Node
    unit: str
    needs: tuple[str, ...] = ()
    shown: str = ""
    applies: str = "all"
    source: str = ""
    meanings: tuple[str, str] = ("", "")

    @property
    def meaning(self) -> str:
        """What the value says, in the user's language."""
        return self.meanings[language() == "en"]

    def of(self, period: str) -> "RatioRule":
        """The rule for a period: of a part of a year its days count, not the whole year's."""
        months = months_of(period)
        if months == _WHOLE:
            return self
        formula = of_period(self.formula, months)
        shown = self.shown.replace("360", str(30 * months))
        return replace(self, formula=formula, shown=shown)


def months_of(period: str) -> int:
    """The months flows of a period are over: 12 of a year, 6 up to ``2024-06-30``."""
    return _WHOLE if len(period) == len("2024") else int(period[5:7])


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of one period. ``value`` in ``unit`` (66.21 for 66.21 %), None with the reason in ``note``.

    ``formula`` is the whole computation in words and figures; ``inputs`` cite the figures.
    """

    name: str
    group: str
    period: str
    scope: Scope
    value: Decimal | None
    unit: str
    formula: str
    inputs: tuple[Citation, ...]
    note: str = ""

    @property
    def display(self) -> str:
        """As written in a report."""
        return said(self.value, self.unit)

    def claim(self) -> Claim:
        """The displayed value with its computation; unproven where there is none."""
        status = Status.UNPROVEN if self.value is None else Status.COMPUTED
        return Claim(self.display, status, self.inputs, Computation(self.formula, self.inputs))

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{name, period, value, formula, inputs}`` and what else is known."""
        return {
            "name": self.name,
            "period": self.period,
            "value": None if self.value is None else format(self.value, "f"),
            "formula": self.formula,
            "inputs": [c.to_json() for c in self.inputs],
            "unit": self.unit,
            "scope": self.scope,
            "group": self.group,
            "note": self.note,
        }


@cache
def definitions() -> dict[str, Node]:
    """Names that stand for formulas (有息债, 息税前利润), for ratios and signals alike."""
    declared = tomllib.loads((resources() / "rules" / "finance" / "ratios.toml").read_text(encoding="utf-8"))
    return {name: read_formula(text) for name, text in declared["define"].items()}


@cache
def ratio_rules() -> tuple[RatioRule, ...]:
    """The declared ratios, definitions replaced by what they stand for."""
    declared = tomllib.loads((resources() / "rules" / "finance" / "ratios.toml").read_text(encoding="utf-8"))
    return tuple(
        RatioRule(
            rule["name"],
            rule["group"],
            with_definitions(read_formula(rule["formula"]), definitions()),
            rule["unit"],
            tuple(rule.get("needs", ())),
            written(read_formula(rule["formula"])),
            rule.get("for", "all"),
            rule.get("source", ""),
            (rule.get("meaning", ""), rule.get("meaning_en", "")),
        )
        for rule in declared["ratio"]
    )


class Figures:
    """Looks names up in a book and remembers what was used."""

    def __init__(self, book: Book, year: str) -> None:
        self._book = book
        self._year = year
        self.used: dict[tuple[str, bool], LineItem] = {}

    def lookup(self, name: Name, which: str) -> Decimal | None:
        found = self._item(name.name, before=which == "prior")
        return None if found is None else found.value

    def _item(self, name: str, *, before: bool) -> LineItem | None:
        found = self._book.figure_before(name, self._year) if before else self._book.figure(name, self._year)
        if found is not None:
            self.used[name, before] = found
        return found

    def words(self, name: Name, which: str) -> str:
        """The figure of a name as shown in the computation."""
        now, then = self.used.get((name.name, False)), self.used.get((name.name, True))
        if which == "prior":
            return _figure(then)
        if which == "avg" and then is not None:
            return f"(({_figure(now)} + {_figure(then)}) ÷ 2)"
        return _figure(now)

    def citations(self) -> tuple[Citation, ...]:
        return tuple(dict.fromkeys(item.citation for item in self.used.values()))


def _figure(item: LineItem | None) -> str:
    if item is None or item.value is None:
        return "0"
    return f"({item.value:,})" if item.value < 0 else f"{item.value:,}"


def ratio_of(rule: RatioRule, book: Book, year: str) -> Ratio:
    """One ratio of one period; without a value, its note says why."""
    rule = rule.of(year)
    figures = Figures(book, year)
    try:
        for name in rule.needs:
            if book.figure(name, year) is None:
                raise NoValueError("missing", name)  # noqa: TRY301
        exact = compute(rule.formula, figures.lookup)
    except NoValueError as error:
        note = tr(f"finance.no_value.{error.kind}", subject=in_terms(error.subject))
        formula = in_terms(f"{rule.name} = {rule.shown}")
        return Ratio(rule.name, rule.group, year, book.scope, None, rule.unit, formula, figures.citations(), note)
    value = rounded(exact * 100 if rule.unit == "%" else exact, 2 if rule.unit == "元" else 4)
    closing_only = any(
        any((n, False) in figures.used for n in names) and not any((n, True) in figures.used for n in names)
        for names in averages_of(rule.formula)
    )
    result = in_full(value) if rule.unit == "元" else said(value, rule.unit)
    taken = with_choices(rule.formula, figures.lookup)
    worked = written(taken, figures.words)
    shown = written(taken) if _other_choice(rule.formula, taken) else rule.shown
    formula = f"{in_terms(f'{rule.name} = {shown}')} = {worked} = {result}"
    notes = [tr("finance.closing_only")] if closing_only and "平均" in shown else []
    if months_of(year) != _WHOLE and rule.unit != "天" and _of_both(figures):
        notes.append(tr("finance.part_of_year", months=months_of(year)))
    note = tr("writing.semicolon").join(notes)
    return Ratio(rule.name, rule.group, year, book.scope, value, rule.unit, formula, figures.citations(), note)


def _other_choice(formula: Node, taken: Node) -> bool:
    """Whether another line than the first named was taken."""
    first = with_choices(formula, lambda *_: Decimal(1))
    return [n.name for n, _ in names_of(first)] != [n.name for n, _ in names_of(taken)]


def _of_both(figures: Figures) -> bool:
    """Whether flows stand beside balances: of half a year such a ratio is no yearly one."""
    kinds = {account.kind for name, _ in figures.used if (account := any_account(name))}
    return "balance" in kinds and len(kinds) > 1


def ratios_of(
    statements: Sequence[Statement], *, all_scopes: bool = False, notes: Sequence[Note] = ()
) -> tuple[Ratio, ...]:
    """Every declared ratio that applies to the main company (a bank or not), for every period, newest first.

    From the consolidated statements, or the company's own where there are none (``all_scopes``: both); ``notes``
    hold what the statements don't print.
    """
    books = books_of(statements, notes)
    return tuple(
        ratio_of(rule, book, year)
        for book in (books if all_scopes else books[:1])
        for year in reversed(book.years)
        for rule in ratio_rules()
        if rule.applies in ("all", "bank" if book.is_bank else "general")
    )


_QUANTITY = re.compile(r"[-−－]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SCALES = (("万亿", 10**12), ("亿", 10**8), ("百万", 10**6), ("万", 10**4), ("千", 10**3))


def _quantity(text: str) -> Decimal | None:
    match = _QUANTITY.search(text.replace("，", ","))
    if match is None:
        return None
    try:
        value = Decimal(match.group().replace(",", "").replace("−", "-").replace("－", "-"))
    except InvalidOperation:
        return None
    rest = text[match.end() :].strip()
    if rest.startswith("%"):
        return value / 100
    return value * next((scale for word, scale in _SCALES if rest.startswith(word)), 1)


def case_value(formula: str, inputs: Mapping[str, str]) -> Decimal | None:
    """The plain quotient of a formula given as ``name=expression`` over quantities as printed.

    None where it can't be read, a figure is missing or the denominator is zero.
    """
    expression = formula.split("=", 1)[-1]
    values = {name: _quantity(text) for name, text in inputs.items()}
    try:
        node = read_formula(expression, names=values)
        return compute(node, lambda name, _: values.get(name.name), positive=False)
    except (FormulaError, NoValueError):
        return None


def case_values(cases: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The contract's ``finance ratios``: ``{id, formula, inputs}`` to ``{id, value}``, 20.51 for 20.51 %."""
    answers = []
    for number, case in enumerate(cases):
        value = case_value(case["formula"], case["inputs"])
        answers.append(
            {"id": case.get("id", number), "value": None if value is None else float(rounded(value * 100, 6))}
        )
    return answers


__all__ = ["NOTHING", "Ratio", "RatioRule", "case_value", "case_values", "ratio_rules", "ratios_of"]
