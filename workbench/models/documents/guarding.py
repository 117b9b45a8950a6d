"""A watch over a worker while it works: ended when its time is over, or when it takes too much memory."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workbench.memory_limit import LOOK_S, MemoryGuard

_AT_LEAST_S = 0.05


@contextmanager
def guarded(memory: MemoryGuard, deadline: Callable[[], float], kill: Callable[[str], None]) -> Iterator[None]:
    """While inside, call ``kill`` at most once: with ``memory``, or with ``time`` after the (movable) deadline.

    The deadline is a reading of ``time.monotonic``; ``kill`` is called from a thread of its own.
    """
    over = threading.Event()

    def watch() -> None:
        while not over.wait(min(LOOK_S, max(_AT_LEAST_S, deadline() - time.monotonic()))):
            if memory.exceeded():
                kill("memory")
                return
            if time.monotonic() >= deadline():
                kill("time")
                return

    thread = threading.Thread(target=watch, name="worker-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
