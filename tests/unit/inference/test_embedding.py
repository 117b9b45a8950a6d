"""The starter embedding model through the whole pipe."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import Cancelled
from workbench.inference.engine import LocalEmbedder, LocalEngine
from workbench.jobs import ComputeArbiter, JobContext, Priority

pytestmark = pytest.mark.engine

SENTENCE = "公司2019年末应收账款较上年末增长，主要系销售规模扩大所致。"


@pytest.fixture(scope="module")
def embedder(embedding_models: Path, arbiter: ComputeArbiter) -> Iterator[LocalEmbedder]:
    engine = LocalEngine(embedding_models, arbiter)
    yield engine.embedder()
    engine.close()


def test_vectors_are_unit_length_in_order_and_always_the_same(embedder: LocalEmbedder) -> None:
    texts = [SENTENCE, "今天天气很好。", "董事会换届选举", SENTENCE]
    vectors = embedder.embed(texts, "passage", JobContext())
    assert vectors.shape == (4, embedder.info.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[3])
    assert np.array_equal(vectors[1], embedder.embed([texts[1]], "passage", JobContext())[0])


def test_a_question_lies_closest_to_the_passage_that_answers_it(embedder: LocalEmbedder) -> None:
    query = embedder.embed(["应收账款为什么增加？"], "query", JobContext())[0]
    passages = embedder.embed(
        [SENTENCE, "公司注册地址位于北京市海淀区。", "本次会议审议通过利润分配预案。"], "passage", JobContext()
    )
    assert int(np.argmax(passages @ query)) == 0


def test_question_and_passage_are_introduced_differently(embedder: LocalEmbedder) -> None:
    query, passage = (embedder.embed([SENTENCE], kind, JobContext())[0] for kind in ("query", "passage"))
    assert 0.8 < float(query @ passage) < 0.9999


def test_full_width_and_plain_forms_are_one(embedder: LocalEmbedder) -> None:
    vectors = embedder.embed(["收入１２３万元", "收入123万元"], "passage", JobContext())
    assert np.array_equal(vectors[0], vectors[1])


def test_a_text_beyond_the_context_is_cut_and_still_means_its_beginning(embedder: LocalEmbedder) -> None:
    long, short = embedder.embed([SENTENCE * 60, SENTENCE], "passage", JobContext())
    assert float(long @ short) > 0.9


@pytest.mark.parametrize("empty", ["", " \n", "\u3000"])
def test_an_empty_text_is_refused(embedder: LocalEmbedder, empty: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        embedder.embed([SENTENCE, empty], "passage", JobContext())


def test_no_texts_give_no_vectors(embedder: LocalEmbedder) -> None:
    assert embedder.embed([], "passage", JobContext()).shape == (0, embedder.info.dimension)


def test_a_question_goes_before_the_rest_of_an_import(embedder: LocalEmbedder) -> None:
    job = JobContext()
    cancelled: list[bool] = []

    def bulk() -> None:
        try:
            embedder.embed([SENTENCE * 8] * 100_000, "passage", job)
        except Cancelled:
            cancelled.append(True)

    importing = threading.Thread(target=bulk)
    importing.start()
    vector = embedder.embed([SENTENCE], "query", JobContext(), Priority.ASK)
    job.cancel()
    importing.join()
    assert vector.shape == (1, embedder.info.dimension)
    assert cancelled == [True]


def test_giving_way_changes_no_vector(embedder: LocalEmbedder, arbiter: ComputeArbiter) -> None:
    texts = [f"{SENTENCE}第{number}条" for number in range(60)]
    alone = embedder.embed(texts, "passage", JobContext())
    done: list[np.ndarray] = []
    importing = threading.Thread(target=lambda: done.append(embedder.embed(texts, "passage", JobContext())))
    importing.start()
    while not done:
        with arbiter.turn(Priority.ASK, JobContext()):
            pass
        importing.join(0.05)
    importing.join()
    assert np.array_equal(done[0], alone)
