"""The bar at the foot of a pane while one long job of it runs: what is done, how far it is, and stopping."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from workbench.views.job_runner import JobHandle
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space


class JobBar(QFrame):
    """Shown between :meth:`begin` and :meth:`end`. ``job`` is None otherwise; ``stop`` is the button's words."""

    def __init__(self, stop: str) -> None:
        super().__init__()
        set_role(self, "toolbar")
        self.job: JobHandle | None = None
        self.bar, self.words = QProgressBar(), QLabel()
        self.bar.setFixedWidth(space(40))
        self.bar.setTextVisible(False)
        set_role(self.words, "small")
        self.stop_button = named(QPushButton(stop), stop)
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(6), space(1.5), space(6), space(1.5))
        row.setSpacing(space(3))
        row.addWidget(self.bar)
        row.addWidget(self.words, 1)
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

    def show_steps(self, done: int, total: int, text: str) -> None:
        """How many steps are done; ``total`` 0 while that is not known."""
        self._measure(done, total)
        self._say(f"{text}  {min(done + 1, total)} / {total}" if total else text)

    def _measure(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _say(self, words: str) -> None:
        self.words.setText(words)
        named(self.bar, words)
