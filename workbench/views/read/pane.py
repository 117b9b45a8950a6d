"""智读: documents as data. All documents make the grid; one document makes its page."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.models.extracting import Cell, FieldSet, Verdict
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import STYLE, DocumentNames, StatePage, document_name
from workbench.views.read import work
from workbench.views.read.bar import QUESTIONS, Bar
from workbench.views.read.commands import commands_of
from workbench.views.read.document_list import ALL, WHOLE, DocumentList
from workbench.views.read.field_choice import FieldChoice
from workbench.views.read.grid_model import GridModel
from workbench.views.read.grid_table import GridTable
from workbench.views.read.handing import Handing
from workbench.views.read.judging import Judging
from workbench.views.read.layout import lay_out
from workbench.views.read.opening import Opening
from workbench.views.read.page import DocumentPage
from workbench.views.read.page_work import PageWork
from workbench.views.read.questions_box import QuestionsBox
from workbench.views.read.reading import Reading
from workbench.views.read.risk_page import RiskPage


class ReadPane(QWidget):
    """The grid and the documents of the open case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setStyleSheet(STYLE)
        self._case: str | None = None
        self._opening = Opening(desk, self, self._take, self._not_opened)
        self._reading = Reading(desk, self)
        self._opened: work.Opened | None = None
        self._names = DocumentNames(desk, self, lambda: None)
        self._handing = Handing(desk, self)
        self.judging = Judging(desk, self, self._place)
        self.choose_path: Callable[[str, str, str], str] = self._handing.ask_path
        self.choose_printer: Callable[[], QPrinter | None] = self._handing.ask_printer
        self.model = GridModel()
        self.table = GridTable(self.model)
        self.bar = Bar()
        self.list = DocumentList()
        self.questions = QuestionsBox()
        self._choice = FieldChoice(desk, self.questions, self, self._asked_otherwise)
        self.keys = QLabel(tr("read.keys"))
        self.grid_side = QWidget()
        self.state = StatePage()
        self.page = DocumentPage(self._names.of)
        self.risk = RiskPage(desk, self._names.of, self._path_for)
        self._page_work = PageWork(desk, self, self.page, self.risk)
        self.stack = QStackedWidget()
        self._refill = QTimer(self)
        self._refill.setSingleShot(True)
        self._refill.setInterval(80)
        self._refill.timeout.connect(self._show_counts)
        lay_out(self)
        self._connect()
        self._choose_set(self.bar.chosen)
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's grid. One still being read for the case before is stopped; its cells are kept."""
        self._stop_all()
        self._case, self._opened = case, None
        self.judging.forget()
        self._names.load(case)
        self.model.begin((), (), ())
        self.list.fill(())
        if case is None:
            self.state.say(tr("read.no_case"), tr("read.no_case_hint"), [(tr("read.to_library"), self._to_library)])
            self.stack.setCurrentWidget(self.state)
        elif self._desk.library is not None:
            self.state.say("", tr("read.opening"), busy=True)
            self.stack.setCurrentWidget(self.state)
            self._opening.begin(case, self._choice.fields)
        self._show_state()

    def refresh(self, changes: ChangesLike) -> None:
        """Documents came, went or changed."""
        if self._case is not None and self._case in changes.cases and not self._reading.running:
            self._opening.begin(self._case, self._choice.fields)

    def focus_first(self) -> None:
        """Into the grid, the page, or to the first button."""
        shown = self.stack.currentWidget()
        target: QWidget = self.table if shown is self.grid_side else self.list
        if shown is self.state and self.state.buttons:
            target = self.state.buttons[0]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Read, pause, judge, hand in."""
        return commands_of(self)

    @property
    def running(self) -> bool:
        """Whether the grid is being read."""
        return self._reading.running

    @property
    def can_run(self) -> bool:
        """Whether there is something to read, and nothing is being read."""
        documents = self._opened.documents if self._opened else ()
        return (
            not self._reading.running
            and bool(documents)
            and (self._choice.fields is not None or self.bar.chosen == QUESTIONS)
        )

    @property
    def in_grid(self) -> bool:
        """Whether the grid of all documents is chosen."""
        return self.list.in_grid

    def run(self) -> None:
        """Read what has not been read: code first, then the model."""
        if not self.can_run:
            return
        if self.bar.chosen == QUESTIONS and not self._choice.take_questions(self._case):
            return
        if self._choice.fields is None or self._case is None:
            return
        self._reading.run(self._case, self._choice.fields)
        self.list.setCurrentRow(0)
        self._show_grid()
        self._show_state()

    def pause(self) -> None:
        """Stop reading for now: every cell read is kept, and :meth:`run` goes on after it."""
        self._reading.pause()

    def judge_here(self, verdict: Verdict) -> None:
        """Judge the cell the keyboard is in."""
        cell = self.table.current_cell()
        if cell is not None:
            self.judging.judge(cell, verdict)

    def undo(self) -> None:
        """Take the last judgement back."""
        self.judging.undo()

    def next_doubtful(self) -> None:
        """Go to the next cell a person has to look at."""
        here = self.table.current_cell()
        chosen = self.model.doubtful_after((here.document, here.field) if here else None)
        if chosen is None:
            self._desk.notify(tr("read.nothing_doubtful"))
            return
        self.list.setCurrentRow(0)
        self.table.go_to(*chosen)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def hand_in(self, ending: str) -> None:
        """Write the grid as Excel (``xlsx``) or Word (``docx``) where the user says."""
        if self._choice.fields is not None and self.model.cells:
            self._handing.write(self._choice.fields, self.model, ending, self.choose_path)

    def shown_documents(self) -> list[Any]:
        """The document the list is at; all of them at the grid and at the case's summary."""
        documents = self._opened.documents if self._opened else ()
        return [d for d in documents if self.list.shown in (ALL, WHOLE, d.id)]

    def show_risk(self) -> None:
        """How risk passes on in the document shown, or in all of the case."""
        self._page_work.read_risk(self.shown_documents(), self._show_risk_page)

    def print_shown(self) -> None:
        """Print the grid, or the page of a document."""
        if self.stack.currentWidget() is self.page:
            self.print_page()
        else:
            self.print_grid()

    def print_grid(self) -> None:
        """Print what the grid shows."""
        if self._choice.fields is not None:
            self._handing.print_out(self._choice.fields.title, self.table.html(), self.choose_printer(), across=True)

    def print_page(self) -> None:
        """Print the page of a document, each sentence with its source."""
        self._handing.print_page(self.page.title.text(), self.page.told(), self._names.of, self.choose_printer())

    def copy_page(self) -> None:
        """The page to the clipboard, each sentence with its source."""
        self._handing.copy_page(self.page.title.text(), self.page.told(), self._names.of)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc pauses."""
        if event.key() == Qt.Key.Key_Escape and self._reading.running:
            self.pause()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self.bar.set_chosen.connect(self._choose_set)
        self.bar.run_wanted.connect(self.run)
        self.bar.pause_wanted.connect(self.pause)
        self.bar.filtered.connect(self._filter)
        self.bar.excel_wanted.connect(lambda: self.hand_in("xlsx"))
        self.bar.word_wanted.connect(lambda: self.hand_in("docx"))
        self.bar.print_wanted.connect(self.print_grid)
        self.list.currentRowChanged.connect(lambda _row: self._go())
        self.table.cell_chosen.connect(self._show_cell)
        self.table.source_wanted.connect(self._desk.show_source)
        self.table.document_wanted.connect(self._desk.show_document)
        self.table.judged.connect(self.judging.judge)
        self.model.corrected.connect(lambda cell, words: self.judging.judge(cell, "corrected", words))
        self.judging.judged.connect(self._show_judged)
        self._reading.came.connect(self._came)
        self._reading.ended.connect(self._ended)
        self.page.claim_chosen.connect(self._show_claim)
        self.page.citation_chosen.connect(self._desk.show_source)
        self.page.length_chosen.connect(lambda _length: self._summarise(model=False))
        self.page.condense_wanted.connect(lambda: self._summarise(model=True))
        self.page.compare_wanted.connect(
            lambda other: self._page_work.compare(self.list.document, other, self._choice.fields)
        )
        self.page.risk_wanted.connect(self.show_risk)
        self.page.copy_wanted.connect(self.copy_page)
        self.risk.left.connect(self._leave_risk)

    def _take(self, opened: work.Opened) -> None:
        if opened.case != self._case:
            return
        first = self._opened is None
        self._opened = opened
        if first:
            self.questions.begin_with(opened.questions)
        self.list.show_documents(opened.documents)
        self.model.begin(opened.documents, self._choice.all, opened.cells)
        self._show_counts()
        self._go()
        self._show_state()

    def _not_opened(self, error: WorkbenchError) -> None:
        self.state.say_error(error, [(tr("read.try_again"), lambda: self.show_case(self._case))])
        self.stack.setCurrentWidget(self.state)

    def _go(self) -> None:
        """Show the grid, or the chosen document's page and source."""
        if self._opened is None:
            return
        if self.in_grid:
            self._show_grid()
            return
        if self.list.shown == WHOLE:
            self.page.begin(tr("read.whole"), [])
            self.page.show_fields((), lambda _field: None)
            self.stack.setCurrentWidget(self.page)
            self._summarise(model=False)
            return
        document = next((d for d in self._opened.documents if d.id == self.list.shown), None)
        if document is None:
            return
        self.page.begin(document_name(document), [d for d in self._opened.documents if d.id != document.id])
        self._show_page_fields()
        self.stack.setCurrentWidget(self.page)
        self._desk.show_document(document.id)
        self._summarise(model=False)

    def _show_grid(self) -> None:
        if self._opened is None:
            return
        empty = not self.model.cells and not self._reading.running
        if not self._opened.documents:
            words, action = ("read.no_documents", "read.no_documents_hint"), ("read.to_library", self._to_library)
        elif empty:
            asking = self.bar.chosen == QUESTIONS
            words = ("read.first", "read.first_questions" if asking else "read.first_hint")
            action = ("read.run", self.run)
        else:
            self.stack.setCurrentWidget(self.grid_side)
            return
        self.state.say(tr(words[0]), tr(words[1]), [(tr(action[0]), action[1])])
        self.stack.setCurrentWidget(self.state)

    def _choose_set(self, chosen: str) -> None:
        self.judging.forget()
        self._choice.choose(chosen)
        if self._case is not None and self._opened is not None:
            self.model.begin(self._opened.documents, self._choice.all, ())
            self._opening.begin(self._case, self._choice.fields)

    def _asked_otherwise(self, fields: FieldSet) -> None:
        if self._opened is not None:
            self.model.begin(self._opened.documents, fields.fields, ())

    def _came(self, cell: Cell) -> None:
        self.model.put(cell)
        if not self._refill.isActive():
            self._refill.start()

    def _ended(self, whole: bool) -> None:
        self.table.fit_columns()
        self._show_counts()
        self._show_state()
        if whole:
            found = sum(not c.missing for c in self.model.cells)
            self._desk.notify(tr("read.done", found=found, total=len(self.model.cells)))

    def _show_counts(self) -> None:
        self.bar.say_doubtful(len(self.model.doubtful))
        self._show_state()
        if self.list.document:
            self._show_page_fields()

    def _show_state(self) -> None:
        cells = len(self.model.cells)
        begun = 0 < cells < len(self.model.documents) * len(self.model.fields)
        self.bar.set_state(running=self._reading.running, ready=self.can_run, any_cell=cells > 0, begun=begun)

    def _show_page_fields(self) -> None:
        document = self.list.shown
        self.page.show_fields(self.model.fields, lambda field: self.model.cell(document, field.id))

    def _filter(self) -> None:
        self.table.rows.show_only(self.bar.filter.text(), doubtful=self.bar.doubtful.isChecked())

    def _show_cell(self, cell: Cell | None) -> None:
        field = self._choice.field(cell.field) if cell else None
        self._desk.show_claim(cell.claim(field.title) if cell and field else None)

    def _show_claim(self, claim: Claim) -> None:
        self._desk.show_claim(claim)
        if claim.citations:
            self._desk.show_source(claim.citations[0])

    def _place(self, cell: Cell) -> work.Place | None:
        document = next((d for d in self.model.documents if d.id == cell.document), None)
        field = self._choice.field(cell.field)
        return (self._case, document, field) if self._case and document is not None and field else None

    def _show_judged(self, cell: Cell) -> None:
        self.model.put(cell)
        self._show_cell(cell)
        self._show_counts()

    def _summarise(self, *, model: bool) -> None:
        if not self.in_grid:
            self._page_work.summarise([d.id for d in self.shown_documents()], model=model)

    def _show_risk_page(self) -> None:
        self.stack.setCurrentWidget(self.risk)
        self.risk.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_risk(self) -> None:
        if self.in_grid:
            self._show_grid()
        else:
            self.stack.setCurrentWidget(self.page)
            self.page.risk.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop_all(self) -> None:
        self._page_work.stop()
        self._reading.leave()
        self._opening.stop()

    def _path_for(self, title: str, name: str, kinds: str) -> str:
        return self.choose_path(title, name, kinds)

    def _to_library(self) -> None:
        self._desk.go("library")


def create(desk: Desk) -> ReadPane:
    """The pane, for the window."""
    return ReadPane(desk)
