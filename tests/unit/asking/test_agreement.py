"""Whether a model that is asked again says the same."""

import pytest

from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.asking import Asker, Habits, Outcome
from workbench.models.asking.agreement import compared, is_particular
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.prompts import prompts
from workbench.models.retrieval import Retriever

TEXT = "甲方实业有限公司由张伟担任法定代表人，公司总部设在苏州工业园区，主要经营精密轴承的制造与销售。"


@pytest.mark.parametrize(
    ("question", "said", "samples", "score"),
    [
        ("贷款金额是多少？", "5,000万元", ["5000万元", "申请0.5亿元", "3,000万元"], 2 / 3),
        ("是否有对外担保？", "有对外担保。", ["没有对外担保", "有担保", "存在"], 2 / 3),
        ("总部设在哪里？", "苏州工业园区", ["苏州工业园区", "北京市朝阳区"], 1 / 2),
        ("总部设在哪里？", "苏州工业园区", ["资料中未提及", "苏州工业园区"], 1 / 2),
        ("何时成立？", "2003年5月", ["2003年5月12日", "2004年"], 1 / 2),
    ],
)
def test_samples_agree_by_value_by_yes_or_no_and_by_words(
    question: str, said: str, samples: list[str], score: float
) -> None:
    found = compared(said, samples, Inquiry(question), prompts("zh"))
    assert found.score == pytest.approx(score)
    assert len(found.others) == round(len(samples) * (1 - score))


def test_accounts_are_not_asked_for_again() -> None:
    assert not is_particular(Inquiry("请总结公司的经营情况"))
    assert is_particular(Inquiry("公司是否有对外担保？"))


def answer(library, fill, said: list[str], habits: Habits):  # type: ignore[no-untyped-def]
    case = fill({"概况": TEXT}, vectors=False)
    asker = Asker(library, Retriever(library, None), FakeEngine(said), habits=lambda: habits)
    return asker.ask(case, "总部是否设在苏州工业园区？", JobContext())


def test_an_answer_the_model_repeats_is_answered_with_its_agreement(library, fill) -> None:  # type: ignore[no-untyped-def]
    found = answer(library, fill, ["公司总部设在苏州工业园区。"] * 4, Habits(samples=3))
    assert found.status is Outcome.ANSWERED
    assert found.agreement == 1.0


def test_an_answer_the_model_takes_back_needs_review_and_shows_both(library, fill) -> None:  # type: ignore[no-untyped-def]
    said = ["公司总部设在苏州工业园区。", "没有设在苏州。", "不是。", "未设在苏州。"]
    found = answer(library, fill, said, Habits(samples=3))
    assert found.status is Outcome.NEEDS_REVIEW
    assert found.agreement == 0.0
    assert "不是。" in found.others
    assert found.to_json()["agreement"] == 0.0


@pytest.mark.parametrize(("least", "status"), [(0.2, Outcome.ANSWERED), (1.01, Outcome.NEEDS_REVIEW)])
def test_an_unsure_answer_needs_review_under_the_threshold(library, fill, least, status) -> None:  # type: ignore[no-untyped-def]
    said = ["公司总部设在苏州工业园区。"] * 2
    assert answer(library, fill, said, Habits(review_below=least)).status is status
