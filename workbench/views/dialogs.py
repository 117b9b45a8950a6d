"""The one box that may stand in the way: a fault in the program, with its details to copy.

It names the kind of the fault and the lines of the program, never words of a document.
"""

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from workbench import __version__
from workbench.errors import Cancelled, WorkbenchError
from workbench.i18n import tr
from workbench.views.job_runner import JobRunner
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_log = logging.getLogger(__name__)


def report_of(fault: BaseException) -> str:
    """Version, system and the way the fault went, without the fault's own words (they may quote)."""
    head = f"Inkstone {__version__} · Python {platform.python_version()} · {platform.platform()}"
    steps = traceback.extract_tb(fault.__traceback__)
    way = "".join(f"  {step.filename}:{step.lineno} {step.name}\n" for step in steps)
    return f"{head}\n{way}{type(fault).__module__}.{type(fault).__qualname__}"


class BugDialog(QDialog):
    """Tells of a fault in the program; does not block the window behind it."""

    def __init__(self, fault: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("shell.bug"))
        self.report = report_of(fault)
        title = QLabel(tr("shell.bug"))
        set_role(title, "heading")
        hint = QLabel(tr("shell.bug_hint"))
        hint.setWordWrap(True)
        self._details = named(QPlainTextEdit(self.report), tr("shell.details"))
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        copy = QPushButton(tr("shell.copy_details"))
        copy.clicked.connect(self.copy)
        close = QPushButton(tr("shell.go_on"))
        set_role(close, "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(3))
        for widget in (title, hint, self._details):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.resize(620, 360)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report)


class BugReporter:
    """Takes whatever nobody caught: logs it and shows it, one box at a time."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._shown: BugDialog | None = None
        self.window: QWidget | None = None

    def install(self) -> None:
        """Stand behind the interpreter's own hooks."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook
        self._runner.on_bug = self.show

    def show(self, fault: BaseException) -> None:
        """Log and show a fault; further ones while a box is open are only logged."""
        _log.error("%s", report_of(fault))
        if self._shown is not None:
            return
        self._shown = BugDialog(fault, self.window)
        self._shown.finished.connect(self._closed)
        self._shown.open() if self.window is None else self._shown.show()

    def _closed(self) -> None:
        self._shown = None

    def _hook(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
        elif not isinstance(fault, Cancelled | WorkbenchError):
            self.show(fault)
        elif isinstance(fault, WorkbenchError) and self._runner.unhandled is not None:
            self._runner.unhandled(fault)

    def _thread_hook(self, told: threading.ExceptHookArgs) -> None:
        fault = told.exc_value
        if fault is not None:
            self._runner.call(lambda: self._hook(type(fault), fault, None))
