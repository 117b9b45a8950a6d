"""The threads of the lanes, and the one way back from them to the UI thread."""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from workbench.views.running_job import JobHandle, Lane, RunningJob

_DELIVERY_BUDGET_S = 0.012
THREADS = {Lane.ENGINE: 4, Lane.STORE: 1, Lane.IO: 4}
"""Threads of a lane. ENGINE has several so that a question can overtake an import; who computes is
the arbiter's affair."""

BEGUN = (-1, -1, "")
"""Posted as progress when a thread takes a job up."""


@dataclass
class Work:
    """One run of a job's function. ``result`` and ``fault`` are let go on the UI thread."""

    handle: JobHandle
    context: RunningJob
    function: Callable[[RunningJob], Any] | None
    result: Any = None
    fault: BaseException | None = None


@dataclass
class _Pool:
    waiting: "queue.SimpleQueue[Work | None]" = field(default_factory=queue.SimpleQueue)
    threads: list[threading.Thread] = field(default_factory=list)
    busy: int = 0


class Relay(QObject):
    """The one object that carries messages from the worker threads to the UI thread.

    Messages lie in a queue and the signal carries nothing, so that no Python object's life depends on
    Qt's event queue. A flood is delivered in slices, so that the window stays alive.
    """

    _wake = Signal()

    def __init__(self, deliver: Callable[[Any], None]) -> None:
        super().__init__()
        self._deliver = deliver
        self._messages: deque[Any] = deque()
        self._lock = threading.Lock()
        self._woken = False
        self._wake.connect(self.drain, Qt.ConnectionType.QueuedConnection)

    def post(self, message: object) -> None:
        """From any thread."""
        self._messages.append(message)
        with self._lock:
            if self._woken:
                return
            self._woken = True
        self._wake.emit()

    @Slot()
    def drain(self) -> None:
        """Deliver what has come; the rest in the next turn of the event loop."""
        with self._lock:
            self._woken = False
        until = time.monotonic() + _DELIVERY_BUDGET_S
        while self._messages:
            self._deliver(self._messages.popleft())
            if time.monotonic() > until and self._messages:
                QTimer.singleShot(0, self, self.drain)
                return


class Lanes:
    """Gives work to the threads of its lane, which are made when first needed; its end goes through the relay."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._pools = {lane: _Pool() for lane in Lane}

    def put(self, work: Work) -> None:
        """Let a thread of the work's lane do it."""
        lane = work.handle.lane
        pool = self._pools[lane]
        pool.busy += 1
        if len(pool.threads) < min(THREADS[lane], pool.busy):
            thread = threading.Thread(
                target=_work, args=(pool.waiting, self._relay), name=f"{lane}-{len(pool.threads)}", daemon=True
            )
            pool.threads.append(thread)
            thread.start()
        pool.waiting.put(work)

    def ended(self, work: Work) -> None:
        """The UI thread has heard of the work's end."""
        self._pools[work.handle.lane].busy -= 1

    def close(self, seconds: float) -> bool:
        """Let every thread end once its work is done; false when one did not in time."""
        for pool in self._pools.values():
            for _ in pool.threads:
                pool.waiting.put(None)
        until = time.monotonic() + seconds
        threads = [thread for pool in self._pools.values() for thread in pool.threads]
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)


def _work(waiting: "queue.SimpleQueue[Work | None]", relay: Relay) -> None:
    while (work := waiting.get()) is not None:
        if not work.context.cancelled:
            relay.post((work.handle, work.context, BEGUN))
        _run(work)
        relay.post(work)
        del work


def _run(work: Work) -> None:
    """The job boundary: whatever happens is carried to the UI thread."""
    function = work.function
    try:
        work.context.check()
        work.result = function(work.context) if function is not None else None
        work.context.check()
    except BaseException as fault:  # noqa: BLE001 the job boundary
        work.fault = fault
