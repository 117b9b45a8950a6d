"""The command palette and the case switcher: everything by name."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from tests.views.conftest import ShellCase
from workbench.views.case_switcher import CaseSwitcher
from workbench.views.desk import Command
from workbench.views.palette import Entry, Palette, entry_of, matches, score, top_of


def entries(*titles):
    return [Entry(title, "", (), lambda: None) for title in titles]


def test_a_part_of_the_name_goes_before_scattered_letters():
    found = matches("word", entries("write or delete", "Export Word", "Word"))
    assert [e.title for e in found] == ["Word", "Export Word", "write or delete"]


def test_what_does_not_answer_is_left_out():
    assert matches("审计", entries("银行流水.xlsx", "2023年度审计报告.pdf"))[0].title == "2023年度审计报告.pdf"
    assert score("审计", "银行流水") is None


def test_a_command_is_found_by_its_name_in_either_language():
    entry = entry_of(Command("shell.command.lock", "Ctrl+L", lambda: None))
    assert matches("lock", [entry]) == matches("锁定", [entry]) == [entry]


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(1000, 700)
    qtbot.addWidget(made)
    made.show()
    return made


def test_typing_and_enter_run_a_command_without_the_mouse(window, qtbot):
    ran = []
    lines = [Entry(t, "", (), lambda t=t: ran.append(t)) for t in ("导入资料", "导出 Word", "锁定")]
    palette = Palette(window, lambda: lines)
    palette.open_below(top_of(window, 40))
    palette.line.insert("导")
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert ran == ["导出 Word"]
    assert not palette.isVisible()


def test_what_was_typed_can_be_asked(window, qtbot):
    asked = []
    palette = Palette(window, lambda: entries("锁定"))
    palette.ask = asked.append
    palette.open_below(top_of(window, 40))
    palette.line.insert("短期借款多少")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert asked == ["短期借款多少"]


def test_unfinished_text_of_an_input_method_runs_nothing(window, qtbot):
    ran = []
    palette = Palette(window, lambda: [Entry("锁定", "", (), lambda: ran.append(1))])
    palette.open_below(top_of(window, 40))
    QApplication.sendEvent(palette.line, QInputMethodEvent("suo'ding", []))
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert ran == []
    commit = QInputMethodEvent("", [])
    commit.setCommitString("锁定")
    QApplication.sendEvent(palette.line, commit)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert ran == [1]


def test_five_hundred_lines_show_the_best_dozen(window):
    palette = Palette(window, lambda: entries(*(f"资料 {n:03d}" for n in range(500))))
    palette.open_below(top_of(window, 40))
    assert len(palette.titles()) == 12


@pytest.fixture
def switcher(window):
    button = QPushButton(window)
    cases = [ShellCase("c1", "华东精工", documents=12), ShellCase("c2", "西南化工"), ShellCase("c3", "华北钢构")]
    made = CaseSwitcher(window, lambda: cases)
    made.open_at(button, "c2")
    return made


def test_a_case_is_found_and_opened_by_keyboard(switcher, qtbot):
    switcher.line.insert("华")
    qtbot.keyClick(switcher.line, Qt.Key.Key_Down)
    with qtbot.waitSignal(switcher.opened) as told:
        qtbot.keyClick(switcher.line, Qt.Key.Key_Return)
    assert told.args == ["c3"]


def test_the_open_case_is_selected_first(switcher, qtbot):
    with qtbot.waitSignal(switcher.opened) as told:
        qtbot.keyClick(switcher.line, Qt.Key.Key_Return)
    assert told.args == ["c2"]


def test_a_name_nobody_has_begins_a_case(switcher, qtbot):
    switcher.line.insert("东南船舶")
    with qtbot.waitSignal(switcher.created) as told:
        qtbot.keyClick(switcher.line, Qt.Key.Key_Return)
    assert told.args == ["东南船舶"]


def test_a_case_like_another_is_begun_with_ctrl_enter(switcher, qtbot):
    switcher.line.insert("华")
    with qtbot.waitSignal(switcher.created) as told:
        qtbot.keyClick(switcher.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args == ["华"]


def test_f2_renames_and_escape_gives_it_up(switcher, qtbot):
    qtbot.keyClick(switcher.line, Qt.Key.Key_F2)
    assert switcher.line.text() == "西南化工"
    qtbot.keyClick(switcher.line, Qt.Key.Key_Escape)
    assert switcher.isVisible()
    qtbot.keyClick(switcher.line, Qt.Key.Key_F2)
    switcher.line.setText("西南化工集团")
    with qtbot.waitSignal(switcher.renamed) as told:
        qtbot.keyClick(switcher.line, Qt.Key.Key_Return)
    assert told.args[1] == "西南化工集团"
