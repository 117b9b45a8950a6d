"""Repayment, stress and break-even: pure functions of editable inputs, each result with its formula worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from workbench.i18n import tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.book import books_of
from workbench.models.finance.statement import Statement
from workbench.models.finance.tools import YEAR_DAYS, ZERO, value_of


@dataclass(frozen=True, slots=True)
class RepaymentInputs:
    """A plan by year. ``operating_cash`` is last year's net operating cash before interest; ``growth``, ``rate``
    fractions. ``principal`` and ``other_debt`` are due year by year (the new loan; all other borrowing).
    """

    cash: Decimal
    operating_cash: Decimal
    growth: Decimal
    capex: tuple[Decimal, ...]
    principal: tuple[Decimal, ...]
    other_debt: tuple[Decimal, ...]
    rate: Decimal
    other_interest: tuple[Decimal, ...] = ()
    renewed: Decimal = ZERO
    """Share of other debt that is renewed when due (fraction)."""


@dataclass(frozen=True, slots=True)
class RepaymentYear:
    """One year of the plan: what there is to pay with, what is due, what is left."""

    year: int
    operating_cash: Decimal
    capex: Decimal
    principal: Decimal
    interest: Decimal
    other: Decimal
    closing_cash: Decimal
    dscr: Decimal | None
    formula: str

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        names = ("operating_cash", "capex", "principal", "interest", "other", "closing_cash")
        amounts = {name: format(getattr(self, name), "f") for name in names}
        dscr = None if self.dscr is None else format(self.dscr, ".4f")
        return {"year": self.year, **amounts, "dscr": dscr, "formula": self.formula}


def _at(values: Sequence[Decimal], number: int) -> Decimal:
    return values[number] if number < len(values) else ZERO


def repayment_projection(inputs: RepaymentInputs) -> tuple[RepaymentYear, ...]:
    """Year by year: operating cash grown, less capital spending, against principal and interest due.

    Interest is on the new loan's balance at the start of the year. DSCR = (operating cash − capital spending) ÷
    (principal + interest + other debt not renewed + its interest).
    """
    rows = []
    cash, operating = inputs.cash, inputs.operating_cash
    left = sum(inputs.principal, ZERO)
    for number in range(max(len(inputs.principal), 1)):
        operating *= 1 + inputs.growth
        principal, capex = _at(inputs.principal, number), _at(inputs.capex, number)
        interest = left * inputs.rate
        other = _at(inputs.other_debt, number) * (1 - inputs.renewed) + _at(inputs.other_interest, number)
        due = principal + interest + other
        free = operating - capex
        cash += free - due
        dscr = free / due if due > 0 else None
        shown = "—" if dscr is None else f"{dscr:.2f}"
        formula = f"({operating:,.2f} − {capex:,.2f}) ÷ ({principal:,.2f} + {interest:,.2f} + {other:,.2f}) = {shown}"
        rows.append(RepaymentYear(number + 1, operating, capex, principal, interest, other, cash, dscr, formula))
        left -= principal
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class StressBase:
    """A year of business. Money in yuan, rates fractions. ``fixed`` are costs that don't move with revenue
    (without interest and depreciation); ``principal`` is due within the year. ``sources`` cite the lines each
    figure is from.
    """

    revenue: Decimal
    variable_cost: Decimal
    fixed: Decimal
    debt: Decimal
    rate: Decimal
    principal: Decimal
    collection_days: Decimal
    tax_rate: Decimal = Decimal("0.25")
    sources: Mapping[str, tuple[Citation, ...]] = field(default_factory=dict)


STRESS_LINES: Mapping[str, tuple[str, ...]] = {
    "revenue": ("营业收入",),
    "variable_cost": ("营业成本", "税金及附加"),
    "fixed": ("销售费用", "管理费用", "研发费用"),
    "debt": ("短期借款", "一年内到期的非流动负债", "长期借款", "应付债券", "租赁负债"),
    "principal": ("短期借款", "一年内到期的非流动负债"),
    "interest": ("利息费用",),
    "receivables": ("应收账款", "应收票据及应收账款"),
}
"""The lines whose sums the base is made of; the rate is interest ÷ debt, the days are 360 × receivables ÷ revenue."""


@dataclass(frozen=True, slots=True)
class Shock:
    """``revenue``: −0.2 is a fifth less; ``margin``: −0.03 is three points of contribution margin less; ``rate``:
    +0.01 is a point more; ``days``: further days until customers pay.
    """

    name: str
    revenue: Decimal = ZERO
    margin: Decimal = ZERO
    rate: Decimal = ZERO
    days: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class StressResult:
    """What is left under a shock. ``cash`` is EBITDA less tax and money tied up by slower collection; ``dscr`` its
    cover of principal and interest, ``cover`` EBITDA ÷ interest.
    """

    name: str
    revenue: Decimal
    ebitda: Decimal
    interest: Decimal
    tied_up: Decimal
    tax: Decimal
    cash: Decimal
    cover: Decimal | None
    dscr: Decimal | None
    formula: str

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        names = ("revenue", "ebitda", "interest", "tied_up", "tax", "cash")
        amounts = {name: format(getattr(self, name), "f") for name in names}
        cover = None if self.cover is None else format(self.cover, ".4f")
        dscr = None if self.dscr is None else format(self.dscr, ".4f")
        return {"name": self.name, **amounts, "cover": cover, "dscr": dscr, "formula": self.formula}


def default_shocks() -> tuple[Shock, ...]:
    """None, mild, medium and severe; a bank may take its own."""
    return (
        Shock(tr("finance.tools.base")),
        Shock(tr("finance.tools.mild"), Decimal("-0.10"), Decimal("-0.01"), Decimal("0.005"), Decimal(15)),
        Shock(tr("finance.tools.medium"), Decimal("-0.20"), Decimal("-0.03"), Decimal("0.01"), Decimal(30)),
        Shock(tr("finance.tools.severe"), Decimal("-0.30"), Decimal("-0.05"), Decimal("0.02"), Decimal(60)),
    )


def stress_test(base: StressBase, shocks: Sequence[Shock] | None = None) -> tuple[StressResult, ...]:
    """The base under each shock."""
    return tuple(_stressed(base, shock) for shock in (default_shocks() if shocks is None else shocks))


def _stressed(base: StressBase, shock: Shock) -> StressResult:
    revenue = base.revenue * (1 + shock.revenue)
    contribution = (base.revenue - base.variable_cost) / base.revenue if base.revenue else ZERO
    ebitda = revenue * (contribution + shock.margin) - base.fixed
    interest = base.debt * (base.rate + shock.rate)
    tied_up = (
        revenue * (base.collection_days + shock.days) / YEAR_DAYS - base.revenue * base.collection_days / YEAR_DAYS
    )
    tax = max(ebitda - interest, ZERO) * base.tax_rate
    cash = ebitda - tax - tied_up
    due = base.principal + interest
    cover = ebitda / interest if interest > 0 else None
    dscr = cash / due if due > 0 else None
    shown = "—" if dscr is None else f"{dscr:.2f}"
    formula = f"({ebitda:,.2f} − {tax:,.2f} − {tied_up:,.2f}) ÷ ({base.principal:,.2f} + {interest:,.2f}) = {shown}"
    return StressResult(shock.name, revenue, ebitda, interest, tied_up, tax, cash, cover, dscr, formula)


def stress_base(statements: Sequence[Statement], *, rate: Decimal | None = None) -> StressBase | None:
    """The base from the latest whole year: cost of sales and taxes vary, the other costs are fixed; principal due
    is the short borrowing at its end, the rate interest ÷ borrowing. None where revenue or cost is missing.
    """
    books = books_of(statements)
    if not books:
        return None
    book = books[0]
    year = book.latest
    if not value_of(book, "营业收入", year) or book.figure("营业成本", year) is None:
        return None
    sums = {key: sum((value_of(book, name, year) for name in names), ZERO) for key, names in STRESS_LINES.items()}
    cited = {
        key: tuple(item.citation for name in names if (item := book.figure(name, year)))
        for key, names in STRESS_LINES.items()
    }
    days = YEAR_DAYS * sums["receivables"] / sums["revenue"]
    paid = sums["interest"] / sums["debt"] if sums["debt"] else ZERO
    sources = {
        **{key: cited[key] for key in ("revenue", "variable_cost", "fixed", "debt", "principal")},
        "rate": (*cited["interest"], *cited["debt"]) if rate is None else (),
        "collection_days": (*cited["receivables"], *cited["revenue"]),
    }
    return StressBase(
        sums["revenue"],
        sums["variable_cost"],
        sums["fixed"],
        sums["debt"],
        paid if rate is None else rate,
        sums["principal"],
        days,
        sources=sources,
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much worse each thing alone may get until what is due can't be paid; None where even the most can be borne.

    ``whole``: principal and interest are due, else interest only. ``margin`` and ``rate`` are fractions, ``days`` days.
    """

    whole: bool
    margin: Decimal | None
    rate: Decimal | None
    days: Decimal | None


_MOST = {"margin": Decimal(-1), "rate": Decimal(1), "days": Decimal(720)}
_HALVINGS = 14


def limits_of(base: StressBase, shock: Shock) -> Limits | None:
    """What can still be borne beside a shock; None where not even the interest can be paid under it.

    Revenue is not among them: less of it frees money that customers owe, so that cash does not simply fall with it.
    """
    whole = next((whole for whole in (True, False) if _pays(base, shock, whole=whole)), None)
    if whole is None:
        return None
    found = {name: _furthest(base, shock, name, whole=whole) for name in _MOST}
    return Limits(whole, found["margin"], found["rate"], found["days"])


def _pays(base: StressBase, shock: Shock, *, whole: bool) -> bool:
    result = _stressed(base, shock)
    return result.cash >= result.interest + (base.principal if whole else ZERO)


def _furthest(base: StressBase, shock: Shock, name: str, *, whole: bool) -> Decimal | None:
    """The furthest step of one thing that can be borne, by halving."""

    def pays(step: Decimal) -> bool:
        return _pays(base, replace(shock, **{name: getattr(shock, name) + step}), whole=whole)

    good, bad = ZERO, _MOST[name]
    if pays(bad):
        return None
    for _ in range(_HALVINGS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if pays(middle) else (good, middle)
    return good


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Revenue at which debt service is just paid, and how far revenue may fall until then (fraction)."""

    revenue: Decimal | None
    margin_of_safety: Decimal | None
    formula: str

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "revenue": None if self.revenue is None else format(self.revenue, "f"),
            "margin_of_safety": None if self.margin_of_safety is None else format(self.margin_of_safety, ".6f"),
            "formula": self.formula,
        }


def break_even(base: StressBase, *, with_principal: bool = True) -> BreakEven:
    """(fixed costs + interest + principal ÷ (1 − tax rate)) ÷ contribution margin: principal is paid out of profit
    after tax. None where each sale costs more than it brings.
    """
    contribution = (base.revenue - base.variable_cost) / base.revenue if base.revenue else ZERO
    interest = base.debt * base.rate
    principal = base.principal / (1 - base.tax_rate) if with_principal else ZERO
    due = base.fixed + interest + principal
    formula = f"({base.fixed:,.2f} + {interest:,.2f} + {principal:,.2f}) ÷ {contribution:.4%}"
    if contribution <= 0:
        return BreakEven(None, None, formula)
    revenue = due / contribution
    return BreakEven(revenue, 1 - revenue / base.revenue, f"{formula} = {revenue:,.2f}")
