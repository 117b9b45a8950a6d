"""The question being answered: what comes is put into its turn, and shown while its talk is in front."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.asking import Answer, Answered, Asker, EvidenceFound, Piece, SentenceChecked
from workbench.models.evidence import Claim
from workbench.models.evidence.claim import claim_from_json
from workbench.models.retrieval.filters import Filters
from workbench.views.ask import talks
from workbench.views.ask.talks import Talk, Turn
from workbench.views.ask.turn_view import TurnView
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane

_TITLE = 20


class Answering(QObject):
    """One question at a time. ``moved``: something came; ``ended``: nothing more will.

    ``view_of`` finds where a turn is shown, None where it is not; ``keep`` keeps a talk with its case.
    """

    moved = Signal()
    ended = Signal()

    def __init__(
        self,
        desk: Desk,
        view_of: Callable[[Turn], TurnView | None],
        keep: Callable[[str, Talk], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view_of = view_of
        self._keep = keep
        self._job: JobHandle | None = None
        self._case = ""
        self._talk = Talk()
        self._turn = Turn("")
        self._begun = 0.0

    @property
    def running(self) -> bool:
        """Whether an answer is being made."""
        return self._job is not None

    def runs_in(self, talk: Talk) -> bool:
        """Whether a question of this talk is being answered."""
        return self.running and talk is self._talk

    def begin(self, asker: Asker, case: str, talk: Talk, earlier: Sequence[str], filters: Filters | None) -> None:
        """Answer the last question of a talk, which goes on and is kept whatever is shown meanwhile."""
        self._case, self._talk, self._turn = case, talk, talk.turns[-1]
        self._begun = time.monotonic()
        question = self._turn.question
        self._job = self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: asker.ask(case, question, job, on_event=job.tell, earlier=earlier, filters=filters),
            owner=self,
            on_done=self._answered,
            on_event=self._event,
            on_error=self._failed,
            on_cancel=self._stopped,
            title=tr("ask.job", question=question[:_TITLE]),
        )

    def stop(self) -> None:
        """Stop the answer; what has come stays."""
        if self._job is not None:
            self._job.cancel()

    def _event(self, event: object) -> None:
        match event:
            case EvidenceFound(quotes):
                self._evidence(tuple(quotes))
            case Piece(text):
                view = self._view_of(self._turn)
                if view is not None:
                    view.add_piece(text)
            case SentenceChecked(claim):
                self._sentence(claim)
            case Answered(answer):
                self._settle(answer)
            case _:
                return
        self.moved.emit()

    def _evidence(self, quotes: tuple[Claim, ...]) -> None:
        turn, spent = self._turn, (time.monotonic() - self._begun) * 1000
        turn.evidence, turn.ms_evidence = quotes, spent
        self._keep(self._case, self._talk)
        view = self._view_of(turn)
        if view is not None:
            view.show_evidence(quotes, spent)

    def _sentence(self, claim: Claim) -> None:
        view = self._view_of(self._turn)
        if view is not None:
            view.add_sentence(claim)
        else:
            self._turn.sentences = (*self._turn.sentences, claim)

    def _settle(self, answer: Answer) -> None:
        turn = self._turn
        if turn.settled:
            return
        shape: dict[str, Any] = answer.to_json()
        turn.status = str(shape["status"])
        turn.sentences = tuple(claim_from_json(s) for s in shape["sentences"]) or turn.sentences
        _take_in(turn, answer)
        turn.confidence = talks.confidence_of(shape.get("confidence"))
        turn.ms_evidence = float(shape.get("ms_evidence") or turn.ms_evidence)
        turn.ms_total = float(shape.get("ms_total") or 0.0)
        view = self._view_of(turn)
        if view is not None:
            view.settle(turn.status, turn.sentences, turn.confidence)

    def _answered(self, answer: Answer) -> None:
        self._settle(answer)
        self._end()

    def _failed(self, error: WorkbenchError) -> None:
        view = self._view_of(self._turn)
        if view is not None:
            view.fail(error)
        else:
            self._turn.status, self._turn.error = talks.FAILED, error.to_json()
        self._end()

    def _stopped(self) -> None:
        view = self._view_of(self._turn)
        if view is not None:
            view.settle(talks.STOPPED)
        else:
            self._turn.status = talks.STOPPED
        self._end()

    def _end(self) -> None:
        self._job = None
        self._keep(self._case, self._talk)
        self.ended.emit()


def _take_in(turn: Turn, answer: Answer) -> None:
    """What an answer says beside its sentences; how the question was taken stands under the question."""
    turn.understood, turn.origin, turn.model = answer.understood, answer.origin, answer.model
    turn.thought, turn.agreement, turn.others = answer.thought, answer.agreement, answer.others
    told = [tr(key, question=answer.understood) for key in ("asking.understood", "asking.translated")]
    turn.taken = next((words for words in told if words in answer.note), "")
    turn.note = answer.note.replace(turn.taken, "").strip() if turn.taken else answer.note
