"""The working window: case and palette above, rail left, the pane, and right of it what proves it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import LoadState, Role
from workbench.models.evidence import Citation, Claim
from workbench.views import panes, window_state
from workbench.views.areas import Areas
from workbench.views.case_desk import CaseDesk
from workbench.views.desk import Command, Desk, PaneKind
from workbench.views.icons import app_icon
from workbench.views.job_runner import ChangesLike, Lane
from workbench.views.notices import NoticeArea
from workbench.views.palette import Entry, Palette, entry_of, top_of
from workbench.views.rail import Rail
from workbench.views.shortcuts import ShortcutTable, named, typing
from workbench.views.side import Side
from workbench.views.status_bar import StatusBar
from workbench.views.theme import set_role, space
from workbench.views.top_bar import TopBar
from workbench.views.unfinished import Batch, unfinished

ENGINE_POLL_MS = 1000


class MainWindow(QMainWindow):
    """The desk itself; it is also the :class:`~workbench.views.desk.Stage` its panes speak to.

    ``lock_wanted`` when the user locks, ``closed`` once the window has gone and its state is kept.
    """

    lock_wanted = Signal()
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._panes: dict[str, Any] = {}
        self._shown = ""
        self._areas = Areas(self)
        self._engine_standing: LoadState | None = None
        desk.set_stage(self)
        self.setWindowTitle(tr("shell.app"))
        self.setWindowIcon(app_icon())
        self.setMinimumSize(window_state.smallest())
        self.top, self.rail = TopBar(), Rail(panes.there())
        self.notices, self.status = NoticeArea(), StatusBar(desk.job_runner)
        self.pages = named(QStackedWidget(), tr("shell.work"))
        self.side = Side(desk, self)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.shortcuts = ShortcutTable(self)
        self.cases = CaseDesk(desk, self)
        self.palette_box = Palette(self, self._palette_entries)
        self._build()
        self._connect()
        self.shortcuts.set_group("window", self._commands())
        window_state.restore(self, desk.settings.now.window)
        self._restore_split()
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._show_engine)
        self._poll.start(ENGINE_POLL_MS)
        self._show_engine()
        self.cases.load(desk.settings.now.case or None)
        wanted = desk.settings.now.pane
        self.go(wanted if wanted in self.rail.ids else self.rail.ids[0])

    @property
    def case(self) -> str | None:
        """Id of the open case."""
        return self.cases.current

    def open_case(self, case: str | None) -> None:
        """Open a case in every pane."""
        self.cases.open(case)

    def case_opened(self, case: str | None, name: str, documents: int) -> None:
        """The case desk has another case, or its name or size changed."""
        self.top.show_case(name, documents, case is not None)
        self.setWindowTitle(f"{name} · {tr('shell.app')}" if name else tr("shell.app"))

    def show_case_everywhere(self, case: str | None) -> None:
        """Tell every pane made so far."""
        for pane in self._panes.values():
            pane.show_case(case)
        self.side.show_case(case)

    def show_source(self, citation: Citation) -> None:
        """Open a citation's document at its place."""
        self._open_side()
        self.side.source.show_citation(citation)

    def show_document(self, document: str) -> None:
        """Open a document."""
        self._open_side()
        self.side.source.show_document(document)

    def show_claim(self, claim: Claim | None) -> None:
        """List what proves a claim."""
        self.side.evidence.show_claim(claim)

    def notify(self, text: str) -> None:
        """Say something passing."""
        self.status.say(text)

    def warn(self, error: WorkbenchError) -> None:
        """Show an error above the pane."""
        self.notices.show_error(error)

    def go(self, pane: str) -> None:
        """Show a pane, made at its first showing."""
        kind = next((k for k in panes.there() if k.id == pane), None)
        if kind is None:
            return
        self._make(kind)
        self._shown = pane
        self.rail.choose(pane)
        self.pages.setCurrentWidget(self._panes[pane])
        self.side.suspend(pane in panes.ALONE)
        self.shortcuts.set_group("pane", self._panes[pane].commands())
        self.shortcuts.set_group("source", self.side.commands())
        self._panes[pane].focus_first()

    def take_up_work(self) -> None:
        """Go on with imports that an earlier run left unfinished, then with the vectors."""
        library = self._desk.library
        if library is None:
            return
        self._desk.job_runner.start(
            Lane.IO, lambda _job: unfinished(library), self, self._take_up, lambda _error: self._desk.indexing.begin()
        )

    def _take_up(self, batches: Sequence[Batch]) -> None:
        kind = next((k for k in panes.there() if k.id == "library"), None)
        if batches and kind is not None:
            self._make(kind).imports.take_up(batches)
            self.notify(tr("library_pane.goes_on"))
        self._desk.indexing.begin()

    def _make(self, kind: PaneKind) -> Any:
        if kind.id not in self._panes:
            self._panes[kind.id] = made = panes.make(kind.module, self._desk)
            self.pages.addWidget(made)
            made.show_case(self.case)
        return self._panes[kind.id]

    @property
    def shown(self) -> str:
        """Id of the shown pane."""
        return self._shown

    def pane(self, pane: str) -> Any:
        """A pane's widget, or None before it was first shown."""
        return self._panes.get(pane)

    def open_palette(self, typed: str = "") -> None:
        """Open the command palette."""
        self.palette_box.open_below(top_of(self, self.top.height()), typed)

    def toggle_side(self) -> None:
        """Show or hide the source; into it with the keyboard when shown."""
        self.side.toggle()

    def stop(self) -> None:
        """Esc: put away the newest banner, else stop what the models do for somebody who waits for it.

        What goes on in the background (vectors that follow an import) stays: its ✕ is in the status bar.
        """
        if self.notices.dismiss_newest():
            return
        runner = self._desk.job_runner
        running = [job for job in runner.jobs() if job.lane is Lane.ENGINE and not job.background]
        if running:
            running[-1].cancel()
            self.notify(tr("shell.stopped", title=running[-1].title))

    def move_area(self, step: int) -> None:
        """F6: take the keyboard to the next area of the window."""
        self._areas.move(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Space, where nothing else wants it, shows or hides the source."""
        if event.key() == Qt.Key.Key_Space and not typing():
            self.toggle_side()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 Qt's name
        """Models begin to load once the window stands."""
        super().showEvent(event)
        engine = self._desk.engine
        if engine is not None:
            QTimer.singleShot(0, self, engine.warm)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 Qt's name
        """Keep where everything stood; the jobs are stopped by who owns the runner."""
        if not self._may_close():
            event.ignore()
            return
        self.keep_state()
        self._poll.stop()
        self.side.close_window()
        super().closeEvent(event)
        self.closed.emit()

    def keep_state(self) -> None:
        """Remember window, splitters, pane and case in the settings."""
        try:
            self._desk.settings.change(
                window=window_state.remembered(self),
                splitters=self._split_text(),
                source_window=self.side.window_text(),
                pane=self._shown,
                case=self.case or "",
            )
        except WorkbenchError as error:
            self.notices.show_error(error)

    def _may_close(self) -> bool:
        unsaved = [pane for pane in self._panes.values() if getattr(pane, "unsaved", lambda: False)()]
        if not unsaved:
            return True
        answer = QMessageBox.question(self, tr("shell.app"), tr("shell.unsaved"))
        return answer == QMessageBox.StandardButton.Yes

    def _build(self) -> None:
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.pages, 1)
        self.split.addWidget(work)
        self.split.addWidget(self.side)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setCollapsible(0, False)
        self.split.setHandleWidth(1)
        work.setMinimumWidth(space(90))
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addWidget(self.split, 1)
        central = QWidget()
        set_role(central, "ground")
        whole = QVBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top)
        whole.addLayout(body, 1)
        whole.addWidget(self.status)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        runner = self._desk.job_runner
        runner.unhandled = self.warn
        runner.on_changes(self, self._changed)
        self._desk.indexing.moved.connect(lambda: self._desk.indexing.tell_of(self.case))
        self.rail.chosen.connect(self.go)
        self.top.case_wanted.connect(self.cases.open_switcher)
        self.top.palette_wanted.connect(self.open_palette)
        self.top.lock_wanted.connect(self.lock_wanted)
        self.top.side_wanted.connect(self.toggle_side)
        self.top.user_changed.connect(self.cases.save_user)
        self.status.models_wanted.connect(lambda: self.go("models"))
        self.side.visible_changed.connect(self.top.show_side)
        self.palette_box.ask = self._ask if "ask" in self.rail.ids else None

    def _commands(self) -> list[Command]:
        numbered = [
            Command(kind.title_key, f"Ctrl+{self.rail.ids.index(kind.id) + 1}", partial(self.go, kind.id))
            for kind in panes.there()
        ]
        return [
            Command("shell.command.palette", "Ctrl+K", self.open_palette),
            Command("shell.command.case", "Ctrl+O", self.cases.open_switcher),
            *numbered,
            Command("shell.command.side", "F9", self.toggle_side),
            Command("shell.command.detach", "Ctrl+Shift+D", self.side.detach_or_attach),
            Command("shell.command.next_area", "F6", lambda: self.move_area(1)),
            Command("shell.command.previous_area", "Shift+F6", lambda: self.move_area(-1)),
            Command("shell.command.stop", "Esc", self.stop),
            Command("shell.command.lock", "Ctrl+L", self.lock_wanted.emit),
            Command("shell.command.tour", "F1", self.start_tour),
            Command("shell.command.quit", "Ctrl+Q", self.close),
        ]

    def start_tour(self) -> None:
        """Show the three-step tour."""
        from workbench.views.onboarding.tour import Tour  # noqa: PLC0415 rarely wanted

        Tour(self).begin()

    def tour_seen(self) -> None:
        """Remember that the tour was seen or put away."""
        self._desk.settings.change(tour_seen=True)

    def _palette_entries(self) -> Sequence[Entry]:
        commands = [entry_of(command) for command in self.shortcuts.commands() if command.run != self.open_palette]
        return [*commands, *self.cases.entries(), *self.cases.document_entries()]

    def _ask(self, question: str) -> None:
        self.go("ask")
        asking: Callable[[str], object] | None = getattr(self._panes["ask"], "ask", None)
        if asking is not None:
            asking(question)

    def _changed(self, changes: ChangesLike) -> None:
        self.cases.refresh(changes)
        for pane in self._panes.values():
            pane.refresh(changes)

    def _show_engine(self) -> None:
        if self._desk.engine is None:
            return
        state = self._desk.engine.state()
        self.status.show_engine(state)
        standing = state.of(Role.CHAT).state
        if standing != self._engine_standing:
            self._engine_standing = standing
            for pane in self._panes.values():
                getattr(pane, "engine_changed", _nothing)()

    def _open_side(self) -> None:
        if self._shown in panes.ALONE:
            self.go("library")
        self.side.open()

    def _split_text(self) -> str:
        # A hidden source has no size to remember: what was remembered before stays.
        if not self.side.isVisible() or self.side.detached:
            return self._desk.settings.now.splitters
        return window_state.splits([self.split, self.side.split])

    def _restore_split(self) -> None:
        if not window_state.restore_splits([self.split, self.side.split], self._desk.settings.now.splitters):
            self.split.setSizes([640, 440])
            self.side.split.setSizes([520, 200])
        if self._desk.settings.now.source_window:
            self.side.restore_window(self._desk.settings.now.source_window)


def _nothing() -> None:
    """Most panes don't care which models there are."""
