"""The documents of a case as a table: sorted, filtered, kept in place while an import goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.views import theme
from workbench.views.evidence_list import document_name

_Index = QModelIndex | QPersistentModelIndex
DOCUMENT = Qt.ItemDataRole.UserRole
SORT = Qt.ItemDataRole.UserRole + 1
COLUMNS = ("name", "format", "pages", "chunks", "state", "size", "added")
_WIDTHS = {"format": 88, "pages": 64, "chunks": 64, "state": 176, "size": 92, "added": 116}
_NAME_WIDTH = 300
_LEAST_NEEDED = ("chunks", "size", "added", "pages", "format")
_FIGURES = frozenset({"pages", "chunks", "size"})
_KIND_STATUS = {
    "ready": Status.TRACED,
    "words": Status.PARTIAL,
    "partial": Status.PARTIAL,
    "rejected": Status.UNPROVEN,
}


class DocumentLike(Protocol):
    """What the table shows of a stored document."""

    id: str
    name: str
    title: str
    format: str
    state: str
    pages: int
    chunks: int
    embedded: int
    size: int
    added: str
    notes: tuple[str, ...]
    error: dict[str, str] | None


def standing(document: DocumentLike) -> Status:
    """The mark and colour of a document's state."""
    return _KIND_STATUS.get(document.state, Status.PARTIAL)


def state_words(document: DocumentLike) -> str:
    """A document's state with its mark, for people."""
    mark = "⚠" if document.state in ("rejected", "partial") else standing(document).mark
    if document.state == "words" and document.chunks and document.embedded:
        share = 100 * document.embedded // document.chunks
        return f"{mark} {tr('library_pane.state.embedding', percent=share)}"
    return f"{mark} {tr('library_pane.state.' + document.state)}"


def size_words(size: int) -> str:
    """A file's size in KB or MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{size / 1024 / 1024:,.1f} MB"


def kind_words(kind: str) -> str:
    """The name people give a format."""
    key = f"library_pane.format.{kind}"
    words = tr(key)
    return kind.upper() if words == key else words


def _added_words(moment: str) -> str:
    try:
        then = datetime.fromisoformat(moment).astimezone()
        this_year = then.year == datetime.now(then.tzinfo).year
        return then.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d")
    except ValueError:
        return moment


class DocumentModel(QAbstractTableModel):
    """Stored documents as rows."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: list[Any] = []

    def show_documents(self, documents: Sequence[Any]) -> None:
        """Replace the rows; those that stay keep their place."""
        fresh = list(documents)
        if [d.id for d in fresh] == [d.id for d in self.documents]:
            changed = [i for i, (a, b) in enumerate(zip(fresh, self.documents, strict=True)) if a != b]
            self.documents = fresh
            for row in changed:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
            return
        if [d.id for d in fresh[: len(self.documents)]] == [d.id for d in self.documents]:
            self.beginInsertRows(QModelIndex(), len(self.documents), len(fresh) - 1)
            self.documents = fresh
            self.endInsertRows()
            self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.documents = fresh
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """A row a document."""
        return 0 if parent.isValid() else len(self.documents)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """The columns of :data:`COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        """Names of the columns; figures stand right."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(f"library_pane.column.{COLUMNS[section]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, alignment, colour, what to sort by."""
        document: DocumentLike = self.documents[index.row()]
        column = COLUMNS[index.column()]
        match role:
            case _ if role == DOCUMENT:
                value: object = document
            case _ if role == SORT:
                value = getattr(document, column)
            case Qt.ItemDataRole.DisplayRole:
                value = _words(document, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                value = _alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                value = _ink(document, column)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                value = _told(document, column)
            case _:
                value = None
        return value


def _words(document: DocumentLike, column: str) -> str:
    match column:
        case "name":
            return document_name(document)
        case "format":
            return kind_words(document.format)
        case "state":
            return state_words(document)
        case "size":
            return size_words(document.size)
        case "added":
            return _added_words(document.added)
        case _:
            count = int(getattr(document, column))
            return f"{count:,}" if count else "–"


def list_words(documents: Sequence[DocumentLike]) -> str:
    """A list of documents as text: a line each with its number, tabs between the columns, the heads above."""
    columns = ("name", "format", "pages", "state", "added")
    lines = ["\t".join((tr("library_pane.column.number"), *(tr(f"library_pane.column.{c}") for c in columns)))]
    for number, document in enumerate(documents, start=1):
        lines.append("\t".join((str(number), *(_words(document, column) for column in columns))))
    return "\n".join(lines)


def _alignment(column: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _FIGURES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _ink(document: DocumentLike, column: str) -> QColor | None:
    if column == "state":
        return QColor(theme.status_colour(standing(document)))
    if column == "name":
        return QColor(theme.current().muted) if document.state == "rejected" else None
    return QColor(theme.current().muted)


def _told(document: DocumentLike, column: str) -> str:
    if column == "name" and document_name(document) != document.name:
        return f"{document_name(document)}\n{document.name}"
    if column == "state" and document.error:
        return f"{state_words(document)}\n{document.error.get('message', '')} {document.error.get('hint', '')}"
    if column == "state" and document.notes:
        return "\n".join((state_words(document), *document.notes))
    return _words(document, column)


class Filter(QSortFilterProxyModel):
    """Rows whose name, title, kind or state holds every word typed."""

    def __init__(self, model: DocumentModel) -> None:
        super().__init__()
        self._words: list[str] = []
        self.setSourceModel(model)
        self.setSortRole(SORT)
        self.setSortLocaleAware(True)
        self._model = model

    def look_for(self, text: str) -> None:
        """Keep only what holds all words of ``text``."""
        self.beginFilterChange()
        self._words = text.lower().split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: _Index) -> bool:  # noqa: N802, ARG002
        """Whether a row holds all words."""
        document: DocumentLike = self._model.documents[row]
        held = f"{document.name} {document.title} {kind_words(document.format)} {state_words(document)}".lower()
        return all(word in held for word in self._words)


class _Cells(QStyledItemDelegate):
    """The row is marked as a whole; words stand on the toolbar's margin in the colour the model says."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        view = option.widget
        style = view.style() if isinstance(view, QTableView) else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, view)
        rect = option.rect
        focused = isinstance(view, QTableView) and view.hasFocus() and view.currentIndex().row() == index.row()
        if index.column() == 0 and focused:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(theme.current().accent))
        left = theme.space(4) if index.column() == 0 else theme.space(2)
        room = rect.adjusted(left, 0, -theme.space(2), 0)
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink if isinstance(ink, QColor) else QColor(theme.current().ink))
        painter.setFont(option.font)
        shown = option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(option.displayAlignment), shown)


class DocumentTable(QTableView):
    """The table with its keys: Enter opens, Delete deletes, J and K go down and up."""

    opened = Signal()
    delete_wanted = Signal()

    def __init__(self, model: Filter) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(tr("library_pane.table_name"))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)
        self.sortByColumn(COLUMNS.index("added"), Qt.SortOrder.DescendingOrder)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(56)
        for name, width in _WIDTHS.items():
            self.setColumnWidth(COLUMNS.index(name), width)
        self._resize_rows()
        theme.set_role(self, "plain")
        theme.on_change(self, self._resize_rows)

    def _resize_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Names need room first: the least needed columns go while there is none."""
        room = event.size().width() - _NAME_WIDTH
        shown = set(_WIDTHS)
        for name in _LEAST_NEEDED:
            if sum(_WIDTHS[column] for column in shown) <= room:
                break
            shown.discard(name)
        for name in _WIDTHS:
            self.setColumnHidden(COLUMNS.index(name), name not in shown)
        super().resizeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The keyboard always has a row."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.selectRow(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open, delete, move."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K) and self.model().rowCount():
            step = 1 if key == Qt.Key.Key_J else -1
            self.selectRow(min(max(self.currentIndex().row() + step, 0), self.model().rowCount() - 1))
        else:
            super().keyPressEvent(event)
