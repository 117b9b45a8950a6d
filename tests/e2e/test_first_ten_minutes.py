"""The first ten minutes at the desk: the program as it is wired, only the models stand in."""

import gc
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTextEdit,
    QWidget,
)

from tests.views.smooth import LIMIT_S, LoopWatch, best_gap
from workbench import app, vault
from workbench.desktop import Desktop
from workbench.errors import Cancelled
from workbench.i18n import LANGUAGES, set_language, tr
from workbench.inference.api import GenerationFigures, Role
from workbench.inference.fake import FakeChat, FakeEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter
from workbench.models.documents.document import BlockKind
from workbench.models.evidence import Citation, PageSpan
from workbench.settings import load
from workbench.views import fonts
from workbench.views.ask import talks
from workbench.views.evidence_list import where
from workbench.views.onboarding.pages import LanguagePage, ModelsPage, ProtectionPage, RecoveryPage, UnlockPage

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.qt_log_ignore("This plugin does not support", "This plugin supports", extend=True),
]

PHRASE = "correct horse"
LONG_MS = 180_000
ROOT = Path(__file__).resolve().parents[2]
REPORT = "岚渚精机2024年度审计报告.pdf"


class Endless(FakeChat):
    """Writes until it is stopped; ``begun`` once it has written something."""

    def __init__(self) -> None:
        super().__init__([])
        self.begun = threading.Event()
        self.stopped = threading.Event()

    def chat(self, request, job):
        return _Endless(self, job)


class _Endless:
    figures = GenerationFigures()
    thought = ""

    def __init__(self, chat, job):
        self._chat, self._job = chat, job

    def __iter__(self):
        while not self._job.wait(0.005):
            yield "字"
            self._chat.begun.set()
        self._chat.stopped.set()
        raise Cancelled


class House:
    """A machine with one user: starts the program, as often as wanted, on the same library."""

    def __init__(self, folder: Path) -> None:
        self.home, self.models = folder / "library", folder / "models"
        self.missing: tuple[Role, ...] = ()
        self.chat: FakeChat | None = None
        self.stand_in = True
        self.running: list[Desktop] = []

    def machine(self, where, chosen):
        if not self.stand_in:
            return app.open_machine(where, chosen)
        arbiter = ComputeArbiter()
        engine = FakeEngine(arbiter=arbiter, missing=self.missing)
        if self.chat is not None:
            engine.fake_chat = self.chat
        return app.Machine(where, arbiter, Registry(where.models), engine)

    def protect(self):
        return vault.create(self.home, passphrase=PHRASE, cost=vault.Cost(1, 1024, 1))[1]

    def start(self) -> Desktop:
        desktop = Desktop(app.places(self.home, self.models), "zh", self.machine)
        self.running.append(desktop)
        desktop.doorway.begin()
        return desktop

    def stop(self, desktop: Desktop) -> None:
        """Close the window and leave, as the last event of the user."""
        window = desktop.doorway.window
        entrance = desktop.doorway.entrance
        (window or entrance).close()
        desktop.close()
        self.running.remove(desktop)
        for widget in (window, entrance):
            if widget is not None:
                widget.deleteLater()
        QApplication.sendPostedEvents()
        gc.collect()


@pytest.fixture
def house(qapp, tmp_path, monkeypatch):
    set_language("zh")
    monkeypatch.delenv(vault.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setattr(vault, "key_store_available", lambda: False)
    made = House(tmp_path)
    yield made
    for desktop in list(made.running):
        made.stop(desktop)
    set_language("zh")


@pytest.fixture
def enter(house, qtbot, monkeypatch):
    """Starts the program on an unlocked library and gives the desktop and its window."""

    def start():
        monkeypatch.setenv(vault.ENVIRONMENT_VARIABLE, PHRASE)
        if not vault.exists(house.home):
            house.protect()
        desktop = house.start()
        qtbot.waitUntil(lambda: desktop.doorway.window is not None, timeout=LONG_MS)
        return desktop, desktop.doorway.window

    return start


@pytest.fixture
def sampled(house, enter, qtbot, samples):
    """The window with the sample case read in."""

    def start():
        desktop, window = enter()
        read_in(qtbot, window, [samples])
        return desktop, window

    return start


def page(desktop, kind, qtbot):
    entrance = desktop.doorway.entrance
    qtbot.waitUntil(lambda: isinstance(entrance.page, kind), timeout=LONG_MS)
    return entrance.page


def pane(window, name):
    window.go(name)
    return window.pane(name)


def read_in(qtbot, window, paths):
    documents = pane(window, "library")
    documents.take_in(paths)
    qtbot.waitUntil(lambda: window.case is not None and not documents.imports.running, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bool(documents.model.documents), timeout=LONG_MS)
    return documents


def settled(qtbot, window):
    """Wait until nothing runs any more, vectors included."""
    runner = window._desk.job_runner
    qtbot.waitUntil(lambda: not runner.jobs() and not window._desk.indexing.running, timeout=LONG_MS)


def ask(qtbot, window, question):
    asking = pane(window, "ask")
    qtbot.waitUntil(lambda: asking._names.count > 0, timeout=LONG_MS)
    asking.ask(question)
    qtbot.waitUntil(lambda: not asking.running, timeout=LONG_MS)
    return asking.turn_views[-1]


def names_of(window):
    library = window._desk.library
    return sorted(d.name for d in library.documents(window.case))


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def plain(text):
    return "".join(text.split())


def test_without_a_key_store_a_passphrase_leads_to_the_sample_case(house, qtbot):
    desktop = house.start()
    page(desktop, LanguagePage, qtbot).submit()
    protection = page(desktop, ProtectionPage, qtbot)
    assert not protection.store.isEnabled()
    protection.first.setText(PHRASE)
    protection.second.setText(PHRASE)
    protection.submit()
    recovery = page(desktop, RecoveryPage, qtbot)
    recovery.kept.setChecked(True)
    recovery.submit()
    page(desktop, ModelsPage, qtbot).submit()
    qtbot.waitUntil(lambda: desktop.doorway.window is not None, timeout=LONG_MS)
    window = desktop.doorway.window
    qtbot.waitUntil(lambda: window.case is not None, timeout=LONG_MS)
    assert REPORT in names_of(window)
    assert window.shown == "library"
    assert window._desk.vault.key is not None


def test_a_forgotten_passphrase_gives_way_to_the_recovery_code(house, qtbot):
    code = house.protect()
    desktop = house.start()
    door = page(desktop, UnlockPage, qtbot)
    door.line.setText("no idea")
    door.submit()
    qtbot.waitUntil(lambda: not door._busy, timeout=LONG_MS)
    assert desktop.doorway.window is None
    door.forgot.click()
    door.line.setText(code.lower())
    door.submit()
    qtbot.waitUntil(lambda: desktop.doorway.window is not None, timeout=LONG_MS)


def test_without_models_the_panes_say_so_and_everything_else_works(house, sampled, qtbot):
    house.stand_in = False
    _, window = sampled()
    settled(qtbot, window)
    asking = pane(window, "ask")
    qtbot.waitUntil(lambda: tr("ask.first_no_model") == asking.state.text.text())
    asking.state.buttons[0].click()
    assert window.shown == "models"
    models = window.pane("models")
    qtbot.waitUntil(lambda: len(models.cards) == 2)
    assert {card.role for card in models.cards} == {Role.CHAT, Role.EMBEDDING}
    assert all(any(b.text() == tr("models.import_for") for b in c.findChildren(QPushButton)) for c in models.cards)

    answer = ask(qtbot, window, "借款人的主要产品和客户有哪些？")
    assert answer.turn.evidence
    assert answer.notice.isVisibleTo(answer)
    assert answer.action.text() == tr("ask.to_models")
    assert answer.notice.text().count("模型") <= 2
    answer.cards.cards[0].opened.emit()
    qtbot.waitUntil(lambda: window.side.source.loaded is not None, timeout=LONG_MS)

    writing = pane(window, "write")
    qtbot.waitUntil(lambda: writing.draft is not None, timeout=LONG_MS)
    writing.generate()
    qtbot.waitUntil(lambda: not writing.running, timeout=LONG_MS)
    assert len(writing.draft.sections) == len(writing.draft.outline)
    assert window.notices.banners == ()
    assert window.status._model.text() == tr("shell.model_missing")


def test_a_folder_dropped_from_the_file_manager_is_read_with_its_subfolders(enter, qtbot, samples, tmp_path):
    folder = tmp_path / "申报材料"
    shutil.copytree(samples, folder / "附件")
    (folder / "损坏.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    _, window = enter()
    documents = pane(window, "library")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    documents.dropEvent(
        QDropEvent(
            QPointF(10, 10),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: window.case is not None and not documents.imports.running, timeout=LONG_MS)
    both = {"损坏.pdf", REPORT}
    qtbot.waitUntil(lambda: both <= {d.name for d in documents.model.documents}, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not documents.imports.running, timeout=LONG_MS)
    states = {d.name: d.state for d in documents.model.documents}
    assert states["损坏.pdf"] == "rejected"
    assert [c.name for c in window.cases.all] == ["申报材料"]
    settled(qtbot, window)
    qtbot.waitUntil(lambda: {d.state for d in documents.model.documents} == {"ready", "rejected"}, timeout=LONG_MS)


def test_a_question_asked_during_an_import_is_answered(sampled, qtbot, tmp_path):
    _, window = sampled()
    many = tmp_path / "更多"
    many.mkdir()
    for number in range(400):
        (many / f"记录{number:03d}.txt").write_text(f"第{number}次走访，设备运转正常。\n" * 20, encoding="utf-8")
    documents = pane(window, "library")
    documents.take_in([many])
    qtbot.waitUntil(lambda: documents.imports.running)
    answer = ask(qtbot, window, "控股股东是谁？")
    assert documents.imports.running
    assert answer.turn.evidence
    documents.imports.stop()


def test_a_window_closed_during_generation_loses_no_question_and_no_evidence(house, sampled, enter, qtbot):
    house.chat = Endless()
    desktop, window = sampled()
    asking = pane(window, "ask")
    asking.ask("请说明本次申请的贷款用途。")
    qtbot.waitUntil(house.chat.begun.is_set, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bool(asking.turn_views[-1].turn.evidence))
    house.stop(desktop)
    assert house.chat.stopped.is_set()

    _, window = enter()
    asking = pane(window, "ask")
    qtbot.waitUntil(lambda: asking.history.talks.count() == 1, timeout=LONG_MS)
    asking.history.talks.setCurrentRow(0)
    qtbot.waitUntil(lambda: len(asking.turn_views) == 1)
    turn = asking.turn_views[0].turn
    assert turn.question == "请说明本次申请的贷款用途。"
    assert turn.status == talks.STOPPED
    assert turn.evidence
    assert asking.turn_views[0].action.text() == tr("ask.again")


def test_a_draft_cut_off_by_closing_keeps_its_finished_sections(house, sampled, enter, qtbot):
    desktop, window = sampled()
    writing = pane(window, "write")
    qtbot.waitUntil(lambda: writing.draft is not None, timeout=LONG_MS)
    writing.generate()
    qtbot.waitUntil(lambda: len(writing.draft.sections) >= 2, timeout=LONG_MS)
    kept = set(writing.draft.sections)
    house.stop(desktop)

    _, window = enter()
    writing = pane(window, "write")
    qtbot.waitUntil(lambda: writing.draft is not None and bool(writing.draft.sections), timeout=LONG_MS)
    assert kept <= set(writing.draft.sections)


def test_an_edit_made_just_before_closing_is_kept(house, sampled, enter, qtbot):
    desktop, window = sampled()
    window.cases.save_user("沈砚")
    house.stop(desktop)
    _, window = enter()
    qtbot.waitUntil(lambda: window.top.user.text() == "沈砚", timeout=LONG_MS)


def test_an_import_cut_off_by_closing_goes_on_at_the_next_start(house, enter, qtbot, samples):
    desktop, window = enter()
    documents = pane(window, "library")
    documents.take_in([samples])
    qtbot.waitUntil(lambda: documents.imports.running, timeout=LONG_MS)
    window.go("ask")
    house.stop(desktop)

    _, window = enter()
    assert window.shown == "ask"
    qtbot.waitUntil(lambda: window.pane("library") is not None, timeout=LONG_MS)
    documents = window.pane("library")
    qtbot.waitUntil(lambda: window.case is not None and not documents.imports.running, timeout=LONG_MS)
    settled(qtbot, window)
    expected = {path.name for path in samples.iterdir() if not path.name.startswith(".")}
    names = names_of(window)
    assert set(names) == expected
    others = [name for name in names if not name.endswith(".jsonl")]
    assert len(others) == len(set(others))
    assert window._desk.library.notes(window.case, "import") == {}


def test_an_import_the_user_stopped_does_not_come_back(house, enter, qtbot, samples):
    desktop, window = enter()
    documents = pane(window, "library")
    documents.take_in([samples])
    qtbot.waitUntil(lambda: documents.imports.running, timeout=LONG_MS)
    documents.imports.stop()
    qtbot.waitUntil(lambda: window.case is not None)
    house.stop(desktop)
    _, window = enter()
    qtbot.waitUntil(lambda: window.case is not None, timeout=LONG_MS)
    settled(qtbot, window)
    assert window.pane("library") is None or not window.pane("library").imports.running
    assert window._desk.library.notes(window.case, "import") == {}


def cited_places(window, documents):
    """For every document of the case a place in the middle of it: a sentence, and a cell where there are tables."""
    library = window._desk.library
    for stored in documents:
        content = library.content(stored.id)
        blocks = [b for b in content.blocks if len(b.text.strip()) > 8]
        wanted = [blocks[len(blocks) // 2], next((b for b in blocks if b.kind is BlockKind.TABLE), None)]
        for block in filter(None, wanted):
            if block.kind is BlockKind.TABLE and block.cells:
                cell = [c for c in block.cells if c.end - c.start > 1][-1]
                start, end = cell.start, cell.end
            else:
                start = len(block.text) - len(block.text.lstrip())
                end = min(start + 12, len(block.text.rstrip()))
            anchor = block.anchor(start, end)
            if anchor is not None:
                yield stored, Citation(stored.id, block.text[start:end], anchor)


def words_under_highlight(source, citation):
    """What is marked in the viewer now, as a reader sees it."""
    loaded = source.loaded
    if loaded.pages:
        assert {s.page for s in citation.anchor.spans if isinstance(s, PageSpan)} == set(source.canvas.highlighted)
        words = ""
        for number, boxes in source.canvas.highlighted.items():
            for x0, y0, x1, y1 in boxes:
                assert source.canvas.viewport().rect().contains(source.canvas.page_point(number, x0, (y0 + y1) / 2))
                middle = (y0 + y1) / 2
                first = loaded.page_text.position(number, x0 + 0.5, middle)
                last = loaded.page_text.position(number, x1 - 0.5, middle)
                words += loaded.page_text.text(first, last)
        return words
    if loaded.grids:
        model = source.sheets.table.model()
        role = Qt.ItemDataRole.BackgroundRole
        cells = [(r, c) for r in range(model.rowCount()) for c in range(model.columnCount())]
        marked = [model.index(r, c) for r, c in cells if model.index(r, c).data(role) is not None]
        assert source.sheets.table.currentIndex() in marked
        return "".join(index.data() for index in marked)
    return "".join(source.text.marked_texts())


def test_a_citation_of_any_kind_of_document_opens_with_its_words_marked(sampled, qtbot):
    _, window = sampled()
    documents = window._desk.library.documents(window.case)
    source = window.side.source
    kinds = set()
    for stored, citation in cited_places(window, documents):
        window.show_source(citation)
        qtbot.waitUntil(lambda s=stored: source.loaded is not None and source.loaded.id == s.id, timeout=LONG_MS)
        qtbot.waitUntil(lambda c=citation: plain(c.quote) in plain(words_under_highlight(source, c)), timeout=LONG_MS)
        assert len(plain(words_under_highlight(source, citation))) <= len(plain(citation.quote)) + 2
        kinds.add(stored.format)
    assert kinds == {"pdf", "docx", "xlsx", "text", "markdown", "jsonl"}


def test_a_found_place_is_opened_from_its_card_and_its_quote_copied_with_reference(sampled, qtbot):
    _, window = sampled()
    settled(qtbot, window)
    answer = ask(qtbot, window, "控股股东和实际控制人是谁？")
    card = next(c for c, q in zip(answer.cards.cards, answer.turn.evidence, strict=False) if q.citations)
    claim = next(q for q in answer.turn.evidence if q.citations)
    card.opened.emit()
    citation = claim.citations[0]
    source, evidence = window.side.source, window.side.evidence
    qtbot.waitUntil(lambda: source.loaded is not None and source.loaded.id == citation.document, timeout=LONG_MS)
    assert evidence.rows
    assert evidence.rows[0].citation == citation
    evidence.copy()
    copied = QGuiApplication.clipboard().text()
    name = window._desk.library.document(citation.document).name
    assert plain(citation.quote) in plain(copied)
    assert name in copied
    assert where(citation.anchor) in copied


def test_unfinished_input_method_text_is_never_sent_by_enter(sampled, qtbot):
    _, window = sampled()
    asking = pane(window, "ask")
    qtbot.waitUntil(lambda: asking._names.count > 0, timeout=LONG_MS)
    edit = asking.composer.edit
    edit.setFocus()
    QApplication.sendEvent(edit, QInputMethodEvent("zichan fuzhai", []))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not asking.running
    assert asking.turn_views == ()
    done = QInputMethodEvent("", [])
    done.setCommitString("资产负债率")
    QApplication.sendEvent(edit, done)
    assert edit.toPlainText() == "资产负债率"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert asking.turn_views[-1].turn.question == "资产负债率"


def test_the_whole_job_is_done_without_a_mouse(enter, qtbot, samples, tmp_path, monkeypatch):
    _, window = enter()
    window.activateWindow()
    files = [str(path) for path in sorted(samples.iterdir())]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (files, ""))
    control = Qt.KeyboardModifier.ControlModifier
    window.setFocus()
    press(Qt.Key.Key_1, control)
    press(Qt.Key.Key_I, control)
    documents = window.pane("library")
    qtbot.waitUntil(lambda: bool(documents.model.documents) and not documents.imports.running, timeout=LONG_MS)

    press(Qt.Key.Key_3, control)
    asking = window.pane("ask")
    qtbot.waitUntil(lambda: asking._names.count > 0, timeout=LONG_MS)
    typed = QInputMethodEvent("", [])
    typed.setCommitString("控股股东和实际控制人是谁？")
    QApplication.sendEvent(QApplication.focusWidget(), typed)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asking.turn_views) and not asking.running, timeout=LONG_MS)
    cards = asking.turn_views[-1].cards.cards
    for _ in range(60):
        if QApplication.focusWidget() in cards:
            break
        press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() in cards
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.side.source.loaded is not None, timeout=LONG_MS)
    assert window.side.evidence.rows

    press(Qt.Key.Key_4, control)
    writing = window.pane("write")
    qtbot.waitUntil(lambda: writing.draft is not None, timeout=LONG_MS)
    press(Qt.Key.Key_Return, control)
    qtbot.waitUntil(lambda: writing.running)
    qtbot.waitUntil(lambda: not writing.running, timeout=LONG_MS)
    target = tmp_path / "报告.docx"
    writing.choose_path = lambda *_: str(target)
    opened = []
    writing.open_folder = opened.append
    press(Qt.Key.Key_E, control)
    qtbot.waitUntil(lambda: bool(opened), timeout=LONG_MS)
    assert target.stat().st_size > 10_000


def test_tab_goes_round_every_pane_and_is_caught_nowhere(sampled, qtbot):
    _, window = sampled()
    ask(qtbot, window, "资产负债率是多少？")
    window.activateWindow()
    caught = []
    for name in window.rail.ids:
        pane(window, name)
        window.rail.focus_first()
        begun = QApplication.focusWidget()
        way = [begun]
        for _ in range(400):
            press(Qt.Key.Key_Tab)
            way.append(QApplication.focusWidget())
            if way[-1] in (begun, way[-2]):
                break
        if way[-1] is not begun or way[-2] is begun:
            caught.append((name, type(way[-1]).__name__, way[-1].accessibleName()))
    assert caught == []


CONTROLS = (
    QAbstractButton | QLineEdit | QComboBox | QSpinBox | QAbstractItemView | QTextEdit | QPlainTextEdit | QScrollArea
)


def test_every_control_of_every_pane_has_a_name_and_a_role_for_screen_readers(sampled, qtbot):
    _, window = sampled()
    ask(qtbot, window, "资产负债率是多少？")
    nameless = []
    for name in window.rail.ids:
        pane(window, name)
        for widget in window.findChildren(QWidget):
            inner = widget.objectName().startswith("qt_") or isinstance(widget.parent(), QComboBox | QSpinBox)
            if inner or not isinstance(widget, CONTROLS) or not widget.isVisible():
                continue
            if widget.focusPolicy() == Qt.FocusPolicy.NoFocus and not isinstance(widget, QAbstractButton):
                continue
            seen = QAccessible.queryAccessibleInterface(widget)
            if not seen.text(QAccessible.Text.Name).strip() or seen.role() == QAccessible.Role.NoRole:
                nameless.append((name, type(widget).__name__, widget.objectName(), type(widget.parent()).__name__))
    assert nameless == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_at_1366_by_768_at_125_percent(house, sampled, qtbot, language):
    desktop, window = sampled()
    house.stop(desktop)
    set_language(language)
    desktop = Desktop(app.places(house.home, house.models), language, house.machine)
    house.running.append(desktop)
    desktop.doorway.begin()
    qtbot.waitUntil(lambda: desktop.doorway.window is not None, timeout=LONG_MS)
    window = desktop.doorway.window
    window.resize(1366 * 4 // 5, 768 * 4 // 5)
    ask(qtbot, window, "资产负债率是多少？")
    for name in window.rail.ids:
        pane(window, name)
        settled(qtbot, window)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1092, 614)
        assert cut_off(window, window.pane(name)) == []
        assert cut_off(window, window.top) == []
        assert cut_off(window, window.status) == []


def cut_off(window, area):
    """Buttons and one-line labels of an area that are narrower than their words or reach out of the window."""
    found = []
    for widget in area.findChildren(QWidget):
        button = isinstance(widget, QPushButton) and bool(widget.text())
        label = isinstance(widget, QLabel) and type(widget) is QLabel and bool(widget.text()) and not widget.wordWrap()
        if not (button or label) or not widget.isVisible():
            continue
        scrolled = any(isinstance(up, QScrollArea) for up in parents(widget))
        right = widget.mapTo(window, QPoint(widget.width(), 0)).x()
        below = widget.mapTo(window, QPoint(0, widget.height())).y()
        outside = right > window.width() or (not scrolled and below > window.height())
        shrinks = label and widget.sizePolicy().horizontalPolicy() == widget.sizePolicy().Policy.Ignored
        narrow = not shrinks and widget.width() + 1 < widget.sizeHint().width()
        if outside or narrow:
            found.append((type(widget).__name__, widget.text(), widget.width(), widget.sizeHint().width()))
    return found


def parents(widget):
    while (widget := widget.parentWidget()) is not None:
        yield widget


def test_a_window_saved_off_screen_comes_back_on(house, enter, qtbot):
    desktop, window = enter()
    desktop.keeper.change(window="[90000, 90000, 1280, 800, 0]")
    window.keep_state = lambda: None
    house.stop(desktop)
    assert "90000" in load(house.home).window
    _, window = enter()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.contains(QRect(window.pos(), window.size()))


def test_a_machine_without_a_chinese_face_is_told_the_package(enter, qtbot, monkeypatch):
    monkeypatch.setattr(fonts, "chinese_families", lambda: ())
    monkeypatch.setattr(sys, "platform", "linux")
    _, window = enter()
    said = " ".join(label.text() for banner in window.notices.banners for label in banner.findChildren(QLabel))
    assert "fonts-noto-cjk" in said


@pytest.mark.soak  # a gap of the wall clock: judged with the long tests, on a machine of its own
def test_the_window_stays_alive_while_the_sample_case_is_read_and_asked_and_drafted(enter, qtbot, samples):
    _, window = enter()
    asking, writing, documents = pane(window, "ask"), pane(window, "write"), pane(window, "library")

    def run(number):
        library = window._desk.library
        case = library.create_case(f"第{number}次").id
        window.open_case(case)
        qtbot.waitUntil(lambda: window.case == case, timeout=LONG_MS)
        busy = {"now": True}
        with LoopWatch(lambda: busy["now"]) as watch:
            documents.take_in([samples])
            qtbot.waitUntil(lambda: not documents.imports.running and asking._names.count > 0, timeout=LONG_MS)
            asking.ask("本次申请的贷款金额、期限和用途是什么？")
            qtbot.waitUntil(lambda: not asking.running and writing.draft is not None, timeout=LONG_MS)
            writing.generate()
            qtbot.waitUntil(lambda: not writing.running, timeout=LONG_MS)
            settled(qtbot, window)
            busy["now"] = False
        assert watch.turns > 10
        return watch.longest

    assert best_gap(run) <= LIMIT_S


def test_the_entrance_stands_before_anything_heavy_is_imported(tmp_path):
    code = """
import sys
from pathlib import Path
from workbench import app
from workbench.desktop import Desktop
desktop = Desktop(app.places(Path(sys.argv[1]), Path(sys.argv[1])), "zh")
desktop.doorway.entrance.show()
desktop.doorway.begin()
heavy = {"lancedb", "pyarrow", "llama_cpp", "sqlcipher3", "pypdfium2", "docx", "openpyxl"}
print(desktop.doorway.entrance.isVisible(), sorted(heavy & set(sys.modules)))
desktop.doorway.entrance.close()
desktop.close()
"""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=surroundings,
    )
    assert done.stdout.split() == ["True", "[]"]


@pytest.mark.engine
def test_the_starter_models_answer_a_question_about_the_sample_case(house, sampled, qtbot, starter_models):
    house.stand_in = False
    house.models = starter_models.models_dir
    _, window = sampled()
    answer = ask(qtbot, window, "控股股东和实际控制人是谁？")
    assert answer.turn.status == "answered"
    assert answer.turn.sentences[0].citations
    window.show_source(answer.turn.sentences[0].citations[0])
    source = window.side.source
    citation = answer.turn.sentences[0].citations[0]
    qtbot.waitUntil(lambda: source.loaded is not None and source.loaded.id == citation.document, timeout=LONG_MS)
    settled(qtbot, window)
    documents = pane(window, "library")
    qtbot.waitUntil(lambda: {d.state for d in documents.model.documents} == {"ready"}, timeout=LONG_MS)
