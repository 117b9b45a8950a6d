"""How many threads to compute with: fewer as soon as others need the processor."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LEAST_SHARE = 0.8
_RETRY_S = 3.0
_RETRY_FACTOR = 10.0
_LEAST_SAMPLE_S = 0.15


class ThreadTuner:
    """Watches which share of its threads' time the process really got, and gives way.

    The threads of a computation wait for each other by spinning: when another program takes one core,
    all of them stall. Time on the processor far below threads × time elapsed shows it; then one
    thread fewer is used, and the full number is tried again later: trying in vain may be slow, so the
    wait is ten times as long as what was tried.
    """

    def __init__(
        self,
        most: int,
        apply: Callable[[int], None],
        clocks: tuple[Callable[[], float], Callable[[], float]] = (time.perf_counter, time.process_time),
    ) -> None:
        self._most = most
        self._apply = apply
        self._wall, self._processor = clocks
        self._spent_wall = self._spent_processor = 0.0
        self._retry_at = 0.0
        self.threads = most

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Compute inside; the number of threads may change afterwards."""
        if self.threads < self._most and self._wall() >= self._retry_at:
            self._use(self._most)
        wall, processor = self._wall(), self._processor()
        yield
        self._spent_wall += self._wall() - wall
        self._spent_processor += self._processor() - processor
        if self._spent_wall >= _LEAST_SAMPLE_S:
            self._judge()

    def _judge(self) -> None:
        share = self._spent_processor / (self._spent_wall * self.threads)
        pause = max(_RETRY_S, _RETRY_FACTOR * self._spent_wall)
        self._spent_wall = self._spent_processor = 0.0
        if share < _LEAST_SHARE and self.threads > 1:
            self._retry_at = self._wall() + pause
            self._use(self.threads - 1)

    def _use(self, threads: int) -> None:
        self.threads = threads
        self._spent_wall = self._spent_processor = 0.0
        self._apply(threads)
