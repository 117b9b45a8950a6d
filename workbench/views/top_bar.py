"""The bar above: which case, everything by name, who sits here, and the lock."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QPushButton, QSizePolicy, QToolButton

from workbench.i18n import tr
from workbench.views.icons import set_icon
from workbench.views.shortcuts import named, shown, tip
from workbench.views.theme import set_role, space

_NAME_LENGTH = 32


class TopBar(QFrame):
    """Its signals say what was clicked; ``user_changed`` carries the new name."""

    case_wanted = Signal()
    palette_wanted = Signal()
    side_wanted = Signal()
    lock_wanted = Signal()
    user_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "topbar")
        named(self, tr("shell.top"))
        self._user = ""
        self.case = QPushButton()
        set_role(self.case, "case")
        set_icon(self.case, "down", "ink", 14)
        self.case.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.case.setToolTip(tip("shell.command.case", "Ctrl+O"))
        self.case.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.case.setMaximumWidth(space(96))
        self.case.clicked.connect(self.case_wanted)
        self.search = QPushButton(f"{tr('shell.palette.placeholder')}    {shown('Ctrl+K')}")
        set_role(self.search, "search")
        set_icon(self.search, "search", size=16)
        named(self.search, tr("shell.command.palette"), shown("Ctrl+K"))
        self.search.setMinimumWidth(space(40))
        self.search.setMaximumWidth(space(104))
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.clicked.connect(self.palette_wanted)
        self.user = QPushButton()
        set_role(self.user, "flat")
        set_icon(self.user, "user", size=16)
        self.user.setToolTip(tr("shell.user.help"))
        self.user.clicked.connect(self._edit_user)
        self.side = self._tool("panel", "shell.command.side", "F9")
        self.side.setCheckable(True)
        self.side.clicked.connect(self.side_wanted)
        self.lock = self._tool("lock", "shell.command.lock", "Ctrl+L")
        self.lock.clicked.connect(self.lock_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), space(1.5), space(3), space(1.5))
        row.setSpacing(space(2))
        row.addWidget(self.case)
        row.addStretch(1)
        row.addWidget(self.search, 3)
        row.addStretch(1)
        for widget in (self.user, self.side, self.lock):
            row.addWidget(widget)
        self.show_case("", 0, False)
        self.show_user("")

    def show_case(self, name: str, documents: int, there: bool) -> None:
        """Show the open case's name and how many documents it holds."""
        text = tr("shell.cases.line", name=name, count=documents) if there else tr("shell.cases.choose")
        self.case.setText(self.case.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, space(84)))
        named(self.case, tr("shell.cases.button", name=text))

    def show_user(self, name: str) -> None:
        """Show who sits here."""
        self._user = name
        self.user.setText(name or tr("shell.user.nobody"))
        named(self.user, tr("shell.user.button", name=self.user.text()))

    def show_side(self, seen: bool) -> None:
        """Show whether the source is to be seen."""
        self.side.setChecked(seen)

    def focus_first(self) -> None:
        """Take the keyboard at the case."""
        self.case.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _edit_user(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("shell.user.title"))
        dialog.setLabelText(tr("shell.user.help"))
        dialog.setTextValue(self._user)
        dialog.setOkButtonText(tr("shell.save"))
        dialog.setCancelButtonText(tr("shell.cancel"))
        dialog.textValueSelected.connect(self._set_user)
        dialog.open()

    def _set_user(self, name: str) -> None:
        self.show_user(name.strip()[:_NAME_LENGTH])
        self.user_changed.emit(self._user)

    def _tool(self, icon: str, name_key: str, shortcut: str) -> QToolButton:
        button = QToolButton()
        set_role(button, "flat")
        set_icon(button, icon, size=18)
        button.setToolTip(tip(name_key, shortcut))
        return named(button, tr(name_key), shown(shortcut))
