"""Where questions are written. Enter asks, Shift+Enter makes a line, unfinished input-method text is left alone."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton

from workbench.i18n import tr
from workbench.views import theme

_MOST_LINES = 6


class QuestionEdit(QPlainTextEdit):
    """A text field as tall as its text, up to six lines; ``recalled`` by the up key in an empty one."""

    sent = Signal()
    escaped = Signal()
    recalled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        theme.set_role(self, "bare")
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("ask.placeholder"))
        self.setAccessibleName(tr("ask.question_name"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._fit)
        theme.on_change(self, self._fit)
        self._fit()

    @property
    def composing(self) -> bool:
        """Whether an input method holds unfinished text."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802
        """Note whether text is unfinished."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The input method lets go of its text when the field loses the keyboard."""
        super().focusOutEvent(event)
        self._composing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter sends finished text."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._composing:
            event.accept()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText() and not self._composing:
            self.recalled.emit()
        elif enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape and not self._composing:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Wrapped lines change with the width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line."""
        return QSize(320, self.height())

    def _fit(self) -> None:
        lines = min(max(int(self.document().size().height()), 1), _MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + theme.space(4))


class Composer(QFrame):
    """The question field with its buttons."""

    asked = Signal(str)
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "composer")
        self.edit = QuestionEdit()
        self.ask_button = QPushButton(tr("ask.ask"))
        self.ask_button.setToolTip(tr("ask.ask_tip"))
        theme.set_role(self.ask_button, "primary")
        self.stop_button = QPushButton(tr("ask.stop"))
        self.stop_button.setToolTip(tr("ask.stop_tip"))
        self.edit.sent.connect(self._send)
        self.edit.escaped.connect(self.stopped)
        self.edit.textChanged.connect(self._update)
        self.ask_button.clicked.connect(self._send)
        self.stop_button.clicked.connect(self.stopped)
        self._running = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(2), theme.space(1.5), theme.space(2), theme.space(1.5))
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self.ask_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.set_running(False)

    def set_running(self, running: bool) -> None:
        """Offer to stop while an answer is made."""
        self._running = running
        self.stop_button.setVisible(running)
        self._update()

    def set_text(self, text: str) -> None:
        """Put a question in without asking it."""
        self.edit.setPlainText(text)
        cursor = self.edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.edit.setTextCursor(cursor)

    def _update(self) -> None:
        self.ask_button.setEnabled(bool(self.edit.toPlainText().strip()) and not self._running)

    def _send(self) -> None:
        text = self.edit.toPlainText().strip()
        if text and not self.edit.composing and not self._running:
            self.edit.clear()
            self.asked.emit(text)
