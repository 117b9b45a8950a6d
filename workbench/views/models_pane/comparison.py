"""Two models beside each other on the same question, of one's own or one whose answer the program can mark."""

from collections.abc import Sequence
from itertools import cycle

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QPlainTextEdit, QTextBrowser

from workbench.i18n import tr
from workbench.inference.bench import Side
from workbench.inference.trial import judge, open_tasks
from workbench.views.models_pane.card import Card
from workbench.views.models_pane.shelf import Held
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_ANSWER_HEIGHT = 40
_QUESTION_LINES = 3
_TOGETHER_MS = 40


class QuestionField(QPlainTextEdit):
    """A question with its material, a few lines high. Enter asks, Shift+Enter makes a line."""

    sent = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        self.setTabChangesFocus(True)
        self.setPlaceholderText(tr("models.compare_question"))
        named(self, tr("models.compare_question"))

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """Three lines high."""
        margin = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        return QSize(320, _QUESTION_LINES * self.fontMetrics().lineSpacing() + margin)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """As high as it likes to be."""
        return QSize(120, self.sizeHint().height())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 Qt's name
        """Note whether an input method holds unfinished text."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Enter asks, unless it ends what an input method is composing."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not self._composing and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class CompareCard(Card):
    """Chooses two chat models and a question, and shows both answers with their times.

    ``wanted`` carries the ids of both models and the question. A task of the built-in test may be taken for
    the question; its answers are marked then.
    """

    wanted = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__(tr("models.compare"), tr("models.compare_does"))
        self.choices = (QComboBox(), QComboBox())
        self.answers = (QTextBrowser(), QTextBrowser())
        self.times = (QLabel(), QLabel())
        self.question = QuestionField()
        self.question.setMaximumHeight(self.question.sizeHint().height())
        self.question.sent.connect(self._ask)
        self._held: list[tuple[str, str]] = []
        self._pieces = ["", ""]
        self._writer = QTimer(self)
        self._writer.setSingleShot(True)
        self._writer.setInterval(_TOGETHER_MS)
        self._writer.timeout.connect(self._write)
        self._asked = ""
        self._tasks = cycle(open_tasks())
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(3))
        for n, (choice, time, answer) in enumerate(zip(self.choices, self.times, self.answers, strict=True)):
            which = tr("models.compare_left" if n == 0 else "models.compare_right")
            for part in (choice, choice.view(), answer):
                named(part, which)
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(12)
            answer.setMinimumHeight(space(_ANSWER_HEIGHT))
            answer.setTabChangesFocus(True)
            set_role(time, "small")
            for widget, row in ((choice, 0), (time, 2), (answer, 3)):
                grid.addWidget(widget, row, n)
            grid.setColumnStretch(n, 1)
            time.hide()
            answer.hide()
        grid.addWidget(self.question, 1, 0, 1, 2)
        self.column.addLayout(grid)
        self.go = self.button("compare", tr("models.compare_go"), self._ask)
        suggest = self.button("suggest", tr("models.compare_suggest"), self.suggest, "flat")
        suggest.setToolTip(tr("models.compare_suggest_hint"))
        self.offer([self.go, suggest])

    def suggest(self) -> None:
        """Put the next task of the built-in test into the field; its answers will be marked."""
        self.question.setPlainText(next(self._tasks).user)
        self.question.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_models(self, held: Sequence[Held]) -> None:
        """Offer these models; what was chosen stays chosen."""
        offered = [(one.entry.name, one.entry.id) for one in held]
        if offered == self._held:
            return
        self._held = offered
        for n, choice in enumerate(self.choices):
            before = choice.currentData()
            choice.clear()
            for name, model in offered:
                choice.addItem(name, model)
            at = choice.findData(before)
            choice.setCurrentIndex(at if at >= 0 else min(n, len(held) - 1))

    def begin(self) -> None:
        """Answers are on the way."""
        self._forget()
        for time, answer in zip(self.times, self.answers, strict=True):
            time.setText(tr("models.compare_waits"))
            time.show()
            answer.clear()
            answer.show()

    def take(self, side: int, piece: str) -> None:
        """A piece of an answer has come; those of a moment are written together."""
        self._pieces[side] += piece
        if not self._writer.isActive():
            self._writer.start()

    def show_sides(self, sides: Sequence[Side]) -> None:
        """Both answers are there."""
        self._forget()
        for side, time, answer in zip(sides, self.times, self.answers, strict=True):
            if side.error:
                time.setText(tr("models.compare_failed"))
                answer.setPlainText(side.error)
                continue
            figures = tr("models.side", first=f"{side.ms_first_token / 1000:.1f}", writing=f"{side.writing:.1f}")
            told = (
                _mark(self._asked, side.answer),
                figures,
                tr("models.compare_seconds", seconds=f"{side.seconds:.1f}"),
            )
            time.setText("  ·  ".join(part for part in told if part))
            answer.setPlainText(side.answer)

    def stopped(self) -> None:
        """No more answers will come."""
        self._write()
        for time in self.times:
            if time.text() in (tr("models.compare_waits"), tr("models.compare_writes")):
                time.setText(tr("models.compare_stopped"))

    def _write(self) -> None:
        """Put what has come at the end of the answers; who reads at the end goes on reading there."""
        for side, piece in enumerate(self._pieces):
            if not piece:
                continue
            answer, bar = self.answers[side], self.answers[side].verticalScrollBar()
            at_end = bar.value() >= bar.maximum()
            cursor = QTextCursor(answer.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(piece)
            self.times[side].setText(tr("models.compare_writes"))
            if at_end:
                bar.setValue(bar.maximum())
        self._forget()

    def _forget(self) -> None:
        self._writer.stop()
        self._pieces = ["", ""]

    def _ask(self) -> None:
        question = self.question.toPlainText().strip()
        if not question:
            self.question.setFocus()
            return
        if self.go.isEnabled():
            self._asked = question
            self.wanted.emit(self.choices[0].currentData(), self.choices[1].currentData(), question)


def _mark(question: str, answer: str) -> str:
    """Whether an answer to a task of the built-in test passes, and why not; nothing for one's own question."""
    task = next((task for task in open_tasks() if task.user == question), None)
    if task is None:
        return ""
    why = judge(task, answer)
    words = tr(f"models.trial.{task.kind}")
    return f"✗ {words}  {tr(f'models.why.{why}')}" if why else f"✓ {words}"
