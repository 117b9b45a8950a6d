"""An import killed at any moment leaves whole documents, and adding again completes it."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.evidence.terms import terms
from workbench.models.library import Importer, Library
from workbench.models.library.rows import KINDS

WORKER = Path(__file__).with_name("importing_until_killed.py")
FILES = 6
ARTICLES = 300

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is posix")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    for number in range(FILES):
        lines = [f"第{number}份材料第{line}段，金额{number * 1000 + line}万元。" for line in range(40)]
        (folder / f"材料{number}.txt").write_text("\n".join(lines), encoding="utf-8")
    articles = [{"id": f"法{i}", "text": f"第{i}条规定，编号为{900000 + i}。"} for i in range(ARTICLES)]
    (folder / "法规.jsonl").write_text("\n".join(json.dumps(a, ensure_ascii=False) for a in articles), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def moments(folder, tmp_path_factory):
    """How many moments a whole import has."""
    home = tmp_path_factory.mktemp("whole") / "home"
    return int(run(home, folder, 0).stdout)


def run(home, folder, moment):
    command = [sys.executable, str(WORKER), str(home), str(folder), str(moment)]
    root = Path(__file__).parents[3]
    return subprocess.run(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False
    )


def indexed(library, kind, case):
    return sorted(library._index.chunk_numbers(kind, case))


def assert_every_document_is_whole(library, case):
    for document in library.documents(case):
        rows = library.database.rows(
            "SELECT k.ordinal, k.text FROM chunks k JOIN documents d ON d.number = k.document WHERE d.id = ?"
            " ORDER BY k.ordinal",
            document.id,
        )
        assert [text for _, text in rows] == [c.text for c in chunk(library.content(document.id))]
        assert document.chunks == len(rows)


@pytest.mark.parametrize("round_number", range(10))
def test_killed_at_a_random_moment_nothing_is_lost_doubled_or_half(round_number, moments, folder, tmp_path, key):
    home = tmp_path / "home"
    moment = random.Random(4100 + round_number).randrange(1, moments)
    killed = run(home, folder, moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Library.open(home, key) as library:
        names = {c.name: c.id for c in library.cases()}
        case = names.get("案") or library.create_case("案").id
        assert_every_document_is_whole(library, case)
        importer = Importer(library, FakeEmbedder, ComputeArbiter(), read=read_file, chunk=chunk)
        results = list(importer.add(case, [folder], JobContext()))
        importer.embed_pending(JobContext())
        library.tidy(JobContext(), whole=True)
        documents = library.documents(case)
        assert_every_document_is_whole(library, case)
        numbers = sorted(row[0] for row in library.database.rows("SELECT number FROM chunks"))
        assert {r.status for r in results} <= {"added", "unchanged"}
        assert len(documents) == FILES + ARTICLES
        assert {d.state for d in documents} == {"ready"}
        assert [indexed(library, kind, case) for kind in KINDS] == [numbers, numbers]
        assert len(library.originals.names()) == FILES + 1
        [hit] = library.chunks([i for i, _ in library.find_words(case, terms("900007"), 1)])
        assert hit.document == "法7"
    assert not list(home.rglob("*.part"))
