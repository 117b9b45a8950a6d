"""A report in English names figures in English, whatever language the window speaks."""

from decimal import Decimal

from workbench.models.evidence import Status
from workbench.models.finance.fact import Fact
from workbench.models.scenarios import parse_expression
from workbench.models.writing.composing import facts_table
from workbench.models.writing.ledger import Ledger


def ledger(language: str) -> Ledger:
    facts = (
        Fact("申请期限", "申请期限", "", Decimal(12), "个月", "12个月", Status.TRACED, ()),
        Fact(
            "对外担保余额（甲公司）@2024",
            "对外担保余额（甲公司）",
            "2024",
            Decimal(45_000_000),
            "元",
            "4,500.00万元",
            Status.TRACED,
            (),
        ),
        Fact("资产总计@2024", "资产总计", "2024", Decimal(3_000_000), "元", "300.00万元", Status.TRACED, ()),
        Fact("负债合计@2024", "负债合计", "2024", Decimal(1_500_000), "元", "150.00万元", Status.TRACED, ()),
    )
    return Ledger({fact.key: fact for fact in facts}, {}, language)


def told(language: str) -> list[tuple[str, str]]:
    table = facts_table(["申请期限", "对外担保余额"], ledger(language))
    assert table is not None
    return [(row.label, row.cells[0].claim.text) for row in table.rows]


def test_single_figures_of_the_documents_are_told_in_the_language_of_the_report() -> None:
    assert told("en") == [("Term applied for", "12 months"), ("Guarantees given (甲公司)", "RMB 45.00m")]
    assert told("zh") == [("申请期限", "12个月"), ("对外担保余额（甲公司）", "4,500.00万元")]


def test_a_formula_names_its_lines_in_the_language_of_the_report() -> None:
    formula = ledger("en").formula(parse_expression("负债合计 / 资产总计"))
    assert formula.startswith("Total liabilities(2024) ÷ Total assets(2024) = ")
    assert ledger("zh").formula(parse_expression("负债合计 / 资产总计")).startswith("负债合计(2024) ÷ 资产总计(2024)")
