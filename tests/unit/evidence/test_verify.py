"""Verification of sentences by code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.models.evidence import Anchor, Claim, Status, TextSpan
from workbench.models.evidence.verify import Source, verify_sentence

PROSE = (
    "2020年9月，公司决定向股东分发5000万元股利，提升了股东的收益。\n"
    "公司在2020年度的营业收入达到31.25亿元，净利润为1.5亿元，同比增长12.5%。"
    "总资产为16亿元，总负债为8亿元，应收账款为3.2亿元。公司未发生债务违约。"
    "公司联系电话为0513-81658162，通过了ISO9001认证，员工300人。"
)
TABLE = "项目\t2019年\t2018年\n营业收入\t117,530.10\t100,000.00\n营业成本\t90,323.66\t80,000.00"


def source(text: str, context: str = "", document: str = "d1") -> Source:
    return Source(document, text, lambda a, b: Anchor("text", (TextSpan(1, a, b),)), context)


REPORT = source(PROSE, "建业集团有限公司 › 财务")
SHEET = source(TABLE, "四方科技集团股份有限公司 › 利润表 › 单位：万元", "d2")
TRACED = [
    "营业收入为31.25亿元。",
    "2020年度营业收入为312,500万元，净利润1.5亿元。",
    "建业集团有限公司2020年9月向股东分发了5000万元股利。",
    "总资产和总负债分别为16亿元和8亿元。",
    "净利润同比增长12.5%。",
    "公司未发生债务违约。",
    "公司联系电话为0513-81658162。",
    "公司通过了ISO9001认证。",
]


def judge(sentence: str, *sources: Source, topic: str = "") -> Claim:
    return verify_sentence(sentence, sources or (REPORT,), topic=topic)


@pytest.mark.parametrize("sentence", TRACED)
def test_what_the_source_says_is_traced_with_its_own_words(sentence: str) -> None:
    claim = judge(sentence)
    assert claim.status is Status.TRACED
    assert claim.citations
    for citation in claim.citations:
        span = citation.anchor.spans[0]
        assert isinstance(span, TextSpan)
        assert PROSE[span.start : span.end] == citation.quote


@given(st.sampled_from([s for s in TRACED if any(c.isdigit() for c in s)]), st.data())
@settings(max_examples=200)
def test_changing_any_digit_of_a_traced_sentence_leaves_it_untraced(sentence: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, c in enumerate(sentence) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != sentence[place]]))
    changed = sentence[:place] + digit + sentence[place + 1 :]
    assert judge(changed).status is not Status.TRACED


@pytest.mark.parametrize(
    "sentence",
    [
        "总资产为8亿元。",
        "净资产为16亿元。",
        "营业成本为31.25亿元。",
        "预收账款为3.2亿元。",
        "2019年度营业收入为31.25亿元。",
        "净利润同比下降12.5%。",
        "北海集团有限公司营业收入为31.25亿元。",
        "总资产和总负债分别为8亿元和16亿元。",
        "公司员工500人。",
        "公司盈利能力很强，前景广阔。",
    ],
)
def test_another_label_year_subject_or_direction_is_not_traced(sentence: str) -> None:
    assert judge(sentence).status not in (Status.TRACED, Status.COMPUTED)


def test_another_value_beside_the_same_label_is_a_conflict_that_quotes_the_source() -> None:
    claim = judge("营业收入为32亿元。")
    assert claim.status is Status.CONFLICT
    assert "31.25亿元" in claim.citations[0].quote


def test_a_denial_turned_round_is_noticed_both_ways() -> None:
    assert judge("公司发生债务违约。").status is Status.CONFLICT
    assert judge("公司未决定向股东分发股利，提升了股东的收益。").status is Status.CONFLICT


def test_the_question_tells_what_a_bare_number_means() -> None:
    asked = "建业集团有限公司2020年9月向股东分发了多少股利？"
    assert judge("5000万元。", topic=asked).status is Status.TRACED
    assert judge("5100万元。", topic=asked).status is not Status.TRACED


@pytest.mark.parametrize(
    ("sentence", "formula"),
    [
        ("净利润1.5亿元，营业收入31.25亿元，净利率为4.80%。", "1.5亿元 ÷ 31.25亿元 = 4.80%"),
        ("总资产16亿元，总负债8亿元，两者相差8亿元。", "16亿元 − 8亿元 = 8亿元"),
    ],
)
def test_a_value_that_follows_from_traced_ones_is_computed_with_its_formula(sentence: str, formula: str) -> None:
    claim = judge(sentence)
    assert claim.status is Status.COMPUTED
    assert claim.computation is not None
    assert claim.computation.formula == formula
    assert claim.computation.inputs


def test_a_wrong_result_is_not_computed() -> None:
    assert judge("净利润1.5亿元，营业收入31.25亿元，净利率为5.80%。").status is not Status.COMPUTED


@pytest.mark.parametrize(
    "sentence", ["2019年营业收入为117,530.10万元。", "2019年营业收入为11.75亿元。", "2018年营业成本为8亿元。"]
)
def test_a_table_is_read_with_its_row_column_and_unit(sentence: str) -> None:
    assert judge(sentence, SHEET).status is Status.TRACED


@pytest.mark.parametrize(
    "sentence",
    ["2018年营业收入为117,530.10万元。", "2019年营业成本为117,530.10万元。", "2019年营业收入为117,530.10元。"],
)
def test_another_row_column_or_unit_of_a_table_is_not_traced(sentence: str) -> None:
    assert judge(sentence, SHEET).status is not Status.TRACED


def test_words_are_only_cited_where_they_have_a_place() -> None:
    nowhere = Source("d", PROSE, lambda _a, _b: None)
    assert judge("营业收入为31.25亿元。", nowhere).status is Status.UNPROVEN


def test_words_closing_a_sentence_that_no_source_holds_keep_it_from_being_traced() -> None:
    text = "公司在2021年9月推出了绿色农业倡议，采用有机农业种植技术，推动可持续发展和社会责任。"
    said = "公司在可持续发展和社会责任方面推出了绿色农业倡议小组。"
    assert judge(said, source(text)).status is not Status.TRACED
    assert judge(said.replace("小组", ""), source(text)).status is Status.TRACED


def test_a_total_is_known_by_its_name_in_statements() -> None:
    sheet = source("项目\t2019年12月31日\n资产总计\t5,000.00\n负债合计\t3,000.00", "单位：万元")
    assert judge("2019年总资产为5,000万元。", sheet).status is Status.TRACED
    assert judge("2019年总负债为5,000万元。", sheet).status is not Status.TRACED


def test_a_figure_with_no_date_near_it_is_of_the_year_the_document_reports_on() -> None:
    undated = Source(
        "d", "公司的总资产为2.3亿元，总负债为1.1亿元。", lambda a, b: Anchor("text", (TextSpan(1, a, b),)), "", 2020
    )
    assert judge("2020年度总资产为2.3亿元。", undated).status is Status.TRACED
    assert judge("2021年度总资产为2.3亿元。", undated).status is not Status.TRACED
    assert judge("2020年度总资产为1.1亿元。", undated).status is not Status.TRACED


def test_a_question_about_one_company_is_not_proven_by_another_ones_report() -> None:
    other = source("公司开发了绿色产品，提升了市场竞争力。", "创新科技有限公司 › 环境")
    said, asked = "拓远科技开发了绿色产品，提升了市场竞争力。", "拓远科技有限公司开发了什么？"
    assert judge(said, other, topic=asked).status is Status.UNPROVEN
    assert judge(said, other, source(other.text, "拓远科技有限公司"), topic=asked).status is Status.TRACED


def test_an_amount_word_after_the_label_changes_nothing_but_its_kind_does() -> None:
    text = source("公司能源消耗为200000吨标煤，销售额为500万元。")
    assert judge("能源消耗量为200000吨标煤。", text).status is Status.TRACED
    assert judge("销售量为500万元。", text).status is not Status.TRACED


def test_a_list_number_before_a_sentence_is_no_figure() -> None:
    assert judge("1. 总资产为16亿元。").status is Status.TRACED


APPLICATION = source(
    "一、申请金额：人民币80,000,000.00元（大写：捌仟万元整）。\n二、贷款期限：12个月，自首次提款之日起计算。\n"
    "三、抵押金额：人民币132,406,000.00元。",
    "流动资金贷款申请书",
)


def test_a_label_in_the_words_of_the_question_is_still_the_documents_label() -> None:
    assert judge("本次申请的贷款金额为8,000万元，期限为12个月。", APPLICATION).status is Status.TRACED


def test_words_of_another_label_between_do_not_make_it_the_same() -> None:
    assert judge("本次申请的贷款金额为132,406,000.00元，期限为12个月。", APPLICATION).status is not Status.TRACED


def test_a_bare_number_is_of_what_the_question_counts() -> None:
    staff = source("年末公司共有员工1,186人，其中生产人员742人、研发人员163人。")
    assert judge("公司有1,186人。", staff, topic="公司有多少员工？").status is Status.TRACED
    assert judge("公司有742人。", staff, topic="公司有多少员工？").status is not Status.TRACED
