"""What a view shows instead of its content: nothing yet, working, or what went wrong and what to do."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views import theme

Action = tuple[str, Callable[[], object]]


class StatePage(QWidget):
    """A heading, a line that says what to do next, and at most three buttons, in the middle of the view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel()
        theme.set_role(self.heading, "title")
        self.text = QLabel()
        theme.set_role(self.text, "muted")
        for label in (self.heading, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setFixedWidth(160)
        self.progress.setTextVisible(False)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.space(2))
        self.buttons: list[QPushButton] = []
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addLayout(self._buttons)
        centred.addStretch(1)
        # Wrapped labels know their height only where no alignment is set on them, so the column is bounded instead.
        middle = QWidget()
        middle.setMaximumWidth(520)
        column = QVBoxLayout(middle)
        column.setSpacing(theme.space(3))
        column.addStretch(2)
        column.addWidget(self.heading)
        column.addWidget(self.text)
        column.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(centred)
        column.addStretch(3)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(middle, 100)
        layout.addStretch(1)
        self.say("", "")

    def say(self, heading: str, text: str, actions: Sequence[Action] = (), *, busy: bool = False) -> None:
        """Show words and buttons; the first button is the one to press."""
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.progress.setVisible(busy)
        for button in self.buttons:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for number, (words, run) in enumerate(actions):
            button = QPushButton(words)
            button.clicked.connect(lambda _=False, run=run: run())
            theme.set_role(button, "primary" if number == 0 else "")
            self._buttons.addWidget(button)
            self.buttons.append(button)

    def say_error(self, error: WorkbenchError, actions: Sequence[Action] = ()) -> None:
        """Show an error with its hint, what can be tried, and its details to copy."""
        details = f"{error.kind}\n{error.message}\n{error.hint}\n{error.detail}"
        copy: Action = (
            tr("evidence_list.copy_details"),
            lambda: QGuiApplication.clipboard().setText(details),
        )
        self.say(error.message, error.hint, [*actions, copy])
