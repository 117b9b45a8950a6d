"""A library with a case of made texts, for the grid."""

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
def fill(library: Library, tmp_path: Path) -> Callable[[dict[str, str]], str]:
    """A case holding texts by file name; gives its id."""

    def run(texts: dict[str, str]) -> str:
        case = library.create_case("卷宗").id
        folder = tmp_path / "texts"
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        importer = Importer(library, FakeEmbedder, ComputeArbiter(), read=read_file, chunk=chunk)
        assert {r.status for r in importer.add(case, sorted(folder.iterdir()), JobContext())} == {"added"}
        return case

    return run
