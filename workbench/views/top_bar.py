"""The bar above: which case, everything by name, who sits here, and the lock."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from workbench.i18n import tr
from workbench.views.icons import pixmap, set_icon
from workbench.views.shortcuts import named, shown, tip
from workbench.views.theme import on_change, set_role, space

_NAME_LENGTH = 32


class _LabelledButton(QPushButton):
    """A button that holds labels: what it says, and beside it smaller what goes with it."""

    def __init__(self, role: str, *parts: QWidget, wide: int | None = None) -> None:
        super().__init__()
        set_role(self, role)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), 0, space(3), 0)
        row.setSpacing(space(2))
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part, int(wide is not None and part is parts[wide]))

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """As wide as its labels."""
        inner = self.layout()
        return QSize(inner.sizeHint().width() if inner else 0, super().sizeHint().height())


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
        self._case_name, self._case_count, self._arrow = QLabel(), QLabel(), QLabel()
        set_role(self._case_name, "heading")
        set_role(self._case_count, "small")
        self._glass = QLabel()
        self.case = self._make_case()
        self.search = self._make_search()
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
        self._draw_signs()
        on_change(self, self._draw_signs)

    def _make_case(self) -> "_LabelledButton":
        """The open case: its name, how many documents it holds; a press chooses another."""
        made = _LabelledButton("case", self._case_name, self._arrow, self._case_count)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        made.setMaximumWidth(space(96))
        made.clicked.connect(self.case_wanted)
        return made

    def _make_search(self) -> "_LabelledButton":
        """Looks like a field and opens the palette."""
        hint, key = QLabel(tr("shell.palette.placeholder")), QLabel(shown("Ctrl+K"))
        set_role(hint, "muted")
        set_role(key, "small")
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        made = _LabelledButton("search", self._glass, hint, key, wide=1)
        named(made, tr("shell.command.palette"), shown("Ctrl+K"))
        made.setToolTip(tip("shell.command.palette", "Ctrl+K"))
        made.setMinimumWidth(space(40))
        made.setMaximumWidth(space(104))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.clicked.connect(self.palette_wanted)
        return made

    def show_case(self, name: str, documents: int, there: bool) -> None:
        """Show the open case's name and how many documents it holds."""
        text = name if there else tr("shell.cases.choose")
        metrics = self._case_name.fontMetrics()
        self._case_name.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, space(64)))
        self._case_count.setText(tr("shell.cases.count", count=documents) if there else "")
        self._case_count.setVisible(there)
        self.case.updateGeometry()
        choose = tip("shell.command.case", "Ctrl+O")
        self.case.setToolTip(f"{name}\n{choose}" if there else choose)
        named(self.case, tr("shell.cases.button", name=text), self._case_count.text())

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

    def _draw_signs(self) -> None:
        ratio = self.devicePixelRatioF()
        self._arrow.setPixmap(pixmap("down", "ink", 14, ratio))
        self._glass.setPixmap(pixmap("search", "muted", 16, ratio))

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
