"""How the parts of the pane lie beside each other."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from workbench.views import theme

if TYPE_CHECKING:
    from workbench.views.read.pane import ReadPane

_LIST, _REST = 176, 640


def column_of(holder: QWidget, *widgets: QWidget) -> None:
    """Widgets below each other without gaps; the tallest-growing one takes the room."""
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)


def lay_out(pane: "ReadPane") -> None:
    """The list left; right the bar, the box of questions, and what is shown."""
    theme.set_role(pane.keys, "small")
    pane.keys.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
    pane.keys.setWordWrap(True)
    column_of(pane.grid_side, pane.table, pane.keys)
    for widget in (pane.state, pane.grid_side, pane.page, pane.risk):
        pane.stack.addWidget(widget)
    right = QFrame()
    theme.set_role(right, "panel")
    column_of(right, pane.bar, pane.questions, pane.stack)
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.addWidget(pane.list)
    splitter.addWidget(right)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([_LIST, _REST])
    splitter.setHandleWidth(1)
    splitter.setCollapsible(1, False)
    column_of(pane, splitter)
