"""The Quality pane: choose a suite and models, measure, see results over time, look at a question, compare blind."""

import random
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.bench import bench_of
from workbench.jobs import ComputeArbiter
from workbench.models.measuring import (
    SHARES,
    TIMES,
    Contestant,
    Measurement,
    Part,
    Passing,
    Record,
    Stable,
    Suite,
    Told,
    Verdict,
    alike,
    compared,
    from_folder,
    measure,
)
from workbench.models.measuring.telling import figure_name, public, svg, who
from workbench.models.measuring.workplace import ImporterOf, own_importer
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.job_runner import Lane, RunningJob
from workbench.views.quality.blind_page import KEYS, BlindPage
from workbench.views.quality.chart import Chart
from workbench.views.quality.running_bar import RunningBar
from workbench.views.quality.shelf import Detail, Shelf, keeping_of, read_detail, read_shelf
from workbench.views.quality.tables import MeasurementTable, QuestionTable, outcome_words, turned_words
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_RESULTS, _QUESTIONS, _BLIND = range(3)
_BLIND_KIND = "blind"
_CHARTED = 6
"""Measurements side by side in a saved chart."""


class QualityPane(QFrame):
    """``shelf`` is what is shown now (None until it was first read). Without ``stable`` nothing can be measured."""

    def __init__(self, desk: Desk, stable: Stable | None = None, importer: ImporterOf = own_importer) -> None:
        super().__init__()
        set_role(self, "ground")
        named(self, tr("quality.title"), tr("quality.words"))
        self._desk, self._stable, self._importer = desk, stable, importer
        self._case = desk.case
        self._passing, self._unnamed = Passing(), Passing()
        self._folders: list[Path] = []
        self._wanted_suite = ""
        self.shelf: Shelf | None = None
        self.detail: Detail | None = None
        self.lot = random.Random()  # noqa: S311 an order of showing, no secret
        self.suite, self.chat, self.embedding, self.figure = (QComboBox() for _ in range(4))
        self.measure_button = self._button("quality.measure", self.measure, "primary")
        self.about, self.since = QLabel(), QLabel()
        self.table, self.chart = MeasurementTable(), Chart()
        self.questions, self.words = QuestionTable(), QTextBrowser()
        self.blind, self.tabs, self.busy = BlindPage(), QTabWidget(), RunningBar()
        self._build()
        self._connect()
        self.reload()

    def show_case(self, case: str | None) -> None:
        """Another case is open: its accepted answers are another suite."""
        self._case = case
        self.reload()

    def refresh(self, changes: ChangesLike) -> None:
        """Suites bring their own documents: nothing here hangs on the library's."""

    def focus_first(self) -> None:
        """Take the keyboard at the suites."""
        self.suite.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> list[Command]:
        """Measure, stop, the three pages, a folder as a suite, save the chart, judge blind."""
        judging = lambda: self.blind.comparison is not None and self.blind.comparison.at is not None  # noqa: E731
        verdicts = [
            Command(f"quality.blind_{v.value}", KEYS[v], lambda v=v: self.blind.judge(v), judging)  # type: ignore[misc]
            for v in Verdict
        ]
        return [
            Command("quality.measure", "Ctrl+R", self.measure, self._may_measure),
            Command("quality.stop", "Esc", self.busy.stop, lambda: self.busy.job is not None),
            Command("quality.results", "Alt+R", lambda: self.tabs.setCurrentIndex(_RESULTS)),
            Command("quality.questions", "Alt+Q", lambda: self.tabs.setCurrentIndex(_QUESTIONS)),
            Command("quality.blind", "Alt+B", lambda: self.tabs.setCurrentIndex(_BLIND)),
            Command("quality.folder", "", self.choose_folder),
            Command("quality.save", "Ctrl+S", self.choose_file, lambda: bool(self._shown())),
            Command("quality.reload", "F5", self.reload),
            *verdicts,
        ]

    def engine_changed(self) -> None:
        """Another model may work now."""
        self.reload()

    def reload(self) -> None:
        """Read suites, models and results again."""
        library, registry, case = self._desk.library, self._desk.registry, self._case
        folders, passing = tuple(self._folders), self._passing
        self._desk.job_runner.start(
            Lane.IO, lambda _job: read_shelf(library, registry, case, folders, passing), self, self._show
        )

    def measure(self) -> None:
        """Ask the chosen suite of the chosen models; a run that was stopped goes on."""
        suite = self._suite()
        if suite is not None and self._may_measure():
            self._start([(suite, self._contestant())], self._measured, tr("quality.job", title=suite.title))

    def compare(self) -> None:
        """Ask both contestants of the blind comparison the first questions of the suite, then show them unnamed."""
        suite, page = self._suite(), self.blind
        if suite is None or not self._may_measure():
            return
        embedding = self.embedding.currentData() or ""
        first = suite.only(q.id for q in suite.questions[: page.count.value()])
        sides = [self._side(number, embedding) for number in (0, 1)]
        if sides[0] == sides[1]:
            self._desk.notify(tr("quality.blind_twins"))
            return
        work = [(first, one) for one in sides]
        self._start(work, self._begin_judging, tr("quality.job_blind"), blind=True)

    def choose_folder(self) -> None:
        """Take a folder as a suite."""
        name = QFileDialog.getExistingDirectory(self, tr("quality.folder"))
        if name:
            self.add_folder(Path(name))

    def add_folder(self, folder: Path) -> None:
        """Offer the suite of a folder, for as long as the pane lives."""

        def added(suite: Suite) -> None:
            self._folders.append(folder)
            self._wanted_suite = suite.id
            self.reload()

        self._desk.job_runner.start(Lane.IO, lambda _job: from_folder(folder), self, added, self._desk.warn)

    def choose_file(self) -> None:
        """Ask where to save the chart."""
        name, _ = QFileDialog.getSaveFileName(self, tr("quality.save"), "inkstone.png", "PNG (*.png);;SVG (*.svg)")
        if name:
            self.save_chart(Path(name))

    def save_chart(self, path: Path) -> None:
        """Write the chart: all shares of the newest results as SVG, or the picture shown as PNG."""
        if path.suffix.lower() == ".svg":
            saved = _written(path, svg([m for m in self._shown() if m.over][:_CHARTED]))
        else:
            saved = self.chart.grab().save(str(path))
        if saved:
            self._desk.notify(tr("quality.saved", name=path.name))
        else:
            self._desk.warn(WorkbenchError(tr("quality.not_saved", name=path.name)))

    def _start(
        self,
        work: list[tuple[Suite, Contestant]],
        done: Callable[[list[Any]], object],
        title: str,
        *,
        blind: bool = False,
    ) -> None:
        """Measure one after the other in the background; each keeps what it did, however it ends."""
        stable, library, registry = self._stable, self._desk.library, self._desk.registry
        arbiter = self._desk.arbiter or ComputeArbiter()
        keeping = self._unnamed if blind else keeping_of(library, self._case, self._passing)
        importer = self._importer
        parts = frozenset({Part.ANSWERS, Part.REFUSALS, Part.CITATIONS}) if blind else frozenset(Part)
        if stable is None:
            return

        def run(job: RunningJob) -> list[Any]:
            finished = []
            for suite, one in work:
                made = measure(
                    suite,
                    one,
                    stable,
                    keeping,
                    job,
                    arbiter=arbiter,
                    library=library,
                    parts=parts,
                    tell=job.tell,
                    importer=importer,
                )
                if not blind:
                    _note(registry, made)
                finished.append((made, keeping.records(made.id)))
            return finished

        handle = self._desk.job_runner.start(
            Lane.ENGINE,
            run,
            self,
            lambda result: self._over(lambda: done(result)),
            on_error=self._failed,
            on_event=self._told,
            on_progress=self.busy.show_steps,
            on_cancel=lambda: self._over(self.reload),
            title=title,
        )
        self.busy.begin(handle, title)
        self._enable()

    def _over(self, then: Callable[[], object]) -> None:
        self.busy.end()
        self._enable()
        then()

    def _failed(self, error: WorkbenchError) -> None:
        self._over(self.reload)
        self._desk.warn(error)

    def _told(self, told: Told) -> None:
        done, total = told.measurement.done, told.measurement.total
        self.since.setText(tr("quality.just_asked", asked=told.record.asked, done=done, total=total))

    def _measured(self, finished: list[tuple[Measurement, dict[str, Record]]]) -> None:
        self._desk.notify(tr("quality.measured", title=finished[-1][0].title))
        self.table.clearSelection()
        self.table.setCurrentCell(-1, -1)
        self.reload()

    def _begin_judging(self, finished: list[tuple[Measurement, dict[str, Record]]]) -> None:
        (first, left), (second, right) = finished
        self.since.clear()
        self.blind.begin(compared(left, right, self.lot), (who(first), who(second)), len(alike(left, right)))

    def _judged(self) -> None:
        """Keep who was better once all is judged; the names are told only then."""
        comparison, library, case = self.blind.comparison, self._desk.library, self._case
        if comparison is None or comparison.at is not None or library is None or case is None:
            return
        value = {**comparison.to_json(), "left": self.blind.names[0], "right": self.blind.names[1]}
        self._desk.job_runner.start(
            Lane.IO, lambda _job: library.save_note(case, _BLIND_KIND, secrets.token_hex(6), value), self
        )

    def _show(self, shelf: Shelf) -> None:
        self.shelf = shelf
        _fill(self.suite, [(s.title, s.id) for s in shelf.suites], self._wanted_suite)
        self._wanted_suite = ""
        _fill(self.chat, [*((m.name, m.id) for m in shelf.of_role(Role.CHAT)), (tr("quality.no_chat"), "")])
        words = (tr("quality.words_only"), "")
        _fill(self.embedding, [*((m.name, m.id) for m in shelf.of_role(Role.EMBEDDING)), words])
        self.blind.set_models(shelf.of_role(Role.CHAT))
        self._suite_chosen()

    def _suite_chosen(self) -> None:
        suite = self._suite()
        self.about.setText(f"{suite.about}  {tr('quality.count', count=len(suite.questions))}" if suite else "")
        # What a user accepted is asked over a case whose vectors are of the working model.
        own = suite is not None and bool(suite.case)
        self.embedding.setEnabled(not own)
        if own:
            self.embedding.setCurrentIndex(0)
        self.table.show_measurements(self._shown())
        self._figure_chosen()
        self._row_chosen()
        self._enable()

    def _figure_chosen(self) -> None:
        self.chart.show_figure([m for m in self._shown() if m.over], str(self.figure.currentData()))

    def _row_chosen(self) -> None:
        shown, row = self._shown(), self.table.currentRow()
        if not 0 <= row < len(shown):
            self.detail = None
            self.questions.fill([], [])
            self.words.clear()
            self.since.setText("" if shown else tr("quality.nothing_yet"))
            return
        keeping, passing = keeping_of(self._desk.library, self._case, self._passing), self._passing
        measurement = shown[row]
        self._desk.job_runner.start(
            Lane.IO, lambda _job: read_detail(keeping, measurement, passing), self, self._show_detail
        )

    def _show_detail(self, detail: Detail) -> None:
        self.detail = detail
        self.questions.show_detail(detail)
        better = sum(detail.turned.values())
        worse = len(detail.turned) - better
        if self.busy.job is None:
            told = tr("quality.since", better=better, worse=worse) if detail.turned else tr("quality.same")
            self.since.setText(told if detail.compared else tr("quality.first_time"))
        self._question_chosen(self.questions.currentRow())

    def _question_chosen(self, row: int) -> None:
        if self.detail is None or not 0 <= row < len(self.detail.records):
            self.words.clear()
            return
        record = self.detail.records[row]
        self.words.setPlainText(_words(record, self.detail.turned.get(record.question)))

    def _suite(self) -> Suite | None:
        suites = self.shelf.suites if self.shelf else ()
        return next((s for s in suites if s.id == self.suite.currentData()), None)

    def _shown(self) -> list[Measurement]:
        suite = self._suite()
        return [m for m in self.shelf.measurements if suite and m.suite == suite.id] if self.shelf else []

    def _contestant(self) -> Contestant:
        chat, embedding = self.chat.currentData() or "", self.embedding.currentData() or ""
        return Contestant(
            chat,
            embedding,
            "",
            self.chat.currentText() if chat else "",
            self.embedding.currentText() if embedding else "",
        )

    def _side(self, number: int, embedding: str) -> Contestant:
        choice = self.blind.choices[number]
        name = self.embedding.currentText() if embedding else ""
        wording = self.blind.wordings[number].text().strip()
        return Contestant(choice.currentData() or "", embedding, wording, choice.currentText(), name)

    def _may_measure(self) -> bool:
        return self._stable is not None and self.busy.job is None and self._suite() is not None

    def _enable(self) -> None:
        self.measure_button.setEnabled(self._may_measure())
        self.blind.go.setEnabled(self._may_measure() and self.blind.choices[0].count() > 0)

    def _button(self, key: str, run: Callable[[], object], role: str = "") -> QPushButton:
        button = QPushButton(tr(key))
        set_role(button, role)
        named(button, tr(key))
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _connect(self) -> None:
        self.suite.currentIndexChanged.connect(lambda _index: self._suite_chosen())
        self.figure.currentIndexChanged.connect(lambda _index: self._figure_chosen())
        self.table.chosen.connect(lambda _row: self._row_chosen())
        self.table.opened.connect(lambda _row: self._open_questions())
        self.questions.chosen.connect(self._question_chosen)
        self.blind.wanted.connect(self.compare)
        self.blind.judged.connect(self._judged)
        self.tabs.currentChanged.connect(lambda at: self.since.setVisible(at != _BLIND or self.busy.job is not None))

    def _open_questions(self) -> None:
        self.tabs.setCurrentIndex(_QUESTIONS)
        self.questions.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        for combo, key in (
            (self.suite, "quality.suite"),
            (self.chat, "quality.chat"),
            (self.embedding, "quality.embedding"),
            (self.figure, "quality.figure"),
        ):
            named(combo, tr(key))
            named(combo.view(), tr(key))
            combo.setToolTip(tr(key))
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(10)
        for name in (*SHARES, *TIMES):
            self.figure.addItem(figure_name(name), name)
        self.figure.setCurrentIndex(self.figure.findData("f1"))
        named(self.words, tr("quality.detail"))
        self.words.setTabChangesFocus(True)
        self.tabs.addTab(self._results_page(), tr("quality.results"))
        self.tabs.addTab(self._questions_page(), tr("quality.questions"))
        self.tabs.addTab(self.blind, tr("quality.blind"))
        named(self.tabs.tabBar(), tr("quality.pages"))
        for label in (self.about, self.since):
            label.setWordWrap(True)
            set_role(label, "small")
        column = QVBoxLayout()
        column.setContentsMargins(space(6), space(4), space(6), space(3))
        column.setSpacing(space(2))
        title = QLabel(tr("quality.title"))
        set_role(title, "title")
        column.addWidget(title)
        column.addLayout(self._head())
        column.addWidget(self.about)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.since)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(self.busy)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(space(2))
        for combo in (self.suite, self.chat, self.embedding):
            head.addWidget(combo, 1)
        head.addWidget(self._button("quality.folder", self.choose_folder))
        head.addWidget(self.measure_button)
        return head

    def _results_page(self) -> QWidget:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, space(2), 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.figure)
        row.addStretch(1)
        row.addWidget(self._button("quality.save", self.choose_file))
        column.addLayout(row)
        column.addWidget(self.chart, 1)
        return _split(Qt.Orientation.Vertical, self.table, below)

    def _questions_page(self) -> QWidget:
        return _split(Qt.Orientation.Horizontal, self.questions, self.words)


def _split(way: Qt.Orientation, first: QWidget, second: QWidget) -> QSplitter:
    split = QSplitter(way)
    split.setChildrenCollapsible(False)
    for number, part in enumerate((first, second)):
        split.addWidget(part)
        split.setStretchFactor(number, 3 - number)
    return split


def _fill(combo: QComboBox, items: list[tuple[str, str]], wanted: str = "") -> None:
    """Offer these; what was chosen stays chosen, unless another is wanted."""
    kept = wanted or combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for name, value in items:
        combo.addItem(name, value)
    combo.setCurrentIndex(max(0, combo.findData(kept) if kept is not None else 0))
    combo.blockSignals(False)


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


def _note(registry: Any, made: Measurement) -> None:
    """Figures, and no words, beside each model that had a part in it."""
    for model in filter(None, (made.chat, made.embedding)):
        registry.note_result(model, "evaluations", public(made))


def create(desk: Desk) -> QualityPane:
    """Make the pane."""
    bench = bench_of(desk.registry, desk.arbiter, lambda: desk.settings.now.context_tokens, desk.engine)
    return QualityPane(desk, bench)
