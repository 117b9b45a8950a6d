"""Asking with the models of this machine."""

from collections.abc import Callable, Iterator

import pytest

from workbench.errors import Cancelled
from workbench.inference.api import Role
from workbench.inference.engine import LocalEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Asker, Outcome, Piece
from workbench.models.library import Library
from workbench.models.retrieval import Retriever
from workbench.paths import default_models

pytestmark = pytest.mark.engine

REPORT = "恒泰精密股份有限公司2020年度营业收入为31.25亿元，净利润为1.5亿元。2020年9月，公司向股东分发5000万元股利。"


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    local = LocalEngine(default_models(), ComputeArbiter())
    if local.registry.active(Role.CHAT) is None:
        pytest.skip("no chat model on this machine")
    yield local
    local.close()


def test_a_figure_is_answered_traced_and_an_absent_one_is_not_invented(
    library: Library, fill: Callable[..., str], engine: LocalEngine
) -> None:
    case = fill({"年度报告": REPORT}, vectors=False, company="恒泰精密股份有限公司")
    asker = Asker(library, Retriever(library, None), engine)
    answer = asker.ask(case, "恒泰精密股份有限公司2020年度的营业收入是多少？", JobContext())
    assert answer.status is Outcome.ANSWERED
    assert "31.25亿元" in answer.text
    assert all(c.quote in REPORT for claim in answer.sentences for c in claim.citations)
    absent = asker.ask(case, "恒泰精密股份有限公司2020年度的研发投入是多少？", JobContext())
    assert absent.status is Outcome.NOT_FOUND


def test_cancelling_while_it_writes_raises_and_the_next_question_works(
    library: Library, fill: Callable[..., str], engine: LocalEngine
) -> None:
    case = fill({"年度报告": REPORT}, vectors=False, company="恒泰精密股份有限公司")
    asker = Asker(library, Retriever(library, None), engine)
    job = JobContext()

    def stop_at_first_piece(event: object) -> None:
        if isinstance(event, Piece):
            job.cancel()

    with pytest.raises(Cancelled):
        asker.ask(case, "请说明恒泰精密股份有限公司2020年度的营业收入和净利润。", job, stop_at_first_piece)
    assert asker.ask(case, "请说明恒泰精密股份有限公司2020年度的营业收入和净利润。", JobContext()).sentences
