"""DuPont, Altman's Z″, trends, common size and peers: what is read out of several ratios together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from workbench.i18n import tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.accounts import StatementKind
from workbench.models.finance.book import Book, books_of, year_before
from workbench.models.finance.display import display
from workbench.models.finance.formula import Node, NoValueError, compute, read_formula, with_definitions, written
from workbench.models.finance.notes import Note
from workbench.models.finance.ratios import Figures, Ratio, definitions, ratio_of, ratio_rules
from workbench.models.finance.statement import Scope, Statement


@dataclass(frozen=True, slots=True)
class Part:
    """A computed figure with its formula worked out and the places of its inputs."""

    name: str
    value: Decimal
    formula: str
    citations: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """Name, value as a string, formula and citations."""
        return {
            "name": self.name,
            "value": format(self.value, "f"),
            "formula": self.formula,
            "citations": [c.to_json() for c in self.citations],
        }


def _part(name: str, text: str, book: Book, year: str) -> Part:
    """Raises NoValueError."""
    figures = Figures(book, year)
    node: Node = with_definitions(read_formula(text), definitions())
    value = compute(node, figures.lookup)
    return Part(name, value, f"{written(node, figures.words)} = {value:.4f}", figures.citations())


@dataclass(frozen=True, slots=True)
class DuPont:
    """Return on equity taken apart. ``effects`` tell how much each factor moved it since the year before (their
    sum is the whole change); empty where there is no year before. Values are fractions, not per cent.
    """

    period: str
    roe: Decimal
    factors: tuple[Part, Part, Part]
    effects: tuple[Decimal, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "period": self.period,
            "roe": format(self.roe, "f"),
            "factors": [f.to_json() for f in self.factors],
            "effects": [format(e, "f") for e in self.effects],
            "source": tr("finance.source.dupont"),
        }


_PROFIT = "first(归属于母公司股东的净利润, 净利润)"
_EQUITY = "first(avg(归属于母公司所有者权益合计), avg(所有者权益合计))"
_FACTORS = (
    ("净利率", f"{_PROFIT} / 营业收入"),
    ("总资产周转率", "营业收入 / avg(资产总计)"),
    ("权益乘数", f"avg(资产总计) / {_EQUITY}"),
)


def dupont_of(statements: Sequence[Statement]) -> tuple[DuPont, ...]:
    """Every period of the main company, newest first; periods that lack a figure are left out."""
    books = books_of(statements)
    if not books:
        return ()
    factors: dict[str, tuple[Part, Part, Part]] = {}
    for year in books[0].years:
        try:
            margin, turnover, multiplier = (_part(name, text, books[0], year) for name, text in _FACTORS)
        except NoValueError:
            continue
        factors[year] = (margin, turnover, multiplier)
    found = []
    for year, parts in factors.items():
        before = factors.get(year_before(year))
        roe = parts[0].value * parts[1].value * parts[2].value
        found.append(DuPont(year, roe, parts, _effects(before, parts) if before else ()))
    return tuple(reversed(found))


def _effects(before: Sequence[Part], now: Sequence[Part]) -> tuple[Decimal, ...]:
    """Chain substitution: one factor after the other takes its new value."""
    values = [p.value for p in before]
    effects = []
    product = values[0] * values[1] * values[2]
    for at, part in enumerate(now):
        values[at] = part.value
        next_product = values[0] * values[1] * values[2]
        effects.append(next_product - product)
        product = next_product
    return tuple(effects)


@dataclass(frozen=True, slots=True)
class Altman:
    """The Z″ score of a period. ``emerging`` is 3.25 more, its cut-offs too."""

    period: str
    parts: tuple[Part, ...]
    score: Decimal
    zone: Literal["safe", "grey", "distress"]

    @property
    def emerging(self) -> Decimal:
        """The score for emerging markets (cut-offs 5.85 and 4.35)."""
        return self.score + Decimal("3.25")

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "period": self.period,
            "parts": [p.to_json() for p in self.parts],
            "score": format(self.score, ".4f"),
            "emerging": format(self.emerging, ".4f"),
            "zone": self.zone,
            "source": tr("finance.source.altman"),
        }


_ALTMAN = (
    ("X1", "(流动资产合计 - 流动负债合计) / 资产总计", Decimal("6.56")),
    ("X2", "(盈余公积? + 未分配利润) / 资产总计", Decimal("3.26")),
    ("X3", "(利润总额 + 利息费用?) / 资产总计", Decimal("6.72")),
    ("X4", "所有者权益合计 / 负债合计", Decimal("1.05")),
)
_SAFE, _DISTRESS = Decimal("2.6"), Decimal("1.1")


def altman_of(statements: Sequence[Statement]) -> tuple[Altman, ...]:
    """The Z″ score of every period of the main company, newest first; none for a bank."""
    books = books_of(statements)
    if not books or books[0].is_bank:
        return ()
    found = []
    for year in reversed(books[0].years):
        try:
            parts = tuple(_part(name, text, books[0], year) for name, text, _ in _ALTMAN)
        except NoValueError:
            continue
        score = sum((p.value * weight for p, (_, _, weight) in zip(parts, _ALTMAN, strict=True)), Decimal(0))
        found.append(Altman(year, parts, score, altman_zone(score)))
    return tuple(found)


def altman_zone(score: Decimal) -> Literal["safe", "grey", "distress"]:
    """Above 2.6 safe, below 1.1 distress, between them grey."""
    return "safe" if score > _SAFE else "distress" if score < _DISTRESS else "grey"


@dataclass(frozen=True, slots=True)
class Trend:
    """A line or ratio over periods, oldest first. ``changes`` are on the period before (fractions, None where the
    base is zero or negative); ``cagr`` the yearly growth over all, None where it has no sense.
    """

    name: str
    unit: str
    values: tuple[tuple[str, Decimal], ...]
    changes: tuple[Decimal | None, ...]
    cagr: Decimal | None

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "name": self.name,
            "unit": self.unit,
            "values": [[period, format(value, "f"), display(value, self.unit)] for period, value in self.values],
            "changes": [None if c is None else format(c, ".6f") for c in self.changes],
            "cagr": None if self.cagr is None else format(self.cagr, ".6f"),
        }


def growth(before: Decimal, now: Decimal) -> Decimal | None:
    """(now − before) ÷ before; None where the base is zero or negative."""
    return (now - before) / before if before > 0 else None


def compound_growth(first: Decimal, last: Decimal, periods: int) -> Decimal | None:
    """(last ÷ first)^(1÷periods) − 1; None where it has no sense."""
    if first <= 0 or last <= 0 or periods < 1:
        return None
    with localcontext() as context:
        context.prec = 28
        return (last / first) ** (Decimal(1) / Decimal(periods)) - 1


_TREND_LINES = (
    "营业收入", "营业成本", "净利润", "经营活动产生的现金流量净额", "资产总计", "负债合计", "所有者权益合计",
    "货币资金", "应收账款", "存货", "短期借款", "长期借款",
)  # fmt: skip


def trends_of(
    statements: Sequence[Statement], names: Sequence[str] = _TREND_LINES, years: int = 3
) -> tuple[Trend, ...]:
    """Lines of the main company over the last whole years."""
    books = books_of(statements)
    if not books:
        return ()
    whole = [y for y in books[0].years if len(y) == len("2024")][-years:]
    found = []
    for name in names:
        told = [(y, line.value) for y in whole if (line := books[0].figure(name, y)) is not None]
        values = tuple((y, v) for y, v in told if v is not None)
        if values:
            found.append(trend(name, "元", values))
    return tuple(found)


def trend(name: str, unit: str, values: Sequence[tuple[str, Decimal]]) -> Trend:
    """A trend of values by year, oldest first."""
    changes = tuple(growth(a[1], b[1]) for a, b in pairwise(values))
    span = int(values[-1][0][:4]) - int(values[0][0][:4])
    cagr = compound_growth(values[0][1], values[-1][1], span) if span > 1 else None
    return Trend(name, unit, tuple(values), changes, cagr)


@dataclass(frozen=True, slots=True)
class CommonSize:
    """A line as a share of its base (资产总计 for balances, 营业收入 for flows) in each period; fractions."""

    name: str
    kind: StatementKind
    base: str
    shares: Mapping[str, Decimal]

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        shares = {period: format(share, ".6f") for period, share in self.shares.items()}
        return {"name": self.name, "kind": self.kind, "base": self.base, "shares": shares}


def common_size_of(statements: Sequence[Statement]) -> tuple[CommonSize, ...]:
    """Every line with a figure of the main company; order as printed."""
    books = books_of(statements)
    if not books:
        return ()
    book = books[0]
    rows: dict[tuple[StatementKind, str], dict[str, Decimal]] = {}
    for year in reversed(book.years):
        for statement, item in book.lines(year):
            base = book.find(base_of(statement.kind), year)
            if item.canonical and item.value is not None and base and base[1].value and "每股" not in item.canonical:
                rows.setdefault((statement.kind, item.canonical), {})[year] = item.value / base[1].value
    return tuple(CommonSize(name, kind, base_of(kind), shares) for (kind, name), shares in rows.items())


def base_of(kind: StatementKind) -> str:
    """What lines of a statement are measured against."""
    return "资产总计" if kind == "balance" else "营业收入"


@dataclass(frozen=True, slots=True)
class Peer:
    """One ratio over the companies of a case in one period; ``median`` over those that have it."""

    name: str
    unit: str
    period: str
    values: Mapping[str, Ratio]

    @property
    def median(self) -> Decimal | None:
        """The middle value of the companies that have one."""
        known = [r.value for r in self.values.values() if r.value is not None]
        return Decimal(median(known)) if known else None

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        middle = self.median
        return {
            "name": self.name,
            "unit": self.unit,
            "period": self.period,
            "values": {company: r.to_json() for company, r in self.values.items()},
            "median": None if middle is None else format(middle, "f"),
        }


_PEER_RATIOS = (
    "资产负债率", "流动比率", "有息负债率", "利息保障倍数", "毛利率", "净利率", "净资产收益率", "应收账款周转天数",
    "存货周转天数", "总资产周转率", "净现比", "营业收入增长率",
)  # fmt: skip


def peers_of(
    statements: Sequence[Statement], names: Sequence[str] = _PEER_RATIOS, *, notes: Sequence[Note] = ()
) -> tuple[Peer, ...]:
    """Named ratios of every company in the case, for the latest period they share; empty with a single company."""
    books = [
        book
        for company in dict.fromkeys(s.company for s in statements)
        if company and (book := _own(statements, company, notes))
    ]
    shared = set.intersection(*(set(b.years) for b in books)) if len(books) > 1 else set()
    if not shared:
        return ()
    period = max(shared)
    rules = [rule for rule in ratio_rules() if rule.name in names]
    return tuple(
        Peer(rule.name, rule.unit, period, {book.company: ratio_of(rule, book, period) for book in books})
        for rule in rules
    )


def _own(statements: Sequence[Statement], company: str, notes: Sequence[Note]) -> Book | None:
    """A company's consolidated book, else its own."""
    scopes: tuple[Scope, ...] = ("consolidated", "parent")
    mine = [s for s in statements if s.company == company]
    return next((book for scope in scopes if (book := Book(mine, scope, company, notes)).years), None)
