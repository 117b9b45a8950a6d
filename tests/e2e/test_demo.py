"""A clean machine, offline: the bundled case goes from files to Word and Excel."""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.e2e.conftest import Inkstone

pytestmark = [pytest.mark.e2e, pytest.mark.engine]


def _can_unshare():
    tool = shutil.which("unshare")
    return bool(tool) and subprocess.run([tool, "-n", "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def out(tmp_path_factory, starter_models):
    folder = tmp_path_factory.mktemp("demo")
    prefix = ("unshare", "-n") if _can_unshare() else ()
    done = Inkstone(folder / "library", prefix).run("--lang", "zh", "--json", "demo", "--out", folder / "out")
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "out", json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_the_demo_needs_no_network_at_all(out):
    if not _can_unshare():
        pytest.skip("this system forbids unshare -n")
    assert (out[0] / "credit_report.docx").stat().st_size > 10_000


def test_the_demo_tells_how_long_each_step_took(out):
    assert {"words", "vectors", "ask1", "draft", "export"} <= set(out[1]["seconds"])


def test_the_users_library_is_not_touched(out):
    home = out[0].parent / "library"
    assert [path.name for path in home.rglob("*") if path.is_file()] == []


def test_every_answer_is_proven_by_quotes_that_stand_in_the_material(out):
    for answer in out[1]["answers"]:
        assert answer["status"] in {"answered", "conflicting"}, answer["question"]
        shown = [s for s in answer["sentences"] if s["status"] in {"traced", "computed", "conflict"}]
        assert shown, answer["question"]
        for sentence in shown:
            assert all(c["quote"].strip() and c["anchor"]["spans"] for c in sentence["citations"])


def test_the_report_is_a_word_file_with_real_headings(out):
    with zipfile.ZipFile(out[0] / "credit_report.docx") as word:
        body = word.read("word/document.xml").decode()
    assert 'w:val="Heading1"' in body
    assert "TOC" in body


def test_every_traced_sentence_of_the_report_carries_its_source(out):
    evidence = json.loads((out[0] / "credit_report.evidence.json").read_text(encoding="utf-8"))
    assert len({entry["section"] for entry in evidence}) == 8
    for entry in evidence:
        if entry["status"] == "traced":
            assert entry["citations"], entry["text"]
        if entry["status"] == "computed":
            assert entry["citations"] or entry["computation"]["formula"], entry["text"]


def test_the_two_planted_conflicts_are_found(out):
    evidence = (out[0] / "credit_report.evidence.json").read_text(encoding="utf-8")
    assert '"conflict"' in evidence
