"""Two models beside each other on the same question."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QTextBrowser

from workbench.i18n import tr
from workbench.inference.bench import Side
from workbench.views.models_pane.card import Card
from workbench.views.models_pane.shelf import Held
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_ANSWER_HEIGHT = 40


class CompareCard(Card):
    """Chooses two chat models and a question, and shows both answers with their times.

    ``wanted`` carries the ids of both models and the question.
    """

    wanted = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__(tr("models.compare"), tr("models.compare_does"))
        self.choices = (QComboBox(), QComboBox())
        self.answers = (QTextBrowser(), QTextBrowser())
        self.times = (QLabel(), QLabel())
        self.question = QLineEdit()
        self.question.setPlaceholderText(tr("models.compare_question"))
        named(self.question, tr("models.compare_question"))
        self.question.returnPressed.connect(self._ask)
        self._texts = ["", ""]
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
        self.offer([self.go])

    def set_models(self, held: Sequence[Held]) -> None:
        """Offer these models; what was chosen stays chosen."""
        for n, choice in enumerate(self.choices):
            before = choice.currentData()
            choice.clear()
            for one in held:
                choice.addItem(one.entry.name, one.entry.id)
            at = choice.findData(before)
            choice.setCurrentIndex(at if at >= 0 else min(n, len(held) - 1))

    def begin(self) -> None:
        """Answers are on the way."""
        self._texts = ["", ""]
        for time, answer in zip(self.times, self.answers, strict=True):
            time.setText(tr("models.compare_waits"))
            time.show()
            answer.clear()
            answer.show()

    def take(self, side: int, piece: str) -> None:
        """A piece of an answer has come."""
        self._texts[side] += piece
        self.answers[side].setPlainText(self._texts[side])
        self.times[side].setText(tr("models.compare_writes"))

    def show_sides(self, sides: Sequence[Side]) -> None:
        """Both answers are there."""
        for side, time, answer in zip(sides, self.times, self.answers, strict=True):
            if side.error:
                time.setText(tr("models.compare_failed"))
                answer.setPlainText(side.error)
                continue
            figures = tr("models.side", first=f"{side.ms_first_token / 1000:.1f}", writing=f"{side.writing:.1f}")
            time.setText(f"{figures}  ·  {tr('models.compare_seconds', seconds=f'{side.seconds:.1f}')}")
            answer.setPlainText(side.answer)

    def stopped(self) -> None:
        """No more answers will come."""
        for time in self.times:
            if time.text() in (tr("models.compare_waits"), tr("models.compare_writes")):
                time.setText(tr("models.compare_stopped"))

    def _ask(self) -> None:
        question = self.question.text().strip()
        if not question:
            self.question.setFocus()
            return
        if self.go.isEnabled():
            self.wanted.emit(self.choices[0].currentData(), self.choices[1].currentData(), question)
