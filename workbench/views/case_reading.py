"""What a view tells of the open case, read in the background when somebody sees it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from workbench.errors import WorkbenchError
from workbench.jobs import JobContext
from workbench.views.desk import ChangesLike, Desk
from workbench.views.job_runner import JobHandle, Lane

Found = TypeVar("Found")


class CaseReading(Generic[Found]):
    """Remembers which case is shown and whether what was read of it is stale; one reading at a time.

    ``take`` gets what was found, ``failed`` why nothing was; neither hears of a case left meanwhile.
    """

    def __init__(
        self,
        desk: Desk,
        view: QWidget,
        read: Callable[[str, JobContext], Found] | None,
        take: Callable[[Found], None],
        failed: Callable[[WorkbenchError], None],
    ) -> None:
        self.case: str | None = None
        self._desk = desk
        self._view = view
        self._read = read
        self._take = take
        self._failed = failed
        self._stale = False
        self._job: JobHandle | None = None

    def open(self, case: str | None) -> None:
        """Another case; the reading of the one before stops."""
        self.case = case
        self._stale = True
        self._stop()

    def outdated_by(self, changes: ChangesLike) -> bool:
        """Whether documents of the case have come or gone: what was read is stale then."""
        touched = self.case is not None and self.case in changes.cases
        self._stale = self._stale or touched
        return touched

    @property
    def due(self) -> bool:
        """Whether a case is open of which nothing, or nothing recent, was read."""
        return self._stale and self.case is not None

    @property
    def running(self) -> bool:
        """Whether the case is being read."""
        return self._job is not None

    def begin(self) -> bool:
        """Read the case, again if it was read; whether there is one to read."""
        case, read = self.case, self._read
        if case is None or read is None:
            return False
        self._stale = False
        self._stop()
        self._job = self._desk.job_runner.start(
            Lane.IO,
            lambda job: read(case, job),
            owner=self._view,
            on_done=lambda found: self._done(case, found),
            on_error=self._broken,
        )
        return True

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _done(self, case: str, found: Found) -> None:
        self._job = None
        if case == self.case:
            self._take(found)

    def _broken(self, error: WorkbenchError) -> None:
        self._job = None
        self._stale = True
        self._failed(error)
