"""Hybrid search over a case."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from workbench.errors import Cancelled, LibraryError
from workbench.inference.api import Role
from workbench.inference.fake import FakeEmbedder, FakeEngine
from workbench.jobs import JobContext, Priority
from workbench.models.library import Library
from workbench.models.retrieval import Retriever

TEXTS = {
    "甲年报": "北辰机械股份有限公司2020年度营业收入为12.5亿元。净利润为1.2亿元。",
    "乙年报": "南山化工股份有限公司2020年度营业收入为8亿元。净利润为0.9亿元。",
    "章程": "股东大会由董事会召集。",
    "合同": "第十二条 违约方应当支付违约金。",
}


@pytest.mark.parametrize("vectors", [True, False])
def test_the_chunk_that_answers_comes_first_with_and_without_vectors(
    library: Library, embedder: FakeEmbedder, fill: Callable[..., str], vectors: bool
) -> None:
    case = fill(TEXTS, vectors=vectors)
    hits = Retriever(library, lambda: embedder).search(case, "谁召集股东大会？")
    assert hits[0].outer_id == "章程"
    assert hits[0].text == TEXTS["章程"]
    assert 0 < hits[0].score <= 1


def test_a_clause_is_found_by_its_number_in_other_digits(library: Library, fill: Callable[..., str]) -> None:
    hits = Retriever(library, None).search(fill(TEXTS), "第12条")
    assert hits[0].outer_id == "合同"


def test_a_question_about_two_companies_brings_both_to_the_top(
    library: Library, embedder: FakeEmbedder, fill: Callable[..., str]
) -> None:
    many = {f"甲{i}": f"北辰机械股份有限公司{2000 + i}年度营业收入为{i}亿元。" for i in range(1, 9)}
    case = fill({**many, **TEXTS})
    question = "北辰机械股份有限公司和南山化工股份有限公司的营业收入分别是多少？"
    hits = Retriever(library, lambda: embedder).search(case, question)
    assert "乙年报" in {h.outer_id for h in hits[:2]}


def test_words_answer_where_there_is_no_embedding_model(library: Library, fill: Callable[..., str]) -> None:
    case = fill(TEXTS)
    engine = FakeEngine(missing={Role.EMBEDDING})
    assert Retriever(library, engine.embedder).search(case, "违约金")[0].outer_id == "合同"


def test_vectors_of_another_model_are_not_compared_and_words_answer(
    library: Library, fill: Callable[..., str], embedder: FakeEmbedder
) -> None:
    case = fill(TEXTS)
    other = FakeEmbedder()
    other.info = replace(other.info, sha256="7" * 64)
    assert Retriever(library, lambda: other).search(case, "违约金")[0].outer_id == "合同"
    assert other.embedded == []
    asked: list[str] = []

    def of(sha256: str) -> FakeEmbedder:
        asked.append(sha256)
        return embedder

    before = len(embedder.embedded)
    Retriever(library, lambda: other, embedder_of=of).search(case, "违约金")
    assert asked == [embedder.info.sha256]
    assert [kind for _, kind in embedder.embedded[before:]][:1] == ["query"]


def test_the_question_is_embedded_before_everything_else_waiting(
    library: Library, fill: Callable[..., str], embedder: FakeEmbedder
) -> None:
    case = fill(TEXTS)
    asked: list[tuple[str, Priority]] = []

    class Watching(FakeEmbedder):
        def embed(self, texts, kind, job, priority=Priority.EMBED):  # type: ignore[no-untyped-def]
            asked.append((kind, priority))
            return super().embed(texts, kind, job, priority)

    Retriever(library, Watching).search(case, "违约金")
    assert asked == [("query", Priority.ASK)]


def test_the_same_words_of_the_same_matter_are_shown_once(library: Library, fill: Callable[..., str]) -> None:
    same = "本公司为借款人提供连带责任保证，保证期间为主债务履行期届满之日起三年。"
    case = fill({"保证函": same, "保证函（副本）": same}, company="恒泰精密股份有限公司")
    assert len(Retriever(library, None).search(case, "保证期间")) == 1


def test_search_can_be_kept_to_some_documents(library: Library, fill: Callable[..., str]) -> None:
    case = fill(TEXTS)
    wanted = [d.id for d in library.documents(case) if d.title == "乙年报"]
    hits = Retriever(library, None).search(case, "2020年度营业收入", documents=wanted)
    assert {h.outer_id for h in hits} == {"乙年报"}


def test_nothing_is_found_for_an_empty_question_or_unknown_words(library: Library, fill: Callable[..., str]) -> None:
    case = fill(TEXTS)
    assert Retriever(library, None).search(case, "  ") == ()
    assert Retriever(library, None).search(case, "xyzzy") == ()


def test_an_unknown_case_and_a_cancelled_job_are_told(library: Library, fill: Callable[..., str]) -> None:
    retriever = Retriever(library, None)
    with pytest.raises(LibraryError):
        retriever.search("no such case", "违约金")
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        retriever.search(fill(TEXTS), "违约金", job=job)


def test_a_hit_has_the_shape_of_the_contract(library: Library, fill: Callable[..., str]) -> None:
    shape = Retriever(library, None).search(fill(TEXTS), "违约金")[0].to_json()
    assert set(shape) == {"document", "score", "text", "anchor"}
    assert shape["anchor"]["kind"] == "text"
