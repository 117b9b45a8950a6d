"""Long work off the UI thread, and its results back on it.

A pane starts work and says at once what is to happen with the result::

    self._job = desk.job_runner.start(
        Lane.ENGINE,
        lambda job: asker.ask(case, question, job, on_event=job.tell),   # runs in a worker thread
        owner=self,                       # callbacks are dropped once this widget is gone
        on_done=self._show,               # with the function's result
        on_event=self._piece,             # with every value the function told
        on_error=self._failed,            # with a WorkbenchError; without it the desk shows a notice
        on_progress=self._progress,       # done, total, text
        on_cancel=self._stopped,
        title=tr("ask.job"),              # listed in the status bar; "" keeps it out
    )
    self._job.cancel()                    # Esc

The function must not touch a widget and should not capture one: take what it needs into locals first.
Every callback runs on the UI thread, in the order things happened, and never after ``cancel()`` except
``on_cancel``. A result that is a library ``Changes`` (or carries one as ``.changes``) is broadcast to
:meth:`JobRunner.on_changes`; a long import broadcasts on the way with :meth:`JobRunner.publish`.

Pausing (``pausable=True``) stops the job and keeps its function: resuming runs it again from the
start, so only work that skips what is already done (an import) may be pausable.
"""

import itertools
import logging
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from workbench.errors import Cancelled, DiskFull, WorkbenchError
from workbench.views.job_lanes import BEGUN, Lanes, Relay, Work
from workbench.views.listeners import Listeners, lives
from workbench.views.running_job import ChangesLike, JobHandle, JobState, Lane, RunningJob, known_error

__all__ = ["ChangesLike", "JobHandle", "JobRunner", "JobState", "Lane", "RunningJob"]

_log = logging.getLogger(__name__)
_SWITCH_S = 0.001
"""How long a thread keeps the interpreter while another wants it. Qt gives the interpreter up at many of
its calls; at Python's 5 ms the UI thread waited that long again and again while a draft was checked."""

T = TypeVar("T")


@dataclass
class _Callbacks:
    """Kept on the UI thread only: dropping the last reference to a widget elsewhere would crash."""

    owner: "weakref.ref[QObject]"
    on_done: Callable[[Any], object] | None = None
    on_error: Callable[[WorkbenchError], None] | None = None
    on_progress: Callable[[int, int, str], None] | None = None
    on_event: Callable[[Any], None] | None = None
    on_cancel: Callable[[], None] | None = None

    def wanted(self) -> bool:
        return lives(self.owner)


@dataclass(frozen=True)
class _Told:
    """A value told on the way."""

    value: Any


@dataclass
class _Record:
    handle: JobHandle
    function: Callable[[RunningJob], Any] | None
    callbacks: _Callbacks | None
    again: bool = False


class JobRunner:
    """Starts jobs in lanes and brings their results to the UI thread. Make it there, once.

    ``unhandled`` is called with errors nobody took, ``on_bug`` with exceptions that are bugs.
    """

    def __init__(self) -> None:
        sys.setswitchinterval(_SWITCH_S)
        self._numbers = itertools.count(1)
        self._records: dict[int, _Record] = {}
        self._contexts: dict[int, RunningJob] = {}
        self._watchers = Listeners()
        self._change_watchers = Listeners()
        self._relay = Relay(self._deliver)
        self._lanes = Lanes(self._relay)
        self._idle: list[Callable[[], object]] = []
        self._closing = False
        self.unhandled: Callable[[WorkbenchError], None] | None = None
        self.on_bug: Callable[[BaseException], None] | None = None

    def start(
        self,
        lane: Lane,
        function: Callable[[RunningJob], T],
        owner: QObject,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[WorkbenchError], None] | None = None,
        *,
        on_progress: Callable[[int, int, str], None] | None = None,
        title: str = "",
        on_event: Callable[[Any], None] | None = None,
        on_cancel: Callable[[], None] | None = None,
        pausable: bool = False,
        background: bool = False,
        saves: bool = False,
    ) -> JobHandle:
        """Run ``function(job)`` in a thread of ``lane``; see the module's head. UI thread only.

        ``background``: nobody waits for it, Esc leaves it alone. ``saves``: it keeps what the user has
        made, so closing and locking wait for it instead of stopping it.
        """
        handle = JobHandle(self, next(self._numbers), lane, title, pausable)
        handle.background, handle.saves = background, saves
        if self._closing:
            handle.state = JobState.CANCELLED
            return handle
        callbacks = _Callbacks(weakref.ref(owner), on_done, on_error, on_progress, on_event, on_cancel)
        self._records[handle.number] = _Record(handle, function, callbacks)
        self._submit(self._records[handle.number])
        self._tell_watchers()
        return handle

    def jobs(self) -> tuple[JobHandle, ...]:
        """Titled jobs that are not over, oldest first."""
        return tuple(r.handle for r in self._records.values() if r.handle.title)

    def watch(self, owner: QObject, callback: Callable[[], None]) -> None:
        """Call ``callback`` whenever :meth:`jobs` or their progress changed."""
        self._watchers.add(owner, callback)

    def on_changes(self, owner: QObject, callback: Callable[[Any], None]) -> None:
        """Call ``callback(changes)`` after every change of the library."""
        self._change_watchers.add(owner, callback)

    def publish(self, changes: ChangesLike) -> None:
        """Broadcast a change of the library; from any thread."""
        self._relay.post(lambda: self._broadcast(changes))

    def call(self, function: Callable[[], None]) -> None:
        """Run ``function`` on the UI thread soon; from any thread."""
        self._relay.post(function)

    def cancel(self, handle: JobHandle) -> None:
        """Stop a job; see :meth:`JobHandle.cancel`."""
        record = self._records.get(handle.number)
        if record is None or handle.over:
            return
        if handle.context is not None:
            handle.context.cancel()
        self._finish(record, JobState.CANCELLED)
        self._call(record, "on_cancel")

    def cancel_all(self) -> None:
        """Stop every titled job."""
        for handle in self.jobs():
            handle.cancel()

    def pause(self, handle: JobHandle) -> None:
        """Stop a pausable job for now."""
        if handle.pausable and handle.state in (JobState.WAITING, JobState.RUNNING):
            handle.state = JobState.PAUSED
            record = self._records.get(handle.number)
            if record is not None:
                record.again = False
            if handle.context is not None:
                handle.context.cancel()
            self._tell_watchers()

    def resume(self, handle: JobHandle) -> None:
        """Run a paused job again."""
        record = self._records.get(handle.number)
        if record is None or handle.state is not JobState.PAUSED:
            return
        if id(handle.context) in self._contexts:
            record.again = True  # the stopped run is still on its way out: two never run side by side
            handle.state = JobState.WAITING
        else:
            self._submit(record)
        self._tell_watchers()

    def stop_all(self, then: Callable[[], object]) -> None:
        """Cancel every job and call ``then`` once no thread works any more: before a library is closed."""
        for record in list(self._records.values()):
            if not record.handle.saves:
                record.handle.cancel()
        self._idle.append(then)
        self._tell_idle()

    def shutdown(self, seconds: float = 10.0) -> bool:
        """Cancel everything but what saves, and wait for the threads; false when one did not stop in time.

        No callback is delivered any more. Starting further jobs does nothing.
        """
        self._closing = True
        for record in list(self._records.values()):
            record.handle.state = JobState.CANCELLED
        for context in list(self._contexts.values()):
            if not context.saves:
                context.cancel()
        stopped = self._lanes.close(seconds)
        self._relay.drain()
        self._records.clear()
        self._watchers.clear()
        self._change_watchers.clear()
        return stopped

    def _submit(self, record: _Record) -> None:
        handle = record.handle
        context = RunningJob(
            lambda done, total, text: self._relay.post((handle, context, (done, total, text))),
            lambda value: self._relay.post((handle, context, _Told(value))),
            saves=handle.saves,
        )
        handle.context = context
        handle.state = JobState.WAITING
        self._contexts[id(context)] = context
        self._lanes.put(Work(handle, context, record.function))

    def _deliver(self, message: Any) -> None:
        if isinstance(message, Work):
            self._ended(message)
        elif callable(message):
            if not self._closing:
                message()
        else:
            self._on_the_way(*message)

    def _on_the_way(self, handle: JobHandle, context: RunningJob, said: Any) -> None:
        record = self._records.get(handle.number)
        if record is None or handle.context is not context or context.cancelled:
            return
        if isinstance(said, _Told):
            self._call(record, "on_event", said.value)
            return
        if said == BEGUN:
            handle.state = JobState.RUNNING
        else:
            handle.done, handle.total, handle.text = said
            self._call(record, "on_progress", *said)
        self._tell_watchers()

    def _ended(self, work: Work) -> None:
        fault, result = work.fault, work.result
        work.function = work.fault = work.result = None
        self._contexts.pop(id(work.context), None)
        self._lanes.ended(work)
        self._after_end(work, fault, result)
        del fault, result
        self._tell_idle()

    def _tell_idle(self) -> None:
        if self._contexts or self._closing:
            return
        waiting, self._idle = self._idle, []
        for then in waiting:
            then()

    def _after_end(self, work: Work, fault: BaseException | None, result: Any) -> None:
        handle = work.handle
        record = self._records.get(handle.number)
        if record is None or handle.context is not work.context or self._closing:
            return
        if isinstance(fault, Cancelled) and (record.again or handle.state is JobState.PAUSED):
            if record.again:
                record.again = False
                self._submit(record)
            return
        if fault is None:
            self._finish(record, JobState.DONE)
            self._broadcast_result(result)
            self._call(record, "on_done", result)
        elif isinstance(fault, Cancelled):
            self._finish(record, JobState.CANCELLED)
            self._call(record, "on_cancel")
        else:
            self._finish(record, JobState.FAILED)
            self._failed(record, fault)

    def _failed(self, record: _Record, fault: BaseException) -> None:
        error = known_error(fault)
        if error is not fault and not isinstance(error, DiskFull):
            _log.error("job failed: %s", type(fault).__name__)
            if self.on_bug is not None:
                self.on_bug(fault)
        callbacks = record.callbacks
        if callbacks is not None and callbacks.on_error is not None:
            self._call(record, "on_error", error)
        elif isinstance(fault, WorkbenchError | OSError) and self.unhandled is not None:
            self.unhandled(error)

    def _finish(self, record: _Record, state: JobState) -> None:
        record.handle.state = state
        record.function = None
        self._records.pop(record.handle.number, None)
        self._tell_watchers()

    def _call(self, record: _Record, which: str, *values: object) -> None:
        callbacks = record.callbacks
        if callbacks is None or self._closing:
            return
        if not callbacks.wanted():
            record.callbacks = None
            return
        callback = getattr(callbacks, which)
        if callback is not None:
            callback(*values)

    def _broadcast_result(self, result: object) -> None:
        for found in (result, getattr(result, "changes", None)):
            cases, documents = getattr(found, "cases", None), getattr(found, "documents", None)
            if isinstance(cases, frozenset) and isinstance(documents, frozenset):
                self._broadcast(found)
                return

    def _broadcast(self, changes: object) -> None:
        self._change_watchers.tell(changes)

    def _tell_watchers(self) -> None:
        self._watchers.tell()
