from decimal import Decimal

import pytest

from tests.unit.finance.papers import balance_sheet, paper, table, text
from workbench.models.documents.document import Document
from workbench.models.evidence import Status
from workbench.models.finance import Ratio, case_values, display, ratio_rules, ratios_of, statements_of
from workbench.models.finance.formula import FormulaError, Name, NoValueError, compute, read_formula, written
from workbench.models.finance.signals import assessments_of

INCOME = paper(
    text("合并利润表"),
    table(
        ("项目", "2023年度", "2022年度"),
        ("营业收入", "1,000.00", "800.00"),
        ("营业成本", "700.00", "600.00"),
        ("净利润", "-50.00", "40.00"),
    ),
)


def ratio(name: str, period: str, *documents: Document) -> Ratio:
    statements = statements_of((str(n), d) for n, d in enumerate(documents))
    return next(r for r in ratios_of(statements) if (r.name, r.period) == (name, period))


def test_a_ratio_shows_its_formula_with_the_figures_and_cites_them() -> None:
    debt = ratio("资产负债率", "2023", balance_sheet())
    assert debt.value == Decimal("30.0000")
    assert debt.formula == "资产负债率 = 负债合计 ÷ 资产总计 = 120.00 ÷ 400.00 = 30.00%"
    assert {c.quote.split("\t")[0] for c in debt.inputs} == {"负债合计", "资产总计"}
    assert debt.claim().status is Status.COMPUTED


def test_averages_use_the_opening_balance() -> None:
    turnover = ratio("总资产周转率", "2023", balance_sheet(), INCOME)
    assert turnover.value == Decimal("2.7778")
    assert "((400.00 + 320.00) ÷ 2)" in turnover.formula
    assert turnover.note == ""


def test_without_an_opening_balance_the_closing_serves_and_it_is_said() -> None:
    turnover = ratio("总资产周转率", "2022", balance_sheet(), INCOME)
    assert turnover.value == Decimal("2.5000")
    assert turnover.note != ""


def test_a_missing_line_gives_no_value_but_its_name() -> None:
    cover = ratio("利息保障倍数", "2023", balance_sheet(), INCOME)
    assert cover.value is None
    assert "利润总额" in cover.note
    assert cover.display == "—"
    assert cover.claim().status is Status.UNPROVEN


def test_growth_over_a_loss_has_no_value() -> None:
    loss = paper(
        text("合并利润表"),
        table(("项目", "2023年度", "2022年度"), ("营业收入", "9.00", "8.00"), ("净利润", "5.00", "-1.00")),
    )
    growth = ratio("净利润增长率", "2023", loss)
    assert growth.value is None
    assert "净利润" in growth.note


def test_the_first_year_has_no_growth() -> None:
    assert ratio("营业收入增长率", "2022", INCOME).value is None
    assert ratio("营业收入增长率", "2023", INCOME).value == Decimal("25.0000")


def test_a_missing_part_of_a_sum_counts_as_nothing() -> None:
    assert ratio("有息负债总额", "2023", balance_sheet()).value == Decimal("120.00")


def test_there_are_the_ratios_a_credit_report_needs_each_named_once() -> None:
    names = [rule.name for rule in ratio_rules()]
    assert len(names) == len(set(names)) >= 25


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("1+2*3", "7"),
        ("(1+2)×3", "9"),
        ("10÷4", "2.5"),
        ("-3+5", "2"),
        ("8-3-2", "3"),
        ("100/10/2", "5"),
        ("20%", "0.2"),
    ],
)
def test_formulas_compute_by_the_usual_order(formula: str, result: str) -> None:
    assert compute(read_formula(formula), lambda name, which: None) == Decimal(result)


@pytest.mark.parametrize("formula", ["1+", "(1", "甲乙 丙丁", "__import__('os')", "a.b", "1;2", "avg(", "甲?乙"])
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        compute(read_formula(formula), lambda name, which: Decimal(1))


def test_a_denominator_of_zero_or_less_has_no_sense() -> None:
    node = read_formula("甲 / 乙")
    with pytest.raises(NoValueError) as caught:
        compute(node, lambda name, which: Decimal(-1))
    assert (caught.value.kind, caught.value.subject) == ("denominator", "乙")


@pytest.mark.parametrize(
    "formula", ["(甲 - 乙) ÷ 丙", "甲 - (乙 - 丙)", "甲 ÷ (乙 × 丙)", "甲 + 乙 × 丙", "360 × 甲 ÷ 乙"]
)
def test_a_formula_is_written_as_it_was_read(formula: str) -> None:
    assert written(read_formula(formula)) == formula


def test_names_given_beforehand_may_hold_signs() -> None:
    node = read_formula("净利润(亏损以-号填列)/资产", names=["净利润(亏损以-号填列)", "资产"])
    values = {"净利润(亏损以-号填列)": Decimal(1), "资产": Decimal(4)}
    assert compute(node, lambda name, which: values.get(name.name)) == Decimal("0.25")
    assert Name("资产") == node.right  # type: ignore[union-attr]


def test_cases_of_formula_and_inputs_are_answered_in_percent() -> None:
    case = {"id": "A1", "formula": "增长率=(本年-上年)/上年", "inputs": {"本年": "1.5亿元", "上年": "12,000万元"}}
    assert case_values([case, {"formula": "x=甲/乙", "inputs": {"甲": "1元"}}]) == [
        {"id": "A1", "value": 25.0},
        {"id": 1, "value": None},
    ]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("2013104191.45", "元", "20.13亿元"),
        ("-43120800", "元", "-4,312.08万元"),
        ("123.456", "元", "123.46元"),
        ("66.2149", "%", "66.21%"),
        ("1.10", "倍", "1.10倍"),
        ("106.5", "天", "107天"),
        ("-0.001", "%", "0.00%"),
    ],
)
def test_figures_are_displayed_as_reports_write_them(value: str, unit: str, shown: str) -> None:
    assert display(Decimal(value), unit) == shown


def half_year_statements():
    head = ("项目", "2024年6月30日", "2023年12月31日")
    balance = [
        ("资产总计", "1,200.00", "1,100.00"),
        ("应收账款", "200.00", "100.00"),
        ("货币资金", "1,000.00", "1,000.00"),
        ("所有者权益合计", "500.00", "400.00"),
    ]
    flows = [
        ("一、营业收入", "900.00", "800.00"),
        ("财务费用", "1.00", "1.00"),
        ("利息收入", "1.00", "1.00"),
        ("净利润", "45.00", "40.00"),
    ]
    return statements_of(
        [
            (
                "d",
                paper(
                    text("资产负债表"),
                    table(head, *balance),
                    text("利润表"),
                    table(("项目", "2024年1-6月", "2023年1-6月"), *flows),
                ),
            )
        ]
    )


def ratio_named(name, period, statements):
    return next(r for r in ratios_of(statements) if (r.name, r.period) == (name, period))


def test_days_of_half_a_year_are_half_a_years():
    ratio = ratio_named("应收账款周转天数", "2024-06-30", half_year_statements())
    assert ratio.value == Decimal(30)
    assert "180 ×" in ratio.formula
    assert "360" not in ratio.formula


def test_a_ratio_of_flows_to_balances_over_half_a_year_says_that_it_is_no_yearly_one():
    statements = half_year_statements()
    assert "6个月" in ratio_named("净资产收益率", "2024-06-30", statements).note
    assert not ratio_named("净利率", "2024-06-30", statements).note


def test_the_formula_shown_is_that_of_the_line_taken():
    ratio = ratio_named("净资产收益率", "2024-06-30", half_year_statements())
    assert ratio.value == Decimal(10)
    assert "= 净利润 ÷ 平均所有者权益合计 = 45.00 ÷ ((500.00 + 400.00) ÷ 2) = 10.00%" in ratio.formula


def test_a_rate_of_interest_over_half_a_year_is_brought_to_a_year():
    found = assessments_of(half_year_statements(), year="2024-06-30")
    (rate,) = (a for a in found if a.rule.name == "存款利息与货币资金不匹配")
    assert rate.state == "fired"
    assert rate.signal is not None
    assert rate.signal.values["资金收益率"] == "0.20%"
