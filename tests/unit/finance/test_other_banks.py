"""Flow sheets in formats of no bank the rules were written for: heads, dates, signs and accounts put otherwise."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.unit.finance.papers import paper, table, text
from workbench.models.documents.document import Block, BlockKind, Cell, Document, Run, TextPlace
from workbench.models.finance.ledger import Ledger, ledger_of
from workbench.models.finance.ledger.columns import day_of, role_of

OPENING = Decimal("1250000.00")
PARTIES = ("海晏纺织有限公司", "北溟商贸有限公司", "张立群")
Payment = tuple[date, Decimal, Decimal, str]


def payments(seed: int = 1, count: int = 24, opening: Decimal = OPENING) -> list[Payment]:
    """Day, signed amount, balance after it and party, oldest first; some days hold several."""
    chance = random.Random(seed)
    day, balance, made = date(2024, 1, 3), opening, []
    for _ in range(count):
        day += timedelta(days=chance.choice((0, 1, 4)))
        amount = Decimal(chance.randint(100000, 9000000)) / 100
        amount = -amount if chance.random() < 0.5 else amount
        balance += amount
        made.append((day, amount, balance, chance.choice(PARTIES)))
    return made


def money(value: Decimal) -> str:
    return f"{value:,.2f}"


def sides(amount: Decimal, nothing: str = "") -> tuple[str, str]:
    """Out and in."""
    return (money(-amount), nothing) if amount < 0 else (nothing, money(amount))


def read(*blocks: Block) -> Ledger:
    return ledger_of([("d", paper(*blocks, title="账户明细"))])


def agrees(ledger: Ledger, made: Sequence[Payment], account: int = 0) -> bool:
    """Whether an account holds exactly the payments, and every balance follows."""
    entries = [(e.day, e.amount, e.balance) for e in ledger.entries if e.account == account]
    return sorted(entries) == sorted((d, a, b) for d, a, b, _ in made) and not ledger.accounts[account].breaks


@pytest.mark.parametrize(
    ("head", "role"),
    [
        ("发生额(借)", "spending"),
        ("发生额（贷方）", "income"),
        ("收/付款方名称", "party"),
        ("收/付款方账号", "party_account"),
        ("本方账号", "own_account"),
        ("收支金额", "amount"),
        ("收付标志", "direction"),
        ("结存", "balance"),
        ("Money Out", "spending"),
        ("Paid in (CNY)", "income"),
        ("Running Balance", "balance"),
        ("Beneficiary / Remitter", "party"),
        ("Transaction Details", "summary"),
        ("Value Date", "date"),
    ],
)
def test_a_head_of_an_unknown_bank_tells_what_its_column_holds(head: str, role: str) -> None:
    assert role_of(head) == role


@pytest.mark.parametrize(
    "printed",
    ["20240305", "20240305 10:11:12", "2024-03-05", "5 Mar 2024", "05-Mar-2024", "Mar 5, 2024", "2024.3.5", "3/5/2024"],
)
def test_a_day_is_read_in_any_way_it_is_printed(printed: str) -> None:
    assert day_of(printed) == date(2024, 3, 5)


def test_the_first_figure_of_a_date_is_the_day_where_the_sheet_shows_it_can_be_no_month() -> None:
    made = payments()
    rows = [(f"{d:%d/%m/%Y}", *sides(a), money(b), p) for d, a, b, p in made]
    assert any(d.day > 12 for d, *_ in made)
    assert agrees(read(table(("Date", "Debit", "Credit", "Balance", "Payee"), *rows)), made)


def two_accounts() -> tuple[Block, list[Payment], list[Payment]]:
    first, second = payments(1), payments(2, opening=Decimal(90000))
    rows: list[tuple[str, ...]] = []
    for number, made in (("6228480100001234", first), ("3301020120009988", second)):
        rows += [
            ("对公账户交易明细清单", "", "", "", "", ""),
            ("账户名称：青禾食品有限公司", "", f"账  号：{number}", "", "币种：人民币", ""),
            ("序号", "交易日", "支出(借)", "收入(贷)", "账户余额", "对手户名"),
        ]
        for place, (day, amount, balance, party) in enumerate(made, start=1):
            out, into = (f"¥{s}" if s else "" for s in sides(amount))
            rows.append((str(place), f"{day:%Y%m%d}", out, into, f"¥{money(balance)}", party))
            if place % 8 == 0:
                rows.append(("本月合计", "", "¥1.00", "¥2.00", "", ""))
        rows.append(("总计：支出 3 笔，收入 5 笔", "", "", "", "", ""))
    return table(*rows), first, second


def test_two_accounts_below_each_other_on_one_sheet_are_two_accounts() -> None:
    block, first, second = two_accounts()
    ledger = read(block)
    assert [(a.holder, a.number) for a in ledger.accounts] == [
        ("青禾食品有限公司", "6228480100001234"),
        ("青禾食品有限公司", "3301020120009988"),
    ]
    assert agrees(ledger, first, 0)
    assert agrees(ledger, second, 1)


def test_accounts_told_in_a_column_are_told_apart_row_by_row_though_days_run_backwards() -> None:
    first, second = payments(3), payments(4, opening=Decimal(5000000))
    head = ("余额", "本方账号", "本方户名", "收/付款方名称", "交易金额", "收付标志", "记账时间")
    both = [(p, "80011") for p in first] + [(p, "80022") for p in second]
    rows = [
        (
            f"CNY {money(b)}",
            own,
            "青禾食品有限公司",
            p,
            f"CNY {money(abs(a))}",
            "来账" if a > 0 else "往账",
            f"{d:%Y%m%d} 09:30:00",
        )
        for (d, a, b, p), own in sorted(both, key=lambda x: x[0][0], reverse=True)
    ]
    ledger = read(table(head, *rows))
    assert [a.number for a in ledger.accounts] in (["80011", "80022"], ["80022", "80011"])
    for number, made in (("80011", first), ("80022", second)):
        assert agrees(ledger, made, [a.number for a in ledger.accounts].index(number))
    assert {e.party for e in ledger.entries} <= set(PARTIES)


def test_a_name_and_number_beside_those_of_the_other_party_are_the_accounts_own() -> None:
    made = payments(5)
    head = ("账号", "户名", "交易日期", "借方金额", "贷方金额", "余额", "对方户名", "对方账号")
    rows = [("80033", "青禾食品有限公司", f"{d}", *sides(a), money(b), p, "62170") for d, a, b, p in made]
    ledger = read(table(head, *rows))
    assert (ledger.accounts[0].holder, ledger.accounts[0].number) == ("青禾食品有限公司", "80033")
    assert {e.party for e in ledger.entries} <= set(PARTIES)
    assert agrees(ledger, made)


def test_a_lone_name_and_number_are_the_other_partys() -> None:
    made = payments(6)
    rows = [(f"{d}", *sides(a), money(b), p, f"62{n:08}") for n, (d, a, b, p) in enumerate(made)]
    ledger = read(table(("日期", "支出", "收入", "余额", "户名", "账号"), *rows))
    assert len(ledger.accounts) == 1
    assert {e.party for e in ledger.entries} <= set(PARTIES)


def merged(rows: Sequence[Sequence[tuple[str, int]]]) -> Block:
    """A table of cells with their spans."""
    words, cells, runs = "", [], []
    for number, row in enumerate(rows):
        column, began = 0, len(words)
        for said, span in row:
            cells.append(Cell(number, column, len(words), len(words) + len(said), 1, span))
            words += said + "\t"
            column += span
        words = words[:-1] + "\n"
        runs.append(Run(began, len(words) - 1, TextPlace(number + 1, 0)))
    return Block(BlockKind.TABLE, words[:-1], tuple(runs), cells=tuple(cells))


def test_what_a_merged_head_says_holds_for_each_column_below_it() -> None:
    made = payments(7)
    head = [
        [("交易日", 1), ("发生额", 2), ("余额", 1), ("对方信息", 2)],
        [("", 1), ("借", 1), ("贷", 1), ("", 1), ("户名", 1), ("账号", 1)],
    ]
    rows = [
        [(f"{d:%Y%m%d}", 1), *((s, 1) for s in sides(a)), (money(b), 1), (p, 1), ("62170", 1)] for d, a, b, p in made
    ]
    ledger = read(merged([*head, *rows]))
    assert agrees(ledger, made)
    assert {(e.party, e.party_account) for e in ledger.entries} <= {(p, "62170") for p in PARTIES}


def test_a_word_for_the_side_is_found_without_a_head_that_promises_it() -> None:
    made = payments(8)
    rows = [(f"{d}", "转入" if a > 0 else "转出", money(abs(a)), money(b), p) for d, a, b, p in made]
    assert agrees(read(table(("交易时间", "交易类型", "金额", "账户余额", "交易对方"), *rows)), made)


def test_signed_sums_in_ten_thousands_between_an_opening_and_a_closing_row_are_read() -> None:
    made = payments(9)
    rows = [(f"{d}", p, f"{a / 10000:.6f}", f"{b / 10000:.6f}") for d, a, b, p in made]
    above = ("账户明细查询", "", "", "单位：万元")
    opening = ("期初余额", "", "", f"{OPENING / 10000:.6f}")
    closing = ("期末余额", "", "", rows[-1][3])
    ledger = read(table(above, ("日期", "对手方", "收支金额", "余额"), opening, *rows, closing))
    assert agrees(ledger, made)
    assert ledger.accounts[0].checked == len(made)


def test_a_side_printed_behind_a_figure_counts() -> None:
    made = payments(10)
    rows = [(f"{d}", f"{money(abs(a))} {'CR' if a > 0 else 'DR'}", f"{money(b)} CR", p) for d, a, b, p in made]
    assert agrees(read(table(("Date", "Amount", "Balance", "Counterparty"), *rows)), made)


def test_a_companys_own_book_with_month_and_day_in_columns_of_their_own_is_read() -> None:
    made = payments(11)
    rows = [(str(d.month), str(d.day), p, *reversed(sides(a)), "借", money(b)) for d, a, b, p in made]
    above = [("银行存款日记账 2024年", "", "", "", "", "", ""), ("月", "日", "摘要", "借方", "贷方", "方向", "余额")]
    opening = ("", "", "上年结转", "", "", "借", money(OPENING))
    ledger = read(table(*above, opening, *rows))
    assert agrees(ledger, made)
    assert ledger.accounts[0].opening == OPENING


def test_lines_with_both_sides_printed_and_the_party_behind_the_balance_are_read() -> None:
    made = payments(12)
    lines = [f"{d:%Y%m%d} 货款 {out} {into} {money(b)} {p}" for d, a, b, p in made for out, into in [sides(a, "0.00")]]
    ledger = read(
        text("户名：青禾食品有限公司 账号：5500998877"), *(text(words, n) for n, words in enumerate(lines, 3))
    )
    assert agrees(ledger, made)
    assert [e.party for e in ledger.entries] == [p for *_, p in made]


def test_an_english_statement_names_its_account() -> None:
    made = payments(13)
    above = [
        text("Account Name: Greenfield Foods Co., Ltd."),
        text("Account Number: 8110-7010-1234"),
        text("Currency: CNY"),
    ]
    rows = [(f"{d:%d-%b-%Y}", "Haiyan Textile Ltd", *sides(a), money(b)) for d, a, b, _ in made]
    total = ("Total", "", "1.00", "2.00", "")
    ledger = read(*above, table(("Value Date", "Payee", "Money Out", "Money In", "Balance"), *rows, total))
    account = ledger.accounts[0]
    assert (account.holder, account.number, account.currency) == ("Greenfield Foods Co., Ltd.", "8110-7010-1234", "CNY")
    assert agrees(ledger, made)


def test_a_list_of_loans_is_still_no_ledger() -> None:
    head = ("贷款银行", "发放日期", "到期日期", "借款金额", "余额")
    document: Document = paper(table(head, ("云陵银行", "2024-01-05", "2025-01-05", "5,000,000.00", "5,000,000.00")))
    assert not ledger_of([("d", document)]).entries
