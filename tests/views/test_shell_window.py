"""The working window: by keyboard, by name, on any screen, and gone cleanly."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTextEdit,
    QWidget,
)

from tests.views.conftest import ShellEngine, ShellLibrary, Touched
from workbench.errors import LibraryError
from workbench.i18n import LANGUAGES, catalogue, set_language
from workbench.inference.api import LoadState, Role, RoleState
from workbench.models.evidence import Anchor, Citation, Claim, PageSpan, Status
from workbench.views import panes, window_state
from workbench.views.desk import Command, PaneKind
from workbench.views.job_runner import Lane
from workbench.views.main_window import MainWindow
from workbench.views.shortcuts import ShortcutTable


class Recorder(QWidget):
    """A pane, source or evidence list that notes what it is asked."""

    def __init__(self, commands=()):
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("pane")
        self.calls = []
        self._commands = commands

    def show_case(self, case):
        self.calls.append(("case", case))

    def refresh(self, changes):
        self.calls.append(("refresh", changes))

    def show_citation(self, citation):
        self.calls.append(("citation", citation))

    def show_document(self, document):
        self.calls.append(("document", document))

    def show_claim(self, claim):
        self.calls.append(("claim", claim))

    def ask(self, question):
        self.calls.append(("ask", question))

    def focus_first(self):
        self.setFocus()

    def commands(self):
        return self._commands


KINDS = (
    PaneKind("library", "shell.pane.library", "library", "fake.library"),
    PaneKind("ask", "shell.pane.ask", "ask", "fake.ask"),
    PaneKind("models", "shell.pane.models", "models", "fake.models", bottom=True),
)


@pytest.fixture
def made(monkeypatch):
    """The window's views are recorders; they are noted in the order they are made."""
    views = {}

    def make(module, desk):
        views[module] = Recorder()
        return views[module]

    monkeypatch.setattr(panes, "there", lambda: KINDS)
    monkeypatch.setattr(panes, "make", make)
    monkeypatch.setattr(panes, "exists", lambda module: True)
    return views


@pytest.fixture
def open_window(made, shell_desk, qtbot):
    def make(**services):
        window = MainWindow(shell_desk(**services))
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: window.case is not None or not window._desk.library.kept)
        return window

    return make


def citation():
    return Citation("c1d0", "资产负债率63.68%", Anchor("page", (PageSpan(41, ((1, 2, 3, 4),)),)))


def test_only_the_shown_pane_is_made(open_window, made):
    window = open_window()
    assert [m for m in made if m in {k.module for k in KINDS}] == ["fake.library"]
    window.go("ask")
    assert "fake.ask" in made
    assert ("case", "c1") in made["fake.ask"].calls


def test_the_window_and_its_parts_import_nothing_heavy():
    code = (
        "import sys, workbench.views.main_window, workbench.views.onboarding, workbench.views.panes;"
        "heavy = {'lancedb', 'pyarrow', 'llama_cpp', 'pypdf', 'pypdfium2', 'docx', 'openpyxl', 'sqlcipher3'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert done.stdout.strip() == "[]"


def test_the_engine_begins_to_load_once_the_window_stands(open_window, qtbot):
    engine = ShellEngine()
    open_window(engine=engine)
    qtbot.waitUntil(lambda: engine.warmed == 1)


def test_the_library_is_only_asked_off_the_ui_thread(open_window, qtbot):
    library = ShellLibrary("华东精工")
    window = open_window(library=library)
    window.cases.create("新客户")
    qtbot.waitUntil(lambda: window.case == "c2")
    assert threading.current_thread().name not in library.threads


def test_ctrl_and_a_number_show_the_panes(open_window, qtbot):
    window = open_window()
    for key, pane in ((Qt.Key.Key_2, "ask"), (Qt.Key.Key_3, "models"), (Qt.Key.Key_1, "library")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.shown == pane


def test_models_and_settings_take_the_whole_width_and_a_citation_brings_the_source_back(open_window, made):
    window = open_window()
    assert window.side.isVisible()
    window.go("models")
    assert not window.side.isVisible()
    window.show_source(citation())
    assert window.side.isVisible()
    assert made[panes.SOURCE].calls[-1] == ("citation", citation())


def test_a_claim_is_listed_below_the_source(open_window, made):
    window = open_window()
    claim = Claim("资产负债率为63.68%。", Status.TRACED, (citation(),))
    window._desk.show_claim(claim)
    assert made[panes.EVIDENCE].calls[-1] == ("claim", claim)


def test_space_shows_and_hides_the_source_but_types_a_space_in_a_field(open_window, qtbot):
    window = open_window()
    window.pane("library").setFocus()
    qtbot.keyClick(window.pane("library"), Qt.Key.Key_Space)
    assert not window.side.isVisible()
    field = QLineEdit(window.pane("library"))
    field.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert (field.text(), window.side.isVisible()) == (" ", False)


def test_f6_goes_round_every_area_and_back(open_window, qtbot):
    window = open_window()
    window.activateWindow()
    window.pane("library").setFocus()
    seen = []
    for _ in range(6):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        seen.append(window._areas.here)
    assert seen == ["source", "evidence", "status", "top", "rail", "pane"]
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window._areas.here == "rail"


def test_escape_puts_a_banner_away_then_stops_what_a_pane_generates(open_window, qtbot):
    window = open_window()
    runner = window._desk.job_runner
    pane = window.pane("library")
    own = runner.start(Lane.ENGINE, lambda job: job.wait(3600), window, title="建索引")
    theirs = runner.start(Lane.ENGINE, lambda job: job.wait(3600), pane, title="生成")
    window.warn(LibraryError("坏了"))
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert (window.notices.banners, theirs.over) == ((), False)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert (theirs.over, own.over) == (True, False)


def test_a_pane_s_key_goes_before_the_window_s_while_it_is_enabled(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    table, ran, enabled = ShortcutTable(window), [], [True]
    table.set_group("window", [Command("shell.command.stop", "Esc", lambda: ran.append("window"))])
    table.set_group("pane", [Command("models.stop", "Esc", lambda: ran.append("pane"), lambda: enabled[0])])
    table.press("Esc")
    enabled[0] = False
    table.press("Esc")
    table.set_group("pane", [])
    assert (table.press("Esc"), table.press("Ctrl+J")) == (True, False)
    assert ran == ["pane", "window", "window"]


def test_a_new_case_is_opened_everywhere(open_window, made, qtbot):
    window = open_window()
    window.go("ask")
    window.cases.create("西南化工")
    qtbot.waitUntil(lambda: window.case == "c3")
    assert ("case", "c3") in made["fake.ask"].calls
    assert "西南化工" in window.windowTitle()


def test_a_renamed_case_shows_its_new_name(open_window, qtbot):
    window = open_window()
    window.cases.rename("c1", "华东精工（集团）")
    qtbot.waitUntil(lambda: "集团" in window.windowTitle())


def test_changes_reach_every_pane_made(open_window, made, qtbot):
    window = open_window()
    window.go("ask")
    change = Touched(documents=frozenset({"c1d0"}))
    window._desk.job_runner.publish(change)
    qtbot.waitUntil(lambda: ("refresh", change) in made["fake.library"].calls)
    assert ("refresh", change) in made["fake.ask"].calls


def test_a_library_without_cases_opens_with_none(open_window, made):
    window = open_window(library=ShellLibrary())
    assert window.case is None
    assert made["fake.library"].calls == [("case", None)]


def test_who_handles_the_case_is_kept_in_the_library_and_not_in_the_settings(open_window, qtbot):
    library = ShellLibrary("华东精工")
    window = open_window(library=library)
    window.top.user_changed.emit("李敏")
    qtbot.waitUntil(lambda: library.kept_notes.get(("c1", "desk")) == {"user": {"name": "李敏"}})
    window.keep_state()
    home = window._desk.home
    assert all("李敏".encode() not in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_state_is_kept_and_brought_back(open_window, qtbot):
    window = open_window()
    window.setGeometry(QRect(40, 50, 1000, 640))
    window.go("ask")
    window.cases.open("c2")
    window.close()
    again = MainWindow(window._desk)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.case == "c2")
    screens = [s.availableGeometry() for s in window_state._screens()]
    wanted = window_state.fit(QRect(40, 50, 1000, 640), screens)
    assert again.size() == wanted.size()
    assert again.shown == "ask"


def test_the_source_gets_its_own_window_and_comes_back(open_window, made):
    window = open_window()
    window.side.detach_or_attach()
    source = made[panes.SOURCE]
    assert source.window() is not window
    assert source.isVisible()
    source.window().close()
    assert source.window() is window
    assert source.isVisible()


def test_a_detached_source_is_detached_again_at_the_next_start(open_window, made, qtbot):
    window = open_window()
    window.side.detach()
    window.close()
    again = MainWindow(window._desk)
    qtbot.addWidget(again)
    assert again.side.detached
    again.close()
    assert not again.side.detached


def test_closing_during_generation_cancels_and_joins(open_window, qtbot):
    window = open_window()
    runner, begun = window._desk.job_runner, threading.Event()

    def generate(job):
        begun.set()
        job.wait(3600)

    late = []
    runner.start(Lane.ENGINE, generate, window.pane("library"), late.append, title="生成")
    begun.wait()
    window.close()
    assert runner.shutdown()
    assert late == []


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (QRect(100, 80, 1280, 800), QRect(100, 80, 1280, 800)),
        (QRect(5000, 80, 1280, 800), QRect(320, 140, 1280, 800)),
        (QRect(-1270, 100, 1280, 800), QRect(320, 140, 1280, 800)),
        (QRect(1800, 1000, 1280, 800), QRect(640, 280, 1280, 800)),
        (QRect(0, -900, 1280, 800), QRect(320, 140, 1280, 800)),
        (QRect(10, 10, 4000, 3000), QRect(0, 0, 1920, 1080)),
        (QRect(2000, 100, 800, 600), QRect(320, 140, 1280, 800)),
    ],
)
def test_a_window_saved_off_screen_comes_back_on(wanted, seen):
    screen = QRect(0, 0, 1920, 1080)
    placed = window_state.fit(wanted, [screen])
    assert screen.contains(placed)
    if wanted.size() == seen.size() or wanted.width() > 1920:
        assert placed == seen


def test_a_window_on_the_second_screen_stays_there():
    screens = [QRect(0, 0, 1920, 1080), QRect(1920, 0, 2560, 1440)]
    assert window_state.fit(QRect(2000, 100, 1280, 800), screens) == QRect(2000, 100, 1280, 800)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '["a", 1, 2, 3, 4]', "null"])
def test_strange_remembered_places_give_the_usual_window(qtbot, text):
    window = QWidget()
    qtbot.addWidget(window)
    window_state.restore(window, text)
    assert window.width() > 100


def test_everything_fits_1366_by_768_at_125_percent(open_window):
    window = open_window()
    for language in LANGUAGES:
        set_language(language)
        window.resize(QSize(1366 * 4 // 5, 768 * 4 // 5))
        assert window.size() == QSize(1092, 614)
        assert window.minimumSizeHint().width() <= 1092
        right = window.top.lock.mapTo(window, QPoint(window.top.lock.width(), 0)).x()
        assert right <= window.width()


def test_every_control_tells_a_screen_reader_its_name(shell_desk, qtbot):
    window = MainWindow(shell_desk())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.case is not None)
    for pane in ("models", "settings"):
        window.go(pane)
    window.warn(LibraryError("坏了", "重试", "detail"))
    own = [window.top, window.rail, window.status, window.notices, window.pane("models"), window.pane("settings")]
    kinds = QAbstractButton | QLineEdit | QComboBox | QSpinBox | QAbstractItemView | QTextEdit | QPlainTextEdit
    nameless = []
    for area in own:
        for widget in [area, *area.findChildren(QWidget)]:
            inner = widget.objectName().startswith("qt_") or isinstance(widget.parent(), QComboBox | QSpinBox)
            if isinstance(widget, kinds) and not inner:
                seen = QAccessible.queryAccessibleInterface(widget)
                if not seen.text(QAccessible.Text.Name).strip():
                    nameless.append(
                        (
                            type(area).__name__,
                            widget.toolTip() or widget.text() if isinstance(widget, QAbstractButton) else widget,
                        )
                    )
    assert nameless == []


def test_every_command_has_a_name_in_both_languages_and_no_two_the_same_key(shell_desk, qtbot):
    window = MainWindow(shell_desk())
    qtbot.addWidget(window)
    for pane in [None, *window.rail.ids]:
        if pane:
            window.go(pane)
        commands = list(window.shortcuts._groups["window"]) + list(window.shortcuts._groups["pane"])
        for language in LANGUAGES:
            assert [c.name_key for c in commands if c.name_key not in catalogue(language)] == []
        for group in ("window", "pane"):
            keys = [c.shortcut for c in window.shortcuts._groups[group] if c.shortcut]
            assert len(keys) == len(set(keys))


def test_the_model_s_standing_is_told_in_words(open_window):
    engine = ShellEngine(RoleState(Role.CHAT, LoadState.MISSING))
    window = open_window(engine=engine)
    assert "缺" in window.status._model.text()
    engine.now = SimpleNamespace(of=lambda role: RoleState(Role.CHAT, LoadState.READY, "Qwen2.5", tokens_per_second=17))
    window._show_engine()
    assert window.status._model.text() == "Qwen2.5 · 17 词元/秒"


def test_the_status_bar_shows_pauses_and_stops_a_job(open_window, qtbot):
    window = open_window()
    strip = window.status._jobs

    def work(job):
        job.progress(9, 12, "审计报告.pdf")
        job.wait(3600)

    handle = window._desk.job_runner.start(Lane.IO, work, window, title="导入", pausable=True)
    qtbot.waitUntil(lambda: strip._count.text() == "9 / 12")
    strip._pause.click()
    qtbot.waitUntil(lambda: "已暂停" in strip._title.text())
    strip._stop.click()
    assert handle.over
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_the_same_banner_stands_once_and_never_more_than_three(open_window):
    window = open_window()
    for number in (1, 1, 2, 3, 4):
        window.warn(LibraryError(f"问题 {number}"))
    assert [b.text for b in window.notices.banners] == ["问题 4", "问题 3", "问题 2"]


def test_a_banner_s_details_can_be_copied(open_window, qapp):
    window = open_window()
    window.warn(LibraryError("坏了", "重试", "errno 28"))
    button = next(b for b in window.notices.banners[0].findChildren(QPushButton) if b.text() == "复制详情")
    button.click()
    assert qapp.clipboard().text() == "坏了\n重试\nerrno 28"


def _root():
    from pathlib import Path

    return Path(__file__).resolve().parents[2]
