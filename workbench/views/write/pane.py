"""智写: the draft of a case's report, every sentence with its standing."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QStackedWidget, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import language, tr
from workbench.models.evidence import Claim
from workbench.models.writing import Report
from workbench.models.writing.report import DraftedSection
from workbench.views import theme
from workbench.views.chat_model import lacks_chat_model
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import STYLE, DocumentNames, StatePage
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.two_columns import two_columns
from workbench.views.write import draft as drafts
from workbench.views.write.draft import Draft
from workbench.views.write.drafting import Drafting
from workbench.views.write.exporting import WORD, WORKBOOK, Form, hand_in, open_folder
from workbench.views.write.outline import Outline, standing
from workbench.views.write.page import Page
from workbench.views.write.proof import find_evidence
from workbench.views.write.section_view import SectionView
from workbench.views.write.toolbar import Toolbar


class WritePane(QWidget):
    """The report of the open case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setStyleSheet(STYLE)
        self._case: str | None = None
        self._draft: Draft | None = None
        self._reading: JobHandle | None = None
        self._wanted = False
        self._names = DocumentNames(desk, self, self._renamed)
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.open_folder: Callable[[Path], object] = open_folder
        self.outline = Outline()
        self.toolbar = Toolbar()
        self.state = StatePage()
        self.page = Page(self._names.of, self.outline.gaps)
        self.stack = QStackedWidget()
        self.drafting = Drafting(desk, self)
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
        self._wanted = False
        self.page.clear()
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
        if self._case in changes.cases:
            self._say_if_empty()

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
            Command("write.stop_command", "", self.stop, lambda: self.running),
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
        return self.drafting.running

    def view(self, section: str) -> SectionView:
        """The view of a section."""
        return self.page.views[section]

    def generate(self) -> None:
        """Draft what is not drafted from the present material, as soon as the outline is there."""
        self._wanted = self._reading is not None
        self._generate(None)

    def generate_section(self) -> None:
        """Draft the chosen section again; what the user wrote in it stays."""
        section = self.outline.current or (self._draft.outline[0][0] if self._draft else None)
        if section is not None:
            self._generate([section])

    def stop(self) -> None:
        """Stop drafting; finished sections stay."""
        self.drafting.stop()

    def undo(self) -> None:
        """Take the last edit back."""
        section = self._draft.take_back() if self._draft else None
        if section is not None:
            self._show_section(section)
            self._save(section)

    def hand_in_word(self) -> None:
        """Write the draft as Word where the user says."""
        self._hand_in(WORD)

    def hand_in_workbook(self) -> None:
        """Write the figures as Excel where the user says."""
        self._hand_in(WORKBOOK)

    def next_doubtful(self) -> None:
        """Go to the next sentence that has to be looked at."""
        if not self.page.next_doubtful():
            self._desk.notify(tr("write.nothing_doubtful"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc stops."""
        if event.key() == Qt.Key.Key_Escape and self.running:
            self.stop()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.page)
        work = QFrame()
        theme.set_role(work, "panel")
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.stack, 1)
        two_columns(self, self.outline, work, 224)

    def _connect(self) -> None:
        self.outline.chosen.connect(self.page.go_to)
        self.toolbar.all_wanted.connect(self.generate)
        self.toolbar.section_wanted.connect(self.generate_section)
        self.toolbar.stopped.connect(self.stop)
        self.toolbar.word_wanted.connect(self.hand_in_word)
        self.toolbar.workbook_wanted.connect(self.hand_in_workbook)
        self.page.section_seen.connect(self.outline.select)
        self.page.claim_chosen.connect(self._desk.show_claim)
        self.page.citation_chosen.connect(self._desk.show_source)
        self.page.evidence_wanted.connect(self._find_evidence)
        self.page.edited.connect(self._edited)
        self.page.completed.connect(self._completed)
        self.page.ask_model_with(partial(lacks_chat_model, self._desk))
        self.page.models_wanted.connect(lambda: self._desk.go("models"))
        self.drafting.begun.connect(self._section_begun)
        self.drafting.sentence.connect(self._add_sentence)
        self.drafting.drafted.connect(self._take_section)
        self.drafting.reported.connect(self._take_report)
        self.drafting.progressed.connect(self.toolbar.progress)
        self.drafting.ended.connect(self._ended)

    def _idle(self) -> bool:
        return self._draft is not None and not self.running and self._desk.writer is not None

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
        else:
            self._show_page()
        if self._wanted:
            self._wanted = False
            self.generate()

    def _not_read(self, error: WorkbenchError) -> None:
        self._reading = None
        self.state.say_error(error, [(tr("write.try_again"), lambda: self.show_case(self._case))])

    def _say_if_empty(self) -> None:
        """Say what to do first while nothing is drafted; a draft under way keeps its page."""
        if self._draft is not None and not self._draft.sections and not self.running:
            self._say_empty()

    def _say_empty(self) -> None:
        if not self._names.count:
            self.state.say(
                tr("write.no_documents"), tr("write.no_documents_hint"), [(tr("write.to_library"), self._to_library)]
            )
        else:
            missing = lacks_chat_model(self._desk)
            hint = tr("write.first_no_model") if missing else tr("write.first_hint")
            to_models = [(tr("write.to_models"), lambda: self._desk.go("models"))] if missing else []
            self.state.say(tr("write.first"), hint, [(tr("write.generate"), self.generate), *to_models])
        self.stack.setCurrentWidget(self.state)

    def engine_changed(self) -> None:
        """A model was brought in, or failed: say so before the first draft."""
        self.page.tell_of_models()
        self._say_if_empty()

    def _show_page(self) -> None:
        if self._draft is not None:
            self.stack.setCurrentWidget(self.page)
            self.page.begin(self._draft.outline, self._fill)

    def _fill(self, view: SectionView) -> None:
        """What there is of a section, on a view of it just made."""
        if self._draft is not None and view.section_id in self._draft.sections:
            view.show_section(self._draft.sections[view.section_id])
        elif view.section_id == self.drafting.section:
            view.begin()

    def _renamed(self) -> None:
        self.page.rename()
        self._say_if_empty()

    def _generate(self, sections: list[str] | None) -> None:
        if self._draft is None or not self._idle():
            return
        self._draft.undo.clear()
        self.drafting.begin(self._draft, sections)
        self._show_page()
        self._say()

    def _section_begun(self, section: str) -> None:
        if section in self.page.views:
            self.page.views[section].begin()
        self.outline.say(section, standing(None, running=True))

    def _add_sentence(self, section: str, paragraph: str, claim: Claim) -> None:
        if section in self.page.views:
            self.page.views[section].add_sentence(paragraph, claim)

    def _take_section(self, section: DraftedSection) -> None:
        if self._draft is not None:
            self._draft.sections[section.id] = section
        self._show_section(section)

    def _take_report(self, report: Report) -> None:
        if self._draft is not None and report.case_id == self._draft.case:
            self._draft.head = report
            self._draft.sections.update({section.id: section for section in report.sections})

    def _ended(self, unfinished: str | None) -> None:
        draft = self._draft
        if draft is None:
            return
        if unfinished is not None and unfinished in self.page.views:
            self.page.views[unfinished].show_section(draft.sections.get(unfinished))
        self.page.order_tabs()
        self._say()
        self._say_if_empty()

    def _completed(self) -> None:
        """A section stands whole; while others are still drafted or added, the order of Tab waits for them."""
        if not self.running and self.page.whole:
            self.page.order_tabs()

    def _edited(self, section: DraftedSection) -> None:
        if self._draft is None or self.running:
            self._desk.notify(tr("write.busy"))
            return
        self._draft.change(section)
        self._show_section(section)
        self._save(section)
        self._desk.notify(tr("write.edited"))

    def _show_section(self, section: DraftedSection) -> None:
        view = self.page.views.get(section.id)
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
        if self._case is not None:
            find_evidence(self._desk, self, self._case, claim)

    def _hand_in(self, form: Form) -> None:
        if self._draft is not None and self._can_hand_in():
            hand_in(
                self._desk,
                self,
                self._draft.report(),
                form,
                choose_path=self.choose_path,
                open_folder=self.open_folder,
            )

    def _ask_path(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self, title, name, kinds)[0]

    def _say(self) -> None:
        draft = self._draft
        running = self.running
        self.toolbar.set_state(running=running, begun=self._begun(), ready=draft is not None)
        if draft is None:
            self.toolbar.say("")
            return
        for section, _ in draft.outline:
            here = running and section == self.drafting.section
            self.outline.say(section, standing(draft.sections.get(section), running=here))
        self.outline.show_gaps(draft.gaps())
        proven, doubtful = draft.counts()
        if not draft.sections:
            self.toolbar.say("")
            return
        badge = tr("write.badge", count=doubtful) if doubtful else ""
        length = tr("write.length", letters=f"{draft.letters():,}")
        self.toolbar.say(tr("write.state", proven=proven), badge, length)


def create(desk: Desk) -> WritePane:
    """The pane of this desk."""
    return WritePane(desk)
