import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_bytes, read_file
from workbench.models.library import AddResult, Importer, Library
from workbench.vault import LibraryKey

KEY = LibraryKey(bytes(range(32)))


@pytest.fixture
def key() -> LibraryKey:
    return KEY


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def material(tmp_path: Path) -> Path:
    folder = tmp_path / "material"
    folder.mkdir()
    return folder


@pytest.fixture
def library(home: Path, key: LibraryKey) -> Iterator[Library]:
    with Library.open(home, key) as opened:
        yield opened


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def importer(library: Library, embedder: FakeEmbedder) -> Iterator[Importer]:
    made = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, read_bytes=read_bytes, chunk=chunk)
    yield made
    made.close()


@pytest.fixture
def add(library: Library, importer: Importer) -> Callable[..., list[AddResult]]:
    """Add paths to the case named 恒泰精密, which is made when first needed."""

    def run(*paths: Path, case: str = "恒泰精密") -> list[AddResult]:
        names = {c.name: c.id for c in library.cases()}
        case_id = names.get(case) or library.create_case(case).id
        return list(importer.add(case_id, paths, JobContext()))

    return run


@pytest.fixture
def write_jsonl(material: Path) -> Callable[[list[dict[str, str]]], Path]:
    def write(lines: list[dict[str, str]]) -> Path:
        path = material / "articles.jsonl"
        path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
        return path

    return write
