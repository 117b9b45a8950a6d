"""The bar above the documents: filter, how many there are, what needs looking at, and taking in."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QToolButton

from workbench.i18n import tr
from workbench.views import theme


class LibraryBar(QFrame):
    """Says what is wanted; the pane does it."""

    import_wanted = Signal()
    folder_wanted = Signal()
    follow_wanted = Signal()
    paste_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.setFixedHeight(theme.space(11))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("library_pane.filter_words"))
        self.filter.setToolTip(tr("library_pane.filter_tip"))
        self.filter.setAccessibleName(tr("library_pane.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(theme.space(70))
        self.count = QLabel()
        theme.set_role(self.count, "small")
        self.troubled = _button("", tr("library_pane.troubled"), "flat", checkable=True)
        self.troubled.hide()
        self.group = QAction(tr("library_pane.group"), self)
        self.group.setCheckable(True)
        self.group.setChecked(True)
        self.more = self._make_more()
        self.map_button = _button(tr("library_map.open"), tr("library_map.open_tip"), "flat", checkable=True)
        self.import_button = _button(tr("library_pane.import"), tr("library_pane.import_tip"), "primary")
        self.import_button.clicked.connect(self.import_wanted)
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.space(4), theme.space(1), theme.space(3), theme.space(1))
        across.setSpacing(theme.space(2))
        across.addWidget(self.filter, 1)
        across.addWidget(self.count)
        across.addWidget(self.troubled)
        across.addStretch(1)
        across.addWidget(self.map_button)
        across.addWidget(self.more)
        across.addWidget(self.import_button)

    def _make_more(self) -> QToolButton:
        made = QToolButton()
        made.setText(tr("library_pane.folder_menu"))
        made.setAccessibleName(tr("library_pane.folder_menu_name"))
        made.setToolTip(tr("library_pane.folder_menu_name"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setMenu(self._menu())
        return made

    def clear(self) -> None:
        """Filter nothing."""
        self.filter.clear()
        self.troubled.setChecked(False)

    def say_count(self, shown: int, total: int, troubled: int) -> None:
        """How many documents are shown, of how many, and how many need looking at."""
        key = "library_pane.count" if shown == total else "library_pane.count_filtered"
        self.count.setText(tr(key, count=total, shown=shown) if total else "")
        self.troubled.setVisible(troubled > 0 or self.troubled.isChecked())
        self.troubled.setText(f"⚠ {troubled}")
        self.troubled.setAccessibleName(tr("library_pane.troubled_name", count=troubled))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for key, signal in (
            ("library_pane.import_folder", self.folder_wanted),
            ("library_pane.follow", self.follow_wanted),
            ("library_pane.paste", self.paste_wanted),
        ):
            menu.addAction(tr(key)).triggered.connect(signal)
        menu.addSeparator()
        menu.addAction(self.group)
        return menu


def _button(words: str, tip: str, role: str, *, checkable: bool = False) -> QPushButton:
    made = QPushButton(words)
    made.setToolTip(tip)
    made.setCheckable(checkable)
    theme.set_role(made, role)
    return made
