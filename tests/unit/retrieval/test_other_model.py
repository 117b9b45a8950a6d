"""Another embedding model is put to work in a real engine: searches go on with the old one until all is renewed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import EMBEDDING, installed_model
from tests.made_models import WIDTH, made_encoder
from workbench.errors import Cancelled, ModelMissing
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext, Priority
from workbench.models.library import Importer, Library
from workbench.models.retrieval import Retriever

pytestmark = pytest.mark.engine

TEXTS = ("存货期末余额减少，主要系产销两旺。", "应收账款增长，主要系客户延期付款。", "董事会审议通过利润分配预案。")
QUESTION = "应收账款为什么增长？"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_encoder(tmp_path_factory.mktemp("made") / "made.gguf", "".join(TEXTS) + QUESTION)


@pytest.fixture
def registry(tmp_path: Path, other: Path) -> Registry:
    made = Registry(tmp_path / "models")
    made.import_file(installed_model(EMBEDDING))
    made.import_file(other)
    return made


@pytest.fixture
def engine(registry: Registry) -> Iterator[LocalEngine]:
    engine = LocalEngine(registry.models_dir, ComputeArbiter(), threads=1)
    yield engine
    engine.close()


@pytest.fixture
def importer(library: Library, engine: LocalEngine, tmp_path: Path) -> Iterator[Importer]:
    importer = Importer(library, engine.embedder, ComputeArbiter())
    case = library.create_case("卷宗").id
    papers = [tmp_path / f"{number}.txt" for number in range(len(TEXTS))]
    for paper, text in zip(papers, TEXTS, strict=True):
        paper.write_text(text, encoding="utf-8")
    list(importer.add(case, papers, JobContext()))
    importer.embed_pending(JobContext())
    yield importer
    importer.close()


def test_the_old_model_answers_until_the_new_one_has_read_everything(
    library: Library, registry: Registry, engine: LocalEngine, importer: Importer
) -> None:
    (case,) = (c.id for c in library.cases())
    retriever = Retriever(library, engine.embedder, embedder_of=engine.embedder_of)
    old, new = (next(e for e in registry.list() if ("made" in e.name) is made) for made in (False, True))
    assert library.vector_model() == old.sha256
    found = [hit.text for hit in retriever.search(case, QUESTION)]
    assert found[0] == TEXTS[1]
    registry.promote(new.id)
    assert engine.embedder().info.sha256 == new.sha256
    assert engine.embedder_of(old.sha256).info.sha256 == old.sha256
    assert [hit.text for hit in retriever.search(case, QUESTION)] == found
    importer.embed_pending(JobContext())
    assert library.vector_model() == new.sha256
    (vector,) = {len(v) for v in library.vectors(library.embedded_chunks(case)).values()}
    assert vector == WIDTH
    assert {hit.text for hit in retriever.search(case, QUESTION)} == set(found)
    assert engine._earlier._host is None, "the old model's memory is given back"


def test_a_model_that_is_gone_is_said_and_words_answer(
    library: Library, registry: Registry, engine: LocalEngine, importer: Importer
) -> None:
    (case,) = (c.id for c in library.cases())
    old, new = (next(e for e in registry.list() if ("made" in e.name) is made) for made in (False, True))
    registry.promote(new.id)
    registry.remove(old.id)
    with pytest.raises(ModelMissing):
        engine.embedder_of(old.sha256)
    hits = Retriever(library, engine.embedder, embedder_of=engine.embedder_of).search(case, QUESTION)
    assert hits[0].text == TEXTS[1]


def test_a_question_of_the_old_model_goes_before_the_renewal(
    library: Library, registry: Registry, engine: LocalEngine, importer: Importer
) -> None:
    old, new = (next(e for e in registry.list() if ("made" in e.name) is made) for made in (False, True))
    registry.promote(new.id)
    job, stopped = JobContext(), []

    def bulk() -> None:
        try:
            engine.embedder().embed([TEXTS[0] * 8] * 100_000, "passage", job)
        except Cancelled:
            stopped.append(True)

    renewing = threading.Thread(target=bulk)
    renewing.start()
    vector = engine.embedder_of(old.sha256).embed([QUESTION], "query", JobContext(), Priority.ASK)
    job.cancel()
    renewing.join()
    assert vector.shape == (1, engine.embedder_of(old.sha256).info.dimension)
    assert stopped == [True]


def test_a_model_put_to_work_in_the_middle_of_many_texts_mixes_no_vectors(
    registry: Registry, engine: LocalEngine
) -> None:
    new = next(e for e in registry.list() if "made" in e.name)
    vectors: list[tuple[int, ...]] = []
    embedder = engine.embedder()
    many = threading.Thread(
        target=lambda: vectors.append(embedder.embed([TEXTS[0]] * 200, "passage", JobContext()).shape)
    )
    many.start()
    registry.promote(new.id)
    many.join()
    assert vectors[0] in {(200, WIDTH), (200, 384)}
    assert embedder.embed([TEXTS[0]], "passage", JobContext()).shape == (1, WIDTH)


def test_a_real_ranking_model_has_its_say_on_the_order(library: Library, tmp_path: Path) -> None:
    case = library.create_case("卷宗").id
    importer = Importer(library, None, ComputeArbiter())
    papers = [tmp_path / f"{number}.txt" for number in range(3)]
    for paper, text in zip(papers, ("应收账款增长。", "应收账款增长，主要系客户延期付款。", "账款增长。"), strict=True):
        paper.write_text(text, encoding="utf-8")
    list(importer.add(case, papers, JobContext()))
    importer.close()
    models = Registry(tmp_path / "models")
    models.import_file(made_encoder(tmp_path / "ranks.gguf", "".join(TEXTS) + QUESTION, ranks=True, seed=5))
    engine = LocalEngine(models.models_dir, ComputeArbiter(), threads=1)
    try:
        plain = [hit.text for hit in Retriever(library, None).search(case, QUESTION)]
        assert len(plain) == 3
        scores = engine.reranker().rank(QUESTION, plain, JobContext())
        theirs = {plain[int(i)]: place for place, i in enumerate(np.argsort(-scores, kind="stable"))}
        both = sorted(plain, key=lambda text: -(2 / (10 + theirs[text]) + 1 / (10 + plain.index(text))))
        found = [hit.text for hit in Retriever(library, None, engine.reranker).search(case, QUESTION)]
        assert found == both != plain
    finally:
        engine.close()
