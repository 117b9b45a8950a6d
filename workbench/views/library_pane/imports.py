"""Taking files into a case: one import at a time, its results told as they come, the vectors behind it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.errors import DiskFull, EngineError, WorkbenchError
from workbench.i18n import tr
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane, RunningJob
from workbench.views.unfinished import Batch, Notes, forget, keep


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
        return "，".join(parts) if parts else tr("library_pane.tally.nothing")


class Imports(QObject):
    """Runs imports one after the other. Lives on the UI thread."""

    progressed = Signal(int, int, str)
    """Files done, files in all (0: not known yet), and the file being read."""
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

    @property
    def running(self) -> bool:
        """Whether files are being taken in."""
        return self._running is not None

    def start(self, batch: Batch) -> None:
        """Take files in now, or after those before them."""
        library = self._desk.library
        if self._running is not None:
            self._desk.job_runner.start(Lane.IO, lambda _job: keep(library, batch), self, saves=True)
        self.take_up((batch,))

    def take_up(self, batches: Iterable[Batch]) -> None:
        """Take batches in that are kept already."""
        self._waiting.extend(batches)
        if self._running is None:
            self._next()

    def stop(self) -> None:
        """Stop; what is in stays in."""
        waiting, self._waiting = list(self._waiting), deque()
        for batch in waiting:
            self._forget(batch)
        if self._running is not None:
            self._running.cancel()

    def embed(self) -> None:
        """Give what is new its vectors, behind everything else."""
        self._desk.indexing.begin(self._not_embedded)

    def _next(self) -> None:
        if not self._waiting:
            return
        batch = self._waiting.popleft()
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
        self._desk.job_runner.start(Lane.IO, lambda _job: forget(library, batch), self, saves=True)

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
    keep(library, batch)
    for result in importer.add(batch.case, batch.paths, job, password=batch.password):
        job.tell(result)
        if result.document:
            documents.add(result.document)
    forget(library, batch)
    return Arrived(frozenset({batch.case}), frozenset(documents))
