"""The part of an answer that was asked for."""

import pytest

from workbench.models.asking.answer_part import asked_part


@pytest.mark.parametrize(
    ("question", "said", "part"),
    [
        ("甲公司在2020年10月完成了对哪家公司的资产收购？", "甲公司在2020年10月完成了对蓝海公司的资产收购", "蓝海公司"),
        ("甲公司在2020年10月发生了什么变动？", "甲公司在2020年10月发生了高级管理层变动。", "高级管理层变动"),
        ("甲公司实施了什么项目来减少排放？", "甲公司投资实施了节能减排项目。", "节能减排项目"),
        ("谁担任甲公司的董事长？", "沈砚舟担任甲公司的董事长", "沈砚舟担任甲公司的董事长"),
        ("甲公司计划将什么纳入公司战略？", "甲公司计划将可持续发展和社会责任纳入公司战略。", "可持续发展和社会责任"),
        ("甲公司的审计机构是哪家？", "沅澜会计师事务所", "沅澜会计师事务所"),
        ("甲公司收购了哪家公司？", "甲公司收购了", "甲公司收购了"),
        ("甲公司收入多少？", "收入五亿元", "收入五亿元"),
    ],
)
def test_what_repeats_the_question_is_left_out(question: str, said: str, part: str) -> None:
    assert asked_part(said, question) == part
