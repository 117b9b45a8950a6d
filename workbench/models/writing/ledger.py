"""The figures of a case by name and year, and what a formula over them gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from workbench.i18n import term
from workbench.models.evidence import Citation, Computation, Status
from workbench.models.finance.fact import Fact
from workbench.models.scenarios import Expression, Format, Indicator, evaluate, write

_UNITS: dict[Format, str] = {"money": "元", "percent": "%", "points": "%", "times": "倍", "days": "天"}
_WEAK = (Status.CONFLICT, Status.UNPROVEN, Status.PARTIAL)
_CENT = Decimal("0.01")


def _rounded(value: Decimal, step: Decimal = _CENT) -> str:
    return f"{value.quantize(step, ROUND_HALF_UP):,f}"


def display(value: Decimal, form: Format, language: str = "zh") -> str:
    """A value as written in a sentence. Money is in yuan, percent in percent."""
    match form:
        case "money":
            return _money(value, language)
        case "percent":
            return f"{_rounded(value)}%"
        case "points":
            return f"{_rounded(value)}个百分点" if language == "zh" else f"{_rounded(value)} percentage points"
        case "times":
            return f"{_rounded(value)}倍" if language == "zh" else f"{_rounded(value)} times"
        case "days":
            return f"{_rounded(value, Decimal(1))}天" if language == "zh" else f"{_rounded(value, Decimal(1))} days"
        case _:
            return _rounded(value)


def _money(value: Decimal, language: str) -> str:
    if language != "zh":
        return f"RMB {_rounded(value / 10**6)} million"
    if abs(value) >= 10**8:
        return f"{_rounded(value / 10**8)}亿元"
    return f"{_rounded(value / 10**4)}万元" if abs(value) >= 10**4 else f"{_rounded(value)}元"


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure ready to be set into a sentence or a cell."""

    text: str
    value: Decimal | None
    unit: str
    status: Status
    citations: tuple[Citation, ...] = ()
    computation: Computation | None = None
    key: str = ""
    formula: str = ""
    period: str = ""


class Ledger:
    """All facts of a case, looked up by name and years back.

    Indicators are the scenario's own formulas; they go before facts of the same name, so that the
    report's sentence, its table and the workbook's live cell are one formula. ``used`` collects the
    facts that were spoken of.
    """

    def __init__(self, facts: Mapping[str, Fact], indicators: Mapping[str, Indicator], language: str = "zh") -> None:
        self._facts = facts
        self._indicators = indicators
        self.language = language
        self.used: dict[str, Fact] = {}
        years = {f.period for f in facts.values() if f.value is not None and len(f.period) == 4 and f.period.isdigit()}
        self.years = tuple(sorted(years, reverse=True))

    def year(self, back: int) -> str:
        """The year so many years back (``0`` or less); empty when the case has no figures of it."""
        if not self.years:
            return ""
        wanted = str(int(self.years[0]) + back)
        return wanted if wanted in self.years else ""

    def fact(self, name: str, back: int) -> Fact | None:
        """The fact of a name, None when the case has no value for it."""
        year = self.year(back)
        fact = self._facts.get(f"{name}@{year}") if year else None
        return fact if fact is not None and fact.value is not None else None

    def resolve(self, name: str, back: int) -> Decimal | None:
        """What formulas ask: an indicator's or a fact's value."""
        indicator = self._indicators.get(name)
        if indicator is not None:
            return evaluate(indicator.value, self.resolve, back)
        fact = self.fact(name, back)
        return fact.value if fact else None

    def inputs(self, expression: Expression, back: int = 0) -> tuple[Fact, ...]:
        """The facts a formula rests on, indicators opened up, in order, each once."""
        found: dict[str, Fact] = {}
        for reference in expression.references():
            indicator = self._indicators.get(reference.name)
            if indicator is not None:
                found |= {f.key: f for f in self.inputs(indicator.value, back + reference.back)}
                continue
            fact = self.fact(reference.name, back + reference.back)
            if fact is not None:
                found[fact.key] = fact
        return tuple(found.values())

    def setting(self, expression: Expression, form: Format = "", back: int = 0) -> Setting | None:
        """The figure a slot or a cell is filled with; None when it can't be told."""
        plain = expression.plain
        if plain is not None and plain.name not in self._indicators:
            fact = self.fact(plain.name, plain.back + back)
            if fact is None or fact.value is None:
                return None
            self.used[fact.key] = fact
            text = display(fact.value, form or _form(fact.unit), self.language)
            return Setting(
                text, fact.value, fact.unit, fact.status, fact.citations, fact.computation, key=fact.key,
                period=fact.period,
            )  # fmt: skip
        value = evaluate(expression, self.resolve, back)
        if value is None:
            return None
        return self._computed(expression, value, form or self._own_format(expression), back)

    def _own_format(self, expression: Expression) -> Format:
        plain = expression.plain
        return self._indicators[plain.name].format if plain and plain.name in self._indicators else ""

    def _computed(self, expression: Expression, value: Decimal, form: Format, back: int) -> Setting:
        inputs = self.inputs(expression, back)
        self.used |= {f.key: f for f in inputs}
        text = display(value, form, self.language)
        citations = tuple(dict.fromkeys(c for f in inputs for c in f.citations[:1]))
        statuses = {f.status for f in inputs}
        status = next((s for s in _WEAK if s in statuses), Status.COMPUTED)
        computation = Computation(f"{self.formula(expression, back)} = {text}", citations) if citations else None
        return Setting(
            text, value, _UNITS.get(form, ""), status, citations, computation,
            formula=expression.source, period=self.year(back),
        )  # fmt: skip

    def formula(self, expression: Expression, back: int = 0) -> str:
        """The formula in words and then in values: ``负债合计 ÷ 资产总计 = 22.42亿元 ÷ 35.20亿元``."""
        plain = expression.plain
        indicator = self._indicators.get(plain.name) if plain else None
        if plain is not None and indicator is not None:
            return self.formula(indicator.value, back + plain.back)
        words = write(expression, lambda name, shift: self._named(name, back + shift))
        values = write(expression, lambda name, shift: self._valued(name, back + shift))
        return f"{words} = {values}"

    def _named(self, name: str, back: int) -> str:
        if self.resolve(name, back) is None:
            return ""
        indicator = self._indicators.get(name)
        known = indicator.label.of(self.language) if indicator else term(name, self.language)
        return f"{known}({self.year(back)})"

    def _valued(self, name: str, back: int) -> str:
        value = self.resolve(name, back)
        if value is None:
            return ""
        indicator = self._indicators.get(name)
        fact = self.fact(name, back)
        return display(value, indicator.format if indicator else _form(fact.unit if fact else ""), self.language)

    def listed(self, names: Sequence[str]) -> tuple[Fact, ...]:
        """Single figures of these names, whoever and whenever they are of (``对外担保余额（甲公司）@2024``)."""
        found = [f for name in names for f in self._facts.values() if f.value is not None and _base(f.key) == name]
        self.used |= {f.key: f for f in found}
        return tuple(found)


def _base(key: str) -> str:
    return key.partition("@")[0].partition("（")[0].partition("(")[0]


def _form(unit: str) -> Format:
    forms: dict[str, Format] = {"元": "money", "%": "percent", "倍": "times", "天": "days"}
    return forms.get(unit, "plain")
