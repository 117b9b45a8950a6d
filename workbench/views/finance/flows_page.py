"""Bank flows: the ledger, its parties and months, and what was found in them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QTabBar, QVBoxLayout

from workbench.i18n import tr
from workbench.models.finance import signal_rules
from workbench.models.finance.ledger import Month, Party
from workbench.models.finance.ledger.entry import Entry, Ledger
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.evidence_list import ElidedLabel
from workbench.views.finance.application_field import ApplicationField
from workbench.views.finance.flow_columns import entry_columns, month_columns, party_columns
from workbench.views.finance.grid import Column, Grid, tsv
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Part, Sheet, part_of
from workbench.views.finance.signal_cards import SignalCards
from workbench.views.finance.words import amount, compared
from workbench.views.job_runner import JobHandle, Lane

VIEWS = ("entries", "parties", "months", "found")
_PAUSE_MS = 120


def arranged(
    rows: Sequence[Any], words: str, said: Callable[[Any], str], key: Callable[[Any], Any] | None, *, down: bool
) -> list[Any]:
    """Rows that hold every word, in an order. Safe in a job."""
    wanted = words.casefold().split()
    found = [row for row in rows if all(word in said(row).casefold() for word in wanted)] if wanted else list(rows)
    return found if key is None else sorted(found, key=key, reverse=down)


class FlowsPage(QFrame):
    """Sorting, filtering and copying are done in jobs; the tables ask for what is seen."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    copied = Signal(str)
    applied_typed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ledger: Ledger | None = None
        self._rows: dict[str, Sequence[Any]] = {}
        self._columns: dict[str, list[Column]] = {}
        self._orders: dict[str, tuple[int, bool]] = {}
        self._job: JobHandle | None = None
        self.views = QTabBar()
        self.views.setDrawBase(False)
        self.views.setAccessibleName(tr("finance_pane.flow_views"))
        for view in VIEWS:
            self.views.addTab(tr(f"finance_pane.flow.{view}"))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("finance_pane.filter"))
        self.filter.setAccessibleName(tr("finance_pane.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(theme.space(56))
        needed = self.filter.fontMetrics().horizontalAdvance(self.filter.placeholderText()) + theme.space(7)
        self.filter.setMinimumWidth(min(needed, self.filter.maximumWidth()))
        self.applied = ApplicationField()
        self.head, self.told = ElidedLabel(cut=Qt.TextElideMode.ElideRight), ElidedLabel()
        self.grids = {view: Grid(tr(f"finance_pane.flow.{view}")) for view in VIEWS[:3]}
        self.cards = SignalCards()
        self.stack = QStackedWidget()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._connect()

    def show_material(self, material: Material) -> None:
        """Another case, or the same one as it is now."""
        ledger = material.review.ledger
        self._ledger = ledger
        self._orders = {}
        self._rows = {"entries": ledger.entries, "parties": material.parties, "months": material.months}
        self._columns = {
            "entries": entry_columns(ledger),
            "parties": party_columns(),
            "months": month_columns(material.months),
        }
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(False)
        for view, grid in self.grids.items():
            grid.show_rows(self._columns[view], self._rows[view])
        flows = {rule.id for rule in signal_rules() if rule.source == "flows"}
        found = [signal for signal in material.review.signals if signal.id in flows]
        self.cards.show_signals(found, _none_found(len(flows), known=material.review.subject.applied is not None))
        self.views.setTabText(3, tr("finance_pane.counted", name=tr("finance_pane.flow.found"), count=len(found)))
        subject = material.review.subject
        cited = next(iter(subject.applied_citations), None)
        self.applied.show_day(subject.applied, cited, own=material.applied_by_hand)
        self.head.setText(_standing(ledger))
        self.head.setToolTip(_breaks(ledger))

    def focus_first(self) -> None:
        """Into what is shown."""
        grid = self._grid()
        if grid is not None:
            grid.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.cards.focus_first()

    def focus_applied(self) -> None:
        """Into the day of the application."""
        self.views.setCurrentIndex(VIEWS.index("found"))
        self.applied.focus()

    def on_paper(self) -> Sheet:
        """What is shown, filtered and sorted as it is."""
        grid = self._grid()
        name = self.views.tabText(self.views.currentIndex())
        part: Part = part_of(grid) if grid is not None else self.cards.on_paper()
        return Sheet(f"{tr('finance_pane.view.flows')} {name}", (part,), (self.head.text(), self.told.text()))

    def focus_filter(self) -> None:
        """Into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def copy_whole(self, take: Callable[[str], object]) -> None:
        """The shown table as TSV, made in a job."""
        grid = self._grid()
        if grid is None:
            take(self.cards.as_tsv())
            return
        columns, rows, name = grid.rows.columns, grid.rows.rows, grid.accessibleName()
        self._desk.job_runner.start(Lane.IO, lambda _job: tsv(columns, rows, name), owner=self, on_done=take)

    def _build(self) -> None:
        for view in VIEWS[:3]:
            self.stack.addWidget(self.grids[view])
        self.stack.addWidget(self.cards)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        bar.setSpacing(theme.space(2))
        bar.addWidget(self.views)
        bar.addStretch(1)
        bar.addWidget(self.filter)
        bar.addWidget(self.applied)
        self.applied.hide()
        below = QHBoxLayout()
        below.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        for words in (self.head, self.told):
            theme.set_role(words, "small")
            below.addWidget(words, 3 if words is self.head else 2)
        self.told.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.views.currentChanged.connect(self._view_chosen)
        self.filter.textChanged.connect(lambda: self._pause.start())  # noqa: PLW0108 the text is not wanted
        self.filter.returnPressed.connect(self.focus_first)
        self._pause.timeout.connect(self._arrange)
        for view, grid in self.grids.items():
            grid.claim_chosen.connect(self.claim_chosen)
            grid.citation_chosen.connect(self.citation_chosen)
            grid.copied.connect(self.copied)
            grid.marked.connect(lambda numbers: self._tell(compared(numbers, amount)))
            grid.heading_chosen.connect(partial(self._order, view))
            grid.row_opened.connect(self._narrow)
        for told in (self.cards, self.applied):
            told.claim_chosen.connect(self.claim_chosen)
            told.citation_chosen.connect(self.citation_chosen)
        self.applied.day_typed.connect(self.applied_typed)
        self.applied.unclear.connect(self._tell)

    def _tell(self, words: str) -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _grid(self) -> Grid | None:
        return self.grids.get(VIEWS[self.views.currentIndex()])

    def _view_chosen(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        self.filter.setVisible(VIEWS[at] in self.grids)
        self.applied.setVisible(VIEWS[at] not in self.grids)
        self._tell("")
        self._arrange()

    def _order(self, view: str, column: int) -> None:
        """Sort by a column; once more turns the order."""
        before = self._orders.get(view)
        down = not before[1] if before is not None and before[0] == column else self._columns[view][column].figure
        self._orders[view] = (column, down)
        self._arrange()

    def _arrange(self) -> None:
        """Filter and sort what is shown, behind the window's back."""
        view = VIEWS[self.views.currentIndex()]
        if view not in self._rows:
            return
        if self._job is not None:
            self._job.cancel()
        rows, words = self._rows[view], self.filter.text()
        column, down = self._orders.get(view, (-1, False))
        key = self._columns[view][column].sort if column >= 0 else None
        said = _SAID[view]
        self._job = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: (view, column, down, arranged(rows, words, said, key, down=down)),
            owner=self,
            on_done=self._take,
        )

    def _take(self, found: tuple[str, int, bool, list[Any]]) -> None:
        view, column, down, rows = found
        self._job = None
        grid = self.grids[view]
        grid.show_rows(self._columns[view], rows)
        header = grid.horizontalHeader()
        header.setSortIndicatorShown(column >= 0)
        if column >= 0:
            header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        narrowed = len(rows) != len(self._rows[view])
        self._tell(tr("finance_pane.rows_found", count=f"{len(rows):,}") if narrowed else "")

    def _narrow(self, row: object) -> None:
        """A party or month opened shows its payments."""
        words = row.name if isinstance(row, Party) else row.month if isinstance(row, Month) else ""
        if words:
            self.filter.setText(words)
            self.views.setCurrentIndex(0)
            self.focus_first()


def _none_found(rules: int, *, known: bool) -> str:
    """What to say where no rule fired; without a day of the application one could not be tried."""
    said = tr("finance_pane.no_flow_signals", count=rules if known else rules - 1)
    return said if known else f"{said} {tr('finance_pane.no_applied')}"


def _said_entry(entry: Entry) -> str:
    return f"{entry.day.isoformat()} {entry.party} {entry.summary} {abs(entry.amount):,} {abs(entry.amount)}"


_SAID: dict[str, Callable[[Any], str]] = {
    "entries": _said_entry,
    "parties": lambda party: party.name,
    "months": lambda month: month.month,
}


def _standing(ledger: Ledger) -> str:
    if not ledger.entries:
        return ""
    breaks = sum(len(a.breaks) for a in ledger.accounts)
    checked = sum(a.checked for a in ledger.accounts)
    said = tr(
        "finance_pane.ledger",
        accounts=len(ledger.accounts),
        count=f"{len(ledger.entries):,}",
        first=ledger.first,
        last=ledger.last,
    )
    key = "finance_pane.balances_break" if breaks else "finance_pane.balances_hold"
    said = f"{said} · {tr(key, checked=f'{checked:,}', breaks=breaks)}"
    return f"{said} · {tr('finance_pane.skipped', count=ledger.skipped)}" if ledger.skipped else said


def _breaks(ledger: Ledger) -> str:
    lines = [f"{a.bank} {a.number} {a.holder}".strip() for a in ledger.accounts]
    return "\n".join(line for line in lines if line)
