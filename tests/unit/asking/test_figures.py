"""Figures answered by code from the statements of the sample case."""

from collections.abc import Callable

import pytest

from workbench.inference.fake import FakeEngine
from workbench.models.asking import Answer, Outcome
from workbench.models.asking.figures import asked_names
from workbench.models.evidence import Status

Ask = Callable[..., tuple[Answer, FakeEngine]]


def test_a_ratio_is_computed_from_cited_lines_without_the_model(ask: Ask) -> None:
    answer, engine = ask("2024年末资产负债率是多少？")
    (claim,) = answer.sentences
    assert answer.status is Outcome.ANSWERED
    assert answer.origin == "code"
    assert claim.status is Status.COMPUTED
    assert claim.computation is not None
    assert "66.21%" in claim.computation.formula
    assert len(claim.citations) == 2
    assert engine.fake_chat.requests == []


def test_a_line_the_papers_disagree_on_is_conflicting_and_cites_them_all(ask: Ask) -> None:
    answer, _ = ask("2024年末短期借款是多少？")
    assert answer.status is Outcome.CONFLICTING
    assert len({c.document for claim in answer.sentences for c in claim.citations}) >= 2


def test_another_company_is_not_answered_with_this_ones_figures(ask: Ask) -> None:
    answer, _ = ask("2024年末北海航空股份有限公司的资产负债率是多少？")
    assert answer.origin != "code" or answer.status is Outcome.NOT_FOUND
    assert "66.21" not in answer.text


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("2019年毛利率是多少？", ("毛利率",)),
        ("流动比率和速动比率分别是多少", ("流动比率", "速动比率")),
        ("管理费用率是多少", ("管理费用率",)),
        ("营业外支出和营业外收入分别是多少元？", ("营业外支出", "营业外收入")),
        ("公司的主要产品是什么？", ()),
    ],
)
def test_names_of_figures_are_found_whole_and_in_order(question: str, names: tuple[str, ...]) -> None:
    assert asked_names(question) == names
