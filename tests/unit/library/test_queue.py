from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.jobs import JobContext
from workbench.models.library import Importer, Library
from workbench.models.library.queue import DONE_KIND, KIND, Batch, Progress, forget, keep, keep_paused, unfinished


@pytest.fixture
def case(library: Library) -> str:
    return library.create_case("恒泰精密").id


@dataclass(frozen=True)
class Files:
    folder: Path
    names: tuple[str, ...] = ("一.txt", "二.txt", "三.txt")


@pytest.fixture
def files(material: Path) -> Files:
    made = Files(material)
    for name in made.names:
        (material / name).write_text(f"{name}的正文。", encoding="utf-8")
    return made


def test_a_batch_is_kept_until_it_is_over(library: Library, case: str, files: Files, home: Path, key):
    keep(library, Batch(case, (files.folder,), "secret"))
    library.close()
    with Library.open(home, key) as again:
        (left,) = unfinished(again)
        assert (left.case, left.paths, left.password, left.paused) == (case, (files.folder,), None, False)
        forget(again, left)
        assert unfinished(again) == ()


def test_what_was_paused_stays_paused(library: Library, case: str, files: Files):
    batch = Batch(case, (files.folder,))
    keep(library, batch)
    keep_paused(library, batch, paused=True)
    assert [b.paused for b in unfinished(library)] == [True]
    forget(library, batch)
    keep_paused(library, batch, paused=True)
    assert unfinished(library) == ()


def test_what_is_gone_from_the_disk_is_forgotten(library: Library, case: str, tmp_path: Path):
    keep(library, Batch(case, (tmp_path / "没有.pdf",)))
    assert unfinished(library) == ()
    assert library.notes(case, KIND) == {}


def test_files_done_before_a_restart_are_not_read_again(library: Library, importer: Importer, case: str, files: Files):
    batch = Batch(case, (files.folder,))
    keep(library, batch)
    progress = Progress(library, batch)
    assert progress.total == 3
    results = importer.add(case, progress.rest, JobContext())
    progress.over(next(results).path)
    progress.save()
    results.close()

    (left,) = unfinished(library)
    again = Progress(library, left)
    assert (again.done, again.total) == (1, 3)
    assert len(again.rest) == 2
    again.finish()
    assert unfinished(library) == ()
    assert library.notes(case, DONE_KIND) == {}


def test_files_that_come_into_a_folder_later_do_not_shift_what_is_done(library: Library, case: str, files: Files):
    batch = Batch(case, (files.folder,))
    keep(library, batch)
    first = Progress(library, batch)
    first.over(str(first.rest[0]))
    first.save()
    expected = first.rest
    (files.folder / "〇.txt").write_text("后来的。", encoding="utf-8")
    assert Progress(library, unfinished(library)[0]).rest == expected


def test_a_path_that_is_not_there_is_tried_once(library: Library, case: str, tmp_path: Path, files: Files):
    missing = tmp_path / "没有.pdf"
    batch = Batch(case, (missing, files.folder))
    progress = Progress(library, batch)
    assert progress.rest[0] == missing
    progress.over(str(progress.rest[1]))
    assert progress.done == 2
    assert missing not in progress.rest
