"""Another embedding model works: the old vectors serve until every chunk has a new one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.errors import Cancelled
from workbench.inference.api import ModelInfo, Role
from workbench.inference.fake import FakeEmbedder, bigram_vector
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library

TEXT = "应收账款余额增加。"


class OtherEmbedder(FakeEmbedder):
    """Another model of another dimension; ``before`` runs before each batch."""

    def __init__(self, dimension: int = 16, sha256: str = "9" * 64) -> None:
        super().__init__()
        self.info = ModelInfo("other", sha256, Role.EMBEDDING, 512, dimension)
        self.before: Callable[[int], None] = lambda _batch: None
        self.batches = 0

    def embed(self, texts: Any, kind: Any, job: JobContext, priority: Any = None) -> Any:
        self.before(self.batches)
        self.batches += 1
        super().embed(texts, kind, job)
        return np.tile(np.eye(1, self.info.dimension, dtype=np.float32), (len(texts), 1))


@pytest.fixture
def case(library: Library, add: Any, importer: Importer, write_jsonl: Any) -> str:
    """Forty embedded articles, so that they take two batches."""
    add(write_jsonl([{"id": f"第{n}条", "text": f"第{n}条 {TEXT}"} for n in range(40)]))
    importer.embed_pending(JobContext())
    return library.case("恒泰精密").id


def renewing(library: Library, embedder: FakeEmbedder) -> Importer:
    return Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)


def nearest(library: Library, case: str, vector: Any = None, limit: int = 100) -> int:
    return len(library.find_nearest(case, bigram_vector(TEXT) if vector is None else vector, limit))


def stop_at_second(job: JobContext) -> Callable[[int], None]:
    return lambda batch: job.cancel() if batch == 1 else None


def test_the_old_vectors_serve_until_all_the_new_ones_are_there(library: Library, case: str) -> None:
    other, job = OtherEmbedder(), JobContext()
    seen = []
    other.before = lambda _batch: seen.append((nearest(library, case), library.vector_model()))
    renewing(library, other).embed_pending(job)
    assert seen == [(40, "1" * 64)] * 2
    assert library.vector_model() == other.info.sha256
    assert nearest(library, case) == 0, "questions of the old length find nothing more"
    assert nearest(library, case, np.eye(1, 16, dtype=np.float32)[0]) == 40
    assert {d.state for d in library.documents(case)} == {"ready"}


def test_a_renewal_that_was_stopped_goes_on_where_it_was(library: Library, case: str) -> None:
    other, job = OtherEmbedder(), JobContext()
    other.before = stop_at_second(job)
    with pytest.raises(Cancelled):
        renewing(library, other).embed_pending(job)
    assert (nearest(library, case), library.vector_model()) == (40, "1" * 64)
    assert {d.state for d in library.documents(case)} == {"ready"}
    other.before = lambda _batch: None
    renewing(library, other).embed_pending(JobContext())
    assert len(other.embedded) == 40
    assert library.vector_model() == other.info.sha256


def test_the_whole_library_is_renewed_whichever_case_is_asked_for(library: Library, case: str) -> None:
    empty = library.create_case("别的").id
    other = OtherEmbedder()
    renewing(library, other).embed_pending(JobContext(), empty)
    assert len(other.embedded) == 40
    assert library.vector_model() == other.info.sha256


def test_going_back_to_the_old_model_costs_nothing(
    library: Library, case: str, importer: Importer, embedder: Any
) -> None:
    other, job = OtherEmbedder(), JobContext()
    other.before = stop_at_second(job)
    with pytest.raises(Cancelled):
        renewing(library, other).embed_pending(job)
    before = len(embedder.embedded)
    importer.embed_pending(JobContext())
    assert len(embedder.embedded) == before
    assert nearest(library, case) == 40
    assert library.database.row("SELECT count(*) FROM renewed") == (0,)
    assert library.database.row("SELECT count(*) FROM unembedded") == (0,)


def test_a_third_model_begins_anew(library: Library, case: str) -> None:
    other, job = OtherEmbedder(), JobContext()
    other.before = stop_at_second(job)
    with pytest.raises(Cancelled):
        renewing(library, other).embed_pending(job)
    third = OtherEmbedder(8, "8" * 64)
    renewing(library, third).embed_pending(JobContext())
    assert len(third.embedded) == 40
    assert nearest(library, case, np.eye(1, 8, dtype=np.float32)[0]) == 40


def test_what_comes_and_goes_during_a_renewal_is_right_at_its_end(
    library: Library, case: str, add: Any, material: Path
) -> None:
    other, job = OtherEmbedder(), JobContext()
    other.before = stop_at_second(job)
    with pytest.raises(Cancelled):
        renewing(library, other).embed_pending(job)
    (material / "新.txt").write_text("存货减少。", encoding="utf-8")
    add(material / "新.txt")
    (gone, *_) = [d for d in library.documents(case) if d.name != "新.txt"]
    library.delete_document(gone.id)
    other.before = lambda _batch: None
    renewing(library, other).embed_pending(JobContext())
    assert nearest(library, case, np.eye(1, 16, dtype=np.float32)[0]) == sum(d.chunks for d in library.documents(case))
    assert {d.state for d in library.documents(case)} == {"ready"}
    library.restore_document(gone.id)
    renewing(library, other).embed_pending(JobContext())
    assert {d.state for d in library.documents(case)} == {"ready"}
    assert nearest(library, case, np.eye(1, 16, dtype=np.float32)[0]) == sum(d.chunks for d in library.documents(case))


def test_nothing_of_a_purged_document_stays_among_the_new_vectors(
    library: Library, case: str, add: Any, write_jsonl: Any
) -> None:
    other, job = OtherEmbedder(), JobContext()
    other.before = stop_at_second(job)
    with pytest.raises(Cancelled):
        renewing(library, other).embed_pending(job)
    add(write_jsonl([{"id": "第0条", "text": "全新的一条。"}]))
    assert library.database.row("SELECT count(*) FROM renewed WHERE chunk NOT IN (SELECT number FROM chunks)") == (0,)
    renewing(library, OtherEmbedder()).embed_pending(JobContext())
    (row,) = library.database.rows("SELECT count(*), (SELECT count(*) FROM chunks) FROM vectors")
    assert row[0] == row[1]


def test_a_library_without_vectors_takes_any_model_at_once(library: Library, add: Any, material: Path) -> None:
    (material / "a.txt").write_text("正文。", encoding="utf-8")
    add(material)
    assert library.vector_model() == ""
    other = OtherEmbedder()
    renewing(library, other).embed_pending(JobContext())
    assert library.vector_model() == other.info.sha256


def test_a_model_changed_in_the_middle_mixes_no_vectors(library: Library, case: str) -> None:
    other = OtherEmbedder()

    def change(batch: int) -> None:
        if batch == 1:
            other.info = ModelInfo("third", "8" * 64, Role.EMBEDDING, 512, 8)

    other.before = change
    renewing(library, other).embed_pending(JobContext())
    assert library.vector_model() == "8" * 64
    assert {len(v) for v in library.vectors(library.embedded_chunks(case)).values()} == {8}
    assert len(library.embedded_chunks(case)) == 40
