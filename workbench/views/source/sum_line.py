"""At the foot of the source: what the selected figures add up to, a click copies it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.evidence_list.elided import ElidedLabel
from workbench.views.source.summing import Sum


class SumLine(QFrame):
    """Shown while two figures or more are selected."""

    copied = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self._sum: Sum | None = None
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
