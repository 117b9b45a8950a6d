"""The need for working capital by the regulator's formula: pure, every input editable, every step shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from workbench.i18n import tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.display import said
from workbench.models.finance.statement import Statement

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
        return f"{self.value:,.4f}" if self.unit == "次" and self.value is not None else said(self.value, self.unit)

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

    @property
    def source(self) -> str:
        """Where the formula is from."""
        return tr("finance.source.need")

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


NEED_LINES: Mapping[str, tuple[str, ...]] = {
    "inventory": ("存货",),
    "receivables": ("应收票据", "应收账款", "应收票据及应收账款", "应收款项融资", "合同资产"),
    "payables": ("应付票据", "应付账款", "应付票据及应付账款"),
    "prepayments": ("预付款项",),
    "advances": ("预收款项", "合同负债"),
    "loans": ("短期借款",),
}
"""The lines each balance is the sum of."""
OWN_LINES = ("所有者权益合计", "非流动负债合计", "非流动资产合计")
"""Own money is the first two less the third, at least nothing."""


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
    period = year or book.latest
    revenue, cost, profit = (book.figure(n, period) for n in ("营业收入", "营业成本", "利润总额"))
    if not (revenue and cost and profit and revenue.value and cost.value is not None and profit.value is not None):
        return None
    sources = {"revenue": (revenue.citation,), "cost": (cost.citation,), "margin": (profit.citation, revenue.citation)}
    averages: dict[str, Decimal] = {}
    closing_only = []
    for key, names in NEED_LINES.items():
        taken = names if bills or key == "loans" else tuple(n for n in names if n.endswith(("账款", "款项", "存货")))
        average, cited, complete = _average(book, taken, period, closing=key == "loans")
        averages[key], sources[key] = average, cited
        if not complete:
            closing_only.append(key)
    equity, long_debts, long_assets = (value_of(book, name, period) for name in OWN_LINES)
    sources["own"] = tuple(item.citation for name in OWN_LINES if (item := book.figure(name, period)))
    own = max(equity + long_debts - long_assets, ZERO)
    margin = profit.value / revenue.value
    plain = WorkingCapitalInputs(revenue.value, cost.value, margin, growth, own=own, sources=sources)
    return replace(plain, closing_only=tuple(closing_only), **averages)  # type: ignore[arg-type]


GROWTH = Decimal("0.10")
"""Growth of sales that is expected where the papers tell no year before."""


def expected_growth(statements: Sequence[Statement]) -> Decimal:
    """What the need begins with: sales grow as they did in the latest whole year (a fraction)."""
    books = books_of(statements)
    book = books[0] if books else None
    now = book.figure("营业收入", book.latest) if book else None
    before = book.figure_before("营业收入", book.latest) if book else None
    if now is None or before is None or now.value is None or not before.value:
        return GROWTH
    return now.value / before.value - 1


def value_of(book: Book, name: str, year: str) -> Decimal:
    """A figure, nothing where it is not printed."""
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
