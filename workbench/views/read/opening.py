"""Documents and kept cells of a case fetched in the background, the newest wish only."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from workbench.errors import WorkbenchError
from workbench.models.extracting import FieldSet
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.read import work


class Opening(QObject):
    """``opened`` and ``failed`` hear how it ended."""

    def __init__(
        self,
        desk: Desk,
        owner: QObject,
        opened: Callable[[work.Opened], None],
        failed: Callable[[WorkbenchError], None],
    ) -> None:
        super().__init__(owner)
        self._desk = desk
        self._opened = opened
        self._failed = failed
        self._job: JobHandle | None = None

    @property
    def running(self) -> bool:
        """Whether a case is being fetched."""
        return self._job is not None and not self._job.over

    def begin(self, case: str, fields: FieldSet | None) -> None:
        """Fetch a case; one still being fetched is no longer wanted."""
        self.stop()
        library = self._desk.library
        self._job = self._desk.job_runner.start(
            Lane.STORE,
            lambda _job: work.open_case(library, case, fields),
            owner=self,
            on_done=self._opened,
            on_error=self._failed,
        )

    def stop(self) -> None:
        """Fetch nothing any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
