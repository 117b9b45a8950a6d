"""The way in: a first start, unlocking, a forgotten passphrase, locking again."""

import gc
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.views.conftest import ShellEngine, ShellLibrary, ShellRegistry
from workbench import vault
from workbench.errors import LibraryError
from workbench.i18n import language
from workbench.inference.api import EngineState
from workbench.settings import SettingsKeeper, load
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.dialogs import BugDialog, BugReporter, report_of
from workbench.views.onboarding import Doorway, Front
from workbench.views.onboarding.pages import (
    LanguagePage,
    ModelsPage,
    OpeningPage,
    ProtectionPage,
    RecoveryPage,
    UnlockPage,
)
from workbench.views.onboarding.tour import Tour

PHRASE = "correct horse"
CHEAP = vault.Cost(1, 1024, 1)


@pytest.fixture(autouse=True)
def cheap_vaults(monkeypatch):
    monkeypatch.delenv("INKSTONE_PASSPHRASE", raising=False)
    monkeypatch.setattr(vault, "key_store_available", lambda: False)
    create = vault.create
    monkeypatch.setattr(vault, "create", lambda home, **kw: create(home, **kw, cost=CHEAP))


class House:
    """A front whose services are fakes."""

    def __init__(self, home, runner):
        self.home, self.runner = home, runner
        self.keeper = SettingsKeeper(home)
        self.library = ShellLibrary("华东精工")
        self.engine = ShellEngine()
        self.engine.now = EngineState()
        self.faults = []
        self.opened_with = []
        self.sampled = []

    def front(self, sample=True):
        return Front(
            self.home,
            self.home.parent / "models",
            self.keeper,
            self.runner,
            self.open_desk,
            lambda desk: desk.library.close(),
            self.engine,
            self.make_sample if sample else None,
        )

    def open_desk(self, home, opened, job):
        if self.faults:
            raise self.faults.pop()
        self.opened_with.append(opened)
        self.library.closed = False
        return Desk(
            home,
            home.parent / "models",
            self.keeper,
            self.runner,
            self.library,
            engine=self.engine,
            registry=ShellRegistry(),
        )

    def make_sample(self, desk, job):
        self.sampled.append(threading.current_thread().name)
        return desk.library.create_case("示例").id


@pytest.fixture
def house(tmp_path, runner):
    theme.apply("light")
    return House(tmp_path / "library", runner)


@pytest.fixture
def begin(house, qtbot):
    made = []

    def start(**how):
        doorway = Doorway(house.front(**how))
        made.append(doorway)
        qtbot.addWidget(doorway.entrance)
        doorway.begin()
        return doorway

    yield start
    for doorway in made:
        window = doorway.window
        if window is not None:
            window.close()
            window.deleteLater()
        else:
            doorway.entrance.close()


def page(doorway, kind, qtbot):
    qtbot.waitUntil(lambda: isinstance(doorway.entrance.page, kind))
    return doorway.entrance.page


def first_start(doorway, qtbot):
    page(doorway, LanguagePage, qtbot).submit()
    protection = page(doorway, ProtectionPage, qtbot)
    protection.first.setText(PHRASE)
    protection.second.setText(PHRASE)
    protection.submit()
    return page(doorway, RecoveryPage, qtbot)


def test_a_first_start_leads_through_protection_code_and_models_to_the_sample(begin, house, qtbot):
    doorway = begin()
    recovery = first_start(doorway, qtbot)
    assert not recovery.next.isEnabled()
    recovery.kept.setChecked(True)
    recovery.submit()
    models = page(doorway, ModelsPage, qtbot)
    assert models.sample.isChecked()
    models.submit()
    qtbot.waitUntil(lambda: doorway.window is not None and doorway.window.case == "c2")
    assert house.sampled[0].startswith("store")
    assert not doorway.entrance.isVisible()
    assert vault.exists(house.home)


def test_the_tour_has_three_steps_and_is_seen_once(begin, house, qtbot):
    doorway = begin()
    recovery = first_start(doorway, qtbot)
    recovery.kept.setChecked(True)
    recovery.submit()
    page(doorway, ModelsPage, qtbot).submit()
    qtbot.waitUntil(lambda: doorway.window is not None)
    tour = doorway.window.findChild(Tour)
    assert tour.isVisible()
    for _ in range(3):
        tour.next.click()
    assert not tour.isVisible()
    assert load(house.home).tour_seen


def test_the_recovery_code_can_be_copied_and_saved(begin, qtbot, qapp, tmp_path):
    recovery = first_start(begin(), qtbot)
    recovery.copy.click()
    code = qapp.clipboard().text()
    recovery.save_to(tmp_path / "code.txt")
    assert code in (tmp_path / "code.txt").read_text(encoding="utf-8")
    recovery.save_to(tmp_path / "nowhere" / "code.txt")
    assert recovery._problem.isVisibleTo(recovery)


@pytest.mark.parametrize(("first", "second"), [("short", "short"), (PHRASE, "correct house"), ("", "")])
def test_a_poor_passphrase_makes_no_library(begin, house, qtbot, first, second):
    doorway = begin()
    page(doorway, LanguagePage, qtbot).submit()
    protection = page(doorway, ProtectionPage, qtbot)
    protection.first.setText(first)
    protection.second.setText(second)
    protection.submit()
    assert protection._problem.isVisibleTo(protection)
    assert not vault.exists(house.home)


def test_without_a_key_store_only_the_passphrase_is_offered(begin, qtbot):
    doorway = begin()
    page(doorway, LanguagePage, qtbot).submit()
    protection = page(doorway, ProtectionPage, qtbot)
    assert not protection.store.isEnabled()
    assert protection.phrase.isChecked()


def test_choosing_english_turns_the_pages_at_once(begin, house, qtbot):
    doorway = begin()
    page(doorway, LanguagePage, qtbot).chosen.emit("en")
    qtbot.waitUntil(lambda: doorway.entrance.page.accessibleName() == "Welcome to Inkstone")
    assert (language(), load(house.home).language) == ("en", "en")


def test_missing_models_are_told_and_the_rest_works(begin, qtbot):
    doorway = begin(sample=False)
    recovery = first_start(doorway, qtbot)
    recovery.kept.setChecked(True)
    recovery.submit()
    models = page(doorway, ModelsPage, qtbot)
    models.import_wanted.emit()
    qtbot.waitUntil(lambda: doorway.window is not None)
    assert doorway.window.shown == "models"


def test_a_passphrase_opens_the_library(begin, house, qtbot):
    vault.create(house.home, passphrase=PHRASE)
    doorway = begin()
    unlock = page(doorway, UnlockPage, qtbot)
    unlock.line.setText("wrong words")
    unlock.submit()
    qtbot.waitUntil(lambda: unlock._problem.isVisibleTo(unlock))
    unlock.line.setText(PHRASE)
    qtbot.keyClick(unlock.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: doorway.window is not None)
    assert doorway.window.findChild(Tour) is None


def test_a_forgotten_passphrase_gives_way_to_the_recovery_code(begin, house, qtbot):
    _, code = vault.create(house.home, passphrase=PHRASE)
    doorway = begin()
    unlock = page(doorway, UnlockPage, qtbot)
    unlock.forgot.click()
    assert unlock.by_code
    unlock.line.setText(code.lower())
    unlock.submit()
    qtbot.waitUntil(lambda: doorway.window is not None)


def test_without_any_key_a_new_library_begins_and_the_old_one_is_kept(begin, house, qtbot):
    vault.create(house.home, passphrase="forgotten long ago")
    (house.home / "library.db").write_bytes(b"old")
    doorway = begin()
    unlock = page(doorway, UnlockPage, qtbot)
    unlock.forgot.click()
    unlock.fresh.click()
    page(doorway, LanguagePage, qtbot)
    kept = house.home.with_name("library-kept-1")
    assert (kept / "library.db").read_bytes() == b"old"
    assert vault.unlock(kept, passphrase="forgotten long ago").key
    first_start(doorway, qtbot)
    assert vault.exists(house.home)


def test_a_library_that_can_t_be_opened_says_why_and_can_be_tried_again(begin, house, qtbot, monkeypatch):
    vault.create(house.home, passphrase=PHRASE)
    monkeypatch.setenv("INKSTONE_PASSPHRASE", PHRASE)
    house.faults.append(LibraryError("另一个程序正在使用资料库", "请先关闭它"))
    doorway = begin()
    qtbot.waitUntil(
        lambda: isinstance(doorway.entrance.page, OpeningPage) and "另一个程序" in doorway.entrance.page._problem.text()
    )
    doorway.entrance.page.submit()
    qtbot.waitUntil(lambda: doorway.window is not None)


def test_locking_stops_the_work_closes_the_library_and_asks_again(begin, house, qtbot, monkeypatch):
    vault.create(house.home, passphrase=PHRASE)
    monkeypatch.setenv("INKSTONE_PASSPHRASE", PHRASE)
    doorway = begin()
    qtbot.waitUntil(lambda: doorway.window is not None)
    stopped = []
    from workbench.views.job_runner import Lane

    house.runner.start(
        Lane.ENGINE, lambda job: job.wait(3600), doorway.window, on_cancel=lambda: stopped.append(1), title="生成"
    )
    doorway.window.lock_wanted.emit()
    assert isinstance(doorway.entrance.page, UnlockPage)
    assert doorway.entrance.isVisible()
    qtbot.waitUntil(lambda: house.library.closed)
    doorway.entrance.page.line.setText(PHRASE)
    doorway.entrance.page.submit()
    qtbot.waitUntil(lambda: doorway.window is not None)
    assert not house.library.closed


def test_a_library_of_the_key_store_is_opened_again_by_login(begin, house, qtbot, monkeypatch):
    vault.create(house.home, passphrase=PHRASE)
    monkeypatch.setenv("INKSTONE_PASSPHRASE", PHRASE)
    monkeypatch.setattr(vault.Vault, "slots", property(lambda _self: ("recovery", "key_store")))
    doorway = begin()
    qtbot.waitUntil(lambda: doorway.window is not None)
    doorway.lock()
    unlock = page(doorway, UnlockPage, qtbot)
    assert unlock.login.isVisibleTo(unlock)
    unlock.login.click()
    qtbot.waitUntil(lambda: doorway.window is not None)


def test_cycles_are_collected_on_the_ui_thread_while_the_window_stands(begin, house):
    assert gc.isenabled()
    doorway = begin()
    assert not gc.isenabled()
    doorway.entrance.close()
    assert gc.isenabled()


def test_leaving_at_the_door_ends_the_program(begin, qtbot):
    doorway = begin()
    with qtbot.waitSignal(doorway.left):
        doorway.entrance.close()


def test_a_fault_is_shown_once_with_details_that_quote_nothing(runner, qtbot, qapp):
    reporter = BugReporter(runner)
    reporter.window = QWidget()
    qtbot.addWidget(reporter.window)
    with pytest.raises(ValueError, match="华东精工") as caught:
        int("华东精工 98,000.00")
    fault = caught.value
    reporter.show(fault)
    reporter.show(fault)
    boxes = reporter.window.findChildren(BugDialog)
    assert len(boxes) == 1
    boxes[0].copy()
    assert "ValueError" in qapp.clipboard().text()
    assert "华东精工" not in report_of(fault)
    assert "test_shell_door.py" in report_of(fault)
