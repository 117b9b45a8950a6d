"""Texts computed side by side: a small model computes each on one core, as many at once as there are threads.

Within one text the threads of a small model wait for each other longer than they compute: twelve layers of a width
of 384 are some two hundred short steps, and each ends with all threads meeting. As soon as another program takes a
core that waiting grows manifold.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import takewhile
from typing import TypeVar

from workbench.inference.llama import Aborted

Value = TypeVar("Value")


def side_by_side(
    texts: Sequence[str], lanes: Sequence[Callable[[str], Value]], stopped: Callable[[], bool]
) -> list[Value]:
    """Values of the first texts, in their order, as many as there were before ``stopped()``.

    Each of ``lanes`` computes one text at a time. Raises what a lane raises, when all have ended.
    """
    done: dict[int, Value] = {}
    places = _Places(len(texts))

    def run(value: Callable[[str], Value]) -> None:
        for place in places:
            if stopped():
                return
            try:
                done[place] = value(texts[place])
            except Aborted:
                return

    if len(lanes) == 1 or len(texts) == 1:
        run(lanes[0])
    else:
        with ThreadPoolExecutor(len(lanes), "lane") as pool:
            running = [pool.submit(run, lane) for lane in lanes]
            wait(running)
        for lane in running:
            lane.result()
    return [done[place] for place in takewhile(done.__contains__, range(len(texts)))]


class _Places:
    """Hands out each place once, to whichever thread asks first."""

    def __init__(self, count: int) -> None:
        self._left = iter(range(count))
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        while True:
            with self._lock:
                place = next(self._left, None)
            if place is None:
                return
            yield place
