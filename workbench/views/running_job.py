"""A job as the pane that started it knows it, and as the function that runs in it does."""

import errno
import traceback
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from workbench.errors import DiskFull, WorkbenchError
from workbench.i18n import tr
from workbench.jobs import JobContext


class Lane(StrEnum):
    """Which threads do the work: models, the store (one at a time), or reading and writing files."""

    ENGINE = "engine"
    STORE = "store"
    IO = "io"


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@runtime_checkable
class ChangesLike(Protocol):
    """What a change of the library tells: ids of cases and documents (``models.library.Changes``)."""

    @property
    def cases(self) -> frozenset[str]: ...

    @property
    def documents(self) -> frozenset[str]: ...


class RunningJob(JobContext):
    """The context of a job of the desktop: a :class:`JobContext` that can also tell values."""

    def __init__(
        self,
        on_progress: Callable[[int, int, str], None],
        on_event: Callable[[Any], None] | None = None,
        *,
        saves: bool = False,
    ) -> None:
        super().__init__(on_progress)
        self._on_event = on_event
        self.saves = saves

    def tell(self, value: object) -> None:
        """Hand a value (a piece of an answer, a file's result) to ``on_event`` on the UI thread."""
        if self._on_event is not None:
            self._on_event(value)


class _Runner(Protocol):
    """Who runs a job, as its handle needs it."""

    def cancel(self, handle: "JobHandle") -> None: ...

    def pause(self, handle: "JobHandle") -> None: ...

    def resume(self, handle: "JobHandle") -> None: ...


class JobHandle:
    """A started job, for the UI thread: what it does, how far it is, and stopping it."""

    def __init__(self, runner: _Runner, number: int, lane: Lane, title: str, pausable: bool) -> None:
        self._runner = runner
        self.number = number
        self.lane = lane
        self.title = title
        self.pausable = pausable
        self.background = False
        self.saves = False
        self.state = JobState.WAITING
        self.done = 0
        self.total = 0
        self.text = ""
        self.context: RunningJob | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state.over

    def cancel(self) -> None:
        """Stop it. ``on_cancel`` follows; after this no other callback does."""
        self._runner.cancel(self)

    def pause(self) -> None:
        """Stop it for now, where ``pausable``."""
        self._runner.pause(self)

    def resume(self) -> None:
        """Go on after :meth:`pause`."""
        self._runner.resume(self)


def known_error(fault: BaseException) -> WorkbenchError:
    """The error to show for whatever a job raised: itself, a full disk, or "a fault in the program"."""
    if isinstance(fault, WorkbenchError):
        return fault
    detail = "".join(traceback.format_exception(fault))
    if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
        return DiskFull(tr("shell.disk_full"), tr("shell.disk_full_hint"), detail)
    return WorkbenchError(tr("shell.bug"), tr("shell.bug_hint"), detail)
