"""How many threads to compute with: fewer as soon as others need the processor."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

_CLEARLY = 0.95
_LEAST_SHARE = 0.8
_RETRY_S = 3.0
_RETRY_FACTOR = 10.0
_LEAST_SAMPLE_S = 0.15


def measured_threads(candidates: Sequence[int], seconds: Callable[[int], float]) -> int:
    """The number of threads that computes fastest; ``seconds(threads)`` computes once and tells how long it took.

    Each is tried twice and its better time counts. More threads must win by a twentieth: the desktop
    needs some too.
    """
    best = min(candidates)
    least = min(seconds(best), seconds(best))
    for threads in sorted(candidates)[1:]:
        took = min(seconds(threads), seconds(threads))
        if took < least * _CLEARLY:
            best, least = threads, took
    return best


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
