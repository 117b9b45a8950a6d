"""The rail: the panes there are, one key each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout

from workbench.i18n import tr
from workbench.views.desk import PaneKind
from workbench.views.icons import set_icon
from workbench.views.shortcuts import named, tip
from workbench.views.theme import set_role, space

WIDTH = 64


class Rail(QFrame):
    """Buttons for the panes; ``chosen`` with the pane's id. Up and down move between them."""

    chosen = Signal(str)

    def __init__(self, kinds: Sequence[PaneKind]) -> None:
        super().__init__()
        set_role(self, "rail")
        named(self, tr("shell.rail"))
        self.setFixedWidth(WIDTH)
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1), space(2), space(1), space(2))
        column.setSpacing(space(1))
        for number, kind in enumerate([k for k in kinds if not k.bottom], 1):
            column.addWidget(self._button(kind, f"Ctrl+{number}"))
        column.addStretch(1)
        above = sum(not k.bottom for k in kinds)
        for number, kind in enumerate([k for k in kinds if k.bottom], above + 1):
            column.addWidget(self._button(kind, f"Ctrl+{number}"))

    @property
    def ids(self) -> tuple[str, ...]:
        """The panes from top to bottom."""
        return tuple(self._buttons)

    def choose(self, pane: str) -> None:
        """Mark a pane as the shown one, without telling."""
        if pane in self._buttons:
            self._buttons[pane].setChecked(True)

    def focus_first(self) -> None:
        """Take the keyboard at the shown pane."""
        button = self._group.checkedButton() or next(iter(self._buttons.values()), None)
        if button is not None:
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Move with the arrows or J and K, choose with Enter."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_J: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()), 0)
        buttons = list(self._buttons.values())
        here = next((i for i, b in enumerate(buttons) if b.hasFocus()), None)
        if here is None:
            super().keyPressEvent(event)
        elif step:
            buttons[(here + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            buttons[here].click()
        else:
            super().keyPressEvent(event)

    def _button(self, kind: PaneKind, shortcut: str) -> QToolButton:
        button = QToolButton()
        set_role(button, "rail")
        button.setText(tr(kind.title_key))
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFixedWidth(WIDTH - 2 * space(1) - 1)
        button.setToolTip(tip(kind.title_key, shortcut))
        named(button, tr(kind.title_key), shortcut)
        set_icon(button, kind.icon, size=20)
        button.clicked.connect(lambda: self.chosen.emit(kind.id))
        self._buttons[kind.id] = button
        self._group.addButton(button)
        return button
