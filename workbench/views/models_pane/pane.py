"""The Models pane: roles and their models, import, test, compare, promote, go back, remove; what to bring."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QPushButton, QVBoxLayout

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import EngineState, Role
from workbench.inference.bench import ModelBench, Side, bench_of
from workbench.inference.guess import RoleUnclear, TemplateUnclear
from workbench.inference.registry import Brought, Refused
from workbench.inference.telling import trial_words
from workbench.jobs import JobContext
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.job_runner import Lane, RunningJob
from workbench.views.models_pane.busy import BusyBar
from workbench.views.models_pane.cards import ModelCard, RoleChoice, TemplateChoice
from workbench.views.models_pane.comparison import CompareCard
from workbench.views.models_pane.jobs import PaneJobs
from workbench.views.models_pane.offers import KnownCard, list_to_bring
from workbench.views.models_pane.outcomes import OutcomeCard
from workbench.views.models_pane.page import ModelsPage
from workbench.views.models_pane.shelf import RegistryLike, Shelf, read_shelf
from workbench.views.shortcuts import named
from workbench.views.theme import set_role

_POLL_MS = 1000
_SHOWN_ROLES = (Role.CHAT, Role.EMBEDDING)


class ModelsPane(QFrame):
    """``shelf`` is what is shown now (None until it was first read), ``cards`` its models and empty roles.

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
        self._asked_to_remove = ""
        self.shelf: Shelf | None = None
        self.cards: list[ModelCard] = []
        self.busy = BusyBar()
        self._progress = self.busy.bar
        self._jobs = PaneJobs(desk, self, self.busy, self._hold, self._failed)
        self.comparison = CompareCard()
        self.comparison.wanted.connect(self.compare)
        self.comparison.hide()
        self.bring = self._head_button("models.import", self._choose_any, "primary")
        self.bring_folder = self._head_button("models.import_folder", self.choose_folder)
        self._page = ModelsPage((self.bring, self.bring_folder), self.comparison)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._page, 1)
        whole.addWidget(self.busy)
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._look_at_engine)
        self._poll.start(_POLL_MS)
        self.reload()

    def show_case(self, case: str | None) -> None:
        """Models belong to no case."""

    def refresh(self, changes: ChangesLike) -> None:
        """Models don't change with the library."""

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
            self._page.cards.addWidget(reading)
        self._desk.job_runner.start(Lane.IO, lambda _job: read_shelf(registry, bench), self, self._show)

    def choose_file(self, role: str = "") -> None:
        """Ask for GGUF files and import them."""
        names, _ = QFileDialog.getOpenFileNames(self, tr("models.import"), "", tr("models.file_filter"))
        if names:
            self.import_paths([Path(name) for name in names], Role(role) if role else None)

    def choose_folder(self) -> None:
        """Ask for a folder and import every model in it."""
        name = QFileDialog.getExistingDirectory(self, tr("models.import_folder"))
        if name:
            self.import_paths([Path(name)])

    def import_file(self, path: Path, role: Role | None = None) -> None:
        """Copy a model into the registry; asks for its role where the file doesn't say."""
        self.import_paths([path], role)

    def import_paths(self, paths: Sequence[Path], role: Role | None = None, template: str | None = None) -> None:
        """Copy models into the registry, files and whole folders; one file that can't be read is an error,
        of several each is told. What a single file doesn't say, its role or its chat template, is asked.
        """
        registry = self._registry
        if registry is None or not paths:
            return
        alone = paths[0] if len(paths) == 1 and not paths[0].is_dir() else None

        def bring(job: JobContext) -> list[Brought | Refused]:
            return (
                [registry.bring(alone, role, job, template)] if alone is not None else _bring_each(registry, paths, job)
            )

        def over(error: WorkbenchError) -> None:
            if alone is not None and isinstance(error, RoleUnclear):
                self._ask_role(alone.name, lambda chosen: self.import_file(alone, chosen))
            elif alone is not None and isinstance(error, TemplateUnclear):
                self._ask_template(alone.name, lambda picked: self.import_paths([alone], role, picked))
            else:
                self._failed(error)

        self._jobs.work(Lane.IO, bring, self._imported, tr("models.job_import"), over, in_bytes=True)

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
        if _dropped([url.toLocalFile() for url in event.mimeData().urls()]):
            event.acceptProposedAction()
            self._page.mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 Qt's name
        """Nothing dropped after all."""
        self._page.mark_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 Qt's name
        """Import what was dropped."""
        self._page.mark_drop(False)
        paths = _dropped([url.toLocalFile() for url in event.mimeData().urls()])
        if paths:
            event.acceptProposedAction()
            self.import_paths(paths)

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
        standing = self._focused_button()
        self.cards.clear()
        self._asked_to_remove = ""
        self._page.clear()
        self._show_held(shelf)
        self._show_known(shelf)
        chats = shelf.of_role(Role.CHAT)
        self.comparison.setVisible(self._bench is not None and len(chats) > 0)
        self.comparison.set_models(chats)
        self._give_back(standing)

    def _show_held(self, shelf: Shelf) -> None:
        state = self._engine_state
        for role in _SHOWN_ROLES:
            self._add(ModelCard(role, shelf.working(role), state.of(role) if state else None))
        reranker = shelf.working(Role.RERANK)
        if reranker is not None:
            self._add(ModelCard(Role.RERANK, reranker, state.of(Role.RERANK) if state else None))
        others = shelf.waiting()
        if others:
            self._page.cards.addWidget(self._page.head(tr("models.others")))
        for held in others:
            self._add(ModelCard(held.entry.role, held, rival=shelf.working(held.entry.role)))

    def _show_known(self, shelf: Shelf) -> None:
        if not shelf.known:
            return
        copy = QPushButton(tr("models.list_copy"))
        set_role(copy, "link")
        named(copy, tr("models.list_copy"), tr("models.list_hint"))
        copy.setToolTip(tr("models.list_hint"))
        copy.clicked.connect(self.copy_list)
        self._page.known.addWidget(self._page.head(tr("models.known"), copy))
        for known in shelf.known:
            card = KnownCard(known)
            card.import_wanted.connect(self.choose_file)
            self._page.known.addWidget(card)

    def _add(self, card: ModelCard) -> None:
        card.import_wanted.connect(self.choose_file)
        card.verify_wanted.connect(self._verify)
        card.promote_wanted.connect(self._promote)
        card.rollback_wanted.connect(self._roll_back)
        card.remove_wanted.connect(self._remove)
        card.trial_wanted.connect(self.try_model)
        card.role_wanted.connect(self._change_role)
        card.template_wanted.connect(self._pick_template)
        self._page.cards.addWidget(card)
        self.cards.append(card)

    def _verify(self, model: str) -> None:
        registry = self._registry
        if registry is not None:
            self._jobs.run(
                lambda job: registry.verify(model, job).name, lambda name: self._done(tr("models.verified", name=name))
            )

    def _promote(self, model: str) -> None:
        registry = self._registry
        if registry is not None:
            self._jobs.run(
                lambda _job: registry.promote(model).name, lambda name: self._done(tr("models.promoted", name=name))
            )

    def _roll_back(self, role: str) -> None:
        registry = self._registry
        if registry is not None:
            self._jobs.run(
                lambda _job: registry.rollback(Role(role)).name,
                lambda name: self._done(tr("models.promoted", name=name)),
            )

    def _change_role(self, model: str) -> None:
        registry = self._registry
        card = next((c for c in self.cards if c.holds == model), None)
        if registry is None or card is None or self.shelf is None:
            return
        name = next(held.entry.name for held in self.shelf.held if held.entry.id == model)
        self._ask_role(name, lambda role: self._set_role(registry, model, name, role))

    def _set_role(self, registry: RegistryLike, model: str, name: str, role: Role, template: str | None = None) -> None:
        def failed(error: WorkbenchError) -> None:
            if isinstance(error, TemplateUnclear):
                self._ask_template(name, lambda picked: self._set_role(registry, model, name, role, picked))
            else:
                self._failed(error)

        self._jobs.run(
            lambda _job: registry.set_role(model, role, template).name,
            lambda done: self._done(tr("models.promoted", name=done)),
            failed,
        )

    def _pick_template(self, model: str) -> None:
        registry = self._registry
        held = next((held for held in self.shelf.held if held.entry.id == model), None) if self.shelf else None
        if registry is not None and held is not None:
            self._ask_template(
                held.entry.name,
                lambda picked: self._jobs.run(
                    lambda _job: registry.pick_template(model, picked).name,
                    lambda name: self._done(tr("models.template_picked", name=name)),
                ),
            )

    def _remove(self, model: str) -> None:
        """The first press asks by changing the button; the file can't be brought back from here."""
        card = next((c for c in self.cards if c.holds == model), None)
        button = card.buttons["remove"] if card is not None else None
        if button is not None and self._asked_to_remove != model:
            self._asked_to_remove = model
            button.setText(tr("models.remove_sure"))
            set_role(button, "danger")
            return
        registry = self._registry
        if registry is not None:
            self._jobs.run(lambda _job: registry.remove(model), lambda _none: self._done(tr("models.removed")))

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

    def _imported(self, outcomes: list[Brought | Refused]) -> None:
        if len(outcomes) == 1 and not isinstance(outcomes[0], Refused):
            name, new = outcomes[0].entry.name, outcomes[0].new
            self._done(tr("models.imported", name=name) if new else f"{name}: {tr('models.here_already')}")
            return
        card = OutcomeCard(outcomes)
        card.closed.connect(card.deleteLater)
        self._page.ask(card, card.buttons["close"])
        self._done(tr("models.outcome", good=sum(isinstance(o, Brought) for o in outcomes), all=len(outcomes)))

    def _ask_role(self, name: str, then: Callable[[Role], None]) -> None:
        self._ask(RoleChoice(name), lambda role: then(Role(role)))

    def _ask_template(self, name: str, then: Callable[[str], None]) -> None:
        self._ask(TemplateChoice(name), then)

    def _ask(self, choice: RoleChoice | TemplateChoice, then: Callable[[str], None]) -> None:
        def chosen(value: str) -> None:
            choice.hide()
            choice.deleteLater()
            if value:
                then(value)
            else:
                self.focus_first()

        choice.chosen.connect(chosen)
        self._page.ask(choice, choice.first)

    def _look_at_engine(self) -> None:
        engine = self._desk.engine
        if engine is None or not self.isVisible():
            return
        state = engine.state()
        before, self._engine_state = self._engine_state, state
        if self.shelf is not None and _standing(before) != _standing(state):
            self._show(self.shelf)

    def _focused_button(self) -> tuple[str, str] | None:
        """The model and the button of a card that has the keyboard."""
        for card in self.cards:
            for name, button in card.buttons.items():
                if button.hasFocus():
                    return card.holds or card.role.value, name
        return None

    def _give_back(self, standing: tuple[str, str] | None) -> None:
        """The keyboard stays with the model it was at, though its card is new."""
        if standing is None:
            return
        card = next((c for c in self.cards if standing[0] in (c.holds, c.role.value)), None)
        if card is not None and card.buttons:
            button = card.buttons.get(standing[1]) or next(iter(card.buttons.values()))
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focus_first()


def _bring_each(registry: RegistryLike, paths: Sequence[Path], job: JobContext) -> list[Brought | Refused]:
    """Several files and folders, each with what became of it."""
    outcomes: list[Brought | Refused] = []
    for path in paths:
        try:
            outcomes.extend(registry.bring_all(path, job) if path.is_dir() else [registry.bring(path, None, job)])
        except WorkbenchError as error:
            outcomes.append(Refused(path, error))
    return outcomes


def _dropped(names: Sequence[str]) -> list[Path]:
    """Model files and folders among what is dragged."""
    return [Path(name) for name in names if name and (name.lower().endswith(".gguf") or Path(name).is_dir())]


def _standing(state: EngineState | None) -> list[tuple[str, ...]]:
    """What the cards show of the engine: of its speed, which changes all the time, only that it is known."""
    roles = state.roles if state is not None else ()
    return [(role.role, role.state, role.message, role.hint, str(role.tokens_per_second > 0)) for role in roles]


def create(desk: Desk) -> ModelsPane:
    """Make the pane."""
    bench = bench_of(desk.registry, desk.arbiter, lambda: desk.settings.now.context_tokens, desk.engine)
    return ModelsPane(desk, bench)
