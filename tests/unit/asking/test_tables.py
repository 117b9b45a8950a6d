"""Lines of statements, parts of them, and cells of tables, asked of two made-up yearly reports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder, FakeEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Answer, Asker, Outcome
from workbench.models.asking.cells import _unit
from workbench.models.asking.narrowing import PARENT, narrowing, of_parent
from workbench.models.asking.prompts import language_of
from workbench.models.documents.chunking import chunk
from workbench.models.documents.document import Block, BlockKind
from workbench.models.documents.reading import read_file
from workbench.models.evidence import Status
from workbench.models.library import Importer, Library
from workbench.models.retrieval import Retriever

DONGHU = """# 东湖机电股份有限公司2023年年度报告

东湖机电股份有限公司2023年年度报告全文。公司由审计机构出具了无保留意见。

## 联系人

| | 董事会秘书 | 证券事务代表 |
|---|---|---|
| 姓名 | 沈立言 | 顾小禾 |
| 电话 | 0512-1000 | 0512-2000 |

## 其他资料

| 签字会计师姓名 | 陆一鸣、方远 |
|---|---|
| 会计师事务所报酬（万元） | 85 |

## 主要会计数据

| | 2023年 | 2022年 | 本年比上年增减 | 2021年 |
|---|---|---|---|---|
| 营业收入（元） | 410,500.00 | 400,000.00 | 2.63% | 300,000.00 |

## 分季度主要财务指标

单位：元

| | 第一季度 | 第二季度 | 第三季度 | 第四季度 |
|---|---|---|---|---|
| 营业收入 | 101,000.00 | 102,000.00 | 103,000.00 | 104,500.00 |

## 分产品和分地区

单位：元

| | 营业收入 | 营业成本 | 毛利率 | 营业收入比上年同期增减 |
|---|---|---|---|---|
| 分产品 | | | | |
| 10kV水泵 | 210,500.00 | 105,250.00 | 50.00% | 5.25% |
| 齿轮箱 | 200,000.00 | 150,000.00 | 25.00% | 0.00% |
| 分地区 | | | | |
| 华东 | 300,500.00 | 180,000.00 | 40.10% | 12.40% |
| 华南 | 110,000.00 | 75,250.00 | 31.59% | -16.98% |

## 主要客户

| | |
|---|---|
| 前五名客户合计销售金额占年度销售总额比例 | 61.20% |
| 前五名客户销售额中关联方销售额占年度销售总额比例 | 3.10% |

## 报酬

单位：万元

| 姓名 | 职务 | 年龄 | 从公司获得的税前报酬总额 |
|---|---|---|---|
| 沈立言 | 董事会秘书 | 41 | 52.30 |
| 白川 | 财务总监 | 47 | 61.80 |

## 主要控股参股公司

单位：元

| 公司名称 | 公司类型 | 营业收入 | 净利润 |
|---|---|---|---|
| 湖南东湖精工有限公司 | 子公司 | 52,000.00 | -3,100.00 |

## 合并利润表

单位：元

| 项目 | 2023年度 | 2022年度 |
|---|---|---|
| 一、营业总收入 | 410,500.00 | 400,000.00 |
| 其中：营业收入 | 410,500.00 | 400,000.00 |
| 二、营业总成本 | 330,500.00 | 330,000.00 |
| 其中：营业成本 | 255,250.00 | 260,000.00 |
| 三、营业利润 | 80,000.00 | 70,000.00 |
| 四、利润总额 | 80,000.00 | 70,000.00 |
| 减：所得税费用 | 20,000.00 | 17,500.00 |
| 五、净利润 | 60,000.00 | 52,500.00 |

## 母公司利润表

单位：元

| 项目 | 2023年度 | 2022年度 |
|---|---|---|
| 一、营业收入 | 350,000.00 | 340,000.00 |
| 减：营业成本 | 220,000.00 | 225,000.00 |
| 二、营业利润 | 66,000.00 | 60,000.00 |
| 三、利润总额 | 66,000.00 | 60,000.00 |
| 减：所得税费用 | 16,500.00 | 15,000.00 |
| 四、净利润 | 49,500.00 | 45,000.00 |
"""
XILING = """# 西岭材料股份有限公司2023年年度报告

西岭材料股份有限公司2023年年度报告全文。

## 其他资料

| 签字会计师姓名 | 牛长青、马骁 |
|---|---|
| 会计师事务所报酬（万元） | 40 |

## 合并利润表

单位：元

| 项目 | 2023年度 | 2022年度 |
|---|---|---|
| 一、营业总收入 | 900,000.00 | 800,000.00 |
| 其中：营业收入 | 900,000.00 | 800,000.00 |
| 二、营业总成本 | 860,000.00 | 765,000.00 |
| 其中：营业成本 | 810,000.00 | 700,000.00 |
| 三、营业利润 | 40,000.00 | 35,000.00 |
| 四、利润总额 | 40,000.00 | 35,000.00 |
| 减：所得税费用 | 10,000.00 | 8,750.00 |
| 五、净利润 | 30,000.00 | 26,250.00 |
"""
Asking = Callable[..., Answer]


@pytest.fixture
def asks(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> Asking:
    """Ask both reports of a model that knows nothing."""
    case = library.create_case("两家").id
    importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
    paths = []
    for name, text in (("东湖机电_2023年年度报告", DONGHU), ("西岭材料_2023年年度报告", XILING)):
        paths.append(tmp_path / f"{name}.md")
        paths[-1].write_text(text, encoding="utf-8")
    assert [r.status for r in importer.add(case, paths, JobContext())] == ["added", "added"]

    def run(question: str, earlier: tuple[str, ...] = ()) -> Answer:
        asker = Asker(library, Retriever(library, None), FakeEngine(["资料中未提及。"]))
        return asker.ask(case, question, JobContext(), earlier=earlier)

    return run


@pytest.mark.parametrize(
    "question",
    ["西岭材料母公司2023年的营业收入是多少？", "西岭材料母公司2023年净利润是多少？", "西岭材料母公司的净利润是多少？"],
)
def test_the_groups_figures_are_never_told_as_the_parents(asks: Asking, question: str) -> None:
    answer = asks(question)
    assert answer.status is Outcome.NOT_FOUND
    assert not any(claim.status in (Status.TRACED, Status.COMPUTED) for claim in answer.sentences)


@pytest.mark.parametrize(
    ("told", "unit"),
    [
        ("编制单位：岚渚机械股份有限公司　单位：元　币种：人民币", "元"),
        ("编制单位：烟台海工装备有限公司　单位：人民币万元", "万元"),
        ("除特别注明外，金额单位均为人民币千元", "千元"),
        ("万元", "万元"),
        ("单位：股", "股"),
    ],
)
def test_a_tables_unit_is_told_behind_its_word_not_by_a_companys_name(told: str, unit: str) -> None:
    block = Block(BlockKind.TABLE, "净利润\t1.00", unit=told)
    assert _unit(block, "净利润", "2024年度", "1.00") == unit


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("东湖机电2023年的营业收入是多少？", "2023年营业收入为410,500.00元。"),
        ("东湖机电的营业收入是多少？", "2023年营业收入为410,500.00元。"),
        ("东湖机电母公司2023年的净利润是多少？", "2023年净利润为49,500.00元。"),
        ("东湖机电2023年第四季度的营业收入是多少？", "营业收入（第四季度）：104,500.00元。"),
        ("东湖机电2023年华东地区的营业收入是多少？", "华东（营业收入）：300,500.00元。"),
        ("东湖机电2023年齿轮箱的毛利率是多少？", "齿轮箱（毛利率）：25.00%。"),
        ("东湖机电10kV水泵的营业收入是多少？", "10kV水泵（营业收入）：210,500.00元。"),
        ("东湖机电华东地区2023年营业收入比上年增长多少？", "华东（营业收入比上年同期增减）：12.40%。"),
        ("湖南东湖精工有限公司2023年的净利润是多少？", "湖南东湖精工有限公司（净利润）：-3,100.00元。"),
        ("东湖机电财务总监白川2023年的税前报酬是多少？", "白川（从公司获得的税前报酬总额）：61.80万元。"),
        ("东湖机电支付给会计师事务所的报酬是多少？", "会计师事务所报酬（万元）：85万元。"),
        (
            "东湖机电前五名客户的销售额占年度销售总额的比例是多少？",
            "前五名客户合计销售金额占年度销售总额比例：61.20%。",
        ),
    ],
)
def test_a_line_or_the_very_part_of_it_asked_for_is_read(asks: Asking, question: str, said: str) -> None:
    answer = asks(question)
    assert answer.text == said
    assert answer.status is Outcome.ANSWERED
    assert [claim.status for claim in answer.sentences] == [Status.TRACED]
    assert all(claim.citations for claim in answer.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "东湖机电2023年第五季度的营业收入是多少？",
        "东湖机电2023年华北地区的营业收入是多少？",
        "东湖机电2022年华东地区的营业收入是多少？",
        "东湖机电2023年光伏支架的毛利率是多少？",
        "东湖机电财务总监白山2023年的税前报酬是多少？",
        "东湖机电2023年营业收入的预算是多少？",
        "西岭材料2023年第四季度的营业收入是多少？",
        "东湖机电2019年的营业收入是多少？",
    ],
)
def test_another_part_than_the_papers_tell_is_not_answered(asks: Asking, question: str) -> None:
    answer = asks(question)
    assert answer.status is Outcome.NOT_FOUND
    assert answer.sentences == ()


def test_a_span_of_years_reaches_back_through_a_table_that_agrees_with_the_statements(asks: Asking) -> None:
    last = asks("东湖机电2021年至2023年营业收入的年均复合增长率是多少？").sentences[-1]
    assert last.status is Status.COMPUTED
    assert last.text == "2021至2023年营业收入年均复合增长率为16.98%。"


def test_a_span_of_years_without_its_ends_is_not_computed_over_the_rest(asks: Asking) -> None:
    answer = asks("东湖机电2020年至2023年营业收入的年均复合增长率是多少？")
    assert all("复合增长率" not in claim.text for claim in answer.sentences)


def test_companies_called_in_short_are_compared_by_their_own_statements(asks: Asking) -> None:
    (claim,) = asks("东湖机电和西岭材料2023年谁的净利润更高？").sentences
    assert claim.status is Status.COMPUTED
    assert claim.text.startswith("东湖机电的2023年净利润更高，为")
    assert asks("东湖机电和西岭材料谁的毛利率更低？").text.startswith("西岭材料的2023年毛利率更低，为10.00%")


def test_several_companies_figures_are_told_side_by_side(asks: Asking) -> None:
    told = [claim.text for claim in asks("东湖机电与西岭材料2023年的营业收入分别是多少？").sentences]
    assert [text.split("营业收入")[0] for text in told] == ["2023年东湖机电", "2023年西岭材料"]


def test_a_company_called_in_short_is_not_answered_from_anothers_papers(asks: Asking) -> None:
    assert asks("西岭材料的签字会计师是谁？").text == "牛长青、马骁"
    assert asks("东湖机电的签字会计师是谁？").text == "陆一鸣、方远"
    assert "沈立言" not in asks("西岭材料的董事会秘书是谁？").text


def test_who_stands_under_a_post_in_a_table_of_contacts_is_named_not_the_next_post(asks: Asking) -> None:
    assert asks("东湖机电的董事会秘书是谁？").text == "沈立言"
    assert asks("东湖机电的证券事务代表是谁？").text == "顾小禾"


def test_a_talk_goes_back_a_year_and_to_the_company_before(asks: Asking) -> None:
    first, second = "东湖机电2023年的净利润是多少？", "西岭材料2023年的净利润是多少？"
    assert asks("那前一年呢？", (first,)).text == "2022年净利润为52,500.00元。"
    assert asks("之前那家的营业收入呢？", (first, second)).text == "2023年营业收入为410,500.00元。"
    assert asks("西岭材料2022年的呢？", (first,)).text == "2022年净利润为26,250.00元。"


def test_a_table_of_figures_is_of_the_language_of_its_heads() -> None:
    table = "营业收入\t62,991,572.27\t62,612,350.94\t74,793,062.00\t117,627,334.09"
    assert language_of(table, share=0.2) == "zh"
    assert language_of("Who chairs the board of 东湖机电?", share=0.5) == "en"
    assert language_of("东湖机电 2023 CAGR 是多少？", share=0.5) == "zh"


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("2023年末存货是多少万元？", ""),
        ("东湖机电近三年营业收入的变化趋势如何？", ""),
        ("请问东湖机电2023年营业收入同比增长多少？保留两位小数", ""),
        ("东湖机电母公司营业收入是多少？", PARENT),
        ("营业收入中来自国外的部分是多少？", "来自国外 部分"),
        ("2023年存货跌价准备是多少？", "跌价准备"),
        ("2023年营业收入预算是多少？", "预算"),
    ],
)
def test_what_is_said_besides_a_line_narrows_it(question: str, beside: str) -> None:
    lines = [line for line in ("营业收入", "存货") if line in question]
    assert narrowing(question, lines, ["东湖机电股份有限公司"]) == beside


def test_a_company_whose_papers_name_no_legal_form_is_still_compared(
    library: Library, embedder: FakeEmbedder, fill: Callable[..., str]
) -> None:
    case = fill(
        {
            "甲": "东汀部件有限公司成立于2001年。2020年度净利润为800万元，净资产收益率为9%。",
            "乙": "江岸购物中心成立于2003年。江岸购物中心2020年度净利润为1200万元。",
        }
    )
    asker = Asker(library, Retriever(library, lambda: embedder), FakeEngine(["资料中未提及。"]))
    answer = asker.ask(case, "东汀部件有限公司和江岸购物中心2020年谁的净利润更高？", JobContext())
    assert answer.status is Outcome.ANSWERED
    assert "1200万元" in answer.text
    assert "800万元" in answer.text


def test_another_ratio_that_speaks_of_a_figure_is_no_rival_to_it(
    library: Library, embedder: FakeEmbedder, fill: Callable[..., str]
) -> None:
    text = "东汀部件有限公司2020年度净利润为800万元。净资产收益率为9%，受净利润的变化影响。"
    case = fill({"甲": text})
    asker = Asker(library, Retriever(library, lambda: embedder), FakeEngine(["资料中未提及。"]))
    answer = asker.ask(case, "东汀部件有限公司2020年度的净利润是多少？", JobContext())
    assert answer.text == "800万元"
    assert answer.origin == "code"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("母公司2023年的净利润", True),
        ("归属于母公司股东的净利润", False),
        ("归属母公司所有者的净利润", False),
        ("母公司普通股股东的每股收益", False),
        ("归属于母公司股东的净利润，以及母公司的净利润", True),
    ],
)
def test_what_falls_to_the_groups_owners_is_not_the_parents_own(text: str, own: bool) -> None:
    assert of_parent(text) is own
