"""The table of short names on the settings page."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit

from tests.views.conftest import ShellLibrary
from workbench.models.retrieval.glossary import NOTE_KIND
from workbench.views import theme
from workbench.views.settings_pane.glossary import GlossaryCard


@pytest.fixture
def library():
    return ShellLibrary("华东精工")


@pytest.fixture
def card(shell_desk, qtbot, library):
    library.save_note("c1", NOTE_KIND, "own", {"lines": "恒泰 = 恒泰精密股份有限公司"})
    made = GlossaryCard(shell_desk(library=library))
    qtbot.addWidget(made)
    made.show()
    made.show_case("c1")
    qtbot.waitUntil(lambda: made.table.rowCount() == 1)
    return made


def kept(library):
    return library.notes("c1", NOTE_KIND).get("own", {}).get("lines", "").splitlines()


def write(qtbot, card, row, short, full):
    card.table.item(row, 0).setText(short)
    card.table.item(row, 1).setText(full)


def test_a_row_written_by_hand_is_kept_at_once(card, library, qtbot):
    qtbot.keyClick(card.table, Qt.Key.Key_Insert)
    assert card.table.currentRow() == 1
    write(qtbot, card, 1, "X项", "星辰计划")
    qtbot.waitUntil(lambda: kept(library) == ["恒泰 = 恒泰精密股份有限公司", "X项 = 星辰计划"])
    assert "2 条已保存" in card.said.text()


def test_a_row_that_can_not_be_used_is_red_says_why_and_is_not_kept(card, library, qtbot):
    card.add()
    write(qtbot, card, 1, "恒泰", "另一家公司")
    assert "第 2 行" in card.said.text()
    assert "重复" in card.said.text()
    assert card.table.item(1, 0).foreground().color() == QColor(theme.current().unproven)
    card.table.item(1, 0).setText("另一家")
    qtbot.waitUntil(lambda: kept(library)[-1:] == ["另一家 = 另一家公司"])


def test_delete_takes_the_chosen_row_out(card, library, qtbot):
    card.table.selectRow(0)
    qtbot.keyClick(card.table, Qt.Key.Key_Delete)
    assert card.table.rowCount() == 0
    qtbot.waitUntil(lambda: kept(library) == [])


def test_a_file_adds_what_is_not_there_and_leaves_the_rest(card, library, qtbot, tmp_path):
    path = tmp_path / "简称.csv"
    path.write_text("简称,全称\n恒泰,别的公司\nX项,星辰计划\n", encoding="utf-8")
    card.choose_file = lambda: str(path)
    card.buttons["import"].click()
    qtbot.waitUntil(lambda: kept(library) == ["恒泰 = 恒泰精密股份有限公司", "X项 = 星辰计划"])
    out = tmp_path / "出"
    card.choose_target = lambda: str(out)
    card.buttons["export"].click()
    qtbot.waitUntil(lambda: out.with_name("出.csv").exists() and out.with_name("出.csv").stat().st_size > 40)
    assert out.with_name("出.csv").read_text(encoding="utf-8-sig").splitlines()[1:] == [
        "恒泰,恒泰精密股份有限公司",
        "X项,星辰计划",
    ]


def test_without_a_case_nothing_can_be_written_and_that_is_said(card):
    card.show_case(None)
    assert not card.table.isEnabled()
    assert not card.buttons["add"].isEnabled()
    assert "打开一个卷宗" in card.said.text()


def test_a_place_that_can_not_be_written_to_is_told(card, qtbot, tmp_path):
    told = []
    card._desk.set_stage(SimpleNamespace(warn=told.append))
    card.choose_target = lambda: str(tmp_path / "没有这个文件夹" / "出.csv")
    card.save_csv()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].hint


def test_a_full_name_is_written_after_the_short_one_by_keys_alone(card, library, qtbot):
    card.focus_first()
    qtbot.keyClick(card.table, Qt.Key.Key_Insert)
    editor = card.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "AB")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    editor = next(e for e in card.table.findChildren(QLineEdit) if e is not editor and e.isVisible())
    qtbot.keyClicks(editor, "ABC Ltd")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: kept(library)[-1:] == ["AB = ABC Ltd"])
