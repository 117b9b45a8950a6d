"""What was measured: results over time with their chart, and the questions of one of them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.models.measuring import SHARES, TIMES, Measurement, Record
from workbench.models.measuring.telling import figure_name, svg
from workbench.views.evidence_list import StatePage
from workbench.views.quality.chart import Chart
from workbench.views.quality.choices import combo
from workbench.views.quality.shelf import Detail
from workbench.views.quality.tables import MeasurementTable, QuestionTable, outcome_words, turned_words
from workbench.views.shortcuts import named
from workbench.views.theme import space

_CHARTED = 6
"""Measurements side by side in a saved chart."""


class ResultsPage(QSplitter):
    """Measurements in a table, one figure of them as a chart; before there are any, how to come by one."""

    save_wanted = Signal()
    measure_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._shown: Sequence[Measurement] = ()
        self.table, self.chart = MeasurementTable(), Chart()
        self.figure = combo("quality.figure")
        for name in (*SHARES, *TIMES):
            self.figure.addItem(figure_name(name), name)
        self.figure.setCurrentIndex(self.figure.findData("f1"))
        save = QPushButton(tr("quality.save"))
        named(save, tr("quality.save"))
        save.clicked.connect(self.save_wanted)
        self.nothing = StatePage()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        self.below = below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, space(2), 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.figure)
        row.addStretch(1)
        row.addWidget(save)
        column.addLayout(row)
        column.addWidget(self.chart, 1)
        _split(self, self.stack, below)
        self.figure.currentIndexChanged.connect(lambda _index: self._draw())

    def show_measurements(self, shown: Sequence[Measurement]) -> None:
        """The measurements of a suite, newest first."""
        self._shown = shown
        self.table.show_measurements(list(shown))
        self.stack.setCurrentWidget(self.table if shown else self.nothing)
        self.below.setVisible(bool(shown))
        self._draw()

    def offer_measuring(self, *, can: bool) -> None:
        """Say that nothing was measured; ``can``: with the button that begins."""
        action = [(tr("quality.measure"), self.measure_wanted.emit)] if can else []
        self.nothing.say(tr("quality.nothing_yet"), tr("quality.nothing_yet_hint"), action)

    def save(self, path: Path) -> bool:
        """Write the chart: all shares of the newest results as SVG, or the picture shown as PNG; whether it could."""
        if path.suffix.lower() == ".svg":
            return _written(path, svg([m for m in self._shown if m.over][:_CHARTED]))
        return self.chart.grab().save(str(path))

    def _draw(self) -> None:
        self.chart.show_figure([m for m in self._shown if m.over], str(self.figure.currentData()))


class QuestionsPage(QSplitter):
    """The questions of a measurement, and what was asked, expected and said."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._detail: Detail | None = None
        self.questions, self.words = QuestionTable(), QTextBrowser()
        named(self.words, tr("quality.detail"))
        self.words.setTabChangesFocus(True)
        _split(self, self.questions, self.words)
        self.questions.chosen.connect(self._chosen)

    def show_detail(self, detail: Detail | None) -> None:
        """The questions of a measurement; None: of none."""
        self._detail = detail
        if detail is None:
            self.questions.fill([], [])
            self.words.clear()
            return
        self.questions.show_detail(detail)
        self._chosen(self.questions.currentRow())

    def _chosen(self, row: int) -> None:
        if self._detail is None or not 0 <= row < len(self._detail.records):
            self.words.clear()
            return
        record = self._detail.records[row]
        self.words.setPlainText(_words(record, self._detail.turned.get(record.question)))


def _split(split: QSplitter, first: QWidget, second: QWidget) -> None:
    split.setChildrenCollapsible(False)
    for number, part in enumerate((first, second)):
        split.addWidget(part)
        split.setStretchFactor(number, 3 - number)


def _words(record: Record, turned: bool | None) -> str:
    """Asked, expected, said, and the quotes, as text."""
    quotes = [f"{'✓' if quote['verbatim'] else '✗'} {quote['document']}: “{quote['quote']}”" for quote in record.quotes]
    parts = (
        (tr("quality.asked"), record.asked),
        (tr("quality.expected"), record.expected or tr("quality.expected_none")),
        (tr("quality.said"), record.error or record.said),
        (tr("quality.found_as"), " · ".join(filter(None, (outcome_words(record), turned_words(turned))))),
        (tr("quality.quotes"), "\n".join(quotes)),
        (tr("quality.found_in"), "\n".join(record.found)),
    )
    return "\n\n".join(f"{name}\n{words}" for name, words in parts if words)


def _written(path: Path, text: str) -> bool:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        return False
    return True
