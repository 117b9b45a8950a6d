"""Relations kept with a case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.models.relations import Relations
from workbench.vault import LibraryKey


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "home", LibraryKey(bytes(range(32)))) as opened:
        yield opened


def add(library: Library, case: str, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    importer = Importer(library, None, ComputeArbiter(), read=read_file, chunk=chunk)
    assert [r.status for r in importer.add(case, [path], JobContext())] == ["added"]


def test_relations_are_kept_and_read_anew_when_a_document_comes(library: Library, tmp_path: Path) -> None:
    case = library.create_case("卷宗").id
    relations = Relations(library)
    add(library, case, tmp_path / "a.txt", "恒泰精密股份有限公司简介\n恒泰精密股份有限公司的实际控制人为沈砚舟。")
    (first,) = relations.of(case, JobContext())
    assert (first.kind, first.source, first.target) == ("control", "沈砚舟", "恒泰精密股份有限公司")
    assert Relations(library).of(case, JobContext()) == (first,)
    add(library, case, tmp_path / "b.txt", "恒泰精密股份有限公司为东汀部件有限公司提供担保，担保余额2,000万元。")
    assert {r.kind for r in relations.of(case, JobContext())} == {"control", "guarantee"}
