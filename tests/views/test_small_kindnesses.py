"""Small things nobody asked for, one a pane."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from workbench.i18n import tr
from workbench.inference.api import LoadState, Role, RoleState
from workbench.models.evidence import Anchor, Citation, Claim, Status, TextSpan
from workbench.models.scenarios import load_scenario
from workbench.models.writing.report import DraftedSection, Paragraph
from workbench.settings import Settings
from workbench.views.ask import AskPane
from workbench.views.library_pane.words import list_words
from workbench.views.models_pane.cards import ModelCard
from workbench.views.models_pane.shelf import Held
from workbench.views.settings_pane import SettingsPane
from workbench.views.source import SourceViewer
from workbench.views.write.draft import Draft


def document(name, title="", kind="pdf", pages=3, state="ready"):
    return SimpleNamespace(
        name=name, title=title, format=kind, pages=pages, state=state, unrecognised=0, added="2020-05-04T10:00:00Z"
    )


def test_the_list_of_documents_is_copied_as_a_table_with_numbers():
    words = list_words([document("审计报告.pdf"), document("条款.jsonl", "管理办法 第三条", "jsonl", 0)])
    lines = [line.split("\t") for line in words.splitlines()]
    assert {len(line) for line in lines} == {6}
    assert [line[0] for line in lines] == [tr("library_pane.column.number"), "1", "2"]
    assert [line[1] for line in lines[1:]] == ["审计报告.pdf", "管理办法 第三条"]


def test_the_source_goes_back_to_the_place_before_and_forward_again(shell_desk, qtbot):
    view = SourceViewer(shell_desk())
    qtbot.addWidget(view)
    opened = []
    view._open = lambda document, anchor: opened.append((document, anchor))
    places = [Citation(f"d{n}", "词", Anchor("text", (TextSpan(n, 0, 1),))) for n in range(1, 4)]
    assert view.header.back.isHidden()
    for place in places:
        view.show_citation(place)
    assert view.header.back.isEnabled()
    assert not view.header.forward.isEnabled()
    view.header.back.click()
    view.header.back.click()
    view.header.back.click()
    assert [document for document, _ in opened] == ["d1", "d2", "d3", "d2", "d1"]
    view.header.forward.click()
    view.show_citation(places[0])
    assert opened[-2:] == [("d2", places[1].anchor), ("d1", places[0].anchor)]
    assert not view.header.forward.isEnabled()
    view.show_case(None)
    assert view.header.back.isHidden()


def test_the_up_key_in_an_empty_field_brings_the_last_question_back(shell_desk, qtbot):
    pane = AskPane(shell_desk(asker=SimpleNamespace(ask=lambda *_, **__: None)))
    qtbot.addWidget(pane)
    pane.show_case("c1")
    edit = pane.composer.edit
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == ""
    pane.ask("短期借款有多少？")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "短期借款有多少？"
    edit.setPlainText("别的\n问题")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "别的\n问题"
    pane.stop()


@pytest.mark.parametrize(("text", "letters"), [("借款人经营正常。", 8), ("EBITDA 为 1,234.5 万元", 5), ("", 0)])
def test_the_length_of_a_draft_is_counted_as_word_counts_it(text, letters):
    paragraph = Paragraph("p", (Claim(text, Status.OWN),))
    section = DraftedSection("s", "标题", (paragraph,))
    draft = Draft("c", "客户", load_scenario("credit_report"), sections={"s": section})
    assert draft.letters() == letters


def test_a_model_s_speed_is_told_as_the_time_of_an_answer(qtbot):
    entry = SimpleNamespace(id="m", name="Qwen", file="q.gguf", size=1, licence="MIT", sha256="0" * 64, role=Role.CHAT)
    held = Held(entry, works=True)
    card = ModelCard(Role.CHAT, held, RoleState(Role.CHAT, LoadState.READY, "Qwen", tokens_per_second=20.0))
    qtbot.addWidget(card)
    said = [label.text() for label in card.findChildren(type(card.head.itemAt(0).widget()))]
    assert tr("models.pace", seconds=10) in said


def test_a_changed_setting_goes_back_to_its_default_with_one_press(shell_desk, qtbot):
    desk = shell_desk()
    pane = SettingsPane(desk)
    qtbot.addWidget(pane)
    button = pane.ways_back["evidence_budget"]
    assert button.isHidden()
    pane.controls["evidence_budget"].setValue(900)
    assert not button.isHidden()
    button.click()
    assert desk.settings.now.evidence_budget == Settings().evidence_budget
    assert button.isHidden()
