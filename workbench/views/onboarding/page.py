"""A page of the way in: a title, a few words, what is to be chosen, and one thing to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

WIDTH = 520


class Page(QFrame):
    """``gone_on`` when the page is done, ``gone_back`` for the one before."""

    gone_on = Signal()
    gone_back = Signal()

    def __init__(self, title: str, words: str, go_on: str, *, back: bool = False) -> None:
        super().__init__()
        set_role(self, "card")
        named(self, title, words)
        self.setFixedWidth(WIDTH)
        self._busy = False
        column = QVBoxLayout(self)
        column.setContentsMargins(space(8), space(7), space(8), space(6))
        column.setSpacing(space(3))
        column.addWidget(label(title, "title"))
        if words:
            column.addWidget(label(words, "muted"))
        self.body = QVBoxLayout()
        self.body.setSpacing(space(2))
        column.addLayout(self.body)
        self._problem = label("", "error")
        self._problem.hide()
        column.addWidget(self._problem)
        self.next = QPushButton(go_on)
        set_role(self.next, "primary")
        self.next.setDefault(True)
        self.next.clicked.connect(self.submit)
        self.buttons = QHBoxLayout()
        if back:
            button = QPushButton(tr("onboarding.back"))
            button.clicked.connect(self.gone_back)
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.next)
        column.addSpacing(space(2))
        column.addLayout(self.buttons)

    def submit(self) -> None:
        """Do what the page is for; by default go on."""
        self.gone_on.emit()

    def focus_first(self) -> None:
        """Take the keyboard where the page begins."""
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def complain(self, error: WorkbenchError) -> None:
        """Show what went wrong, and let the user try again."""
        self.set_busy(False)
        self._problem.setText(" ".join(part for part in (error.message, error.hint) if part))
        self._problem.show()
        named(self._problem, self._problem.text())

    def be_content(self) -> None:
        """Take an earlier complaint away."""
        self._problem.hide()

    def set_busy(self, busy: bool) -> None:
        """While something is done the page can't be sent twice."""
        self._busy = busy
        self.next.setEnabled(not busy)


def label(text: str, role: str = "") -> QLabel:
    """A label that breaks its lines."""
    made = QLabel(text)
    made.setWordWrap(True)
    if role:
        set_role(made, role)
    return made


def secret_line(name: str) -> QLineEdit:
    """A field for a passphrase: not shown, no input method's suggestions kept."""
    line = named(QLineEdit(), name)
    line.setPlaceholderText(name)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    return line


def row(*parts: QWidget | QLayout) -> QHBoxLayout:
    """Parts beside each other, left."""
    line = QHBoxLayout()
    line.setSpacing(space(2))
    for part in parts:
        if isinstance(part, QWidget):
            line.addWidget(part)
        else:
            line.addLayout(part)
    line.addStretch(1)
    return line
