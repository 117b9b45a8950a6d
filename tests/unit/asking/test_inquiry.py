"""What a question asks for."""

import pytest

from workbench.models.asking.inquiry import Inquiry


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ("一、申请金额：人民币80,000,000.00元", True),
        ("二、贷款期限：12个月", True),
        ("四、还款来源：经营收入", False),
    ],
)
def test_a_numbered_row_answers_when_its_label_is_asked_for(row: str, asked: bool) -> None:
    assert Inquiry("本次申请的贷款金额、期限和用途是什么？").clearly_answered_by(row) is asked
