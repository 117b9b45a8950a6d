"""Ratios as cards by group: value, trend, formula with its inputs, meaning; DuPont and Altman's Z″ beside them."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout

from workbench.i18n import in_terms, term, tr
from workbench.models.finance import Ratio, ratio_rules
from workbench.models.finance.ratios import RatioRule
from workbench.views import theme
from workbench.views.finance.altman_view import AltmanView
from workbench.views.finance.dupont_view import DuPontView
from workbench.views.finance.forms import chosen_id, combo, fill, label, list_choices, sidebar
from workbench.views.finance.grid import Column
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Part, Sheet, part_of
from workbench.views.finance.ratio_cards import RatioCard, RatioCards, name_of
from workbench.views.finance.ratio_detail import RatioDetail
from workbench.views.finance.words import NOTHING, as_cell

_EVERY, _DUPONT, _ALTMAN = "every", "dupont", "altman"


class RatiosPage(QFrame):
    """Groups left, cards right, the chosen card's computation below."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._material: Material | None = None
        self.groups = sidebar("finance_pane.groups")
        self.scope = combo("finance_pane.scope")
        self.period = combo("finance_pane.period")
        self.cards = RatioCards()
        self.detail = RatioDetail()
        self._dupont: DuPontView | None = None
        self._altman: AltmanView | None = None
        self.missing = label(role="small")
        self.stack = QStackedWidget()
        self._build()
        self._connect()

    def show_material(self, material: Material) -> None:
        """Another case, or the same one as it is now."""
        self._material = material
        fill(self.scope, [(tr(f"finance_pane.scope.{scope}"), scope) for scope in material.ratios])
        self.scope.setEnabled(len(material.ratios) > 1)
        self._scope_chosen()

    def focus_first(self) -> None:
        """Into the cards."""
        self.cards.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_tsv(self) -> str:
        """Every ratio over every period, for a spreadsheet."""
        ratios = self._ratios()
        periods = self._periods()
        heads = [tr("finance_pane.group_head"), tr("finance_pane.ratio"), tr("finance_pane.unit_name"), *periods]
        lines = ["\t".join(heads)]
        for rule in ratio_rules():
            if rule.name in ratios:
                by_period = ratios[rule.name]
                values = [v for p in periods for v in [by_period[p].value if p in by_period else None]]
                said = ["" if v is None else format(v, "f") for v in values]
                words = [term(rule.group), name_of(rule), term(rule.unit)]
                lines.append("\t".join([*(as_cell(w, figure=False) for w in words), *said]))
        return "\n".join(lines)

    def on_paper(self) -> Sheet:
        """The chosen group over every period; the tree or the score where one of them is chosen."""
        chosen = chosen_id(self.groups)
        title = " ".join((tr("finance_pane.view.ratios"), self.scope.currentText()))
        if chosen == _DUPONT:
            said = (self.dupont.told.text(), self.dupont.source.text())
            return Sheet(tr("finance_pane.dupont"), (self.dupont.on_paper(),), said)
        if chosen == _ALTMAN:
            said = (self.altman.told.text(), self.altman.source.text())
            return Sheet(tr("finance_pane.altman"), (part_of(self.altman.parts),), said)
        groups = dict.fromkeys(rule.group for rule in ratio_rules() if chosen in (_EVERY, rule.group))
        return Sheet(title, tuple(self._group_on_paper(group) for group in groups))

    def _group_on_paper(self, group: str) -> Part:
        ratios = self._ratios()
        rows = [rule for rule in ratio_rules() if rule.group == group and rule.name in ratios]
        known = [rule for rule in rows if any(r.value is not None for r in ratios[rule.name].values())]
        columns = [Column(tr("finance_pane.ratio"), name_of)]
        columns += [Column(p, partial(_printed, ratios, p), figure=True) for p in self._periods()]
        columns.append(Column(tr("finance_pane.formula"), lambda rule: in_terms(rule.shown), width=38))
        return Part(term(group), tuple(columns), known)

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        bar.setSpacing(theme.space(2))
        bar.addWidget(self.scope)
        bar.addWidget(self.period)
        bar.addWidget(self.missing)
        bar.addStretch(1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.cards)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        self.stack.addWidget(split)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(bar)
        right.addWidget(self.stack, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.groups)
        across.addLayout(right, 1)

    def _connect(self) -> None:
        self.scope.activated.connect(self._scope_chosen)
        self.period.activated.connect(self._show)
        self.groups.currentRowChanged.connect(self._show)
        self.cards.chosen.connect(self._show_ratio)
        self.cards.opened.connect(self.detail.open_first)
        self.detail.claim_chosen.connect(self.claim_chosen)
        self.detail.citation_chosen.connect(self.citation_chosen)

    @property
    def dupont(self) -> DuPontView:
        """The tree, made when first wanted."""
        if self._dupont is None:
            self._dupont = DuPontView()
            self._add(self._dupont)
        return self._dupont

    @property
    def altman(self) -> AltmanView:
        """The score, made when first wanted."""
        if self._altman is None:
            self._altman = AltmanView()
            self._add(self._altman)
        return self._altman

    def _add(self, view: DuPontView | AltmanView) -> None:
        self.stack.addWidget(view)
        view.claim_chosen.connect(self.claim_chosen)
        view.citation_chosen.connect(self.citation_chosen)

    def _ratios(self) -> Mapping[str, Mapping[str, Ratio]]:
        return self._material.ratios.get(self.scope.currentData(), {}) if self._material else {}

    def _periods(self) -> list[str]:
        return sorted({period for by_period in self._ratios().values() for period in by_period}, reverse=True)

    def _scope_chosen(self) -> None:
        periods = self._periods()
        fill(self.period, [(period, period) for period in periods])
        ratios = self._ratios()
        counted: dict[str, int] = {}
        for rule in ratio_rules():
            if any(r.value is not None for r in ratios.get(rule.name, {}).values()):
                counted[rule.group] = counted.get(rule.group, 0) + 1
        groups = [(g, tr("finance_pane.counted", name=term(g), count=n)) for g, n in counted.items()]
        every = (_EVERY, tr("finance_pane.counted", name=tr("finance_pane.every"), count=sum(counted.values())))
        more = [(_DUPONT, tr("finance_pane.dupont"))] if self._material and self._material.dupont else []
        more += [(_ALTMAN, tr("finance_pane.altman"))] if self._material and self._material.altman else []
        list_choices(self.groups, [every, *groups, *more])
        self._show()

    def _show(self) -> None:
        if self._material is None:
            return
        chosen = chosen_id(self.groups)
        period = self.period.currentData() or ""
        if chosen == _DUPONT:
            self.dupont.show_parts(self._material.dupont, period)
            self.stack.setCurrentWidget(self.dupont)
        elif chosen == _ALTMAN:
            self.altman.show_scores(self._material.altman, period)
            self.stack.setCurrentWidget(self.altman)
        else:
            self._show_cards(chosen, period)
            self.stack.setCurrentIndex(0)
        self.missing.setVisible(self.stack.currentIndex() == 0)

    def _show_cards(self, group: str, period: str) -> None:
        ratios, periods = self._ratios(), self._periods()[::-1]
        cards, without = [], 0
        for rule in ratio_rules():
            by_period = ratios.get(rule.name, {})
            if period not in by_period or group not in (_EVERY, rule.group):
                continue
            if by_period[period].value is None:
                without += 1
                if group == _EVERY:
                    continue
            cards.append(RatioCard(rule, by_period[period], _values(by_period, periods), tuple(periods)))
        cards.sort(key=lambda card: card.ratio.value is None)
        self.cards.show_cards(cards)
        self.missing.setText(tr("finance_pane.not_computed", count=without) if without else "")
        self._show_ratio(cards[0] if cards else None)

    def _show_ratio(self, card: object) -> None:
        self.detail.show_card(card if isinstance(card, RatioCard) else None, tell=self.cards.hasFocus())


def _printed(ratios: Mapping[str, Mapping[str, Ratio]], period: str, rule: RatioRule) -> str:
    ratio = ratios[rule.name].get(period)
    return NOTHING if ratio is None else ratio.display


def _values(by_period: Mapping[str, Ratio], periods: Sequence[str]) -> tuple[Ratio | None, ...]:
    return tuple(by_period.get(period) for period in periods)
