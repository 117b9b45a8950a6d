"""智读: documents as data. All documents make the grid; one document makes its page."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim
from workbench.models.extracting import Cell, CellRead, Field, FieldSet, Grid, Verdict, field_set, questions_set
from workbench.models.extracting.summary import Summary
from workbench.views import theme
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import STYLE, DocumentNames, StatePage, document_name
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.read import work
from workbench.views.read.bar import QUESTIONS, Bar
from workbench.views.read.grid_model import GridModel
from workbench.views.read.grid_table import GridTable
from workbench.views.read.page import DocumentPage
from workbench.views.read.printing import print_grid
from workbench.views.read.risk_page import RiskPage
from workbench.views.read.words import is_doubtful

_ALL, _WHOLE = "", "*"
"""In the list: all documents as a grid; the case summed up."""
_ID = Qt.ItemDataRole.UserRole
_MOST_UNDO = 100


class ReadPane(QWidget):
    """The grid and the documents of the open case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setStyleSheet(STYLE)
        self._case: str | None = None
        self._fields: FieldSet | None = None
        self._opening: JobHandle | None = None
        self._running: JobHandle | None = None
        self._summing: JobHandle | None = None
        self._comparing: JobHandle | None = None
        self._opened: work.Opened | None = None
        self._undo: list[Cell] = []
        self._names = DocumentNames(desk, self, lambda: None)
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.choose_printer: Callable[[], QPrinter | None] = self._ask_printer
        self.model = GridModel()
        self.table = GridTable(self.model)
        self.bar = Bar()
        self.list = QListWidget()
        self.questions = QPlainTextEdit()
        self.keys = QLabel(tr("read.keys"))
        self.state = StatePage()
        self.page = DocumentPage(self._names.of)
        self.risk = RiskPage(desk, self._names.of, self._path_for)
        self.stack = QStackedWidget()
        self._refill = QTimer(self)
        self._refill.setSingleShot(True)
        self._refill.setInterval(80)
        self._refill.timeout.connect(self._show_counts)
        self._build()
        self._connect()
        self._choose_set(self.bar.chosen)
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's grid. One still being read for the case before is stopped; its cells are kept."""
        self._stop_all()
        self._case, self._opened, self._undo = case, None, []
        self._names.load(case)
        self.model.begin((), (), ())
        self._fill_list(())
        if case is None:
            self.state.say(tr("read.no_case"), tr("read.no_case_hint"), [(tr("read.to_library"), self._to_library)])
            self.stack.setCurrentWidget(self.state)
        elif self._desk.library is not None:
            self.state.say("", tr("read.opening"), busy=True)
            self.stack.setCurrentWidget(self.state)
            self._open(case)
        self._show_state()

    def refresh(self, changes: ChangesLike) -> None:
        """Documents came, went or changed."""
        if self._case is not None and self._case in changes.cases and self._running is None:
            self._open(self._case)

    def focus_first(self) -> None:
        """Into the grid, the page, or to the first button."""
        shown = self.stack.currentWidget()
        target: QWidget = self.table if shown is self._grid_side else self.list
        if shown is self.state and self.state.buttons:
            target = self.state.buttons[0]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Read, pause, judge, hand in."""
        has_cell = lambda: self.table.current_cell() is not None  # noqa: E731 said twice below
        return [
            Command("read.run", "Ctrl+Return", self.run, self._can_run),
            Command("read.pause", "", self.pause, lambda: self._running is not None),
            Command("read.next_doubtful", "F8", self.next_doubtful, lambda: bool(self.model.cells)),
            Command("read.confirm", "", partial(self._judge_here, "confirmed"), has_cell),
            Command("read.reject", "", partial(self._judge_here, "rejected"), has_cell),
            Command("read.undo", "Ctrl+Z", self.undo, lambda: bool(self._undo)),
            Command("read.copy", "", self.table.copy, lambda: bool(self.model.cells)),
            Command("read.export_excel", "Ctrl+E", partial(self.hand_in, "xlsx"), lambda: bool(self.model.cells)),
            Command("read.export_word", "Ctrl+Shift+E", partial(self.hand_in, "docx"), lambda: bool(self.model.cells)),
            Command("read.risk", "", self.show_risk, lambda: bool(self._shown_documents())),
            Command("read.print", "Ctrl+P", self.print_grid, lambda: bool(self.model.cells) and self._in_grid()),
        ]

    @property
    def running(self) -> bool:
        """Whether the grid is being read."""
        return self._running is not None

    def run(self) -> None:
        """Read what has not been read: code first, then the model."""
        if not self._can_run():
            return
        if self.bar.chosen == QUESTIONS and not self._take_questions():
            return
        library, engine, case, fields = self._desk.library, self._desk.engine, self._case, self._fields
        if fields is None or case is None:
            return
        self._running = self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: Grid(library, engine).run(case, fields, job, on_cell=job.tell),
            owner=self,
            on_event=self._came,
            on_done=self._done,
            on_error=self._failed,
            on_cancel=self._stopped,
            title=tr("read.job", name=fields.title),
        )
        self.list.setCurrentRow(0)
        self._show_grid()
        self._show_state()

    def pause(self) -> None:
        """Stop reading for now: every cell read is kept, and :meth:`run` goes on after it."""
        if self._running is not None:
            self._running.cancel()

    def undo(self) -> None:
        """Take the last judgement back."""
        before = self._undo.pop() if self._undo else None
        place = self._place(before) if before else None
        if before is None or place is None:
            return
        library = self._desk.library
        self._keep(lambda: work.take_back(library, place, before), before)

    def next_doubtful(self) -> None:
        """Go to the next cell a person has to look at."""
        places = [
            (d.id, f.id)
            for d in self.model.documents
            for f in self.model.fields
            if is_doubtful(self.model.cell(d.id, f.id))
        ]
        if not places:
            self._desk.notify(tr("read.nothing_doubtful"))
            return
        here = self.table.current_cell()
        now = (here.document, here.field) if here else None
        chosen = places[(places.index(now) + 1) % len(places)] if now in places else places[0]
        self.list.setCurrentRow(0)
        self.table.go_to(*chosen)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def hand_in(self, ending: str) -> None:
        """Write the grid as Excel (``xlsx``) or Word (``docx``) where the user says."""
        fields = self._fields
        if fields is None or not self.model.cells:
            return
        key = "read.export_excel" if ending == "xlsx" else "read.export_word"
        chosen = self.choose_path(tr(key), f"{fields.title}.{ending}", tr(f"read.files.{ending}"))
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix.lower() == f".{ending}" else path.with_name(f"{path.name}.{ending}")
        documents, cells = tuple(self.model.documents), self.model.cells
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: work.hand_in(fields.title, fields, documents, cells, path),
            owner=self,
            on_done=lambda written: self._desk.notify(tr("read.handed_in", name=written.name)),
        )

    def show_risk(self) -> None:
        """How risk passes on in the document shown, or in all of the case."""
        documents = self._shown_documents()
        if documents and self._desk.library is not None:
            name = document_name(documents[0]) if len(documents) == 1 else tr("read.all_documents")
            self.page.risk.setEnabled(False)
            self.risk.open(name, documents, self._risk_read)

    def print_grid(self) -> None:
        """Print what the grid shows."""
        printer = self.choose_printer()
        if printer is not None and self._fields is not None:
            title, body = self._fields.title, self.table.html()
            self._desk.job_runner.start(
                Lane.IO, lambda _job: print_grid(title, body, printer), owner=self, on_done=lambda _done: None
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc pauses."""
        if event.key() == Qt.Key.Key_Escape and self._running is not None:
            self.pause()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        theme.set_role(self.list, "sidebar")
        self.list.setAccessibleName(tr("read.list_name"))
        self.list.setMinimumWidth(theme.space(28))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.questions.setPlaceholderText(tr("read.questions_hint"))
        self.questions.setAccessibleName(tr("read.questions"))
        self.questions.setFixedHeight(theme.space(24))
        self.questions.setTabChangesFocus(True)
        theme.set_role(self.keys, "small")
        self.keys.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        self.keys.setWordWrap(True)
        self._grid_side = QWidget()
        grid = QVBoxLayout(self._grid_side)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.table, 1)
        grid.addWidget(self.keys)
        for widget in (self.state, self._grid_side, self.page, self.risk):
            self.stack.addWidget(widget)
        right = QFrame()
        theme.set_role(right, "panel")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.questions)
        column.addWidget(self.stack, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.list)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([176, 640])
        splitter.setHandleWidth(1)
        splitter.setCollapsible(1, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

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
        self.table.source_wanted.connect(self._show_source)
        self.table.document_wanted.connect(self._desk.show_document)
        self.table.judged.connect(self._judge)
        self.model.corrected.connect(lambda cell, words: self._judge(cell, "corrected", words))
        self.page.claim_chosen.connect(self._show_claim)
        self.page.citation_chosen.connect(self._show_source)
        self.page.length_chosen.connect(lambda _length: self._summarise(model=False))
        self.page.condense_wanted.connect(lambda: self._summarise(model=True))
        self.page.compare_wanted.connect(self._compare)
        self.page.risk_wanted.connect(self.show_risk)
        self.risk.left.connect(self._leave_risk)

    def _open(self, case: str) -> None:
        library, fields = self._desk.library, self._fields
        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._desk.job_runner.start(
            Lane.STORE,
            lambda _job: work.open_case(library, case, fields),
            owner=self,
            on_done=self._take,
            on_error=self._not_opened,
        )

    def _take(self, opened: work.Opened) -> None:
        self._opening = None
        if opened.case != self._case:
            return
        first = self._opened is None
        self._opened = opened
        if first and opened.questions and not self.questions.toPlainText():
            self.questions.setPlainText("\n".join(opened.questions))
        known = [self.list.item(row).data(_ID) for row in range(2, self.list.count())]
        if known != [d.id for d in opened.documents]:
            self._fill_list(opened.documents)
        self.model.begin(opened.documents, self._fields.fields if self._fields else (), opened.cells)
        self._show_counts()
        self._go()
        self._show_state()

    def _not_opened(self, error: WorkbenchError) -> None:
        self._opening = None
        self.state.say_error(error, [(tr("read.try_again"), lambda: self.show_case(self._case))])
        self.stack.setCurrentWidget(self.state)

    def _fill_list(self, documents: Sequence[Any]) -> None:
        here = self._shown_document()
        self.list.blockSignals(True)
        self.list.clear()
        for document, name in [
            (_ALL, tr("read.all")),
            (_WHOLE, tr("read.whole")),
            *((d.id, document_name(d)) for d in documents),
        ]:
            item = QListWidgetItem(name)
            item.setData(_ID, document)
            item.setToolTip(name)
            self.list.addItem(item)
            if document == here:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)

    def _shown_document(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_ID)) if item else _ALL

    def _in_grid(self) -> bool:
        return self._shown_document() == _ALL

    def _go(self) -> None:
        """Show the grid, or the chosen document's page and source."""
        if self._opened is None:
            return
        if self._in_grid():
            self._show_grid()
            return
        if self._shown_document() == _WHOLE:
            self.page.begin(tr("read.whole"), [])
            self.page.show_fields((), lambda _field: None)
            self.stack.setCurrentWidget(self.page)
            self._summarise(model=False)
            return
        document = next((d for d in self._opened.documents if d.id == self._shown_document()), None)
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
        if not self._opened.documents:
            self.state.say(
                tr("read.no_documents"), tr("read.no_documents_hint"), [(tr("read.to_library"), self._to_library)]
            )
            self.stack.setCurrentWidget(self.state)
        elif not self.model.cells and self._running is None:
            asking = self.bar.chosen == QUESTIONS
            hint = tr("read.first_questions") if asking else tr("read.first_hint")
            self.state.say(tr("read.first"), hint, [(tr("read.run"), self.run)])
            self.stack.setCurrentWidget(self.state)
        else:
            self.stack.setCurrentWidget(self._grid_side)

    def _choose_set(self, chosen: str) -> None:
        self.questions.setVisible(chosen == QUESTIONS)
        self._undo = []
        if chosen != QUESTIONS:
            self._fields = field_set(chosen)
        elif not self._take_questions(silent=True):
            self._fields = None
        if self._case is not None and self._opened is not None:
            self.model.begin(self._opened.documents, self._fields.fields if self._fields else (), ())
            self._open(self._case)

    def _take_questions(self, *, silent: bool = False) -> bool:
        """Read the typed questions into a field set."""
        lines = [line for line in self.questions.toPlainText().splitlines() if line.strip()]
        try:
            fields = questions_set(lines, tr("read.questions"))
        except WorkbenchError as error:
            if not silent:
                self._desk.warn(error)
            return False
        if self._fields is None or [f.id for f in self._fields.fields] != [f.id for f in fields.fields]:
            self._fields = fields
            if self._opened is not None:
                self.model.begin(self._opened.documents, fields.fields, ())
        library, case = self._desk.library, self._case
        if library is not None and case is not None and not silent:
            self._desk.job_runner.start(
                Lane.STORE,
                lambda _job: work.save_questions(library, case, lines),
                owner=self,
                on_done=lambda _done: None,
                saves=True,
            )
        return True

    def _can_run(self) -> bool:
        documents = self._opened.documents if self._opened else ()
        return self._running is None and bool(documents) and (self._fields is not None or self.bar.chosen == QUESTIONS)

    def _came(self, read: CellRead) -> None:
        self.model.put(read.cell)
        if not self._refill.isActive():
            self._refill.start()

    def _done(self, _cells: tuple[Cell, ...]) -> None:
        self._running = None
        self._show_counts()
        self._show_state()
        found = sum(not c.missing for c in self.model.cells)
        self._desk.notify(tr("read.done", found=found, total=len(self.model.cells)))

    def _failed(self, error: WorkbenchError) -> None:
        self._running = None
        self._show_state()
        self._desk.warn(error)

    def _stopped(self) -> None:
        self._running = None
        self._show_counts()
        self._show_state()

    def _show_counts(self) -> None:
        self.bar.say_doubtful(sum(is_doubtful(c) for c in self.model.cells))
        self._show_state()
        if self._shown_document() not in (_ALL, _WHOLE):
            self._show_page_fields()

    def _show_state(self) -> None:
        cells = len(self.model.cells)
        begun = 0 < cells < len(self.model.documents) * len(self.model.fields)
        self.bar.set_state(running=self._running is not None, ready=self._can_run(), any_cell=cells > 0, begun=begun)

    def _show_page_fields(self) -> None:
        document = self._shown_document()
        self.page.show_fields(self.model.fields, lambda field: self.model.cell(document, field.id))

    def _filter(self) -> None:
        self.table.rows.show_only(self.bar.filter.text(), doubtful=self.bar.doubtful.isChecked())

    def _show_cell(self, cell: Cell | None) -> None:
        field = self._field(cell.field) if cell else None
        self._desk.show_claim(cell.claim(field.title) if cell and field else None)

    def _show_claim(self, claim: Claim) -> None:
        self._desk.show_claim(claim)
        if claim.citations:
            self._desk.show_source(claim.citations[0])

    def _show_source(self, citation: Citation) -> None:
        self._desk.show_source(citation)

    def _field(self, field_id: str) -> Field | None:
        return self._fields.field(field_id) if self._fields else None

    def _place(self, cell: Cell) -> work.Place | None:
        document = next((d for d in self.model.documents if d.id == cell.document), None)
        field = self._field(cell.field)
        return (self._case, document, field) if self._case and document is not None and field else None

    def _judge_here(self, verdict: Verdict) -> None:
        cell = self.table.current_cell()
        if cell is not None:
            self._judge(cell, verdict)

    def _judge(self, cell: Cell, verdict: Verdict, value: str = "") -> None:
        place = self._place(cell)
        if place is None or (cell.missing and verdict != "corrected"):
            return
        library = self._desk.library
        self._undo = [*self._undo, cell][-_MOST_UNDO:]
        self._keep(lambda: work.judge(library, place, cell, verdict, value), cell.judged(verdict, value))

    def _keep(self, save: Callable[[], Cell], shown: Cell) -> None:
        """Show a judged cell at once, and keep it."""
        self.model.put(shown)
        self._show_cell(shown)
        self._show_counts()
        self._desk.job_runner.start(Lane.STORE, lambda _job: save(), owner=self, on_done=lambda _cell: None, saves=True)

    def _summarise(self, *, model: bool) -> None:
        document, library, engine, length = (
            self._shown_document(),
            self._desk.library,
            self._desk.engine,
            self.page.length,
        )
        if self._summing is not None:
            self._summing.cancel()
        if document == _ALL or library is None or self._opened is None:
            return
        documents = [d.id for d in self._opened.documents] if document == _WHOLE else [document]
        self.page.condense.setEnabled(not model)
        self._summing = self._desk.job_runner.start(
            Lane.ENGINE if model else Lane.IO,
            lambda job: work.summary_of(library, engine, documents, length, job, model=model),
            owner=self,
            on_done=self._summed,
            on_cancel=lambda: self.page.condense.setEnabled(True),
            title=tr("read.condensing") if model else "",
        )

    def _summed(self, summary: Summary) -> None:
        self._summing = None
        self.page.condense.setEnabled(True)
        self.page.show_summary(summary)

    def _compare(self, other: str) -> None:
        document, library = self._shown_document(), self._desk.library
        if document == _ALL or not other or library is None:
            return
        if self._comparing is not None:
            self._comparing.cancel()
        self.page.compare.setEnabled(False)
        self._comparing = self._desk.job_runner.start(
            Lane.IO,
            lambda job: work.changes_of(library, document, other, job),
            owner=self,
            on_done=self._compared,
            on_error=self._not_compared,
            on_cancel=lambda: self.page.compare.setEnabled(True),
            title=tr("read.comparing"),
        )

    def _compared(self, changes: Sequence[Any]) -> None:
        self._comparing = None
        self.page.compare.setEnabled(True)
        self.page.show_changes(changes)
        if not changes:
            self._desk.notify(tr("read.no_changes"))

    def _not_compared(self, error: WorkbenchError) -> None:
        self._comparing = None
        self.page.compare.setEnabled(True)
        self._desk.warn(error)

    def _shown_documents(self) -> list[Any]:
        """The document the list is at; all of them at the grid and at the case's summary."""
        here = self._shown_document()
        documents = self._opened.documents if self._opened else ()
        return [d for d in documents if here in (_ALL, _WHOLE, d.id)]

    def _risk_read(self, found: bool) -> None:
        self.page.risk.setEnabled(True)
        if not found:
            self._desk.notify(tr("read.no_risk"))
            return
        self.stack.setCurrentWidget(self.risk)
        self.risk.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_risk(self) -> None:
        if self._in_grid():
            self._show_grid()
        else:
            self.stack.setCurrentWidget(self.page)
            self.page.risk.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop_all(self) -> None:
        self.risk.stop()
        self.page.risk.setEnabled(True)
        for job in (self._opening, self._running, self._summing, self._comparing):
            if job is not None:
                job.cancel()
        self._opening = self._running = self._summing = self._comparing = None

    def _to_library(self) -> None:
        self._desk.go("library")

    def _path_for(self, title: str, name: str, kinds: str) -> str:
        return self.choose_path(title, name, kinds)

    def _ask_path(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self, title, name, kinds)[0]

    def _ask_printer(self) -> QPrinter | None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        return printer if QPrintDialog(printer, self).exec() else None


def create(desk: Desk) -> ReadPane:
    """The pane, for the window."""
    return ReadPane(desk)
