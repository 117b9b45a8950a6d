"""Two contestants compared blind: answers side by side without names, judged by the reader."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.models.measuring import Comparison, Record, Verdict
from workbench.views.quality.shelf import Model
from workbench.views.quality.tables import outcome_words
from workbench.views.shortcuts import named, shown
from workbench.views.theme import set_role, space

KEYS = {Verdict.FIRST: "Alt+1", Verdict.EQUAL: "Alt+0", Verdict.SECOND: "Alt+2"}
_FEW, _MOST = 5, 50


class BlindPage(QWidget):
    """``wanted`` with the two models, the two wordings and how many questions; ``judged`` after each verdict.

    ``names`` are told only when all pairs are judged.
    """

    wanted = Signal()
    judged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.comparison: Comparison | None = None
        self.names = ("", "")
        self._alike = 0
        self._form = QWidget()
        self.choices = (QComboBox(), QComboBox())
        self.wordings = (QLineEdit(), QLineEdit())
        self.count = QSpinBox()
        self.count.setRange(1, _MOST)
        self.count.setValue(_FEW)
        named(self.count, tr("quality.blind_count"))
        self.go = self._button("quality.blind_go", self.wanted.emit, "primary")
        self.state, self.question = QLabel(tr("quality.blind_words")), QLabel()
        self.answers = (QTextBrowser(), QTextBrowser())
        self.buttons = {v: self._button(f"quality.blind_{v.value}", partial(self.judge, v)) for v in Verdict}
        self.back = self._button("quality.blind_back", self.take_back, "flat")
        self._build()
        self._show()

    def set_models(self, models: Sequence[Model]) -> None:
        """Offer these chat models; what was chosen stays chosen."""
        for number, choice in enumerate(self.choices):
            kept = choice.currentData()
            choice.clear()
            for model in models:
                choice.addItem(model.name, model.id)
            at = choice.findData(kept)
            choice.setCurrentIndex(at if at >= 0 else min(number, len(models) - 1))

    def begin(self, comparison: Comparison, names: tuple[str, str], alike: int) -> None:
        """Show the first pair. ``alike`` answers said the same on both sides and are not shown."""
        self.comparison, self.names, self._alike = comparison, names, alike
        self._show()

    def judge(self, verdict: Verdict) -> None:
        """Say which of the shown answers is better, and go on."""
        if self.comparison is None or self.comparison.at is None:
            return
        self.comparison.judge(verdict)
        self._show()
        self.judged.emit()

    def take_back(self) -> None:
        """Judge the last pair again; not once the names are told."""
        if self.comparison is not None and self.comparison.at is not None:
            self.comparison.take_back()
            self._show()

    def _show(self) -> None:
        pair = self.comparison.at if self.comparison else None
        judging = pair is not None
        for button in (*self.buttons.values(), self.back):
            button.setVisible(judging)
        self.question.setVisible(judging)
        self._form.setVisible(not judging)
        for answer in self.answers:
            answer.setVisible(judging)
        if self.comparison is None:
            return
        done = len(self.comparison.verdicts)
        self.back.setEnabled(done > 0)
        if pair is None:
            self.state.setText(self._result(self.comparison))
            return
        self.state.setText(tr("quality.blind_at", at=done + 1, total=len(self.comparison.pairs)))
        self.question.setText(pair.asked)
        for answer, record in zip(self.answers, (pair.first, pair.second), strict=True):
            answer.setPlainText(_shown(record))
        self.buttons[Verdict.FIRST].setFocus(Qt.FocusReason.OtherFocusReason)

    def _result(self, comparison: Comparison) -> str:
        if not comparison.pairs:
            return tr("quality.blind_same", count=self._alike)
        tally = comparison.tally()
        told = tr(
            "quality.blind_tally",
            left=self.names[0],
            left_wins=tally.left,
            right=self.names[1],
            right_wins=tally.right,
            equal=tally.equal,
        )
        return f"{told} {tr('quality.blind_alike', count=self._alike)}" if self._alike else told

    def _button(self, key: str, run: Callable[[], object], role: str = "") -> QPushButton:
        button = QPushButton(tr(key))
        if role:
            set_role(button, role)
        named(button, tr(key))
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _build(self) -> None:
        for label in (self.state, self.question):
            label.setWordWrap(True)
        set_role(self.question, "heading")
        both, verdicts = QHBoxLayout(), QHBoxLayout()
        for answer in self.answers:
            both.addWidget(answer, 1)
        for verdict, button in self.buttons.items():
            button.setToolTip(shown(KEYS[verdict]))
            verdicts.addWidget(button)
        verdicts.addStretch(1)
        verdicts.addWidget(self.back)
        self._lay_form()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, space(3), 0, 0)
        column.setSpacing(space(3))
        column.addWidget(self._form)
        column.addWidget(self.state)
        column.addWidget(self.question)
        column.addLayout(both, 1)
        column.addLayout(verdicts)
        column.addStretch(0)

    def _lay_form(self) -> None:
        """The two sides beside each other, and how many questions they are asked."""
        grid = QGridLayout()
        grid.setSpacing(space(2))
        for n in (0, 1):
            self._name_side(n)
            grid.addWidget(self.choices[n], 0, n)
            grid.addWidget(self.wordings[n], 1, n)
            grid.setColumnStretch(n, 1)
        start = QHBoxLayout()
        start.addWidget(QLabel(tr("quality.blind_count")))
        start.addWidget(self.count)
        start.addWidget(self.go)
        start.addStretch(1)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.addLayout(grid)
        form.addLayout(start)

    def _name_side(self, n: int) -> None:
        side = tr(f"quality.blind_side_{n + 1}")
        named(self.choices[n], side)
        self.choices[n].setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choices[n].setMinimumContentsLength(12)
        named(self.choices[n].view(), side)
        self.wordings[n].setPlaceholderText(tr("quality.blind_wording"))
        named(self.wordings[n], f"{side}: {tr('quality.blind_wording')}")
        named(self.answers[n], tr(f"quality.blind_answer_{n + 1}"))
        self.answers[n].setTabChangesFocus(True)


def _shown(record: Record) -> str:
    quotes = "\n".join(f"“{quote['quote']}”" for quote in record.quotes)
    return "\n\n".join(filter(None, (record.error or record.said, outcome_words(record), quotes)))
