"""The bar at the foot: what runs and how far it is, what was said last, and the machine's standing."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from workbench.i18n import tr
from workbench.inference.api import EngineState, LoadState, Role, RoleState
from workbench.views.fonts import figures
from workbench.views.icons import set_icon
from workbench.views.job_runner import JobHandle, JobRunner, JobState
from workbench.views.shortcuts import named
from workbench.views.theme import current, on_change, set_role, space

MESSAGE_MS = 6000
_SIGN = 14
_MARKS = {LoadState.READY: "●", LoadState.LOADING: "◐", LoadState.MISSING: "○", LoadState.FAILED: "⚠"}
_TONES = {
    LoadState.READY: "traced",
    LoadState.LOADING: "partial",
    LoadState.MISSING: "muted",
    LoadState.FAILED: "unproven",
}


class StatusBar(QFrame):
    """``models_wanted`` when the model's standing is clicked."""

    models_wanted = Signal()

    def __init__(self, runner: JobRunner) -> None:
        super().__init__()
        set_role(self, "statusbar")
        named(self, tr("shell.status"))
        self._jobs = JobStrip(runner)
        self._message = QLabel()
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(lambda: self._message.setText(""))
        self._model = QToolButton()
        set_role(self._model, "status")
        self._model.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._model.setIconSize(QSize(_SIGN, _SIGN))
        self._model.clicked.connect(self.models_wanted)
        self._state: EngineState | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(space(3), space(0.5), space(3), space(0.5))
        row.setSpacing(space(3))
        row.addWidget(self._jobs)
        row.addWidget(self._message, 1)
        row.addWidget(self._model)
        for text in ("offline", "encrypted"):
            row.addWidget(_Standing(tr(f"shell.status_{text}"), tr(f"shell.status_{text}_help")))
        self.setFixedHeight(max(28, self.fontMetrics().height() + space(2)))
        on_change(self, self._redraw)
        self._redraw()

    @property
    def message(self) -> str:
        """What was said last and still stands there."""
        return self._message.text()

    def say(self, text: str) -> None:
        """Show a message for a few seconds."""
        self._message.setText(text)
        named(self._message, text)
        self._quiet.start(MESSAGE_MS)

    def show_engine(self, state: EngineState) -> None:
        """Show how the chat model stands."""
        if state != self._state:
            self._state = state
            self._redraw()

    def focus_first(self) -> None:
        """Take the keyboard."""
        self._jobs.focus_first() or self._model.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _redraw(self) -> None:
        chat = self._state.of(Role.CHAT) if self._state else RoleState(Role.CHAT, LoadState.MISSING)
        words = model_words(chat)
        self._model.setText(words)
        self._model.setIcon(_sign(_MARKS[chat.state], getattr(current(), _TONES[chat.state])))
        self._model.setToolTip(chat.hint or chat.message or tr("shell.status_model_help"))
        named(self._model, words, chat.hint)


def _sign(mark: str, colour: str) -> QIcon:
    """A mark as an icon, in a colour of its own beside quiet words."""
    made = QIcon()
    for ratio in (1, 2):
        picture = QPixmap(_SIGN * ratio, _SIGN * ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        font = painter.font()
        font.setPixelSize(round(_SIGN * 0.95 * ratio))
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, mark)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture)
    return made


def model_words(chat: RoleState) -> str:
    """How the chat model stands, in words."""
    if chat.state is not LoadState.READY:
        return tr(f"shell.model_{chat.state.value}")
    if chat.tokens_per_second > 0:
        return tr("shell.model_speed", name=chat.name, speed=round(chat.tokens_per_second))
    return chat.name


class _Standing(QLabel):
    """A lasting fact: a mark and its words."""

    def __init__(self, text: str, help_text: str) -> None:
        super().__init__()
        self._text = text
        self.setToolTip(help_text)
        named(self, text, help_text)
        self._redraw()
        on_change(self, self._redraw)

    def _redraw(self) -> None:
        self.setText(f'<span style="color:{current().traced}">●</span> {self._text}')


class JobStrip(QWidget):
    """The oldest running job with its progress; the others behind a button."""

    def __init__(self, runner: JobRunner) -> None:
        super().__init__()
        self._runner = runner
        self._handle: JobHandle | None = None
        self._title, self._text, self._count = QLabel(), QLabel(), QLabel()
        self._count.setFont(figures(self._count.font()))
        self._text.setMaximumWidth(space(70))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(space(28))
        self._pause = self._button("pause", "shell.job.pause", self._toggle_pause)
        self._stop = self._button("close", "shell.job.stop", self._cancel)
        self._more = named(QToolButton(), tr("shell.job.others", count=0))
        set_role(self._more, "status")
        self._more.clicked.connect(self._list_others)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(1.5))
        for widget in (self._title, self._count, self._bar, self._text, self._pause, self._stop, self._more):
            row.addWidget(widget)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(50)
        self._soon.timeout.connect(self.show_jobs)
        runner.watch(self, self._soon_redraw)
        self.show_jobs()

    def focus_first(self) -> bool:
        """Take the keyboard at the stop button; false when nothing runs."""
        if self._handle is None:
            return False
        self._stop.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def show_jobs(self) -> None:
        """Draw what runs now."""
        jobs = self._runner.jobs()
        self._handle = handle = next((j for j in jobs if j.state is not JobState.PAUSED), jobs[0] if jobs else None)
        self.setVisible(handle is not None)
        if handle is None:
            return
        paused = handle.state is JobState.PAUSED
        self._title.setText(tr("shell.job.paused", title=handle.title) if paused else handle.title)
        self._count.setText(f"{handle.done} / {handle.total}" if handle.total else "")
        self._bar.setRange(0, handle.total if handle.total or paused else 0)
        self._bar.setValue(handle.done)
        named(self._bar, handle.title, self._count.text())
        metrics = self._text.fontMetrics()
        shown = metrics.elidedText(handle.text, Qt.TextElideMode.ElideMiddle, space(68))
        self._text.setText(shown)
        self._text.setToolTip(handle.text)
        self._pause.setVisible(handle.pausable)
        set_icon(self._pause, "play" if paused else "pause", size=14)
        word = "shell.job.resume" if paused else "shell.job.pause"
        self._pause.setToolTip(tr(word))
        named(self._pause, tr(word))
        self._more.setVisible(len(jobs) > 1)
        self._more.setText(tr("shell.job.others", count=len(jobs) - 1))
        named(self._more, self._more.text())

    def _soon_redraw(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _toggle_pause(self) -> None:
        if self._handle is not None:
            (self._handle.resume if self._handle.state is JobState.PAUSED else self._handle.pause)()

    def _cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _list_others(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for handle in self._runner.jobs():
            action = menu.addAction(tr("shell.job.stop_one", title=handle.title))
            action.triggered.connect(handle.cancel)
        menu.popup(self._more.mapToGlobal(self._more.rect().topLeft()))

    def _button(self, icon: str, name_key: str, pressed: object) -> QToolButton:
        button = QToolButton()
        set_role(button, "status")
        set_icon(button, icon, size=14)
        button.setToolTip(tr(name_key))
        named(button, tr(name_key))
        button.clicked.connect(pressed)
        return button
