"""Widgets in rows, as many a row as there is room for."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.views import theme


class Flow(QWidget):
    """Lays its widgets from left to right and on to the next row; as high as its rows."""

    def __init__(self) -> None:
        super().__init__()
        self._widgets: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_widgets(self, widgets: list[QWidget]) -> None:
        """Show these, in this order; those before and not among them are deleted."""
        for gone in (w for w in self._widgets if w not in widgets):
            gone.hide()
            gone.deleteLater()
        self._widgets = list(widgets)
        for widget in widgets:
            widget.setParent(self)
            widget.show()
        self._lay()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """As wide as the widest."""
        return QSize(max((w.sizeHint().width() for w in self._widgets), default=0), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 Qt's name
        """More room, fewer rows."""
        super().resizeEvent(event)
        self._lay()

    def event(self, event: QEvent) -> bool:
        """Words or sizes of a widget have changed."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._lay()
        return super().event(event)

    def _lay(self) -> None:
        gap = theme.space(1)
        x = y = height = 0
        for widget in self._widgets:
            size = widget.sizeHint()
            if x and x + size.width() > self.width():
                x, y, height = 0, y + height + gap, 0
            widget.setGeometry(x, y, size.width(), size.height())
            x += size.width() + gap
            height = max(height, size.height())
        if self._widgets and self.height() != y + height:
            self.setFixedHeight(y + height)
