"""The documents as a tree: folders, files in files, and what is shown of them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from workbench.views.library_pane import LibraryPane
from workbench.views.library_pane.model import DocumentModel
from workbench.views.library_pane.tree import grow
from workbench.views.library_pane.words import COLUMNS


@pytest.fixture
def shelf(fakes):
    """Files in folders, a mail with its attachments, a file of lines, a refused one."""

    def make(document, name, path="", **more):
        return fakes.Stored(document, name, path=path or f"/卷/{name}", **more)

    mail = "/卷/往来/函.eml"
    lines = "/卷/条款.jsonl"
    refused = {"kind": "damaged", "message": "文件已损坏。", "hint": "请重新获取。"}
    return [
        make("report", "年报.pdf"),
        make("flow", "流水.xlsx", "/卷/银行/流水.xlsx", size=5000),
        make("bad", "坏.pdf", "/卷/银行/坏.pdf", state="rejected", error=refused, size=1),
        make("mail", "函.eml", mail, format="eml"),
        make("table", "函.eml", mail, format="xlsx", key="!/报价.zip!/报价.xlsx"),
        make("zip", "函.eml", mail, format="zip", key="!/报价.zip"),
        make("line1", "条款.jsonl", lines, format="jsonl", title="第一条", key="a1"),
        make("line2", "条款.jsonl", lines, format="jsonl", title="第二条", key="a2"),
    ]


def outline(node, depth=0):
    found = []
    for child in node.children:
        found += ["  " * depth + child.name, *outline(child, depth + 1)]
    return found


def shown(model, node=None, depth=0):
    found = []
    for child in (node or model.node(model.index(-1, 0))).shown:
        found += ["  " * depth + child.name, *shown(model, child, depth + 1)]
    return found


def test_folders_hold_files_and_files_what_is_in_them(shelf):
    order = sorted(shelf, key=lambda d: len(d.key))
    assert outline(grow(order, folders=True)) == [
        "年报.pdf",
        "银行",
        "  流水.xlsx",
        "  坏.pdf",
        "往来",
        "  函.eml",
        "    报价.zip",
        "      报价.xlsx",
        "条款.jsonl",
        "  第一条",
        "  第二条",
    ]
    assert [n.name for n in grow(order, folders=False).children] == [
        "年报.pdf", "流水.xlsx", "坏.pdf", "函.eml", "条款.jsonl",
    ]  # fmt: skip


def test_folders_that_hold_only_a_folder_are_shown_on_one_line(fakes):
    documents = [fakes.Stored("a", "甲.pdf", path="/x/y/z/甲.pdf"), fakes.Stored("b", "乙.pdf", path="/x/k/乙.pdf")]
    assert outline(grow(documents, folders=True)) == ["y/z", "  甲.pdf", "k", "  乙.pdf"]


def test_of_a_long_way_the_last_two_folders_are_named_and_the_tip_tells_all(fakes):
    model = DocumentModel()
    documents = [
        fakes.Stored("a", "甲.pdf", path="/home/li/资料/张三/甲.pdf"),
        fakes.Stored("b", "乙.pdf", path="/u/乙.pdf"),
    ]
    model.show_documents(documents)
    folder = next(model.index(row, 0) for row in range(model.rowCount()) if "张三" in model.index(row, 0).data())
    assert folder.data() == "…/资料/张三"
    assert folder.data(Qt.ItemDataRole.ToolTipRole) == "home/li/资料/张三"


def test_a_pasted_picture_stands_in_no_folder(fakes):
    documents = [
        fakes.Stored("a", "甲.pdf", path="/卷/夹/甲.pdf"),
        fakes.Stored("b", "截图.png", path="/dev/shm/inkstone-pasted-x1/截图.png"),
    ]
    assert outline(grow(documents, folders=True)) == ["甲.pdf", "截图.png"]


def test_folders_stand_first_and_files_by_the_column_chosen(shelf):
    model = DocumentModel()
    model.show_documents(shelf)
    model.sort(COLUMNS.index("name"), Qt.SortOrder.AscendingOrder)
    assert [n for n in shown(model) if not n.startswith(" ")] == sorted(["往来", "银行"]) + [
        n for n in shown(model) if not n.startswith(" ") and "." in n
    ]
    model.sort(COLUMNS.index("size"), Qt.SortOrder.AscendingOrder)
    bank = model.index_of("folder 银行") if model.index_of("folder 银行").isValid() else model.index(1, 0)
    assert [model.index(r, 0, bank).data() for r in range(model.rowCount(bank))] == ["坏.pdf", "流水.xlsx"]


def test_the_filter_keeps_what_leads_to_what_was_found(shelf):
    model = DocumentModel()
    model.show_documents(shelf)
    model.look_for("报价.xlsx")
    assert shown(model) == ["往来", "  函.eml", "    报价.zip", "      报价.xlsx"]
    assert [d.id for d in model.shown_documents()] == ["mail", "zip", "table"]
    model.look_for("")
    model.show_troubled(True)
    assert shown(model) == ["银行", "  坏.pdf"]


def test_rows_come_and_go_one_by_one_and_the_others_keep_their_place(shelf, qtmodeltester):
    model = DocumentModel()
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    for count in range(1, len(shelf) + 1):
        model.show_documents(shelf[:count])
        qtmodeltester.check(model)
    report = model.index_of("report")
    assert model.node(report).document is shelf[0]
    changed = [replace(d, state="words") if d.id == "flow" else d for d in shelf]
    model.show_documents(changed)
    assert model.node(model.index_of("flow")).document.state == "words"
    before = len(resets)
    model.show_documents([d for d in changed if d.id != "bad"])
    qtmodeltester.check(model)
    assert len(resets) == before
    assert not model.index_of("bad").isValid()
    model.show_documents([])
    assert model.rowCount() == 0


@pytest.fixture
def view(qtbot, make_desk, fakes, shelf):
    library = fakes.FakeLibrary()
    library.stored = {document.id: document for document in shelf}
    desk = make_desk(library=library, importer=fakes.FakeImporter(library))
    made = LibraryPane(desk)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    desk.job_runner.on_changes(made, made.refresh)
    made.show_case("case")
    qtbot.waitUntil(lambda: len(made.model.documents) == len(shelf))
    made.library = library
    return made


def seen(view):
    """The names of the rows that are to be seen, from above."""
    names, index = [], view.model.index(0, 0)
    while index.isValid():
        names.append(index.data())
        index = view.table.indexBelow(index)
    return names


def test_folders_are_open_and_files_of_many_closed(view, qtbot):
    assert {"银行", "流水.xlsx", "函.eml", "条款.jsonl"} <= set(seen(view))
    assert not {"第一条", "报价.zip"} & set(seen(view))
    view.table.choose(view.model.index_of("file /卷/条款.jsonl"))
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert {"第一条", "第二条"} <= set(seen(view))
    qtbot.keyClick(view.table, Qt.Key.Key_J)
    assert view.current().id in ("line1", "line2")
    qtbot.keyClick(view.table, Qt.Key.Key_Left)
    qtbot.keyClick(view.table, Qt.Key.Key_Left)
    assert "第一条" not in seen(view)


def test_what_was_opened_stays_open_while_documents_come_and_go(view, qtbot, fakes):
    view.table.setExpanded(view.model.index_of("file /卷/条款.jsonl"), True)
    view.table.setExpanded(view.model.index_of("flow").parent(), False)
    view.library.stored["new"] = fakes.Stored("new", "新.pdf", path="/别处/新.pdf")
    view.refresh(fakes.Changed())
    qtbot.waitUntil(lambda: "新.pdf" in {d.name for d in view.model.documents})
    assert "第一条" in seen(view)
    view.filter.setText("报价.xlsx")
    assert "报价.xlsx" in seen(view)
    view.filter.setText("")
    assert "第一条" in seen(view)


def test_deleting_a_folder_deletes_what_lies_in_it_and_can_be_undone(view, qtbot):
    view.table.choose(view.model.index_of("flow").parent())
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert view.undo.words.text() == "已删除 2 份资料。"
    qtbot.waitUntil(lambda: "flow" not in view.library.stored and "bad" not in view.library.stored)
    view.undo_delete()
    qtbot.waitUntil(lambda: {"flow", "bad"} <= {d.id for d in view.model.documents})


def test_one_press_shows_only_what_needs_looking_at(view, qtbot):
    assert view.bar.troubled.text() == "⚠ 1"
    qtbot.mouseClick(view.bar.troubled, Qt.MouseButton.LeftButton)
    assert seen(view) == ["银行", "坏.pdf"]
    assert view.count.text() == "1 / 8 份"
    view.bar.troubled.toggle()
    assert len(seen(view)) > 2


def test_grouping_by_folder_can_be_left(view):
    view.bar.group.toggle()
    assert "银行" not in seen(view)
    assert "流水.xlsx" in seen(view)


def test_a_refused_file_is_tried_again_from_where_it_came(view, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "坏.pdf"
    path.write_bytes(b"x")
    view.library.stored["bad"] = replace(view.library.stored["bad"], path=str(path))
    view.listing.begin()
    qtbot.waitUntil(lambda: any(d.path == str(path) for d in view.model.documents))
    view._select("bad")
    view.detail.retry.click()
    qtbot.waitUntil(lambda: view._desk.importer.paths == [path])
    qtbot.waitUntil(lambda: not view.imports.running)


def test_pages_waiting_to_be_recognised_are_counted(view, qtbot, fakes):
    view.library.stored["scan"] = fakes.Stored("scan", "扫描.pdf", state="words", unrecognised=7)
    view.listing.begin()
    qtbot.waitUntil(lambda: view.model.index_of("scan").isValid())
    told = view.model.index_of("scan").siblingAtColumn(COLUMNS.index("state")).data()
    assert told == "◐ 7 页待识别"


def test_the_row_of_the_keyboard_is_chosen_as_soon_as_the_table_has_it(view):
    view.table.clearFocus()
    view.table.selectionModel().clear()
    view.activateWindow()
    view.table.setFocus()
    assert len(view.table.selectionModel().selectedRows()) == 1
