"""The library pane."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from workbench.errors import LibraryCorrupt, ModelMissing
from workbench.views.library_pane import LibraryPane
from workbench.views.library_pane.words import COLUMNS


def pane(qtbot, make_desk, fakes, library=None, importer=None, case="case"):
    library = library or fakes.FakeLibrary()
    desk = make_desk(library=library, importer=importer or fakes.FakeImporter(library))
    view = LibraryPane(desk)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    desk.job_runner.on_changes(view, view.refresh)
    view.show_case(case)
    if case:
        qtbot.waitUntil(lambda: len(view.model.documents) == len(library.stored))
    return view


def files(tmp_path: Path, *names: str) -> list[Path]:
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return [tmp_path / name for name in names]


def drop(view, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys, action = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    QApplication.sendEvent(view, QDragEnterEvent(QPoint(5, 5), action, data, buttons, keys))
    QApplication.sendEvent(view, QDropEvent(QPointF(5, 5), action, data, buttons, keys))


def names(view) -> list[str]:
    return [view.model.index(row, 0).data() for row in range(view.model.rowCount())]


def select(view, document: str) -> None:
    row = next(
        r for r in range(view.model.rowCount()) if view.model.index(r, 0).data(Qt.ItemDataRole.UserRole).id == document
    )
    view.table.select_row(row)


def test_a_folder_dropped_from_the_file_manager_is_listed_file_by_file(qtbot, make_desk, fakes, tmp_path, watcher):
    view = pane(qtbot, make_desk, fakes)
    files(tmp_path, "卷/年报.pdf", "卷/流水/2023.xlsx", "卷/流水/2024.xlsx")
    drop(view, tmp_path / "卷")
    qtbot.waitUntil(lambda: {"年报.pdf", "2023.xlsx", "2024.xlsx"} <= set(names(view)))
    qtbot.waitUntil(lambda: not view.imports.running)
    assert not view.progress.isVisible()
    assert watcher.words == ["导入 3 份"]


def test_vectors_follow_an_import_and_the_states_change(qtbot, make_desk, fakes, tmp_path):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)
    view = pane(qtbot, make_desk, fakes, library, importer)
    view.take_in(files(tmp_path, "新.pdf"))
    qtbot.waitUntil(importer.embedded.is_set)
    qtbot.waitUntil(lambda: "新.pdf" in names(view) and all(d.state == "ready" for d in view.model.documents))


def test_progress_names_the_file_and_stopping_keeps_what_is_in(qtbot, make_desk, fakes, tmp_path):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)
    view = pane(qtbot, make_desk, fakes, library, importer)
    importer.gate.clear()
    view.take_in(files(tmp_path, "甲.pdf", "乙.pdf"))
    qtbot.waitUntil(lambda: view.progress.file.text() == "甲.pdf")
    assert view.progress.isVisible()
    assert view.progress.bar.maximum() == 2
    importer.gate.set()
    qtbot.waitUntil(lambda: "甲.pdf" in names(view))
    importer.gate.clear()
    view.take_in(files(tmp_path, "丙.pdf"))
    view.progress.stop.click()
    assert not view.imports.running
    assert not view.progress.isVisible()
    assert "丙.pdf" not in names(view)
    importer.gate.set()


def test_imports_follow_one_another(qtbot, make_desk, fakes, tmp_path):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)
    view = pane(qtbot, make_desk, fakes, library, importer)
    first, second = files(tmp_path, "甲.pdf", "乙.pdf")
    view.take_in([first])
    view.take_in([second])
    qtbot.waitUntil(lambda: {"甲.pdf", "乙.pdf"} <= set(names(view)))
    assert [path.name for path in importer.paths] == ["甲.pdf", "乙.pdf"]


def test_a_file_with_a_password_says_so_and_opens_with_it(qtbot, make_desk, fakes, tmp_path):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)
    importer.errors["对账单.pdf"] = {"kind": "encrypted", "message": "文件有密码。", "hint": "输入密码后重新读取。"}
    view = pane(qtbot, make_desk, fakes, library, importer)
    view.take_in(files(tmp_path, "对账单.pdf", "年报.pdf"))
    qtbot.waitUntil(lambda: {"对账单.pdf", "年报.pdf"} <= set(names(view)))
    select(view, next(d.id for d in view.model.documents if d.name == "对账单.pdf"))
    assert view.detail.isVisible()
    assert view.detail.reason.text() == "文件有密码。\n输入密码后重新读取。"
    assert view.detail.password.echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClicks(view.detail.password, "secret")
    qtbot.keyClick(view.detail.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: importer.passwords[-1] == "secret")
    assert view.detail.password.text() == ""


def test_deleted_documents_come_back(qtbot, make_desk, fakes, watcher):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes, library)
    select(view, "word")
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert "贷款申请书.docx" not in names(view)
    assert view.undo.words.text() == "已删除“贷款申请书.docx”。"
    qtbot.waitUntil(lambda: "word" not in library.stored)
    view.undo.undo.click()
    qtbot.waitUntil(lambda: "贷款申请书.docx" in names(view))


def test_enter_and_a_click_open_the_document_beside(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    select(view, "sheet")
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert watcher.documents == ["sheet"]
    row = names(view).index("管理办法.txt")
    at = view.table.visualRect(view.model.index(row, 0)).center()
    qtbot.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert watcher.documents == ["sheet", "text"]


def test_a_refused_file_is_not_opened_but_explained(qtbot, make_desk, fakes, watcher):
    library = fakes.FakeLibrary()
    library.stored["bad"] = fakes.Stored(
        "bad", "坏.pdf", state="rejected", error={"kind": "damaged", "message": "文件已损坏。", "hint": "请重新获取。"}
    )
    view = pane(qtbot, make_desk, fakes, library)
    select(view, "bad")
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert watcher.documents == []
    assert "文件已损坏。" in view.detail.reason.text()
    assert not view.detail.password.isVisible()
    told = view.model.index(view.table.currentIndex().row(), COLUMNS.index("state"))
    assert "文件已损坏。" in told.data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_filter_keeps_rows_with_every_word(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.filter.setText("2023 PDF")
    assert names(view) == ["2023年度审计报告.pdf"]
    assert view.count.text() == "1 / 4 份"
    view.filter.setText("")
    assert len(names(view)) == 4


def test_rows_are_sorted_by_the_column_clicked_on_its_values(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    for number, size in enumerate((900, 20, 3000)):
        library.stored[f"s{number}"] = fakes.Stored(f"s{number}", f"{size}.txt", size=size * 1000)
    view = pane(qtbot, make_desk, fakes, library)
    view.table.sortByColumn(COLUMNS.index("size"), Qt.SortOrder.DescendingOrder)
    assert names(view)[:2] == ["3000.txt", "900.txt"]


def test_the_chosen_row_stays_chosen_while_files_come_in(qtbot, make_desk, fakes, tmp_path):
    view = pane(qtbot, make_desk, fakes)
    select(view, "word")
    view.take_in(files(tmp_path, *(f"{n}.pdf" for n in range(20))))
    qtbot.waitUntil(lambda: len(view.model.documents) == 24)
    assert view.current().id == "word"


def test_names_keep_their_room_in_a_narrow_window(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    hidden = lambda: [name for n, name in enumerate(COLUMNS) if view.table.isColumnHidden(n)]  # noqa: E731
    assert hidden() == []
    view.resize(700, 600)
    QApplication.processEvents()
    assert hidden() == ["chunks", "size", "added"]
    assert view.table.columnWidth(0) >= 300


def test_an_empty_case_offers_import_and_the_sample(qtbot, make_desk, fakes, monkeypatch, tmp_path):
    library = fakes.FakeLibrary()
    library.stored.clear()
    view = pane(qtbot, make_desk, fakes, library)
    qtbot.waitUntil(lambda: view.state.heading.text() == "把资料拖到这里")
    assert [b.text() for b in view.state.buttons] == ["导入资料", "导入文件夹", "打开示例卷宗"]
    (chosen,) = files(tmp_path, "年报.pdf")
    monkeypatch.setattr(
        "workbench.views.library_pane.bringing.QFileDialog.getOpenFileNames", lambda *_: ([str(chosen)], "")
    )
    view.focus_first()
    assert view.focusWidget() is view.state.buttons[0]
    qtbot.keyClick(view.state.buttons[0], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: names(view) == ["年报.pdf"])


def test_files_dropped_without_a_case_begin_one(qtbot, make_desk, fakes, tmp_path, watcher):
    library = fakes.FakeLibrary()
    begun = []

    def create(name):
        begun.append(name)
        return fakes.Named("new", name)

    library.create_case = create
    importer = fakes.FakeImporter(library)
    view = pane(qtbot, make_desk, fakes, library, importer, case=None)
    files(tmp_path, "华东精工/年报.pdf")
    drop(view, tmp_path / "华东精工")
    qtbot.waitUntil(lambda: bool(importer.paths))
    assert begun == ["华东精工"]
    assert watcher.case == "new"


def test_a_missing_embedding_model_is_no_failure(qtbot, make_desk, fakes, tmp_path, watcher):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)

    def embed(job, case=None):
        raise ModelMissing("没有向量模型。")

    importer.embed_pending = embed
    view = pane(qtbot, make_desk, fakes, library, importer)
    view.take_in(files(tmp_path, "年报.pdf"))
    qtbot.waitUntil(lambda: "没有可用的向量模型，先按词语查找" in watcher.words)
    assert watcher.errors == []


def test_a_list_that_cannot_be_read_says_why(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()

    def documents(case):
        raise LibraryCorrupt("资料库已损坏。", "请从备份恢复。")

    library.documents = documents
    desk = make_desk(library=library)
    view = LibraryPane(desk)
    qtbot.addWidget(view)
    view.show_case("case")
    qtbot.waitUntil(lambda: view.state.heading.text() == "资料库已损坏。")


@pytest.mark.parametrize("count", [0, 1, 500])
def test_any_number_of_documents_is_listed(qtbot, make_desk, fakes, count):
    library = fakes.FakeLibrary()
    library.stored = {f"d{n}": fakes.Stored(f"d{n}", f"资料{n}.pdf") for n in range(count)}
    view = pane(qtbot, make_desk, fakes, library)
    assert view.model.rowCount() == count
    assert "MainThread" not in library.threads


def test_what_can_be_operated_has_a_name_for_screen_readers(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    roles = {
        view.table: QAccessible.Role.Tree,
        view.filter: QAccessible.Role.EditableText,
        view.import_button: QAccessible.Role.Button,
        view.detail.password: QAccessible.Role.EditableText,
        view.progress.bar: QAccessible.Role.ProgressBar,
    }
    for widget, role in roles.items():
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name), widget
        assert told.role() == role
