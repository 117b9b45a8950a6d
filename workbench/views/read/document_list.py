"""Left of the grid: all documents, the case as a whole, and each document."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.evidence_list import document_name

ALL, WHOLE = "", "*"
"""In the list: all documents as a grid; the case summed up."""
_ID = Qt.ItemDataRole.UserRole
_ABOVE = 2
"""Rows above the documents."""


class DocumentList(QListWidget):
    """One row is always chosen."""

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "sidebar")
        self.setAccessibleName(tr("read.list_name"))
        self.setMinimumWidth(theme.space(28))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.fill(())

    @property
    def shown(self) -> str:
        """The id of the document chosen, :data:`ALL` or :data:`WHOLE`."""
        item = self.currentItem()
        return str(item.data(_ID)) if item else ALL

    @property
    def in_grid(self) -> bool:
        """Whether all documents are chosen."""
        return self.shown == ALL

    @property
    def document(self) -> str:
        """The id of the document chosen; empty for all of them and for the whole case."""
        return "" if self.shown in (ALL, WHOLE) else self.shown

    def show_documents(self, documents: Sequence[Any]) -> None:
        """Other documents; nothing moves where they are the same."""
        known = [self.item(row).data(_ID) for row in range(_ABOVE, self.count())]
        if known != [document.id for document in documents]:
            self.fill(documents)

    def fill(self, documents: Sequence[Any]) -> None:
        """Fill anew; what was chosen stays chosen where it is still there."""
        here = self.shown
        rows = [(ALL, tr("read.all")), (WHOLE, tr("read.whole")), *((d.id, document_name(d)) for d in documents)]
        self.blockSignals(True)
        self.clear()
        for document, name in rows:
            item = QListWidgetItem(name)
            item.setData(_ID, document)
            item.setToolTip(name)
            self.addItem(item)
            if document == here:
                self.setCurrentItem(item)
        if self.currentRow() < 0:
            self.setCurrentRow(0)
        self.blockSignals(False)
