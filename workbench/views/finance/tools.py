"""The credit tools: each takes its inputs from the papers, lets every one be changed, and shows its formula."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from workbench.i18n import tr
from workbench.models.finance import (
    RepaymentInputs,
    Shock,
    break_even,
    limits_of,
    repayment_projection,
    stress_test,
    working_capital_need,
)
from workbench.models.finance.display import rounded, said
from workbench.models.finance.stress import StressBase, default_shocks
from workbench.views.finance.inputs import Input, Kind
from workbench.views.finance.material import Material
from workbench.views.finance.words import NOTHING, amount, share, unit_name

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Result:
    """A line of a result: words per column, how it was computed, and a note where something is to be said."""

    cells: tuple[str, ...]
    formula: str = ""
    note: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Worked:
    """What a tool found: one sentence, and a table. ``limits``: how much worse it may get, where a tool tells that."""

    headline: str
    heads: tuple[str, ...]
    rows: tuple[Result, ...]
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """``inputs`` of a case (None where its papers lack what is needed) and what they come to."""

    id: str
    source_key: str = ""

    def inputs(self, material: Material) -> list[Input] | None:
        """The figures it begins with."""
        return _INPUTS[self.id](material)

    def work(self, material: Material, values: Values) -> Worked:
        """The result of figures."""
        found: Worked = _WORK[self.id](material, values)
        return found

    @property
    def source(self) -> str:
        """Where the method is from."""
        return tr("finance.source.need" if self.id == "need" else f"finance_pane.tool_source.{self.id}")


TOOLS = tuple(Tool(name) for name in ("need", "stress", "break_even", "repayment"))

_NEED: tuple[tuple[str, Kind], ...] = (
    ("revenue", "money"),
    ("cost", "money"),
    ("margin", "percent"),
    ("growth", "percent"),
    ("inventory", "money"),
    ("receivables", "money"),
    ("payables", "money"),
    ("prepayments", "money"),
    ("advances", "money"),
    ("own", "money"),
    ("loans", "money"),
    ("other", "money"),
)
_BASE: tuple[tuple[str, Kind], ...] = (
    ("revenue", "money"),
    ("variable_cost", "money"),
    ("fixed", "money"),
    ("debt", "money"),
    ("rate", "percent"),
    ("principal", "money"),
    ("collection_days", "days"),
    ("tax_rate", "percent"),
)
_SHOCK: tuple[tuple[str, Kind, tuple[int, int], Decimal], ...] = (
    ("d_revenue", "percent", (-60, 20), Decimal("-0.20")),
    ("d_margin", "points", (-20, 10), Decimal("-0.03")),
    ("d_rate", "points", (-2, 8), Decimal("0.01")),
    ("d_days", "days", (-60, 180), Decimal(30)),
)


def _need_inputs(material: Material) -> list[Input] | None:
    given = material.need
    if given is None:
        return None
    found = [
        Input(
            key,
            tr(f"finance.tools.{key}"),
            getattr(given, key),
            kind,
            given.sources.get(key, ()),
            (-50, 100) if key == "growth" else None,
            key in ("growth", "other"),
        )
        for key, kind in _NEED
    ]
    plan = material.plan
    request = given.request if given.request is not None else plan.request if plan else Decimal(0)
    sources = plan.sources.get("request", ()) if plan else ()
    return [*found, Input("request", tr("finance.tools.request"), request, "money", sources, assumed=not sources)]


def _work_need(material: Material, values: Values) -> Worked:
    given = material.need
    if given is None:
        return Worked("", (), ())
    changed: dict[str, Any] = {key: values[key] for key, _ in _NEED}
    request = values["request"] or None
    found = working_capital_need(replace(given, **changed, request=request))
    rows = tuple(
        Result((step.label, step.display), step.formula, step.note, step.key in ("need", "additional"))
        for step in found.steps
    )
    room = NOTHING if found.additional is None else said(found.additional, found.step("additional").unit)
    need = NOTHING if found.need is None else said(found.need, found.step("need").unit)
    heads = (tr("finance_pane.item"), tr("finance_pane.value"))
    nothing = found.additional is not None and found.additional <= 0
    return Worked(
        tr("finance_pane.need_none" if nothing else "finance_pane.need_told", need=need, room=room), heads, rows
    )


def _base_inputs(material: Material) -> list[Input] | None:
    base = material.stress
    if base is None:
        return None
    return [
        Input(
            key,
            tr(f"finance.tools.stress_{key}"),
            getattr(base, key),
            kind,
            base.sources.get(key, ()),
            (0, 15) if key == "rate" else None,
            key == "tax_rate",
        )
        for key, kind in _BASE
    ]


def _stress_inputs(material: Material) -> list[Input] | None:
    base = _base_inputs(material)
    if base is None:
        return None
    shocks = [Input(k, tr(f"finance.tools.{k}"), v, kind, (), span, True) for k, kind, span, v in _SHOCK]
    return [*shocks, *base]


def _work_stress(material: Material, values: Values) -> Worked:
    if material.stress is None:
        return Worked("", (), ())
    base = _with_values(material.stress, values)
    mine = Shock(tr("finance_pane.my_shock"), *(values[key] for key, *_ in _SHOCK))
    results = stress_test(base, (*default_shocks(), mine))
    heads = ("dscr", "cash", "cover", "ebitda", "interest", "tied", "revenue")
    rows = tuple(
        Result(
            (
                r.name,
                _times(r.dscr),
                amount(r.cash, "wan"),
                _times(r.cover),
                *(amount(v, "wan") for v in (r.ebitda, r.interest, r.tied_up, r.revenue)),
            ),
            r.formula,
            tr("finance_pane.not_covered") if r.dscr is not None and r.dscr < 1 else "",
            r.name == mine.name,
        )
        for r in results
    )
    last = results[-1]
    told = tr("finance_pane.stress_told", dscr=_times(last.dscr), cash=amount(last.cash, "wan"))
    columns = (
        tr("finance.tools.shock"),
        *(_in_wan(tr(f"finance.tools.s_{h}"), h not in ("dscr", "cover")) for h in heads),
    )
    return Worked(told, columns, rows, _limits_told(base, mine))


def _limits_told(base: StressBase, shock: Shock) -> str:
    """How much worse it may get beside one's own shock; where that breaks everything, beside none."""
    found, before = limits_of(base, shock), ""
    if found is None:
        found, before = limits_of(base, Shock("")), tr("finance_pane.limits_none")
    if found is None:
        return before
    told = [
        tr(f"finance_pane.limit.{name}", step=step)
        for name, step in (
            ("margin", None if found.margin is None else rounded(-found.margin * 100, 1)),
            ("rate", None if found.rate is None else rounded(found.rate * 100, 1)),
            ("days", None if found.days is None else rounded(found.days, 0)),
        )
        if step is not None
    ]
    if not told:
        return before
    key = "finance_pane.limits_whole" if found.whole else "finance_pane.limits_interest"
    start = tr("finance_pane.limits_without" if before else "finance_pane.limits_beyond")
    return before + tr(key, start=start, steps=tr("finance_pane.joiner").join(told))


def _with_values(base: StressBase, values: Values) -> StressBase:
    changed: dict[str, Any] = {key: values[key] for key, _ in _BASE}
    return replace(base, **changed)


def _work_break_even(material: Material, values: Values) -> Worked:
    if material.stress is None:
        return Worked("", (), ())
    base = _with_values(material.stress, values)
    rows = []
    for whole in (True, False):
        found = break_even(base, with_principal=whole)
        name = tr("finance_pane.with_principal" if whole else "finance_pane.without_principal")
        revenue = NOTHING if found.revenue is None else amount(found.revenue, "wan")
        short = found.margin_of_safety is not None and found.margin_of_safety < 0
        note = tr("finance_pane.below_break_even") if short else ""
        rows.append(Result((name, revenue, share(found.margin_of_safety)), found.formula, note, whole))
    heads = (tr("finance_pane.item"), _in_wan(tr("finance.tools.break_even")), tr("finance.tools.safety"))
    told = tr("finance_pane.break_even_told", revenue=rows[0].cells[1], safety=rows[0].cells[2])
    return Worked(told, heads, tuple(rows))


def _repayment_inputs(material: Material) -> list[Input] | None:
    if material.plan is None:
        return None
    plan, cited = material.plan.inputs, material.plan.sources
    parts: tuple[tuple[str, Decimal, Kind, tuple[int, int] | None, bool], ...] = (
        ("cash", plan.cash, "money", None, False),
        ("operating_cash", plan.operating_cash, "money", None, False),
        ("growth", plan.growth, "percent", (-50, 50), True),
        ("capex", next(iter(plan.capex), Decimal(0)), "money", None, False),
        ("request", material.plan.request, "money", None, "request" not in cited),
        ("years", Decimal(len(plan.principal)), "years", None, True),
        ("rate", plan.rate, "percent", (0, 15), False),
        ("other_debt", next(iter(plan.other_debt), Decimal(0)), "money", None, False),
        ("renewed", plan.renewed, "percent", (0, 100), True),
    )
    return [
        Input(key, tr(f"finance_pane.repay.{key}"), value, kind, cited.get(key, ()), span, assumed)
        for key, value, kind, span, assumed in parts
    ]


def _work_repayment(_material: Material, values: Values) -> Worked:
    years = max(1, int(values["years"]))
    part = values["request"] / years
    plan = RepaymentInputs(
        values["cash"],
        values["operating_cash"],
        values["growth"],
        (values["capex"],) * years,
        (part,) * years,
        (values["other_debt"],),
        values["rate"],
        renewed=values["renewed"],
    )
    found = repayment_projection(plan)
    names = ("closing_cash", "operating_cash", "capex", "principal", "interest", "other")
    rows = tuple(
        Result(
            (
                tr("finance_pane.year", number=y.year),
                _times(y.dscr),
                *(amount(getattr(y, name), "wan") for name in names),
            ),
            y.formula,
            tr("finance_pane.not_covered") if y.dscr is not None and y.dscr < 1 else "",
        )
        for y in found
    )
    worst = min((y.dscr for y in found if y.dscr is not None), default=None)
    told = tr("finance_pane.repay_told", dscr=_times(worst), cash=amount(found[-1].closing_cash, "wan"))
    columns = (_in_wan(tr(f"finance_pane.repay_head.{name}")) for name in names)
    heads = (tr("finance_pane.period"), tr("finance_pane.repay_head.dscr"), *columns)
    return Worked(told, heads, rows)


def _in_wan(words: str, money: bool = True) -> str:
    """A head with its unit."""
    return tr("finance_pane.period_head", period=words, unit=unit_name("wan")) if money else words


def _times(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{rounded(value)}"


_INPUTS = {
    "need": _need_inputs,
    "stress": _stress_inputs,
    "break_even": _base_inputs,
    "repayment": _repayment_inputs,
}
_WORK = {
    "need": _work_need,
    "stress": _work_stress,
    "break_even": _work_break_even,
    "repayment": _work_repayment,
}
