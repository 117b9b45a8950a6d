"""智问: ask the case's documents; evidence at once, then an answer every sentence of which is checked."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.models.retrieval.filters import Filters
from workbench.views import theme
from workbench.views.ask.answering import Answering
from workbench.views.ask.composer import Composer
from workbench.views.ask.exporting import save_talk
from workbench.views.ask.history import History
from workbench.views.ask.kept import KeptTalks
from workbench.views.ask.scope import ScopeBar
from workbench.views.ask.scope_box import Offered
from workbench.views.ask.similar import find_similar
from workbench.views.ask.talk_view import TalkView, in_the_middle
from workbench.views.ask.talks import Talk, Turn
from workbench.views.ask.turn_view import TurnView
from workbench.views.chat_model import lacks_chat_model
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import STYLE, DocumentNames, StatePage
from workbench.views.job_runner import Lane
from workbench.views.two_columns import two_columns

_SUGGESTIONS = 6


class AskPane(QWidget):
    """Talks of the open case, one of them in front."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setStyleSheet(STYLE)
        self._talk: Talk | None = None
        self._names = DocumentNames(desk, self, self._renamed)
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.kept = KeptTalks(desk, self, self._list_talks)
        self.narrowing = ScopeBar(self._names.of, self._fetch_offered)
        self.history = History()
        self.composer = Composer()
        self.scope = QLabel()
        self.only_proven = QCheckBox(tr("ask.only_proven"))
        self.state = StatePage()
        self.stack = QStackedWidget()
        self.talk_area = TalkView(self._names.of, partial(lacks_chat_model, desk), self.composer.ask_button)
        self.answering = Answering(desk, self.talk_area.view_of, self.kept.keep, self)
        self._build()
        self._connect()
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's talks; an answer still running goes on and is kept with its own case."""
        self.kept.open(case)
        self.narrowing.set_filters(Filters())
        self.narrowing.setEnabled(case is not None)
        self._names.load(case)
        self.history.offer_undo(None)
        self.history.show_suggestions([tr(f"ask.suggestion.{n}") for n in range(1, _SUGGESTIONS + 1)] if case else [])
        self._open_talk(None)
        self.history.show_talks([], None)
        self._say_scope()
        self.composer.setEnabled(case is not None)
        if case is not None and self._desk.library is not None:
            self._recommend(case)

    def refresh(self, changes: ChangesLike) -> None:  # noqa: ARG002 the names follow by themselves
        """Nothing of a talk changes with the documents."""
        self._say_scope()

    def engine_changed(self) -> None:
        """A model was brought in, or failed: say so where it matters."""
        if self._talk is None:
            self._say_state()
        self.talk_area.engine_changed()

    def focus_first(self) -> None:
        """Put the keyboard into the question."""
        self.composer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """New talk, stop, copy, what is shown."""
        return [
            Command("ask.command.new", "Ctrl+N", self.new_talk),
            Command("ask.command.focus", "Ctrl+L", self.focus_first),
            Command("ask.command.stop", "", self.stop, lambda: self.running),
            Command("ask.command.copy", "Ctrl+Shift+C", self.copy_last, lambda: bool(self.turn_views)),
            Command("ask.command.only_proven", "", self.only_proven.toggle),
            Command("ask.command.scope", "", self.narrowing.open, lambda: self.kept.case is not None),
            Command("ask.command.rename", "", self.history.rename, lambda: self._talk is not None),
            Command("ask.command.export", "Ctrl+E", self.export, lambda: self._talk is not None),
            Command("ask.command.undo", "", self._undo_delete, lambda: self.kept.deleted is not None),
        ]

    @property
    def turn_views(self) -> tuple[TurnView, ...]:
        """The questions and answers shown."""
        return self.talk_area.views

    @property
    def running(self) -> bool:
        """Whether an answer is being made."""
        return self.answering.running

    def ask(self, question: str) -> None:
        """Ask in the talk in front, or in a new one."""
        case, asker = self.kept.case, self._desk.asker
        if case is None or self.running or not question.strip():
            return
        if asker is None:
            self._desk.warn(WorkbenchError(tr("ask.no_service"), tr("ask.no_service_hint")))
            return
        if self._talk is None:
            self._talk = Talk()
            self.kept.add(self._talk)
        earlier = self._talk.understood
        turn = Turn(question.strip(), scope=self.narrowing.words)
        self._talk.turns.append(turn)
        self.talk_area.add(turn)
        self.kept.keep(case, self._talk)
        self._list_talks()
        self.stack.setCurrentWidget(self.talk_area)
        self.composer.set_running(True)
        self.answering.begin(asker, case, self._talk, earlier, self.narrowing.filters)
        self.talk_area.go_to_end()

    def stop(self) -> None:
        """Stop the running answer; what has come stays."""
        self.answering.stop()

    def new_talk(self) -> None:
        """Begin afresh."""
        self._open_talk(None)
        self.history.show_talks(self.kept.latest_first, None)
        self.focus_first()

    def copy_last(self) -> None:
        """Copy the last answer with its references."""
        if self.turn_views:
            self.turn_views[-1].copy()

    def export(self) -> None:
        """Hand the talk in front on as Word."""
        if self._talk is not None:
            self._export(self._talk.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc stops."""
        if event.key() == Qt.Key.Key_Escape and self.running:
            self.stop()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.talk_area)
        below = QWidget()
        around = QVBoxLayout()
        around.setContentsMargins(theme.space(6), theme.space(2), theme.space(6), theme.space(4))
        around.addWidget(self.narrowing)
        around.addWidget(self.composer)
        in_the_middle(below, around)
        work = QWidget()
        theme.set_role(work, "ground")
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        column.addWidget(self.stack, 1)
        column.addWidget(below)
        two_columns(self, self.history, work, 216)

    def _bar(self) -> QFrame:
        """What is searched, and whether only proven sentences are shown."""
        bar = QFrame()
        theme.set_role(bar, "toolbar")
        bar.setFixedHeight(theme.space(10))
        theme.set_role(self.scope, "muted")
        self.only_proven.setToolTip(tr("ask.only_proven_tip"))
        across = QHBoxLayout(bar)
        across.setContentsMargins(theme.space(4), theme.space(1), theme.space(4), theme.space(1))
        across.setSpacing(theme.space(4))
        across.addWidget(self.scope)
        across.addStretch(1)
        across.addWidget(self.only_proven)
        return bar

    def _connect(self) -> None:
        self.composer.asked.connect(self.ask)
        self.composer.stopped.connect(self.stop)
        self.history.talk_chosen.connect(self._open_by_id)
        self.history.question_chosen.connect(self._suggested)
        self.history.new_wanted.connect(self.new_talk)
        self.history.delete_wanted.connect(self._delete_talk)
        self.history.undo_wanted.connect(self._undo_delete)
        self.history.renamed.connect(self._rename)
        self.history.export_wanted.connect(self._export)
        self.narrowing.changed.connect(self._say_scope)
        self.only_proven.toggled.connect(self.talk_area.set_only_proven)
        shown = self.talk_area
        shown.claim_chosen.connect(self._desk.show_claim)
        shown.citation_chosen.connect(self._desk.show_source)
        shown.models_wanted.connect(lambda: self._desk.go("models"))
        shown.again_wanted.connect(self.ask)
        shown.judged.connect(self._judge)
        shown.similar_wanted.connect(self._find_similar)
        shown.copied.connect(lambda: self._desk.notify(tr("ask.copied")))
        self.answering.moved.connect(shown.follow)
        self.answering.ended.connect(self._ended)
        self.composer.edit.recalled.connect(self._recall)
        self._desk.indexing.moved.connect(self._say_scope)

    def _suggested(self, question: str) -> None:
        self.composer.set_text(question)
        self.focus_first()

    def _recall(self) -> None:
        """The last question once more, to be changed and asked again."""
        asked = [turn.question for talk in self.kept.latest_first for turn in talk.turns[-1:]]
        last = self._talk.turns[-1].question if self._talk and self._talk.turns else next(iter(asked), "")
        if last:
            self.composer.set_text(last)
            self.focus_first()

    def _say_scope(self) -> None:
        words = tr("ask.scope", count=self._names.count) if self.kept.case and self._names.count else ""
        indexing = bool(words) and self._desk.indexing.at_work
        kept = tr("ask.scope_kept", scope=self.narrowing.words) if self.narrowing.filters else words
        self.scope.setText(f"{kept} · {tr('ask.scope_indexing')}" if indexing else kept)
        self.scope.setToolTip(tr("ask.scope_indexing_tip") if indexing else "")

    def _renamed(self) -> None:
        self._say_scope()
        self.talk_area.rename()
        if self._talk is None:
            self._say_state()

    def _say_state(self) -> None:
        if self.kept.case is None:
            self.state.say(tr("ask.no_case"), tr("ask.no_case_hint"), [(tr("ask.to_library"), self._to_library)])
        elif not self._names.count:
            self.state.say(tr("ask.empty_case"), tr("ask.empty_case_hint"), [(tr("ask.to_library"), self._to_library)])
        elif lacks_chat_model(self._desk):
            self.state.say(
                tr("ask.first"), tr("ask.first_no_model"), [(tr("ask.to_models"), lambda: self._desk.go("models"))]
            )
        else:
            self.state.say(tr("ask.first"), tr("ask.first_hint"))
        self.stack.setCurrentWidget(self.state)

    def _to_library(self) -> None:
        self._desk.go("library")

    def _list_talks(self) -> None:
        self.history.show_talks(self.kept.latest_first, self._talk.id if self._talk else None)

    def _open_by_id(self, talk_id: str) -> None:
        self._open_talk(self.kept.find(talk_id))

    def _open_talk(self, talk: Talk | None) -> None:
        self._talk = talk
        self.talk_area.show_talk(talk)
        self._desk.show_claim(None)
        if talk is None:
            self._say_state()
        else:
            self.stack.setCurrentWidget(self.talk_area)

    def _ended(self) -> None:
        self.composer.set_running(False)
        self.talk_area.order_tabs()
        self.talk_area.follow()

    def _rename(self, talk_id: str, name: str) -> None:
        if self.kept.rename(talk_id, name):
            QTimer.singleShot(0, self, self._list_talks)

    def _export(self, talk_id: str) -> None:
        talk, case = self.kept.find(talk_id), self.kept.case
        if talk is not None and case is not None:
            save_talk(self._desk, self, talk, case, names=self._names.known, choose_path=self.choose_path)

    def _ask_path(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self, title, name, kinds)[0]

    def _judge(self, turn: Turn, verdict: str, correction: str) -> None:
        if not self.kept.judge(turn, verdict, correction):
            return
        view = self.talk_area.view_of(turn)
        if view is not None:
            view.judgement.show_turn(turn)
        self._desk.notify(tr("ask.judged" if verdict else "ask.judgement_gone"))

    def _find_similar(self, claim: Claim) -> None:
        """Passages like a quote, as a turn of the talk."""
        case, talk = self.kept.case, self._talk
        if case is None or talk is None or self.running:
            return

        def take(turn: Turn) -> None:
            talk.turns.append(turn)
            self.kept.keep(case, talk)
            if talk is self._talk:
                self.talk_area.add(turn)
                self.talk_area.go_to_end()

        find_similar(self._desk, self, case, claim.citations[0], take)

    def _recommend(self, case: str) -> None:
        """Questions this case's documents suggest, in place of the common ones once they are known."""
        asker = self._desk.asker
        if asker is None or not hasattr(asker, "recommended"):
            return

        def done(found: Sequence[str]) -> None:
            if case == self.kept.case and found:
                self.history.show_suggestions(found)

        self._desk.job_runner.start(
            Lane.IO,
            lambda job: asker.recommended(case, job),
            owner=self,
            on_done=done,
            on_error=lambda _error: None,
        )

    def _fetch_offered(self, take: Callable[[Offered], None]) -> None:
        library, case = self._desk.library, self.kept.case
        if library is None or case is None:
            return

        def fetch(_job: object) -> Offered:
            documents = [d for d in library.documents(case) if d.state != "rejected"]
            return Offered(documents, [other for other in library.cases() if other.id != case])

        self._desk.job_runner.start(Lane.IO, fetch, owner=self, on_done=take, on_error=self._desk.warn)

    def _delete_talk(self, talk_id: str) -> None:
        talk = self.kept.find(talk_id)
        if talk is None or self.answering.runs_in(talk) or self.kept.case is None:
            return
        self.kept.delete(talk)
        if talk is self._talk:
            self._open_talk(None)
        self._list_talks()
        self.history.offer_undo(talk.title)

    def _undo_delete(self) -> None:
        if self.kept.deleted is not None:
            self.kept.undo()
            self.history.offer_undo(None)
            self._list_talks()


def create(desk: Desk) -> AskPane:
    """The pane of this desk."""
    return AskPane(desk)
