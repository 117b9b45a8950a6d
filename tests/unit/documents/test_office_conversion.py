"""Old formats through an installed program: whatever it does, nothing of it stays."""

import stat
import sys
import threading
from pathlib import Path

import pytest

from workbench.errors import Cancelled, DamagedDocument, DocumentTimedOut, DocumentTooLarge, UnsupportedDocument
from workbench.jobs import JobContext
from workbench.models.documents import office_conversion
from workbench.models.documents.office_conversion import converted

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a script")


@pytest.fixture
def program(tmp_path):
    """A stand-in for the office program: a script that may use $out, $in and writes down its pid and folder."""

    def make(script: str) -> str:
        path = tmp_path / "office"
        lead = (
            '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\nin="$1"\n'
            f'echo "$out" > {tmp_path}/folder\necho $$ > {tmp_path}/pid\n'
        )
        path.write_text(lead + script + "\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


def left(tmp_path: Path) -> bool:
    return Path((tmp_path / "folder").read_text(encoding="utf-8").strip()).exists()


def test_what_the_program_made_is_handed_out_and_its_folder_gone(program, tmp_path):
    made = converted(b"old", "doc", "docx", job=JobContext(), program=program('cp "$in" "$out/in.docx"'))
    assert made == b"old"
    assert not left(tmp_path)


def test_a_program_that_makes_nothing_is_a_refusal_with_a_hint(program, tmp_path):
    with pytest.raises(DamagedDocument) as caught:
        converted(b"old", "doc", "docx", job=JobContext(), program=program("exit 1"))
    assert caught.value.hint
    assert not left(tmp_path)


def ended(process: int) -> bool:
    """Whether a killed process goes: the kernel may take a moment over it."""
    stat = Path("/proc") / str(process) / "stat"
    for _ in range(1000):
        try:
            if stat.read_text(encoding="utf-8").split()[2] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        threading.Event().wait(0.01)
    return False


def test_a_program_that_hangs_is_killed_with_what_it_started(program, tmp_path):
    script = program(f"sleep 1000 & echo $! > {tmp_path}/child\nwait")
    with pytest.raises(DocumentTimedOut):
        converted(b"old", "doc", "docx", job=JobContext(), program=script, seconds=1)
    for name in ("pid", "child"):
        assert ended(int((tmp_path / name).read_text(encoding="utf-8")))
    assert not left(tmp_path)


def test_a_program_whose_processes_swell_is_killed_with_what_it_started(program, tmp_path, monkeypatch):
    monkeypatch.setattr(office_conversion, "_RESIDENT", 200 << 20)
    swell = "import time; held = b'x' * (300 << 20); time.sleep(1000)"
    script = program(f'{sys.executable} -c "{swell}" & echo $! > {tmp_path}/child\nwait')
    with pytest.raises(DocumentTooLarge) as caught:
        converted(b"old", "doc", "docx", job=JobContext(), program=script, seconds=600)
    assert "200" in caught.value.message
    assert ended(int((tmp_path / "child").read_text(encoding="utf-8")))
    assert not left(tmp_path)


def test_cancelling_ends_the_program(program, tmp_path):
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        converted(b"old", "doc", "docx", job=job, program=program("sleep 1000"))


def test_without_the_program_the_refusal_says_what_to_do(monkeypatch):
    monkeypatch.setattr(office_conversion, "office_program", lambda: None)
    for kind in ("doc", "ppt", "odp"):
        with pytest.raises(UnsupportedDocument) as caught:
            converted(b"old", kind, "docx", job=JobContext())
        assert "LibreOffice" in caught.value.hint


def test_an_old_attachment_lies_on_no_disk_where_memory_has_no_folder(monkeypatch, tmp_path, program):
    monkeypatch.setattr(office_conversion, "_IN_MEMORY", tmp_path / "none")
    with pytest.raises(UnsupportedDocument):
        converted(b"old", "doc", "docx", job=JobContext(), program=program("true"))
