"""The strips around the table: how an import goes, why a file was refused, what can be undone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.evidence_list import ElidedLabel
from workbench.views.library_pane.words import DocumentLike, state_words


def _button(key: str, role: str = "") -> QPushButton:
    button = QPushButton(tr(key))
    if role:
        theme.set_role(button, role)
    return button


class ProgressStrip(QFrame):
    """How far the import is, which file it reads, and buttons that pause and stop it."""

    stopped = Signal()
    pause_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self._paused = False
        self._far = (0, 0)
        self.count = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(theme.space(12))
        self.bar.setMaximumWidth(theme.space(36))
        self.bar.setAccessibleName(tr("library_pane.importing"))
        self.file = ElidedLabel()
        theme.set_role(self.file, "small")
        self.pause = _button("library_pane.pause", "flat")
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(not self._paused))
        self.stop = _button("library_pane.stop", "flat")
        self.stop.clicked.connect(self.stopped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(1), theme.space(2), theme.space(1))
        layout.setSpacing(theme.space(3))
        layout.addWidget(self.count)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.file, 2)
        layout.addWidget(self.pause)
        layout.addWidget(self.stop)
        self.hide()

    def say(self, done: int, total: int, file: str, waiting: int = 0) -> None:
        """Show how far it is; ``total`` 0 while the files are still being counted."""
        self._far = (done, total)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self._say_count()
        behind = tr("library_pane.waiting", count=waiting) if waiting else ""
        self.file.setText(" · ".join(words for words in (file, behind) if words))
        self.show()

    def show_paused(self, paused: bool) -> None:
        """Say that it is paused, and offer to go on; or the other way round."""
        self._paused = paused
        self.pause.setText(tr("library_pane.resume" if paused else "library_pane.pause"))
        if paused and not self._far[1]:
            self.bar.setRange(0, 1)
            self.bar.setValue(0)
        self._say_count()

    def _say_count(self) -> None:
        done, total = self._far
        if self._paused:
            said = tr("library_pane.paused_at", done=done, total=total) if total else tr("library_pane.paused")
        else:
            said = tr("library_pane.progress", done=done, total=total) if total else tr("library_pane.counting")
        self.count.setText(said)


class DetailStrip(QFrame):
    """Why the chosen document was refused or read only in part, and what can be done about it."""

    password_given = Signal(str)
    retried = Signal()
    deleted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("detail")
        self.name = ElidedLabel()
        theme.set_role(self.name, "heading")
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.password = _secret("library_pane.password")
        self.password.returnPressed.connect(self._give)
        self.give = _button("library_pane.open_with_password", "primary")
        self.give.clicked.connect(self._give)
        self.retry = _button("library_pane.retry")
        self.retry.clicked.connect(self.retried)
        self.delete = _button("library_pane.delete", "flat")
        self.delete.clicked.connect(self.deleted)
        row = QHBoxLayout()
        row.setSpacing(theme.space(2))
        for widget in (self.password, self.give, self.retry, self.delete):
            row.addWidget(widget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(2.5), theme.space(4), theme.space(2.5))
        layout.setSpacing(theme.space(1.5))
        layout.addWidget(self.name)
        layout.addWidget(self.reason)
        layout.addLayout(row)
        self.hide()
        theme.on_change(self, self._dress)
        self._dress()

    def show_document(self, document: DocumentLike | None) -> None:
        """Show a refused or partly read document; hide for any other."""
        told = document is not None and (document.error is not None or bool(document.notes))
        self.setVisible(told)
        if document is None or not told:
            return
        error = document.error or {}
        self.name.setText(f"{document.name} · {state_words(document)}")
        lines = [error.get("message", ""), error.get("hint", ""), *document.notes]
        self.reason.setText("\n".join(line for line in lines if line))
        locked = error.get("kind") == "encrypted"
        self.password.setVisible(locked)
        self.password.clear()
        self.give.setVisible(locked)
        self.retry.setVisible(bool(error) and not locked)

    def _give(self) -> None:
        if self.password.text():
            self.password_given.emit(self.password.text())
            self.password.clear()

    def _dress(self) -> None:
        colours = theme.current()
        self.setStyleSheet(
            f"#detail {{ background: {colours.partial_soft}; border: none; border-top: 1px solid {colours.line}; }}"
        )


class UndoStrip(QFrame):
    """What was deleted, and how to get it back."""

    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.words = QLabel()
        self.undo = _button("library_pane.undo", "link")
        self.undo.clicked.connect(self.undone)
        self.close_button = _button("library_pane.close", "flat")
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(1), theme.space(2), theme.space(1))
        layout.addWidget(self.words)
        layout.addWidget(self.undo)
        layout.addStretch(1)
        layout.addWidget(self.close_button)
        self.hide()

    def offer(self, names: list[str]) -> None:
        """Offer to bring documents back."""
        if len(names) == 1:
            self.words.setText(tr("library_pane.deleted_one", name=names[0]))
        else:
            self.words.setText(tr("library_pane.deleted_many", count=len(names)))
        self.show()


def _secret(key: str) -> QLineEdit:
    """A field whose letters are not shown."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setPlaceholderText(tr(key))
    made.setAccessibleName(tr(key))
    made.setFixedWidth(theme.space(48))
    return made
