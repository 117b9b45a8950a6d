"""At the foot of the source: what the selected figures add up to, a click copies it."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.evidence_list.elided import ElidedLabel
from workbench.views.job_runner import JobHandle, Lane, RunningJob
from workbench.views.source.summing import Sum, sum_of

_PAUSE_S = 0.12
"""A selection that grows is added up once it rests."""


class SumLine(QFrame):
    """Shown while two figures or more are selected."""

    copied = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self._desk = desk
        self._sum: Sum | None = None
        self._adding: JobHandle | None = None
        self.words = ElidedLabel(cut=Qt.TextElideMode.ElideRight)
        self.copy = QPushButton(tr("source.copy_sum"))
        theme.set_role(self.copy, "link")
        self.copy.clicked.connect(self._copy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(1), theme.space(3), theme.space(1))
        layout.setSpacing(theme.space(2))
        layout.addWidget(self.words, 1)
        layout.addWidget(self.copy)
        self.hide()

    def add_up(self, texts: Callable[[], Iterable[str]] | None) -> None:
        """Show the sum of the texts once they rest; hide for none. ``texts`` is called in a thread."""
        self.stop()
        if texts is None:
            self.show_sum(None)
            return

        def add(job: RunningJob) -> Sum | None:
            return None if job.wait(_PAUSE_S) else sum_of(texts())

        self._adding = self._desk.job_runner.start(Lane.IO, add, self, self.show_sum, lambda _error: None)

    def stop(self) -> None:
        """What is being added up is wanted no more."""
        if self._adding is not None:
            self._adding.cancel()
            self._adding = None

    def show_sum(self, total: Sum | None) -> None:
        """Show a sum; hide for none."""
        self._sum = total
        self.setVisible(total is not None)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where there is little room the mean goes first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._sum is None:
            return
        said = f"∑ {self._sum.words()}"
        room = self.width() - self.copy.sizeHint().width() - theme.space(10)
        if self.fontMetrics().horizontalAdvance(said) > room:
            said = f"∑ {self._sum.words(short=True)}"
        self.words.setText(said)

    def _copy(self) -> None:
        if self._sum is not None:
            QGuiApplication.clipboard().setText(self._sum.figure)
            self.copied.emit()
