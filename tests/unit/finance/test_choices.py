"""Questions with choices that hold their own data: answered by computing and by rules, or left alone."""

import pytest

from workbench.models.finance.choices import computed_choice
from workbench.models.finance.doubts import answered_by_code, doubts_of
from workbench.models.finance.question_figures import figures_of, formulas_of


def choices(*texts):
    return dict(zip("ABCD", texts, strict=False))


def taken(question, options, letter):
    """What code answers, which has to be this letter."""
    chosen = answered_by_code(question, options)
    assert chosen is not None
    assert chosen.letter == letter
    return chosen


@pytest.mark.parametrize(
    ("question", "options", "letter"),
    [
        (
            "甲公司2023年净利润3.2亿元，营业收入40亿元，请计算净利率。\n净利率的计算公式为：净利率=净利润/营业收入*100%。",
            choices("8.00%", "12.50%", "3.20%", "0.80%"),
            "A",
        ),
        (
            "乙公司流动资产30亿元，非流动资产12亿元，流动负债20亿元，长期负债5亿元。\n计算公式为：比率=长期负债/(流动资产-流动负债)。",
            choices("-62.50%", "50.00%", "41.67%", "16.67%"),
            "B",
        ),
        (
            "丙公司2022年营业收入为8.00亿元，2023年为9.20亿元，请计算营业收入增长率。",
            choices("13.04%", "15.00%", "1.15", "-15%"),
            "B",
        ),
        ("11月6日A品种收盘价4210元，B品种收盘价3980元，请计算两者价差。", choices("230", "-230", "1.06", "8190"), "A"),
        (
            "下表为各类债券存量，请计算合计存量。\n| 类别 | 存量（亿元） |\n|---|---|\n"
            "| 甲类 | 120.5 |\n| 乙类 | 80.2 |\n| 丙类 | 40.1 |",
            choices("200.7", "240.8", "120.5", "160.6"),
            "B",
        ),
        (
            "丁公司2019-2022年收入分别为2亿元、3亿元、4亿元和5.4亿元，请计算复合年均增长率。\n公式为：增速=(现有价值/基础价值)^(1/年数)-1。",
            choices("39.25%", "35.00%", "28.20%", "170.00%"),
            "A",
        ),
        (
            "每月计息一次的年利率为6%。\n有效年利率的计算公式为：有效年利率=(1+利率/12)^12-1。",
            choices("6.00%", "6.17%", "6.09%", "5.84%"),
            "B",
        ),
    ],
)
def test_the_computed_choice_is_taken_and_its_computation_shown(question, options, letter):
    assert taken(question, options, letter).formula.endswith(options[letter])


@pytest.mark.parametrize(
    ("question", "options", "letter"),
    [
        (
            "从去年的44.5%提升至31.2%，请指出哪个数据有误。",
            choices("无明显错误数据", "去年为44.5%", "从44.5%提升至31.2%有误", "今年为31.2%"),
            "C",
        ),
        (
            "规模较上月下降-86亿元，请指出错误。同期总规模3100亿元。",
            choices("总规模3100亿元", "下降-86亿元即上升，表述有误", "无明显错误数据", "无"),
            "B",
        ),
        (
            "贷款占比152.3%，存款占比40.1%，请指出哪个数据有误。",
            choices("存款占比40.1%", "无明显错误数据", "贷款占比152.3%大于100%", "均可"),
            "C",
        ),
        (
            "请指出哪个数据有错误。\n| 月份 | 失业率 |\n|---|---|\n"
            "| 2023.05 | 0.031 |\n| 2023.06 | 0.030 |\n| 2023.07 | 0.082 |\n| 2023.08 | 0.031 |",
            choices("2023年5月为3.1%", "2023年7月为8.2%", "无明显错误数据", "2023年6月为3.0%"),
            "B",
        ),
        (
            "甲指数收盘3012.5点，上涨0.4%；乙指数收盘980.1点，上涨0.7%。请指出哪个数据有误。",
            choices("甲指数上涨0.4%", "无明显错误数据", "乙指数上涨0.7%", "乙指数980.1点"),
            "B",
        ),
        (
            "戊公司营业收入12亿元，扣非净利润1.1亿元，请计算。\n毛利率的计算公式为：毛利率=(营业收入-营业成本)/营业收入。",
            choices("缺少营业收入，无法计算", "缺少营业成本，无法计算", "9.17%", "90.8%"),
            "B",
        ),
    ],
)
def test_contradictions_and_gaps_are_told(question, options, letter):
    taken(question, options, letter)


@pytest.mark.parametrize(
    "question", ["该公司的控股股东是谁？", "2023年公司营业收入主要来自哪个地区？", "根据合同，逾期违约金比例是多少？"]
)
def test_a_question_without_data_of_its_own_is_left_to_the_documents(question):
    assert answered_by_code(question, choices("5%", "10%", "15%", "20%")) is None


def test_where_no_computation_meets_a_choice_none_is_taken():
    assert (
        computed_choice("甲为3亿元，乙为7亿元，请计算甲占乙的比例。", choices("99.1%", "88.2%", "77.3%", "66.4%"))
        is None
    )


def test_dates_terms_and_codes_are_no_figures():
    found = figures_of("2023年11月3日，10年期国债收益率为2.66%，代码(005771)，货币供应量M2为290万亿元。")
    assert [round(f.value, 6) for f in found] == [0.0266, 290e12]


def test_a_formula_is_found_with_its_name():
    assert formulas_of("已知甲3亿元。\n占比的计算公式为：占比=甲÷乙×100%。") == [("占比", "甲/乙*100%")]


def test_sound_data_raise_no_doubt():
    assert doubts_of("甲上涨0.4%，报3012.5点；乙下跌0.7%，报980.1点。") == []


def test_an_unsafe_formula_is_not_run():
    question = "甲为3亿元，乙为4亿元。\n计算公式为：值=__import__(甲)*乙。"
    assert computed_choice(question, choices("1111", "2222")) is None
