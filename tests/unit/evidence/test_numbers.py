"""Numbers in text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.evidence.numbers import Number, agree, find_numbers, rounds_to


def only(text: str) -> Number:
    (number,) = find_numbers(text)
    return number


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("12.53亿元", "1253000000", "元", "amount"),
        ("125,300万元", "1253000000", "元", "amount"),
        ("１２５，３００万元", "1253000000", "元", "amount"),
        ("RMB 12.5 million", "12500000", "元", "amount"),
        ("US$3bn", "3000000000", "美元", "amount"),
        ("500万人民币", "5000000", "元", "amount"),
        ("五万元", "50000", "元", "amount"),
        ("三亿五千万元", "350000000", "元", "amount"),
        ("负500万元", "-5000000", "元", "amount"),
        ("12.5%", "0.125", "%", "percent"),
        ("百分之十二点五", "0.125", "%", "percent"),
        ("1.2个百分点", "0.012", "个百分点", "percent"),
        ("25个基点", "0.0025", "个百分点", "percent"),
        ("-5.3%", "-0.053", "%", "percent"),
        ("二〇二三年五月三日", "20230503", "日", "date"),
        ("2023-05-03", "20230503", "日", "date"),
        ("2023年5月", "202305", "月", "date"),
        ("2023年度", "2023", "年", "date"),
        ("FY2019", "2019", "年", "date"),
        ("12月31日", "1231", "月日", "date"),
        ("第十二条", "12", "第条", "count"),
        ("1,000万股", "10000000", "股", "count"),
        ("两名", "2", "名", "count"),
        ("98,540 MMBtu", "98540", "mmbtu", "count"),
        ("(1,234.56)", "-1234.56", "", "plain"),
        ("1,253,000,000", "1253000000", "", "plain"),
    ],
)
def test_a_number_is_read_with_unit_and_scale(text: str, value: str, unit: str, kind: str) -> None:
    number = only(text)
    assert (number.value, number.unit, number.kind) == (Decimal(value), unit, kind)
    assert text[number.start : number.end] == number.text == text


@pytest.mark.parametrize("text", ["一方面", "进行了一次收购", "万一", "第一，", "千万不要"])
def test_numerals_in_words_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10-15%", ["0.10", "0.15"]),
        ("3至5亿元", ["300000000", "500000000"]),
        ("2017-2019年", ["2017", "2019"]),
    ],
)
def test_the_first_of_a_range_takes_the_unit_of_the_second(text: str, values: list[str]) -> None:
    assert [n.value for n in find_numbers(text)] == [Decimal(v) for v in values]


@pytest.mark.parametrize("text", ["增长率(12.5%)", "净利润（500万元）", "毛利率(12.5)"])
def test_brackets_after_words_do_not_make_a_number_negative(text: str) -> None:
    assert only(text).value > 0


@pytest.mark.parametrize("code", ["ISO9001", "0513-81658162", "zqb@163.com", "000001"])
def test_a_code_only_equals_itself(code: str) -> None:
    assert agree(only(code), only(code))
    assert not agree(only(code), only(code.replace("1", "2")))


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("12.53亿元", "1,253,000,000元"),
        ("12.53亿元", "12.5亿元"),
        ("63.0%", "0.63"),
        ("0.6349", "63%"),
        ("12.50%", "12.5%"),
    ],
)
def test_a_rounding_of_the_printed_number_may_be_said(printed: str, said: str) -> None:
    assert rounds_to(only(printed), only(said))


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("12.5亿元", "12.53亿元"),
        ("12.56亿元", "12.5亿元"),
        ("1.4亿元", "1亿元"),
        ("0.63", "63.4%"),
        ("12.5%", "12.5个百分点"),
        ("100元", "100美元"),
        ("5家", "5名"),
        ("2019年", "2019元"),
    ],
)
def test_more_digits_another_unit_or_too_coarse_a_rounding_may_not(printed: str, said: str) -> None:
    assert not rounds_to(only(printed), only(said))


@given(st.text(alphabet="0123456789,.-%()年月日亿万元第条a 十二在（）％０１", max_size=30))
def test_every_digit_of_a_text_belongs_to_a_number(text: str) -> None:
    covered = {i for n in find_numbers(text) for i in range(n.start, n.end)}
    assert {i for i, c in enumerate(text) if c.isdecimal()} <= covered


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_reads_back_however_it_is_printed(amount: Decimal) -> None:
    assert only(f"{amount:,}元").value == amount
    assert only(f"{amount}元").value == amount
