"""What the window has to say: banners that stay until read, never a box that blocks.

A banner carries message, hint and "copy details". :class:`NoticeArea` keeps at most three, the newest
on top; the same message twice is one banner.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.icons import pixmap, set_icon
from workbench.views.shortcuts import named
from workbench.views.theme import on_change, set_role, space

MOST = 3

_LOOKS = {
    "info": ("notice", "info", "accent"),
    "warning": ("notice-warning", "warning", "partial_ink"),
    "error": ("notice-error", "error", "unproven"),
}


class Banner(QFrame):
    """One notice; ``closed`` once the user has put it away."""

    closed = Signal()

    def __init__(self, error: WorkbenchError, kind: str = "error", action: QPushButton | None = None) -> None:
        super().__init__()
        role, self._sign, self._tone = _LOOKS[kind]
        self.text = error.message
        self._error = error
        set_role(self, role)
        named(self, f"{tr(f'shell.notice.{kind}')}: {error.message}", error.hint)
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), space(2), space(2), space(2))
        row.setSpacing(space(2))
        row.addWidget(self._mark)
        row.addLayout(self._words(), 1)
        if action is not None:
            row.addWidget(action)
        if error.detail:
            copy = QPushButton(tr("shell.copy_details"))
            set_role(copy, "flat")
            copy.clicked.connect(self.copy_details)
            row.addWidget(copy)
        row.addWidget(self._close_button())
        self._redraw()
        on_change(self, self._redraw)

    def copy_details(self) -> None:
        """Put message, hint and technical detail on the clipboard."""
        parts = [self._error.message, self._error.hint, self._error.detail]
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        for text, role in ((self._error.message, "heading"), (self._error.hint, "muted")):
            if not text:
                continue
            label = QLabel(text)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            set_role(label, role)
            column.addWidget(label)
        return column

    def _close_button(self) -> QToolButton:
        button = QToolButton()
        set_role(button, "flat")
        set_icon(button, "close", size=16)
        button.setToolTip(tr("shell.notice.close"))
        named(button, tr("shell.notice.close"))
        button.clicked.connect(self.closed)
        return button

    def _redraw(self) -> None:
        self._mark.setPixmap(pixmap(self._sign, self._tone, 20, self.devicePixelRatioF()))


class NoticeArea(QWidget):
    """The place above a pane where banners stand."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._banners: list[Banner] = []
        named(self, tr("shell.notice.area"))
        self.hide()

    @property
    def banners(self) -> tuple[Banner, ...]:
        """What stands there now, newest first."""
        return tuple(self._banners)

    def show_error(self, error: WorkbenchError, kind: str = "error", action: QPushButton | None = None) -> Banner:
        """Add a banner; one with the same message is replaced."""
        for banner in [b for b in self._banners if b.text == error.message]:
            self.dismiss(banner)
        for banner in self._banners[MOST - 1 :]:
            self.dismiss(banner)
        banner = Banner(error, kind, action)
        banner.closed.connect(lambda: self.dismiss(banner))
        self._banners.insert(0, banner)
        self._column.insertWidget(0, banner)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(banner, QAccessible.Event.Alert))
        return banner

    def dismiss(self, banner: Banner) -> None:
        """Take a banner away."""
        if banner in self._banners:
            self._banners.remove(banner)
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def dismiss_newest(self) -> bool:
        """Take the newest banner away; false when there was none."""
        if not self._banners:
            return False
        self.dismiss(self._banners[0])
        return True
