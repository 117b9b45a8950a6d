"""The ask pane."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication

from workbench.errors import ModelMissing, WorkbenchError
from workbench.inference.api import EngineState
from workbench.models.asking.answer import Outcome
from workbench.models.evidence import Status
from workbench.views.ask import AskPane, talks
from workbench.views.ask.cards import Card, ConflictCard
from workbench.views.library_pane import LibraryPane


class NoModels:
    def state(self):
        return EngineState()


def pane(qtbot, make_desk, asker, **services):
    desk = make_desk(asker=asker, **services)
    view = AskPane(desk)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    view.show_case("case")
    qtbot.waitUntil(lambda: view._names.count == 4)
    return view


def type_and_send(qtbot, view, question):
    view.composer.edit.setPlainText(question)
    qtbot.keyClick(view.composer.edit, Qt.Key.Key_Return)


def idle(qtbot, view):
    qtbot.waitUntil(lambda: not view.running)


def test_enter_asks_and_the_answer_comes_sentence_by_sentence_with_marks(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    view = pane(qtbot, make_desk, asker)
    type_and_send(qtbot, view, "资产负债率是多少？")
    idle(qtbot, view)
    (turn,) = view.turn_views
    assert asker.questions == ["资产负债率是多少？"]
    assert [c.status for c in turn.answer.claims] == [c.status for c in fakes.claims()]
    assert "把握度 高" in turn.facts.text()
    assert view.composer.edit.toPlainText() == ""


def test_evidence_is_shown_before_the_first_word_of_the_answer(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer(until=0)
    view = pane(qtbot, make_desk, asker)
    view.ask("短期借款有多少？")
    qtbot.waitUntil(lambda: len(view.turn_views[0].cards.cards) == 3)
    turn = view.turn_views[0]
    assert view.running
    assert not turn.answer.isVisible()
    assert "3 处依据" in turn.facts.text()
    view.stop()


def test_unfinished_input_method_text_is_never_sent_by_enter(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    view = pane(qtbot, make_desk, asker)
    edit = view.composer.edit
    edit.setPlainText("资产")
    QApplication.sendEvent(edit, QInputMethodEvent("fuzhailv", []))
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    view.composer.ask_button.click()
    assert asker.questions == []
    assert not view.running

    done = QInputMethodEvent("", [])
    done.setCommitString("负债率")
    cursor = edit.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    edit.setTextCursor(cursor)
    QApplication.sendEvent(edit, done)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    idle(qtbot, view)
    assert asker.questions == ["资产负债率"]


def test_shift_and_enter_make_a_new_line(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    edit = view.composer.edit
    edit.setPlainText("第一行")
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    one_line = edit.height()
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert edit.toPlainText() == "第一行\n"
    assert edit.height() > one_line
    assert not view.running


def test_escape_stops_at_once_and_keeps_what_has_come(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer(until=2)
    view = pane(qtbot, make_desk, asker)
    view.ask("现金短债比？")
    qtbot.waitUntil(lambda: len(view.turn_views[0].turn.sentences) == 2)
    qtbot.keyClick(view.composer.edit, Qt.Key.Key_Escape)
    assert not view.running
    turn = view.turn_views[0]
    assert turn.turn.status == talks.STOPPED
    assert len(turn.answer.claims) == 2
    assert turn.notice.text() == "已停止。"
    qtbot.waitUntil(asker.stopped.is_set)


def test_a_chip_leads_to_the_source_and_a_sentence_to_its_evidence(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    view.ask("?")
    idle(qtbot, view)
    answer = view.turn_views[0].answer
    cited = fakes.claims()[0].citations[0]
    point = answer.chip_rect(cited).center().toPoint()
    qtbot.mouseClick(answer.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert watcher.sources == [cited]
    assert watcher.claims[-1] == fakes.claims()[0]


def test_a_quote_card_opens_its_source_by_mouse_and_by_enter(qtbot, make_desk, fakes, watcher):
    asker = fakes.FakeAnswerer(status=Outcome.NOT_FOUND)
    view = pane(qtbot, make_desk, asker)
    view.ask("授信到期日？")
    idle(qtbot, view)
    first, second, _ = view.turn_views[0].cards.cards
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    qtbot.keyClick(second, Qt.Key.Key_Return)
    assert watcher.sources == [asker.evidence[0].citations[0], asker.evidence[1].citations[0]]


def test_what_the_documents_do_not_say_is_said_plainly(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(status=Outcome.NOT_FOUND))
    view.ask("授信到期日？")
    idle(qtbot, view)
    turn = view.turn_views[0]
    assert turn.notice.text().startswith("资料中未提及")
    assert turn.notice.isVisible()
    assert not turn.answer.isVisible()


def test_where_no_passage_comes_near_none_is_promised(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer(status=Outcome.NOT_FOUND)
    asker.evidence = ()
    view = pane(qtbot, make_desk, asker)
    view.ask("授信到期日？")
    idle(qtbot, view)
    turn = view.turn_views[0]
    assert not turn.cards.cards
    assert "下面" not in turn.notice.text()
    assert "换成资料里的用词" in turn.notice.text()


def test_a_contradiction_shows_both_sides_each_leading_to_its_place(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(status=Outcome.CONFLICTING))
    view.ask("借款余额？")
    idle(qtbot, view)
    (card,) = (c for c in view.turn_views[0].cards.cards if isinstance(c, ConflictCard))
    sides = card.findChildren(type(view.composer.ask_button))
    for side in sides:
        side.click()
    assert watcher.sources == list(fakes.claims()[4].citations)


def test_a_computed_figure_has_a_card_with_its_formula(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    view.ask("现金短债比？")
    idle(qtbot, view)
    told = [c.accessibleName() for c in view.turn_views[0].cards.cards if isinstance(c, Card)]
    assert any("46,120.33 ÷ 119,000.00 = 0.39" in name for name in told)


def test_only_proven_hides_sentences_without_evidence(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    view.ask("?")
    idle(qtbot, view)
    view.only_proven.click()
    assert all(c.status is not Status.UNPROVEN for c in view.turn_views[0].answer.claims)


def test_without_a_chat_model_the_evidence_stays_and_the_way_to_models_is_offered(qtbot, make_desk, fakes, watcher):
    asker = fakes.FakeAnswerer()
    asker.error = ModelMissing("没有对话模型。", "请导入。")
    view = pane(qtbot, make_desk, asker, engine=NoModels())
    assert "还没有对话模型" in view.state.text.text()
    view.ask("资产负债率？")
    idle(qtbot, view)
    turn = view.turn_views[0]
    assert len(turn.cards.cards) == 3
    assert turn.notice.text() == "没有可用的对话模型。以下是资料原文。"
    turn.action.click()
    assert watcher.panes == ["models"]


def test_a_failure_is_told_and_the_question_can_be_asked_again(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    asker.error = WorkbenchError("出错了。", "请重试。")
    view = pane(qtbot, make_desk, asker)
    view.ask("资产负债率？")
    idle(qtbot, view)
    assert view.turn_views[0].notice.text() == "出错了。 请重试。"
    asker.error = None
    view.turn_views[0].action.click()
    idle(qtbot, view)
    assert view.turn_views[1].turn.status == "answered"


def test_an_answer_is_copied_with_numbered_references(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    view.ask("资产负债率？")
    idle(qtbot, view)
    view.copy_last()
    copied = QGuiApplication.clipboard().text()
    assert "上升5.58个百分点。[1]" in copied
    assert "[1] “资产负债率63.68%，较上年末上升5.58个百分点。”（2023年度审计报告.pdf，第 1 页）" in copied
    assert "将明显改善。（未找到依据）" in copied


def test_talks_are_kept_with_the_case_and_opened_again(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(), library=library)
    view.ask("资产负债率？")
    idle(qtbot, view)
    qtbot.waitUntil(lambda: bool(library.notes("case", talks.NOTE_KIND)))

    again = pane(qtbot, make_desk, fakes.FakeAnswerer(), library=library)
    qtbot.waitUntil(lambda: again.history.talks.count() == 1)
    again.history.talks.setCurrentRow(0)
    assert again.turn_views[0].answer.claims == fakes.claims()


def test_a_deleted_talk_comes_back(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(), library=library)
    view.ask("资产负债率？")
    idle(qtbot, view)
    view.history.talks.setCurrentRow(0)
    qtbot.keyClick(view.history.talks, Qt.Key.Key_Delete)
    assert view.history.talks.count() == 0
    qtbot.waitUntil(lambda: not library.notes("case", talks.NOTE_KIND))
    view.history.undo.click()
    assert view.history.talks.count() == 1
    qtbot.waitUntil(lambda: bool(library.notes("case", talks.NOTE_KIND)))


def test_an_answer_that_runs_while_another_talk_is_looked_at_is_kept_in_its_own(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer(until=1)
    view = pane(qtbot, make_desk, asker)
    view.ask("第一问")
    qtbot.waitUntil(lambda: len(view.turn_views[0].turn.sentences) == 1)
    view.new_talk()
    assert view.turn_views == ()
    view.stop()
    view.history.talks.setCurrentRow(0)
    assert view.turn_views[0].turn.status == talks.STOPPED
    assert len(view.turn_views[0].answer.claims) == 1


def test_the_window_may_close_during_generation(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer(until=1)
    desk = make_desk(asker=asker)
    view = AskPane(desk)
    view.show_case("case")
    view.ask("资产负债率？")
    qtbot.waitUntil(lambda: len(view.turn_views[0].turn.sentences) == 1)
    view.close()
    view.deleteLater()
    assert desk.job_runner.shutdown()
    assert asker.stopped.is_set()


def test_a_question_is_answered_while_files_are_taken_in(qtbot, make_desk, fakes, tmp_path):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)
    importer.gate.clear()
    (tmp_path / "年报.pdf").write_bytes(b"x")
    desk = make_desk(asker=fakes.FakeAnswerer(), library=library, importer=importer)
    documents, view = LibraryPane(desk), AskPane(desk)
    for widget in (documents, view):
        qtbot.addWidget(widget)
        widget.show_case("case")
    documents.take_in([tmp_path / "年报.pdf"])
    view.ask("资产负债率？")
    idle(qtbot, view)
    assert documents.imports.running
    assert view.turn_views[0].turn.status == "answered"
    importer.gate.set()
    qtbot.waitUntil(lambda: not documents.imports.running)


def test_suggested_questions_are_put_into_the_field(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    assert view.history.suggestions.count() == 6
    view.history.suggestions.itemActivated.emit(view.history.suggestions.item(1))
    assert view.composer.edit.toPlainText() == "控股股东和实际控制人是谁？"
    assert not view.running


def test_nothing_can_be_asked_without_a_case_or_documents_and_the_way_on_is_shown(qtbot, make_desk, fakes, watcher):
    library = fakes.FakeLibrary()
    library.stored.clear()
    desk = make_desk(asker=fakes.FakeAnswerer(), library=library)
    view = AskPane(desk)
    qtbot.addWidget(view)
    assert not view.composer.isEnabled()
    assert view.state.heading.text() == "还没有打开卷宗"
    view.show_case("case")
    assert view.state.heading.text() == "这个卷宗还没有资料"
    view.state.buttons[0].click()
    assert watcher.panes == ["library"]


def test_what_can_be_operated_has_a_name_for_screen_readers(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    view.ask("?")
    idle(qtbot, view)
    turn = view.turn_views[0]
    roles = {
        view.composer.edit: QAccessible.Role.EditableText,
        view.composer.ask_button: QAccessible.Role.Button,
        view.only_proven: QAccessible.Role.CheckBox,
        view.history.talks: QAccessible.Role.List,
        view.history.suggestions: QAccessible.Role.List,
        turn.answer: QAccessible.Role.EditableText,
    }
    for widget, role in roles.items():
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name), widget
        assert told.role() == role
    assert all(card.accessibleName() for card in turn.cards.cards)
