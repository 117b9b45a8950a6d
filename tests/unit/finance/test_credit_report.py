"""Credit reports of companies and persons as data, over layouts."""

import random
from datetime import date
from decimal import Decimal

from tests.unit.finance.made_reports import concise, corporate, enquiries, loans, personal
from tests.unit.finance.papers import paper, table, text
from workbench.models.documents.document import BlockKind, Document
from workbench.models.finance.credit_report import CreditReport, credit_reports_of, report_signals


def only(document: Document) -> CreditReport:
    (report,) = credit_reports_of([("r", document)])
    return report


def test_a_companys_report_in_ten_thousands_is_read_in_yuan() -> None:
    debts = loans(random.Random(1))
    report = only(corporate(debts, enquiries(random.Random(1), 3), [("赤岩铸件有限公司", 2000000.0)]))
    assert (report.kind, report.subject, report.code) == ("corporate", "青岚装备制造有限公司", "91000000MA0000000X")
    assert report.number == "2024122000000123456789"
    assert report.made == date(2024, 12, 20)
    assert [(d.lender, d.amount, d.balance) for d in report.outstanding] == [
        (d[0], Decimal(d[2]), Decimal(d[3])) for d in debts
    ]
    assert [(d.lender, d.settled, d.balance) for d in report.settled] == [("岱岳银行股份有限公司", True, Decimal(0))]
    assert [(g.debtor, g.balance) for g in report.guarantees] == [("赤岩铸件有限公司", Decimal(2000000))]
    assert sum(e.hunting for e in report.enquiries) == 3
    assert report.told["lenders"].value == 4
    assert report.total("borrowing") == sum(Decimal(d[3]) for d in debts)
    assert not report.disagreements()


def test_a_persons_report_with_other_columns_gives_the_same_fields() -> None:
    debts = loans(random.Random(2))
    debts[0] = (*debts[0][:4], "关注", 12000.0)
    report = only(personal(debts, enquiries(random.Random(2), 2)))
    assert (report.kind, report.subject, report.made) == ("personal", "陆远舟", date(2024, 12, 20))
    assert [(d.lender, d.balance, d.five_class) for d in report.outstanding] == [
        (d[0], Decimal(d[3]), d[4]) for d in debts
    ]
    assert report.outstanding[0].overdue == 12000
    assert report.outstanding[0].opened == date(2023, 5, 6)
    assert len(report.settled) == 1
    assert report.total("overdue") == 12000


def test_a_report_in_sentences_is_read_too() -> None:
    report = only(concise())
    assert report.subject == "林序"
    assert [(d.amount, d.balance, d.settled, d.overdue) for d in report.debts] == [
        (Decimal(500000), Decimal(310000), False, None),
        (Decimal(200000), Decimal(0), True, None),
        (Decimal(120000), Decimal(40000), False, Decimal(3200)),
    ]
    assert report.debts[0].due == date(2026, 5, 6)
    assert report.debts[0].citation.quote.startswith("2021年05月06日云陵银行")


def test_every_field_stands_where_its_citation_says() -> None:
    document = corporate(loans(random.Random(3)), enquiries(random.Random(3), 2))
    whole = "\n".join(b.text for b in document.blocks)
    report = only(document)
    cited = [*(d.citation for d in report.debts), *(e.citation for e in report.enquiries)]
    cited += [t.citation for t in report.told.values()]
    assert all(c.quote in whole for c in cited)


def test_the_summary_and_the_lines_are_held_against_each_other() -> None:
    debts = loans(random.Random(4))
    document = corporate(debts, ())
    report = only(document)
    short = CreditReport(**{**{f: getattr(report, f) for f in report.__slots__}, "debts": report.debts[1:]})
    ((name, told, summed),) = short.disagreements()
    assert (name, told - summed) == ("borrowing", Decimal(debts[0][3]))


def test_two_reports_of_one_subject_show_that_other_banks_leave() -> None:
    debts = loans(random.Random(5))
    less = [(*d[:3], d[3] * 0.5, *d[4:]) for d in debts]
    now = corporate(less, ())
    blocks = tuple(
        text(b.text.replace("2024-12-20", "2024-03-01")) if "报告时间" in b.text else b
        for b in corporate(debts, ()).blocks
    )
    before = Document("企业信用报告", "pdf", blocks)
    signals = report_signals(credit_reports_of([("before", before), ("now", now)]))
    assert [s.id for s in signals] == ["S26c"]
    assert "50.00%" in signals[0].explanation
    assert {c.document for claim in signals[0].evidence for c in claim.citations} == {"before", "now"}


def test_papers_that_are_no_credit_report_are_left_alone() -> None:
    paper = Document(
        "合同", "pdf", (text("借款合同", kind=BlockKind.HEADING), table(("机构", "余额"), ("云陵银行", "100.00")))
    )
    assert credit_reports_of([("c", paper)]) == ()


def test_a_head_recognised_as_one_line_or_one_cell_is_read_label_by_label() -> None:
    """Recognition of a scan may drop the blanks and rules between a label, its value and the next label."""
    asked = table(("查询日期", "查询机构", "查询原因"), ("2024-10-31", "云陵银行股份有限公司", "贷款审批"))
    line = paper(
        text("企业信用报告"), text("报告编号：20241220000001报告时间：2024-12-2010:31:22"), asked, title="企业信用报告"
    )
    cell = paper(
        text("个人信用报告"), table(("报告编号20241220000001报告时间2024.12.20 09:12:00",)), asked, title="个人信用报告"
    )
    words = paper(
        text("个人信用报告"), text("报告编号 20241220000001 报告时间 2024.12.20 09:12:00"), asked, title="个人信用报告"
    )
    for document in (line, cell, words):
        (report,) = credit_reports_of([("r", document)])
        assert (report.number, report.made) == ("20241220000001", date(2024, 12, 20))


def test_a_last_row_alone_on_the_next_page_belongs_to_the_list_before() -> None:
    asked = table(("查询日期", "查询机构", "查询原因"), ("2024-10-31", "云陵银行股份有限公司", "贷款审批"))
    alone = text("2024-05-21 沅澜银行股份有限公司 贷后管理")
    told = text("查询记录 共两条 以上为全部")
    report = only(paper(text("企业信用报告"), asked, alone, told, title="企业信用报告"))
    assert [(e.day, e.by) for e in report.enquiries] == [
        (date(2024, 10, 31), "云陵银行股份有限公司"),
        (date(2024, 5, 21), "沅澜银行股份有限公司"),
    ]
