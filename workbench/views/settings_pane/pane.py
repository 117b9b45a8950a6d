"""The settings page: one card a group, one row a setting; each change counts at once."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import SettingsError
from workbench.i18n import tr
from workbench.settings import Declaration, Settings, declarations
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.settings_pane.glossary import GlossaryCard
from workbench.views.settings_pane.protection import ProtectionCard
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

WIDTH = 720


class SettingsPane(QFrame):
    """Every shown setting with its title, help and control; ``controls`` by name.

    ``ways_back`` are the buttons to the default, shown while a setting differs from it.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        set_role(self, "ground")
        named(self, tr("settings.title"))
        self._desk = desk
        self.controls: dict[str, QWidget] = {}
        self.ways_back: dict[str, QPushButton] = {}
        self.glossary = GlossaryCard(desk)
        self._scroll = named(QScrollArea(), tr("shell.pane.settings"))
        self._scroll.setWidgetResizable(True)
        holder = QWidget()
        middle = QHBoxLayout(holder)
        middle.setContentsMargins(space(6), 0, space(6), 0)
        middle.addStretch(1)
        middle.addWidget(self._page(), 20)
        middle.addStretch(1)
        self._scroll.setWidget(holder)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

    def _page(self) -> QWidget:
        """The cards under their headings, and where everything lies."""
        page = QWidget()
        page.setMaximumWidth(WIDTH)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, space(5), 0, space(8))
        column.setSpacing(space(3))
        cards: list[tuple[str, QWidget]] = [
            (tr(f"settings.group.{group}"), self._card(names)) for group, names in _groups().items()
        ]
        cards.append((tr("glossary.title"), self.glossary))
        if self._desk.vault is not None:
            cards.append((tr("settings.group.protection"), ProtectionCard(self._desk)))
        for title, card in cards:
            column.addWidget(_heading(title))
            column.addWidget(card)
        place = QLabel(tr("settings.place", home=self._desk.home, models=self._desk.models_dir))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place.setWordWrap(True)
        set_role(place, "small")
        column.addWidget(place)
        column.addStretch(1)
        return page

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        """The wheel scrolls the page; it changes a setting only where the keyboard is."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def show_case(self, case: str | None) -> None:
        """Settings belong to no case, but short names do."""
        self.glossary.show_case(case)

    def refresh(self, changes: ChangesLike) -> None:
        """Settings don't change with the library."""

    def focus_first(self) -> None:
        """Take the keyboard at the first setting."""
        next(iter(self.controls.values())).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Go to the short names; every other control is reached by Tab."""
        return [Command("glossary.command", "", self._to_glossary, lambda: self._desk.case is not None)]

    def _to_glossary(self) -> None:
        self._scroll.ensureWidgetVisible(self.glossary)
        self.glossary.focus_first()

    def _card(self, names: Sequence[str]) -> QFrame:
        card = QFrame()
        set_role(card, "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(space(5), space(2), space(5), space(2))
        column.setSpacing(0)
        for name in names:
            if name != names[0]:
                line = QFrame()
                set_role(line, "hairline")
                column.addWidget(line)
            column.addLayout(self._row(name, declarations()[name]))
        return card

    def _row(self, name: str, declaration: Declaration) -> QHBoxLayout:
        title = QLabel(tr(f"settings.{name}"))
        words = tr(f"settings.{name}_help")
        if declaration.restart:
            words = f"{words} {tr('settings.restart')}"
        help_line = QLabel(words)
        help_line.setWordWrap(True)
        set_role(help_line, "small")
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(title)
        text.addWidget(help_line)
        control = self._control(name, declaration)
        title.setBuddy(control)
        if isinstance(control, QComboBox):
            named(control.view(), title.text())
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(self)
        self.controls[name] = named(control, title.text(), words)
        row = QHBoxLayout()
        row.setContentsMargins(0, space(2), 0, space(2))
        row.setSpacing(space(6))
        row.addLayout(text, 1)
        row.addWidget(self._way_back(name, control, title.text()))
        row.addWidget(control)
        return row

    def _way_back(self, name: str, control: QWidget, title: str) -> QPushButton:
        """A button that is there only while the setting is not as it came."""
        usual = getattr(Settings(), name)
        button = QPushButton(tr("settings.usual"))
        set_role(button, "link")
        named(button, tr("settings.usual"), title)

        def go_back() -> None:
            if isinstance(control, QComboBox):
                control.setCurrentIndex(control.findData(usual))
            elif isinstance(control, QSpinBox):
                control.setValue(usual)
            elif isinstance(control, QCheckBox):
                control.setChecked(usual)
            control.setFocus(Qt.FocusReason.OtherFocusReason)

        button.clicked.connect(go_back)
        self.ways_back[name] = button
        if getattr(self._desk.settings.now, name) == usual:
            button.hide()
        return button

    def _control(self, name: str, declaration: Declaration) -> QWidget:
        value = getattr(self._desk.settings.now, name)
        if declaration.choices:
            return self._choice(name, declaration, value)
        if isinstance(value, bool):
            box = QCheckBox()
            box.setChecked(value)
            box.toggled.connect(lambda on: self._change(name, on))
            return box
        spin = QSpinBox()
        spin.setRange(declaration.low or 0, declaration.high or 1_000_000)
        spin.setValue(value)
        spin.setKeyboardTracking(False)
        spin.lineEdit().setTextMargins(space(1.5), 0, 0, 0)
        spin.setFixedWidth(space(36))
        if declaration.unit:
            spin.setSuffix(" " + tr(f"settings.unit.{declaration.unit}"))
        spin.valueChanged.connect(lambda number: self._change(name, number))
        return spin

    def _choice(self, name: str, declaration: Declaration, value: Any) -> QComboBox:
        box = QComboBox()
        box.setFixedWidth(space(36))
        for choice in declaration.choices:
            box.addItem(tr(f"settings.{name}.{choice}"), choice)
        box.setCurrentIndex(declaration.choices.index(value))
        choose: Callable[[int], None] = lambda index: self._change(name, box.itemData(index))  # noqa: E731
        box.currentIndexChanged.connect(choose)
        return box

    def _change(self, name: str, value: Any) -> None:
        try:
            self._desk.settings.change(**{name: value})
        except SettingsError as error:
            self._desk.warn(error)
            return
        self.ways_back[name].setVisible(value != getattr(Settings(), name))
        restart = declarations()[name].restart
        self._desk.notify(tr("settings.saved_restart" if restart else "settings.saved"))


def _groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, declaration in declarations().items():
        if declaration.group:
            groups.setdefault(declaration.group, []).append(name)
    return groups


def _heading(text: str) -> QLabel:
    heading = QLabel(text)
    set_role(heading, "heading")
    heading.setContentsMargins(space(1), space(2), 0, 0)
    return heading


def create(desk: Desk) -> SettingsPane:
    """Make the pane."""
    return SettingsPane(desk)
