"""Lines and ratios over the years as a chart, with the figures below it."""

from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListWidgetItem, QSplitter, QVBoxLayout

from workbench.i18n import term, tr
from workbench.models.evidence import Claim
from workbench.models.finance import Trend, key_of, ratio_rules
from workbench.models.finance.analysis import trend
from workbench.models.finance.display import said
from workbench.views import theme
from workbench.views.evidence_list import ElidedLabel
from workbench.views.finance.chart import TONES, Series, TrendChart
from workbench.views.finance.forms import fit_width, link, sidebar
from workbench.views.finance.grid import Column, Grid
from workbench.views.finance.material import Material, wanted_lines
from workbench.views.finance.on_paper import Sheet, part_of
from workbench.views.finance.ratio_cards import name_of
from workbench.views.finance.words import NOTHING, change

_TREND = Qt.ItemDataRole.UserRole


class TrendsPage(QFrame):
    """Lines are chosen left (several of one unit together), drawn and listed right."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    picture_wanted = Signal()
    copied = Signal(str)
    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._material: Material | None = None
        self.lines = sidebar("finance_pane.lines")
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.chart = TrendChart()
        self.grid = Grid(tr("finance_pane.trend_table"))
        self.hint = ElidedLabel(tr("finance_pane.trend_hint"), Qt.TextElideMode.ElideRight)
        theme.set_role(self.hint, "small")
        self.save = link(tr("finance_pane.save_picture"), self.picture_wanted.emit)
        self.copy = link(tr("finance_pane.copy_picture"), self.copy_picture)
        self._build()
        self.lines.itemSelectionChanged.connect(self._show)
        self.grid.claim_chosen.connect(self.claim_chosen)
        self.grid.citation_chosen.connect(self.citation_chosen)
        self.grid.copied.connect(self.copied)

    def show_material(self, material: Material) -> None:
        """Another case, or the same one as it is now."""
        self._material = material
        chosen = {item.data(_TREND).name for item in self.lines.selectedItems()}
        self.lines.blockSignals(True)
        self.lines.clear()
        for name, line in _lines(material):
            item = QListWidgetItem(name)
            item.setData(_TREND, line)
            self.lines.addItem(item)
            item.setSelected(line.name in chosen)
        if self.lines.count() and not self.lines.selectedItems():
            self.lines.setCurrentRow(0)
        self.lines.blockSignals(False)
        fit_width(self.lines)
        self._show()

    def focus_first(self) -> None:
        """Into the list of lines."""
        self.lines.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_tsv(self) -> str:
        """The figures shown, for a spreadsheet."""
        return self.grid.as_tsv()

    def on_paper(self) -> Sheet:
        """The chart with its figures."""
        names = tr("finance_pane.joiner").join(name for name, _ in self._chosen())
        return Sheet(names, (part_of(self.grid),), picture=None if self.chart.empty else self.chart.picture(4.0))

    def copy_picture(self) -> None:
        """The chart to the clipboard."""
        if not self.chart.empty:
            QGuiApplication.clipboard().setImage(self.chart.picture())
            self.told.emit(tr("finance_pane.picture_copied"))

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        bar.addWidget(self.hint, 1)
        bar.addWidget(self.copy)
        bar.addWidget(self.save)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.chart)
        split.addWidget(self.grid)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(bar)
        right.addWidget(split, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.lines)
        across.addLayout(right, 1)

    def _chosen(self) -> list[tuple[str, Trend]]:
        """The chosen lines that share the unit of the first."""
        here = [(item.text(), item.data(_TREND)) for item in self.lines.selectedItems()]
        here.sort(key=lambda pair: [self.lines.item(n).text() for n in range(self.lines.count())].index(pair[0]))
        return [pair for pair in here if pair[1].unit == here[0][1].unit][: len(TONES)]

    def _show(self) -> None:
        chosen = self._chosen()
        periods = sorted({period for _, line in chosen for period, _ in line.values})
        values = [dict(line.values) for _, line in chosen]
        series = [
            Series(name, tuple(found.get(p) for p in periods), partial(_said, line.unit))
            for (name, line), found in zip(chosen, values, strict=True)
        ]
        self.chart.show_series(tr("finance_pane.joiner").join(name for name, _ in chosen), periods, series)
        self.grid.show_rows(self._columns(periods), chosen)

    def _columns(self, periods: list[str]) -> list[Column]:
        columns = [Column(tr("finance_pane.item"), lambda row: row[0], width=20)]
        for period in reversed(periods):
            columns.append(
                Column(
                    period,
                    partial(_value, period),
                    figure=True,
                    width=13,
                    claim=partial(self._claim, period),
                    said=partial(_cell_said, period),
                )
            )
            columns.append(
                Column(
                    tr("finance_pane.growth_head"),
                    partial(_moved, period),
                    figure=True,
                    width=10,
                    ink=lambda _row: "muted",
                )
            )
        if any(line.cagr is not None for _, line in self._chosen()):
            columns.append(Column(tr("finance_pane.cagr"), lambda row: change(row[1].cagr), figure=True, width=9))
        return columns

    def _claim(self, period: str, row: tuple[str, Trend]) -> Claim | None:
        if self._material is None:
            return None
        facts = self._material.review.finances.facts
        fact = facts.get(key_of(row[1].name, period))
        return None if fact is None else fact.claim()


def _lines(material: Material) -> list[tuple[str, Trend]]:
    """The lines of the statements, then ratios with a value in at least two periods."""
    found = [(term(line.name), line) for line in material.trends]
    by_name = next(iter(material.ratios.values()), {})
    wanted = wanted_lines()["chart"]["ratios"]
    for rule in ratio_rules():
        ratios = by_name.get(rule.name, {})
        whole = sorted(p for p, r in ratios.items() if r.value is not None and len(p) == len("2024"))
        values = tuple((p, v) for p in whole if (v := ratios[p].value) is not None)
        if rule.name in wanted and len(values) > 1:
            found.append((name_of(rule), trend(rule.name, rule.unit, values)))
    return found


def _said(unit: str, value: Decimal) -> str:
    return said(value, unit)


def _value(period: str, row: tuple[str, Trend]) -> str:
    value = dict(row[1].values).get(period)
    return NOTHING if value is None else said(value, row[1].unit)


def _cell_said(period: str, row: tuple[str, Trend]) -> str:
    return f"{row[0]} {period} {_value(period, row)}"


def _moved(period: str, row: tuple[str, Trend]) -> str:
    periods = [p for p, _ in row[1].values]
    at = periods.index(period) if period in periods else 0
    return change(row[1].changes[at - 1]) if at else NOTHING
