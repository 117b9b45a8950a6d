"""The chosen ratio worked out: formula, inputs that lead to their sources, meaning, values over the periods."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import term, tr
from workbench.models.evidence import Citation
from workbench.models.finance.accounts import any_account
from workbench.views import theme
from workbench.views.evidence_list import short_where
from workbench.views.finance.forms import label, link
from workbench.views.finance.ratio_cards import RatioCard, name_of
from workbench.views.flow import FlowLayout


class RatioDetail(QScrollArea):
    """What a figure is made of."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._card: RatioCard | None = None
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("finance_pane.detail"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.set_role(self, "panel")
        self.name = label(role="heading", wrap=True)
        self.meaning = label(wrap=True)
        self.formula = label(role="muted", wrap=True)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.values = label(role="muted", wrap=True)
        self.source = label(role="small", wrap=True)
        self.inputs: list[QPushButton] = []
        self._inputs = QWidget()
        self._flow = FlowLayout(self._inputs)
        sheet = QFrame()
        theme.set_role(sheet, "panel")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(1.5))
        for widget in (self.name, self.formula, self._inputs, self.values, self.meaning, self.source):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(sheet)

    def show_card(self, card: RatioCard | None, *, tell: bool = False) -> None:
        """Another ratio; ``tell``: a person chose it, so its evidence is listed."""
        self._card = card
        for button in self.inputs:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.inputs = []
        if card is None:
            for words in (self.name, self.meaning, self.formula, self.values, self.source):
                words.clear()
            return
        ratio, rule = card.ratio, card.rule
        self.name.setText(f"{name_of(rule)}  {ratio.period}  {ratio.display}")
        self.formula.setText(ratio.formula)
        self.meaning.setText(rule.meaning)
        note = f"{ratio.note} · " if ratio.note else ""
        self.source.setText(f"{note}{tr('finance_pane.source', source=term(rule.source))}")
        said = [f"{r.period} {r.display}" for r in card.series if r is not None]
        self.values.setText(tr("finance_pane.joiner").join(reversed(said)))
        for cited in ratio.inputs:
            line = f"{_line(cited)} · {short_where(cited.anchor)}"
            button = link(line, lambda cited=cited: self._open(cited), cited.quote)  # type: ignore[misc]
            self._flow.addWidget(button)
            self.inputs.append(button)
        self._inputs.setVisible(bool(self.inputs))
        if tell:
            self.claim_chosen.emit(ratio.claim())

    def open_first(self) -> None:
        """Show the source of the first input."""
        if self._card is not None and self._card.ratio.inputs:
            self._open(self._card.ratio.inputs[0])

    def _open(self, cited: Citation) -> None:
        if self._card is not None:
            self.claim_chosen.emit(self._card.ratio.claim())
        self.citation_chosen.emit(cited)


def _line(cited: Citation) -> str:
    """The line's name and figure out of the words of a row."""
    parts = [part.strip() for part in cited.quote.split("\t") if part.strip()]
    account = any_account(parts[0]) if len(parts) > 1 else None
    name = term(account.name) if account is not None and term(account.name) != account.name else parts[0]
    return f"{name} {parts[-1]}" if len(parts) > 1 else cited.quote.strip()[:40]
