import math

import pytest

from workbench.models.measuring import Record, summed
from workbench.models.measuring.scoring import grade, holds, median, overlap, verbatim, within


def test_a_ranking_is_graded_by_where_the_things_sought_first_come():
    assert grade([{0}, set(), {1}], 2) == (1.0, pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3))))
    assert grade([set(), {0}], 1) == (0.0, pytest.approx(1 / math.log2(3)))
    assert grade([], 1) == (0.0, 0.0)
    assert grade([{0}], 0) == (0.0, 0.0)


def test_a_thing_found_again_earns_nothing():
    assert grade([{0}, {0}, {0}], 1) == (1.0, 1.0)


def test_a_passage_holds_a_gold_sentence_across_line_breaks_and_full_width_forms():
    assert holds("资产负债率为 66.21%，\n较年初上升", "资产负债率为６６．２１％")
    assert not holds("资产负债率", "资产负债率为66.21%")
    assert holds("流动比率原则上不低于1.0", "借款人流动比率原则上不低于1.0，利息保障倍数")
    assert not holds("任何文字", "")


def test_only_text_of_a_right_document_within_the_budget_counts():
    gold = ["甲" * 10]
    assert within([("乙" * 495, True), ("甲" * 10, True)], gold, 500) == 0.0
    assert within([("乙" * 490, True), ("甲" * 10, True)], gold, 500) == 1.0
    assert within([("甲" * 10, False)], gold, 500) == 0.0


def test_overlap_counts_characters_words_and_whole_numbers():
    assert overlap("66.21%", "资产负债率为66.21%") == pytest.approx(2 / 8)
    assert overlap("12.5", "12.6") == 0.0
    assert overlap("二年", "二年") == 1.0
    assert overlap("", "") == 0.0


def test_a_crumb_is_no_quote():
    assert not verbatim("的", "我的")
    assert verbatim("利息 保障倍数", "利息保障\n倍数不低于")


def test_the_middle_of_times_is_told_and_the_mean_of_shares():
    told = summed([Record(str(n), "?", figures={"f1": n / 4, "ms_total": 10.0 * n**3}) for n in range(5)])
    assert told["f1"].value == 0.5
    assert told["ms_total"].value == 80.0
    assert told["f1"].count == 5
    assert median([]) == 0.0


def test_a_conflict_that_was_to_be_told_is_right_however_it_is_worded():
    told = {"answered": 1.0, "f1": 0.1, "status": 1.0}
    assert Record("q", "?", said="两处不一致", status="conflicting", figures=told).right
    assert not Record("q", "?", said="一", status="answered", figures={**told, "status": 0.0}).right


def test_any_of_several_right_wordings_will_do():
    told = {"answered": 1.0, "f1": 0.1}
    assert Record(
        "q", "?", expected="7,780.65万元\n77,806,516.69元", said="净额为77,806,516.69元。", figures=told
    ).right


@pytest.mark.parametrize(
    ("figures", "said", "right"),
    [
        ({"declined": 1.0}, "", True),
        ({"declined": 0.0}, "", False),
        ({"answered": 0.0, "f1": 0.0}, "", False),
        ({"answered": 1.0, "f1": 0.6}, "", True),
        ({"answered": 1.0, "f1": 0.2}, "很长的回答里写着六人。", True),
        ({"answered": 1.0, "f1": 0.2}, "七人", False),
        ({"answered": 1.0, "f1": 0.9, "status": 0.0}, "", False),
        ({"hit1": 0.0}, "", False),
        ({"ms_total": 3.0}, "", None),
    ],
)
def test_a_question_went_well_only_if_all_that_tells_says_so(figures, said, right):
    assert Record("q", "?", expected="六人。", said=said, figures=figures).right is right
