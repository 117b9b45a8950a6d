"""The grammar walked: what it lets through holds no figure."""

import random
import re

import pytest

from workbench.models.evidence.numbers import find_numbers
from workbench.models.writing.grammar import FORBIDDEN, allowed_characters, prose_grammar
from workbench.models.writing.masking import has_digit, outside

SLOTS = ["{金额A}", "{比例B}", "{营业收入@2023}"]
_PIECE = re.compile(r'"((?:\\.|[^"\\])*)"|(\[(?:\\u[0-9A-F]{4}|-)+\])|([\w-]+)|([()|*?+])|\s+')


def as_expression(grammar: str) -> str:
    """The grammar has no recursion, so it is a regular expression."""
    rules = dict(line.split(" ::= ", 1) for line in grammar.strip().splitlines())

    def written(name: str) -> str:
        parts: list[str] = []
        for literal, characters, rule, sign in _PIECE.findall(rules[name]):
            if literal:
                plain = re.sub(r"\\(.)", r"\1", literal)
                parts.append(f"(?:{re.escape(plain)})")
            elif characters or sign:
                parts.append(characters or ("(?:" if sign == "(" else sign))
            elif rule:
                parts.append(f"(?:{written(rule)})")
        return "".join(parts)

    return written("root")


@pytest.fixture(scope="module")
def chinese() -> re.Pattern[str]:
    return re.compile(as_expression(prose_grammar(SLOTS, "zh", 3)))


@pytest.mark.parametrize(
    "text",
    [
        "公司总资产{金额A}。",
        "公司是一家企业，资产负债率{比例B}。第一大股东为张三。",
        "{营业收入@2023}较上年增长{比例B}。",
        "控股股东统一管理，二手设备、三方协议、四川、九江。",
        "《审计报告》载明，公司（以下简称甲）从事ABC业务。",
    ],
)
def test_plain_words_and_offered_slots_pass(chinese: re.Pattern[str], text: str) -> None:
    assert chinese.fullmatch(text)


@pytest.mark.parametrize(
    "text",
    [
        "公司总资产3亿元。",
        "公司总资产３元。",
        "公司总资产{金额A}亿。",
        "增长三成。",
        "增长百分之三。",
        "二〇一九年成立。",
        "投资五千万。",
        "注册资本一百万。",
        "下设三家子公司。",
        "成立十年。",
        "占½。",
        "第③条。",
        "共Ⅷ项。",
        "壹佰元。",
        "占比%。",
        "为{金额Z}。",
        "没有写完",
        "甲。乙。丙。丁。",
    ],
)
def test_no_figure_can_be_written(chinese: re.Pattern[str], text: str) -> None:
    assert chinese.fullmatch(text) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_allowed_character_is_a_digit_of_any_script(language: str) -> None:
    allowed = allowed_characters(language)
    assert not has_digit("".join(allowed))
    assert not allowed & set(FORBIDDEN)


def test_random_words_of_the_grammar_hold_no_amount(chinese: re.Pattern[str]) -> None:
    dice = random.Random(20260101)
    letters = sorted(allowed_characters("zh") - set("，、；：（）“”《》—·/&,;:()- "))
    numerals = "一二两三四五六七八九十百千万几"
    passed = 0
    for _ in range(4000):
        text = "".join(dice.choice(numerals if dice.random() < 0.4 else letters) for _ in range(8)) + "。"
        if chinese.fullmatch(text):
            passed += 1
            assert not [n for n in find_numbers(text) if n.kind in {"amount", "percent"}], text
    assert passed > 50


def test_a_capital_numeral_in_a_name_may_be_repeated() -> None:
    grammar = re.compile(as_expression(prose_grammar([], "zh", 1, names=["生产部长陆松棠"])))
    assert grammar.fullmatch("生产部长陆松棠。")
    assert grammar.fullmatch("合计陆万元。") is None
    assert grammar.fullmatch("合计柒。") is None


def test_english_has_its_own_letters() -> None:
    grammar = re.compile(as_expression(prose_grammar(["{amount A}"], "en", 1)))
    assert grammar.fullmatch("Revenue was {amount A}.")
    assert grammar.fullmatch("Revenue was 5.") is None
    assert not has_digit(outside("Revenue was {amount A}."))


def test_no_sentence_is_no_grammar() -> None:
    with pytest.raises(ValueError, match="0"):
        prose_grammar([], "zh", 0)


def test_llama_takes_the_grammar() -> None:
    llama_grammar = pytest.importorskip("llama_cpp.llama_grammar")
    assert llama_grammar.LlamaGrammar.from_string(prose_grammar(SLOTS, "zh", 2), verbose=False)
