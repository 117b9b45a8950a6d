"""Widgets one after the other, as words stand in lines: as many a row as there is room for."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from workbench.views import theme


class FlowLayout(QLayout):
    """A layout whose rows break where the room ends. ``gap`` between two in a row, ``row_gap`` between rows."""

    def __init__(self, parent: QWidget | None = None, gap: int | None = None, row_gap: int | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.space(2) if gap is None else gap)
        self._row_gap = self.spacing() // 2 if row_gap is None else row_gap

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Another one at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """None."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Narrower is taller."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """As tall as its rows."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The least there may be."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        """As the widest of them."""
        wide = max((item.minimumSize().width() for item in self._items), default=0)
        tall = max((item.minimumSize().height() for item in self._items), default=0)
        return QSize(min(wide, theme.space(60)), tall)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Put them in their places."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, whole: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        rect = whole.marginsRemoved(margins)
        y = rect.y()
        for row in self._rows(rect.width()):
            tall = max(item.sizeHint().height() for item in row)
            x = rect.x()
            for item in row:
                size = item.sizeHint()
                width = min(size.width(), rect.width())
                if move:
                    top = y + (tall - size.height()) // 2
                    item.setGeometry(QRect(QPoint(x, top), QSize(width, size.height())))
                x += width + self.spacing()
            y += tall + self._row_gap
        return max(y - self._row_gap, rect.y()) - whole.y() + margins.bottom()

    def _rows(self, room: int) -> list[list[QLayoutItem]]:
        """The items of each row."""
        rows: list[list[QLayoutItem]] = []
        left = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = min(item.sizeHint().width(), room)
            if not rows or width > left:
                rows.append([])
                left = room
            rows[-1].append(item)
            left -= width + self.spacing()
        return rows


class Flow(QWidget):
    """A widget of such rows, exactly as high as they are, whatever it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self._row = FlowLayout(self, theme.space(1), theme.space(1))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_widgets(self, widgets: list[QWidget]) -> None:
        """Show these, in this order; those before and not among them are deleted."""
        while (item := self._row.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None and gone not in widgets:
                gone.hide()
                gone.deleteLater()
        for widget in widgets:
            self._row.addWidget(widget)
            widget.show()
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """As wide as the widest."""
        items = (self._row.itemAt(n) for n in range(self._row.count()))
        return QSize(max((item.sizeHint().width() for item in items if item is not None), default=0), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 Qt's name
        """More room, fewer rows."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Words or sizes of a widget have changed."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        wanted = self._row.heightForWidth(self.width())
        if self._row.count() and self.height() != wanted:
            self.setFixedHeight(wanted)
        self._row.setGeometry(self.rect())
