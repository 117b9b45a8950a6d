"""The Quality pane: choose a suite and models, measure, see results over time, look at a question, compare blind."""

import random
import secrets
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QPushButton, QTabWidget, QVBoxLayout

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.bench import bench_of
from workbench.jobs import ComputeArbiter
from workbench.models.measuring import (
    Contestant,
    Measurement,
    Passing,
    Stable,
    Suite,
    Told,
    Verdict,
    alike,
    compared,
    from_folder,
)
from workbench.models.measuring.telling import who
from workbench.models.measuring.workplace import ImporterOf, own_importer
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.job_runner import Lane
from workbench.views.quality.blind_page import KEYS, BlindPage
from workbench.views.quality.choices import Choices
from workbench.views.quality.result_pages import QuestionsPage, ResultsPage
from workbench.views.quality.running_bar import RunningBar
from workbench.views.quality.runs import Finished, Run
from workbench.views.quality.shelf import Detail, Shelf, keeping_of, read_detail, read_shelf
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_RESULTS, _QUESTIONS, _BLIND = range(3)
_BLIND_KIND = "blind"


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
        self.choices, self.results, self.answers = Choices(), ResultsPage(), QuestionsPage()
        self.measure_button = self._button("quality.measure", self.measure, "primary")
        self.about, self.since = QLabel(), QLabel()
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
        self.choices.suite.setFocus(Qt.FocusReason.ShortcutFocusReason)

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
        suite = self.choices.chosen()
        if suite is not None and self._may_measure():
            self._start([(suite, self.choices.contestant())], self._measured, tr("quality.job", title=suite.title))

    def compare(self) -> None:
        """Ask both contestants of the blind comparison the first questions of the suite, then show them unnamed."""
        suite, page = self.choices.chosen(), self.blind
        if suite is None or not self._may_measure():
            return
        first = suite.only(q.id for q in suite.questions[: page.count.value()])
        sides = [self._side(number) for number in (0, 1)]
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
        if self.results.save(path):
            self._desk.notify(tr("quality.saved", name=path.name))
        else:
            self._desk.warn(WorkbenchError(tr("quality.not_saved", name=path.name)))

    def _start(
        self,
        work: list[tuple[Suite, Contestant]],
        done: Callable[[list[Finished]], object],
        title: str,
        *,
        blind: bool = False,
    ) -> None:
        """Measure one after the other in the background; each keeps what it did, however it ends."""
        if self._stable is None:
            return
        run = Run(
            work,
            self._stable,
            self._unnamed if blind else keeping_of(self._desk.library, self._case, self._passing),
            self._desk.arbiter or ComputeArbiter(),
            self._desk.library,
            self._desk.registry,
            self._importer,
            blind,
        )
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

    def _measured(self, finished: list[Finished]) -> None:
        self._desk.notify(tr("quality.measured", title=finished[-1][0].title))
        self.results.table.clearSelection()
        self.results.table.setCurrentCell(-1, -1)
        self.reload()

    def _begin_judging(self, finished: list[Finished]) -> None:
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
        self.choices.show_shelf(shelf, self._wanted_suite)
        self._wanted_suite = ""
        self.blind.set_models(shelf.of_role(Role.CHAT))
        self._suite_chosen()

    def _suite_chosen(self) -> None:
        suite = self.choices.chosen()
        self.about.setText(f"{suite.about}  {tr('quality.count', count=len(suite.questions))}" if suite else "")
        self.choices.keep_to_working_model(suite is not None and bool(suite.case))
        self.results.show_measurements(self._shown())
        self._row_chosen()
        self._enable()

    def _row_chosen(self) -> None:
        shown, row = self._shown(), self.results.table.currentRow()
        if not 0 <= row < len(shown):
            self.detail = None
            self.answers.show_detail(None)
            self.since.setText("")
            return
        keeping, passing = keeping_of(self._desk.library, self._case, self._passing), self._passing
        measurement = shown[row]
        self._desk.job_runner.start(
            Lane.IO, lambda _job: read_detail(keeping, measurement, passing), self, self._show_detail
        )

    def _show_detail(self, detail: Detail) -> None:
        self.detail = detail
        self.answers.show_detail(detail)
        better = sum(detail.turned.values())
        worse = len(detail.turned) - better
        if self.busy.job is None:
            told = tr("quality.since", better=better, worse=worse) if detail.turned else tr("quality.same")
            self.since.setText(told if detail.compared else tr("quality.first_time"))

    def _shown(self) -> list[Measurement]:
        suite = self.choices.chosen()
        return [m for m in self.shelf.measurements if suite and m.suite == suite.id] if self.shelf else []

    def _side(self, number: int) -> Contestant:
        return self.choices.contestant_of(self.blind.choices[number], self.blind.wordings[number].text().strip())

    def _may_measure(self) -> bool:
        return self._stable is not None and self.busy.job is None and self.choices.chosen() is not None

    def _enable(self) -> None:
        self.measure_button.setEnabled(self._may_measure())
        self.results.offer_measuring(can=self._may_measure())
        self.blind.go.setEnabled(self._may_measure() and self.blind.choices[0].count() > 0)

    def _button(self, key: str, run: Callable[[], object], role: str = "") -> QPushButton:
        button = QPushButton(tr(key))
        set_role(button, role)
        named(button, tr(key))
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _connect(self) -> None:
        self.choices.suite_chosen.connect(self._suite_chosen)
        self.results.save_wanted.connect(self.choose_file)
        self.results.measure_wanted.connect(self.measure)
        self.results.table.chosen.connect(lambda _row: self._row_chosen())
        self.results.table.opened.connect(lambda _row: self._open_questions())
        self.blind.wanted.connect(self.compare)
        self.blind.judged.connect(self._judged)
        self.tabs.currentChanged.connect(lambda at: self.since.setVisible(at != _BLIND or self.busy.job is not None))

    def _open_questions(self) -> None:
        self.tabs.setCurrentIndex(_QUESTIONS)
        self.answers.questions.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        self.tabs.addTab(self.results, tr("quality.results"))
        self.tabs.addTab(self.answers, tr("quality.questions"))
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
        self.choices.row.addWidget(self._button("quality.folder", self.choose_folder))
        self.choices.row.addWidget(self.measure_button)
        column.addWidget(self.choices)
        column.addWidget(self.about)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.since)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(self.busy)


def create(desk: Desk) -> QualityPane:
    """Make the pane."""
    bench = bench_of(desk.registry, desk.arbiter, lambda: desk.settings.now.context_tokens, desk.engine)
    return QualityPane(desk, bench)
