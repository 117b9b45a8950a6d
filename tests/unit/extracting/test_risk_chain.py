"""How risk passes on: links read from sentences, nodes merged, layers from causes to what the creditor feels."""

import pytest

from workbench.errors import Cancelled
from workbench.i18n import set_language
from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes
from workbench.models.evidence import Status
from workbench.models.extracting import Paper
from workbench.models.extracting.risk_chain import risk_chain
from workbench.models.extracting.risk_sentence import Train, steps_of

BOND = """# 临渡水务集团有限公司2025年度第一期中期票据募集说明书

## 第一章 发行概况

发行人：临渡水务集团有限公司。发行规模为人民币10亿元，期限3年。

## 第二章 风险提示

### 一、宏观经济风险

若宏观经济增速放缓，工业用水需求下降，将导致公司售水收入减少，进而影响公司的偿债能力。

### 二、财务风险

公司在建项目投资规模较大，未来资本支出增加，将推高公司债务规模。债务负担加重会使利息支出上升，从而侵蚀公司利润。

短期债务占比较高，一旦融资环境收紧，公司再融资难度将加大，可能引发流动性风险，最终导致本期债券不能按期兑付。

应收账款回收周期延长，占用了营运资金，对公司经营活动现金流造成不利影响。

受原材料价格上涨影响，公司毛利率下降。

### 三、偿债保障措施

公司将加强资金管理，避免流动性风险导致违约。公司设立专户，从而降低违约风险。

## 第三章 会计政策

会计估计变更导致利润减少的，按会计准则处理。
"""


def paper(text: str, name: str = "p.md") -> Paper:
    document = read_bytes(name, text.encode())
    assert isinstance(document, Document)
    return Paper("d", document)


def edges(text: str, name: str = "p.md") -> set[tuple[str, str]]:
    chain = risk_chain([paper(text, name)])
    return {(chain.node(link.cause).name, chain.node(link.effect).name) for link in chain.links}


def risk(sentence: str) -> set[tuple[str, str]]:
    return edges(f"# 风险提示\n\n{sentence}\n")


@pytest.mark.parametrize(
    ("sentence", "links"),
    [
        ("原材料价格上涨导致公司毛利率下降。", {("原料成本上升", "盈利下滑")}),
        ("若融资环境收紧，公司再融资难度将加大。", {("融资环境收紧", "再融资困难")}),
        (
            "一旦宏观经济下行，且下游需求减弱，公司的营业收入将会减少。",
            {("宏观经济走弱", "收入下降"), ("需求减弱", "收入下降")},
        ),
        ("受汇率波动影响，公司盈利能力可能下降。", {("汇率波动", "盈利下滑")}),
        ("公司盈利能力受原材料价格波动影响较大。", {("原料成本上升", "盈利下滑")}),
        ("市场竞争加剧，对公司的盈利能力产生较大的不利影响。", {("竞争加剧", "盈利下滑")}),
        ("债务规模上升，将削弱公司的偿债能力。", {("债务负担加重", "偿债能力下降")}),
        (
            "由于存货去化放缓，公司销售回款减少，进而使得资金链紧张，最终可能违约。",
            {("存货积压", "回款变慢"), ("回款变慢", "流动性紧张"), ("流动性紧张", "违约")},
        ),
        (
            "被担保企业经营恶化，公司可能承担担保责任。由此可能引发流动性风险。",
            {("担保代偿", "流动性紧张")},
        ),
        ("债务负担加重会使利息支出上升。", {("债务负担加重", "融资成本上升")}),
        ("客户流失→收入下降→偿债能力减弱。", {("客户集中或流失", "收入下降"), ("收入下降", "偿债能力下降")}),
    ],
)
def test_links_of_a_sentence(sentence, links):
    assert risk(sentence) >= links


@pytest.mark.parametrize(
    "sentence",
    [
        "上述事项不会导致公司盈利能力下降。",
        "公司加强管理，避免流动性风险导致违约。",
        "公司加大研发投入，提升了产品竞争力。",
        "公司盈利能力稳定，偿债能力较强。",
        "内部控制缺陷可能导致财务报表错报，从而影响利润。",
        "市场需求增长，使得公司收入增加。",
    ],
)
def test_what_is_no_risk_or_is_denied_makes_no_link(sentence):
    assert risk(sentence) == set()


TABLES = """# 风险分析

| 风险因素 | 可能影响 | 影响程度 | 应对措施 |
| --- | --- | --- | --- |
| 原材料价格上涨 | 毛利率下降，进而影响公司的偿债能力 | 高 | 锁价采购 |
| 融资环境收紧 | 再融资难度加大，可能引发流动性风险 | 中 | 增加授信 |
| 客户集中 | 大 | 低 | 拓展客户 |
"""


def test_a_table_of_risks_links_each_cause_to_what_stands_beside_it():
    chain = risk_chain([paper(TABLES)])
    found = {(chain.node(link.cause).name, chain.node(link.effect).name) for link in chain.links}
    assert found == {
        ("原料成本上升", "盈利下滑"),
        ("盈利下滑", "偿债能力下降"),
        ("融资环境收紧", "再融资困难"),
        ("再融资困难", "流动性紧张"),
    }
    first = chain.links[0].citations[0]
    assert "原材料价格上涨" in first.quote
    assert "毛利率下降" in first.quote
    assert all(link.possible and link.under == "风险分析" for link in chain.links)


def test_a_column_of_risks_told_in_sentences_is_read_and_other_tables_are_not():
    told = "| 序号 | 风险描述 |\n| --- | --- |\n| 1 | 原材料价格上涨将导致公司毛利率下降。 |\n"
    assert edges(f"# 主要风险\n\n{told}") == {("原料成本上升", "盈利下滑")}
    plain = "| 项目 | 金额 |\n| --- | --- |\n| 原材料价格上涨导致毛利率下降 | 5 |\n"
    assert edges(f"# 主要风险\n\n{plain}") == set()
    measures = "| 风险因素 | 影响 |\n| --- | --- |\n| 原材料价格上涨 | 毛利率下降 |\n"
    assert edges(f"# 风险应对措施\n\n{measures}") == set()


def test_a_bond_paper_makes_a_chain_that_ends_in_default():
    found = edges(BOND)
    assert {
        ("需求减弱", "收入下降"),
        ("收入下降", "偿债能力下降"),
        ("资本支出加大", "债务负担加重"),
        ("融资成本上升", "盈利下滑"),
        ("融资环境收紧", "再融资困难"),
        ("再融资困难", "流动性紧张"),
        ("流动性紧张", "违约"),
        ("原料成本上升", "盈利下滑"),
    } <= found
    assert not any("会计" in end for edge in found for end in edge)


def test_every_link_cites_the_sentence_that_says_so_and_stands_under_its_title():
    chain = risk_chain([paper(BOND)])
    assert chain.links
    for link in chain.links:
        assert chain.claim(link).status is Status.TRACED
        for cited in link.citations:
            assert cited.quote in BOND
    link = next(x for x in chain.links if (x.cause, x.effect) == ("liquidity", "default"))
    assert "最终导致本期债券不能按期兑付" in link.citations[0].quote
    assert link.under == "财务风险"
    assert link.possible


def test_one_link_told_twice_is_one_with_both_sentences_and_is_stated_where_one_states_it():
    text = "# 风险提示\n\n若市场竞争加剧，将导致毛利率下降。\n\n由于竞争激烈，公司毛利率下降。\n"
    (link,) = risk_chain([paper(text)]).links
    assert len(link.citations) == 2
    assert not link.possible


def test_titles_of_plain_text_count_as_titles():
    text = (
        "1、客户高度集中风险\n\n公司客户较为集中，若主要客户流失，将导致公司销售收入下降。\n\n"
        "2、应对措施\n\n若收入下降，将导致利润减少。\n"
    )
    chain = risk_chain([paper(text, "p.txt")])
    assert [(link.cause, link.effect, link.under) for link in chain.links] == [
        ("customers", "revenue", "客户高度集中风险")
    ]


def test_layers_run_from_causes_to_repayment_and_nothing_lies_upon_another():
    chain = risk_chain([paper(BOND)])
    places = chain.places()
    assert len(set(places.values())) == len(places) == len(chain.nodes)
    last = max(layer for layer, _ in places.values())
    assert places["default"][0] == last
    forward = [places[link.cause][0] < places[link.effect][0] for link in chain.links]
    assert all(forward)


def test_a_circle_of_causes_is_drawn_with_one_way_back():
    text = "# 风险提示\n\n收入下降导致现金流减少。现金流减少导致融资能力下降。融资能力下降导致收入下降。\n"
    chain = risk_chain([paper(text)])
    places = chain.places()
    back = [link for link in chain.links if places[link.cause][0] >= places[link.effect][0]]
    assert (len(chain.links), len(back)) == (3, 1)


def test_what_does_not_reach_repayment_can_be_left_out():
    chain = risk_chain([paper(BOND)])
    ends = chain.to_repayment()
    assert {"default", "repayment"} <= {node.id for node in ends.nodes}
    assert "raw_materials" not in {node.id for node in ends.nodes}
    assert set(ends.links) < set(chain.links)


def test_names_of_concepts_are_told_in_the_language_of_the_user():
    set_language("en")
    try:
        chain = risk_chain([paper(BOND)])
        assert {"Default", "Liquidity squeeze"} <= {node.name for node in chain.nodes}
        assert any("不能按期兑付" in words for words in chain.node("default").printed)
    finally:
        set_language("zh")


def test_a_paper_without_risks_makes_no_chain():
    chain = risk_chain([paper("公司成立于2004年。员工642人。\n")])
    assert (chain.nodes, chain.links, chain.places()) == ((), (), {})


def test_reading_stops_when_the_job_is_cancelled():
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        risk_chain([paper(BOND)], job)


def test_a_sentence_goes_on_from_the_one_before_only_where_it_says_so():
    train = Train()
    assert steps_of("应收账款回收困难。", train) == ()
    (step,) = steps_of("由此造成资金紧张。", train)
    assert (step.cause, step.effect) == ("应收账款回收困难", "资金紧张")
    assert steps_of("导致利润下降。", Train()) == ()


def test_the_order_of_plain_data_is_that_of_the_paper():
    told = risk_chain([paper(BOND)]).to_json()
    assert {node["id"] for node in told["nodes"]} >= {"default", "liquidity"}
    assert all(link["citations"] for link in told["links"])
    assert told["links"][0]["under"] == "宏观经济风险"
