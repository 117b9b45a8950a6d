"""Credit tools: the need for working capital, repayment, stress, break-even. Pure, every input editable.

Each gives steps: label, value, unit and the formula with its figures, as a reader checks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from workbench.i18n import tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.display import display
from workbench.models.finance.statement import Statement

NEED_SOURCE = "流动资金贷款管理办法附件的需求量测算公式（条文版本请核对）"
YEAR_DAYS = Decimal(360)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a computation. ``value`` is None where it has no sense, ``note`` then says why."""

    key: str
    label: str
    value: Decimal | None
    unit: str
    formula: str
    note: str = ""

    @property
    def display(self) -> str:
        """As written in a report."""
        return f"{self.value:,.4f}" if self.unit == "次" and self.value is not None else display(self.value, self.unit)

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "key": self.key,
            "label": self.label,
            "value": None if self.value is None else format(self.value, "f"),
            "unit": self.unit,
            "display": self.display,
            "formula": self.formula,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class WorkingCapitalInputs:
    """Inputs of the need, money in yuan, ``margin`` and ``growth`` fractions.

    ``revenue`` and ``cost`` are last year's; the five balances are averages of opening and closing. ``own``,
    ``loans`` and ``other`` are what already pays for working capital; ``request`` is what is applied for.
    ``sources`` cite the statements each figure is from; ``closing_only`` names balances without an opening.
    """

    revenue: Decimal
    cost: Decimal
    margin: Decimal
    growth: Decimal
    inventory: Decimal = ZERO
    receivables: Decimal = ZERO
    payables: Decimal = ZERO
    prepayments: Decimal = ZERO
    advances: Decimal = ZERO
    own: Decimal = ZERO
    loans: Decimal = ZERO
    other: Decimal = ZERO
    request: Decimal | None = None
    sources: dict[str, tuple[Citation, ...]] = field(default_factory=dict)
    closing_only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkingCapitalNeed:
    """The need and the room for a new loan, None where the formula gives none; ``steps`` in order."""

    need: Decimal | None
    additional: Decimal | None
    steps: tuple[Step, ...]
    source: str = NEED_SOURCE

    def step(self, key: str) -> Step:
        """A step by its key. Raises KeyError."""
        return {s.key: s for s in self.steps}[key]

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "need": None if self.need is None else format(self.need, "f"),
            "additional": None if self.additional is None else format(self.additional, "f"),
            "steps": [s.to_json() for s in self.steps],
            "source": self.source,
        }


_GROUPS: dict[str, tuple[str, ...]] = {
    "inventory": ("存货",),
    "receivables": ("应收票据", "应收账款", "应收票据及应收账款", "应收款项融资", "合同资产"),
    "payables": ("应付票据", "应付账款", "应付票据及应付账款"),
    "prepayments": ("预付款项",),
    "advances": ("预收款项", "合同负债"),
    "loans": ("短期借款",),
}
_OWN = ("所有者权益合计", "非流动负债合计", "非流动资产合计")


def working_capital_inputs(
    statements: Sequence[Statement], *, growth: Decimal, year: str | None = None, bills: bool = True
) -> WorkingCapitalInputs | None:
    """Inputs from the statements of the latest whole year; None where revenue or cost is missing.

    ``bills``: notes receivable and payable, contract assets and contract liabilities are counted with their
    accounts. The margin is 利润总额 ÷ 营业收入; own money is equity + long debts − long assets, at least nothing.
    """
    books = books_of(statements)
    if not books:
        return None
    book = books[0]
    period = year or next((y for y in reversed(book.years) if len(y) == len("2024")), book.years[-1])
    revenue, cost, profit = (book.figure(n, period) for n in ("营业收入", "营业成本", "利润总额"))
    if not (revenue and cost and profit and revenue.value and cost.value is not None and profit.value is not None):
        return None
    sources = {"revenue": (revenue.citation,), "cost": (cost.citation,), "margin": (profit.citation, revenue.citation)}
    averages: dict[str, Decimal] = {}
    closing_only = []
    for key, names in _GROUPS.items():
        taken = names if bills or key == "loans" else tuple(n for n in names if n.endswith(("账款", "款项", "存货")))
        average, cited, complete = _average(book, taken, period, closing=key == "loans")
        averages[key], sources[key] = average, cited
        if not complete:
            closing_only.append(key)
    equity, long_debts, long_assets = (_value(book, name, period) for name in _OWN)
    sources["own"] = tuple(item.citation for name in _OWN if (item := book.figure(name, period)))
    own = max(equity + long_debts - long_assets, ZERO)
    margin = profit.value / revenue.value
    plain = WorkingCapitalInputs(revenue.value, cost.value, margin, growth, own=own, sources=sources)
    return replace(plain, closing_only=tuple(closing_only), **averages)  # type: ignore[arg-type]


def _value(book: Book, name: str, year: str) -> Decimal:
    item = book.figure(name, year)
    return item.value if item is not None and item.value is not None else ZERO


def _average(
    book: Book, names: Sequence[str], year: str, *, closing: bool
) -> tuple[Decimal, tuple[Citation, ...], bool]:
    """The average of a group of lines, its places, and whether there was an opening for it."""
    now = [item for name in names if (item := book.figure(name, year)) is not None]
    then = [] if closing else [item for name in names if (item := book.figure_before(name, year)) is not None]
    total = sum((i.value for i in now if i.value is not None), ZERO)
    cited = tuple(i.citation for i in (*now, *then))
    if not then:
        return total, cited, closing or not now
    return (total + sum((i.value for i in then if i.value is not None), ZERO)) / 2, cited, True


_TURNOVER = (
    ("inventory", "cost", 1),
    ("receivables", "revenue", 1),
    ("payables", "cost", -1),
    ("prepayments", "cost", 1),
    ("advances", "revenue", -1),
)


def working_capital_need(inputs: WorkingCapitalInputs) -> WorkingCapitalNeed:
    """The need by the regulator's formula, and the room left for a new loan.

    need = revenue × (1 − margin) × (1 + growth) ÷ turns; turns = 360 ÷ (days in stock + receivable − payable +
    prepaid − advances); days = 360 × average balance ÷ cost (stock, payables, prepayments) or revenue (receivables,
    advances). No result where the days add up to nothing or less.
    """
    steps: list[Step] = []
    total = ZERO
    for key, base, sign in _TURNOVER:
        balance, flow = getattr(inputs, key), getattr(inputs, base)
        days = YEAR_DAYS * balance / flow if flow > 0 else ZERO
        total += sign * days
        formula = f"360 × {balance:,.2f} ÷ {flow:,.2f}"
        note = tr("finance.tools.closing_only") if key in inputs.closing_only else ""
        steps.append(Step(f"days_{key}", tr(f"finance.tools.days_{key}"), days, "天", formula, note))
    parts = " ".join(
        f"{'+' if sign > 0 else '−'} {s.value:,.2f}" for s, (_, _, sign) in zip(steps, _TURNOVER, strict=True)
    )
    turns = YEAR_DAYS / total if total > 0 else None
    no_turns = "" if turns else tr("finance.tools.no_turns")
    steps.append(Step("turns", tr("finance.tools.turns"), turns, "次", f"360 ÷ ({parts.removeprefix('+ ')})", no_turns))
    need = None if turns is None else inputs.revenue * (1 - inputs.margin) * (1 + inputs.growth) / turns
    shown_turns = "—" if turns is None else f"{turns:,.4f}"
    formula = f"{inputs.revenue:,.2f} × (1 − {inputs.margin:.4%}) × (1 + {inputs.growth:.2%}) ÷ {shown_turns}"
    steps.append(Step("need", tr("finance.tools.need"), need, "元", formula, no_turns))
    room = None if need is None else need - inputs.own - inputs.loans - inputs.other
    formula = f"{need or ZERO:,.2f} − {inputs.own:,.2f} − {inputs.loans:,.2f} − {inputs.other:,.2f}"
    note = no_turns or (tr("finance.tools.no_need") if room is not None and room <= 0 else "")
    steps.append(Step("additional", tr("finance.tools.additional"), room, "元", formula, note))
    if inputs.request is not None and room is not None:
        gap = inputs.request - max(room, ZERO)
        formula = f"{inputs.request:,.2f} − {max(room, ZERO):,.2f}"
        note = tr("finance.tools.over") if gap > 0 else ""
        steps.append(Step("gap", tr("finance.tools.gap"), gap, "元", formula, note))
    return WorkingCapitalNeed(need, room, tuple(steps))


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
    (without interest and depreciation); ``principal`` is due within the year.
    """

    revenue: Decimal
    variable_cost: Decimal
    fixed: Decimal
    debt: Decimal
    rate: Decimal
    principal: Decimal
    collection_days: Decimal
    tax_rate: Decimal = Decimal("0.25")


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
    year = next((y for y in reversed(book.years) if len(y) == len("2024")), book.years[-1])

    def value(name: str) -> Decimal:
        return _value(book, name, year)

    if not value("营业收入") or book.figure("营业成本", year) is None:
        return None
    short = value("短期借款") + value("一年内到期的非流动负债")
    debt = short + value("长期借款") + value("应付债券") + value("租赁负债")
    fixed = value("销售费用") + value("管理费用") + value("研发费用")
    revenue = value("营业收入")
    days = YEAR_DAYS * (value("应收账款") + value("应收票据及应收账款")) / revenue
    paid = value("利息费用") / debt if debt else ZERO
    return StressBase(
        revenue, value("营业成本") + value("税金及附加"), fixed, debt, paid if rate is None else rate, short, days
    )


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
