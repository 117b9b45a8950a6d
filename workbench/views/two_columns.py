"""A pane of two columns: a list left, the work right of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

_WORK = 640


def two_columns(pane: QWidget, listed: QWidget, work: QWidget, width: int) -> None:
    """Lay them out in the pane; the list begins ``width`` pixels wide, and what room there is more goes to the work."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.addWidget(listed)
    splitter.addWidget(work)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([width, _WORK])
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    layout = QVBoxLayout(pane)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(splitter)
