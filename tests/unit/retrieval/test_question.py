"""What a question is read as: terms, other words for it, statutes, dates."""

from datetime import date

import pytest

from workbench.models.evidence.terms import fold, terms
from workbench.models.retrieval.glossary import Glossary, bundled
from workbench.models.retrieval.question import Reading
from workbench.models.retrieval.statutes import (
    JUDICIAL,
    LOCAL,
    NATIONAL,
    REGULATION,
    RULE,
    Citation,
    asked_date,
    citations,
    cited_articles,
    laws_pattern,
    named_laws,
    norms,
    number_of,
    rank_of,
    short_name,
)


def test_traditional_and_full_width_forms_meet_simplified_ones() -> None:
    assert set(terms("貸款餘額１２.５３億元")) >= {"贷款", "余额", "=1253000000"}
    assert fold("擔保") == "担保"


@pytest.mark.parametrize("written", ["12.53亿元", "125,300万元", "1,253,000,000元", "12.53億元"])
def test_an_amount_is_one_term_however_it_is_written(written: str) -> None:
    assert "=1253000000" in terms(written)


@pytest.mark.parametrize("written", ["银监发〔2010〕1号", "银监发[2010]第1号", "銀監發（2010）1號"])
def test_a_document_number_is_one_term(written: str) -> None:
    assert "#2010-1" in terms(written)


def test_a_word_cut_by_the_end_of_a_line_is_found_whole() -> None:
    assert "续保" in terms("本合同不保证续\n  保，保险期间一年")
    assert "第12条" in terms("第十二\n条 违约")


def test_short_and_full_names_find_each_other_and_everyday_words_find_those_of_the_law() -> None:
    assert "中国工商银行" in bundled().expand("工行的不良率")
    assert "不良贷款率" in bundled().expand("工行的不良率")
    assert "工行" in bundled().expand("中国工商银行的年报")
    assert "借据" in bundled().expand("只有欠条怎么办")
    assert "欠条" not in bundled().expand("借款人")


def test_the_longest_word_of_the_glossary_that_was_said_counts() -> None:
    glossary = Glossary.read(["保理 → 应收账款", "暗保理 → 未通知债务人", "# 说明", "没有符号的一行"])
    assert glossary.expand("暗保理有效吗") == ("未通知债务人",)


def test_own_lines_come_before_the_bundled_ones() -> None:
    assert (bundled() | Glossary.read(["工行 = 工商城支行"])).expand("工行")[0] == "工商城支行"


def test_added_words_count_less_than_those_of_the_question_and_asking_words_nothing() -> None:
    reading = Reading("工行的不良率是多少？", bundled().expand("工行的不良率是多少？"))
    assert reading.weights["工行"] == 1.0
    assert reading.weights["贷款"] == 0.5
    assert "多少" not in reading.weights
    assert reading.worded().startswith("工行的不良率是多少？ ")


def test_a_sentence_is_judged_by_the_matter_without_the_companys_name() -> None:
    reading = Reading("北辰机械有限公司的总资产是多少", subjects=("北辰机械有限公司",))
    assert "资产" in reading.sought
    assert "北辰" not in reading.sought


@pytest.mark.parametrize(
    ("question", "law", "article"),
    [
        ("《中华人民共和国公司法》第十六条怎么说？", "公司法", "16"),
        ("根据公司法第16条", "公司法", "16"),
        ("民法典第六百八十七条", "民法典", "687"),
        (
            "《最高人民法院关于适用〈民法典〉有关担保制度的解释》第8条",
            "最高人民法院关于适用民法典有关担保制度的解释",
            "8",
        ),
    ],
)
def test_a_statute_named_by_number_is_read(question: str, law: str, article: str) -> None:
    assert [(c.law, c.article) for c in citations(question)] == [(law, article)]


def test_a_clause_without_a_statute_is_no_citation_and_a_named_statute_needs_no_number() -> None:
    assert citations("合同第十二条") == ()
    assert named_laws("按《民法典》的规定") == {"民法典"}


def test_ranks_are_read_from_names() -> None:
    assert rank_of("中华人民共和国民法典") == NATIONAL
    assert rank_of("商业银行法") == NATIONAL
    assert rank_of("最高人民法院关于适用《民法典》有关担保制度的解释") == JUDICIAL
    assert rank_of("征信业管理条例") == REGULATION
    assert rank_of("侵害消费者权益行为处罚办法") == RULE
    assert rank_of("北京市实施《消费者权益保护法》办法") == LOCAL


def test_a_version_ends_when_the_next_begins_and_known_statutes_ended() -> None:
    found = norms(
        [
            ("old", {"law": "公司法", "article": "第十六条", "date": "2018-10-26"}),
            ("new", {"law": "中华人民共和国公司法", "article": "第十五条", "date": "2023-12-29"}),
            ("gone", {"law": "最高人民法院关于适用《担保法》若干问题的解释", "date": "2000-12-08"}),
            ("void", {"law": "某办法", "date": "2001-01-01", "status": "已废止"}),
            ("plain", {"company": "甲"}),
        ]
    )
    assert set(found) == {"old", "new", "gone", "void"}
    assert found["old"].in_force("2020-01-01")
    assert not found["old"].in_force("2024-01-01")
    assert not found["new"].in_force("2020-01-01")
    assert found["new"].in_force("2024-01-01")
    assert found["gone"].in_force("2020-12-31")
    assert not found["gone"].in_force("2021-01-01")
    assert not found["void"].in_force("2024-01-01")


def test_names_numbers_and_dates_have_one_form() -> None:
    assert short_name("《中华人民共和国公司法（2023修订）》") == "公司法"
    assert number_of("第一百七十七条之一") == "177之一"
    assert number_of("第12条") == number_of("第十二条") == "12"
    assert asked_date("2019年3月的规定", date(2026, 1, 1)) == "2019-03-31"
    assert asked_date("现在的规定", date(2026, 1, 1)) == "2026-01-01"


def test_the_articles_a_text_rests_on_are_of_the_statute_named_before_them_or_of_its_own() -> None:
    known = laws_pattern(["民法典", "公司法", "保险法"])
    assert known is not None
    text = "依照民法典第六百八十六条、第六百九十条和公司法第15条的规定，按本解释第三条处理；第四条除外。"
    assert cited_articles(text, "担保制度的解释", known) == {
        Citation("民法典", "686"),
        Citation("民法典", "690"),
        Citation("公司法", "15"),
        Citation("担保制度的解释", "3"),
        Citation("担保制度的解释", "4"),
    }
    assert laws_pattern([]) is None
