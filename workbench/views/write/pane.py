"""智写: the draft of a case's report, every sentence with its standing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import language, tr
from workbench.inference.api import LoadState, Role
from workbench.models.evidence import Citation, Claim, Status
from workbench.models.writing import Report, SectionDrafted, SectionStarted, SentenceWritten
from workbench.models.writing.report import DraftedSection
from workbench.views import theme
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import STYLE, DocumentNames, StatePage
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.write import draft as drafts
from workbench.views.write.draft import Draft
from workbench.views.write.exporting import export_word, export_workbook
from workbench.views.write.outline import Outline, standing
from workbench.views.write.section_view import SectionView
from workbench.views.write.toolbar import Toolbar

_COLUMN = 760
_SEARCHED = 5


@dataclass(frozen=True, slots=True)
class _Form:
    """A kind of file a draft is handed in as."""

    ending: str
    title_key: str
    kinds_key: str
    write: Callable[[Report, Path], Path]


_WORD = _Form("docx", "write.export_word", "write.word_files", export_word)
_WORKBOOK = _Form("xlsx", "write.export_workbook", "write.workbook_files", export_workbook)


class WritePane(QWidget):
    """The report of the open case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setStyleSheet(STYLE)
        self._case: str | None = None
        self._draft: Draft | None = None
        self._running: JobHandle | None = None
        self._reading: JobHandle | None = None
        self._section_running: str | None = None
        self._views: dict[str, SectionView] = {}
        self._waiting: list[tuple[str, str]] = []
        self._names = DocumentNames(desk, self, self._renamed)
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.open_folder: Callable[[Path], object] = _open_folder
        self.outline = Outline()
        self.toolbar = Toolbar()
        self.state = StatePage()
        self.page = QScrollArea()
        self.stack = QStackedWidget()
        self._sheet = QFrame()
        self._column = QVBoxLayout()
        self._adder = QTimer(self)
        self._adder.setInterval(0)
        self._adder.timeout.connect(self._add_view)
        self._build()
        self._connect()
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's draft. A draft still being made for the case before is stopped; its sections are kept."""
        self.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._case = case
        self._draft = None
        self._clear_views()
        self._names.load(case)
        self.outline.begin("", [])
        self._say()
        if case is None:
            self.state.say(tr("write.no_case"), tr("write.no_case_hint"), [(tr("write.to_library"), self._to_library)])
            self.stack.setCurrentWidget(self.state)
        elif self._desk.writer is not None:
            self._read(case)

    def refresh(self, changes: ChangesLike) -> None:
        """Whether there are documents to write from may have changed."""
        if self._case in changes.cases and self._draft is not None and not self._draft.sections:
            self._say_empty()

    def focus_first(self) -> None:
        """Into the outline, or to the first button."""
        buttons = self.state.buttons if self.stack.currentWidget() is self.state else []
        target: QWidget = buttons[0] if buttons else self.outline.sections
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Draft, stop, hand in, undo."""
        return [
            Command("write.generate", "Ctrl+Return", self.generate, self._idle),
            Command("write.again", "Ctrl+R", self.generate_section, lambda: self._idle() and self._begun()),
            Command("write.stop_command", "", self.stop, lambda: self._running is not None),
            Command("write.export_word", "Ctrl+E", self.hand_in_word, self._can_hand_in),
            Command("write.export_workbook", "Ctrl+Shift+E", self.hand_in_workbook, self._can_hand_in),
            Command("write.undo", "Ctrl+Z", self.undo, lambda: bool(self._draft and self._draft.undo)),
            Command("write.next_doubtful", "F8", self.next_doubtful, self._begun),
        ]

    @property
    def draft(self) -> Draft | None:
        """The draft shown."""
        return self._draft

    @property
    def running(self) -> bool:
        """Whether a draft is being made."""
        return self._running is not None

    def view(self, section: str) -> SectionView:
        """The view of a section."""
        return self._views[section]

    def generate(self) -> None:
        """Draft what is not drafted from the present material."""
        self._generate(None)

    def generate_section(self) -> None:
        """Draft the chosen section again; what the user wrote in it stays."""
        section = self.outline.current or (self._draft.outline[0][0] if self._draft else None)
        if section is not None:
            self._generate([section])

    def stop(self) -> None:
        """Stop drafting; finished sections stay."""
        if self._running is not None:
            self._running.cancel()

    def undo(self) -> None:
        """Take the last edit back."""
        section = self._draft.take_back() if self._draft else None
        if section is not None:
            self._show_section(section)
            self._save(section)

    def hand_in_word(self) -> None:
        """Write the draft as Word where the user says."""
        self._hand_in(_WORD)

    def hand_in_workbook(self) -> None:
        """Write the figures as Excel where the user says."""
        self._hand_in(_WORKBOOK)

    def next_doubtful(self) -> None:
        """Go to the next sentence that has to be looked at."""
        places = []
        for section, _ in self._draft.outline if self._draft else ():
            view = self._views.get(section)
            for text in view.texts if view else ():
                places += [
                    (text, number)
                    for number, claim in enumerate(text.claims)
                    if claim.status in (Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT)
                ]
        if not places:
            self._desk.notify(tr("write.nothing_doubtful"))
            return
        here = next((i for i, (t, n) in enumerate(places) if t.hasFocus() and t.chosen is t.claims[n]), -1)
        text, number = places[(here + 1) % len(places)]
        text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        text.choose(number)
        at = text.mapTo(self._sheet, QPoint(0, int(text.sentence_rect(number).top())))
        self.page.ensureVisible(0, at.y(), 0, self.page.viewport().height() // 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc stops."""
        if event.key() == Qt.Key.Key_Escape and self._running is not None:
            self.stop()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        theme.set_role(self._sheet, "panel")
        self._column.setContentsMargins(theme.space(8), theme.space(6), theme.space(8), theme.space(8))
        self._column.setSpacing(0)
        self._column.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(_COLUMN)
        middle.setLayout(self._column)
        around = QVBoxLayout(self._sheet)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(middle)
        self.page.setWidget(self._sheet)
        self.page.setWidgetResizable(True)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page.setAccessibleName(tr("write.page_name"))
        theme.set_role(self.page, "panel")
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.page)
        work = QFrame()
        theme.set_role(work, "panel")
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.stack, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.outline)
        splitter.addWidget(work)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([224, 640])
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _connect(self) -> None:
        self.outline.chosen.connect(self._go_to)
        self.toolbar.all_wanted.connect(self.generate)
        self.toolbar.section_wanted.connect(self.generate_section)
        self.toolbar.stopped.connect(self.stop)
        self.toolbar.word_wanted.connect(self.hand_in_word)
        self.toolbar.workbook_wanted.connect(self.hand_in_workbook)
        self.page.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _idle(self) -> bool:
        return self._draft is not None and self._running is None and self._desk.writer is not None

    def _begun(self) -> bool:
        return self._draft is not None and bool(self._draft.sections)

    def _can_hand_in(self) -> bool:
        return self._idle() and self._begun()

    def _to_library(self) -> None:
        self._desk.go("library")

    def _read(self, case: str) -> None:
        self.state.say("", tr("write.reading"), busy=True)
        self.stack.setCurrentWidget(self.state)
        writer, library = self._desk.writer, self._desk.library
        self._reading = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: drafts.read(writer, library, case),
            owner=self,
            on_done=self._take,
            on_error=self._not_read,
        )

    def _take(self, draft: Draft) -> None:
        self._reading = None
        if draft.case != self._case:
            return
        self._draft = draft
        self.outline.begin(draft.scenario.name.of(language()), draft.outline)
        self._say()
        if not draft.sections:
            self._say_empty()
            return
        self._show_page()

    def _not_read(self, error: WorkbenchError) -> None:
        self._reading = None
        self.state.say_error(error, [(tr("write.try_again"), lambda: self.show_case(self._case))])

    def _say_empty(self) -> None:
        if not self._names.count:
            self.state.say(
                tr("write.no_documents"), tr("write.no_documents_hint"), [(tr("write.to_library"), self._to_library)]
            )
        else:
            missing = self._no_model()
            hint = tr("write.first_no_model") if missing else tr("write.first_hint")
            to_models = [(tr("write.to_models"), lambda: self._desk.go("models"))] if missing else []
            self.state.say(tr("write.first"), hint, [(tr("write.generate"), self.generate), *to_models])
        self.stack.setCurrentWidget(self.state)

    def _no_model(self) -> bool:
        engine = self._desk.engine
        return engine is not None and engine.state().of(Role.CHAT).state in (LoadState.MISSING, LoadState.FAILED)

    def engine_changed(self) -> None:
        """A model was brought in, or failed: say so before the first draft."""
        if self._draft is not None and not self._draft.sections and self._running is None:
            self._say_empty()

    def _clear_views(self) -> None:
        self._adder.stop()
        self._waiting = []
        for view in self._views.values():
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views = {}

    def _show_page(self) -> None:
        if self._draft is None:
            return
        self.stack.setCurrentWidget(self.page)
        if not self._views and not self._waiting:
            self._waiting = list(self._draft.outline)
            self._add_view()
            self._adder.start()

    def _add_view(self) -> None:
        if not self._waiting or self._draft is None:
            self._adder.stop()
            self._order_tabs()
            return
        section, title = self._waiting.pop(0)
        view = SectionView(section, title, self._names.of)
        view.claim_chosen.connect(self._show_claim)
        view.citation_chosen.connect(self._show_source)
        view.evidence_wanted.connect(self._find_evidence)
        view.edited.connect(self._edited)
        view.completed.connect(self._completed)
        self._views[section] = view
        self._column.insertWidget(self._column.count() - 1, view)
        if section in self._draft.sections:
            view.show_section(self._draft.sections[section])
        elif section == self._section_running:
            view.begin()

    def _renamed(self) -> None:
        for view in self._views.values():
            view.rename()
        if self._draft is not None and not self._draft.sections and self._running is None:
            self._say_empty()

    def _show_claim(self, claim: Claim) -> None:
        self._desk.show_claim(claim)

    def _show_source(self, citation: Citation) -> None:
        self._desk.show_source(citation)

    def _generate(self, sections: list[str] | None) -> None:
        draft, writer = self._draft, self._desk.writer
        if draft is None or writer is None or self._running is not None:
            return
        draft.undo.clear()
        case, scenario = draft.case, draft.scenario
        self._running = self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: writer.draft(case, scenario, job, on_event=job.tell, sections=sections),
            owner=self,
            on_done=self._drafted,
            on_event=self._event,
            on_error=self._failed,
            on_progress=lambda done, total, _: self.toolbar.progress(done, total),
            on_cancel=self._end,
            title=tr("write.job", title=scenario.name.of(language())),
        )
        self._show_page()
        self._say()

    def _event(self, event: object) -> None:
        match event:
            case SectionStarted(section):
                self._section_running = section
                if section in self._views:
                    self._views[section].begin()
                self.outline.say(section, standing(None, running=True))
            case SentenceWritten(section, paragraph, claim):
                if section in self._views:
                    self._views[section].add_sentence(paragraph, claim)
            case SectionDrafted(section):
                self._section_running = None
                if self._draft is not None:
                    self._draft.sections[section.id] = section
                self._show_section(section)
            case _:
                return

    def _drafted(self, report: Report) -> None:
        if self._draft is not None and report.case_id == self._draft.case:
            self._draft.head = report
            self._draft.sections.update({section.id: section for section in report.sections})
        self._end()

    def _failed(self, error: WorkbenchError) -> None:
        self._desk.warn(error)
        self._end()

    def _end(self) -> None:
        self._running = None
        unfinished, self._section_running = self._section_running, None
        if self._draft is None:
            return
        if unfinished is not None and unfinished in self._views:
            self._views[unfinished].show_section(self._draft.sections.get(unfinished))
        self._order_tabs()
        self._say()
        if not self._draft.sections:
            self._say_empty()

    def _completed(self) -> None:
        """A section stands whole; while others are still drafted or added, the order of Tab waits for them."""
        if self._running is None and not self._waiting:
            self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes from the outline through the sections, which were made after everything else."""
        before: QWidget = self.outline.gaps
        for section, _ in self._draft.outline if self._draft else ():
            for stop in self._views[section].tab_stops() if section in self._views else ():
                QWidget.setTabOrder(before, stop)
                before = stop

    def _edited(self, section: DraftedSection) -> None:
        if self._draft is None or self._running is not None:
            self._desk.notify(tr("write.busy"))
            return
        self._draft.change(section)
        self._show_section(section)
        self._save(section)
        self._desk.notify(tr("write.edited"))

    def _show_section(self, section: DraftedSection) -> None:
        view = self._views.get(section.id)
        if view is not None:
            view.show_section(section)
        self._say()

    def _save(self, section: DraftedSection) -> None:
        draft, writer, library = self._draft, self._desk.writer, self._desk.library
        if draft is None:
            return
        place = (draft.case, draft.scenario)
        self._desk.job_runner.start(
            Lane.STORE,
            lambda _job: drafts.save(writer, library, place, section),
            owner=self,
            on_done=lambda _: self._say(),
            saves=True,
        )

    def _find_evidence(self, claim: Claim) -> None:
        retriever, case = self._desk.retriever, self._case
        if retriever is None or case is None:
            return

        def search(job: Any) -> tuple[Citation, ...]:
            hits = retriever.search(case, claim.text, k=_SEARCHED, job=job)
            return tuple(Citation(h.document.id, h.text, h.anchor) for h in hits if h.text.strip())

        def show(citations: tuple[Citation, ...]) -> None:
            if not citations:
                self._desk.notify(tr("write.nothing_found"))
                return
            self._desk.show_claim(Claim(claim.text, Status.PARTIAL, citations))
            self._desk.show_source(citations[0])

        self._desk.job_runner.start(Lane.ENGINE, search, owner=self, on_done=show)

    def _hand_in(self, form: _Form) -> None:
        draft = self._draft
        if draft is None or not self._can_hand_in():
            return
        report = draft.report()
        name = "".join(letter for letter in f"{report.case_name} {report.title}" if letter not in '\\/:*?"<>|')
        chosen = self.choose_path(tr(form.title_key), f"{name}.{form.ending}", tr(form.kinds_key))
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != f".{form.ending}":
            path = path.with_name(f"{path.name}.{form.ending}")

        def done(written: Path) -> None:
            self._desk.notify(tr("write.handed_in", name=written.name))
            self.open_folder(written.parent)

        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: form.write(report, path),
            owner=self,
            on_done=done,
            on_error=self._desk.warn,
            title=tr(form.title_key),
        )

    def _ask_path(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self, title, name, kinds)[0]

    def _go_to(self, section: str) -> None:
        self._reveal(section)
        # Sections shown a moment ago have not all found their height yet.
        QTimer.singleShot(0, self, lambda: self._reveal(section))

    def _reveal(self, section: str) -> None:
        view = self._views.get(section)
        if view is not None:
            top = view.mapTo(self._sheet, QPoint(0, 0)).y() - theme.space(4)
            self.page.verticalScrollBar().setValue(top)
            self.outline.select(section)

    def _scrolled(self, top: int) -> None:
        for section, view in self._views.items():
            at = view.mapTo(self._sheet, QPoint(0, 0)).y()
            if at + view.height() > top + theme.space(12):
                self.outline.select(section)
                return

    def _say(self) -> None:
        draft = self._draft
        running = self._running is not None
        self.toolbar.set_state(running=running, begun=self._begun(), ready=draft is not None)
        if draft is None:
            self.toolbar.say("")
            return
        for section, _ in draft.outline:
            here = running and section == self._section_running
            self.outline.say(section, standing(draft.sections.get(section), running=here))
        self.outline.show_gaps(draft.gaps())
        proven, doubtful = draft.counts()
        if not draft.sections:
            self.toolbar.say("")
            return
        badge = tr("write.badge", count=doubtful) if doubtful else ""
        length = tr("write.length", letters=f"{draft.letters():,}")
        self.toolbar.say(tr("write.state", proven=proven), badge, length)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def create(desk: Desk) -> WritePane:
    """The pane of this desk."""
    return WritePane(desk)
