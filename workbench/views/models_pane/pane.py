"""The Models pane: roles and their models, import by dialog or drop, verify, promote, go back, remove."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import EngineState, Role
from workbench.jobs import JobContext
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.models_pane.cards import KnownCard, ModelCard, RoleChoice, size_words
from workbench.views.models_pane.shelf import RegistryLike, Shelf, read_shelf
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

WIDTH = 760
_POLL_MS = 1000
_SHOWN_ROLES = (Role.CHAT, Role.EMBEDDING)


class ModelsPane(QFrame):
    """``shelf`` is what is shown now (None until it was first read), ``cards`` its models and empty roles."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        set_role(self, "ground")
        named(self, tr("models.title"), tr("models.words"))
        self.setAcceptDrops(True)
        self._desk = desk
        self._registry: RegistryLike | None = desk.registry
        self._engine_state = desk.engine.state() if desk.engine is not None else None
        self._importing: JobHandle | None = None
        self._removed: dict[str, str] = {}
        self.shelf: Shelf | None = None
        self.cards: list[ModelCard] = []
        self._page = QWidget()
        self._page.setMaximumWidth(WIDTH)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(space(3))
        self.bring = QPushButton(tr("models.import"))
        set_role(self.bring, "primary")
        named(self.bring, tr("models.import"), tr("models.drop"))
        self.bring.clicked.connect(self._choose_any)
        self._progress, self._progress_text = QProgressBar(), QLabel()
        self._stop = QPushButton(tr("models.stop"))
        self._stop.clicked.connect(self.stop_import)
        self._choice: RoleChoice | None = None
        self._build()
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
        """Import, look again, stop the import."""
        return [
            Command("models.import", "Ctrl+I", self.choose_file),
            Command("models.reload", "F5", self.reload),
            Command("models.stop", "Esc", self.stop_import, lambda: self._importing is not None),
        ]

    def reload(self) -> None:
        """Read the registry again."""
        registry = self._registry
        if self.shelf is None and not self._cards.count():
            reading = QLabel(tr("models.reading"))
            set_role(reading, "muted")
            self._cards.addWidget(reading)
        self._desk.job_runner.start(Lane.IO, lambda _job: read_shelf(registry), self, self._show)

    def choose_file(self, role: str = "") -> None:
        """Ask for a GGUF file and import it."""
        name, _ = QFileDialog.getOpenFileName(self, tr("models.import"), "", tr("models.file_filter"))
        if name:
            self.import_file(Path(name), Role(role) if role else None)

    def _choose_any(self) -> None:
        self.choose_file()

    def import_file(self, path: Path, role: Role | None = None) -> None:
        """Copy a model into the registry; asks for its role where the file doesn't say."""
        registry = self._registry
        if registry is None or self._importing is not None:
            return

        def bring(job: JobContext) -> str:
            entry = registry.import_file(path, role, job)
            return str(entry.name)

        self._importing = self._desk.job_runner.start(
            Lane.IO,
            bring,
            self,
            self._imported,
            lambda error: self._not_imported(path, error),
            on_progress=self._show_progress,
            on_cancel=self._import_over,
            title=tr("models.job_import"),
        )
        self._show_progress(0, 0, path.name)
        for widget in (self._progress, self._progress_text, self._stop):
            widget.show()
        self.bring.setEnabled(False)

    def stop_import(self) -> None:
        """Stop the import; nothing half-copied stays."""
        if self._importing is not None:
            self._importing.cancel()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 Qt's name
        """Take GGUF files."""
        if any(url.toLocalFile().lower().endswith(".gguf") for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 Qt's name
        """Nothing dropped after all."""
        self._mark_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 Qt's name
        """Import the dropped file."""
        self._mark_drop(False)
        names = [url.toLocalFile() for url in event.mimeData().urls()]
        paths = [Path(name) for name in names if name.lower().endswith(".gguf")]
        if paths:
            event.acceptProposedAction()
            self.import_file(paths[0])

    def _build(self) -> None:
        title = QLabel(tr("models.title"))
        set_role(title, "title")
        words = QLabel(tr("models.words"))
        words.setWordWrap(True)
        set_role(words, "muted")
        self._drop = QFrame()
        set_role(self._drop, "drop")
        self._drop.setProperty("over", "false")
        drop_row = QHBoxLayout(self._drop)
        drop_row.setContentsMargins(space(5), space(3), space(5), space(3))
        drop_row.setSpacing(space(3))
        hint = QLabel(tr("models.drop"))
        set_role(hint, "muted")
        drop_row.addWidget(self.bring)
        drop_row.addWidget(hint)
        drop_row.addStretch(1)
        self._progress.setFixedWidth(space(40))
        self._progress.setTextVisible(False)
        set_role(self._progress_text, "small")
        for widget in (self._progress, self._progress_text, self._stop):
            drop_row.addWidget(widget)
            widget.hide()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, space(6), 0, space(8))
        column.setSpacing(space(3))
        for part in (title, words, self._drop):
            column.addWidget(part)
        column.addLayout(self._cards)
        column.addStretch(1)
        scroll = named(QScrollArea(), tr("models.title"))
        scroll.setWidgetResizable(True)
        holder = QWidget()
        middle = QHBoxLayout(holder)
        middle.setContentsMargins(space(6), 0, space(6), 0)
        middle.addStretch(1)
        middle.addWidget(self._page, 20)
        middle.addStretch(1)
        scroll.setWidget(holder)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _show(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.cards.clear()
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        state = self._engine_state
        for role in _SHOWN_ROLES:
            self._add(ModelCard(role, shelf.working(role), state.of(role) if state else None))
        others = shelf.waiting()
        reranker = shelf.working(Role.RERANK)
        if reranker is not None:
            self._add(ModelCard(Role.RERANK, reranker))
        if others:
            self._cards.addWidget(self._heading(tr("models.others")))
        for held in others:
            self._add(ModelCard(held.entry.role, held))
        if shelf.known:
            self._cards.addWidget(self._heading(tr("models.known")))
        for known in shelf.known:
            card = KnownCard(known)
            card.import_wanted.connect(self.choose_file)
            self._cards.addWidget(card)

    def _add(self, card: ModelCard) -> None:
        card.import_wanted.connect(self.choose_file)
        card.verify_wanted.connect(self._verify)
        card.promote_wanted.connect(self._promote)
        card.rollback_wanted.connect(self._roll_back)
        card.remove_wanted.connect(self._remove)
        self._cards.addWidget(card)
        self.cards.append(card)

    def _verify(self, model: str) -> None:
        registry = self._registry
        if registry is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda job: registry.verify(model, job).name,
                self,
                lambda name: self._done(tr("models.verified", name=name)),
                self._failed,
                title=tr("models.job_verify"),
            )

    def _promote(self, model: str) -> None:
        registry = self._registry
        if registry is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: registry.promote(model).name,
                self,
                lambda name: self._done(tr("models.promoted", name=name)),
                self._failed,
                title=tr("models.job_verify"),
            )

    def _roll_back(self, role: str) -> None:
        registry = self._registry
        if registry is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: registry.rollback(Role(role)).name,
                self,
                lambda name: self._done(tr("models.promoted", name=name)),
                self._failed,
                title=tr("models.job_verify"),
            )

    def _remove(self, model: str) -> None:
        """The first press asks by changing the button; the file can't be brought back from here."""
        card = next((c for c in self.cards if c.holds == model), None)
        button = card.buttons["remove"] if card is not None else None
        if button is not None and self._removed.get(model) != "asked":
            self._removed[model] = "asked"
            button.setText(tr("models.remove_sure"))
            set_role(button, "danger")
            return
        self._removed.pop(model, None)
        registry = self._registry
        if registry is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: registry.remove(model),
                self,
                lambda _none: self._done(tr("models.removed")),
                self._failed,
            )

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

    def _imported(self, name: str) -> None:
        self._import_over()
        self._done(tr("models.imported", name=name))

    def _not_imported(self, path: Path, error: WorkbenchError) -> None:
        self._import_over()
        if error.message == tr("inference.role_unclear", name=path.name):
            self._ask_role(path)
        else:
            self._failed(error)

    def _ask_role(self, path: Path) -> None:
        choice = RoleChoice(path.name)

        def chosen(role: str) -> None:
            self._cards.removeWidget(choice)
            choice.deleteLater()
            if role:
                self.import_file(path, Role(role))

        choice.chosen.connect(chosen)
        self._cards.insertWidget(0, choice)
        choice.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _import_over(self) -> None:
        self._importing = None
        self.bring.setEnabled(True)
        for widget in (self._progress, self._progress_text, self._stop):
            widget.hide()

    def _show_progress(self, done: int, total: int, text: str) -> None:
        mega = 1 << 20
        self._progress.setRange(0, total // mega)
        self._progress.setValue(done // mega)
        self._progress_text.setText(f"{text}  {size_words(done)} / {size_words(total)}" if total else text)
        named(self._progress, self._progress_text.text())

    def _look_at_engine(self) -> None:
        engine = self._desk.engine
        if engine is None or not self.isVisible():
            return
        state = engine.state()
        before, self._engine_state = self._engine_state, state
        if self.shelf is not None and _standing(before) != _standing(state):
            self._show(self.shelf)

    def _mark_drop(self, over: bool) -> None:
        self._drop.setProperty("over", "true" if over else "false")
        set_role(self._drop, "drop")

    @staticmethod
    def _heading(text: str) -> QLabel:
        heading = QLabel(text)
        set_role(heading, "heading")
        return heading


def _standing(state: EngineState | None) -> list[tuple[str, ...]]:
    """What the cards show of the engine: of its speed, which changes all the time, only that it is known."""
    roles = state.roles if state is not None else ()
    return [(role.role, role.state, role.message, role.hint, str(role.tokens_per_second > 0)) for role in roles]


def create(desk: Desk) -> ModelsPane:
    """Make the pane."""
    return ModelsPane(desk)
