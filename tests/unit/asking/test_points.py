"""Values read by code from the sentence that states them."""

import pytest

from workbench.models.asking.comparing import asked_comparison, compare
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.points import Point, Reader, Verdict, Wanted, parts_of, passages_of, wanted
from workbench.models.evidence import Anchor
from workbench.models.evidence.verify import Source

COMPANY = "恒泰精密股份有限公司"
REPORT = (
    "恒泰精密股份有限公司成立于2005年5月12日，总部位于苏州。2020年度营业收入为31.25亿元，净利润为1.5亿元。"
    "2020年9月，公司决定向股东分发5000万元股利。公司的二氧化碳排放量为12000吨，能源消耗为50000吨标准煤。"
    "员工满意度为85%。2020年3月，公司聘任王岚为财务总监。节能项目使能源消耗减少了20%。"
)
OTHER = "东汀部件有限公司2020年度营业收入为8000万美元。2020年11月，东汀部件有限公司分发股利300万元。"


def source(text: str, document: str = "d1", context: str = COMPANY) -> Source:
    def locate(start: int, end: int) -> Anchor:
        return Anchor.text(1, start, end)

    return Source(document, text, locate, context)


def read(question: str, *sources: Source) -> tuple[Point, ...]:
    inquiry = Inquiry(question)
    kind = wanted(inquiry)
    assert kind is not None
    passages = passages_of(sources or (source(REPORT),))
    return tuple(Reader(inquiry, kind, part, passages).read() for part in parts_of(inquiry))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("恒泰精密股份有限公司2020年度的营业收入是多少？", "31.25亿元"),
        ("恒泰精密股份有限公司2020年度的净利润是多少？", "1.5亿元"),
        ("恒泰精密股份有限公司在2020年9月分发了多少股利？", "5000万元"),
        ("恒泰精密股份有限公司的能源消耗量是多少？", "50000吨标准煤"),
        ("恒泰精密股份有限公司的员工满意度是多少？", "85%"),
        ("恒泰精密股份有限公司成立于何时？", "2005年5月12日"),
        ("恒泰精密股份有限公司成立于哪一年？", "2005年"),
    ],
)
def test_a_value_beside_the_asked_words_is_the_answer(question: str, value: str) -> None:
    (point,) = read(question)
    assert point.verdict is Verdict.FOUND
    assert point.value == value
    assert point.value.rstrip("年") in point.passages[0].text


@pytest.mark.parametrize(
    "question",
    [
        "恒泰精密股份有限公司的社区投资额是多少？",
        "恒泰精密股份有限公司在2020年7月分发了多少股利？",
        "恒泰精密股份有限公司增加了什么比例的独立董事？",
        "恒泰精密股份有限公司的环境管理政策制定于何时？",
        "北岬船务有限公司2020年度的营业收入是多少？",
    ],
)
def test_what_no_sentence_holds_has_no_value(question: str) -> None:
    (point,) = read(question)
    assert point.verdict is Verdict.ABSENT


def test_a_change_is_not_taken_for_the_figure_itself() -> None:
    (point,) = read("恒泰精密股份有限公司的能源消耗是多少？", source("节能项目使公司的能源消耗减少了20%。"))
    assert point.verdict is Verdict.ABSENT


def test_what_a_figure_was_before_is_not_what_it_is() -> None:
    (point,) = read("恒泰精密股份有限公司的排放量是多少？", source("公司的排放量从20000吨减少到了一定的数值。"))
    assert point.verdict is Verdict.ABSENT


def test_two_values_in_one_document_are_left_to_a_reader() -> None:
    twice = "2020年度营业收入为31.25亿元。2020年度，母公司营业收入为12.00亿元。"
    (point,) = read("恒泰精密股份有限公司2020年度的营业收入是多少？", source(twice))
    assert point.verdict is Verdict.OPEN


def test_a_person_asked_for_is_pointed_at_by_a_reader() -> None:
    (point,) = read("恒泰精密股份有限公司在2020年3月聘任谁为财务总监？")
    assert point.verdict is Verdict.OPEN
    assert "王岚" in point.passages[0].text


def test_a_row_of_a_table_gives_the_column_of_the_year() -> None:
    table = "项目\t2020年\t2019年\n研发费用\t4,100万元\t3,800万元"
    (point,) = read("恒泰精密股份有限公司2019年的研发费用是多少？", source(table))
    assert point.value == "3,800万元"


def test_several_things_at_once_and_accounts_are_not_read_as_one_value() -> None:
    assert wanted(Inquiry("本次申请的贷款金额、期限和用途是什么？")) is None
    assert wanted(Inquiry("公司如何管理客户集中风险？")) is None
    assert wanted(Inquiry("公司2020年的总资产和净利润分别是多少？")) is None
    assert wanted(Inquiry("公司的法定代表人是谁？")) is Wanted.THING


def test_each_of_two_companies_gets_its_own_value_and_they_are_compared() -> None:
    question = "比较恒泰精密股份有限公司和东汀部件有限公司的股利分发时间，哪家公司的分发时间更早？"
    points = read(question, source(REPORT), source(OTHER, "d2", "东汀部件有限公司"))
    assert [p.value for p in points] == ["2020年9月", "2020年11月"]
    compared = compare(question, points)
    assert compared is not None
    assert compared.first.part.subject.endswith(COMPANY)
    assert (compared.how, compared.equal) == ("更早", False)


def test_amounts_of_two_currencies_are_not_compared() -> None:
    question = "恒泰精密股份有限公司和东汀部件有限公司2020年的营业收入，哪家公司的营业收入更高？"
    points = read(question, source(REPORT), source(OTHER, "d2", "东汀部件有限公司"))
    assert [p.value for p in points] == ["31.25亿元", "8000万美元"]
    assert asked_comparison(question) == ("营业收入", "更高")
    assert compare(question, points) is None


def test_a_number_the_question_names_is_not_its_answer() -> None:
    (point,) = read("前五名客户的收入占总收入的比例是多少？", source("前五名客户的收入占总收入的比例为61.2%。"))
    assert point.value == "61.2%"


def test_a_kind_of_organisation_is_nobodys_name() -> None:
    assert Inquiry("商业银行对同一借款人的贷款余额不得超过资本余额的多少？").subjects == ()
    assert Inquiry("支付给会计师事务所的报酬是多少？").subjects == ()
    assert Inquiry("江岭商业银行的资本充足率是多少？").subjects == ("江岭商业银行",)


def test_a_sentence_that_says_all_that_is_asked_and_one_number_holds_it() -> None:
    text = "（三）对同一借款人的贷款余额与商业银行资本余额的比例不得超过百分之十；"
    (point,) = read("商业银行对同一借款人的贷款余额不得超过资本余额的多少？", source(text, context="商业银行法"))
    assert point.verdict is Verdict.FOUND
    assert point.value == "百分之十"


def test_the_item_before_is_not_near_an_item_of_a_list() -> None:
    text = "现任副总经理，主要负责公司技术研发工作。\n4、唐某：男，工程师，1962年出生。"
    first, second = passages_of((source(text),))
    assert "技术" in first.words
    assert "技术" not in second.near


def test_a_figure_of_another_quarter_is_not_read() -> None:
    (point,) = read("2020年第四季度营业收入是多少？", source("2020年度营业收入为31.25亿元。"))
    assert point.verdict is Verdict.ABSENT


def test_of_a_row_with_several_values_none_is_taken_that_its_column_does_not_tell() -> None:
    rows = "项目\t账面余额\t账面价值\n模具\t900.00\t850.00"
    (point,) = read("模具的减值准备是多少？", source(rows))
    assert point.verdict is not Verdict.FOUND
    (point,) = read("模具的账面价值是多少？", source(rows))
    assert point.value.startswith("850.00")


def test_who_is_named_behind_a_post_holds_it() -> None:
    said = "公司实际控制人沈立言、沈立行出具了承诺函。实际控制人高度重视信息披露。"
    (point,) = read("公司的实际控制人是谁？", source(said))
    assert point.value == "沈立言、沈立行"
