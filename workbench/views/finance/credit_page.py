"""Credit reports: what they say of debts, guarantees and enquiries, each field with its place."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout

from workbench.i18n import term, tr
from workbench.models.evidence import Claim, Status
from workbench.models.finance import CreditReport
from workbench.views import theme
from workbench.views.finance.forms import combo, fill, label
from workbench.views.finance.grid import Column, Grid
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Sheet, part_of
from workbench.views.finance.words import NOTHING, amount

VIEWS = ("summary", "debts", "guarantees", "enquiries")
_COUNTS = frozenset(("lenders", "outstanding", "settled", "overdue_months"))


class CreditPage(QFrame):
    """One report at a time."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._reports: tuple[CreditReport, ...] = ()
        self.reports = combo("finance_pane.credit_report")
        self.views = QTabBar()
        self.views.setDrawBase(False)
        self.views.setAccessibleName(tr("finance_pane.credit_views"))
        for view in VIEWS:
            self.views.addTab(tr(f"finance_pane.credit.{view}"))
        self.warning = label(role="error", wrap=True)
        self.grids = [Grid(tr(f"finance_pane.credit.{view}")) for view in VIEWS]
        self.stack = QStackedWidget()
        for grid in self.grids:
            self.stack.addWidget(grid)
            grid.claim_chosen.connect(self.claim_chosen)
            grid.citation_chosen.connect(self.citation_chosen)
            grid.copied.connect(self.copied)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        bar.addWidget(self.reports)
        bar.addWidget(self.views)
        bar.addStretch(1)
        warned = QHBoxLayout()
        warned.setContentsMargins(theme.space(3), 0, theme.space(3), 0)
        warned.addWidget(self.warning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(warned)
        column.addWidget(self.stack, 1)
        self.views.currentChanged.connect(self.stack.setCurrentIndex)
        self.reports.activated.connect(self._show)

    def show_material(self, material: Material) -> None:
        """Another case, or the same one as it is now."""
        self._reports = material.review.reports
        kinds = [(tr(f"finance_pane.report.{r.kind}"), r.subject, r.made) for r in self._reports]
        fill(self.reports, [(f"{kind} {who} {made or ''}".strip(), n) for n, (kind, who, made) in enumerate(kinds)])
        self._show()

    def focus_first(self) -> None:
        """Into the table."""
        self.grids[self.stack.currentIndex()].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_tsv(self) -> str:
        """What is shown, for a spreadsheet."""
        return self.grids[self.stack.currentIndex()].as_tsv()

    def on_paper(self) -> Sheet:
        """The whole report."""
        parts = tuple(part_of(grid, grid.accessibleName()) for grid in self.grids)
        return Sheet(self.reports.currentText(), parts, (self.warning.text(),))

    def _show(self) -> None:
        at = self.reports.currentData()
        if at is None:
            for grid in self.grids:
                grid.show_rows((), ())
            return
        report = self._reports[at]
        summary, debts, guarantees, enquiries = self.grids
        summary.show_rows(_summary_columns(report), _fields(report))
        debts.show_rows(_debt_columns(), sorted(report.debts, key=lambda d: d.settled))
        guarantees.show_rows(_guarantee_columns(), report.guarantees)
        enquiries.show_rows(_enquiry_columns(), report.enquiries)
        said = [
            tr("finance_pane.disagree", name=_field_name(name), told=amount(told), summed=amount(summed))
            for name, told, summed in report.disagreements()
        ]
        self.warning.setText("\n".join(f"⚠ {words}" for words in said))
        self.warning.setVisible(bool(said))


def _field_name(name: str) -> str:
    return tr(f"finance_pane.credit_field.{name}")


def _fields(report: CreditReport) -> list[tuple[str, str, Claim | None]]:
    who = [
        ("subject", report.subject),
        ("code", report.code),
        ("number", report.number),
        ("made", report.made.isoformat() if report.made else ""),
    ]
    rows: list[tuple[str, str, Claim | None]] = [(_field_name(k), v, None) for k, v in who if v]
    for name, told in report.told.items():
        words = f"{told.value:,}" if name in _COUNTS else amount(told.value)
        claim = Claim(f"{_field_name(name)} {words}", Status.TRACED, (told.citation,))
        rows.append((_field_name(name), words, claim))
    return rows


def _summary_columns(_report: CreditReport) -> list[Column]:
    return [
        Column(tr("finance_pane.field"), lambda f: f[0], width=20, claim=lambda f: f[2]),
        Column(tr("finance_pane.value"), lambda f: f[1], figure=True, width=26, claim=lambda f: f[2]),
    ]


def _cited(said: Callable[[Any], str]) -> Callable[[Any], Claim]:
    return lambda row: Claim(said(row), Status.TRACED, (row.citation,))


def _columns(key: str, claim: Callable[[Any], Claim], parts: Sequence[tuple[str, int, bool]]) -> list[Column]:
    """Columns of a kind of row: the names of its fields, their width, and whether they are figures."""
    return [
        Column(
            tr(f"finance_pane.{key}.{name}"),
            lambda row, name=name: _shown(name, row),  # type: ignore[misc]
            figure=figure,
            width=width,
            claim=claim,
            tip=lambda row, name=name: _words(getattr(row, name)),  # type: ignore[misc]
        )
        for name, width, figure in parts
    ]


def _shown(name: str, row: Any) -> str:
    """The class in the user's language; what lenders and products are called stays as printed."""
    words = _words(getattr(row, name))
    return term(words) if name == "five_class" else words


def _words(value: object) -> str:
    match value:
        case None | "":
            return NOTHING
        case bool():
            return tr("finance_pane.yes") if value else tr("finance_pane.no")
        case Decimal():
            return amount(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _debt_columns() -> list[Column]:
    claim = _cited(lambda d: f"{d.lender} {d.product} {amount(d.balance)}")
    parts = (
        ("lender", 20, False),
        ("product", 14, False),
        ("amount", 14, True),
        ("balance", 14, True),
        ("five_class", 6, False),
        ("overdue", 12, True),
        ("opened", 10, False),
        ("due", 10, False),
        ("settled", 6, False),
    )
    return _columns("debt", claim, parts)


def _guarantee_columns() -> list[Column]:
    claim = _cited(lambda g: f"{g.debtor} {amount(g.balance)}")
    parts = (
        ("debtor", 22, False),
        ("lender", 18, False),
        ("amount", 14, True),
        ("balance", 14, True),
        ("five_class", 6, False),
        ("due", 10, False),
    )
    return _columns("guarantee", claim, parts)


def _enquiry_columns() -> list[Column]:
    claim = _cited(lambda e: f"{e.day.isoformat()} {e.by} {e.reason}")
    return _columns(
        "enquiry", claim, (("by", 24, False), ("day", 10, False), ("reason", 16, False), ("hunting", 8, False))
    )
