"""A case seen whole: statements, flows, credit reports, related parties, signals in order."""

import random
from datetime import date
from decimal import Decimal

from tests.unit.finance.made_flows import HOLDER, burst, clean, sheet, to_related
from tests.unit.finance.made_reports import corporate, enquiries, loans
from tests.unit.finance.papers import balance_sheet, paper, table, text
from workbench.models.documents.reading import read_file
from workbench.models.finance import checks_of, statements_of
from workbench.models.finance.application import application_of
from workbench.models.finance.review import applied_on, related_parties_of, review_of
from workbench.paths import resources


def test_the_sample_case_is_read_whole_and_raises_no_signal():
    folder = resources() / "samples" / "credit_case"
    review = review_of([(p.name, read_file(p)) for p in sorted(folder.iterdir()) if p.suffix != ".jsonl"])
    assert review.finances.company == "岚渚精密机械股份有限公司"
    assert len(review.ledger.entries) == 217
    assert "岚渚控股集团有限公司" in review.subject.related
    assert review.signals == ()
    assert review.subject.applied == date(2025, 3, 18)
    assert review.subject.applied_citations[0].quote == "2025年3月18日"
    assert {"statements", "ratios", "checks", "signals", "flows", "credit_reports"} <= review.to_json().keys()


def test_persons_and_companies_named_as_related_are_known():
    charter = paper(
        text("公司法定代表人：陆远舟，实际控制人为林序。"),
        table(("股东名称", "持股比例"), ("青岚投资控股有限公司", "60%"), ("合计", "100%")),
    )
    assert related_parties_of([("c", charter)]) == ("陆远舟", "林序", "青岚投资控股有限公司")


def test_flows_and_credit_report_of_one_case_are_told_together_the_serious_first():
    chance = random.Random(11)
    book = clean(chance)
    to_related(book, chance)
    charter = paper(text("公司法定代表人：陆远舟。"), table(("股东名称", "持股比例"), ("青岚投资控股有限公司", "60%")))
    report = corporate(loans(chance), enquiries(chance, 7))
    review = review_of(
        [("flow", sheet(book, "B")), ("charter", charter), ("report", report)], applied=date(2024, 12, 31)
    )
    assert review.subject.names == (HOLDER,)
    assert [s.id for s in review.signals] == ["S24a", "S27"]
    assert [s.level for s in review.signals] == ["serious", "warn"]


def test_invoiced_sales_of_the_ledgers_year_are_held_against_receipts():
    book = clean(random.Random(12))
    tax = paper(table(("项目", "2024年度"), ("开票收入", f"{book.sales * 4:,.2f}")), title="2024年度开票汇总")
    review = review_of([("flow", sheet(book, "A")), ("tax", tax), ("balance", balance_sheet())])
    assert review.subject.sales == (book.sales * 4).quantize(Decimal("0.01"))
    assert "S21" in {s.id for s in review.signals}


def test_names_cut_apart_by_a_scans_layout_are_put_together():
    document = paper(
        text("合并资产负债表"),
        text("单位：元"),
        table(
            ("项目", "", "附注", "2023年12月31日", "2022年12月31日"),
            ("货币", "资金", "七、1", "100.00", "80.00"),
            ("", "应收账款", "", "50.00", "40.00"),
            ("流动资产合计", "", "", "150.00", "120.00"),
        ),
    )
    statements = statements_of([("scan", document)])
    assert [i.canonical for i in statements[0].items] == ["货币资金", "应收账款", "流动资产合计"]
    assert all(check.ok for check in checks_of(statements))


def dressed_flows():
    """A ledger into which far more money than ever comes in the weeks before the application, and its day."""
    chance = random.Random(21)
    book = clean(chance)
    burst(book, chance)
    return sheet(book, "A"), book.facts["applied"]


def test_the_day_an_application_is_dated_is_read_and_bursts_before_it_are_found_and_cited():
    flows, day = dressed_flows()
    dated = f"{day.year}年{day.month}月{day.day}日"
    asked = paper(text("流动资金贷款申请书"), text("申请金额：人民币500万元"), text(dated), title="流动资金贷款申请书")
    review = review_of([("flow", flows), ("request", asked)])
    (signal,) = [s for s in review.signals if s.id == "S23"]
    assert {c.document for claim in signal.evidence for c in claim.citations} == {"request", "flow"}
    assert review.to_json()["applied"] == day.isoformat()


def test_a_day_beside_its_label_counts_before_the_date_a_paper_closes_with():
    form = paper(table(("申请日期", "2025-02-03"), ("申请人", "甲公司")), title="授信申请表")
    letter = paper(text("借款申请书"), text("2025 年 4 月 1 日"))
    assert application_of([("letter", letter), ("form", form)]).day == date(2025, 2, 3)
    assert application_of([("letter", letter)]).day == date(2025, 4, 1)
    assert application_of([("other", paper(text("审计报告"), text("2025年3月1日")))]) is None


def test_another_day_of_the_application_changes_only_what_looks_at_it():
    flows, day = dressed_flows()
    review = review_of([("flow", flows), ("balance", balance_sheet())])
    assert "S23" not in {s.id for s in review.signals}
    seen = applied_on(review, day)
    assert {s.id for s in seen.signals} - {s.id for s in review.signals} == {"S23"}
    assert seen.finances is review.finances
    assert applied_on(seen, None).signals == review.signals
