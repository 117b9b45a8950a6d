"""The statements side by side over their periods, with the checks they pass or fail."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QSplitter, QTabBar, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.evidence_list import ElidedLabel
from workbench.views.finance.forms import combo, fill
from workbench.views.finance.grid import Grid
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Sheet, part_of
from workbench.views.finance.statement_columns import check_columns, columns_of
from workbench.views.finance.statement_table import StatementTable
from workbench.views.finance.words import UNITS, Unit, amount, compared, unit_name
from workbench.views.flow import FlowLayout

KINDS = ("balance", "income", "cash")


class StatementsPage(QFrame):
    """One statement at a time; unit, scope, shares and growth are switched above it, its checks stand below."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._material: Material | None = None
        self.table: StatementTable | None = None
        self.unit: Unit = "yuan"
        self.kinds = QTabBar()
        self.kinds.setAccessibleName(tr("finance_pane.statement_kind"))
        self.kinds.setDrawBase(False)
        for kind in KINDS:
            self.kinds.addTab(tr(f"finance_pane.kind.{kind}"))
        self.company = combo("finance_pane.company")
        self.scope = combo("finance_pane.scope")
        self.units = combo("finance_pane.unit_name")
        for unit in UNITS:
            self.units.addItem(unit_name(unit), unit)
        self.shares = QCheckBox(tr("finance_pane.shares_short"))
        self.shares.setToolTip(tr("finance_pane.shares_tip"))
        self.growth = QCheckBox(tr("finance_pane.growth_short"))
        self.growth.setToolTip(tr("finance_pane.growth_tip"))
        self.filled = QCheckBox(tr("finance_pane.filled_short"))
        self.filled.setToolTip(tr("finance_pane.filled_tip"))
        self.filled.setChecked(True)
        self._rows: list[int] = []
        self.grid = Grid(tr("finance_pane.statement"))
        self.grid.rows.bold = lambda row: row.total or row.caption
        self.checks = Grid(tr("finance_pane.checks"))
        self.told = ElidedLabel()
        theme.set_role(self.told, "small")
        self.check_button = QPushButton()
        theme.set_role(self.check_button, "link")
        self.check_button.setToolTip(tr("finance_pane.toggle_checks"))
        self.check_button.setAccessibleName(tr("finance_pane.toggle_checks"))
        self._build()
        self._connect()

    def show_material(self, material: Material) -> None:
        """Another case, or the same one as it is now."""
        self._material = material
        companies = list(dict.fromkeys(company for company, _, _ in material.tables))
        fill(self.company, [(name or tr("finance_pane.nameless"), name) for name in companies])
        self.company.setVisible(len(companies) > 1)
        self._company_chosen()

    def focus_first(self) -> None:
        """Into the table."""
        self.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_tsv(self) -> str:
        """What is shown, for a spreadsheet."""
        return self.grid.as_tsv()

    def on_paper(self) -> Sheet:
        """The statement as shown; the checks below it where they are shown."""
        words = (self.company.currentText(), self.kinds.tabText(self.kinds.currentIndex()), self.scope.currentText())
        parts = (part_of(self.grid), part_of(self.checks, tr("finance_pane.checks")))
        shown = parts if self.checks.isVisible() else parts[:1]
        return Sheet(" ".join(w for w in words if w), shown, (self.check_button.text(),))

    def toggle_shares(self) -> None:
        """Show or hide the common size."""
        self.shares.toggle()

    def toggle_growth(self) -> None:
        """Show or hide the growth."""
        self.growth.toggle()

    def toggle_filled(self) -> None:
        """Show or hide lines without figures."""
        self.filled.toggle()

    def toggle_checks(self) -> None:
        """Show or hide the list of checks."""
        self.checks.setVisible(not self.checks.isVisible())

    def next_failure(self) -> None:
        """Go to the next figure that takes part in a check that fails."""
        table = self.table
        if table is None:
            return
        places = [(n, p) for n, row in enumerate(table.rows) for p in table.periods if p in row.doubtful]
        if not places:
            self.told.setText(tr("finance_pane.no_failure"))
            return
        here = (self.grid.currentIndex().row(), self.grid.currentIndex().column())
        cells = [(self._rows.index(row), self._column_of(period)) for row, period in places]
        self.grid.choose(*next((cell for cell in cells if cell > here), cells[0]))

    def choose_kind(self, kind: str) -> None:
        """Show the balance sheet, the income statement or the cash flows."""
        self.kinds.setCurrentIndex(KINDS.index(kind))

    def _build(self) -> None:
        bar = QWidget()
        flow = FlowLayout(bar)
        flow.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        for widget in (self.kinds, self.company, self.scope, self.units, self.shares, self.growth, self.filled):
            flow.addWidget(widget)
        below = QHBoxLayout()
        below.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        below.addWidget(self.check_button)
        below.addWidget(self.told, 1)
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.grid)
        split.addWidget(self.checks)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        self.checks.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(split, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.kinds.currentChanged.connect(self._show)
        self.company.activated.connect(self._company_chosen)
        self.scope.activated.connect(self._show)
        self.units.activated.connect(self._unit_chosen)
        self.shares.toggled.connect(self._show)
        self.growth.toggled.connect(self._show)
        self.filled.toggled.connect(self._show)
        self.check_button.clicked.connect(self.toggle_checks)
        for grid in (self.grid, self.checks):
            grid.claim_chosen.connect(self.claim_chosen)
            grid.copied.connect(self.copied)
        self.grid.citation_chosen.connect(self.citation_chosen)
        self.grid.marked.connect(self._tell)
        self.checks.citation_chosen.connect(self._go_to)
        self.checks.citation_chosen.connect(self.citation_chosen)

    def _company_chosen(self) -> None:
        scopes = dict.fromkeys(s for company, s, _ in self._tables() if company == self.company.currentData())
        fill(self.scope, [(tr(f"finance_pane.scope.{scope}"), scope) for scope in scopes])
        self.scope.setEnabled(len(scopes) > 1)
        self._show()

    def _unit_chosen(self) -> None:
        self.unit = self.units.currentData()
        self._show()

    def _tables(self) -> Sequence[tuple[str, str, str]]:
        return tuple(self._material.tables) if self._material else ()

    def _show(self) -> None:
        if self._material is None:
            return
        kind = KINDS[self.kinds.currentIndex()]
        key = (self.company.currentData(), self.scope.currentData(), kind)
        self.table = self._material.tables.get(key)
        self.grid.setAccessibleName(tr(f"finance_pane.kind.{kind}"))
        if self.table is None:
            self.grid.show_rows((), ())
            self.checks.show_rows((), ())
            self.check_button.setText("")
            self.told.setText(tr("finance_pane.no_statement"))
            return
        table = self.table
        columns = columns_of(table, self.unit, shares=self.shares.isChecked(), growth=self.growth.isChecked())
        self._rows = [n for n, row in enumerate(table.rows) if not self.filled.isChecked() or not row.blank]
        self.grid.show_rows(columns, [table.rows[n] for n in self._rows])
        ordered = sorted(table.checks, key=lambda check: check.ok)
        self.checks.show_rows(check_columns(table, self._say_amount), ordered)
        failed = sum(not check.ok for check in table.checks)
        key_of_words = "finance_pane.checks_fail" if failed else "finance_pane.checks_hold"
        self.check_button.setText(tr(key_of_words, count=len(table.checks), failed=failed))
        self._tell([])

    def _say_amount(self, value: Decimal) -> str:
        return amount(value, self.unit)

    def _go_to(self, citation: object) -> None:
        """Choose the cell a check names."""
        place = self.table.places.get(citation) if self.table else None  # type: ignore[call-overload]
        if self.table is None or place is None:
            return
        row, period = place
        if row not in self._rows:
            self.filled.setChecked(False)
        self.grid.choose(self._rows.index(row), self._column_of(period))

    def _column_of(self, period: str) -> int:
        step = 1 + self.shares.isChecked() + self.growth.isChecked()
        return 2 + step * (self.table.periods.index(period) if self.table else 0)

    def _tell(self, numbers: list[Decimal]) -> None:
        """Two figures tell their difference, several their sum; otherwise what stands unmapped."""
        unmapped = self.table.unmapped if self.table else 0
        hidden = len(self.table.rows) - len(self._rows) if self.table else 0
        rest = [tr("finance_pane.unmapped", count=unmapped)] if unmapped else []
        rest += [tr("finance_pane.hidden", count=hidden)] if hidden else []
        self.told.setText(compared(numbers, self._say_amount) or " · ".join(rest))
