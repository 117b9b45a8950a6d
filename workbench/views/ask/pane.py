"""智问: ask the case's documents; evidence at once, then an answer every sentence of which is checked."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import LoadState, Role
from workbench.models.asking import Answer, Answered, EvidenceFound, Piece, SentenceChecked
from workbench.models.evidence import Citation, Claim
from workbench.models.evidence.claim import claim_from_json
from workbench.models.retrieval.filters import Filters
from workbench.views import theme
from workbench.views.ask import talks
from workbench.views.ask.composer import Composer
from workbench.views.ask.exporting import export_talk
from workbench.views.ask.history import History
from workbench.views.ask.scope import ScopeBar
from workbench.views.ask.similar import similar_to
from workbench.views.ask.talks import Talk, Turn
from workbench.views.ask.turn_view import TurnView
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import STYLE, DocumentNames, StatePage
from workbench.views.job_runner import JobHandle, Lane

_SUGGESTIONS = 6
_BATCH = 2
_COLUMN = 1040
_NAME, _QUOTED = 40, 30


class AskPane(QWidget):
    """Talks of the open case, one of them in front."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setStyleSheet(STYLE)
        self._case: str | None = None
        self._talks: list[Talk] = []
        self._talk: Talk | None = None
        self._deleted: Talk | None = None
        self._views: list[TurnView] = []
        self._waiting: list[Turn] = []
        self._running: JobHandle | None = None
        self._answering: TurnView | None = None
        self._answering_talk: tuple[str, Talk] | None = None
        self._begun = 0.0
        self._names = DocumentNames(desk, self, self._renamed)
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.narrowing = ScopeBar(self._names.of, self._fetch_documents)
        self.history = History()
        self.composer = Composer()
        self.scope = QLabel()
        self.only_proven = QCheckBox(tr("ask.only_proven"))
        self.state = StatePage()
        self.stack = QStackedWidget()
        self.talk_area = QScrollArea()
        self._column = QWidget()
        self._turns = QVBoxLayout()
        self._adder = QTimer(self)
        self._adder.setInterval(0)
        self._adder.timeout.connect(self._add_waiting)
        self._build()
        self._connect()
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's talks; an answer still running goes on and is kept with its own case."""
        self._case = case
        self._talks, self._deleted = [], None
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
            library = self._desk.library
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: (case, _read_talks(library.notes(case, talks.NOTE_KIND))),
                owner=self,
                on_done=self._take_talks,
            )
            self._recommend(case)

    def refresh(self, changes: ChangesLike) -> None:  # noqa: ARG002 the names follow by themselves
        """Nothing of a talk changes with the documents."""
        self._say_scope()

    def engine_changed(self) -> None:
        """A model was brought in, or failed: say so where it matters."""
        if self._talk is None:
            self._say_state()
        for view in self._views:
            view.ask_model_with(self._no_model)

    def focus_first(self) -> None:
        """Put the keyboard into the question."""
        self.composer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """New talk, stop, copy, what is shown."""
        return [
            Command("ask.command.new", "Ctrl+N", self.new_talk),
            Command("ask.command.focus", "Ctrl+L", self.focus_first),
            Command("ask.command.stop", "", self.stop, lambda: self._running is not None),
            Command("ask.command.copy", "Ctrl+Shift+C", self.copy_last, lambda: bool(self._views)),
            Command("ask.command.only_proven", "", self.only_proven.toggle),
            Command("ask.command.scope", "", self.narrowing.open, lambda: self._case is not None),
            Command("ask.command.rename", "", self.history.rename, lambda: self._talk is not None),
            Command("ask.command.export", "Ctrl+E", self.export, lambda: self._talk is not None),
            Command("ask.command.undo", "", self._undo_delete, lambda: self._deleted is not None),
        ]

    @property
    def turn_views(self) -> tuple[TurnView, ...]:
        """The questions and answers shown."""
        return tuple(self._views)

    @property
    def running(self) -> bool:
        """Whether an answer is being made."""
        return self._running is not None

    def ask(self, question: str) -> None:
        """Ask in the talk in front, or in a new one."""
        if self._case is None or self._running is not None or not question.strip():
            return
        if self._desk.asker is None:
            self._desk.warn(WorkbenchError(tr("ask.no_service"), tr("ask.no_service_hint")))
            return
        if self._talk is None:
            self._talk = Talk()
            self._talks.insert(0, self._talk)
        earlier = self._talk.understood
        turn = Turn(question.strip(), scope=self.narrowing.words)
        self._talk.turns.append(turn)
        self._answering = self._add_view(turn)
        self._answering_talk = (self._case, self._talk)
        self._keep(*self._answering_talk)
        self._list_talks()
        self.stack.setCurrentWidget(self.talk_area)
        self.composer.set_running(True)
        self._begun = time.monotonic()
        asker, case, filters = self._desk.asker, self._case, self.narrowing.filters
        self._running = self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: asker.ask(case, turn.question, job, on_event=job.tell, earlier=earlier, filters=filters),
            owner=self,
            on_done=self._answered,
            on_event=self._event,
            on_error=self._failed,
            on_cancel=self._stopped,
            title=tr("ask.job", question=turn.question[:20]),
        )
        QTimer.singleShot(0, self, self._to_end)

    def stop(self) -> None:
        """Stop the running answer; what has come stays."""
        if self._running is not None:
            self._running.cancel()

    def new_talk(self) -> None:
        """Begin afresh."""
        self._open_talk(None)
        self.history.show_talks(self._talks, None)
        self.focus_first()

    def copy_last(self) -> None:
        """Copy the last answer with its references."""
        if self._views:
            self._views[-1].copy()

    def export(self) -> None:
        """Hand the talk in front on as Word."""
        if self._talk is not None:
            self._export(self._talk.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc stops."""
        if event.key() == Qt.Key.Key_Escape and self._running is not None:
            self.stop()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
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
        self._turns.setContentsMargins(theme.space(6), theme.space(4), theme.space(6), theme.space(4))
        self._turns.setSpacing(theme.space(2))
        self._turns.addStretch(1)
        _in_the_middle(self._column, self._turns)
        self.talk_area.setWidget(self._column)
        self.talk_area.setWidgetResizable(True)
        self.talk_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.talk_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.talk_area.setAccessibleName(tr("ask.talk_name"))
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.talk_area)
        below = QWidget()
        around = QVBoxLayout()
        around.setContentsMargins(theme.space(6), theme.space(2), theme.space(6), theme.space(4))
        around.addWidget(self.narrowing)
        around.addWidget(self.composer)
        _in_the_middle(below, around)
        work = QWidget()
        theme.set_role(work, "ground")
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.stack, 1)
        column.addWidget(below)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.history)
        splitter.addWidget(work)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([216, 640])
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

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
        self.only_proven.toggled.connect(self._filter)
        self.composer.edit.recalled.connect(self._recall)
        self._desk.indexing.moved.connect(self._say_scope)

    def _suggested(self, question: str) -> None:
        self.composer.set_text(question)
        self.focus_first()

    def _recall(self) -> None:
        """The last question once more, to be changed and asked again."""
        asked = [turn.question for talk in self._talks for turn in talk.turns[-1:]]
        last = self._talk.turns[-1].question if self._talk and self._talk.turns else next(iter(asked), "")
        if last:
            self.composer.set_text(last)
            self.focus_first()

    def _filter(self, only: bool) -> None:
        for view in self._views:
            view.set_only_proven(only)

    def _say_scope(self) -> None:
        words = tr("ask.scope", count=self._names.count) if self._case and self._names.count else ""
        indexing = bool(words) and self._desk.indexing.at_work
        kept = tr("ask.scope_kept", scope=self.narrowing.words) if self.narrowing.filters else words
        self.scope.setText(f"{kept} · {tr('ask.scope_indexing')}" if indexing else kept)
        self.scope.setToolTip(tr("ask.scope_indexing_tip") if indexing else "")

    def _renamed(self) -> None:
        self._say_scope()
        for view in self._views:
            view.rename()
        if self._talk is None:
            self._say_state()

    def _say_state(self) -> None:
        if self._case is None:
            self.state.say(tr("ask.no_case"), tr("ask.no_case_hint"), [(tr("ask.to_library"), self._to_library)])
        elif not self._names.count:
            self.state.say(tr("ask.empty_case"), tr("ask.empty_case_hint"), [(tr("ask.to_library"), self._to_library)])
        elif self._no_model():
            self.state.say(
                tr("ask.first"), tr("ask.first_no_model"), [(tr("ask.to_models"), lambda: self._desk.go("models"))]
            )
        else:
            self.state.say(tr("ask.first"), tr("ask.first_hint"))
        self.stack.setCurrentWidget(self.state)

    def _to_library(self) -> None:
        self._desk.go("library")

    def _no_model(self) -> bool:
        engine = self._desk.engine
        return engine is not None and engine.state().of(Role.CHAT).state in (LoadState.MISSING, LoadState.FAILED)

    def _take_talks(self, found: tuple[str, list[Talk]]) -> None:
        case, kept = found
        if case != self._case:
            return
        here = {talk.id for talk in self._talks}
        self._talks += [talk for talk in kept if talk.id not in here]
        self._list_talks()

    def _list_talks(self) -> None:
        self._talks.sort(key=lambda talk: talk.last, reverse=True)
        self.history.show_talks(self._talks, self._talk.id if self._talk else None)

    def _open_by_id(self, talk_id: str) -> None:
        self._open_talk(next((talk for talk in self._talks if talk.id == talk_id), None))

    def _open_talk(self, talk: Talk | None) -> None:
        self._talk = talk
        self._adder.stop()
        for view in self._views:
            self._turns.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views = []
        self._desk.show_claim(None)
        if self._answering is not None:
            self._answering = None
        if talk is None:
            self._waiting = []
            self._say_state()
            return
        self._waiting = list(talk.turns)
        self.stack.setCurrentWidget(self.talk_area)
        self._add_waiting()
        if self._waiting:
            self._adder.start()

    def _add_waiting(self) -> None:
        for _ in range(min(_BATCH, len(self._waiting))):
            turn = self._waiting.pop(0)
            view = self._add_view(turn)
            if not turn.settled:
                self._answering = view
        if not self._waiting:
            self._adder.stop()

    def _add_view(self, turn: Turn) -> TurnView:
        view = TurnView(turn, self._names.of, only_proven=self.only_proven.isChecked())
        view.claim_chosen.connect(self._show_claim)
        view.citation_chosen.connect(self._show_source)
        view.models_wanted.connect(lambda: self._desk.go("models"))
        view.again_wanted.connect(self.ask)
        view.ask_model_with(self._no_model)
        view.judged.connect(lambda verdict, correction: self._judge(turn, verdict, correction))
        view.similar_wanted.connect(self._find_similar)
        view.copied.connect(lambda: self._desk.notify(tr("ask.copied")))
        self._turns.insertWidget(self._turns.count() - 1, view)
        self._views.append(view)
        self._order_tabs()
        return view

    def _order_tabs(self) -> None:
        """Tab goes from the question to its answer, which was made long after everything else."""
        before: QWidget = self.composer.ask_button
        for stop in self._views[-1].tab_stops() if self._views else ():
            QWidget.setTabOrder(before, stop)
            before = stop

    def _show_claim(self, claim: Claim) -> None:
        self._desk.show_claim(claim)

    def _show_source(self, citation: Citation) -> None:
        self._desk.show_source(citation)

    def _turn(self) -> Turn | None:
        return self._answering_talk[1].turns[-1] if self._answering_talk else None

    def _event(self, event: object) -> None:
        turn, view = self._turn(), self._answering
        if turn is None:
            return
        match event:
            case EvidenceFound(quotes):
                spent = (time.monotonic() - self._begun) * 1000
                turn.evidence, turn.ms_evidence = tuple(quotes), spent
                if self._answering_talk is not None:
                    self._keep(*self._answering_talk)
                if view is not None:
                    view.show_evidence(quotes, spent)
            case Piece(text):
                if view is not None:
                    view.add_piece(text)
            case SentenceChecked(claim):
                if view is not None:
                    view.add_sentence(claim)
                else:
                    turn.sentences = (*turn.sentences, claim)
            case Answered(answer):
                self._settle(answer)
            case _:
                return
        self._follow()

    def _settle(self, answer: Answer) -> None:
        turn = self._turn()
        if turn is None or turn.settled:
            return
        shape: dict[str, Any] = answer.to_json()
        sentences = tuple(claim_from_json(s) for s in shape["sentences"]) or turn.sentences
        turn.status, turn.sentences = str(shape["status"]), sentences
        _take_in(turn, answer)
        turn.confidence = talks.confidence_of(shape.get("confidence"))
        turn.ms_evidence = float(shape.get("ms_evidence") or turn.ms_evidence)
        turn.ms_total = float(shape.get("ms_total") or 0.0)
        if self._answering is not None:
            self._answering.settle(turn.status, sentences, turn.confidence)

    def _answered(self, answer: Answer) -> None:
        self._settle(answer)
        self._end()

    def _failed(self, error: WorkbenchError) -> None:
        if self._answering is not None:
            self._answering.fail(error)
        elif (turn := self._turn()) is not None:
            turn.status, turn.error = talks.FAILED, error.to_json()
        self._end()

    def _stopped(self) -> None:
        if self._answering is not None:
            self._answering.settle(talks.STOPPED)
        elif (turn := self._turn()) is not None:
            turn.status = talks.STOPPED
        self._end()

    def _end(self) -> None:
        self._running = None
        self.composer.set_running(False)
        if self._answering_talk is not None:
            case, talk = self._answering_talk
            self._keep(case, talk)
        self._answering = None
        self._answering_talk = None
        self._order_tabs()
        self._follow()

    def _keep(self, case: str, talk: Talk) -> None:
        library = self._desk.library
        if library is None:
            return
        shape = talk.to_json()
        # The lane of one thread: what is kept last is what stays.
        self._desk.job_runner.start(
            Lane.STORE, lambda _job: library.save_note(case, talks.NOTE_KIND, talk.id, shape), owner=self, saves=True
        )

    def _rename(self, talk_id: str, name: str) -> None:
        talk = next((t for t in self._talks if t.id == talk_id), None)
        if talk is None or self._case is None or name == talk.title:
            return
        talk.name = name
        self._keep(self._case, talk)
        QTimer.singleShot(0, self, self._list_talks)

    def _export(self, talk_id: str) -> None:
        talk = next((t for t in self._talks if t.id == talk_id), None)
        library, case = self._desk.library, self._case
        if talk is None or library is None or case is None:
            return
        name = "".join(letter for letter in talk.title[:_NAME] if letter not in '\\/:*?"<>|') or tr("ask.talk_name")
        chosen = self.choose_path(tr("ask.export"), f"{name}.docx", tr("ask.word_files"))
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix.lower() == ".docx" else path.with_name(f"{path.name}.docx")
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: export_talk(talk, library.case(case).name, self._names.known, path),
            owner=self,
            on_done=lambda written: self._desk.notify(tr("ask.exported", name=written.name)),
            on_error=self._desk.warn,
            title=tr("ask.export"),
        )

    def _ask_path(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self, title, name, kinds)[0]

    def _judge(self, turn: Turn, verdict: str, correction: str) -> None:
        """Keep what the reader says of an answer with the talk, and as a case for measuring."""
        talk = next((t for t in self._talks if any(own is turn for own in t.turns)), None)
        library, case = self._desk.library, self._case
        if talk is None or case is None or library is None:
            return
        turn.verdict, turn.correction = verdict, correction
        self._keep(case, talk)
        key, value = talk.key_of(turn), turn.evaluation()

        def keep(_job: object) -> None:
            if verdict:
                library.save_note(case, talks.EVALUATION_KIND, key, value)
            else:
                library.delete_note(case, talks.EVALUATION_KIND, key)

        self._desk.job_runner.start(Lane.STORE, keep, owner=self, saves=True)
        for view in self._views:
            if view.turn is turn:
                view.judgement.show_turn(turn)
        self._desk.notify(tr("ask.judged" if verdict else "ask.judgement_gone"))

    def _find_similar(self, claim: Claim) -> None:
        """Passages like a quote, as a turn of the talk."""
        retriever, case, talk = self._desk.retriever, self._case, self._talk
        if retriever is None or case is None or talk is None or self._running is not None:
            return
        quote = " ".join(claim.citations[0].quote.split())
        begun = time.monotonic()

        def done(found: tuple[Claim, ...]) -> None:
            words = quote if len(quote) <= _QUOTED else quote[: _QUOTED - 1] + "…"
            turn = Turn(tr("ask.similar_to", quote=words), evidence=found, status=talks.SIMILAR)
            turn.ms_evidence = (time.monotonic() - begun) * 1000
            talk.turns.append(turn)
            self._keep(case, talk)
            if talk is self._talk:
                self._add_view(turn)
                QTimer.singleShot(0, self, self._to_end)

        self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: similar_to(retriever, case, claim.citations[0], job),
            owner=self,
            on_done=done,
            on_error=self._desk.warn,
            title=tr("ask.similar"),
        )

    def _recommend(self, case: str) -> None:
        """Questions this case's documents suggest, in place of the common ones once they are known."""
        asker = self._desk.asker
        if asker is None or not hasattr(asker, "recommended"):
            return

        def done(found: Sequence[str]) -> None:
            if case == self._case and found:
                self.history.show_suggestions(found)

        self._desk.job_runner.start(
            Lane.IO,
            lambda job: asker.recommended(case, job),
            owner=self,
            on_done=done,
            on_error=lambda _error: None,
        )

    def _fetch_documents(self, take: Callable[[Sequence[Any]], None]) -> None:
        library, case = self._desk.library, self._case
        if library is not None and case is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: [d for d in library.documents(case) if d.state != "rejected"],
                owner=self,
                on_done=take,
                on_error=self._desk.warn,
            )

    def _delete_talk(self, talk_id: str) -> None:
        talk = next((t for t in self._talks if t.id == talk_id), None)
        busy = self._answering_talk is not None and talk is self._answering_talk[1]
        if talk is None or busy or self._case is None:
            return
        self._talks.remove(talk)
        self._deleted = talk
        if talk is self._talk:
            self._open_talk(None)
        self._list_talks()
        self.history.offer_undo(talk.title)
        library, case = self._desk.library, self._case
        self._desk.job_runner.start(
            Lane.STORE, lambda _job: library.delete_note(case, talks.NOTE_KIND, talk_id), owner=self, saves=True
        )

    def _undo_delete(self) -> None:
        if self._deleted is None or self._case is None:
            return
        self._talks.append(self._deleted)
        self._keep(self._case, self._deleted)
        self._deleted = None
        self.history.offer_undo(None)
        self._list_talks()

    def _follow(self) -> None:
        bar = self.talk_area.verticalScrollBar()
        if bar.maximum() - bar.value() < self.talk_area.viewport().height() // 2:
            QTimer.singleShot(0, self, self._to_end)

    def _to_end(self) -> None:
        bar = self.talk_area.verticalScrollBar()
        bar.setValue(bar.maximum())


def _read_talks(notes: dict[str, dict[str, Any]]) -> list[Talk]:
    found = []
    for value in notes.values():
        try:
            found.append(talks.talk_from_json(value))
        except (KeyError, ValueError, TypeError):
            continue
    return [talk for talk in found if talk.turns]


def _take_in(turn: Turn, answer: Answer) -> None:
    """What an answer says beside its sentences; how the question was taken stands under the question."""
    turn.understood, turn.origin, turn.model = answer.understood, answer.origin, answer.model
    turn.thought, turn.agreement, turn.others = answer.thought, answer.agreement, answer.others
    told = [tr(key, question=answer.understood) for key in ("asking.understood", "asking.translated")]
    turn.taken = next((words for words in told if words in answer.note), "")
    turn.note = answer.note.replace(turn.taken, "").strip() if turn.taken else answer.note


def _in_the_middle(holder: QWidget, content: QVBoxLayout) -> None:
    """Lay content into a column that is never wider than lines can be read."""
    column = QWidget()
    column.setMaximumWidth(_COLUMN)
    column.setLayout(content)
    across = QHBoxLayout(holder)
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    across.addWidget(column, 100)
    across.addStretch(1)


def create(desk: Desk) -> AskPane:
    """The pane of this desk."""
    return AskPane(desk)
