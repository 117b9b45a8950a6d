"""Boxes in a draft: a sentence nothing proves, places that contradict each other, a sentence being edited."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.models.writing.report import Disagreement
from workbench.views import theme
from workbench.views.evidence_list import short_name, short_where, where


class _Tinted(QFrame):
    """A box on the ground of a status."""

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status
        self.setObjectName("tinted")
        theme.on_change(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        ground = theme.status_ground(self._status)
        ink = QColor(theme.status_colour(self._status))
        line = f"rgba({ink.red()}, {ink.green()}, {ink.blue()}, 90)"
        self.setStyleSheet(f"#tinted {{ background: {ground}; border: 1px solid {line}; border-radius: 8px; }}")


def _link(key: str, run: Callable[[], object]) -> QPushButton:
    button = QPushButton(tr(key))
    theme.set_role(button, "link")
    button.clicked.connect(lambda: run())  # noqa: PLW0108 clicked carries a value
    return button


class UnprovenBox(_Tinted):
    """A sentence without evidence, and what can be done with it."""

    removed = Signal(object)
    owned = Signal(object)
    evidence_wanted = Signal(object)

    def __init__(self, claim: Claim) -> None:
        super().__init__(Status.UNPROVEN)
        self.claim = claim
        words = QLabel(tr("write.unproven", mark=Status.UNPROVEN.mark, text=claim.text.strip()))
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        self.remove = _link("write.remove", lambda: self.removed.emit(claim))
        self.own = _link("write.own", lambda: self.owned.emit(claim))
        self.search = _link("write.find_evidence", lambda: self.evidence_wanted.emit(claim))
        self.setAccessibleName(words.text())
        actions = QHBoxLayout()
        actions.setSpacing(theme.space(4))
        for button in (self.remove, self.own, self.search):
            actions.addWidget(button)
        actions.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        layout.setSpacing(theme.space(1))
        layout.addWidget(words)
        layout.addLayout(actions)


class ConflictBox(_Tinted):
    """Places that contradict each other, each a button."""

    citation_chosen = Signal(object)

    def __init__(self, conflict: Disagreement, name_of: Callable[[str], str]) -> None:
        super().__init__(Status.CONFLICT)
        words = QLabel(f"{Status.CONFLICT.mark} {conflict.text}")
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        sides = QHBoxLayout()
        for citation in conflict.citations:
            sides.addWidget(self._side(citation, name_of))
        sides.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        layout.addWidget(words)
        layout.addLayout(sides)

    def _side(self, citation: Citation, name_of: Callable[[str], str]) -> QPushButton:
        button = QPushButton(f"{short_name(name_of(citation.document), 10)} {short_where(citation.anchor)}")
        theme.set_role(button, "chip")
        button.setToolTip(citation.quote)
        button.setAccessibleName(f"{citation.quote}, {where(citation.anchor)}")
        button.clicked.connect(lambda: self.citation_chosen.emit(citation))
        return button


class SentenceEdit(QPlainTextEdit):
    """The words of a sentence being edited. Enter keeps them, Shift+Enter makes a line, Esc leaves them."""

    kept = Signal()
    left = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._composing = False
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("write.edit_name"))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802
        """Note whether an input method holds unfinished text."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep or leave."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._composing and (enter or event.key() == Qt.Key.Key_Escape):
            event.accept()
        elif enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class EditBox(_Tinted):
    """Edits one sentence in its place."""

    kept = Signal(str)
    left = Signal()

    def __init__(self, claim: Claim) -> None:
        super().__init__(Status.OWN)
        self.edit = SentenceEdit(claim.text.strip())
        self.edit.setFixedHeight(theme.space(22))
        keep = QPushButton(tr("write.keep"))
        theme.set_role(keep, "primary")
        keep.clicked.connect(self._keep)
        leave = QPushButton(tr("write.leave"))
        theme.set_role(leave, "flat")
        leave.clicked.connect(self.left)
        self.edit.kept.connect(self._keep)
        self.edit.left.connect(self.left)
        hint = QLabel(tr("write.edit_hint", mark=Status.OWN.mark))
        theme.set_role(hint, "small")
        actions = QHBoxLayout()
        actions.addWidget(hint, 1)
        actions.addWidget(leave)
        actions.addWidget(keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        layout.addWidget(self.edit)
        layout.addLayout(actions)

    def _keep(self) -> None:
        self.kept.emit(self.edit.toPlainText().strip())
