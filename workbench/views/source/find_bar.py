"""Find in the document: the words, how many there are, the next and the one before."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton

from workbench.i18n import tr
from workbench.views import theme

_PAUSE_MS = 150


class FindBar(QFrame):
    """Emits ``wanted`` a moment after typing, ``stepped`` for the next (1) or previous (−1) place."""

    wanted = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("source.find_words"))
        self.words.setAccessibleName(tr("source.find_words"))
        self.words.setClearButtonEnabled(True)
        self.count = QLabel()
        theme.set_role(self.count, "small")
        self.count.setMinimumWidth(theme.space(16))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(3), theme.space(1), theme.space(2), theme.space(1))
        layout.setSpacing(theme.space(1))
        layout.addWidget(self.words, 1)
        layout.addWidget(self.count)
        for mark, name, run in (
            ("↑", "source.find_previous", lambda: self.stepped.emit(-1)),
            ("↓", "source.find_next", lambda: self.stepped.emit(1)),
            ("×", "source.find_close", self.close_bar),
        ):
            button = QToolButton()
            button.setText(mark)
            button.setAccessibleName(tr(name))
            button.setToolTip(tr(name))
            theme.set_role(button, "flat")
            button.clicked.connect(run)
            layout.addWidget(button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.wanted.emit(self.words.text()))
        self.words.textChanged.connect(lambda _: self._pause.start())
        self.hide()

    def open_bar(self) -> None:
        """Show it, the words selected."""
        self.show()
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def close_bar(self) -> None:
        """Hide it and let what it marked go."""
        self.hide()
        self.closed.emit()

    def say_count(self, current: int, total: int) -> None:
        """Show ``current`` (from 1) of ``total``; nothing where nothing is searched."""
        if not self.words.text().strip():
            self.count.setText("")
        elif total:
            self.count.setText(tr("source.find_count", current=current, total=total))
        else:
            self.count.setText(tr("source.find_nothing"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter and Shift+Enter step, Esc closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self._pause.stop()
                self.wanted.emit(self.words.text())
                return
            self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)
