"""Pictures of pages, drawn in a cage: the file is hostile here as everywhere.

A worker of its own keeps one file in memory and draws its pages one by one, bounded in pixels,
memory and time. A page that makes it crash or hang is that page's fault; the next one is drawn by a
fresh worker. Frames on the pipes as in :mod:`workbench.models.documents.cage`.
"""

import json
import math
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from workbench.errors import DamagedDocument, DocumentError
from workbench.i18n import language, tr
from workbench.inference.api import PagePicture
from workbench.jobs import JobContext
from workbench.memory_limit import MemoryGuard
from workbench.models.documents.cage import FrameTooLarge, receive, send
from workbench.models.documents.document import PageSize
from workbench.models.documents.guarding import guarded
from workbench.models.documents.refusals import too_large

OPEN, DRAW, PICTURE, FAILED = b"O", b"G", b"P", b"E"
SIZE = struct.Struct(">II")
WORKER_WORD = "--draw-pages"
_DPI = 160
_LEAST_SIDE, _MOST_SIDE = 1_200, 9_000
_AREA = 4_500_000
_PAGE_S = 60.0
_MEMORY = 1_024 << 20
_OUTPUT = 64 << 20


def picture_scale(size: PageSize, *, picture: bool = False) -> float:
    """Pixels a unit at which a page is drawn to be recognised: 160 dpi, within bounds for odd pages.

    ``picture``: the units are pixels already, which are never enlarged.
    """
    wide, high = max(size.width, 1.0), max(size.height, 1.0)
    wanted = 1.0 if picture else max(_DPI / 72, _LEAST_SIDE / max(wide, high))
    bound = 2 * _AREA if picture else _AREA
    return min(wanted, _MOST_SIDE / max(wide, high), math.sqrt(bound / wide / high))


class CagedPictures:
    """Draws pages of one file. A context manager; for one thread."""

    def __init__(
        self,
        content: bytes,
        kind: str,
        *,
        password: str | None = None,
        command: Sequence[str] | None = None,
        seconds_a_page: float = _PAGE_S,
        memory: int = _MEMORY,
    ) -> None:
        """``kind`` is the document's format: ``pdf`` or ``image``; ``memory`` what the worker may hold, in bytes."""
        self._content = content
        self._kind = kind
        self._password = password
        self._command = list(command or _worker_command())
        self._seconds = seconds_a_page
        self._limit = memory
        self._memory: MemoryGuard | None = None
        self._ended_for = ""
        self._worker: subprocess.Popen[bytes] | None = None
        self._handed = False
        """Whether the worker has the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, content: bytes, kind: str, password: str | None = None) -> None:
        """Draw from another file from now on, with the same worker."""
        self._content, self._kind, self._password = content, kind, password
        self._handed = False

    @property
    def started(self) -> bool:
        """Whether there is a worker."""
        return self._worker is not None

    def start(self) -> None:
        """Start the worker, so that it is there when a page is wanted."""
        self._started()

    def close(self) -> None:
        """End the worker; another page starts the next one."""
        self._discard()

    def page(self, number: int, scale: float, job: JobContext) -> PagePicture:
        """Page ``number`` (from 1) at ``scale`` pixels a unit. Raises a DocumentError kind or Cancelled."""
        job.check()
        worker = self._started()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            with self._watched(worker, job):
                if not self._handed:
                    self._hand(worker.stdin)
                send(worker.stdin, DRAW, json.dumps([number, scale, language()]).encode())
                kind, content = receive(worker.stdout, _OUTPUT)
        except (OSError, EOFError, FrameTooLarge) as error:
            self._discard()
            job.check()
            if self._ended_for == "memory":
                raise too_large("memory", f"{self._limit >> 20} MB") from error
            detail = f"drawing page {number} ended with {worker.returncode}"
            raise DamagedDocument(tr("documents.crashed"), tr("documents.crashed.hint"), detail) from error
        if kind == FAILED:
            raise _error(content)
        width, height = SIZE.unpack_from(content)
        return PagePicture(width, height, content[SIZE.size :])

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._worker is None:
            self._worker = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self._memory = MemoryGuard(self._worker.pid, self._limit)
            self._handed = False
        return self._worker

    def _hand(self, pipe: IO[bytes]) -> None:
        send(pipe, OPEN, json.dumps({"kind": self._kind, "password": self._password}).encode())
        send(pipe, OPEN, self._content)
        self._handed = True

    def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue

    @contextmanager
    def _watched(self, worker: "subprocess.Popen[bytes]", job: JobContext) -> Iterator[None]:
        """Kill the worker when the job is cancelled, or the page takes too long or too much memory."""
        self._ended_for = ""
        deadline = time.monotonic() + self._seconds

        def kill(reason: str) -> None:
            self._ended_for = reason
            worker.kill()

        assert self._memory is not None
        with guarded(self._memory, lambda: deadline, kill), job.on_cancel(worker.kill):
            yield


def _error(content: bytes) -> DocumentError:
    value = json.loads(content)
    classes: tuple[type[DocumentError], ...] = (DocumentError, *DocumentError.__subclasses__())
    kinds = {c.kind: c for c in classes}
    return kinds.get(value["kind"], DamagedDocument)(value["message"], value["hint"], value["detail"])


def _worker_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return sys.executable, WORKER_WORD
    return sys.executable, "-P", "-m", "workbench.models.documents.ocr_picture_process"


def _environment() -> dict[str, str]:
    """What the worker may know of its surroundings: no secret of the program."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("INKSTONE_")}
    paths = [str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**inherited, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}


def memory_limit() -> int:
    """Memory of the worker, in bytes."""
    return _MEMORY
