"""All signals of a case, and every rule that was tried over its statements."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout

from workbench.i18n import in_terms, tr
from workbench.models.evidence import Claim
from workbench.models.finance import Assessment
from workbench.views import theme
from workbench.views.finance.forms import label
from workbench.views.finance.grid import Column, Grid
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Sheet, part_of
from workbench.views.finance.signal_cards import SignalCards, level_words

_STATES = {"fired": "▲", "clear": "✓", "unknown": "○"}
_INKS = {"fired": "unproven", "clear": "traced", "unknown": "muted"}


class SignalsPage(QFrame):
    """Cards of what fired; beside them the rules, fired, clear or without figures."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.views = QTabBar()
        self.views.setDrawBase(False)
        self.views.setAccessibleName(tr("finance_pane.signals"))
        self.views.addTab("")
        self.views.addTab("")
        self.cards = SignalCards()
        self.rules = Grid(tr("finance_pane.rules"))
        self.told = label(role="small")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.cards)
        self.stack.addWidget(self.rules)
        self.cards.offer(tr("finance_pane.show_rules"), lambda: self.views.setCurrentIndex(1))
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        bar.addWidget(self.views)
        bar.addStretch(1)
        bar.addWidget(self.told)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)
        self.views.currentChanged.connect(self.stack.setCurrentIndex)
        self.rules.copied.connect(self.copied)
        for view in (self.cards, self.rules):
            view.claim_chosen.connect(self.claim_chosen)
            view.citation_chosen.connect(self.citation_chosen)

    def show_material(self, material: Material) -> None:
        """Another case, or the same one as it is now."""
        signals, tried = material.review.signals, material.assessments
        self.cards.show_signals(signals, tr("finance_pane.no_signals", count=len(tried)))
        self.views.setTabText(0, tr("finance_pane.counted", name=tr("finance_pane.fired"), count=len(signals)))
        self.views.setTabText(1, tr("finance_pane.counted", name=tr("finance_pane.rules"), count=len(tried)))
        order = list(_STATES)
        self.rules.show_rows(_columns(), sorted(tried, key=lambda a: order.index(a.state)))
        unknown = sum(a.state == "unknown" for a in tried)
        self.told.setText(tr("finance_pane.rules_unknown", count=unknown) if unknown else "")

    def focus_first(self) -> None:
        """Into the first card, or the rules."""
        if self.stack.currentWidget() is self.cards and self.cards.cards:
            self.cards.focus_first()
        else:
            self.views.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_tsv(self) -> str:
        """What is shown, for a spreadsheet."""
        return self.cards.as_tsv() if self.stack.currentWidget() is self.cards else self.rules.as_tsv()

    def on_paper(self) -> Sheet:
        """What fired, or the rules that were tried."""
        fired = self.stack.currentWidget() is self.cards
        part = self.cards.on_paper() if fired else part_of(self.rules)
        return Sheet(self.views.tabText(self.views.currentIndex()), (part,), (self.told.text(),))


def _columns() -> list[Column]:
    return [
        Column(tr("finance_pane.rule"), lambda a: a.rule.name, width=20, claim=_claim),
        Column(
            tr("finance_pane.state"),
            _state,
            width=12,
            claim=_claim,
            ink=lambda a: _INKS[a.state],
        ),
        Column(tr("finance_pane.signal_head.level"), lambda a: level_words(a.rule.level), width=10, claim=_claim),
        Column(tr("finance_pane.note"), _note, width=34, claim=_claim, tip=_note),
    ]


def _claim(assessment: Assessment) -> Claim | None:
    return assessment.signal.claim() if assessment.signal is not None else None


def _state(assessment: Assessment) -> str:
    return f"{_STATES[assessment.state]} {tr(f'finance_pane.state.{assessment.state}')}"


def _note(assessment: Assessment) -> str:
    if assessment.signal is not None:
        return assessment.signal.explanation
    return tr("finance_pane.missing_figure", name=in_terms(assessment.missing)) if assessment.missing else ""
