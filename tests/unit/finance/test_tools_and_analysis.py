"""Credit tools by hand-checked figures; DuPont, Altman, trends and peers."""

import pickle
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.finance.papers import balance_sheet, paper, table, text
from workbench.models.documents.reading import read_file
from workbench.models.finance import (
    RepaymentInputs,
    Shock,
    StressBase,
    WorkingCapitalInputs,
    altman_of,
    break_even,
    common_size_of,
    dupont_of,
    expected_growth,
    finances_of,
    limits_of,
    peers_of,
    plan_of,
    ratios_of,
    repayment_projection,
    statements_of,
    stress_base,
    stress_test,
    trends_of,
    working_capital_inputs,
    working_capital_need,
)
from workbench.models.finance.analysis import altman_zone, compound_growth
from workbench.paths import resources

D = Decimal


@pytest.fixture(scope="module")
def sample():
    path = next((resources() / "samples" / "credit_case").glob("*审计报告.pdf"))
    return statements_of([("report", read_file(path))])


def hand_checked(**changed):
    given = WorkingCapitalInputs(
        D(20000), D(15000), D("0.05"), D("0.10"), D(2500), D(3000), D(2000), D(500), D(400), D(1500), D(1000), D(200)
    )
    return replace(given, **changed)


def test_the_need_is_that_of_the_worked_example():
    need = working_capital_need(hand_checked())
    days = [
        round(need.step(f"days_{k}").value, 1)
        for k in ("inventory", "receivables", "payables", "prepayments", "advances")
    ]
    assert days == [D("60.0"), D("54.0"), D("48.0"), D("12.0"), D("7.2")]
    assert round(need.step("turns").value, 4) == D("5.0847")
    assert round(need.need, 2) == D("4110.33")
    assert round(need.additional, 2) == D("1410.33")
    assert "20,000.00 × (1 − 5.0000%) × (1 + 10.00%) ÷ 5.0847" in need.step("need").formula


def test_a_request_above_the_estimate_is_told():
    gap = working_capital_need(hand_checked(request=D(2000))).step("gap")
    assert round(gap.value, 2) == D("589.67")
    assert gap.note
    assert not working_capital_need(hand_checked(request=D(1000))).step("gap").note


def test_without_days_there_is_no_result_but_a_reason():
    need = working_capital_need(hand_checked(payables=D(20000)))
    assert need.need is None
    assert need.additional is None
    assert need.step("turns").note


def test_a_zero_balance_gives_zero_days():
    assert working_capital_need(hand_checked(advances=D(0))).step("days_advances").value == 0


def test_inputs_come_from_the_statements_with_their_places(sample):
    inputs = working_capital_inputs(sample, growth=D("0.1"))
    assert inputs.revenue == D("1286437518.62")
    assert inputs.inventory == (D("356912748.84") + D("302468315.27")) / 2
    assert inputs.loans == D("486500000.00")
    assert inputs.closing_only == ()
    assert {c.document for cited in inputs.sources.values() for c in cited} == {"report"}
    assert working_capital_need(inputs).need > 0


def test_repayment_runs_down_the_loan_and_its_interest():
    plan = repayment_projection(
        RepaymentInputs(D(100), D(500), D("0.1"), (D(50), D(50)), (D(200), D(300)), (D(80),), D("0.06"))
    )
    assert [y.operating_cash for y in plan] == [D("550.0"), D("605.00")]
    assert [y.interest for y in plan] == [D("30.00"), D("18.00")]
    assert plan[0].dscr == (D(550) - 50) / (200 + 30 + 80)
    assert plan[1].closing_cash == D(100) + (500 - 310) + (555 - 318)


BASE = StressBase(D(1000), D(700), D(100), D(400), D("0.05"), D(100), D(90))


def test_stress_takes_revenue_margin_rate_and_days():
    base, hit = stress_test(BASE, (Shock("base"), Shock("hit", D("-0.2"), D("-0.05"), D("0.01"), D(30))))
    assert (base.ebitda, base.interest, base.tied_up) == (D(200), D("20.00"), 0)
    assert base.dscr == (D(200) - D("0.25") * 180) / 120
    assert hit.ebitda == D(800) * D("0.25") - 100
    assert hit.interest == D("24.00")
    assert round(hit.tied_up, 2) == round(D(800) * 120 / 360 - D(1000) * 90 / 360, 2)


def test_at_break_even_debt_service_is_just_paid():
    even = break_even(BASE)
    at = replace(BASE, revenue=even.revenue, variable_cost=even.revenue * D("0.7"))
    assert round(stress_test(at, (Shock("x"),))[0].dscr, 10) == 1
    assert even.margin_of_safety == 1 - even.revenue / 1000
    assert break_even(replace(BASE, variable_cost=D(1100))).revenue is None


def test_the_base_of_a_stress_test_is_read_from_the_statements(sample):
    base = stress_base(sample)
    assert base.revenue == D("1286437518.62")
    assert D("0.03") < base.rate < D("0.06")
    assert [r.name for r in stress_test(base)] == ["基准", "轻度", "中度", "重度"]
    covers = [r.dscr for r in stress_test(base)]
    assert covers == sorted(covers, reverse=True)


def test_sales_are_expected_to_grow_as_they_did_and_by_a_tenth_where_no_year_before_is_told(sample):
    assert round(expected_growth(sample), 4) == D("0.1246")
    assert expected_growth([s for s in sample if s.year == "2024"]) == D("0.10")
    assert expected_growth(()) == D("0.10")


def test_every_figure_of_the_base_names_its_lines(sample):
    base = stress_base(sample)
    figures = {"revenue", "variable_cost", "fixed", "debt", "rate", "principal", "collection_days"}
    assert {name for name, cited in base.sources.items() if cited} == figures
    assert "营业收入" in base.sources["revenue"][0].quote
    assert any("短期借款" in c.quote for c in base.sources["principal"])


def test_what_can_still_be_borne_breaks_debt_service_when_it_comes():
    shock = Shock("x")
    limits = limits_of(BASE, shock)
    assert limits.whole
    for name in ("margin", "rate", "days"):
        step = getattr(limits, name)
        (at,) = stress_test(BASE, (replace(shock, **{name: step}),))
        (beyond,) = stress_test(BASE, (replace(shock, **{name: step * D("1.01")}),))
        assert at.dscr >= 1 > beyond.dscr, name


def test_where_principal_cannot_be_paid_the_limits_are_those_of_interest_and_then_none():
    heavy = replace(BASE, principal=D(1000))
    limits = limits_of(heavy, Shock("x"))
    assert not limits.whole
    (at,) = stress_test(heavy, (Shock("x", margin=limits.margin),))
    assert round(at.cash - at.interest, 1) == 0
    assert limits_of(heavy, Shock("x", margin=D("-0.3"))) is None


def test_a_plan_of_repayment_is_read_from_the_case_with_its_places():
    folder = resources() / "samples" / "credit_case"
    given = [(p.name, read_file(p)) for p in sorted(folder.iterdir()) if p.suffix in (".pdf", ".docx")]
    plan = plan_of(finances_of(given))
    assert (plan.year, plan.request) == ("2024", D("80000000.00"))
    assert plan.inputs.principal == (plan.request / 3,) * 3
    assert all(plan.sources[name] for name in ("cash", "operating_cash", "capex", "request", "rate", "other_debt"))
    assert plan_of(finances_of([])) is None


def test_dupont_multiplies_to_the_return_and_its_effects_add_up(sample):
    (now,) = [d for d in dupont_of(sample) if d.period == "2024"]
    before = next(d for d in dupont_of(sample) if d.period == "2023")
    roe = next(r for r in ratios_of(sample) if (r.name, r.period) == ("净资产收益率", "2024"))
    assert round(now.roe * 100, 4) == roe.value
    assert abs(sum(now.effects) - (now.roe - before.roe)) < D("1e-30")
    assert now.factors[0].citations


def test_altmans_score_weighs_its_four_parts(sample):
    score = altman_of(sample)[0]
    by_hand = sum(p.value * w for p, w in zip(score.parts, (D("6.56"), D("3.26"), D("6.72"), D("1.05")), strict=True))
    assert score.score == by_hand
    assert score.emerging - score.score == D("3.25")
    assert [altman_zone(D(v)) for v in ("2.61", "2.6", "1.1", "1.09")] == ["safe", "grey", "grey", "distress"]


def test_trends_tell_changes_and_growth(sample):
    revenue = trends_of(sample)[0]
    assert [p for p, _ in revenue.values] == ["2023", "2024"]
    assert round(revenue.changes[0] * 100, 2) == D("12.46")
    assert round(compound_growth(D(100), D(121), 2), 10) == D("0.1")
    assert compound_growth(D(-1), D(5), 2) is None


def test_common_size_is_of_assets_or_revenue(sample):
    rows = {r.name: r for r in common_size_of(sample)}
    assert rows["资产总计"].shares["2024"] == 1
    assert rows["营业成本"].base == "营业收入"
    assert round(rows["营业成本"].shares["2024"], 4) == D("0.7798")


def test_peers_stand_side_by_side_with_their_median():
    ours = [("a", balance_sheet())]
    other = paper(
        text("合并资产负债表"),
        text("单位：元"),
        table(
            ("项目", "2023年12月31日"),
            ("流动资产合计", "300.00"),
            ("资产总计", "500.00"),
            ("流动负债合计", "100.00"),
            ("负债合计", "100.00"),
        ),
        title="戊己庚辛机械股份有限公司2023年度审计报告",
    )
    peers = {p.name: p for p in peers_of(statements_of([*ours, ("b", other)]))}
    debt = peers["资产负债率"]
    assert sorted(r.value for r in debt.values.values()) == [D("20.0000"), D("30.0000")]
    assert debt.median == 25
    assert peers_of(statements_of(ours)) == ()


def test_results_travel_between_processes(sample):
    need = working_capital_need(hand_checked())
    assert pickle.loads(pickle.dumps(need)) == need
