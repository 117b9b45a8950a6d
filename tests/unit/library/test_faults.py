"""A full disk is said plainly and leaves nothing half."""

import errno
import os
import subprocess
from contextlib import suppress

import pytest

from workbench.errors import DiskFull, LibraryCorrupt
from workbench.jobs import JobContext
from workbench.models.evidence.terms import terms
from workbench.models.library import Library, index, originals
from workbench.models.library.faults import storage_faults


def full(*_given, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def letter(material):
    path = material / "信.txt"
    path.write_text("抵押物清单如下。", encoding="utf-8")
    return path


def hits(library, words="抵押物清单"):
    return library.find_words(library.case("恒泰精密").id, terms(words), 5)


def test_no_room_for_the_original_keeps_nothing(library, add, letter, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(originals.os, "fsync", full)
        with pytest.raises(DiskFull) as told:
            add(letter)
    assert told.value.message
    assert told.value.hint
    assert library.documents(library.case("恒泰精密").id) == ()
    assert not list(library.originals._folder.iterdir())
    assert [r.status for r in add(letter)] == ["added"]


def test_no_room_in_the_database_keeps_nothing(library, add, letter, material):
    add(letter)
    pages = library.database._writer.execute("PRAGMA page_count").fetchone()[0]
    library.database._writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = material / "大.txt"
    big.write_text("\n".join(f"第{i}行，金额{i * 7919}元，用于采购设备。" for i in range(5000)), encoding="utf-8")
    with pytest.raises(DiskFull):
        add(big)
    case = library.case("恒泰精密").id
    assert [d.name for d in library.documents(case)] == ["信.txt"]
    assert len(hits(library)) == 1
    library.database._writer.execute("PRAGMA max_page_count = 1000000")
    assert [r.status for r in add(big)] == ["added"]
    assert hits(library, "采购设备")


def test_no_room_in_the_index_loses_nothing_and_doubles_nothing(library, add, letter, material, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(type(library._index._made("probe_0", index._WORD_FIELDS)), "add", full)
        with pytest.raises(DiskFull):
            add(letter)
    assert [d.name for d in library.documents(library.case("恒泰精密").id)] == ["信.txt"]
    (material / "二.txt").write_text("二。", encoding="utf-8")
    assert [r.status for r in add(letter, material / "二.txt")] == ["unchanged", "added"]
    assert len(hits(library)) == 1


def test_what_the_index_wrote_before_the_fault_is_not_written_twice(library, add, letter, key, home, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(library.indexer, "_strike", full)
        with pytest.raises(OSError, match="No space"):
            add(letter)
    library.close()
    with Library.open(home, key) as again:
        assert len(hits(again)) == 1


def test_every_store_says_a_full_disk_alike():
    for error in (
        OSError(errno.ENOSPC, "x"),
        RuntimeError("lance error: LanceError(IO): No space left on device (os error 28)"),
    ):
        with pytest.raises(DiskFull), storage_faults():
            raise error
    with pytest.raises(RuntimeError, match="other"), storage_faults():
        raise RuntimeError("other")


def test_a_lost_index_is_made_anew_when_opening(library, add, importer, letter, key, home):
    add(letter)
    importer.embed_pending(JobContext())
    library.close()
    for path in sorted((home / "index").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with Library.open(home, key) as again:
        assert len(hits(again)) == 1
        assert again.documents(again.case("恒泰精密").id)[0].state == "ready"


@pytest.mark.parametrize("suffix", [".lance", ".manifest"])
def test_a_damaged_index_is_told_and_made_anew_on_request(library, add, importer, letter, key, home, suffix):
    add(letter)
    importer.embed_pending(JobContext())
    library.close()
    for path in (home / "index").rglob(f"*{suffix}"):
        if path.is_file():
            path.write_bytes(b"\x55" * 64)
    with Library.open(home, key) as again:
        with pytest.raises(LibraryCorrupt) as told:
            hits(again)
        assert "重建" in told.value.hint
        again.rebuild_index()
        assert len(hits(again)) == 1


def test_a_missing_original_is_told(library, add, letter):
    [result] = add(letter)
    for path in library.originals._folder.iterdir():
        path.unlink()
    with pytest.raises(LibraryCorrupt):
        library.original(result.document)


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("mounting wants root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        pytest.skip("this system forbids mounting")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_fills_up_during_an_import_loses_nothing(small_disk, key, material, embedder):
    from workbench.jobs import ComputeArbiter
    from workbench.models.documents.chunking import chunk
    from workbench.models.documents.reading import read_file
    from workbench.models.library import Importer

    for number in range(40):
        lines = [f"第{number}份材料第{i}行，编号{number * 1000 + i * 7919}。" for i in range(400)]
        (material / f"{number:02}.txt").write_text("\n".join(lines), encoding="utf-8")
    done = []
    with Library.open(small_disk / "home", key) as library:
        case = library.create_case("恒泰精密").id
        importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
        with pytest.raises(DiskFull):
            done.extend(r.document for r in importer.add(case, [material], JobContext()))
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    with Library.open(small_disk / "home", key) as library:
        assert set(done) <= {d.id for d in library.documents(case)}
        importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
        list(importer.add(case, [material], JobContext()))
        numbers = sorted(row[0] for row in library.database.rows("SELECT number FROM chunks"))
        assert sorted(library._index.chunk_numbers("words", case)) == numbers
        assert len(library.documents(case)) == 40


def test_on_a_full_disk_every_step_says_so_and_room_mends_it(small_disk, key):
    home = small_disk / "home"
    with Library.open(home, key) as library:
        case = library.create_case("恒泰精密").id
    fill(small_disk)
    for step in (
        lambda: Library.open(home, key),
        lambda: Library.open(small_disk / "another", key),
    ):
        with pytest.raises(DiskFull):
            step()
    (small_disk / "fill").unlink()
    with Library.open(home, key) as library:
        fill(small_disk)
        with pytest.raises(DiskFull):
            library.save_note(case, "draft", "1", {"text": "报告" * 100_000})
        assert library.notes(case, "draft") == {}
        (small_disk / "fill").unlink()
        library.save_note(case, "draft", "1", {"text": "报告"})
        assert library.notes(case, "draft") == {"1": {"text": "报告"}}


def fill(disk):
    with (disk / "fill").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
