"""The keyboard: which command a key runs, and names for screen readers.

One window has one :class:`ShortcutTable`. Commands come in groups (the shown pane before the source
before the window); where two want the same key, the first enabled one of the first group gets it.
"""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from workbench.i18n import tr
from workbench.views.desk import Command

W = TypeVar("W", bound=QWidget)

GROUPS = ("pane", "source", "window")
"""Who is asked first for a key."""


class ShortcutTable:
    """All shortcuts of a window, one QShortcut a key."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._groups: dict[str, tuple[Command, ...]] = dict.fromkeys(GROUPS, ())
        self._keys: dict[str, QShortcut] = {}

    def set_group(self, group: str, commands: Sequence[Command]) -> None:
        """Replace a group's commands."""
        self._groups[group] = tuple(commands)
        wanted = {self._canonical(c.shortcut) for cs in self._groups.values() for c in cs if c.shortcut}
        for key in set(self._keys) - wanted:
            self._keys[key].setEnabled(False)
            self._keys.pop(key).deleteLater()
        for key in wanted - set(self._keys):
            shortcut = QShortcut(QKeySequence(key), self._window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda key=key: self.press(key))
            self._keys[key] = shortcut

    def commands(self) -> tuple[Command, ...]:
        """Every command that can be run now, the pane's first."""
        return tuple(c for group in GROUPS for c in self._groups[group] if c.enabled())

    def press(self, key: str) -> bool:
        """Run what ``key`` stands for; false when nothing does."""
        wanted = self._canonical(key)
        for command in self.commands():
            if command.shortcut and self._canonical(command.shortcut) == wanted:
                command.run()
                return True
        return False

    @staticmethod
    def _canonical(key: str) -> str:
        return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def shown(shortcut: str) -> str:
    """A shortcut as the system writes it, such as ``Ctrl+K`` or ``⌘K``."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def tip(name_key: str, shortcut: str = "") -> str:
    """A tooltip: the command's name and its key."""
    name = tr(name_key)
    return f"{name} ({shown(shortcut)})" if shortcut else name


def named(widget: W, name: str, description: str = "") -> W:
    """Tell screen readers what a widget is; returns it."""
    widget.setAccessibleName(name)
    if description:
        widget.setAccessibleDescription(description)
    return widget


class InputLine(QLineEdit):
    """A field that knows whether an input method is still composing, so that Enter waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 Qt's name
        """Note whether unfinished text stands in the field."""
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)


def typing() -> bool:
    """Whether the keyboard is in a field that takes letters, so that Space and J/K mean themselves."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QTextEdit | QPlainTextEdit | QLineEdit):
        return not focused.isReadOnly()
    return isinstance(focused, QAbstractSpinBox | QComboBox)
