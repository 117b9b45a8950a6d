"""The names of a table stay while its figures are pushed aside."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from workbench.views import theme


class Frozen(QTableView):
    """The first column of another table, laid over it while that is scrolled sideways.

    It shares model and selection, takes no keyboard and says nothing to screen readers: the table below does.
    """

    def __init__(self, below: QTableView) -> None:
        super().__init__(below)
        self._below = below
        self.setModel(below.model())
        self.setSelectionModel(below.selectionModel())
        self.setItemDelegate(below.itemDelegate())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName(below.accessibleName())
        self.setSelectionMode(below.selectionMode())
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(24)
        theme.set_role(self, "plain")
        self.hide()
        below.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(below.verticalScrollBar().setValue)

    def fit(self) -> None:
        """Lie over the first column, where there is something pushed under it."""
        below = self._below
        pushed = below.horizontalScrollBar().value() > 0 and below.model().columnCount() > 1
        if pushed:
            for column in range(1, below.model().columnCount()):
                self.setColumnHidden(column, True)
            self.verticalHeader().setDefaultSectionSize(below.verticalHeader().defaultSectionSize())
            self.setColumnWidth(0, below.columnWidth(0))
            head = below.horizontalHeader().height()
            self.horizontalHeader().setFixedHeight(head)
            edge = below.frameWidth()
            self.setGeometry(edge, edge, below.columnWidth(0), below.viewport().height() + head)
            self.verticalScrollBar().setValue(below.verticalScrollBar().value())
        self.setVisible(pushed)
