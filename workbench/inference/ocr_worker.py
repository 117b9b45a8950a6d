"""The process that reads pictures of pages: one thread computes, the other listens.

As the other models' process: frames on standard input and output (:mod:`workbench.inference.frames`),
no network, and it ends when its input does. A page under way can be paused: the model that runs is
stopped at once and run again when the page goes on.
"""

import os
import queue
import signal
import sys
import threading
import time
from typing import Any, BinaryIO

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from workbench.inference.frames import Header, read_frame, write_frame
from workbench.inference.machine import default_threads
from workbench.inference.ocr_page import ModelsAbsent, Page, PageReader
from workbench.memory_limit import LOOK_S, MemoryGuard, confine
from workbench.offline import enforce

_MEMORY = 1_400 << 20
"""Data of the process where the system counts it, in bytes."""
_RESIDENT = 1_536 << 20
"""What the process may hold on every system, in bytes."""


class _Cancelled(Exception):
    """The page under way is no longer wanted."""


class _Gate:
    """Lets a model run, and stops it when the page is paused or cancelled."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._cancelled: set[int] = set()
        self._page = 0
        self._running: Any = None

    def begin(self, page: int) -> None:
        """A page begins; a pause asked for before it still holds."""
        with self._changed:
            self._page = page

    def pause(self, paused: bool) -> None:
        """Stop computing, or go on."""
        with self._changed:
            self._paused = paused
            self._stop_running()

    def cancel(self, page: int) -> None:
        """Give up a page, under way or still to come."""
        with self._changed:
            self._cancelled.add(page)
            if page == self._page:
                self._stop_running()

    def run(self, session: Any, field: NDArray[np.float32]) -> NDArray[np.float32]:
        """The model's answer, computed as often as it is interrupted."""
        while True:
            options = self._options()
            try:
                answer: NDArray[np.float32] = session.run(None, {session.get_inputs()[0].name: field}, options)[0]
            except Exception:  # the library raises its own kinds
                if not options.terminate:
                    raise
            else:
                return answer
            finally:
                with self._changed:
                    self._running = None

    def _options(self) -> Any:
        with self._changed:
            while self._paused and self._page not in self._cancelled:
                self._changed.wait()
            if self._page in self._cancelled:
                self._cancelled.discard(self._page)
                raise _Cancelled
            self._running = onnxruntime.RunOptions()
            return self._running

    def _stop_running(self) -> None:
        if self._running is not None and (self._paused or self._page in self._cancelled):
            self._running.terminate = True
        self._changed.notify_all()


class Worker:
    """The loaded models and the pages that wait."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies = replies
        self._replying = threading.Lock()
        self._page: int | None = None
        self._gate = _Gate()
        self._calls: queue.SimpleQueue[tuple[Header, bytes]] = queue.SimpleQueue()
        self._reader: PageReader | None = None

    def listen(self, requests: BinaryIO) -> None:
        """Hand pages to the computing thread until the input ends."""
        while True:
            header, payload = read_frame(requests)
            match header["op"]:
                case "pause" | "resume":
                    self._gate.pause(header["op"] == "pause")
                case "cancel":
                    self._gate.cancel(header["id"])
                case _:
                    self._calls.put((header, payload))

    def compute(self) -> None:
        """Work the pages off, one after the other, for ever."""
        while True:
            header, payload = self._calls.get()
            self._gate.begin(header["id"])
            self._page = header["id"]
            answer = self._answer(header, payload)
            with self._replying:
                write_frame(self._replies, {"id": header["id"], **answer})
                self._page = None

    def mind_memory(self, guard: MemoryGuard) -> None:
        """End the process once it holds too much, telling so of the page under way; the next one gets another."""
        while not guard.exceeded():
            time.sleep(LOOK_S)
        with self._replying:
            if self._page is not None:
                detail = f"over {guard.limit >> 20} MB"
                write_frame(self._replies, {"id": self._page, "error": "out_of_memory", "detail": detail})
            os._exit(3)

    def _answer(self, header: Header, payload: bytes) -> Header:
        try:
            return self._recognise(header, payload)
        except _Cancelled:
            return {"error": "cancelled"}
        except ModelsAbsent as error:
            return {"error": "missing", "detail": str(error)}
        except MemoryError as error:
            return {"error": "out_of_memory", "detail": str(error)}
        except Exception as error:  # noqa: BLE001 - the boundary: one page's fault is told, the next is read
            return {"error": "compute" if self._reader else "load", "detail": f"{type(error).__name__}: {error}"}

    def _recognise(self, header: Header, payload: bytes) -> Header:
        if self._reader is None:
            self._reader = PageReader(header["threads"] or default_threads(), self._gate.run)
        picture = np.frombuffer(payload, np.uint8).reshape(header["height"], header["width"], 3)
        return _told(self._reader.page(picture))


def _told(page: Page) -> Header:
    lines = [
        [
            line.text,
            round(line.score, 4),
            [round(float(v), 2) for v in line.quad.ravel()],
            [round(v, 5) for v in line.edges],
        ]
        for line in page.lines
    ]
    return {
        "lines": lines,
        "turn": page.turn,
        "skew": round(page.skew, 3),
        "strokes": page.strokes,
        "seals": page.seals,
        "signatures": page.signatures,
    }


def _confine() -> None:
    """Yield to everything else, and stay within the memory a reader may take, where the system can."""
    if sys.platform != "win32":
        os.nice(5)
    confine(_MEMORY, data=True)


def main() -> None:
    """Serve on standard input and output until the input ends."""
    enforce()
    # Ctrl+C reaches the whole group of a terminal; the program decides what it means for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    _confine()
    worker = Worker(replies)
    threading.Thread(target=worker.compute, name="compute", daemon=True).start()
    guard = MemoryGuard(os.getpid(), _RESIDENT)
    threading.Thread(target=worker.mind_memory, args=(guard,), name="memory", daemon=True).start()
    try:
        worker.listen(requests)
    except (EOFError, OSError, ValueError):
        os._exit(0)


if __name__ == "__main__":
    main()
