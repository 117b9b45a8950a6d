"""The talks of the open case as they are kept with it: read, renamed, deleted, brought back, judged."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from workbench.views.ask import talks
from workbench.views.ask.talks import Talk, Turn
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane


class KeptTalks:
    """``changed`` is called when talks have come or gone; ``owner`` is whose jobs these are."""

    def __init__(self, desk: Desk, owner: QObject, changed: Callable[[], None]) -> None:
        self.case: str | None = None
        self.deleted: Talk | None = None
        """The talk deleted last, while it can be brought back."""
        self._desk = desk
        self._owner = owner
        self._changed = changed
        self._talks: list[Talk] = []

    @property
    def latest_first(self) -> Sequence[Talk]:
        """Every talk, the one spoken in last before the others."""
        self._talks.sort(key=lambda talk: talk.last, reverse=True)
        return tuple(self._talks)

    def open(self, case: str | None) -> None:
        """Another case's talks; they come by and by."""
        self.case, self._talks, self.deleted = case, [], None
        library = self._desk.library
        if case is None or library is None:
            return
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: _read(library.notes(case, talks.NOTE_KIND)),
            owner=self._owner,
            on_done=lambda found: self._take(case, found),
        )

    def find(self, talk_id: str) -> Talk | None:
        """A talk by its id."""
        return next((talk for talk in self._talks if talk.id == talk_id), None)

    def of_turn(self, turn: Turn) -> Talk | None:
        """The talk a turn belongs to."""
        return next((talk for talk in self._talks if any(own is turn for own in talk.turns)), None)

    def add(self, talk: Talk) -> None:
        """A talk that begins; kept once something is said in it."""
        self._talks.insert(0, talk)

    def keep(self, case: str, talk: Talk) -> None:
        """Keep a talk as it stands with its case, which need not be the one open now."""
        library, shape = self._desk.library, talk.to_json()
        if library is not None:
            # The lane of one thread: what is kept last is what stays.
            self._store(lambda: library.save_note(case, talks.NOTE_KIND, talk.id, shape))

    def rename(self, talk_id: str, name: str) -> bool:
        """Give a talk a name; whether that changes anything."""
        talk = self.find(talk_id)
        if talk is None or self.case is None or name == talk.title:
            return False
        talk.name = name
        self.keep(self.case, talk)
        return True

    def delete(self, talk: Talk) -> None:
        """Let a talk go; :meth:`undo` brings the last one back."""
        library, case = self._desk.library, self.case
        if case is None:
            return
        self._talks.remove(talk)
        self.deleted = talk
        if library is not None:
            self._store(lambda: library.delete_note(case, talks.NOTE_KIND, talk.id))

    def undo(self) -> None:
        """Bring back the talk deleted last."""
        if self.deleted is None or self.case is None:
            return
        self._talks.append(self.deleted)
        self.keep(self.case, self.deleted)
        self.deleted = None

    def judge(self, turn: Turn, verdict: str, correction: str) -> bool:
        """Keep what the reader says of an answer with the talk, and as a case for measuring; whether it is."""
        talk = self.of_turn(turn)
        library, case = self._desk.library, self.case
        if talk is None or case is None or library is None:
            return False
        turn.verdict, turn.correction = verdict, correction
        self.keep(case, talk)
        key, value = talk.key_of(turn), turn.evaluation()
        if verdict:
            self._store(lambda: library.save_note(case, talks.EVALUATION_KIND, key, value))
        else:
            self._store(lambda: library.delete_note(case, talks.EVALUATION_KIND, key))
        return True

    def _take(self, case: str, found: list[Talk]) -> None:
        if case == self.case:
            here = {talk.id for talk in self._talks}
            self._talks += [talk for talk in found if talk.id not in here]
            self._changed()

    def _store(self, run: Callable[[], None]) -> None:
        self._desk.job_runner.start(Lane.STORE, lambda _job: run(), owner=self._owner, saves=True)


def _read(notes: dict[str, dict[str, Any]]) -> list[Talk]:
    found = []
    for value in notes.values():
        try:
            found.append(talks.talk_from_json(value))
        except (KeyError, ValueError, TypeError):
            continue
    return [talk for talk in found if talk.turns]
