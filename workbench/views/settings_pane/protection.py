"""How the library is locked: another passphrase, a new recovery code."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.onboarding.page import secret_line
from workbench.views.onboarding.pages import SHORTEST
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space


class ProtectionCard(QFrame):
    """Changes the passphrase and makes a new recovery code; works on the opened vault."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        set_role(self, "card")
        self._desk = desk
        self._ways = QLabel()
        set_role(self._ways, "small")
        self.first = secret_line(tr("onboarding.passphrase_new", shortest=SHORTEST))
        self.second = secret_line(tr("onboarding.passphrase_again"))
        self.change = QPushButton(tr("settings.change_passphrase"))
        self.change.clicked.connect(self._change)
        self.second.returnPressed.connect(self._change)
        self.renew = QPushButton(tr("settings.renew_code"))
        self.renew.clicked.connect(self._renew)
        self._code = QLabel()
        set_role(self._code, "code")
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = QPushButton(tr("onboarding.copy_code"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._code.text()))
        self._said = QLabel()
        self._said.setWordWrap(True)
        set_role(self._said, "small")
        words = QHBoxLayout()
        words.addWidget(self.first)
        words.addWidget(self.second)
        words.addWidget(self.change)
        codes = QHBoxLayout()
        codes.addWidget(self.renew)
        codes.addWidget(self._code)
        codes.addWidget(self.copy)
        codes.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(self._ways)
        column.addLayout(words)
        column.addLayout(codes)
        column.addWidget(self._said)
        for widget in (self._code, self.copy, self._said):
            widget.hide()
        self._show_ways()

    def _change(self) -> None:
        phrase, vault = self.first.text(), self._desk.vault
        if len(phrase) < SHORTEST:
            self._say(tr("onboarding.too_short", shortest=SHORTEST))
        elif phrase != self.second.text():
            self._say(tr("onboarding.not_same"))
        else:
            self._start(lambda: vault.set_passphrase(phrase), self._changed)

    def _changed(self, _result: Any) -> None:
        self.first.clear()
        self.second.clear()
        self._say(tr("settings.passphrase_changed"))
        self._show_ways()

    def _renew(self) -> None:
        self._start(self._desk.vault.renew_recovery_code, self._show_code)

    def _show_code(self, code: str) -> None:
        self._code.setText(code)
        named(self._code, tr("onboarding.recovery_code"), " ".join(code))
        self._code.show()
        self.copy.show()
        self._say(tr("settings.code_renewed"))
        self._show_ways()

    def _start(self, change: Any, done: Any) -> None:
        self.change.setEnabled(False)
        self.renew.setEnabled(False)

        def over(result: Any) -> None:
            self._free()
            done(result)

        def failed(error: WorkbenchError) -> None:
            self._free()
            self._desk.warn(error)

        self._desk.job_runner.start(Lane.IO, lambda _job: change(), self, over, failed)

    def _free(self) -> None:
        self.change.setEnabled(True)
        self.renew.setEnabled(True)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.show()

    def _show_ways(self) -> None:
        ways = " · ".join(tr(f"settings.slot.{slot}") for slot in self._desk.vault.slots)
        self._ways.setText(tr("settings.slots", ways=ways))
