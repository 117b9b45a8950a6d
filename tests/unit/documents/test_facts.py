"""What a document's name and first lines tell of it: company, date, statute."""

import pytest

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.documents.facts import facts_of
from workbench.models.documents.wording import day_of_period, pattern, wording

ARTICLES = [f"第{n}条 贷款人应当按照本办法第{n}款的要求办理。" for n in "一二三四五六"]


def document(title: str, *lines: str, format: str = "docx") -> Document:
    return Document(title, format, tuple(Block(BlockKind.PARAGRAPH, line) for line in lines))


def test_a_whole_statute_is_known_by_its_name_and_articles_with_its_version_and_first_day() -> None:
    law = document(
        "中华人民共和国公司法_20231229",
        "中华人民共和国公司法",
        "（1993年12月29日通过 2018年10月26日第四次修正 2023年12月29日第二次修订）",
        *ARTICLES,
        "第七条 本法自2024年7月1日起施行。",
    )
    assert facts_of(law, "中华人民共和国公司法_20231229.docx") == {
        "law": "中华人民共和国公司法",
        "effective": "2024-07-01",
        "date": "2023-12-29",
    }


def test_the_version_of_a_statute_without_a_dated_name_is_the_last_day_above_its_first_article() -> None:
    law = document("固定资产贷款管理办法", "（2009年7月23日公布，2024年1月30日修订）", *ARTICLES)
    assert facts_of(law, "办法.docx") == {"law": "固定资产贷款管理办法", "date": "2024-01-30"}


def test_a_banks_own_rules_with_the_year_in_brackets_are_rules() -> None:
    told = facts_of(document("", *ARTICLES), "授信业务管理办法（2023年版）.pdf")
    assert told["law"] == "授信业务管理办法"


@pytest.mark.parametrize("title", ["关于执行授信管理办法的请示", "恒泰精密股份有限公司章程", "工作方法"])
def test_what_only_speaks_of_rules_or_has_no_articles_is_no_statute(title: str) -> None:
    assert "law" not in facts_of(document(title, "本年工作总结如下。"), f"{title}.docx")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("恒泰精密2023年度审计报告.pdf", "2023-12-31"),
        ("2023年半年度报告.pdf", "2023-06-30"),
        ("2024年第一季度报告.pdf", "2024-03-31"),
        ("走访记录_20240315.docx", "2024-03-15"),
        ("走访记录2024-03-15.docx", "2024-03-15"),
        ("合同编号20241399.docx", ""),
    ],
)
def test_the_name_of_a_file_tells_its_day(name: str, day: str) -> None:
    assert facts_of(document("", "内容"), name).get("date", "") == day


def test_a_paper_is_of_the_day_it_is_signed_and_of_the_company_it_names() -> None:
    told = facts_of(
        document(
            "", "恒泰精密股份有限公司贷款申请书", "2023年成立分公司。", "恒泰精密股份有限公司", "2024 年 5 月 6 日"
        ),
        "申请书.docx",
    )
    assert told == {"company": "恒泰精密股份有限公司", "date": "2024-05-06"}


def test_a_day_that_is_none_is_not_told() -> None:
    assert facts_of(document("", "签署日期：2024年13月45日"), "申请书.docx") == {}


def test_records_are_left_as_they_came() -> None:
    assert facts_of(document("公司法", *ARTICLES, format="jsonl"), "laws.jsonl") == {}


def test_the_words_are_data_with_a_version_and_every_pattern_of_them_reads() -> None:
    told = wording()
    assert told["version"]
    for section, name in (
        ("statute", "begins"), ("dates", "day"), ("dates", "compact"), ("dates", "report"), ("company", "joints"),
        ("company", "sentence"),
    ):  # fmt: skip
        assert pattern(section, name).pattern
    used = {
        "ranks",
        "letters",
        "versions",
        "begins",
        "day",
        "compact",
        "report",
        "forms",
        "before",
        "joints",
        "sentence",
    }
    assert {name for part in ("statute", "dates", "company") for name in told[part]} == used
    assert all(1 <= month <= 12 and 28 <= day <= 31 for month, day in told["period_ends"].values())


@pytest.mark.parametrize(
    ("part", "day"), [("半年度", (6, 30)), ("第一季度", (3, 31)), ("年度", (12, 31)), ("", (12, 31))]
)
def test_a_part_of_a_year_ends_on_its_last_day(part: str, day: tuple[int, int]) -> None:
    assert day_of_period(part) == day
