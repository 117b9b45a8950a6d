"""The tables of the pane: measurements, and the questions of one."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from workbench.i18n import tr
from workbench.models.measuring import Measurement, Record
from workbench.models.measuring.telling import figure_name, figure_words, who
from workbench.views.quality.shelf import Detail
from workbench.views.shortcuts import named
from workbench.views.theme import row_height, set_role

COLUMNS = ("hit1", "ndcg10", "f1", "declined", "answered", "verbatim", "ms_first_token")
_MARK = {True: "✓", False: "✗", None: "–"}


class _Table(QTableWidget):
    """Rows one chooses with arrows; ``chosen`` with the number of the row, ``opened`` with Enter or two clicks."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, name: str, heads: Sequence[str], stretched: int) -> None:
        super().__init__(0, len(heads))
        named(self, name)
        set_role(self, "figures")
        self.setHorizontalHeaderLabels(list(heads))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_height())
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.currentRow()))
        self.activated.connect(lambda index: self.opened.emit(index.row()))

    def fill(self, rows: Sequence[Sequence[str]], tips: Sequence[str]) -> None:
        """Show these rows; the chosen row stays where it was as far as there is one."""
        at = max(0, self.currentRow())
        self.blockSignals(True)
        self.setRowCount(len(rows))
        for number, (cells, tip) in enumerate(zip(rows, tips, strict=True)):
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setToolTip(tip)
                head = self.horizontalHeaderItem(column)
                if head is not None:
                    item.setTextAlignment(Qt.AlignmentFlag(head.textAlignment()))
                self.setItem(number, column, item)
        if rows:
            self.selectRow(min(at, len(rows) - 1))
        self.blockSignals(False)


class MeasurementTable(_Table):
    """A row a measurement, the newest first."""

    def __init__(self) -> None:
        heads = [tr("quality.when"), tr("quality.who"), *(tr(f"quality.short.{name}") for name in COLUMNS)]
        super().__init__(tr("quality.results"), heads, 1)
        for column, name in enumerate(COLUMNS, 2):
            head = self.horizontalHeaderItem(column)
            if head is not None:
                head.setToolTip(figure_name(name))
                head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_measurements(self, measurements: Sequence[Measurement]) -> None:
        """Show these."""
        self.fill([_row(m) for m in measurements], [_all_figures(m) for m in measurements])


class QuestionTable(_Table):
    """A row a question: how it went, and whether that is new."""

    def __init__(self) -> None:
        heads = [tr(f"quality.{name}") for name in ("went", "turned", "asked", "found_as")]
        super().__init__(tr("quality.questions"), heads, 2)

    def show_detail(self, detail: Detail) -> None:
        """Show the questions of a measurement."""
        rows = [
            (_MARK[r.right], turned_words(detail.turned.get(r.question)), r.asked, outcome_words(r))
            for r in detail.records
        ]
        self.fill(rows, [r.asked for r in detail.records])


def outcome_words(record: Record) -> str:
    """How a question ended, in words."""
    if record.error:
        return tr("quality.outcome.failed")
    return tr(f"quality.outcome.{record.status}") if record.status else tr("quality.outcome.searched")


def turned_words(turned: bool | None) -> str:
    """Whether a question went otherwise than the time before; mark and word."""
    if turned is None:
        return ""
    return tr("quality.turned_right") if turned else tr("quality.turned_wrong")


def _row(measurement: Measurement) -> list[str]:
    at = measurement.at[:16].replace("T", " ")
    name = who(measurement)
    if not measurement.over:
        name = f"{name} · {tr('quality.unfinished', done=measurement.done, total=measurement.total)}"
    told = measurement.figures
    return [at, name, *(figure_words(n, told[n].value) if n in told else "–" for n in COLUMNS)]


def _all_figures(measurement: Measurement) -> str:
    told = measurement.figures.items()
    lines = [f"{figure_name(n)}  {figure_words(n, f.value)}  (n={f.count})" for n, f in told]
    return "\n".join([who(measurement), *lines])
