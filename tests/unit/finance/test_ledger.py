"""Flow sheets: columns, dates, sides, balances, summaries; from a real workbook and from lines."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.unit.finance.papers import table, text
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_file
from workbench.models.finance.ledger import Subject, by_month, by_party, flow_signals, largest_parties, ledger_of
from workbench.models.finance.ledger.columns import day_of, role_of
from workbench.paths import resources


def paper(*blocks):
    return Document("流水", "pdf", blocks)


@pytest.mark.parametrize(
    ("head", "role"),
    [
        ("交易日期", "date"),
        ("贷方发生额（收入）", "income"),
        ("支出金额(元)", "spending"),
        ("借贷标志", "direction"),
        ("账户余额", "balance"),
        ("对方账号", "party_account"),
        ("交易对手", "party"),
        ("收/付款人名称", "party"),
        ("收款人名称", "payee"),
        ("交易金额", "amount"),
        ("用途", "summary"),
        ("Debit Amount", "spending"),
        ("Transaction Date", "date"),
        ("凭证号", "serial"),
        ("本月利润情况说明分析报告及其他各项内容", None),
    ],
)
def test_a_column_is_known_by_its_head(head, role):
    assert role_of(head) == role


@pytest.mark.parametrize(
    "words",
    [
        "2024-01-05",
        "2024/1/5",
        "2024.01.05",
        "20240105",
        "2024年1月5日",
        "24.1.5",
        "1/5/2024",
        "2024-01-05 12:33:01",
        "20240105123301",
        "45296",
    ],
)
def test_a_day_is_read_however_it_is_written(words):
    assert day_of(words) == date(2024, 1, 5)


def test_no_day_is_made_up():
    assert day_of("2024-13-45") is None
    assert day_of("6229881200013579246") is None


def test_the_sides_of_a_sheet_without_them_are_told_by_the_balances():
    rows = (
        ("2024-01-02", "100.00", "600.00", "甲"),
        ("2024-01-03", "250.00", "350.00", "乙"),
        ("2024-01-04", "50.00", "400.00", "丙"),
    )
    ledger = ledger_of([("f", paper(text("期初余额：500.00"), table(("日期", "金额", "余额", "对方户名"), *rows)))])
    assert [e.amount for e in ledger.entries] == [100, -250, 50]


def test_lines_of_a_scan_are_read_and_checked():
    lines = text(
        "日期 摘要 金额 余额\n2024-01-02 货款 东川机械 1,000.00 6,000.00\n"
        "2024-01-03 采购 白石钢材 2,500.00 3,500.00\n2024-01-04 货款 东川机械 500.00 4,000.00"
    )
    ledger = ledger_of([("f", paper(text("期初余额：5,000.00"), lines))])
    assert [(e.amount, e.party) for e in ledger.entries] == [(1000, "东川机械"), (-2500, "白石钢材"), (500, "东川机械")]
    assert ledger.accounts[0].breaks == ()


def test_a_company_own_book_with_receipts_as_debits_is_turned():
    rows = [
        ("2024-01-02", "100.00", "", "600.00"),
        ("2024-01-03", "", "250.00", "350.00"),
        ("2024-01-05", "40.00", "", "390.00"),
        ("2024-01-06", "60.00", "", "450.00"),
        ("2024-01-07", "", "50.00", "400.00"),
    ]
    ledger = ledger_of([("f", paper(table(("日期", "借方", "贷方", "余额"), *rows)))])
    assert [e.amount for e in ledger.entries] == [100, -250, 40, 60, -50]


def test_a_missing_row_breaks_the_chain_where_it_was():
    rows = [
        ("2024-01-02", "100.00", "", "600.00", "甲"),
        ("2024-01-04", "40.00", "", "390.00", "甲"),
        ("2024-01-05", "10.00", "", "400.00", "甲"),
    ]
    ledger = ledger_of([("f", paper(table(("日期", "收入", "支出", "余额", "对方户名"), *rows)))])
    (gap,) = ledger.accounts[0].breaks
    assert (gap.day, gap.fault, gap.repaired) == ("2024-01-04", "amount", Decimal(-210))


def test_a_row_printed_in_two_papers_counts_once():
    block = table(("日期", "收入", "支出", "余额", "对方户名"), ("2024-01-02", "100.00", "", "600.00", "甲"))
    ledger = ledger_of(
        [("a", paper(text("账号：6229881200013579246"), block)), ("b", paper(text("账号：6229881200013579246"), block))]
    )
    assert len(ledger.entries) == 1


def test_parties_and_months_add_up():
    rows = [
        ("2024-01-02", "100.00", "", "甲", "货款"),
        ("2024-01-09", "", "30.00", "乙", "采购"),
        ("2024-02-02", "300.00", "", "甲", "货款"),
        ("2024-02-03", "600.00", "", "某银行", "贷款发放"),
    ]
    ledger = ledger_of([("f", paper(table(("日期", "收入", "支出", "对方户名", "摘要"), *rows)))])
    first = by_party(ledger)[0]
    assert (first.name, first.income) == ("某银行", 600)
    payers, payees = largest_parties(ledger)
    assert [p.name for p in payers] == ["某银行", "甲"]
    assert [p.name for p in payees] == ["乙"]
    assert [(m.month, m.income, m.sales, m.spending) for m in by_month(ledger)] == [
        ("2024-01", 100, 100, 30),
        ("2024-02", 900, 300, 0),
    ]


def test_the_sample_cases_flows_are_whole_and_raise_no_signal():
    path = next((resources() / "samples" / "credit_case").glob("*流水*.xlsx"))
    ledger = ledger_of([("f", read_file(path))])
    account = ledger.accounts[0]
    assert (account.holder, account.number) == ("岚渚精密机械股份有限公司", "9901060120240000168")
    assert account.checked == len(ledger.entries) == 217
    assert account.breaks == ()
    assert sum(m.income for m in by_month(ledger)) == Decimal("441746703.94")
    assert flow_signals(ledger, Subject(applied=date(2024, 12, 31))) == ()


def test_a_workbook_with_dates_as_dates_is_read(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["户名：青岚装备制造有限公司"])
    sheet.append(["交易日期", "摘要", "对方户名", "收入", "支出", "余额"])
    for n in range(5):
        sheet.append([date(2024, 3, 1) + timedelta(days=n), "货款", "东川机械有限公司", 1000.5, None, 1000.5 * (n + 1)])
    book.save(tmp_path / "flow.xlsx")
    ledger = ledger_of([("f", read_file(tmp_path / "flow.xlsx"))])
    assert [e.day.day for e in ledger.entries] == [1, 2, 3, 4, 5]
    assert all(e.citation.anchor.kind == "sheet" for e in ledger.entries)
    assert ledger.holders == ("青岚装备制造有限公司",)


def test_a_signal_says_what_it_saw_and_where():
    head = ("日期", "收入", "支出", "对方户名", "摘要")
    rows = [
        ("2024-01-02", "2000000.00", "", "云陵银行", "贷款发放"),
        ("2024-01-03", "", "1500000.00", "陆远舟", "往来"),
    ]
    ledger = ledger_of([("f", paper(table(head, *rows)))])
    (signal,) = flow_signals(ledger, Subject(related=("陆远舟",)))
    assert signal.id == "S24a"
    assert "陆远舟" in signal.explanation
    assert [c.quote.split("\t")[0] for c in signal.claim().citations] == ["2024-01-02", "2024-01-03"]
    assert signal.to_json()["evidence"]
    assert flow_signals(ledger, Subject(related=("陆远舟",)), thresholds={"S24a": {"占比": Decimal("0.9")}}) == ()
