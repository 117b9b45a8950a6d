"""The bar at the foot of the pane: which question is being asked, how many are left, and stopping."""

from PySide6.QtCore import Qt

from workbench.i18n import tr
from workbench.views.job_bar import JobBar
from workbench.views.shortcuts import named, tip
from workbench.views.theme import space


class RunningBar(JobBar):
    """Shown while something is measured; what was asked is kept when it is stopped."""

    def __init__(self) -> None:
        super().__init__(tr("quality.stop"))
        self.stop_button.setToolTip(tip("quality.stop", "Esc"))

    def show_steps(self, done: int, total: int, text: str) -> None:
        """How many questions are done; ``total`` 0 while documents are read."""
        self._measure(done, total)
        words = f"{min(done + 1, total)} / {total}  {text}" if total else text
        self.words.setText(self.words.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, space(150)))
        named(self.bar, words)
