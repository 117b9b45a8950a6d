"""What a person makes of cells: confirmed, corrected, rejected, and each of it taken back."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from workbench.models.extracting import Cell, Verdict
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.read import work

_MOST_UNDO = 100


class Judging(QObject):
    """Shows a judged cell at once (``judged``) and keeps it; ``place_of`` finds where a cell belongs."""

    judged = Signal(object)

    def __init__(self, desk: Desk, owner: QObject, place_of: Callable[[Cell], work.Place | None]) -> None:
        super().__init__(owner)
        self._desk = desk
        self._place_of = place_of
        self._undo: list[Cell] = []

    @property
    def possible(self) -> bool:
        """Whether there is a judgement to take back."""
        return bool(self._undo)

    def forget(self) -> None:
        """Another grid: nothing is taken back any more."""
        self._undo = []

    def judge(self, cell: Cell, verdict: Verdict, value: str = "") -> None:
        """Keep a judgement; ``value`` is what a correction says. A cell without a value can only be corrected."""
        place = self._place_of(cell)
        if place is None or (cell.missing and verdict != "corrected"):
            return
        library = self._desk.library
        self._undo = [*self._undo, cell][-_MOST_UNDO:]
        self._keep(lambda: work.judge(library, place, cell, verdict, value), cell.judged(verdict, value))

    def undo(self) -> None:
        """Take the last judgement back."""
        before = self._undo.pop() if self._undo else None
        place = self._place_of(before) if before else None
        if before is None or place is None:
            return
        library = self._desk.library
        self._keep(lambda: work.take_back(library, place, before), before)

    def _keep(self, save: Callable[[], Cell], shown: Cell) -> None:
        self.judged.emit(shown)
        self._desk.job_runner.start(Lane.STORE, lambda _job: save(), owner=self, on_done=lambda _cell: None, saves=True)
