"""The bar at the foot of the pane: which question is being asked, how many are left, and stopping."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from workbench.i18n import tr
from workbench.views.job_runner import JobHandle
from workbench.views.shortcuts import named, tip
from workbench.views.theme import set_role, space


class RunningBar(QFrame):
    """Shown while something is measured. ``job`` is None otherwise."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "toolbar")
        self.job: JobHandle | None = None
        self.bar, self.words = QProgressBar(), QLabel()
        self.bar.setFixedWidth(space(40))
        self.bar.setTextVisible(False)
        set_role(self.words, "small")
        self.stop_button = named(QPushButton(tr("quality.stop")), tr("quality.stop"))
        self.stop_button.setToolTip(tip("quality.stop", "Esc"))
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(6), space(1.5), space(6), space(1.5))
        row.setSpacing(space(3))
        row.addWidget(self.bar)
        row.addWidget(self.words, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def begin(self, job: JobHandle, words: str) -> None:
        """Measuring has begun."""
        self.job = job
        self.show_steps(0, 0, words)
        self.show()

    def end(self) -> None:
        """It is over."""
        self.job = None
        self.hide()

    def stop(self) -> None:
        """Ask it to stop; what was asked is kept."""
        if self.job is not None:
            self.job.cancel()

    def show_steps(self, done: int, total: int, text: str) -> None:
        """How many questions are done; ``total`` 0 while documents are read."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        words = f"{min(done + 1, total)} / {total}  {text}" if total else text
        self.words.setText(self.words.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, space(150)))
        named(self.bar, words)
