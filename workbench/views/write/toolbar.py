"""The bar above a draft: how it stands, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.evidence_list import ElidedLabel

_ROOM = 152
_SHORTENED = ("write.again", "write.generate", "write.export_workbook", "write.export_word")


class Toolbar(QFrame):
    """State, progress and the buttons."""

    all_wanted = Signal()
    section_wanted = Signal()
    stopped = Signal()
    word_wanted = Signal()
    workbook_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.setFixedHeight(theme.space(11))
        self._said = self._more = ""
        self.state = ElidedLabel()
        theme.set_role(self.state, "muted")
        self.badge = QLabel()
        theme.set_role(self.badge, "chip")
        self.badge.setFixedHeight(theme.space(6))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(theme.space(24))
        self.bar.setAccessibleName(tr("write.progress_name"))
        self.generate = self._button("write.generate", self.all_wanted)
        self.again = self._button("write.again", self.section_wanted)
        self.stop = self._button("write.stop", self.stopped)
        self.workbook = self._button("write.export_workbook", self.workbook_wanted)
        self.word = self._button("write.export_word", self.word_wanted)
        theme.set_role(self.word, "primary")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(1), theme.space(3), theme.space(1))
        layout.setSpacing(theme.space(2))
        layout.addWidget(self.state, 1)
        self._row = (self.badge, self.bar, self.stop, self.again, self.generate, self.workbook, self.word)
        for widget in self._row:
            layout.addWidget(widget)

    def say(self, state: str, badge: str = "", more: str = "") -> None:
        """How the draft stands; ``badge`` says what has to be looked at, ``more`` what is nice to know."""
        self._said, self._more = state, more
        self.state.setToolTip("\n".join(words for words in (state, more, tr("write.saved")) if words))
        self.badge.setText(badge)
        self._show_badge()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where there is little room the badge goes, of which the outline says the same, then words."""
        super().resizeEvent(event)
        self._show_badge()
        self._fit()

    def _fit(self) -> None:
        buttons = dict(zip(_SHORTENED, (self.again, self.generate, self.workbook, self.word), strict=True))
        for key, button in buttons.items():
            button.setText(tr(key))
        shown = [widget.sizeHint().width() for widget in self._row if not widget.isHidden()]
        room = self.width() - sum(shown) - theme.space(2) * len(shown) - theme.space(8)
        if room < self.state.fontMetrics().horizontalAdvance(self._said):
            for key, button in buttons.items():
                button.setText(tr(f"{key}_short"))
            shown = [widget.sizeHint().width() for widget in self._row if not widget.isHidden()]
            room = self.width() - sum(shown) - theme.space(2) * len(shown) - theme.space(8)
        whole = " · ".join(words for words in (self._said, self._more) if words)
        self.state.setText(whole if self.state.fontMetrics().horizontalAdvance(whole) <= room else self._said)

    def _show_badge(self) -> None:
        self.badge.setVisible(bool(self.badge.text()) and self.width() >= theme.space(_ROOM))

    def set_state(self, *, running: bool, begun: bool, ready: bool) -> None:
        """Offer what can be done: while drafting, before the first draft, and after."""
        self.stop.setVisible(running)
        self.bar.setVisible(running)
        self.generate.setVisible(not running)
        self.generate.setEnabled(ready)
        self.again.setVisible(not running)
        self.again.setEnabled(ready and begun)
        self.word.setEnabled(begun and not running)
        self.workbook.setEnabled(begun and not running)
        self._fit()

    def progress(self, done: int, total: int) -> None:
        """Sections done."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _button(self, key: str, signal: object) -> QPushButton:
        button = QPushButton(tr(key))
        button.setToolTip(tr(f"{key}_tip"))
        button.setAccessibleName(tr(key))
        button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]  # noqa: PLW0108
        return button
