"""The case switcher: search, open, rename and begin cases without leaving the keyboard."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.views.palette import score
from workbench.views.shortcuts import InputLine, named
from workbench.views.theme import row_height, set_role, space

WIDTH = 380
_ROWS = 10


class CaseLike(Protocol):
    """What the switcher knows of a case (``models.library.Case``)."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def documents(self) -> int: ...


class CaseSwitcher(QFrame):
    """A popup under the case button.

    ``opened`` with a case's id, ``created`` with a new name, ``renamed`` with id and new name.
    """

    opened = Signal(str)
    created = Signal(str)
    renamed = Signal(str, str)

    def __init__(self, window: QWidget, cases: Callable[[], Sequence[CaseLike]]) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        set_role(self, "popup")
        named(self, tr("shell.cases"))
        self.setFixedWidth(WIDTH)
        self._cases_of = cases
        self._renaming: str | None = None
        self.line = named(InputLine(), tr("shell.cases.search"))
        self.line.setPlaceholderText(tr("shell.cases.search"))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list = named(QListWidget(), tr("shell.cases.list"))
        set_role(self.list, "plain")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._open())
        self._hint = QLabel()
        set_role(self._hint, "small")
        self._hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(2), space(2), space(2))
        column.setSpacing(space(2))
        column.addWidget(self.line)
        column.addWidget(self.list)
        column.addWidget(self._hint)
        column.addLayout(self._buttons())

    def open_at(self, button: QWidget, current: str | None) -> None:
        """Open under ``button``, the current case selected."""
        self._stop_renaming()
        self.line.clear()
        self._search("")
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == current:
                self.list.setCurrentRow(row)
        self.move(button.mapToGlobal(button.rect().bottomLeft()))
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def begin_case(self) -> None:
        """Begin a case named as typed; asks for a name first where nothing is typed."""
        name = self.line.text().strip()
        if not name:
            self._hint.setText(tr("shell.cases.name_first"))
            self.line.setFocus()
            return
        self.hide()
        self.created.emit(name)

    def rename(self) -> None:
        """Turn the field into the selected case's name; Enter keeps it, Esc doesn't."""
        if self.list.currentRow() < 0:
            return
        item = self.list.currentItem()
        self._renaming = item.data(Qt.ItemDataRole.UserRole)
        self.line.blockSignals(True)
        self.line.setText(item.data(Qt.ItemDataRole.UserRole + 1))
        self.line.blockSignals(False)
        self.line.selectAll()
        self.line.setFocus()
        self._hint.setText(tr("shell.cases.renaming"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        """Arrows choose, Enter opens, F2 renames, Ctrl+Enter begins a new case."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is not self.line or not isinstance(event, QKeyEvent) or not pressed or self.line.composing:
            return super().eventFilter(watched, event)
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step and self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        elif key == Qt.Key.Key_F2:
            self.rename()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key == Qt.Key.Key_Escape and self._renaming is not None:
            self._stop_renaming()
            self.line.clear()
        else:
            return super().eventFilter(watched, event)
        return True

    def _enter(self, new: bool) -> None:
        if self._renaming is not None:
            case, name = self._renaming, self.line.text().strip()
            self._stop_renaming()
            if name:
                self.hide()
                self.renamed.emit(case, name)
        elif new or self.list.currentItem() is None:
            self.begin_case()
        else:
            self._open()

    def _open(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.hide()
            self.opened.emit(item.data(Qt.ItemDataRole.UserRole))

    def _stop_renaming(self) -> None:
        self._renaming = None
        self._hint.setText(tr("shell.cases.keys"))

    def _search(self, typed: str) -> None:
        if self._renaming is not None:
            return
        self.list.clear()
        found = [case for case in self._cases_of() if score(typed, case.name) is not None]
        for case in sorted(found, key=lambda c: score(typed, c.name) or 0.0):
            item = QListWidgetItem(tr("shell.cases.line", name=case.name, count=case.documents))
            item.setData(Qt.ItemDataRole.UserRole, case.id)
            item.setData(Qt.ItemDataRole.UserRole + 1, case.name)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._hint.setText(tr("shell.cases.keys") if found else tr("shell.cases.none"))
        self.list.setFixedHeight(min(_ROWS, max(1, len(found))) * row_height() + space(1))
        self.adjustSize()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        new = named(QPushButton(tr("shell.cases.new")), tr("shell.cases.new"))
        new.clicked.connect(self.begin_case)
        rename = named(QPushButton(tr("shell.cases.rename")), tr("shell.cases.rename"))
        rename.clicked.connect(self.rename)
        for button in (new, rename):
            set_role(button, "flat")
            row.addWidget(button)
        row.addStretch(1)
        return row
