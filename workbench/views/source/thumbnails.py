"""Small pictures of the pages, drawn when they come into view, a bounded number of them kept."""

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.i18n import tr
from workbench.models.documents.document import PageSize
from workbench.views import theme
from workbench.views.source.picture_store import PictureStore

_Index = QModelIndex | QPersistentModelIndex
WIDTH = 104
"""Pixels of a small picture's width."""
_TALLEST = 160
_ROOM = 16 * 1024 * 1024
_SCALE = 0.0
_SIZE = Qt.ItemDataRole.UserRole


class _Pages(QAbstractListModel):
    """A row a page."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: tuple[PageSize, ...] = ()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many pages there are."""
        return 0 if parent.isValid() else len(self.sizes)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The number, and the size of the picture."""
        page = index.row() + 1
        if role == Qt.ItemDataRole.DisplayRole:
            return str(page)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tr("source.page_name", page=page, pages=len(self.sizes))
        if role == _SIZE:
            return small_size(self.sizes[index.row()])
        return None


def small_size(size: PageSize) -> QSize:
    """How large a page's small picture is shown."""
    height = WIDTH * size.height / max(size.width, 1)
    if height <= _TALLEST:
        return QSize(WIDTH, max(8, round(height)))
    return QSize(max(8, round(_TALLEST * size.width / size.height)), _TALLEST)


class _Painter(QStyledItemDelegate):
    """A page with its number below."""

    def __init__(self, view: "Thumbnails") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002
        """The picture with room for number and margin."""
        size: QSize = index.data(_SIZE)
        return QSize(WIDTH + theme.space(8), size.height() + theme.space(9))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """White where the picture is still to come."""
        colours = theme.current()
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, QColor(colours.accent_soft))
        size: QSize = index.data(_SIZE)
        place = QRect(rect.center().x() - size.width() // 2, rect.top() + theme.space(2), size.width(), size.height())
        painter.fillRect(place, Qt.GlobalColor.white)
        picture = self._view.pictures.best(index.row() + 1, _SCALE)
        if picture is not None:
            painter.drawImage(place, picture)
        painter.setPen(QPen(QColor(colours.accent if chosen else colours.line_strong), 2 if chosen else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
        painter.setPen(QColor(colours.ink if chosen else colours.muted))
        below = QRect(rect.left(), place.bottom() + 2, rect.width(), rect.bottom() - place.bottom() - 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(index.data()))


class Thumbnails(QListView):
    """Emits ``page_wanted`` when one is chosen, ``pictures_wanted`` when seen ones lack their picture."""

    page_wanted = Signal(int)
    pictures_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures = PictureStore(_ROOM)
        self._pages = _Pages()
        self.setModel(self._pages)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(tr("source.thumbnails"))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        theme.set_role(self, "sidebar")
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.pictures_wanted.emit())
        self.clicked.connect(lambda index: self.page_wanted.emit(index.row() + 1))
        self.activated.connect(lambda index: self.page_wanted.emit(index.row() + 1))

    def set_pages(self, sizes: tuple[PageSize, ...]) -> None:
        """Another document's pages."""
        self._pages.beginResetModel()
        self._pages.sizes = sizes
        self._pages.endResetModel()
        self.pictures.clear()

    def show_page(self, page: int) -> None:
        """Mark the page being read."""
        index = self._pages.index(page - 1, 0)
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def missing(self) -> int | None:
        """A seen page that lacks its picture; None where there is none, or where nothing is seen."""
        if not self.isVisible() or not self._pages.sizes:
            return None
        height = self.viewport().height()
        first = self.indexAt(QPoint(WIDTH // 2, theme.space(3))).row()
        for row in range(max(first, 0), len(self._pages.sizes)):
            if self.visualRect(self._pages.index(row, 0)).top() > height:
                return None
            if not self.pictures.has(row + 1, _SCALE):
                return row + 1
        return None

    def scale(self, page: int) -> float:
        """The scale a page's small picture is drawn at."""
        size = self._pages.sizes[page - 1]
        return small_size(size).width() * self.devicePixelRatioF() / max(size.width, 1.0)

    def take_picture(self, page: int, picture: QImage | None) -> None:
        """Keep a small picture and show it."""
        self.pictures.put(page, _SCALE, picture)
        self.viewport().update(self.visualRect(self._pages.index(page - 1, 0)))
