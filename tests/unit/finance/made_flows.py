"""Made-up bank ledgers of five banks' formats, clean ones and ones with something planted."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tests.unit.finance.papers import table, text
from workbench.models.documents.document import Block, Document

HOLDER = "青岚装备制造有限公司"
RELATED = ("青岚投资控股有限公司", "陆远舟")
CUSTOMERS = [f"{a}{b}有限公司" for a in ("东川", "澄江", "北陌", "望海", "银杉", "岱岳") for b in ("机械", "重工")]
SUPPLIERS = [f"{a}{b}有限公司" for a in ("白石", "临洮", "沧浪", "赤岩", "云泽") for b in ("钢材", "铸件")]
FORMATS = "ABCDE"
YEAR = 2024


@dataclass
class Payment:
    day: date
    amount: Decimal
    party: str
    summary: str


@dataclass
class Book:
    """A year of payments; ``facts`` go into the subject of the signals."""

    payments: list[Payment]
    opening: Decimal
    facts: dict[str, object] = field(default_factory=dict)

    def add(self, day: date, amount: float | Decimal, party: str, summary: str) -> None:
        self.payments.append(Payment(day, Decimal(str(amount)).quantize(Decimal("0.01")), party, summary))

    @property
    def sales(self) -> Decimal:
        return sum((p.amount for p in self.payments if p.summary in ("货款", "销售回款")), Decimal(0))


def clean(chance: random.Random, rows: int = 500) -> Book:
    """Trade as it is: uneven sums, some round ones, wages, taxes, a loan paid out to suppliers, its interest."""
    book = Book([], Decimal("38215406.77"))
    days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(366)]
    loan = date(YEAR, chance.randint(3, 8), chance.randint(2, 26))
    for month in range(1, 13):
        book.add(date(YEAR, month, 10), -round(chance.uniform(4.1e5, 4.9e5), 2), "本单位职工", "代发工资")
        book.add(date(YEAR, month, 15), -round(chance.uniform(1e5, 3e5), 2), "国家金库青岚支库", "缴纳税款")
        book.add(date(YEAR, month, 21), -round(chance.uniform(5e4, 6e4), 2), "云陵银行", "贷款利息")
        book.add(date(YEAR, month, 28), -15.5, "", "账户管理费")
    book.add(loan, 6000000, "云陵银行", "贷款发放")
    for supplier in chance.sample(SUPPLIERS, 3):
        book.add(loan + timedelta(days=1), -round(chance.uniform(1.6e6, 1.9e6), 2), supplier, "采购款")
    book.add(date(YEAR, 1, 25), -300000, RELATED[0], "分红")
    book.add(date(YEAR, 12, 5), -2000000, "云陵银行理财", "购买理财")
    for _ in range(6):
        book.add(chance.choice(days), round(chance.lognormvariate(12.6, 0.6), 2), "两江配件有限公司", "货款")
        book.add(chance.choice(days), -round(chance.lognormvariate(12.6, 0.6), 2), "两江配件有限公司", "采购款")
    while len(book.payments) < rows:
        day = chance.choice(days)
        value = round(chance.lognormvariate(12.6, 0.8), 2)
        if chance.random() < 0.04:
            value = round(value / 10000 + 1) * 10000
        if chance.random() < 0.52:
            book.add(day, value * 1.08, chance.choice(CUSTOMERS), "货款")
        else:
            book.add(day, -value, chance.choice(SUPPLIERS), "采购款")
    book.facts = {"applied": date(YEAR, 12, 31), "related": RELATED, "invoiced": book.sales * Decimal("1.1")}
    return book


def _day(chance: random.Random, first: int = 2, last: int = 11) -> date:
    return date(YEAR, chance.randint(first, last), chance.randint(1, 27))


def few_receipts(book: Book, chance: random.Random) -> None:
    book.facts["invoiced"] = book.sales / Decimal(str(chance.uniform(0.2, 0.45)))


def same_day(book: Book, chance: random.Random) -> None:
    payer, payee = f"{chance.choice('甲乙丙丁')}源商贸有限公司", f"{chance.choice('戊己庚辛')}达贸易有限公司"
    for _ in range(chance.randint(2, 5)):
        value = chance.choice([chance.randint(8, 30) * 100000, round(chance.uniform(8e5, 3e6), 2)])
        day, kept = _day(chance), chance.choice([0, 0, 0.001, 0.01]) if value % 100000 == 0 else 0
        book.add(day, value, payer, "往来款")
        book.add(day, -value * (1 - kept), payee, "往来款")


def round_sums(book: Book, chance: random.Random) -> None:
    for _ in range(chance.randint(5, 9)):
        book.add(_day(chance), -chance.randint(5, 40) * 100000, "昆仑咨询服务有限公司", "咨询费")


def circular(book: Book, chance: random.Random) -> None:
    back = chance.choice(["沉舟贸易有限公司", "千帆贸易有限公司"])
    for _ in range(chance.randint(3, 5)):
        value, day = chance.randint(6, 25) * 100000, _day(chance)
        book.add(day, -value, "沉舟贸易有限公司", "货款")
        book.add(day + timedelta(days=chance.randint(1, 6)), value, back, "货款")


def both_sides(book: Book, chance: random.Random) -> None:
    total = sum(p.amount for p in book.payments if p.amount > 0)
    for _ in range(20):
        part = float(total) * 0.03
        book.add(_day(chance), round(part * chance.uniform(0.8, 1.2), 2), "同舟实业有限公司", "货款")
        book.add(_day(chance), -round(part * chance.uniform(0.8, 1.2), 2), "同舟实业有限公司", "采购款")


def burst(book: Book, chance: random.Random) -> None:
    monthly = float(book.sales) / 12
    count = chance.randint(8, 20)
    for _ in range(count):
        day = date(YEAR, 12, 31) - timedelta(days=chance.randint(1, 28))
        book.add(day, round(monthly * chance.uniform(2.8, 4) / count, 2), chance.choice(CUSTOMERS), "货款")


def _loan(book: Book) -> Payment:
    return next(p for p in book.payments if p.summary == "贷款发放")


def to_related(book: Book, chance: random.Random) -> None:
    loan = _loan(book)
    share = chance.uniform(0.35, 0.9)
    name = chance.choice(RELATED)
    book.add(loan.day + timedelta(days=chance.randint(0, 5)), -round(float(loan.amount) * share, 2), name, "往来款")


def to_property(book: Book, chance: random.Random) -> None:
    loan = _loan(book)
    value = round(float(loan.amount) * chance.uniform(0.2, 0.6), 2)
    party, words = chance.choice(
        [("锦华置业有限公司", "款项"), ("陆某某", "购房首付款"), ("海曙房地产开发有限公司", "认筹")]
    )
    book.add(loan.day + timedelta(days=chance.randint(1, 20)), -value, party, words)


def to_securities(book: Book, chance: random.Random) -> None:
    loan = _loan(book)
    value = round(float(loan.amount) * chance.uniform(0.2, 0.6), 2)
    party, words = chance.choice(
        [("长风证券股份有限公司", "银证转账"), ("云陵银行理财专户", "申购"), ("四海期货有限公司", "入金")]
    )
    book.add(loan.day + timedelta(days=chance.randint(1, 20)), -value, party, words)


def comes_back(book: Book, chance: random.Random) -> None:
    loan = _loan(book)
    value = round(float(loan.amount) * chance.uniform(0.4, 0.9), 2)
    day = loan.day + timedelta(days=chance.randint(0, 3))
    book.add(day, -value, "顺昌物资有限公司", "采购款")
    book.add(day + timedelta(days=chance.randint(1, 4)), value, "顺昌物资有限公司", "退回")


Plant = Callable[[Book, random.Random], None]
PLANTS: tuple[tuple[str, Plant], ...] = (
    *[("S21", few_receipts)] * 3,
    *[("S22a", same_day)] * 4,
    *[("S22b", round_sums)] * 2,
    *[("S22c", circular)] * 3,
    ("S22d", both_sides),
    *[("S23", burst)] * 3,
    *[("S24a", to_related)] * 3,
    *[("S24b", to_property)] * 2,
    *[("S24c", to_securities)] * 2,
    *[("S24d", comes_back)] * 2,
)


def rows_of(book: Book) -> list[tuple[Payment, Decimal]]:
    """Payments by day with the balance after each."""
    balance = book.opening
    made = []
    for payment in sorted(book.payments, key=lambda p: p.day):
        balance += payment.amount
        made.append((payment, balance))
    return made


def _sheet(title: str, blocks: Sequence[Block]) -> Document:
    head = text(f"户名：{HOLDER}  账号：6229881200013579246  币种：人民币")
    return Document(title, "xlsx", (text(title), head, *blocks))


def sheet(book: Book, bank: str, *, spoilt: int | None = None) -> Document:
    """The book as one of five banks prints it; ``spoilt``: the balance cell of that row has a digit wrong."""
    rows = rows_of(book)
    balances = [balance for _, balance in rows]
    if spoilt is not None:
        balances[spoilt] += Decimal(900)
    made = [_FORMATS[bank](p, b) for (p, _), b in zip(rows, balances, strict=True)]
    if bank == "B":
        made.reverse()
    head = _HEADS[bank]
    if bank == "D":
        pages = [made[n : n + 40] for n in range(0, len(made), 40)]
        first = table(head, ("", "", "承前页", "", "", f"{book.opening:,.2f}", "", ""), *pages[0])
        return _sheet("云陵银行账户明细", (first, *(table(*page) for page in pages[1:])))
    if bank == "E":
        return _sheet("对账单", (table(*_E_HEAD, *made, ("合计", *[""] * 6)),))
    total = ("合计", *[""] * (len(head) - 1))
    return _sheet(f"{bank}银行交易流水", (table(head, *made, total),))


def _sides(payment: Payment, form: str) -> tuple[str, str]:
    income = format(payment.amount, form) if payment.amount > 0 else ""
    return income, format(-payment.amount, form) if payment.amount < 0 else ""


def _a(p: Payment, balance: Decimal) -> tuple[str, ...]:
    return (p.day.isoformat(), "2024010500001", p.summary, p.party, *_sides(p, ".2f"), f"{balance:.2f}")


def _b(p: Payment, balance: Decimal) -> tuple[str, ...]:
    income, spending = _sides(p, ",.2f")
    return (p.day.strftime("%Y%m%d"), spending, income, f"{balance:,.2f}", "62268800113355", p.party, p.summary)


def _c(p: Payment, balance: Decimal) -> tuple[str, ...]:
    return (f"{p.day} 12:33:01", f"{p.amount:+,.2f}", f"{balance:,.2f}", p.party, p.summary, "")


def _d(p: Payment, balance: Decimal) -> tuple[str, ...]:
    side = "贷" if p.amount > 0 else "借"
    return (
        "1",
        p.day.strftime("%Y/%m/%d"),
        p.summary,
        side,
        f"{abs(p.amount):,.2f}",
        f"{balance:,.2f}",
        p.party,
        "网银",
    )


def _e(p: Payment, balance: Decimal) -> tuple[str, ...]:
    income, spending = _sides(p, ",.2f")
    day = f"{p.day.year}年{p.day.month}月{p.day.day}日"
    ends = (p.party, HOLDER) if p.amount > 0 else (HOLDER, p.party)
    return (day, *ends, spending, income, f"{balance:,.2f}", p.summary)


_FORMATS = {"A": _a, "B": _b, "C": _c, "D": _d, "E": _e}
_HEADS = {
    "A": ("交易日期", "流水号", "摘要", "对方户名", "收入金额", "支出金额", "账户余额"),
    "B": ("记账日期", "借方发生额", "贷方发生额", "余额", "对方账号", "对方户名", "用途"),
    "C": ("交易时间", "交易金额（元）", "账户余额", "交易对手", "摘要", "备注"),
    "D": ("序号", "日期", "摘要", "借贷标志", "发生额", "余额", "对方单位名称", "附言"),
    "E": (),
}
_E_HEAD = (
    ("交易日", "付款人名称", "收款人名称", "发生额", "发生额", "本次余额", "用途"),
    ("", "", "", "借方", "贷方", "", ""),
)
