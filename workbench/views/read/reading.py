"""The grid being read: begun, paused, and what is told when it ends."""

from PySide6.QtCore import QObject, Signal

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.extracting import CellRead, FieldSet, Grid
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane


class Reading(QObject):
    """One run at a time. ``came`` with each cell as it is read, ``ended`` with whether the run went to its end."""

    came = Signal(object)
    ended = Signal(bool)

    def __init__(self, desk: Desk, owner: QObject) -> None:
        super().__init__(owner)
        self._desk = desk
        self._running: JobHandle | None = None

    @property
    def running(self) -> bool:
        """Whether the grid is being read."""
        return self._running is not None

    def run(self, case: str, fields: FieldSet) -> None:
        """Read what has not been read of a case: code first, then the model."""
        library, engine = self._desk.library, self._desk.engine
        self._running = self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: Grid(library, engine).run(case, fields, job, on_cell=job.tell),
            owner=self,
            on_event=self._came,
            on_done=lambda _cells: self._end(whole=True),
            on_error=self._failed,
            on_cancel=lambda: self._end(whole=False),
            title=tr("read.job", name=fields.title),
        )

    def pause(self) -> None:
        """Stop for now: every cell read is kept, and :meth:`run` goes on after it."""
        if self._running is not None:
            self._running.cancel()

    def leave(self) -> None:
        """Stop, and tell nothing any more: another case is shown."""
        self.pause()
        self._running = None

    def _came(self, read: CellRead) -> None:
        self.came.emit(read.cell)

    def _failed(self, error: WorkbenchError) -> None:
        self._end(whole=False)
        self._desk.warn(error)

    def _end(self, *, whole: bool) -> None:
        self._running = None
        self.ended.emit(whole)
