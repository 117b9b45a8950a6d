"""Taking files into a case: one import at a time, its results told as they come, the vectors behind it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.errors import DiskFull, EngineError, WorkbenchError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.library.queue import Batch, Notes, Progress, forget, keep, keep_paused
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, JobState, Lane, RunningJob


class Importing(Protocol):
    """What is asked of the importer."""

    def add(self, case_id: str, paths: Sequence[Path], job: Any, *, password: str | None = None) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """A change of the library by an import, to be broadcast."""

    cases: frozenset[str]
    documents: frozenset[str]


@dataclass
class Tally:
    """How an import went: results by status, and what was refused."""

    added: int = 0
    unchanged: int = 0
    partial: int = 0
    rejected: int = 0

    def count(self, status: str) -> None:
        """One more result."""
        if status in ("added", "unchanged", "partial", "rejected"):
            setattr(self, status, getattr(self, status) + 1)

    def words(self) -> str:
        """What happened, for people: only what there was."""
        parts = [
            tr(f"library_pane.tally.{name}", count=getattr(self, name))
            for name in ("added", "unchanged", "partial", "rejected")
            if getattr(self, name)
        ]
        return tr("library_pane.tally.joint").join(parts) if parts else tr("library_pane.tally.nothing")


class Imports(QObject):
    """Runs imports one after the other. Lives on the UI thread."""

    progressed = Signal(int, int, str)
    """Files done, files in all (0: not known yet), and the file being read."""
    paused_changed = Signal(bool)
    """The import was paused, or goes on; from here or from the status bar."""
    arrived = Signal(object)
    """Each result, as the importer gives it."""
    ended = Signal(object)
    """A :class:`Tally`, when an import is over or was stopped."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: deque[Batch] = deque()
        self._running: JobHandle | None = None
        self._batch: Batch | None = None
        self._tally = Tally()
        self._paused = False
        desk.job_runner.watch(self, self._look)

    @property
    def running(self) -> bool:
        """Whether files are being taken in, or wait to be."""
        return self._running is not None or bool(self._waiting)

    @property
    def paused(self) -> bool:
        """Whether the import waits for the user."""
        return self._paused

    @property
    def waiting(self) -> int:
        """How many batches wait behind the one being taken in."""
        return len(self._waiting)

    def start(self, batch: Batch) -> None:
        """Take files in now, or after those before them."""
        library = self._desk.library
        if self._running is not None:
            self._save(lambda: keep(library, batch))
        self._waiting.append(batch)
        if self._running is None:
            self._set_paused(False)
            self._next()

    def take_up(self, batches: Iterable[Batch]) -> None:
        """Go on with batches kept by an earlier run; those paused then wait for the user."""
        self._waiting.extend(batches)
        if self._running is not None or not self._waiting:
            return
        if any(batch.paused for batch in self._waiting):
            self._set_paused(True)
            self.progressed.emit(0, 0, "")
        else:
            self._next()

    def pause(self) -> None:
        """Stop for now; it goes on where it was, after a restart too."""
        if self._running is not None:
            self._running.pause()

    def resume(self) -> None:
        """Go on after :meth:`pause`."""
        if self._running is not None:
            self._running.resume()
        elif self._waiting:
            self._set_paused(False)
            self._next()

    def stop(self) -> None:
        """Stop; what is in stays in."""
        waiting, self._waiting = list(self._waiting), deque()
        for batch in waiting:
            self._forget(batch)
        self._set_paused(False)
        if self._running is not None:
            self._running.cancel()
        elif waiting:
            self.ended.emit(Tally())

    def embed(self) -> None:
        """Give what is new its vectors, behind everything else."""
        self._desk.indexing.begin(self._not_embedded)

    def _next(self) -> None:
        if not self._waiting:
            return
        batch = replace(self._waiting.popleft(), paused=False)
        self._batch = batch
        self._tally = Tally()
        library, importer = self._desk.library, self._desk.importer
        self.progressed.emit(0, 0, "")
        # Not in the one-thread STORE lane: switching cases or deleting must not wait for a long import.
        # The library itself lets one file in at a time.
        self._running = self._desk.job_runner.start(
            Lane.IO,
            lambda job: _take_in(library, importer, batch, job),
            owner=self,
            on_done=lambda _changes: self._over(),
            on_event=self._arrived,
            on_error=self._failed,
            on_progress=self.progressed.emit,
            on_cancel=self._stopped,
            title=tr("library_pane.job_import"),
            pausable=True,
        )

    def _look(self) -> None:
        """The status bar pauses too: one truth, the job's state."""
        if self._running is not None and not self._running.over:
            self._set_paused(self._running.state is JobState.PAUSED)

    def _set_paused(self, paused: bool) -> None:
        if paused is self._paused:
            return
        self._paused = paused
        library, batch = self._desk.library, self._batch
        if self._running is not None and batch is not None:
            self._save(lambda: keep_paused(library, batch, paused=paused))
        self.paused_changed.emit(paused)

    def _arrived(self, result: Any) -> None:
        self._tally.count(result.status)
        documents = frozenset({result.document} if result.document else ())
        self.arrived.emit(result)
        if self._batch is not None:
            self._desk.job_runner.publish(Arrived(frozenset({self._batch.case}), documents))

    def _failed(self, error: WorkbenchError) -> None:
        self._desk.warn(error)
        if not isinstance(error, DiskFull) and self._batch is not None:
            self._forget(self._batch)
        self._over()

    def _stopped(self) -> None:
        if self._batch is not None:
            self._forget(self._batch)
        self._over()

    def _forget(self, batch: Batch) -> None:
        library = self._desk.library
        self._save(lambda: forget(library, batch))

    def _save(self, change: Any) -> None:
        self._desk.job_runner.start(Lane.IO, lambda _job: change(), self, saves=True)

    def _over(self) -> None:
        self._running = None
        tally = self._tally
        self.ended.emit(tally)
        if tally.added or tally.partial:
            self.embed()
        self._next()

    def _not_embedded(self, error: WorkbenchError) -> None:
        if isinstance(error, EngineError):
            self._desk.notify(tr("library_pane.no_embedding"))
        else:
            self._desk.warn(error)


def _take_in(library: Notes, importer: Importing, batch: Batch, job: RunningJob) -> Arrived:
    documents = set()
    progress = Progress(library, batch)
    try:
        with _counted_on(job, progress.done, progress.total) as counted:
            for result in importer.add(batch.case, progress.rest, counted, password=batch.password):
                job.tell(result)
                progress.over(result.path)
                if result.document:
                    documents.add(result.document)
    except BaseException:
        progress.save()
        raise
    progress.finish()
    return Arrived(frozenset({batch.case}), frozenset(documents))


@contextmanager
def _counted_on(job: RunningJob, done: int, total: int) -> Iterator[JobContext]:
    """A job cancelled with ``job`` whose files are counted on from those done before."""
    if not done:
        yield job
        return
    left = total - done
    inner = JobContext(lambda n, of, name: job.progress(done + n, total, name) if of == left or left > 1 else None)
    job.progress(done, total)
    with job.on_cancel(inner.cancel):
        yield inner
