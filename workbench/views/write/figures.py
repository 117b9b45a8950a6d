"""A table of figures in a draft: right-aligned, every cell leads to its source."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Claim, Status
from workbench.models.writing.report import Table, TableCell
from workbench.views import theme

_SLICE = 6
"""Rows made in one turn of the event loop."""
_CLAIM = Qt.ItemDataRole.UserRole
_MARKED = (Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT)


class _Grid(QTableWidget):
    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class Figures(QWidget):
    """Title, unit, grid and note of a :class:`Table`, as tall as its rows."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.title = QLabel(table.title)
        theme.set_role(self.title, "small")
        unit = QLabel(tr("write.unit", unit=table.unit) if table.unit else "")
        theme.set_role(unit, "small")
        self.grid = _Grid()
        self.grid.setAccessibleName(table.title)
        theme.set_role(self.grid, "figures")
        self._table = table
        self._words = _word_columns(table)
        self._whole = False
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(unit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.space(2), 0, theme.space(2))
        layout.setSpacing(theme.space(1))
        layout.addLayout(head)
        layout.addWidget(self.grid)
        if table.note:
            note = QLabel(table.note)
            note.setWordWrap(True)
            theme.set_role(note, "small")
            layout.addWidget(note)

    def steps(self) -> list[Callable[[], None]]:
        """What is left to do, each a few milliseconds: the rows in slices, then the height they need."""
        slices = range(0, len(self._table.rows), _SLICE)
        return [self._frame, self._head, *(partial(self._fill, first) for first in slices), self._finish]

    def _frame(self) -> None:
        self.grid.verticalHeader().hide()
        self.grid.setShowGrid(False)
        self.grid.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.grid.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.grid.setTabKeyNavigation(False)
        self.grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.grid.currentItemChanged.connect(lambda item, _: self._show(item))
        self.grid.itemClicked.connect(self._open)
        self.grid.opened.connect(lambda: self._open(self.grid.currentItem()))

    def _head(self) -> None:
        self.grid.setRowCount(len(self._table.rows))
        self.grid.setColumnCount(len(self._table.columns))
        self.grid.setHorizontalHeaderLabels(list(self._table.columns))
        header = self.grid.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(1, len(self._table.columns)):
            if column in self._words:
                continue
            head = self.grid.horizontalHeaderItem(column)
            if head is not None:
                head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.grid.verticalHeader().setMinimumSectionSize(theme.row_height())
        self.grid.setFixedHeight((len(self._table.rows) + 1) * theme.row_height() + 4)

    def _fill(self, first: int) -> None:
        for number, row in enumerate(self._table.rows[first : first + _SLICE], first):
            self.grid.setItem(number, 0, _label(row.label, strong=row.strong))
            for column, cell in enumerate(row.cells, 1):
                self.grid.setItem(number, column, _figure(cell, strong=row.strong, words=column in self._words))

    def _finish(self) -> None:
        self._whole = True
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Words wrap anew."""
        super().resizeEvent(event)
        if self._whole:
            self._fit()

    def _fit(self) -> None:
        """As tall as the rows, whose words may take several lines."""
        self.grid.resizeRowsToContents()
        rows = sum(self.grid.rowHeight(row) for row in range(self.grid.rowCount()))
        self.grid.setFixedHeight(self.grid.horizontalHeader().sizeHint().height() + rows + 4)

    def _show(self, item: QTableWidgetItem | None) -> None:
        claim = item.data(_CLAIM) if item is not None else None
        if isinstance(claim, Claim):
            self.claim_chosen.emit(claim)

    def _open(self, item: QTableWidgetItem | None) -> None:
        claim = item.data(_CLAIM) if item is not None else None
        if not isinstance(claim, Claim):
            return
        self.claim_chosen.emit(claim)
        inputs = claim.computation.inputs if claim.computation else ()
        for citation in (*claim.citations, *inputs)[:1]:
            self.citation_chosen.emit(citation)


def _is_words(cell: TableCell) -> bool:
    """Whether a cell holds words, such as a name, rather than a figure."""
    text = cell.claim.text.strip()
    return cell.value is None and len(text) > 1 and not any(letter.isdigit() for letter in text[:2])


def _word_columns(table: Table) -> set[int]:
    """Columns (from 1) that hold words more often than figures: they stand left as a whole."""
    found = set()
    for column in range(1, len(table.columns)):
        cells = [row.cells[column - 1] for row in table.rows]
        if 2 * sum(map(_is_words, cells)) >= len(cells) > 0:
            found.add(column)
    return found


def _label(text: str, *, strong: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    _embolden(item, strong=strong)
    return item


def _figure(cell: TableCell, *, strong: bool, words: bool) -> QTableWidgetItem:
    claim = cell.claim
    text = claim.text.strip()
    marked = claim.status in _MARKED and bool(text)
    item = QTableWidgetItem(f"{claim.status.mark} {text}" if marked else text)
    side = Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    item.setData(_CLAIM, claim)
    if text:
        told = f"{claim.status.mark} {theme.status_name(claim.status)}"
        item.setToolTip(f"{told}\n{claim.computation.formula}" if claim.computation else told)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {theme.status_name(claim.status)}")
    if marked:
        item.setForeground(QBrush(QColor(theme.status_colour(claim.status))))
    _embolden(item, strong=strong)
    return item


def _embolden(item: QTableWidgetItem, *, strong: bool) -> None:
    if strong:
        font = QFont(item.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(font)
