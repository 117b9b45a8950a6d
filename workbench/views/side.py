"""What proves it: the source above, the evidence list below; beside the work or in a window of its own."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShortcut
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.views import panes, window_state
from workbench.views.desk import Command, Desk
from workbench.views.icons import app_icon
from workbench.views.shortcuts import named
from workbench.views.theme import space


class _Window(QWidget):
    """The source on a second screen; closing brings it back."""

    def __init__(self, side: "Side") -> None:
        super().__init__()
        self._side = side
        self.setWindowTitle(tr("shell.source_window"))
        self.setWindowIcon(app_icon())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for key in ("Ctrl+Shift+D", "Esc"):
            QShortcut(key, self).activated.connect(side.attach)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 Qt's name
        """Give the source back to the main window."""
        self._side.attach()
        super().closeEvent(event)


class _Missing(QLabel):
    """Stands in for a view that is not part of this program."""

    def show_citation(self, _citation: object) -> None:
        """Nothing to show it with."""

    def show_document(self, _document: str) -> None:
        """Nothing to show it with."""

    def show_claim(self, _claim: object) -> None:
        """Nothing to show it with."""

    def show_case(self, _case: str | None) -> None:
        """Nothing to show."""

    def focus_first(self) -> None:
        """Nothing to do here."""

    def commands(self) -> Sequence[Command]:
        """No commands."""
        return ()


class Side(QWidget):
    """Holds source and evidence list; made when first needed. ``visible_changed`` with whether it is seen."""

    visible_changed = Signal(bool)

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        super().__init__()
        self._owner = owner
        self._wanted = True
        self._suspended = False
        self._window: _Window | None = None
        self._last_window = ""
        named(self, tr("shell.side"))
        self.source: Any = self._made(panes.SOURCE, desk)
        self.evidence: Any = self._made(panes.EVIDENCE, desk)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setHandleWidth(1)
        self.split.addWidget(self.source)
        self.split.addWidget(self.evidence)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.split)
        self.setMinimumWidth(space(80))

    @property
    def is_open(self) -> bool:
        """Whether the source is to be seen, beside the work or in its window."""
        return self._window is not None or (self._wanted and not self._suspended)

    @property
    def detached(self) -> bool:
        """Whether it has a window of its own."""
        return self._window is not None

    def open(self) -> None:
        """Show it."""
        self._wanted = True
        self._show_as_wanted()
        if self._window is not None:
            self._window.raise_()

    def toggle(self) -> None:
        """Show or hide it; a window of its own is brought to the front."""
        if self._window is not None:
            self._window.activateWindow()
            return
        self._wanted = not self._wanted or self._suspended
        self._show_as_wanted()

    def suspend(self, suspended: bool) -> None:
        """Step aside for a pane that wants the whole width."""
        self._suspended = suspended
        self._show_as_wanted()

    def show_case(self, case: str | None) -> None:
        """Another case: let go of the old one's documents."""
        self.source.show_case(case)
        self.evidence.show_claim(None)

    def commands(self) -> list[Command]:
        """The source's commands, while it is to be seen."""
        return list(self.source.commands())

    def focus_source(self) -> None:
        """Take the keyboard into the source."""
        self._to_front()
        self.source.focus_first()

    def focus_evidence(self) -> None:
        """Take the keyboard into the evidence list."""
        self._to_front()
        self.evidence.focus_first()

    def detach_or_attach(self) -> None:
        """Give it a window of its own, or bring it back."""
        if self._window is None:
            self.detach()
        else:
            self.attach()

    def detach(self) -> None:
        """Give it a window of its own."""
        self._window = _Window(self)
        layout = self._window.layout()
        if layout is not None:
            layout.addWidget(self.split)
        window_state.restore(self._window, self._last_window, QSize(720, 900))
        self._show_as_wanted()
        self._window.show()

    def attach(self) -> None:
        """Bring it back beside the work."""
        window, self._window = self._window, None
        if window is None:
            return
        self._last_window = window_state.remembered(window)
        self._column.addWidget(self.split)
        self.split.show()
        window.hide()
        window.deleteLater()
        self._wanted = True
        self._show_as_wanted()

    def window_text(self) -> str:
        """Where its own window stands, for the settings; "" when it has none."""
        return window_state.remembered(self._window) if self._window is not None else ""

    def restore_window(self, text: str) -> None:
        """Give it the window it had."""
        self._last_window = text
        self.detach()

    def close_window(self) -> None:
        """The main window goes: so does this one."""
        if self._window is not None:
            self._last_window = self.window_text()
            self._column.addWidget(self.split)
            self._window.hide()
            self._window.deleteLater()
            self._window = None

    def _to_front(self) -> None:
        if self._window is not None:
            self._window.activateWindow()

    def _show_as_wanted(self) -> None:
        beside = self._window is None and self._wanted and not self._suspended
        self.setVisible(beside)
        self.visible_changed.emit(self.is_open)

    @staticmethod
    def _made(module: str, desk: Desk) -> Any:
        return panes.make(module, desk) if panes.exists(module) else _Missing()
