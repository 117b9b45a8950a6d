"""Reading ahead: while one file is stored the next are read, each in a reader of its own."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

Reader = TypeVar("Reader")
Item = TypeVar("Item")
Result = TypeVar("Result")


class ReadAhead(Generic[Reader, Item, Result]):
    """Works through items in order with several readers, at most one item more than there are readers ahead."""

    def __init__(self, readers: Sequence[Reader], work: Callable[[Reader, Item], Result]) -> None:
        self._free: SimpleQueue[Reader] = SimpleQueue()
        for reader in readers:
            self._free.put(reader)
        self._count = len(readers)
        self._work = work

    def each(self, items: Sequence[Item]) -> Iterator[tuple[Item, "Future[Result]"]]:
        """Each item with its result to come, in order. With one reader nothing is read before it is asked for.

        Leaving early forgets what was not begun and waits for what was.
        """
        ahead = self._count if self._count > 1 else 0
        rest = iter(items)
        begun: deque[tuple[Item, Future[Result]]] = deque()
        with ThreadPoolExecutor(self._count, thread_name_prefix="reader") as pool:
            try:
                for item in rest:
                    begun.append((item, pool.submit(self._run, item)))
                    if len(begun) > ahead:
                        yield begun.popleft()
                while begun:
                    yield begun.popleft()
            finally:
                for _, future in begun:
                    future.cancel()

    def _run(self, item: Item) -> Result:
        reader = self._free.get()
        try:
            return self._work(reader, item)
        finally:
            self._free.put(reader)
