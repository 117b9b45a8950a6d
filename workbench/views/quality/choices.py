"""What is measured: the suite, and the models it is asked of."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.models.measuring import Contestant, Suite
from workbench.views.quality.shelf import Shelf
from workbench.views.shortcuts import named
from workbench.views.theme import space

_LETTERS = 10


class Choices(QWidget):
    """Three lists in a row; further buttons may stand behind them in ``row``."""

    suite_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shelf: Shelf | None = None
        self.suite = combo("quality.suite")
        self.chat = combo("quality.chat")
        self.embedding = combo("quality.embedding")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(space(2))
        for choice in (self.suite, self.chat, self.embedding):
            self.row.addWidget(choice, 1)
        self.suite.currentIndexChanged.connect(lambda _index: self.suite_chosen.emit())

    def show_shelf(self, shelf: Shelf, wanted_suite: str = "") -> None:
        """Offer what there is; what was chosen stays chosen, unless another suite is wanted."""
        self._shelf = shelf
        _fill(self.suite, [(s.title, s.id) for s in shelf.suites], wanted_suite)
        _fill(self.chat, [*((m.name, m.id) for m in shelf.of_role(Role.CHAT)), (tr("quality.no_chat"), "")])
        words = (tr("quality.words_only"), "")
        _fill(self.embedding, [*((m.name, m.id) for m in shelf.of_role(Role.EMBEDDING)), words])

    def chosen(self) -> Suite | None:
        """The suite chosen."""
        suites = self._shelf.suites if self._shelf else ()
        return next((s for s in suites if s.id == self.suite.currentData()), None)

    def keep_to_working_model(self, kept: bool) -> None:
        """What a user accepted is asked over a case whose vectors are of the working model."""
        self.embedding.setEnabled(not kept)
        if kept:
            self.embedding.setCurrentIndex(0)

    def contestant(self) -> Contestant:
        """The models chosen."""
        return self.contestant_of(self.chat, "")

    def contestant_of(self, chat: QComboBox, wording: str) -> Contestant:
        """A chat model of another list, with its own instruction, beside the embedding model chosen."""
        model, embedding = chat.currentData() or "", self.embedding.currentData() or ""
        return Contestant(
            model,
            embedding,
            wording,
            chat.currentText() if model else "",
            self.embedding.currentText() if embedding else "",
        )


def combo(key: str) -> QComboBox:
    """A list with a name, which gives way where room is short."""
    made = QComboBox()
    named(made, tr(key))
    named(made.view(), tr(key))
    made.setToolTip(tr(key))
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(_LETTERS)
    return made


def _fill(choice: QComboBox, items: list[tuple[str, str]], wanted: str = "") -> None:
    kept = wanted or choice.currentData()
    choice.blockSignals(True)
    choice.clear()
    for name, value in items:
        choice.addItem(name, value)
    choice.setCurrentIndex(max(0, choice.findData(kept) if kept is not None else 0))
    choice.blockSignals(False)
