"""A reranking worker, with a made model that scores pairs."""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.made_models import made_encoder
from workbench.errors import Cancelled, ModelMissing
from workbench.inference.api import Role
from workbench.inference.engine import LocalEngine, LocalReranker
from workbench.inference.fake import FakeEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext

PASSAGES = ["公司2019年末应收账款增长。", "今天天气很好，适合散步。", "董事会审议通过利润分配预案。"]


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalReranker]:
    folder = tmp_path_factory.mktemp("rerank")
    model = made_encoder(folder / "made.gguf", "".join(PASSAGES) + "应收账款为什么增长天气如何", ranks=True)
    assert Registry(folder / "models").import_file(model).role is Role.RERANK
    engine = LocalEngine(folder / "models", ComputeArbiter())
    yield engine.reranker()
    engine.close()


@pytest.mark.engine
def test_every_passage_gets_a_score_of_its_own_and_always_the_same(reranker: LocalReranker) -> None:
    scores = reranker.rank("应收账款为什么增长？", PASSAGES, JobContext())
    assert scores.shape == (3,)
    assert len(set(scores.tolist())) == 3
    assert np.isfinite(scores).all()
    one = reranker.rank("应收账款为什么增长？", PASSAGES[1:2], JobContext())
    assert one[0] == pytest.approx(scores[1], rel=1e-3)


@pytest.mark.engine
def test_the_question_counts_and_a_long_pair_is_cut(reranker: LocalReranker) -> None:
    other = reranker.rank("天气如何？", PASSAGES, JobContext())
    assert not np.allclose(other, reranker.rank("应收账款为什么增长？", PASSAGES, JobContext()))
    long = reranker.rank("应收账款为什么增长？" * 200, ["存货减少。" * 400], JobContext())
    assert np.isfinite(long).all()


@pytest.mark.engine
def test_empty_texts_are_refused_and_no_passages_have_no_scores(reranker: LocalReranker) -> None:
    with pytest.raises(ValueError, match="empty"):
        reranker.rank(" ", PASSAGES, JobContext())
    with pytest.raises(ValueError, match="empty"):
        reranker.rank("a", ["\u3000"], JobContext())
    assert reranker.rank("a", [], JobContext()).shape == (0,)


@pytest.mark.engine
def test_ranking_can_be_cancelled(reranker: LocalReranker) -> None:
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        reranker.rank("a", PASSAGES, job)


def test_the_stand_in_ranks_by_shared_words_and_is_missing_unless_wanted() -> None:
    engine = FakeEngine(missing=())
    scores = engine.reranker().rank("应收账款为什么增长？", PASSAGES, JobContext())
    assert int(np.argmax(scores)) == 0
    with pytest.raises(ModelMissing):
        FakeEngine().reranker()
