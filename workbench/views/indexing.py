"""Vectors follow the words: one run at a time, behind everything else, whoever asked for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from workbench.errors import EngineError, WorkbenchError
from workbench.i18n import tr
from workbench.views.job_runner import JobHandle, JobRunner, Lane, RunningJob

_TELL_S = 2.0


@dataclass(frozen=True, slots=True)
class _Moved:
    """States of the documents of a case have changed."""

    cases: frozenset[str]
    documents: frozenset[str] = frozenset()


class Indexing(QObject):
    """Gives every chunk its vector. Lives on the UI thread; ``moved`` now and then while it works.

    A run that finds nothing to do is never listed among the jobs. What is asked for during a run is
    done after it.
    """

    moved = Signal()

    def __init__(self, runner: JobRunner, importer: Any) -> None:
        super().__init__()
        self._runner = runner
        self._importer = importer
        self._job: JobHandle | None = None
        self._again = False
        self._told = 0.0
        self._complain: Callable[[WorkbenchError], object] | None = None

    @property
    def running(self) -> bool:
        """Whether a run goes on or is paused."""
        return self._job is not None and not self._job.over

    @property
    def at_work(self) -> bool:
        """Whether it has found something to do."""
        return self._job is not None and bool(self._job.title) and not self._job.over

    def begin(self, on_error: Callable[[WorkbenchError], object] | None = None) -> None:
        """Begin, or begin again after the run that goes on; without ``on_error`` failures stay unsaid."""
        if self._importer is None:
            return
        self._complain = on_error or self._complain
        if self.running:
            self._again = True
            return
        self._again = False
        self._job = self._runner.start(
            Lane.ENGINE,
            self._work,
            self,
            on_done=self._done,
            on_error=self._failed,
            on_progress=self._progress,
            on_cancel=self._stopped,
            pausable=True,
            background=True,
        )

    def tell_of(self, case: str | None) -> None:
        """Tell the panes that documents of ``case`` have moved on."""
        if case is not None:
            self._runner.publish(_Moved(frozenset({case})))

    def _work(self, job: RunningJob) -> object:
        """In the job's thread: pages that are pictures first, so that their words get vectors too."""
        try:
            self._importer.recognise_pending(job)
        except EngineError:
            # Without recognition the words there are still get their vectors.
            self._importer.embed_pending(job)
            raise
        return self._importer.embed_pending(job)

    def _progress(self, done: int, total: int, _text: str) -> None:
        if self._job is not None and total and done < total and not self._job.title:
            self._job.title = tr("shell.indexing")
        if self.at_work and time.monotonic() - self._told > _TELL_S:
            self._told = time.monotonic()
            self.moved.emit()

    def _done(self, _changes: object) -> None:
        self.moved.emit()
        if self._again:
            self.begin()

    def _stopped(self) -> None:
        self._again = False
        self.moved.emit()

    def _failed(self, error: WorkbenchError) -> None:
        complain, self._complain = self._complain, None
        self._again = False
        if complain is not None:
            complain(error)
