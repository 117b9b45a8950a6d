"""The whole job of the panes without a mouse."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter

from workbench.models.evidence import Status
from workbench.views.ask import AskPane
from workbench.views.evidence_list import ClaimText, EvidenceList
from workbench.views.library_pane import LibraryPane
from workbench.views.source import SourceViewer
from workbench.views.write import WritePane
from workbench.views.write.boxes import EditBox


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def tab_to(kind):
    for _ in range(60):
        if isinstance(QApplication.focusWidget(), kind):
            return QApplication.focusWidget()
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"the keyboard never reaches {kind.__name__}")


def test_documents_questions_sources_and_the_draft_are_worked_by_keyboard_alone(
    qtbot, make_desk, fakes, drawn, watcher
):
    library = fakes.FakeLibrary()
    desk = make_desk(library=library, asker=fakes.FakeAnswerer(), writer=fakes.FakeWriter(library))
    window = QSplitter()
    qtbot.addWidget(window)
    documents, asking, writing = LibraryPane(desk), AskPane(desk), WritePane(desk)
    source, evidence = SourceViewer(desk), EvidenceList(desk)
    watcher.show_source, watcher.show_document, watcher.show_claim = (
        source.show_citation,
        source.show_document,
        evidence.show_claim,
    )
    for widget in (documents, asking, writing, source, evidence):
        window.addWidget(widget)
        if hasattr(widget, "show_case"):
            widget.show_case("case")
    window.resize(1900, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: len(documents.model.documents) == 4 and asking._names.count == 4)
    qtbot.waitUntil(lambda: writing.draft is not None and writing._names.count == 4)

    documents.focus_first()
    press(Qt.Key.Key_J)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: source.loaded is not None)
    assert source.loaded.id == documents.current().id

    asking.focus_first()
    QTest.keyClicks(QApplication.focusWidget(), "debt ratio?")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not asking.running)
    answer = tab_to(ClaimText)
    press(Qt.Key.Key_Right)
    assert evidence.rows[0].citation == answer.chosen.citations[0]
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: source.loaded is not None and source.loaded.id == "pdf")
    assert source.canvas.highlighted
    evidence.focus_first()
    press(Qt.Key.Key_Return)

    writing.focus_first()
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not writing.running and len(writing.page.views) == len(writing.draft.outline))
    writing.next_doubtful()
    text = QApplication.focusWidget()
    assert text.chosen.status is Status.PARTIAL
    press(Qt.Key.Key_E)
    assert isinstance(QApplication.focusWidget(), type(writing.findChildren(EditBox)[0].edit))
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), "my own view")
    press(Qt.Key.Key_Return)
    said = [c for s in writing.draft.sections.values() for _, c in s.sentences() if c.text == "my own view"]
    assert [c.status for c in said] == [Status.OWN]
