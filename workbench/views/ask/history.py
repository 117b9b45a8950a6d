"""The column left of a talk: earlier talks of the case, and questions worth asking."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
)

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.ask.talks import Talk
from workbench.views.ask.turn_view import clock
from workbench.views.evidence_list import FACTS, TwoLines, WrappedLines

_ID = Qt.ItemDataRole.UserRole


class _Suggestions(QListWidget):
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Talks(QListWidget):
    delete_wanted = Signal()
    rename_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit()
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and self.count():
            step = 1 if event.key() == Qt.Key.Key_J else -1
            self.setCurrentRow(min(max(self.currentRow() + step, 0), self.count() - 1))
        else:
            super().keyPressEvent(event)


class History(QFrame):
    """Emits what the user picks: a talk, a question, a new talk, one to rename, hand on, delete or bring back."""

    talk_chosen = Signal(str)
    question_chosen = Signal(str)
    new_wanted = Signal()
    delete_wanted = Signal(str)
    undo_wanted = Signal()
    renamed = Signal(str, str)
    export_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "ground")
        self.setMinimumWidth(theme.space(44))
        self.new_button = QPushButton(tr("ask.new"))
        self.new_button.setToolTip(tr("ask.new_tip"))
        theme.set_role(self.new_button, "flat")
        self.new_button.clicked.connect(self.new_wanted)
        self._kept: list[Talk] = []
        self._chosen_id: str | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("ask.search"))
        self.search.setAccessibleName(tr("ask.search"))
        self.search.setClearButtonEnabled(True)
        theme.set_role(self.search, "search")
        self.search.textChanged.connect(self._list)
        self.talks = self._talk_list()
        self.no_talks = QLabel(tr("ask.no_talks"))
        theme.set_role(self.no_talks, "small")
        self.no_talks.setContentsMargins(theme.space(4), 0, theme.space(2), theme.space(2))
        self.undo = QPushButton()
        theme.set_role(self.undo, "link")
        self.undo.clicked.connect(self.undo_wanted)
        self.undo.hide()
        self.suggestions = _Suggestions()
        self.suggestions.setAccessibleName(tr("ask.suggested"))
        theme.set_role(self.suggestions, "sidebar")
        self.suggestions.setItemDelegate(WrappedLines(self.suggestions))
        self.suggestions.setMouseTracking(True)
        self.suggestions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.suggestions.itemActivated.connect(lambda item: self.question_chosen.emit(item.text()))
        self.suggestions.itemClicked.connect(lambda item: self.question_chosen.emit(item.text()))
        self._lay_out()

    def _talk_list(self) -> _Talks:
        talks = _Talks()
        talks.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)
        talks.itemChanged.connect(lambda item: self.renamed.emit(item.data(_ID), item.text().strip()))
        talks.rename_wanted.connect(self.rename)
        talks.setAccessibleName(tr("ask.history_name"))
        theme.set_role(talks, "sidebar")
        talks.setItemDelegate(TwoLines(talks))
        talks.setMouseTracking(True)
        talks.currentItemChanged.connect(self._chosen)
        talks.delete_wanted.connect(self._delete)
        talks.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        talks.customContextMenuRequested.connect(self._menu)
        talks.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return talks

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.space(4), theme.space(1), theme.space(1), theme.space(1))
        head.addWidget(_heading("ask.history"), 1)
        head.addWidget(self.new_button)
        found = QHBoxLayout()
        found.setContentsMargins(theme.space(3), 0, theme.space(2), theme.space(1))
        found.addWidget(self.search)
        below = QHBoxLayout()
        below.setContentsMargins(theme.space(4), theme.space(3), theme.space(2), theme.space(1))
        below.addWidget(_heading("ask.suggested"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(found)
        layout.addWidget(self.no_talks)
        layout.addWidget(self.talks, 3)
        layout.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(below)
        layout.addWidget(self.suggestions, 2)

    def show_talks(self, talks: Sequence[Talk], chosen: str | None) -> None:
        """List talks, the newest first, and select one without telling of it."""
        self._kept, self._chosen_id = list(talks), chosen
        self._list()

    def rename(self) -> None:
        """Write another name over the chosen talk's."""
        item = self.talks.currentItem()
        if item is not None:
            self.talks.editItem(item)

    def _list(self) -> None:
        words = self.search.text().strip()
        shown = [talk for talk in self._kept if talk.holds(words)] if words else self._kept
        self.talks.blockSignals(True)
        self.talks.clear()
        self.talks.setCurrentRow(-1)
        for talk in shown:
            item = QListWidgetItem(talk.title)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(_ID, talk.id)
            facts = tr("ask.talk_facts", time=clock(talk.last), count=len(talk.turns))
            item.setData(FACTS, facts)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{talk.title}, {facts}")
            item.setToolTip(talk.title)
            self.talks.addItem(item)
            if talk.id == self._chosen_id:
                self.talks.setCurrentItem(item)
        self.talks.blockSignals(False)
        row = theme.size(theme.TextSize.BODY) + theme.size(theme.TextSize.SMALL) + theme.space(6)
        self.talks.setMaximumHeight(len(shown) * row + 2)
        self.search.setVisible(len(self._kept) > 1 or bool(words))
        self.no_talks.setText(tr("ask.no_talk_found" if words and self._kept else "ask.no_talks"))
        self.no_talks.setVisible(not shown)

    def show_suggestions(self, questions: Sequence[str]) -> None:
        """List questions worth asking."""
        self.suggestions.clear()
        self.suggestions.addItems(list(questions))

    def offer_undo(self, title: str | None) -> None:
        """Offer to bring back a deleted talk; None takes the offer back."""
        self.undo.setVisible(title is not None)
        if title is not None:
            self.undo.setText(tr("ask.undo", title=title if len(title) < 10 else title[:9] + "…"))

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._chosen_id = item.data(_ID)
            self.talk_chosen.emit(item.data(_ID))

    def _delete(self) -> None:
        item = self.talks.currentItem()
        if item is not None:
            self.delete_wanted.emit(item.data(_ID))

    def _menu(self, point: QPoint) -> None:
        item = self.talks.itemAt(point)
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("ask.rename"), self.rename)
        menu.addAction(tr("ask.export"), lambda: self.export_wanted.emit(item.data(_ID)))
        menu.addAction(tr("ask.delete"), lambda: self.delete_wanted.emit(item.data(_ID)))
        menu.popup(self.talks.viewport().mapToGlobal(point))


def _heading(key: str) -> QLabel:
    label = QLabel(tr(key))
    theme.set_role(label, "heading")
    return label
