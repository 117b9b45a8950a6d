"""A table of figures that asks for a cell only where it is seen: twenty thousand rows cost what forty do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from workbench.models.evidence import Claim
from workbench.views import theme
from workbench.views.finance.frozen import Frozen
from workbench.views.finance.words import as_cell

_Index = QModelIndex | QPersistentModelIndex
_SIDE = {
    True: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    False: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
}
_LEAST_NAME = 168
SUMMED = 2_000
"""The most cells that are added up while they are being selected."""


def _nothing(_row: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says of a row. ``ink`` names a colour of the palette, ``ground`` too; ``width`` in digits."""

    title: str
    text: Callable[[Any], str]
    figure: bool = False
    width: int = 12
    claim: Callable[[Any], Claim | None] = _nothing
    number: Callable[[Any], Decimal | None] = _nothing
    tip: Callable[[Any], str | None] = _nothing
    ink: Callable[[Any], str | None] = _nothing
    ground: Callable[[Any], str | None] = _nothing
    said: Callable[[Any], str | None] = _nothing
    sort: Callable[[Any], Any] | None = None
    copied: bool = True


def tsv(columns: Sequence[Column], rows: Sequence[Any], name: str = "") -> str:
    """A table with its heads, tab-separated, for a spreadsheet. Safe in a job."""
    columns = [column for column in columns if column.copied]
    heads = [as_cell(column.title or name, figure=False) for column in columns]
    lines = ["\t".join(heads)]
    lines += ["\t".join(as_cell(c.text(row), figure=c.figure) for c in columns) for row in rows]
    return "\n".join(lines)


def _colour(name: str | None) -> QColor | None:
    return None if name is None else QColor(getattr(theme.current(), name))


_ROLES: dict[Qt.ItemDataRole, Callable[[Column, Any], Any]] = {
    Qt.ItemDataRole.DisplayRole: lambda column, row: column.text(row),
    Qt.ItemDataRole.TextAlignmentRole: lambda column, _row: _SIDE[column.figure],
    Qt.ItemDataRole.ToolTipRole: lambda column, row: column.tip(row),
    Qt.ItemDataRole.AccessibleTextRole: lambda column, row: (
        column.said(row) or f"{column.title} {column.text(row)}".strip()
    ),
    Qt.ItemDataRole.ForegroundRole: lambda column, row: _colour(column.ink(row)),
    Qt.ItemDataRole.BackgroundRole: lambda column, row: _colour(column.ground(row)),
}


class GridModel(QAbstractTableModel):
    """Rows of any kind under columns; nothing is kept of what is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = ()
        self.rows: Sequence[Any] = ()
        self.bold: Callable[[Any], bool] = lambda _row: False

    def show(self, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """Other columns and rows."""
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802
        """Rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802
        """Columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """Heads stand over their figures."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        return _SIDE[column.figure] if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _Index, role: int = 0) -> Any:
        """A cell's words, its looks and what a screen reader says."""
        column, row = self.columns[index.column()], self.rows[index.row()]
        asked = _ROLES.get(Qt.ItemDataRole(role))
        return None if asked is None else asked(column, row)

    def claim(self, index: _Index) -> Claim | None:
        """What proves a cell."""
        return self.columns[index.column()].claim(self.rows[index.row()]) if index.isValid() else None


class _Cells(QStyledItemDelegate):
    """Words in the colour the model says on the ground it says; a line below each row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, words, line, and a frame around the cell of the keyboard."""
        colours = theme.current()
        rect, state = option.rect, option.state
        model = index.model()
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
        elif isinstance(ground, QColor):
            painter.fillRect(rect, ground)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(colours.line))
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink if isinstance(ink, QColor) else QColor(colours.ink))
        font = QFont(option.font)
        if isinstance(model, GridModel) and model.bold(model.rows[index.row()]):
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        side = int(index.data(Qt.ItemDataRole.TextAlignmentRole))
        room = rect.adjusted(theme.space(2), 0, -theme.space(2), 0)
        shown = painter.fontMetrics().elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side, shown)
        view = option.widget
        if state & QStyle.StateFlag.State_HasFocus and isinstance(view, QTableView) and view.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))


class Grid(QTableView):
    """Cells by keyboard: arrows or J and K, Enter or Space opens the source, Ctrl+C copies.

    ``claim_chosen`` with what proves the cell, ``citation_chosen`` when its source is asked for, ``told`` with
    words about several selected figures, ``row_opened`` when a row without a source is opened.
    """

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    copied = Signal(str)
    marked = Signal(object)
    row_opened = Signal(object)
    heading_chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.rows = GridModel()
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.sectionClicked.connect(self.heading_chosen)
        theme.set_role(self, "plain")
        self.clicked.connect(self._clicked)
        self.frozen: Frozen | None = None
        self.horizontalScrollBar().valueChanged.connect(self._pushed)
        theme.on_change(self, self._fit)

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """Fill anew; the place of the keyboard is kept where the table allows."""
        here = self.currentIndex()
        at = (here.row(), here.column()) if here.isValid() else (0, 0)
        self.rows.show(columns, rows)
        self._fit()
        if rows and columns:
            index = self.rows.index(min(at[0], len(rows) - 1), min(at[1], len(columns) - 1))
            with_signals = self.blockSignals(True)
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.NoUpdate)
            self.blockSignals(with_signals)

    def choose(self, row: int, column: int) -> None:
        """Make a cell the only chosen one, in view."""
        index = self.rows.index(row, column)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def as_tsv(self) -> str:
        """The selected cells, or the whole table where one cell or none is selected."""
        ranges = self._ranges()
        if len(ranges) == 1 and ranges[0].width() * ranges[0].height() > 1:
            part = ranges[0]
            columns = self.rows.columns[part.left() : part.right() + 1]
            return tsv(columns, self.rows.rows[part.top() : part.bottom() + 1], self.accessibleName())
        return tsv(self.rows.columns, self.rows.rows, self.accessibleName())

    def selected_numbers(self) -> list[Decimal]:
        """The figures selected, in reading order; none where there are too many to add up at once."""
        ranges = self._ranges()
        if sum(r.width() * r.height() for r in ranges) > SUMMED:
            return []
        cells = sorted({(i.row(), i.column()) for i in self.selectionModel().selectedIndexes()})
        found = (self.rows.columns[c].number(self.rows.rows[r]) for r, c in cells)
        return [value for value in found if value is not None]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open, copy, move."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open_current()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit(self.as_tsv())
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K) and not event.modifiers():
            here = self.currentIndex()
            row = here.row() + (1 if key == Qt.Key.Key_J else -1)
            if here.isValid() and 0 <= row < self.rows.rowCount():
                self.choose(row, here.column())
        else:
            super().keyPressEvent(event)

    def open_current(self) -> None:
        """Show the source of the cell of the keyboard, or of the first cell of its row that has one."""
        here = self.currentIndex()
        if not here.isValid():
            return
        self._open(here)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        """One cell tells what proves it, several what they come to."""
        super().selectionChanged(selected, deselected)
        claim = self.rows.claim(self.currentIndex())
        if claim is not None:
            self.claim_chosen.emit(claim)
        self.marked.emit(self.selected_numbers())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The first column takes the room that is left."""
        super().resizeEvent(event)
        self._fit()

    def _ranges(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(number) for number in range(selection.count())]

    def _clicked(self, index: QModelIndex) -> None:
        if len(self.selectionModel().selectedIndexes()) == 1:
            self._open(index)

    def _open(self, index: _Index) -> None:
        row = self.rows.rows[index.row()]
        claims = (self.rows.claim(index), *(column.claim(row) for column in self.rows.columns))
        for claim in claims:
            inputs = claim.computation.inputs if claim is not None and claim.computation else ()
            cited = (*claim.citations, *inputs) if claim is not None else ()
            if cited:
                self.claim_chosen.emit(claim)
                self.citation_chosen.emit(cited[0])
                return
        self.row_opened.emit(row)

    def _fit(self) -> None:
        if not self.rows.columns:
            return
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        digit = self.fontMetrics().horizontalAdvance("0")
        heads = self.horizontalHeader().fontMetrics()
        widths = [
            max(digit * column.width, heads.horizontalAdvance(column.title)) + theme.space(4)
            for column in self.rows.columns
        ]
        least = min(_LEAST_NAME, widths[0])
        widths[0] = max(least, self.viewport().width() - sum(widths[1:]))
        for number, width in enumerate(widths):
            if self.columnWidth(number) != width:
                self.setColumnWidth(number, width)
        if self.frozen is not None:
            self.frozen.fit()

    def _pushed(self, by: int) -> None:
        """Made when first wanted: most tables are never scrolled sideways."""
        if by > 0 and self.frozen is None:
            self.frozen = Frozen(self)
            self.frozen.clicked.connect(self._clicked)
        if self.frozen is not None:
            self.frozen.fit()
