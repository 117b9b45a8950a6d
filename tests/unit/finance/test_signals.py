"""Signals of statements: planted one by one, silent on sound figures, every one proven and explained."""

from dataclasses import replace
from decimal import Decimal

import pytest

from workbench.i18n import set_language
from workbench.models.documents.reading import read_file
from workbench.models.evidence.claim import Citation
from workbench.models.finance import Note, Opinion, assessments_of, signal_rules, signals_of, statements_of
from workbench.models.finance.formula import read_formula
from workbench.paths import resources

D = Decimal


@pytest.fixture(scope="module")
def sample():
    path = next((resources() / "samples" / "credit_case").glob("*审计报告.pdf"))
    return statements_of([("report", read_file(path))])


def changed(statements, **times):
    """The latest year's lines multiplied; ``名称=倍数``."""
    made = []
    for statement in statements:
        items = tuple(
            replace(i, value=i.value * D(str(times[i.canonical])))
            if not statement.comparative and i.canonical in times and i.value
            else i
            for i in statement.items
        )
        made.append(replace(statement, items=items))
    return tuple(made)


def note(statements, name, value, unit="%", period="2024"):
    citation = statements[0].items[1].citation
    return Note(name, period, D(value), unit, D("0.01"), Citation(citation.document, citation.quote, citation.anchor))


def test_sound_statements_raise_none(sample):
    assert signals_of(sample) == ()


@pytest.mark.parametrize(
    ("identity", "times"),
    [
        ("S01", {"应收账款": 1.5}),
        ("S02", {"存货": 1.6}),
        ("S03", {"经营活动产生的现金流量净额": -0.2}),
        ("S04", {"销售商品、提供劳务收到的现金": 0.6}),
        ("S05", {"货币资金": 2.5}),
        ("S06", {"财务费用中的利息收入": 0.1}),
        ("S07", {"利息费用": 3}),
        ("S07", {"利息费用": 0.3}),
        ("S08", {"流动资产合计": 0.8}),
        ("S09", {"货币资金": 0.3}),
        ("S10", {"营业成本": 0.8}),
        ("S11", {"其他应收款": 15}),
        ("S12", {"预付款项": 9}),
        ("S37", {"净利润": -1}),
        ("S37", {"利润总额": -0.5}),
    ],
)
def test_a_planted_fault_fires_its_signal(sample, identity, times):
    found = {s.id: s for s in signals_of(changed(sample, **times), checks=())}
    assert identity in found
    signal = found[identity]
    assert signal.evidence
    assert all(c.quote for claim in signal.evidence for c in claim.citations)
    assert "—" not in signal.explanation
    assert "{" not in signal.explanation


@pytest.mark.parametrize(
    ("identity", "name", "value", "unit"),
    [
        ("S15", "对外担保余额", "500000000", "元"),
        ("S16", "关联销售占比", "0.42", "%"),
        ("S17", "第一大客户占比", "0.55", "%"),
        ("S20", "纳税申报收入", "1000000000", "元"),
        ("S30", "股权质押比例", "0.8", "%"),
        ("S36", "现金分红", "90000000", "元"),
    ],
)
def test_notes_fire_theirs(sample, identity, name, value, unit):
    assert identity in {s.id for s in signals_of(sample, notes=[note(sample, name, value, unit)])}


def test_less_power_with_more_revenue_is_a_signal(sample):
    notes = [note(sample, "用电量", "700", "度"), note(sample, "用电量", "1000", "度", "2023")]
    assert "S25" in {s.id for s in signals_of(sample, notes=notes)}


def test_an_opinion_that_is_not_clean_is_serious(sample):
    citation = sample[0].items[0].citation
    (signal,) = signals_of(sample, opinions=[Opinion("保留意见", False, citation)])
    assert (signal.id, signal.level) == ("S18", "serious")
    assert "保留意见" in signal.explanation
    assert signals_of(sample, opinions=[Opinion("标准无保留意见", True, citation)]) == ()


def test_an_opening_that_is_not_the_last_closing_is_told(sample):
    found = signals_of(changed(sample, 期初现金及现金等价物余额=1.1))
    assert "S19" in {s.id for s in found}


def test_a_bank_may_set_its_own_thresholds(sample):
    own = {"S17": {"上限": D("0.10")}}
    notes = [note(sample, "第一大客户占比", "0.168")]
    assert [s.id for s in signals_of(sample, notes=notes, thresholds=own)] == ["S17"]
    assert signals_of(sample, notes=notes) == ()


def test_what_cannot_be_assessed_says_what_is_missing(sample):
    unknown = {a.rule.id: a.missing for a in assessments_of(sample) if a.state == "unknown"}
    assert unknown["S15"] == "对外担保余额"
    assert "S01" not in unknown


def test_each_rule_is_whole_in_both_languages():
    assert len({r.id for r in signal_rules()}) == len(signal_rules()) >= 40
    for rule in signal_rules():
        assert all(rule.names)
        assert all(rule.explanations)
        for text in rule.measures.values():
            read_formula(text)
        used = {left for group in rule.when for left, _, _ in group}
        assert used <= rule.measures.keys()
        assert rule.units.keys() == rule.measures.keys()


def test_the_explanation_follows_the_language(sample):
    set_language("en")
    try:
        (signal,) = signals_of(sample, notes=[note(sample, "第一大客户占比", "0.55")])
    finally:
        set_language("zh")
    assert signal.name == "One customer dominates"
    assert signal.explanation.startswith("The largest customer buys 55.00%")
