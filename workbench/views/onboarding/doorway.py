"""From the start of the program to the working window, and back when it is locked.

::

    front = Front(home, models_dir, keeper, runner, open_desk=…, close_desk=…, engine=engine, sample=…)
    doorway = Doorway(front)
    doorway.begin()                 # a window stands at once; the library opens behind it
    app.exec()

``open_desk(vault, job)`` runs in a worker thread and builds every service; ``close_desk`` closes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from workbench import vault
from workbench.errors import VaultError, WorkbenchError
from workbench.i18n import set_language, tr
from workbench.inference.api import Engine, EngineState
from workbench.settings import Settings, SettingsKeeper
from workbench.vault import Vault
from workbench.views import theme, window_state
from workbench.views.desk import Desk
from workbench.views.fonts import missing_face
from workbench.views.icons import app_icon
from workbench.views.job_runner import JobRunner, Lane, RunningJob
from workbench.views.main_window import MainWindow
from workbench.views.onboarding.page import Page
from workbench.views.onboarding.pages import (
    LanguagePage,
    ModelsPage,
    OpeningPage,
    ProtectionPage,
    RecoveryPage,
    UnlockPage,
)
from workbench.views.sweeper import Sweeper


@dataclass(frozen=True)
class Front:
    """What is there before a library is open.

    ``sample(desk, job)`` makes the sample case and returns its id; None where none is shipped.
    """

    home: Path
    models_dir: Path
    settings: SettingsKeeper
    job_runner: JobRunner
    open_desk: Callable[[Path, Vault, RunningJob], Desk]
    close_desk: Callable[[Desk], None]
    engine: Engine | None = None
    sample: Callable[[Desk, RunningJob], str] | None = None


class Entrance(QWidget):
    """The window of the way in: one page at a time, in the middle."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(tr("shell.app"))
        self.setWindowIcon(app_icon())
        theme.set_role(self, "ground")
        self.setMinimumSize(window_state.smallest())
        self._pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.addWidget(self._pages)

    @property
    def page(self) -> Page | None:
        """The page shown."""
        holder = self._pages.currentWidget()
        return holder.findChild(Page) if holder is not None else None

    def show_page(self, page: Page) -> None:
        """Show a page instead of the one before."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.addWidget(page, 0, Qt.AlignmentFlag.AlignCenter)
        before = self._pages.currentWidget()
        self._pages.addWidget(holder)
        self._pages.setCurrentWidget(holder)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()
        page.focus_first()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 Qt's name
        """The user leaves at the door."""
        super().closeEvent(event)
        self.closed.emit()


class Doorway(QObject):
    """Owns the entrance and the working window. ``left`` when the user has closed the program."""

    left = Signal()
    opened = Signal()

    def __init__(self, front: Front) -> None:
        super().__init__()
        self._front = front
        self._home = front.home
        self._first_start = False
        self._with_sample = False
        self._wants_models = False
        self._has_login = False
        self.entrance = Entrance()
        self.entrance.closed.connect(self._leave)
        self.window: MainWindow | None = None
        self._gone: MainWindow | None = None
        self._desk: Desk | None = None
        self._vault: Vault | None = None
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)
        self._sweeper = Sweeper()
        self._worn = (front.settings.now.theme, front.settings.now.text_percent)
        self._unwatch = front.settings.watch(self._follow_settings)
        window_state.restore(self.entrance, front.settings.now.window)

    def begin(self) -> None:
        """Show the way in: the first start, or opening what is there."""
        if vault.exists(self._home):
            self._try_without_words()
        else:
            self._show_language()
        self.entrance.show()
        self._sweeper.begin()
        self._front.job_runner.start(Lane.IO, _load_the_heavy, self.entrance)

    def lock(self) -> None:
        """Stop everything, close the library and ask for the key again."""
        window, desk = self.window, self._desk
        if window is None or desk is None:
            return
        window.keep_state()
        self._has_login = self._vault is not None and "key_store" in self._vault.slots
        self.window = self._desk = self._vault = None
        self._idle.stop()
        self._show_unlock()
        window_state.restore(self.entrance, self._front.settings.now.window)
        self.entrance.show()
        window.closed.disconnect(self._closed)
        window.close()
        window.deleteLater()
        self._front.job_runner.stop_all(lambda: self._close_desk(desk))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        """Any key or click puts the locking off."""
        if self._idle.isActive() and event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._watch_idleness()
        return super().eventFilter(watched, event)

    def _show_language(self) -> None:
        self._first_start = True
        page = LanguagePage()
        page.chosen.connect(self._choose_language)
        page.gone_on.connect(self._show_protection)
        self.entrance.show_page(page)

    def _choose_language(self, name: str) -> None:
        set_language(name)
        self._front.settings.change(language=name)
        self.entrance.setWindowTitle(tr("shell.app"))
        QTimer.singleShot(0, self, self._show_language)

    def _show_protection(self) -> None:
        page = ProtectionPage(vault.key_store_available())
        page.gone_back.connect(self._show_language)
        page.made.connect(lambda phrase: self._make(page, phrase))
        self.entrance.show_page(page)

    def _make(self, page: Page, phrase: str | None) -> None:
        home, store = self._home, phrase is None

        def make(_job: RunningJob) -> tuple[Vault, str]:
            return vault.create(home, passphrase=phrase, use_key_store=store)

        self._front.job_runner.start(Lane.IO, make, page, self._made, page.complain)

    def _made(self, made: tuple[Vault, str]) -> None:
        self._vault, code = made
        page = RecoveryPage(code)
        page.gone_on.connect(self._show_models)
        self.entrance.show_page(page)

    def _show_models(self) -> None:
        engine = self._front.engine
        state = engine.state() if engine is not None else EngineState()
        page = ModelsPage(state, self._front.sample is not None)
        page.gone_on.connect(lambda: self._enter_first(page.sample.isChecked(), False))
        page.import_wanted.connect(lambda: self._enter_first(page.sample.isChecked(), True))
        self.entrance.show_page(page)

    def _enter_first(self, sample: bool, models: bool) -> None:
        self._with_sample, self._wants_models = sample, models
        self._open()

    def _try_without_words(self) -> None:
        page = OpeningPage()
        page.gone_on.connect(self._try_without_words)
        self.entrance.show_page(page)
        home = self._home
        self._front.job_runner.start(
            Lane.IO, lambda _job: vault.unlock(home), page, self._unlocked, lambda error: self._refused(page, error)
        )

    def _refused(self, page: Page, error: WorkbenchError) -> None:
        if isinstance(error, VaultError) or error.kind == "wrong_key":
            self._show_unlock()
        else:
            page.complain(error)

    def _show_unlock(self) -> None:
        page = UnlockPage(by_login=self._has_login)
        page.login_wanted.connect(self._try_without_words)
        page.given.connect(lambda words, by_code: self._unlock(page, words, by_code))
        page.fresh_wanted.connect(self._begin_beside)
        self.entrance.show_page(page)

    def _unlock(self, page: Page, words: str, by_code: bool) -> None:
        home = self._home

        def unlock(_job: RunningJob) -> Vault:
            if by_code:
                return vault.unlock(home, recovery_code=words)
            return vault.unlock(home, passphrase=words)

        self._front.job_runner.start(Lane.IO, unlock, page, self._unlocked, page.complain)

    def _unlocked(self, opened: Vault) -> None:
        self._vault = opened
        self._open()

    def _begin_beside(self) -> None:
        """A new library; the old folder is kept under another name, to be opened when its key is found."""
        number = next(n for n in range(1, 1000) if not _kept_name(self._home, n).exists())
        try:
            self._home.rename(_kept_name(self._home, number))
        except OSError as error:
            page = self.entrance.page
            if page is not None:
                page.complain(WorkbenchError(tr("onboarding.cant_keep"), tr("onboarding.cant_keep_hint"), str(error)))
            return
        self._show_language()

    def _open(self) -> None:
        opened = self._vault
        if opened is None:
            return
        page = OpeningPage()
        page.gone_on.connect(self._open)
        self.entrance.show_page(page)
        home, open_desk = self._home, self._front.open_desk
        sample = self._front.sample if self._with_sample else None

        def build(job: RunningJob) -> tuple[Desk, str | None]:
            desk = open_desk(home, opened, job)
            return desk, sample(desk, job) if sample is not None else None

        self._front.job_runner.start(Lane.STORE, build, page, self._enter, page.complain)

    def _enter(self, built: tuple[Desk, str | None]) -> None:
        desk, case = built
        self._desk = desk
        if case is not None:
            desk.settings.change(case=case, pane="library")
        self.window = window = MainWindow(self._desk)
        window.lock_wanted.connect(self.lock)
        window.closed.connect(self._closed)
        window.show()
        self.entrance.hide()
        self._say_troubles(window, desk)
        if self._first_start and not desk.settings.now.tour_seen and case is not None:
            window.start_tour()
        if self._wants_models:
            window.go("models")
        self._first_start = self._with_sample = self._wants_models = False
        self._watch_idleness()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self.opened.emit()

    def _say_troubles(self, window: MainWindow, desk: Desk) -> None:
        for trouble in (missing_face(), desk.settings.trouble):
            if trouble is not None:
                window.notices.show_error(trouble, "warning")

    def _watch_idleness(self) -> None:
        minutes = self._front.settings.now.auto_lock_minutes
        if minutes:
            self._idle.start(minutes * 60_000)
        else:
            self._idle.stop()

    def _close_desk(self, desk: Desk) -> None:
        close: Callable[[Desk], Any] = self._front.close_desk
        self._front.job_runner.start(Lane.STORE, lambda _job: close(desk), self)

    def _closed(self) -> None:
        # The window is still inside its closing: its last reference must not go before that is over.
        self._gone, self.window = self.window, None
        self._leave()

    def _follow_settings(self, settings: Settings) -> None:
        looks = (settings.theme, settings.text_percent)
        if looks != self._worn:
            self._worn = looks
            theme.apply(*looks)
        if self.window is not None:
            self._watch_idleness()

    def _leave(self) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._sweeper.stop()
        self._unwatch()
        self._idle.stop()
        self.left.emit()


_HEAVY = (
    "workbench.models.library.index",
    "workbench.models.library",
    "workbench.models.asking",
    "workbench.models.writing.writer",
    "workbench.views.source",
    "workbench.views.library_pane",
)
"""In the order of their weight: the first is what opening a library waits for."""


def _load_the_heavy(job: RunningJob) -> None:
    """What takes long to import comes while the user is at the door, or while the key is being stretched."""
    for name in _HEAVY:
        job.check()
        import_module(name)


def _kept_name(home: Path, number: int) -> Path:
    return home.with_name(f"{home.name}-kept-{number}")
