"""Parts of an answer: the value asked for, what the model thought, what the reader says of it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.views import theme
from workbench.views.ask import talks
from workbench.views.ask.cards import Card
from workbench.views.ask.talks import Turn
from workbench.views.evidence_list import short_name, where
from workbench.views.icons import set_icon

_LARGE = 1.7


class ValueCard(Card):
    """The value asked for, large, above the sentence that states it."""

    def __init__(self, claim: Claim, name_of: Callable[[str], str]) -> None:
        citation = claim.citations[0]
        quote = " ".join(citation.quote.split())
        place = f"{short_name(name_of(citation.document))} · {where(citation.anchor)}"
        super().__init__(f"{claim.text}。{tr('ask.quote_name', quote=quote, place=place)}")
        self.value = self.add_line(claim.text, "title")
        self.value.setStyleSheet(f"font-size: {round(theme.size(theme.TextSize.TITLE) * _LARGE)}px")
        self.add_line(f"“{quote}”")
        mark = f"{claim.status.mark} {theme.status_name(claim.status)} · {place}"
        self.add_line(mark, "small", colour=theme.status_colour(claim.status))


class Thoughts(QWidget):
    """What a model thought aloud, folded until it is wanted: no part of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self._thought = ""
        self.button = QPushButton()
        theme.set_role(self.button, "link")
        self.button.clicked.connect(self._toggle)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_role(self.text, "muted")
        self.text.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.text)
        self.hide()

    def show_thought(self, thought: str) -> None:
        """Offer a thought to be unfolded; nothing is shown for none."""
        self._thought = thought.strip()
        self.setVisible(bool(self._thought))
        self.text.setText(self._thought)
        self._say()

    def _toggle(self) -> None:
        self.text.setVisible(self.text.isHidden())
        self._say()

    def _say(self) -> None:
        key = "ask.thought_hide" if not self.text.isHidden() else "ask.thought_show"
        self.button.setText(tr(key, count=len(self._thought)))


class Judgement(QWidget):
    """Right, wrong, or how it should have been said; ``judged`` with the verdict and the correction."""

    judged = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._verdict = ""
        self.right = self._button("thumb_up", "ask.right")
        self.wrong = self._button("thumb_down", "ask.wrong")
        self.right.clicked.connect(lambda: self._say(talks.RIGHT))
        self.wrong.clicked.connect(lambda: self._say(talks.WRONG))
        self.correct = QPushButton(tr("ask.correct"))
        self.correct.setToolTip(tr("ask.correct_tip"))
        theme.set_role(self.correct, "flat")
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("ask.correct_hint"))
        self.field.setAccessibleName(tr("ask.correct_hint"))
        self.field.hide()
        self.correct.clicked.connect(self._open)
        self.field.returnPressed.connect(self._corrected)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space(1))
        for widget in (self.right, self.wrong, self.correct):
            layout.addWidget(widget)
        layout.addWidget(self.field, 1)
        layout.addStretch(0)

    def show_turn(self, turn: Turn) -> None:
        """Show what was said of a turn; only settled answers can be judged."""
        self._verdict = turn.verdict
        self.setVisible(turn.settled and turn.status not in (talks.STOPPED, talks.FAILED, talks.SIMILAR))
        self.right.setChecked(turn.verdict == talks.RIGHT)
        self.wrong.setChecked(turn.verdict == talks.WRONG)
        if not self.field.hasFocus():
            self.field.setText(turn.correction)
            self.field.setVisible(bool(turn.correction))

    def tab_stops(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.right, self.wrong, self.correct, self.field]

    def _button(self, icon: str, key: str) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        set_icon(button, icon, size=16)
        button.setToolTip(tr(f"{key}_tip"))
        button.setAccessibleName(tr(key))
        theme.set_role(button, "flat")
        return button

    def _say(self, verdict: str) -> None:
        self._verdict = "" if verdict == self._verdict else verdict
        self.judged.emit(self._verdict, self.field.text().strip() if self._verdict == talks.WRONG else "")

    def _open(self) -> None:
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _corrected(self) -> None:
        words = self.field.text().strip()
        self._verdict = talks.WRONG if words else self._verdict
        self.field.clearFocus()
        self.judged.emit(self._verdict, words)
