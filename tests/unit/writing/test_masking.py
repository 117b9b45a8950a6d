"""Figures leave the text before the model reads it, and return as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.writing.masking import fill, has_digit, letters, mask, outside

TEXT = "截至2019年12月31日，公司总资产352,041.77万元，同比下降5.58%，ISO9001、第③条，二〇一九年度一亿两千万元。"


def test_no_digit_of_any_kind_is_left() -> None:
    masked = mask([TEXT])
    assert not has_digit(outside(masked.texts[0]))
    assert "352,041.77万元" in [v.text for v in masked.values]


def test_filling_restores_the_text() -> None:
    plain = "截至2019年12月31日，公司总资产352,041.77万元，同比下降5.58%。"
    masked = mask([plain])
    assert fill(masked.texts[0], masked.values).text == plain


@given(st.text(alphabet="公司资产0123456789０９,.%万元亿年月日（）{}第条一二三十百½ⅷ③ \n", max_size=60))
def test_masking_any_text_leaves_no_digit(text: str) -> None:
    masked = mask([text])
    assert not has_digit(outside(masked.texts[0]))
    for value in masked.values:
        assert text.replace("{", "（").replace("}", "）")[value.start : value.start + len(value.text)] == value.text


def test_a_value_knows_which_text_it_came_from() -> None:
    masked = mask(["甲30%", "乙40%"])
    assert [(v.source, v.start, v.text) for v in masked.values] == [(0, 1, "30%"), (1, 1, "40%")]


def test_numbers_of_clauses_and_paragraphs_are_no_figures() -> None:
    masked = mask(["第八条 董事长为法定代表人。\n1、货币资金5,000元\n（2）其他"])
    assert [v.text for v in masked.values] == ["5,000元"]


def test_a_unit_written_twice_is_said_once() -> None:
    masked = mask(["营业收入352,041.77万元"])
    assert fill(masked.texts[0] + "元。", masked.values).text == "营业收入352,041.77万元。"


def test_slots_nobody_offered_are_told() -> None:
    assert fill("占{比例Z}。", ()).unknown == ("比例Z",)


@pytest.mark.parametrize(("count", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (52, "BA")])
def test_names_go_on_behind_z(count: int, name: str) -> None:
    assert letters(count) == name
