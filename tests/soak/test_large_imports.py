"""Large and interrupted imports of real files through the built program."""

import json
import os
import random
import resource
import signal
import subprocess
import sys

import pypdf
import pytest

from tests.e2e.conftest import PASSPHRASE, ROOT

pytestmark = [pytest.mark.soak, pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are POSIX")]

PAGES = 2000


@pytest.fixture(scope="module")
def long_pdf(tmp_path_factory, samples):
    """The sample report's pages over and over."""
    source = pypdf.PdfReader(next(samples.glob("*.pdf")))
    writer = pypdf.PdfWriter()
    while len(writer.pages) < PAGES:
        for page in source.pages:
            writer.add_page(page)
    path = tmp_path_factory.mktemp("long") / "long.pdf"
    writer.write(path)
    return path


def test_two_thousand_pages_come_in_with_flat_memory(inkstone, long_pdf):
    (result,) = inkstone.lines("add", "long", long_pdf, "--no-wait")
    assert result["status"] == "added"
    assert result["pages"] >= PAGES
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert peak_mb <= 1024


@pytest.mark.parametrize("seed", range(10))
def test_killed_at_a_random_time_the_import_completes_when_repeated(inkstone, samples, seed):
    command = [
        sys.executable,
        "-m",
        "workbench",
        "--home",
        str(inkstone.home),
        "add",
        "case",
        str(samples),
        "--no-wait",
    ]
    surroundings = {**os.environ, "INKSTONE_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(ROOT)}
    program = subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        program.wait(timeout=random.Random(seed).uniform(0.3, 3.0))
    except subprocess.TimeoutExpired:
        program.send_signal(signal.SIGKILL)
        program.wait()
    again = inkstone.lines("add", "case", samples, "--no-wait")
    assert {line["status"] for line in again} <= {"added", "unchanged"}
    third = inkstone.lines("add", "case", samples, "--no-wait")
    assert {line["status"] for line in third} == {"unchanged"}
    listed = json.loads(inkstone.run("--json", "case", "list").stdout)
    assert [case["documents"] for case in listed] == [14]
