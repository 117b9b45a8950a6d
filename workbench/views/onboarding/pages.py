"""The pages of the first start and of unlocking."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFileDialog, QLabel, QLineEdit, QPushButton, QRadioButton

from workbench.errors import WorkbenchError
from workbench.i18n import LANGUAGES, language, tr
from workbench.inference.api import EngineState, LoadState, Role
from workbench.views.onboarding.page import Page, label, row, secret_line
from workbench.views.shortcuts import named
from workbench.views.theme import set_role

SHORTEST = 8
"""Characters of the shortest passphrase taken."""


class LanguagePage(Page):
    """Which language; ``chosen`` at each choice, so that the pages turn at once."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("onboarding.welcome"), tr("onboarding.welcome_words"), tr("onboarding.go_on"))
        self._group = QButtonGroup(self)
        for name in LANGUAGES:
            button = QRadioButton(tr(f"onboarding.language.{name}"))
            button.setChecked(name == language())
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._group.addButton(button)
            self.body.addWidget(button)


class ProtectionPage(Page):
    """How the library is locked; ``made`` with the passphrase, or None for the key store alone."""

    made = Signal(object)

    def __init__(self, key_store: bool) -> None:
        words = tr("onboarding.protection_words")
        super().__init__(tr("onboarding.protection"), words, tr("onboarding.make_library"), back=True)
        self.store = QRadioButton(tr("onboarding.key_store"))
        self.phrase = QRadioButton(tr("onboarding.passphrase"))
        self.first = secret_line(tr("onboarding.passphrase_new", shortest=SHORTEST))
        self.second = secret_line(tr("onboarding.passphrase_again"))
        self.store.setEnabled(key_store)
        self.store.setChecked(key_store)
        self.phrase.setChecked(not key_store)
        self.phrase.toggled.connect(self._show_fields)
        store_help = "onboarding.key_store_help" if key_store else "onboarding.no_key_store"
        for widget in (
            self.store,
            label(tr(store_help), "small"),
            self.phrase,
            label(tr("onboarding.passphrase_help"), "small"),
            self.first,
            self.second,
        ):
            self.body.addWidget(widget)
        self.first.returnPressed.connect(self.second.setFocus)
        self.second.returnPressed.connect(self.submit)
        self._show_fields()

    def focus_first(self) -> None:
        """Take the keyboard at the first choice or field."""
        (self.first if self.phrase.isChecked() else self.store).setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Make the library, unless the passphrase is too short or the two differ."""
        if self._busy:
            return
        phrase = self.first.text()
        if self.store.isChecked():
            self._make(None)
        elif len(phrase) < SHORTEST:
            self.complain(WorkbenchError(tr("onboarding.too_short", shortest=SHORTEST)))
        elif phrase != self.second.text():
            self.complain(WorkbenchError(tr("onboarding.not_same")))
        else:
            self._make(phrase)

    def _make(self, phrase: str | None) -> None:
        self.be_content()
        self.set_busy(True)
        self.made.emit(phrase)

    def _show_fields(self) -> None:
        for line in (self.first, self.second):
            line.setVisible(self.phrase.isChecked())


class RecoveryPage(Page):
    """Shows the recovery code this once; goes on when the user says it is kept."""

    def __init__(self, code: str) -> None:
        super().__init__(tr("onboarding.recovery"), tr("onboarding.recovery_words"), tr("onboarding.go_on"))
        self._code = code
        shown = named(QLabel(code), tr("onboarding.recovery_code"), " ".join(code))
        set_role(shown, "code")
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy = QPushButton(tr("onboarding.copy_code"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(code))
        self.save = QPushButton(tr("onboarding.save_code"))
        self.save.clicked.connect(self._ask_where)
        self.kept = QCheckBox(tr("onboarding.kept_it"))
        self.kept.toggled.connect(self.next.setEnabled)
        self.body.addWidget(shown)
        self.body.addLayout(row(self.copy, self.save))
        self.body.addWidget(self.kept)
        self.next.setEnabled(False)

    def focus_first(self) -> None:
        """Take the keyboard at "copy"."""
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_to(self, path: Path) -> None:
        """Write the code into a text file."""
        try:
            path.write_text(tr("onboarding.code_file", code=self._code) + "\n", encoding="utf-8")
        except OSError as error:
            self.complain(WorkbenchError(tr("onboarding.code_not_saved"), detail=str(error)))
        else:
            self.be_content()

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("onboarding.save_code"), tr("onboarding.code_file_name"))
        if name:
            self.save_to(Path(name))


class ModelsPage(Page):
    """What models there are and what is missing; a way on in any case."""

    import_wanted = Signal()

    def __init__(self, state: EngineState, sample: bool) -> None:
        missing = [role for role in (Role.CHAT, Role.EMBEDDING) if state.of(role).state is LoadState.MISSING]
        words = tr("onboarding.models_missing") if missing else tr("onboarding.models_there")
        super().__init__(tr("onboarding.models"), words, tr("onboarding.begin"))
        self.sample = QCheckBox(tr("onboarding.open_sample"))
        self.sample.setChecked(sample)
        self.sample.setVisible(sample)
        for role in (Role.CHAT, Role.EMBEDDING):
            known = state.of(role)
            gap = role in missing
            mark = "○" if gap else "●"
            name = tr("onboarding.model_missing") if gap else known.name or tr("onboarding.model_there")
            self.body.addWidget(label(f"{mark}  {tr(f'models.role.{role.value}')}    {name}"))
            if gap:
                self.body.addWidget(label(tr(f"onboarding.without.{role.value}"), "small"))
        if missing:
            button = QPushButton(tr("onboarding.import_model"))
            button.clicked.connect(self.import_wanted)
            self.body.addLayout(row(button))
        self.body.addWidget(self.sample)


class UnlockPage(Page):
    """Asks for the passphrase; ``given`` with what was typed and whether it is the recovery code.

    ``by_login`` offers the system's key store too, where the library has a slot there.
    """

    given = Signal(str, bool)
    fresh_wanted = Signal()
    login_wanted = Signal()

    def __init__(self, *, by_login: bool = False) -> None:
        super().__init__(tr("onboarding.locked"), tr("onboarding.locked_words"), tr("onboarding.unlock"))
        self._by_code = False
        self.line = secret_line(tr("onboarding.passphrase"))
        self.line.returnPressed.connect(self.submit)
        self.forgot = QPushButton(tr("onboarding.forgot"))
        self.forgot.clicked.connect(self._turn)
        self.fresh = QPushButton(tr("onboarding.new_beside"))
        self.fresh.clicked.connect(self.fresh_wanted)
        self._fresh_help = label(tr("onboarding.new_beside_help"), "small")
        self.login = QPushButton(tr("onboarding.open_by_login"))
        self.login.setVisible(by_login)
        self.login.clicked.connect(self.login_wanted)
        self.buttons.insertWidget(0, self.login)
        for button in (self.forgot, self.fresh):
            set_role(button, "link")
        self.body.addWidget(self.line)
        self.body.addLayout(row(self.forgot))
        self.body.addLayout(row(self.fresh))
        self.body.addWidget(self._fresh_help)
        self._show_way()

    @property
    def by_code(self) -> bool:
        """Whether the recovery code is asked for."""
        return self._by_code

    def focus_first(self) -> None:
        """Take the keyboard in the field."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Try what was typed."""
        if self.line.text() and not self._busy:
            self.be_content()
            self.set_busy(True)
            self.given.emit(self.line.text(), self._by_code)

    def complain(self, error: WorkbenchError) -> None:
        """Show what went wrong, the field selected."""
        super().complain(error)
        self.line.selectAll()
        self.focus_first()

    def _turn(self) -> None:
        self._by_code = not self._by_code
        self.line.clear()
        self.be_content()
        self._show_way()
        self.focus_first()

    def _show_way(self) -> None:
        name = tr("onboarding.recovery_code") if self._by_code else tr("onboarding.passphrase")
        self.line.setPlaceholderText(name)
        named(self.line, name)
        echo = QLineEdit.EchoMode.Normal if self._by_code else QLineEdit.EchoMode.Password
        self.line.setEchoMode(echo)
        self.forgot.setText(tr("onboarding.use_passphrase" if self._by_code else "onboarding.forgot"))
        self.fresh.setVisible(self._by_code)
        self._fresh_help.setVisible(self._by_code)


class OpeningPage(Page):
    """Says that the library is being opened; with a way out when it can't be."""

    def __init__(self) -> None:
        super().__init__(tr("onboarding.opening"), tr("onboarding.opening_words"), tr("onboarding.try_again"))
        self.next.hide()

    def complain(self, error: WorkbenchError) -> None:
        """Show why not, and offer to try again."""
        super().complain(error)
        self.next.show()
        self.focus_first()
