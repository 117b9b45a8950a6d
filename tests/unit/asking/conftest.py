import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder, FakeEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Answer, Asker
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.models.retrieval import Retriever
from workbench.models.retrieval.filters import Filters
from workbench.paths import resources
from workbench.vault import LibraryKey

SAMPLE = resources() / "samples" / "credit_case"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "home", LibraryKey(bytes(range(32)))) as opened:
        yield opened


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def fill(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> Callable[..., str]:
    """A case holding texts by name, embedded or not; gives its id."""

    def run(texts: dict[str, str], *, vectors: bool = True, **properties: str) -> str:
        case = library.create_case("卷宗").id
        importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
        path = tmp_path / "texts.jsonl"
        lines = [{"id": name, "title": name, "text": text, **properties} for name, text in texts.items()]
        path.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lines), encoding="utf-8")
        assert [r.status for r in importer.add(case, [path], JobContext())] == ["added"]
        if vectors:
            importer.embed_pending(JobContext(), case)
        return case

    return run


@pytest.fixture(scope="session")
def sample_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, str]]:
    """The papers of the sample case, words only; nothing may be added to it."""
    with Library.open(tmp_path_factory.mktemp("sample") / "home", LibraryKey(bytes(range(32)))) as library:
        case_id = library.create_case("样例").id
        importer = Importer(library, None, ComputeArbiter(), read=read_file, chunk=chunk)
        paths = [p for p in SAMPLE.iterdir() if p.suffix in (".pdf", ".docx", ".md")]
        assert len(list(importer.add(case_id, paths, JobContext()))) == len(paths)
        importer.close()
        yield library, case_id


@pytest.fixture
def ask(sample_case: tuple[Library, str]) -> Callable[..., tuple[Answer, FakeEngine]]:
    """Ask the sample case of a model that knows nothing; the answer, and the engine with what it was asked."""
    library, case_id = sample_case

    def run(question: str, filters: Filters | None = None) -> tuple[Answer, FakeEngine]:
        engine = FakeEngine(["资料中未提及。"])
        asker = Asker(library, Retriever(library, None), engine)
        return asker.ask(case_id, question, JobContext(), filters=filters), engine

    return run
