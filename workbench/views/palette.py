"""The command palette: everything by name.

Type a command, a document, a case or a question. Both languages' names are found, by their letters in
order, so that ``exw`` finds "Export Word".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import LANGUAGES, catalogue, tr
from workbench.views.desk import Command
from workbench.views.shortcuts import InputLine, named, shown
from workbench.views.theme import TextSize, current, row_height, set_role, size, space

WIDTH = 640
MOST = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the palette. ``kind`` is its right-hand word, ``names`` what typing is matched with."""

    title: str
    kind: str
    names: tuple[str, ...]
    run: Callable[[], object]
    shortcut: str = ""


def entry_of(command: Command) -> Entry:
    """A command as a line, found by its name in every language."""
    names = tuple(catalogue(language).get(command.name_key, "") for language in LANGUAGES)
    return Entry(tr(command.name_key), "", names, command.run, command.shortcut)


def score(typed: str, name: str) -> float | None:
    """How well ``name`` answers to ``typed``: lower is better, None not at all.

    A part of the name beats letters scattered in order; earlier and shorter beats later and longer.
    """
    wanted, name = typed.casefold().strip(), name.casefold()
    if not wanted:
        return 0.0
    at = name.find(wanted)
    if at >= 0:
        return at + len(name) / 100
    here = -1
    for letter in wanted.replace(" ", ""):
        here = name.find(letter, here + 1)
        if here < 0:
            return None
    return 100.0 + here + len(name) / 100


def matches(typed: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries answering to ``typed``, best first, order kept among equals."""
    found = []
    for entry in entries:
        scores = [s for name in (entry.title, *entry.names) if (s := score(typed, name)) is not None]
        if scores:
            found.append((min(scores), entry))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


class _LineDelegate(QStyledItemDelegate):
    """Title left, kind and shortcut right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours, entry = current(), index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
            painter.fillRect(QRect(rect.topLeft(), QSize(3, rect.height())), QColor(colours.accent))
        inner = rect.adjusted(space(4), 0, -space(4), 0)
        painter.setPen(QColor(colours.muted))
        right = "   ".join(word for word in (entry.kind, shown(entry.shortcut) if entry.shortcut else "") if word)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(right) - space(3))
        painter.setPen(QColor(colours.ink))
        title = painter.fontMetrics().elidedText(entry.title, Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 Qt's name
        return QSize(0, row_height())


class Palette(QFrame):
    """The palette over its window's head. ``entries`` are asked for at each opening.

    ``ask`` takes what was typed as a question, when nothing else is chosen; None leaves that out.
    """

    def __init__(self, window: QWidget, entries: Callable[[], Sequence[Entry]]) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        set_role(self, "popup")
        named(self, tr("shell.palette"))
        self._window = window
        self._entries_of = entries
        self._entries: Sequence[Entry] = ()
        self.ask: Callable[[str], object] | None = None
        self.line = named(InputLine(), tr("shell.palette.line"))
        self.line.setPlaceholderText(tr("shell.palette.placeholder"))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list = named(QListWidget(), tr("shell.palette.list"))
        set_role(self.list, "plain")
        self.list.setItemDelegate(_LineDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(2), space(2), space(2))
        column.addWidget(self.line)
        column.addWidget(self.list)

    def open_below(self, top: QPoint, typed: str = "") -> None:
        """Open with its upper edge's middle at ``top`` (global)."""
        self._entries = self._entries_of()
        width = min(WIDTH, self._window.width() - 2 * space(4))
        self.setFixedWidth(width)
        self.line.setText(typed)
        self._search(typed)
        self.move(top.x() - width // 2, top.y())
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def titles(self) -> list[str]:
        """What is listed now."""
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole).title for row in range(self.list.count())]

    def run_current(self) -> None:
        """Run the selected line."""
        if self.list.currentItem() is not None:
            self._run(self.list.currentItem())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        """Arrows move in the list while typing goes on; Enter runs, unless an input method is composing."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.line and isinstance(event, QKeyEvent) and pressed and not self.line.composing:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run_current()
                return True
        return super().eventFilter(watched, event)

    def _search(self, typed: str) -> None:
        found = matches(typed, self._entries)[:MOST]
        if self.ask is not None and len(typed.strip()) > 1:
            question, ask = typed.strip(), self.ask
            found.append(Entry(tr("shell.palette.ask", question=question), "", (), lambda: ask(question)))
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.kind}")
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(max(1, len(found)) * row_height() + space(1))
        self.adjustSize()

    def _run(self, item: QListWidgetItem) -> None:
        entry: Entry = item.data(Qt.ItemDataRole.UserRole)
        self.hide()
        entry.run()


def top_of(window: QWidget, below: int) -> QPoint:
    """Where the palette of ``window`` opens: the middle, ``below`` pixels under its upper edge."""
    return window.mapToGlobal(QPoint(window.width() // 2, below + size(TextSize.SMALL) // 3))
