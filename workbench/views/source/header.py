"""The bar above the source: its name, the page, zoom, find, contents."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.evidence_list.elided import ElidedLabel

_ROOM = 130
_LITTLE = 110
_WAYS = 14
"""Steps of the grid that the two arrows take from the name."""


class PageField(QLineEdit):
    """The number of the page being read; another number and Enter goes there, Esc takes it back."""

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._page = 1
        self._numbers = QIntValidator(1, 1, self)
        self.setValidator(self._numbers)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(theme.space(13))
        self.returnPressed.connect(self._go)

    @property
    def page(self) -> int:
        """The page being read."""
        return self._page

    def set_last(self, last: int) -> None:
        """How far the numbers go."""
        self._numbers.setTop(last)

    def show_page(self, page: int) -> None:
        """Show the page being read."""
        self._page = page
        self.setText(str(page))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc takes a typed number back."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(str(self._page))
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """A number typed and left is taken back."""
        super().focusOutEvent(event)
        self.setText(str(self._page))

    def _go(self) -> None:
        self.wanted.emit(int(self.text()))
        self.selectAll()


class Header(QFrame):
    """Name, page and the buttons of the viewer."""

    page_wanted = Signal(int)
    zoom_stepped = Signal(int)
    fit_wanted = Signal()
    find_wanted = Signal()
    outline_wanted = Signal(bool)
    way_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.setFixedHeight(theme.space(10))
        self.name = ElidedLabel()
        theme.set_role(self.name, "heading")
        self.page = PageField()
        self.page.setAccessibleName(tr("source.page"))
        self.page.setToolTip(tr("source.page_tip"))
        self.page.wanted.connect(self.page_wanted)
        self.pages = QLabel()
        theme.set_role(self.pages, "muted")
        self.back = self._button("‹", "source.back", lambda: self.way_wanted.emit(-1))
        self.forward = self._button("›", "source.forward", lambda: self.way_wanted.emit(1))
        self.zoom = self._button("100%", "source.fit", self.fit_wanted.emit)
        self.smaller = self._button("−", "source.smaller", lambda: self.zoom_stepped.emit(-1))
        self.larger = self._button("+", "source.larger", lambda: self.zoom_stepped.emit(1))
        self.find_button = self._button(tr("source.find_short"), "source.find", self.find_wanted.emit)
        self.outline = self._button(tr("source.outline_short"), "source.outline", lambda: None)
        self.outline.setCheckable(True)
        self.outline.toggled.connect(self.outline_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(1), theme.space(2), theme.space(1))
        layout.setSpacing(theme.space(1))
        for narrow in (self.back, self.forward, self.smaller, self.larger):
            narrow.setFixedWidth(theme.space(6))
        layout.addWidget(self.back)
        layout.addWidget(self.forward)
        layout.addWidget(self.name, 1)
        for widget in (self.page, self.pages, self.smaller, self.zoom, self.larger, self.find_button, self.outline):
            layout.addWidget(widget)
        self._scaled = False
        self.show_name("")
        self.show_pages(0)
        self.show_ways(False, False)

    def show_name(self, name: str) -> None:
        """The document's name, shortened in the middle where there is no room."""
        self.name.setText(name)
        self.name.setToolTip(name)
        self.name.setAccessibleName(name)
        self.find_button.setEnabled(bool(name))
        self.outline.setEnabled(bool(name))

    def show_pages(self, count: int, *, scaled: bool = False) -> None:
        """How many pages there are; 0 hides the page, and the zoom too where nothing is ``scaled``."""
        self._scaled = count > 0 or scaled
        for widget in (self.page, self.pages):
            widget.setVisible(count > 0)
        self._fit()
        self.page.set_last(max(count, 1))
        self.pages.setText(tr("source.of_pages", pages=count))

    def show_page(self, page: int) -> None:
        """The page being read."""
        self.page.show_page(page)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where there is little room the steps of the zoom go first: keys and wheel do the same."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        ways = 0 if self.back.isHidden() else _WAYS
        for button in (self.smaller, self.larger):
            button.setVisible(self._scaled and self.width() >= theme.space(_ROOM + ways))
        self.zoom.setVisible(self._scaled and self.width() >= theme.space(_LITTLE))

    def show_ways(self, back: bool, forward: bool) -> None:
        """Offer the places seen before and after; nothing is offered before there is a second one."""
        for button, there in ((self.back, back), (self.forward, forward)):
            button.setEnabled(there)
            button.setVisible(back or forward)
        self._fit()

    def show_zoom(self, zoom: float) -> None:
        """The zoom as a percentage."""
        self.zoom.setText(f"{round(zoom * 100)}%")

    def _button(self, words: str, key: str, run: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setAccessibleName(tr(key))
        button.setToolTip(tr(key))
        theme.set_role(button, "flat")
        button.clicked.connect(lambda: run())  # noqa: PLW0108 clicked carries a value
        return button
