import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.vault import LibraryKey


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
