"""The page of the Models pane: head, place to drop files on, cards, comparison, catalogue; it scrolls."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.views.models_pane.questions import Question
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

WIDTH = 760
"""Pixels a line of words may be wide."""


class ModelsPage(QScrollArea):
    """``cards`` holds what is here, ``known`` what may be brought; ``middle`` stands between them."""

    def __init__(self, buttons: tuple[QPushButton, ...], middle: QWidget) -> None:
        super().__init__()
        named(self, tr("models.title"))
        self.setWidgetResizable(True)
        self._buttons = buttons
        self.cards, self.known = QVBoxLayout(), QVBoxLayout()
        self._drop = self._drop_place(buttons)
        title = QLabel(tr("models.title"))
        set_role(title, "title")
        words = QLabel(tr("models.words"))
        words.setWordWrap(True)
        set_role(words, "muted")
        page = QWidget()
        page.setMaximumWidth(WIDTH)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, space(6), 0, space(8))
        self._column.setSpacing(space(3))
        for part in (title, words, self._drop):
            self._column.addWidget(part)
        for layout in (self.cards, self.known):
            layout.setSpacing(space(3))
        self._column.addLayout(self.cards)
        self._column.addWidget(middle)
        self._column.addLayout(self.known)
        self._column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(space(6), 0, space(6), 0)
        row.addStretch(1)
        row.addWidget(page, 20)
        row.addStretch(1)
        self.setWidget(holder)

    def head(self, words: str, link: QPushButton | None = None) -> QWidget:
        """A line above a group, with something to press at its end."""
        heading = QLabel(words)
        set_role(heading, "heading")
        if link is None:
            return heading
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(link)
        return whole

    def ask(self, card: QWidget, first: QPushButton) -> None:
        """Show a question or an answer right below the place to drop on, with the keyboard in it."""
        self._column.insertWidget(self._column.indexOf(self._drop) + 1, card)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(self._drop)

    def question(self, card: Question, then: Callable[[str], None]) -> None:
        """Ask, and go on with what is chosen; without a choice the keyboard goes back to the first button."""

        def chosen(value: str) -> None:
            card.hide()
            card.deleteLater()
            if value:
                then(value)
            else:
                self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

        card.chosen.connect(chosen)
        self.ask(card, card.first)

    def mark_drop(self, over: bool) -> None:
        """Something that can be dropped is above the page, or no longer."""
        self._drop.setProperty("over", "true" if over else "false")
        set_role(self._drop, "drop")

    @staticmethod
    def _drop_place(buttons: tuple[QPushButton, ...]) -> QFrame:
        place = QFrame()
        set_role(place, "drop")
        place.setProperty("over", "false")
        row = QHBoxLayout(place)
        row.setContentsMargins(space(5), space(3), space(5), space(3))
        row.setSpacing(space(3))
        hint = QLabel(tr("models.drop"))
        set_role(hint, "muted")
        for widget in (*buttons, hint):
            row.addWidget(widget)
        row.addStretch(1)
        return place
