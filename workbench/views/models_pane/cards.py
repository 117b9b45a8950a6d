"""The cards of the Models pane."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from workbench.i18n import tr
from workbench.inference.api import LoadState, Role, RoleState
from workbench.views.fonts import figures
from workbench.views.models_pane.shelf import EntryLike, Held, Known
from workbench.views.shortcuts import named
from workbench.views.theme import current, on_change, set_role, space

_MARKS = {
    "ready": ("●", "traced"),
    "loading": ("◐", "partial_ink"),
    "missing": ("○", "muted"),
    "failed": ("⚠", "unproven"),
}


_USUAL_ANSWER = 200
"""Tokens of a usual answer: three or four sentences."""


def size_words(count: int) -> str:
    """Bytes for people: ``1.04 GB``, ``70 MB`` (of 1024)."""
    gigabytes = count / (1 << 30)
    return f"{gigabytes:.2f} GB" if gigabytes >= 0.9 else f"{count / (1 << 20):.0f} MB"


class StateLine(QLabel):
    """A mark with its word, coloured with the theme."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__()
        self._kind, self._words = kind, words
        self.setWordWrap(True)
        named(self, words)
        self._redraw()
        on_change(self, self._redraw)

    def _redraw(self) -> None:
        mark, tone = _MARKS[self._kind]
        self.setText(f"{mark} {self._words}")
        self.setStyleSheet(f"color: {getattr(current(), tone)};")


class _Card(QFrame):
    def __init__(self, title: str, subtitle: str = "") -> None:
        super().__init__()
        set_role(self, "card")
        named(self, title, subtitle)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(space(5), space(3.5), space(5), space(3.5))
        self.column.setSpacing(space(1))
        self.head = QHBoxLayout()
        self.head.setSpacing(space(3))
        label = QLabel(title)
        set_role(label, "heading")
        self.head.addWidget(label)
        if subtitle:
            second = QLabel(subtitle)
            set_role(second, "muted")
            self.head.addWidget(second)
        self.head.addStretch(1)
        self.column.addLayout(self.head)

    def say(self, text: str, role: str = "small") -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFont(figures(label.font()))
        set_role(label, role)
        self.column.addWidget(label)
        return label

    def offer(self, buttons: Sequence[QPushButton]) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, space(2), 0, 0)
        row.setSpacing(space(2))
        for button in buttons:
            named(button, button.text(), self.accessibleName())
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)


class ModelCard(_Card):
    """An imported model, or a role without one. Its signals carry the model's id or the role."""

    verify_wanted = Signal(str)
    promote_wanted = Signal(str)
    rollback_wanted = Signal(str)
    remove_wanted = Signal(str)
    import_wanted = Signal(str)

    def __init__(self, role: Role, held: Held | None, state: RoleState | None = None) -> None:
        super().__init__(tr(f"models.role.{role.value}"), tr(f"models.role.{role.value}_does"))
        self.role = role
        self.holds = held.entry.id if held is not None else ""
        self.buttons: dict[str, QPushButton] = {}
        if held is None:
            self._be_empty(role)
            return
        self._show_state(held, state)
        self._show_facts(held.entry)
        self._offer(held)

    def _be_empty(self, role: Role) -> None:
        self.head.addWidget(StateLine("missing", tr("models.none")))
        self.say(tr(f"models.without.{role.value}"))
        self.offer([self._button("import", "models.import_for", lambda: self.import_wanted.emit(role.value))])

    def _show_state(self, held: Held, state: RoleState | None) -> None:
        if held.trouble is not None:
            self.head.addWidget(StateLine("failed", tr("models.damaged")))
            self.say(f"{held.trouble.message} {held.trouble.hint}".strip(), "error")
        elif state is not None and held.works:
            kind = "loading" if state.state is LoadState.MISSING else state.state.value
            words = tr("models.state.waiting") if state.state is LoadState.MISSING else tr(f"models.state.{kind}")
            self.head.addWidget(StateLine(kind, words))
            if state.tokens_per_second > 0:
                seconds = max(1, round(_USUAL_ANSWER / state.tokens_per_second))
                self.say(tr("models.pace", seconds=seconds))
            if state.message:
                self.say(f"{state.message} {state.hint}".strip(), "error")
        else:
            self.head.addWidget(StateLine("missing", tr("models.state.idle")))

    def _show_facts(self, entry: EntryLike) -> None:
        self.say(entry.name, "")
        licence = entry.licence or tr("models.licence_unknown")
        self.say(f"{entry.file}  ·  {size_words(entry.size)}  ·  {tr('models.licence', name=licence)}")
        row = QHBoxLayout()
        row.setSpacing(space(2))
        digest = QLabel(f"SHA-256 {entry.sha256[:16]}…")
        digest.setToolTip(entry.sha256)
        set_role(digest, "small")
        copy = QPushButton(tr("models.copy_hash"))
        set_role(copy, "link")
        named(copy, tr("models.copy_hash"), entry.name)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(entry.sha256))
        row.addWidget(digest)
        row.addWidget(copy)
        row.addStretch(1)
        self.column.addLayout(row)

    def _offer(self, held: Held) -> None:
        entry = held.entry
        buttons = [self._button("verify", "models.verify", lambda: self.verify_wanted.emit(entry.id))]
        if held.trouble is not None:
            again = self._button("import", "models.import_again", lambda: self.import_wanted.emit(entry.role.value))
            buttons.insert(0, again)
        elif not held.works:
            use = self._button("promote", "models.promote", lambda: self.promote_wanted.emit(entry.id), "primary")
            buttons.insert(0, use)
        if held.has_previous:
            back = self._button("rollback", "models.rollback", lambda: self.rollback_wanted.emit(entry.role.value))
            buttons.append(back)
        buttons.append(self._button("remove", "models.remove", lambda: self.remove_wanted.emit(entry.id), "flat"))
        self.offer(buttons)

    def _button(self, name: str, key: str, run: object, role: str = "") -> QPushButton:
        button = QPushButton(tr(key))
        if role:
            set_role(button, role)
        button.clicked.connect(run)
        self.buttons[name] = button
        return button


class KnownCard(_Card):
    """A model of the catalogue that is not here."""

    import_wanted = Signal(str)

    def __init__(self, known: Known) -> None:
        super().__init__(known.name, tr(f"models.role.{known.role}"))
        self.say(
            tr(
                "models.known_line",
                file=known.file,
                size=size_words(known.size),
                licence=known.licence,
                memory=known.memory_gb,
            )
        )
        button = QPushButton(tr("models.import_this"))
        button.clicked.connect(lambda: self.import_wanted.emit(known.role))
        self.offer([button])


class RoleChoice(_Card):
    """Asks what an imported file is for, where the file doesn't say. ``chosen`` with role or ""."""

    chosen = Signal(str)

    def __init__(self, file_name: str) -> None:
        super().__init__(tr("models.which_role", file=file_name))
        buttons = []
        for role in Role:
            button = QPushButton(tr(f"models.role.{role.value}"))
            button.clicked.connect(lambda _=False, role=role.value: self.chosen.emit(role))
            buttons.append(button)
        never = QPushButton(tr("shell.cancel"))
        set_role(never, "flat")
        never.clicked.connect(lambda: self.chosen.emit(""))
        self.offer([*buttons, never])
        self.first = buttons[0]
