"""A question with choices that holds its own data is answered by code, without the documents or a model."""

from typing import Any

from workbench.inference.api import Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.asking import Answered, Asker
from workbench.models.evidence import Status

QUESTION = "甲公司2023年净利润3.2亿元，营业收入40亿元，请计算净利率。\n公式为：净利率=净利润/营业收入*100%。"
CHOICES = {"A": "12.50%", "B": "8.00%", "C": "3.20%", "D": "0.80%"}


class _Unasked:
    """A retriever or library that must not be needed."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def test_the_choice_is_computed_and_shows_its_formula() -> None:
    heard: list[object] = []
    asker = Asker(_Unasked(), _Unasked(), FakeEngine(missing=[Role.CHAT]))  # type: ignore[arg-type]
    answer = asker.ask("case", QUESTION, JobContext(), heard.append, choices=CHOICES)
    assert (answer.choice, answer.origin, answer.answer) == ("B", "code", "B. 8.00%")
    assert answer.sentences[0].status is Status.COMPUTED
    assert answer.sentences[0].computation is not None
    assert "3.2亿元/40亿元" in answer.sentences[0].computation.formula
    assert [type(event) for event in heard] == [Answered]
