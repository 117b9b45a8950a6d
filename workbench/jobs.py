"""Work in the background, without Qt: progress, cancelling, and who may compute.

Every long call takes a :class:`JobContext`. Models compute one at a time under the
:class:`ComputeArbiter`: asking before drafting before embedding before OCR.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from workbench.errors import Cancelled

ProgressCallback = Callable[[int, int, str], None]
_PROGRESS_INTERVAL_S = 0.1


class Priority(IntEnum):
    """Who computes first; the lower goes before the higher."""

    ASK = 0
    DRAFT = 1
    EMBED = 2
    OCR = 3


class JobContext:
    """What a running job knows of its caller: whether to stop, and whom to tell.

    ``progress`` reaches ``on_progress(done, total, text)`` at most ten times a second, the last
    call (``done == total``) always.
    """

    def __init__(self, on_progress: ProgressCallback | None = None) -> None:
        self._cancelled = threading.Event()
        self._on_progress = on_progress
        self._last = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Ask the job to stop; safe from any thread, and more than once."""
        with self._lock:
            first = not self._cancelled.is_set()
            self._cancelled.set()
            listeners = list(self._listeners) if first else []
        for listener in listeners:
            listener()

    @property
    def cancelled(self) -> bool:
        """Whether the user has asked to stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise :class:`Cancelled` once the user has asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep up to ``seconds``; true (at once) when the job is cancelled."""
        return self._cancelled.wait(seconds)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Tell how far the job is; ``total`` 0 when unknown."""
        if self._on_progress is None:
            return
        now = time.monotonic()
        if done < total and now - self._last < _PROGRESS_INTERVAL_S:
            return
        self._last = now
        self._on_progress(done, total, text)

    @contextmanager
    def on_cancel(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call ``listener`` from the cancelling thread while inside; at once if already cancelled."""
        with self._lock:
            self._listeners.append(listener)
            already = self._cancelled.is_set()
        if already:
            listener()
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)


class Turn:
    """The right to compute, held by one job at a time."""

    def __init__(self, arbiter: "ComputeArbiter", priority: Priority, job: JobContext) -> None:
        self._arbiter = arbiter
        self._priority = priority
        self._job = job
        self.held = True

    @property
    def wanted(self) -> bool:
        """Whether somebody with a better claim is waiting: finish the batch and :meth:`breathe`."""
        return self._arbiter.waiting_before(self._priority)

    def breathe(self) -> None:
        """Between two batches: let everybody with a better claim go first."""
        self._job.check()
        if self.wanted:
            self._arbiter.release()
            self.held = False
            self._arbiter.acquire(self._priority, self._job)
            self.held = True


class ComputeArbiter:
    """One computation of a model at a time on this machine, in the order of :class:`Priority`."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._busy = False
        self._waiting: list[Priority] = []

    def waiting_before(self, priority: Priority) -> bool:
        """Whether somebody with a better claim than ``priority`` is waiting."""
        with self._condition:
            return any(p < priority for p in self._waiting)

    def acquire(self, priority: Priority, job: JobContext) -> None:
        """Wait for the turn. Raises :class:`Cancelled` if the job is cancelled meanwhile."""
        with job.on_cancel(self._wake), self._condition:
            self._waiting.append(priority)
            try:
                while self._busy or min(self._waiting) < priority:
                    if job.cancelled:
                        break
                    self._condition.wait()
                job.check()
                self._busy = True
            finally:
                self._waiting.remove(priority)
                self._condition.notify_all()

    def release(self) -> None:
        """Give the turn back."""
        with self._condition:
            self._busy = False
            self._condition.notify_all()

    @contextmanager
    def turn(self, priority: Priority, job: JobContext) -> Iterator[Turn]:
        """Hold the turn while inside."""
        self.acquire(priority, job)
        turn = Turn(self, priority, job)
        try:
            yield turn
        finally:
            if turn.held:
                self.release()

    def _wake(self) -> None:
        with self._condition:
            self._condition.notify_all()
