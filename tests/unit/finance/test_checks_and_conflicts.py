from pathlib import Path

import pytest

from tests.unit.finance.papers import BALANCE_HEAD, balance_sheet, paper, table, text
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_file
from workbench.models.evidence import PageSpan, Status
from workbench.models.finance import Finances, checks_of, conflicts_of, finances_of, mentions_of, statements_of
from workbench.paths import resources


def read_case() -> list[tuple[str, Document]]:
    documents: list[tuple[str, Document]] = []
    for path in sorted((resources() / "samples" / "credit_case").iterdir()):
        read = read_file(Path(path))
        documents += (
            [(f"{path.name}#{n}", d) for n, d in enumerate(read)] if isinstance(read, list) else [(path.name, read)]
        )
    return documents


@pytest.fixture(scope="module")
def case() -> Finances:
    return finances_of(read_case())


def test_every_identity_of_a_sound_sheet_holds() -> None:
    checks = checks_of(statements_of([("d", balance_sheet())]))
    assert {"B1", "B2", "B3", "B4", "B6"} <= {c.id for c in checks}
    assert all(c.ok for c in checks)


def test_a_wrong_total_is_told_with_what_was_expected_and_what_was_found() -> None:
    document = paper(
        text("合并资产负债表"),
        table(
            BALANCE_HEAD,
            ("流动资产合计", "", "150.00", "120.00"),
            ("非流动资产合计", "", "250.00", "200.00"),
            ("资产总计", "", "410.00", "320.00"),
        ),
    )
    wrong = [c for c in checks_of(statements_of([("d", document)])) if not c.ok]
    assert [(c.id, c.period, str(c.expected), str(c.found)) for c in wrong] == [
        ("B2", "2023-12-31", "400.00", "410.00")
    ]
    assert {c.quote.split("\t")[0] for c in wrong[0].citations} == {"资产总计", "流动资产合计", "非流动资产合计"}


@pytest.mark.parametrize(
    ("total", "hint"),
    [("100.00", "其他应收款"), ("70.00", "其他应收款"), ("139.00", "9")],
    ids=["one line", "sign", "digits"],
)
def test_a_gap_is_told_by_what_it_looks_like_and_never_repaired(total: str, hint: str) -> None:
    rows = (
        ("流动资产：", "", ""),
        ("货币资金", "100.00", "80.00"),
        ("其他应收款", "30.00", "40.00"),
        ("流动资产合计", total, "120.00"),
    )
    document = paper(text("合并资产负债表"), table(("项目", "2023年12月31日", "2022年12月31日"), *rows))
    wrong = next(c for c in checks_of(statements_of([("d", document)])) if not c.ok)
    assert hint in wrong.note


def test_the_report_of_a_guarantor_is_no_conflict() -> None:
    guarantor = paper(
        text("合并资产负债表"),
        text("编制单位：戊己控股集团有限公司"),
        table(("项目", "2023年12月31日", "2022年12月31日"), ("短期借款", "9.00", "8.00")),
        text("2023年末公司短期借款余额9.00元。"),
        title="戊己控股集团有限公司2023年度审计报告",
    )
    finances = finances_of([("a", balance_sheet()), ("b", guarantor)])
    assert finances.company == "甲乙丙丁机械股份有限公司"
    assert finances.conflicts == ()
    assert finances.facts["短期借款@2023"].display == "120.00元"


def test_parts_of_a_line_are_not_added_again() -> None:
    check = next(c for c in checks_of(statements_of([("d", balance_sheet())])) if c.name.startswith("流动资产合计"))
    assert check.formula == "100.00 + 50.00 = 150.00"


@pytest.mark.parametrize(
    ("cost", "impairment", "profit"),
    [("90.00", "-4.00", "6.00"), ("94.00", "4.00", "6.00")],
    ids=["form of 2019", "old form"],
)
def test_impairment_closes_in_the_old_form_and_the_new(cost: str, impairment: str, profit: str) -> None:
    document = paper(
        text("合并利润表"),
        table(
            ("项目", "2023年度", "2022年度"),
            ("一、营业总收入", "100.00", "1.00"),
            ("二、营业总成本", cost, "1.00"),
            ("资产减值损失", impairment, ""),
            ("三、营业利润", profit, "0.00"),
        ),
    )
    check = next(c for c in checks_of(statements_of([("d", document)])) if c.id == "I3" and c.period == "2023")
    assert check.ok


def test_a_later_reports_last_year_must_be_what_was_reported_then() -> None:
    later = paper(
        text("合并资产负债表"),
        text("单位：元"),
        table(
            ("项目", "2024年12月31日", "2023年12月31日"), ("货币资金", "1.00", "101.00"), ("资产总计", "2.00", "400.00")
        ),
    )
    carried = {
        c.name.split("：")[0]: c.ok
        for c in checks_of(statements_of([("a", balance_sheet()), ("b", later)]))
        if c.id == "X2"
    }
    assert carried == {"货币资金": False, "资产总计": True}


@pytest.mark.parametrize(
    ("sentence", "conflicting"),
    [
        ("截至2023年12月31日，公司短期借款余额为120.00元。", False),
        ("截至2023年12月31日，公司短期借款余额为121.00元。", True),
        ("截至2022年末，公司短期借款余额为100.00元。", False),
        ("公司为子公司新增短期借款130.00元。", False),
        ("预计2024年末短期借款余额为200.00元。", False),
        ("2023年末母公司短期借款余额为90.00元。", False),
    ],
)
def test_a_sentence_conflicts_only_where_it_speaks_of_the_same_figure(sentence: str, conflicting: bool) -> None:
    documents = [("a", balance_sheet()), ("b", paper(text(sentence), title="申请书"))]
    conflicts = conflicts_of(statements_of(documents), mentions_of(documents))
    assert bool(conflicts) is conflicting


def test_rounding_is_no_conflict() -> None:
    sheet = balance_sheet(unit="单位：万元")
    letter = paper(text("2023年末公司资产总计0.04亿元。"), title="申请书")
    documents = [("a", sheet), ("b", letter)]
    assert conflicts_of(statements_of(documents), mentions_of(documents)) == ()


def test_the_sample_case_holds_its_two_conflicts_and_no_other(case: Finances) -> None:
    told = {(c.label, c.period): sorted({str(s.value) for s in c.stated}) for c in case.conflicts}
    assert told == {
        ("短期借款", "2024"): ["481500000.00", "486500000.00"],
        ("对外担保余额（沅澜恒翎铸造有限公司）", "2024"): ["30000000.00", "45000000.00"],
    }
    documents = {c.label: {s.citation.document for s in c.stated} for c in case.conflicts}
    assert "流动资金贷款申请书.docx" in documents["短期借款"]
    assert "现场走访记录.md" in documents["对外担保余额（沅澜恒翎铸造有限公司）"]


def test_the_sample_cases_statements_are_whole_and_close(case: Finances) -> None:
    assert {(s.kind, s.period) for s in case.statements} == {
        (kind, period)
        for kind, periods in (
            ("balance", ("2024-12-31", "2023-12-31")),
            ("income", ("2024", "2023")),
            ("cash", ("2024", "2023")),
        )
        for period in periods
    }
    assert len(case.checks) == 74
    assert all(c.ok for c in case.checks)


def test_the_facts_of_the_sample_case_can_be_written_down(case: Finances) -> None:
    shown = {
        key: case.facts[key].display
        for key in ("资产总计@2024", "资产负债率@2024", "流动比率@2024", "净利润@2023", "申请金额", "申请期限")
    }
    assert shown == {
        "资产总计@2024": "20.13亿元",
        "资产负债率@2024": "66.21%",
        "流动比率@2024": "1.10倍",
        "净利润@2023": "7,216.57万元",
        "申请金额": "8,000.00万元",
        "申请期限": "12个月",
    }


def test_a_fact_in_conflict_says_so_and_cites_every_side(case: Finances) -> None:
    loan = case.facts["短期借款@2024"]
    assert loan.status is Status.CONFLICT
    assert len({c.document for c in loan.citations}) == 3
    assert loan.note
    assert case.facts["资产总计@2024"].status is Status.TRACED
    assert case.facts["流动比率@2024"].status is Status.COMPUTED


def test_a_figure_of_the_report_is_anchored_on_its_page(case: Finances) -> None:
    total = case.facts["资产总计@2024"].citations[0]
    assert isinstance(total.anchor.spans[0], PageSpan)
    assert total.quote.endswith("2,013,104,191.45")


def test_all_of_it_has_the_shape_of_the_contract(case: Finances) -> None:
    shape = case.to_json()
    assert {"statements", "ratios", "checks"} <= shape.keys()
    assert {"name", "period", "value", "formula", "inputs"} <= shape["ratios"][0].keys()
    assert {"name", "ok", "expected", "found", "citations"} <= shape["checks"][0].keys()


def test_documents_without_figures_give_nothing_and_no_error() -> None:
    nothing = finances_of([("a", paper(text("会议纪要"), title="纪要"))])
    assert (nothing.statements, nothing.ratios, nothing.checks, dict(nothing.facts)) == ((), (), (), {})
