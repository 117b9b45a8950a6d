"""A reranking worker, on the starter embedding model with a head of our own that scores pairs."""

from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest

from tests.conftest import EMBEDDING, installed_model
from workbench.errors import Cancelled, ModelMissing
from workbench.inference.api import Role
from workbench.inference.engine import LocalEngine, LocalReranker
from workbench.inference.fake import FakeEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext

PASSAGES = ["公司2019年末应收账款增长。", "今天天气很好，适合散步。", "董事会审议通过利润分配预案。"]


def with_head(source: Path, target: Path) -> Path:
    """A copy of an embedding model that pools by rank, with a random head of one output."""
    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in ("general.architecture", f"{architecture}.pooling_type"):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, sub_type=inner)
    writer.add_pooling_type(gguf.PoolingType.RANK)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    width = int(reader.fields[f"{architecture}.embedding_length"].contents())
    random = np.random.default_rng(5)
    writer.add_tensor("cls.weight", random.normal(size=(width, width)).astype(np.float32))
    writer.add_tensor("cls.bias", np.zeros(width, dtype=np.float32))
    writer.add_tensor("cls.output.weight", random.normal(size=(1, width)).astype(np.float32))
    writer.add_tensor("cls.output.bias", np.zeros(1, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalReranker]:
    folder = tmp_path_factory.mktemp("rerank")
    model = with_head(installed_model(EMBEDDING), folder / "reranker.gguf")
    Registry(folder / "models").import_file(model, Role.RERANK)
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
