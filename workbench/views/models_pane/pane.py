"""The Models pane: roles and their models, import, test, compare, promote, go back, remove; what to bring."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import EngineState, Role
from workbench.inference.bench import ModelBench, Side, bench_of
from workbench.inference.telling import trial_words
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.job_runner import Lane, RunningJob
from workbench.views.models_pane.bringing import Bringing, Said, droppable
from workbench.views.models_pane.busy import BusyBar
from workbench.views.models_pane.cards import ModelCard
from workbench.views.models_pane.changing import Changing
from workbench.views.models_pane.comparison import CompareCard
from workbench.views.models_pane.focus import focused, give_back
from workbench.views.models_pane.jobs import PaneJobs
from workbench.views.models_pane.offers import list_to_bring
from workbench.views.models_pane.page import ModelsPage
from workbench.views.models_pane.shelf import RegistryLike, Shelf, read_shelf
from workbench.views.models_pane.stock import Stock, standing
from workbench.views.shortcuts import named
from workbench.views.theme import set_role

_POLL_MS = 1000


class ModelsPane(QFrame):
    """``shelf`` is what is shown now (None until it was first read).

    Without ``bench`` models can be brought in and given roles, but not tested or compared.
    """

    def __init__(self, desk: Desk, bench: ModelBench | None = None) -> None:
        super().__init__()
        set_role(self, "ground")
        named(self, tr("models.title"), tr("models.words"))
        self.setAcceptDrops(True)
        self._desk = desk
        self._bench = bench
        self._registry: RegistryLike | None = desk.registry
        self._engine_state = desk.engine.state() if desk.engine is not None else None
        self.shelf: Shelf | None = None
        self.busy = BusyBar()
        self._progress = self.busy.bar
        self._jobs = PaneJobs(desk, self, self.busy, self._hold, self._failed)
        self.comparison = CompareCard()
        self.comparison.wanted.connect(self.compare)
        self.comparison.hide()
        self.bring = self._head_button("models.import", self._choose_any, "primary")
        self.bring_folder = self._head_button("models.import_folder", self.choose_folder)
        self._page = ModelsPage((self.bring, self.bring_folder), self.comparison)
        self._stock = Stock(
            self._page.cards,
            self._page.known,
            head=self._page.head,
            known_head=self._known_head,
            listen=self._listen,
            listen_known=lambda card: card.import_wanted.connect(self.choose_file),
        )
        self._bringing = Bringing(self._registry, bench, self._jobs, self._page, done=self._done, failed=self._failed)
        self._changing = (
            Changing(self._registry, self._jobs, self._page, done=self._done, failed=self._failed)
            if self._registry is not None
            else None
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._page, 1)
        whole.addWidget(self.busy)
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._look_at_engine)
        self._poll.start(_POLL_MS)
        self.reload()

    @property
    def cards(self) -> list[ModelCard]:
        """The models that are here and the roles without one, as shown."""
        return self._stock.cards

    @property
    def whole(self) -> bool:
        """Whether everything that was read is shown: the catalogue comes a card at a time."""
        return self.shelf is not None and self._stock.whole

    def show_case(self, case: str | None) -> None:
        """Models belong to no case."""

    def refresh(self, changes: ChangesLike) -> None:  # noqa: ARG002 whatever has changed
        """Models don't change with the library, but whose vectors it holds may."""
        serving = self._serving()
        if serving is not None and self.shelf is not None and self.shelf.renews:
            self._desk.job_runner.start(Lane.IO, lambda _job: serving(), self, self._served)

    def focus_first(self) -> None:
        """Take the keyboard at the import."""
        self.bring.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Import a file or a folder, test the chat model, compare, copy the list, look again, stop."""
        return [
            Command("models.import", "Ctrl+I", self.choose_file),
            Command("models.import_folder", "Ctrl+Shift+I", self.choose_folder),
            Command("models.try_chat", "Ctrl+T", self.try_chat, lambda: self._bench is not None and self._jobs.free),
            Command("models.compare", "", self.comparison.question.setFocus, self.comparison.isVisible),
            Command("models.list_copy", "", self.copy_list, lambda: bool(self.shelf and self.shelf.known)),
            Command("models.reload", "F5", self.reload),
            Command("models.stop", "Esc", self.stop_import, lambda: not self._jobs.free),
        ]

    def reload(self) -> None:
        """Read the registry again."""
        registry, bench = self._registry, self._bench
        if self.shelf is None and not self._page.cards.count():
            reading = QLabel(tr("models.reading"))
            set_role(reading, "muted")
            self._stock.say(reading)
        serving = self._serving()
        self._desk.job_runner.start(Lane.IO, lambda _job: read_shelf(registry, bench, serving), self, self._show)

    def choose_file(self, role: str = "") -> None:
        """Ask for GGUF files and import them."""
        self._bringing.choose_file(self, role)

    def choose_folder(self) -> None:
        """Ask for a folder and import every model in it."""
        self._bringing.choose_folder(self)

    def import_file(self, path: Path, role: Role | None = None) -> None:
        """Copy a model into the registry; what the file doesn't say is asked."""
        self._bringing.bring([path], Said(role))

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Copy models into the registry, files and whole folders."""
        self._bringing.bring(paths)

    def stop_import(self) -> None:
        """Stop what is being done; nothing half-copied stays."""
        self.busy.stop()

    def try_chat(self) -> None:
        """Test the chat model that works now."""
        working = self.shelf.working(Role.CHAT) if self.shelf is not None else None
        if working is not None:
            self.try_model(working.entry.id)

    def try_model(self, model: str) -> None:
        """Run the built-in test on a model; the result is kept with it."""
        bench = self._bench
        if bench is not None:
            self._jobs.work(
                Lane.ENGINE,
                lambda job: bench.trial(model, job),
                lambda trial: self._done(f"{trial.name}: {trial_words(trial)}"),
                tr("models.job_try"),
            )

    def compare(self, left: str, right: str, question: str) -> None:
        """Ask two models the same question."""
        bench = self._bench
        if bench is None or not self._jobs.free:
            return

        def ask(job: RunningJob) -> tuple[Side, Side]:
            return bench.compare((left, right), question, job, lambda side, piece: job.tell((side, piece)))

        def failed(error: WorkbenchError) -> None:
            self.comparison.stopped()
            self._failed(error)

        self.comparison.begin()
        self._jobs.work(
            Lane.ENGINE,
            ask,
            self.comparison.show_sides,
            tr("models.job_compare"),
            failed,
            on_event=lambda told: self.comparison.take(*told),
            on_stop=self.comparison.stopped,
        )

    def copy_list(self) -> None:
        """Put the list of what to bring on the clipboard: this machine can't fetch it."""
        if self.shelf is not None:
            QGuiApplication.clipboard().setText(list_to_bring(self.shelf.known))
            self._desk.notify(tr("models.list_copied"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 Qt's name
        """Take GGUF files and folders."""
        if droppable([url.toLocalFile() for url in event.mimeData().urls()]):
            event.acceptProposedAction()
            self._page.mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 Qt's name
        """Nothing dropped after all."""
        self._page.mark_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 Qt's name
        """Import what was dropped."""
        self._page.mark_drop(False)
        paths = droppable([url.toLocalFile() for url in event.mimeData().urls()])
        if paths:
            event.acceptProposedAction()
            self.import_paths(paths)

    def _serving(self) -> Callable[[], str] | None:
        """Tells whose vectors the library holds; a stand-in for it may not know of vectors."""
        told: Callable[[], str] | None = getattr(self._desk.library, "vector_model", None)
        return told

    def _served(self, serving: str) -> None:
        if self.shelf is not None and serving != self.shelf.serving:
            self.reload()

    def _choose_any(self) -> None:
        self.choose_file()

    def _head_button(self, key: str, run: Callable[[], None], role: str = "") -> QPushButton:
        button = QPushButton(tr(key))
        if role:
            set_role(button, role)
        named(button, tr(key), tr("models.drop"))
        button.clicked.connect(run)
        return button

    def _show(self, shelf: Shelf) -> None:
        self.shelf = shelf
        held = focused(self.cards)
        self._stock.show(shelf, self._engine_state)
        chats = shelf.of_role(Role.CHAT)
        self.comparison.setVisible(self._bench is not None and len(chats) > 0)
        self.comparison.set_models(chats)
        if held is not None and not give_back(self.cards, *held):
            self.focus_first()

    def _known_head(self) -> QWidget:
        copy = QPushButton(tr("models.list_copy"))
        set_role(copy, "link")
        named(copy, tr("models.list_copy"), tr("models.list_hint"))
        copy.setToolTip(tr("models.list_hint"))
        copy.clicked.connect(self.copy_list)
        return self._page.head(tr("models.known"), copy)

    def _listen(self, card: ModelCard) -> None:
        card.import_wanted.connect(self.choose_file)
        card.trial_wanted.connect(self.try_model)
        if self._changing is not None:
            self._changing.listen(card)

    def _hold(self, working: bool) -> None:
        for button in (self.bring, self.bring_folder, self.comparison.go):
            button.setEnabled(not working)

    def _done(self, said: str) -> None:
        self._desk.notify(said)
        self.reload()
        engine = self._desk.engine
        if engine is not None:
            engine.warm()
            self._desk.indexing.begin()

    def _failed(self, error: WorkbenchError) -> None:
        self._desk.warn(error)
        self.reload()

    def _look_at_engine(self) -> None:
        engine = self._desk.engine
        if engine is None or not self.isVisible():
            return
        state = engine.state()
        before, self._engine_state = self._engine_state, state
        if self.shelf is not None and _standing(before) != _standing(state):
            self._show(self.shelf)


def _standing(state: EngineState | None) -> list[tuple[object, ...]]:
    return [(role.role, *standing(role)) for role in state.roles] if state is not None else []


def create(desk: Desk) -> ModelsPane:
    """Make the pane."""
    bench = bench_of(desk.registry, desk.arbiter, lambda: desk.settings.now.context_tokens, desk.engine)
    return ModelsPane(desk, bench)
