"""The queue of imports: pausing, going on, restarts; a followed folder; pasting."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from workbench.jobs import ComputeArbiter
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library, folders
from workbench.models.library.queue import DONE_KIND, KIND, Batch, keep, unfinished
from workbench.vault import LibraryKey
from workbench.views.library_pane import LibraryPane


def open_pane(qtbot, desk, case="case"):
    view = LibraryPane(desk)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    desk.job_runner.on_changes(view, view.refresh)
    view.show_case(case)
    return view


@pytest.fixture
def house(qtbot, make_desk, fakes):
    """A pane over a library and an importer of fakes."""
    library = fakes.FakeLibrary()
    library.stored = {}
    library.cases = lambda: (fakes.Named("case", "华东精工"),)
    importer = fakes.FakeImporter(library)
    desk = make_desk(library=library, importer=importer)
    view = open_pane(qtbot, desk)
    return SimpleNamespace(view=view, library=library, importer=importer, desk=desk)


def files(folder, *names):
    for name in names:
        (folder / name).write_bytes(b"x")
    return [folder / name for name in names]


def test_a_paused_import_stands_still_until_it_is_resumed(house, qtbot, tmp_path):
    view, importer = house.view, house.importer
    importer.gate.clear()
    view.take_in(files(tmp_path, "甲.pdf", "乙.pdf", "丙.pdf"))
    qtbot.waitUntil(lambda: view.progress.file.text() == "甲.pdf")
    view.progress.pause.click()
    assert view.imports.paused
    assert view.progress.pause.text() == "继续导入"
    assert view.progress.count.text() == "已暂停 0 / 3"
    importer.gate.set()
    view.progress.pause.click()
    qtbot.waitUntil(lambda: not view.imports.running)
    assert {d.name for d in house.library.stored.values()} == {"甲.pdf", "乙.pdf", "丙.pdf"}
    assert not view.imports.paused
    qtbot.waitUntil(lambda: unfinished(house.library) == ())


def test_pausing_in_the_status_bar_shows_in_the_pane_and_is_kept(house, qtbot, tmp_path):
    house.importer.gate.clear()
    house.view.take_in(files(tmp_path, "甲.pdf", "乙.pdf"))
    qtbot.waitUntil(lambda: bool(house.library.kept_notes.get(("case", KIND))))
    qtbot.waitUntil(lambda: house.view.progress.file.text() == "甲.pdf")
    (job,) = house.desk.job_runner.jobs()
    job.pause()
    assert house.view.progress.pause.text() == "继续导入"
    qtbot.waitUntil(lambda: [b.paused for b in unfinished(house.library)] == [True])
    job.resume()
    assert house.view.progress.pause.text() == "暂停导入"
    house.importer.gate.set()
    qtbot.waitUntil(lambda: not house.view.imports.running)


def test_an_import_paused_before_a_restart_waits_for_the_user(house, qtbot, tmp_path):
    batch = Batch("case", tuple(files(tmp_path, "甲.pdf", "乙.pdf")), paused=True)
    keep(house.library, batch)
    view = house.view
    view.imports.take_up(unfinished(house.library))
    assert view.progress.isVisible()
    assert view.progress.count.text() == "导入已暂停"
    assert house.importer.paths == []
    view.progress.pause.click()
    qtbot.waitUntil(lambda: not view.imports.running)
    assert len(house.importer.paths) == 2


def test_files_done_before_a_restart_are_counted_and_not_read_again(house, qtbot, tmp_path):
    paths = files(tmp_path, "甲.pdf", "乙.pdf", "丙.pdf")
    batch = Batch("case", tuple(paths), listed=True)
    keep(house.library, batch)
    house.library.save_note("case", DONE_KIND, batch.key, {"done": 1})
    house.importer.gate.clear()
    house.view.imports.take_up(unfinished(house.library))
    qtbot.waitUntil(lambda: house.view.progress.count.text() == "导入 1 / 3")
    house.importer.gate.set()
    qtbot.waitUntil(lambda: not house.view.imports.running)
    assert house.importer.paths == paths[1:]
    qtbot.waitUntil(lambda: house.library.kept_notes.get(("case", DONE_KIND)) == {})


def test_stopping_lets_go_of_everything_that_waits(house, qtbot, tmp_path):
    house.importer.gate.clear()
    house.view.take_in(files(tmp_path, "甲.pdf"))
    house.view.take_in(files(tmp_path, "乙.pdf"))
    qtbot.waitUntil(lambda: "后面还有 1 批" in house.view.progress.file.text())
    house.view.progress.stop.click()
    assert not house.view.imports.running
    assert not house.view.progress.isVisible()
    qtbot.waitUntil(lambda: unfinished(house.library) == ())
    house.importer.gate.set()


def test_a_screenshot_is_pasted_as_a_document(house, qtbot, watcher):
    seen = []
    original = house.importer.add

    def add(case, paths, job, **more):
        seen.extend(QImage(str(path)).size() for path in paths)
        return original(case, paths, job, **more)

    house.importer.add = add
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    QGuiApplication.clipboard().setImage(picture)
    house.view.table.setFocus()
    qtbot.keyClick(house.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "截图已存为资料" in watcher.words)
    assert [(s.width(), s.height()) for s in seen] == [(40, 30)]
    (path,) = house.importer.paths
    assert path.name.startswith("截图 ")
    assert not path.exists()


def test_copied_files_are_pasted_and_other_things_are_not(house, qtbot, watcher, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files(tmp_path, "甲.pdf")])
    QGuiApplication.clipboard().setMimeData(data)
    house.view.paste()
    qtbot.waitUntil(lambda: len(house.library.stored) == 1)
    qtbot.waitUntil(lambda: not house.view.imports.running)
    QGuiApplication.clipboard().setText("文字")
    house.view.paste()
    assert watcher.words[-1] == "剪贴板里没有图片或文件"


@pytest.fixture
def real(qtbot, make_desk, tmp_path):
    """A pane over a real library, and a folder beside it."""
    folder = tmp_path / "岚渚精机"
    folder.mkdir()
    with Library.open(tmp_path / "home", LibraryKey(bytes(range(32)))) as library:
        importer = Importer(library, None, ComputeArbiter(), read=read_file)
        case = library.create_case("岚渚").id
        desk = make_desk(library=library, importer=importer)
        view = open_pane(qtbot, desk, case)
        yield SimpleNamespace(view=view, library=library, case=case, folder=folder, desk=desk)
        view.following.show_case(None)
        assert desk.job_runner.shutdown()
        importer.close()


def names(view):
    return {document.name for document in view.model.documents}


def test_a_followed_folder_is_taken_in_and_looked_at_again_when_it_changes(real, qtbot):
    view, folder = real.view, real.folder
    (folder / "甲.txt").write_text("甲的正文。", encoding="utf-8")
    view.following.follow(folder)
    qtbot.waitUntil(lambda: names(view) == {"甲.txt"})
    assert view.follow_strip.isVisible()
    assert view.follow_strip.folder.text() == "↻ 岚渚精机"
    qtbot.waitUntil(lambda: not view.following.checking)
    assert "新增 1" in view.follow_strip.words.text()

    (folder / "乙.txt").write_text("乙的正文。", encoding="utf-8")
    (folder / "甲.txt").unlink()
    qtbot.waitUntil(lambda: names(view) == {"乙.txt"}, timeout=10_000)
    assert view.undo.words.text() == "已删除“甲.txt”。"
    view.undo.undo.click()
    qtbot.waitUntil(lambda: names(view) == {"甲.txt", "乙.txt"})


def test_a_file_written_to_in_place_is_read_anew(real, qtbot):
    view, path = real.view, real.folder / "甲.txt"
    path.write_text("甲的正文。", encoding="utf-8")
    view.following.follow(real.folder)
    qtbot.waitUntil(lambda: names(view) == {"甲.txt"})
    qtbot.waitUntil(lambda: not view.following.checking)
    with path.open("a", encoding="utf-8") as file:
        file.write("后来补充的一句。")
    qtbot.waitUntil(lambda: "修改 1" in view.follow_strip.words.text(), timeout=10_000)
    document = view.model.documents[0].id
    assert "补充" in "".join(block.text for block in real.library.content(document).blocks)


def test_a_folder_is_looked_through_when_its_case_is_opened(real, qtbot):
    folders.follow(real.library, real.case, real.folder)
    (real.folder / "甲.txt").write_text("甲的正文。", encoding="utf-8")
    real.view.show_case(None)
    assert not real.view.follow_strip.isVisible()
    real.view.show_case(real.case)
    qtbot.waitUntil(lambda: names(real.view) == {"甲.txt"})
    qtbot.waitUntil(lambda: not real.view.following.checking)


def test_an_emptied_folder_asks_before_anything_goes(real, qtbot):
    view = real.view
    (real.folder / "甲.txt").write_text("甲的正文。", encoding="utf-8")
    view.following.follow(real.folder)
    qtbot.waitUntil(lambda: names(view) == {"甲.txt"} and not view.following.checking)
    (real.folder / "甲.txt").unlink()
    view.follow_strip.check.click()
    qtbot.waitUntil(view.follow_strip.empty.isVisible, timeout=10_000)
    assert names(view) == {"甲.txt"}
    view.follow_strip.empty.click()
    qtbot.waitUntil(lambda: names(view) == set())
    qtbot.waitUntil(lambda: not view.following.checking)


def test_a_folder_out_of_reach_is_told_and_following_ends_when_wanted(real, qtbot):
    view = real.view
    (real.folder / "甲.txt").write_text("甲的正文。", encoding="utf-8")
    view.following.follow(real.folder)
    qtbot.waitUntil(lambda: names(view) == {"甲.txt"} and not view.following.checking)
    real.folder.rename(real.folder.with_name("别处"))
    view.following.check()
    qtbot.waitUntil(lambda: "找不到文件夹" in view.follow_strip.words.text())
    assert names(view) == {"甲.txt"}
    view.follow_strip.stop.click()
    assert not view.follow_strip.isVisible()
    qtbot.waitUntil(lambda: folders.followed(real.library, real.case) is None)
