"""Short names of the open case: a small table, checked as it is written, kept at once."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from workbench.errors import DamagedDocument, WorkbenchError
from workbench.i18n import tr
from workbench.models.retrieval.own_glossary import Entry, Fault, as_csv, faults, from_csv, keep_entries, own_entries
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.shortcuts import named
from workbench.views.theme import row_height, set_role, space

_ROWS = 7
_FILES = "CSV (*.csv)"
_LARGEST = 4 << 20
_ONE_WAY = Qt.ItemDataRole.UserRole


class _Table(QTableWidget):
    """Two columns written by hand; Delete takes the chosen rows out, Insert begins another."""

    def __init__(self, remove: Callable[[], None], add: Callable[[], None]) -> None:
        super().__init__(0, 2)
        self._remove = remove
        self._add = add
        named(self, tr("glossary.title"), tr("glossary.help"))
        self.setHorizontalHeaderLabels([tr("glossary.short"), tr("glossary.full")])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_height())
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setTabKeyNavigation(False)
        head = self.horizontalHeader()
        for bar in (head, self.verticalHeader()):
            named(bar, tr("glossary.title"))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(0, space(45))
        self.setMinimumHeight(row_height() * _ROWS)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Delete and Insert; Enter writes in the cell."""
        if self.state() is QAbstractItemView.State.EditingState:
            # Enter that ended an editor comes by here on its way up.
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        elif event.key() == Qt.Key.Key_Insert:
            self._add()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.editItem(self.currentItem())
        else:
            super().keyPressEvent(event)


class GlossaryCard(QFrame):
    """Shows what the open case keeps; every good row is kept as soon as it is written."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        set_role(self, "card")
        self._desk = desk
        self._case: str | None = None
        self.choose_file: Callable[[], str] = self._ask_file
        self.choose_target: Callable[[], str] = self._ask_target
        self.table = _Table(self.remove, self.add)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        runs = {"add": self.add, "remove": self.remove, "import": self.bring_csv, "export": self.save_csv}
        self.buttons = {name: self._button(name, run) for name, run in runs.items()}
        words = QLabel(tr("glossary.help"))
        words.setWordWrap(True)
        set_role(words, "small")
        row = QHBoxLayout()
        row.setSpacing(space(2))
        for button in self.buttons.values():
            row.addWidget(button)
        row.insertStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(2))
        column.addWidget(words)
        column.addWidget(self.table)
        column.addWidget(self.said)
        column.addLayout(row)
        self.table.itemChanged.connect(lambda _item: self._changed())
        theme.on_change(self, self._mark)
        self.show_case(None)

    def _button(self, name: str, run: Callable[[], None]) -> QPushButton:
        button = named(QPushButton(tr(f"glossary.{name}")), tr(f"glossary.{name}"), tr("glossary.title"))
        button.clicked.connect(lambda _=False: run())
        return button

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows as they are written, good or not."""
        return tuple(self._entry(row) for row in range(self.table.rowCount()))

    def show_case(self, case: str | None) -> None:
        """Another case's short names."""
        self._case = case
        self._fill(())
        usable = case is not None and self._desk.library is not None
        for widget in (self.table, *self.buttons.values()):
            widget.setEnabled(usable)
        library = self._desk.library
        if case is not None and library is not None:
            self._desk.job_runner.start(
                Lane.STORE,
                lambda _job: (case, own_entries(library, case)),
                self,
                lambda found: self._fill(found[1]) if found[0] == self._case else None,
                self._desk.warn,
            )

    def focus_first(self) -> None:
        """Put the keyboard into the table."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def add(self) -> None:
        """Another row, to be written now; an empty one that is there is taken."""
        empty = next((row for row, entry in enumerate(self.entries) if not entry.short and not entry.full), None)
        if empty is None:
            empty = self.table.rowCount()
            self._put(empty, Entry("", ""))
            self._mark()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.setCurrentCell(empty, 0)
        self.table.editItem(self._item(empty, 0))

    def remove(self) -> None:
        """Take the chosen rows out."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()}, reverse=True)
        for row in rows:
            self.table.removeRow(row)
        if rows:
            self._changed()

    def bring_csv(self) -> None:
        """Add the entries of a file; a short name that is here already keeps its full name."""
        name = self.choose_file()
        if not name:
            return
        self._desk.job_runner.start(
            Lane.IO, lambda _job: from_csv(_read(Path(name))), self, self._take, self._desk.warn
        )

    def save_csv(self) -> None:
        """Write the good entries to a file."""
        name = self.choose_target()
        if not name:
            return
        path = Path(name)
        path = path if path.suffix.lower() == ".csv" else path.with_name(f"{path.name}.csv")
        entries = self.entries
        good = [entry for entry, fault in zip(entries, faults(entries), strict=True) if fault is None]
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: _write(path, as_csv(good)),
            self,
            lambda _none: self._desk.notify(tr("glossary.exported", name=path.name, count=len(good))),
            self._desk.warn,
        )

    def _take(self, found: Sequence[Entry]) -> None:
        before = self.entries
        there = {entry.short for entry in before}
        fresh = [entry for entry in found if entry.short not in there]
        self._fill([*(e for e in before if e.short or e.full), *fresh])
        self._keep()
        self._desk.notify(tr("glossary.imported", count=len(fresh), left=len(found) - len(fresh)))

    def _fill(self, entries: Sequence[Entry]) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        self.table.blockSignals(False)
        for row, entry in enumerate(entries):
            self._put(row, entry)
        self._mark()

    def _put(self, row: int, entry: Entry) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(max(self.table.rowCount(), row + 1))
        for column, words in enumerate((entry.short, entry.full)):
            item = QTableWidgetItem(words)
            item.setData(_ONE_WAY, entry.one_way)
            self.table.setItem(row, column, item)
        self.table.blockSignals(False)

    def _entry(self, row: int) -> Entry:
        short, full = (self._item(row, column) for column in (0, 1))
        return Entry(short.text().strip(), full.text().strip(), bool(short.data(_ONE_WAY)))

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        assert item is not None
        return item

    def _changed(self) -> None:
        self._mark()
        self._keep()

    def _keep(self) -> None:
        library, case, entries = self._desk.library, self._case, self.entries
        if library is not None and case is not None:
            self._desk.job_runner.start(
                Lane.STORE,
                lambda _job: keep_entries(library, case, entries),
                self,
                on_error=self._desk.warn,
                saves=True,
            )

    def _mark(self) -> None:
        """Rows that can't be used are red and say why; what is being written for the first time is let be."""
        entries = self.entries
        wrong = faults(entries)
        colours = theme.current()
        self.table.blockSignals(True)
        for row, fault in enumerate(wrong):
            new = not entries[row].short and not entries[row].full
            for column in (0, 1):
                item = self._item(row, column)
                item.setForeground(QColor(colours.ink if fault is None else colours.unproven))
                item.setToolTip("" if fault is None or new else _why(fault))
        self.table.blockSignals(False)
        self._say(entries, wrong)

    def _say(self, entries: Sequence[Entry], wrong: Sequence[Fault | None]) -> None:
        first = next((n for n, f in enumerate(wrong) if f and (entries[n].short or entries[n].full)), None)
        fault = wrong[first] if first is not None else None
        set_role(self.said, "small" if fault is None else "error")
        if first is not None and fault is not None:
            self.said.setText(tr("glossary.row_wrong", row=first + 1, why=_why(fault)))
        elif self._case is None:
            self.said.setText(tr("glossary.no_case"))
        else:
            self.said.setText(tr("glossary.kept", count=sum(f is None for f in wrong)))

    def _ask_file(self) -> str:
        return QFileDialog.getOpenFileName(self, tr("glossary.import"), "", _FILES)[0]

    def _ask_target(self) -> str:
        return QFileDialog.getSaveFileName(self, tr("glossary.export"), f"{tr('glossary.title')}.csv", _FILES)[0]


def _why(fault: Fault) -> str:
    return tr(f"glossary.fault.{fault.value}")


def _read(path: Path) -> bytes:
    """A file's content. Raises DamagedDocument for what can't be read or is no list of names."""
    try:
        if path.stat().st_size > _LARGEST:
            raise DamagedDocument(tr("glossary.not_read"), tr("glossary.not_read_hint"))
        return path.read_bytes()
    except OSError as error:
        raise DamagedDocument(tr("glossary.not_read"), tr("glossary.not_read_hint"), str(error)) from error


def _write(path: Path, data: bytes) -> None:
    """Raises WorkbenchError where the place can't be written to."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise WorkbenchError(
            tr("glossary.not_saved", name=path.name), tr("glossary.not_saved_hint"), str(error)
        ) from error
