"""Questions that lean on the talk so far."""

import pytest

from workbench.models.asking.followup import standing_alone

BEFORE = "恒泰精密股份有限公司2020年度的营业收入是多少？"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("2019年呢？", "恒泰精密股份有限公司2019年的营业收入是多少？"),
        ("那净利润呢？", "恒泰精密股份有限公司2020年度的净利润是多少？"),
        ("东汀部件有限公司呢？", "东汀部件有限公司2020年度的营业收入是多少？"),
        ("该公司的实际控制人是谁？", "恒泰精密股份有限公司的实际控制人是谁？"),
        ("其资产负债率是多少？", "恒泰精密股份有限公司资产负债率是多少？"),
    ],
)
def test_a_follow_up_is_said_in_full(question: str, meant: str) -> None:
    assert standing_alone(question, [BEFORE]) == meant


def test_a_year_takes_the_place_of_a_span_of_years() -> None:
    assert standing_alone("2023年呢？", ["近三年营业收入变化"]) == "2023年营业收入变化"


def test_the_organisation_is_the_one_named_last() -> None:
    earlier = ["东汀部件有限公司的法定代表人是谁？", BEFORE, "2020年的净利润是多少？"]
    assert standing_alone("该公司的注册地在哪里？", earlier) == "恒泰精密股份有限公司的注册地在哪里？"


@pytest.mark.parametrize("question", ["本次申请的贷款金额、期限和用途是什么？", "北岬船务有限公司的总资产是多少？"])
def test_a_question_in_full_stays_as_it_is(question: str) -> None:
    assert standing_alone(question, [BEFORE]) == question
    assert standing_alone(question, []) == question


@pytest.mark.parametrize("question", ["为什么？", "为什么下降了这么多？", "这个数是怎么来的？"])
def test_what_code_cannot_say_in_full_is_left_to_a_reader(question: str) -> None:
    assert standing_alone(question, [BEFORE]) is None


def test_the_first_question_of_a_talk_is_never_changed() -> None:
    assert standing_alone("为什么？", []) == "为什么？"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("那前一年呢？", "恒泰精密股份有限公司2019年的营业收入是多少？"),
        ("次年的呢？", "恒泰精密股份有限公司2021年的营业收入是多少？"),
    ],
)
def test_a_year_told_from_the_one_before_is_counted(question: str, meant: str) -> None:
    assert standing_alone(question, [BEFORE]) == meant


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("之前那家的净利润呢？", "恒泰精密2020年的净利润是多少？"),
        ("刚才那家公司呢？", "恒泰精密2021年的营业收入是多少？"),
        ("前面那家公司的法定代表人是谁？", "恒泰精密的法定代表人是谁？"),
    ],
)
def test_the_company_before_the_last_one_is_meant_by_the_former(question: str, meant: str) -> None:
    earlier = ["恒泰精密2020年的营业收入是多少？", "东汀部件2021年的营业收入是多少？"]
    assert standing_alone(question, earlier) == meant


def test_a_former_company_that_was_never_talked_of_is_left_to_a_reader() -> None:
    assert standing_alone("之前那家的净利润呢？", [BEFORE]) is None
