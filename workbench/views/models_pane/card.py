"""A card of the Models pane: a title, lines of words, a row of buttons."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from workbench.i18n import tr
from workbench.views.fonts import figures
from workbench.views.shortcuts import named
from workbench.views.theme import current, on_change, set_role, space

_MARKS = {
    "ready": ("●", "traced"),
    "loading": ("◐", "partial_ink"),
    "missing": ("○", "muted"),
    "failed": ("⚠", "unproven"),
    "good": ("●", "traced"),
    "tight": ("◐", "partial_ink"),
    "too_big": ("⚠", "unproven"),
    "unknown": ("○", "muted"),
}


def size_words(count: int) -> str:
    """Bytes for people: ``1.04 GB``, ``70 MB`` (of 1024)."""
    gigabytes = count / (1 << 30)
    return f"{gigabytes:.2f} GB" if gigabytes >= 0.9 else f"{count / (1 << 20):.0f} MB"


class StateLine(QLabel):
    """A mark with its word, coloured with the theme."""

    def __init__(self, kind: str, words: str, role: str = "") -> None:
        super().__init__()
        self._kind, self._words = kind, words
        self.setWordWrap(True)
        named(self, words)
        if role:
            set_role(self, role)
        self._redraw()
        on_change(self, self._redraw)

    def _redraw(self) -> None:
        mark, tone = _MARKS[self._kind]
        self.setText(f"{mark} {self._words}")
        self.setStyleSheet(f"color: {getattr(current(), tone)};")


class Card(QFrame):
    """A panel with a head; lines and buttons are added below it. ``buttons`` by name."""

    def __init__(self, title: str, subtitle: str = "") -> None:
        super().__init__()
        set_role(self, "card")
        named(self, title, subtitle)
        self.buttons: dict[str, QPushButton] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(space(5), space(3.5), space(5), space(3.5))
        self.column.setSpacing(space(1))
        self.head = QHBoxLayout()
        self.head.setSpacing(space(3))
        label = QLabel(title)
        label.setWordWrap(len(title) > 40)
        set_role(label, "heading")
        self.head.addWidget(label, 1 if len(title) > 40 else 0)
        if subtitle:
            second = QLabel(subtitle)
            set_role(second, "muted")
            self.head.addWidget(second)
        if len(title) <= 40:
            self.head.addStretch(1)
        self.column.addLayout(self.head)

    def say(self, text: str, role: str = "small") -> QLabel:
        """A line of words that wraps and can be copied."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFont(figures(label.font()))
        set_role(label, role)
        self.column.addWidget(label)
        return label

    def offer(self, buttons: Sequence[QPushButton]) -> None:
        """A row of buttons."""
        row = QHBoxLayout()
        row.setContentsMargins(0, space(2), 0, 0)
        row.setSpacing(space(2))
        for button in buttons:
            named(button, button.text(), self.accessibleName())
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)

    def button_twice(self, name: str, key: str, run: Callable[[], object]) -> QPushButton:
        """A button that must be pressed twice; the first press asks with the words of ``key``_sure."""
        asked: list[bool] = []

        def pressed() -> None:
            if asked:
                run()
                return
            asked.append(True)
            button.setText(tr(f"{key}_sure"))
            set_role(button, "danger")

        button = self.button(name, tr(key), pressed, "flat")
        return button

    def button(self, name: str, words: str, run: object, role: str = "") -> QPushButton:
        """A button of this card, kept under ``name``."""
        button = QPushButton(words)
        if role:
            set_role(button, role)
        button.clicked.connect(run)
        self.buttons[name] = button
        return button
