"""Three steps through the sample case; any of them can end it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.onboarding.page import label
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

STEPS = ("library", "ask", "write")
WIDTH = 340


class Tour(QFrame):
    """A small card beside the rail that shows one pane after the other. ``window`` is the main window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        set_role(self, "popup")
        self._window = window
        self._step = 0
        self.setFixedWidth(WIDTH)
        self._count = QLabel()
        set_role(self._count, "small")
        self._title, self._words = label("", "heading"), label("")
        self.next = QPushButton()
        set_role(self.next, "primary")
        self.next.clicked.connect(self.go_on)
        self.skip = QPushButton(tr("onboarding.tour.skip"))
        set_role(self.skip, "flat")
        self.skip.clicked.connect(self.end)
        buttons = QHBoxLayout()
        buttons.addWidget(self._count)
        buttons.addStretch(1)
        buttons.addWidget(self.skip)
        buttons.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(4), space(4), space(4), space(3))
        column.setSpacing(space(2))
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addLayout(buttons)

    def begin(self) -> None:
        """Show the first step."""
        for earlier in self._window.findChildren(Tour):
            if earlier is not self:
                earlier.end()
        self._show_step()
        self.show()
        self.raise_()
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """The next step, or the end after the last."""
        self._step += 1
        if self._step >= len(STEPS):
            self.end()
        else:
            self._show_step()

    def end(self) -> None:
        """Put the tour away and remember that it was seen."""
        self.hide()
        self.deleteLater()
        keep = getattr(self._window, "tour_seen", None)
        if keep is not None:
            try:
                keep()
            except WorkbenchError as error:
                self._window.warn(error)  # type: ignore[attr-defined]

    def _show_step(self) -> None:
        step = STEPS[self._step]
        self._window.go(step)  # type: ignore[attr-defined]
        self._count.setText(f"{self._step + 1} / {len(STEPS)}")
        self._title.setText(tr(f"onboarding.tour.{step}"))
        self._words.setText(tr(f"onboarding.tour.{step}_words"))
        last = self._step == len(STEPS) - 1
        self.next.setText(tr("onboarding.tour.done" if last else "onboarding.tour.next"))
        named(self, self._title.text(), self._words.text())
        self.adjustSize()
        corner = QPoint(self._window.width() - self.width(), self._window.height() - self.height())
        self.move(corner - QPoint(space(5), space(12)))
        self.raise_()
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)
