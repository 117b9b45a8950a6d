"""The bar at the foot of the pane: what is being done, how far it is, and stopping it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from workbench.i18n import tr
from workbench.views.job_runner import JobHandle
from workbench.views.models_pane.card import size_words
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_MEGA = 1 << 20


class BusyBar(QFrame):
    """Shown while one long job of the pane runs. ``job`` is None otherwise."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "toolbar")
        self.job: JobHandle | None = None
        self.bar, self.words = QProgressBar(), QLabel()
        self.bar.setFixedWidth(space(40))
        self.bar.setTextVisible(False)
        set_role(self.words, "small")
        self.stop_button = QPushButton(tr("models.stop"))
        named(self.stop_button, tr("models.stop"))
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(6), space(1.5), space(6), space(1.5))
        row.setSpacing(space(3))
        for widget in (self.bar, self.words):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.stop_button)
        self.hide()

    def begin(self, job: JobHandle, words: str) -> None:
        """A job has begun."""
        self.job = job
        self.show_steps(0, 0, words)
        self.show()

    def end(self) -> None:
        """The job is over."""
        self.job = None
        self.hide()

    def stop(self) -> None:
        """Ask the job to stop."""
        if self.job is not None:
            self.job.cancel()

    def show_bytes(self, done: int, total: int, text: str) -> None:
        """How far a copy is."""
        self.bar.setRange(0, total // _MEGA)
        self.bar.setValue(done // _MEGA)
        self._say(f"{text}  {size_words(done)} / {size_words(total)}" if total else text)

    def show_steps(self, done: int, total: int, text: str) -> None:
        """How many steps are done."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self._say(f"{text}  {min(done + 1, total)} / {total}" if total else text)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        named(self.bar, words)
