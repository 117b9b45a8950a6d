"""Search terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.evidence.terms import fold, terms


def test_chinese_becomes_overlapping_pairs_and_a_lone_character_itself() -> None:
    assert terms("净利润") == ["净利", "利润"]
    assert terms("甲 乙丙") == ["甲", "乙丙"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第十二条", "第12条"),
        ("第一百一十二条", "第112条"),
        ("二〇二三年", "2023年"),
        ("2019年12月31日", "2019-12-31"),
        ("12.53亿元", "125,300万元"),
        ("百分之十二点五", "12.50%"),
        ("三亿五千万元", "350,000,000元"),
        ("１２．５％", "12.5%"),
    ],
)
def test_one_number_written_in_two_ways_shares_a_term(one: str, other: str) -> None:
    numbers = {term for term in terms(one) if any(c.isdigit() for c in term)}
    assert numbers
    assert numbers & set(terms(other)) == numbers


def test_different_numbers_share_no_number_term() -> None:
    assert not {t for t in terms("12.53亿元") if "=" in t} & set(terms("12.54亿元"))
    assert not {t for t in terms("第十二条") if t.startswith("第1")} & set(terms("第十三条"))


def test_latin_words_are_folded_and_kept_whole() -> None:
    assert terms("ＥＢＩＴＤＡ margin") == ["ebitda", "margin"]


def test_a_year_is_found_from_a_full_date() -> None:
    assert {"2019年", "2019-12", "2019-12-31"} <= set(terms("截至2019年12月31日"))


@given(st.text(max_size=60))
def test_terms_hold_no_blank_and_do_not_change_by_folding_first(text: str) -> None:
    found = terms(text)
    assert all(term and not any(c.isspace() for c in term) for term in found)
    assert terms(fold(text)) == terms(fold(fold(text)))
