"""Reading in a cage: a worker process with limits on memory, time and output.

A file that crashes, hangs or bloats its reader costs the worker, never the program. The worker is
started when first needed, kept for many files, and leaves when its input ends, so that it doesn't
outlive the program. Frames on the pipes: a letter, a length (u32), that many bytes.

The pages on screen are drawn in the main process (:mod:`workbench.models.documents.render`), but
only of documents that have passed through here.
"""

import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from workbench.errors import DamagedDocument, DocumentError, DocumentTimedOut, DocumentTooLarge, DocumentWithoutText
from workbench.i18n import language, tr
from workbench.jobs import JobContext
from workbench.memory_limit import MemoryGuard
from workbench.models.documents import codec
from workbench.models.documents.document import Document
from workbench.models.documents.guarding import guarded
from workbench.models.documents.office_conversion import converted
from workbench.models.documents.origin import Origin
from workbench.models.documents.reading import CONVERTED, PAGED
from workbench.models.documents.refusals import too_large

HEADER = struct.Struct(">cI")
REQUEST, DATA, KIND, CONVERT, PROGRESS, DOCUMENT, FAILED, DONE = b"R", b"B", b"K", b"C", b"P", b"D", b"E", b"."
WORKER_WORD = "--read-documents"
_CLASSES: tuple[type[DocumentError], ...] = (DocumentError, *DocumentError.__subclasses__())
_KINDS = {c.kind: c for c in _CLASSES}
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class CageLimits:
    """What one read may cost."""

    memory: int = 1_024 * _MB
    """Memory of the worker in bytes: address space on Linux, resident memory everywhere."""
    stall: float = 40.0
    """Seconds without progress."""
    whole: float = 55.0
    """Seconds for the whole read."""
    opening: float = 15.0
    """Seconds from knowing that a file is a PDF to knowing its form; without its form, ``stall``."""
    per_page: float = 0.5
    """Seconds a page, on top of ``whole``."""
    output: int = 512 * _MB
    """Bytes of encoded documents."""
    files: int = 100
    """Files after which the worker is replaced."""


@dataclass(slots=True)
class _Watch:
    """When a read must be over, why its worker was killed, and how far it came.

    ``spent`` are seconds of an attempt before, which count in the whole.
    """

    deadline: float = 0.0
    began: float = 0.0
    spent: float = 0.0
    reason: str = ""
    kind: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be read: a path, or bytes under a name; only up to a page, where that is given.

    Without ``forms`` a PDF is read as if it had no form: no fields that aren't drawn.
    """

    origin: Origin
    name: str
    password: str | None
    stop_after: int | None = None
    forms: bool = True


class FrameTooLarge(Exception):
    """A frame above the limit is on its way; what follows on the pipe can't be read."""


class _Convert(Exception):
    """The worker has found a format that is read through an office program."""


class CagedReader:
    """Reads files in a worker process. Safe from any thread; one file at a time."""

    def __init__(self, limits: CageLimits | None = None, *, command: Sequence[str] | None = None) -> None:
        """``command`` starts the worker, by default :func:`worker_command`."""
        self._limits = limits or CageLimits()
        self._command = list(command or worker_command())
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._memory: MemoryGuard | None = None
        self._files = 0

    def read(
        self, path: Path, *, password: str | None = None, job: JobContext | None = None
    ) -> Document | list[Document]:
        """As :func:`workbench.models.documents.reading.read_file`, behind the limits.

        Old formats go through LibreOffice where it is installed. A PDF, OFD or slides whose later pages make
        the reader fail give the pages before, partially; a PDF over whose form it hangs gives the rest.
        Raises a DocumentError of the fitting kind (a crash is DamagedDocument) or Cancelled.
        """
        return self._read(_Task(path, path.name, password), job or JobContext())

    def read_bytes(
        self, name: str, data: bytes, *, password: str | None = None, job: JobContext | None = None
    ) -> Document | list[Document]:
        """Read a file held in memory, which reaches the worker through its pipe; else as :meth:`read`."""
        return self._read(_Task(data, name, password), job or JobContext())

    def _read(self, task: _Task, job: JobContext) -> Document | list[Document]:
        watch = _Watch()
        try:
            return self._attempt(task, watch, job)
        except _Convert:
            target = CONVERTED[watch.kind]
            data = converted(task.origin, watch.kind, target, job=job)
            return self._read(_Task(data, f"{Path(task.name).stem}.{target}", None), job)
        except (DamagedDocument, DocumentTooLarge, DocumentTimedOut):
            if watch.kind == "pdf" and watch.reason == "time" and not watch.done and task.stop_after is None:
                return self._without_forms(task, watch, job)
            if watch.kind not in PAGED or not 0 < watch.done < watch.total or task.stop_after is not None:
                raise
            return self._first_pages(replace(task, stop_after=watch.done), watch.total, job)

    def _first_pages(self, task: _Task, total: int, job: JobContext) -> Document | list[Document]:
        """The pages before the one that made the reader fail."""
        found = self._attempt(task, _Watch(), job)
        if isinstance(found, list):
            return found
        lost = tr("documents.pages_lost", first=(task.stop_after or 0) + 1, last=total)
        return replace(found, partial=True, notes=(*found.notes, lost))

    def _without_forms(self, task: _Task, watch: _Watch, job: JobContext) -> Document | list[Document]:
        """What a PDF says besides its form, within the time that is left of the whole."""
        spent = time.monotonic() - watch.began
        if spent >= self._limits.whole:
            raise self._late(spent)
        try:
            found = self._attempt(replace(task, forms=False), _Watch(spent=spent), job)
        except (DamagedDocument, DocumentTooLarge, DocumentTimedOut, DocumentWithoutText) as error:
            raise self._late(time.monotonic() - watch.began) from error
        if isinstance(found, list):
            return found
        return replace(found, partial=True, notes=(*found.notes, tr("documents.form_lost")))

    def _attempt(self, task: _Task, watch: _Watch, job: JobContext) -> Document | list[Document]:
        with self._lock:
            job.check()
            worker = self._started()
            self._files += 1
            watch.began = time.monotonic() - watch.spent
            watch.deadline = min(time.monotonic() + self._limits.stall, watch.began + self._limits.whole)
            try:
                with self._watched(worker, watch, job):
                    return self._exchange(worker, task, watch, job)
            except FrameTooLarge as error:
                self._discard()
                raise too_large("unpacked", f"{self._limits.output // _MB} MB") from error
            except (OSError, EOFError) as error:
                self._discard()
                raise self._verdict(watch, worker, job) from error
            finally:
                if watch.reason or self._files >= self._limits.files:
                    self._discard()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._discard()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._worker is None or self._worker.poll() is not None or self._is_swollen():
            self._discard()
            self._worker = subprocess.Popen(  # noqa: S603 - our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(self._limits),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self._memory = MemoryGuard(self._worker.pid, self._limits.memory)
            self._files = 0
        return self._worker

    def _is_swollen(self) -> bool:
        """Whether the files before left the worker so large that they would count against the next one."""
        return self._memory is not None and self._memory.taken() > self._limits.memory // 2

    def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                _closed(pipe)
        worker.wait()

    @contextmanager
    def _watched(self, worker: "subprocess.Popen[bytes]", watch: _Watch, job: JobContext) -> Iterator[None]:
        """Kill the worker when the job is cancelled, its time is over, or it takes too much memory."""

        def kill(reason: str) -> None:
            watch.reason = watch.reason or reason
            worker.kill()

        assert self._memory is not None
        with guarded(self._memory, lambda: watch.deadline, kill), job.on_cancel(lambda: kill("cancel")):
            yield

    def _exchange(
        self, worker: "subprocess.Popen[bytes]", task: _Task, watch: _Watch, job: JobContext
    ) -> Document | list[Document]:
        if worker.stdin is None or worker.stdout is None:
            raise EOFError
        _ask(worker.stdin, task)
        documents: list[Document] = []
        size = 0
        while True:
            kind, content = receive(worker.stdout, self._limits.output)
            size += len(content)
            if size > self._limits.output:
                raise FrameTooLarge
            if kind == DOCUMENT:
                documents.append(_decoded(content))
            elif kind == DONE:
                return documents if content == b"many" else documents[0]
            elif kind == KIND:
                self._known(content.decode(), task, watch)
            else:
                self._hear(kind, content, watch, job)

    def _known(self, kind: str, task: _Task, watch: _Watch) -> None:
        """The format is known; a form that can't be opened in a while never will be."""
        watch.kind = kind
        if kind == "pdf" and task.forms:
            watch.deadline = min(watch.deadline, time.monotonic() + self._limits.opening)

    def _hear(self, kind: bytes, content: bytes, watch: _Watch, job: JobContext) -> None:
        """A frame that is neither a document, its format nor the end."""
        if kind == PROGRESS:
            self._progress(json.loads(content), watch, job)
        elif kind == CONVERT:
            watch.kind = content.decode()
            raise _Convert
        elif kind == FAILED:
            raise _error(json.loads(content))
        else:
            raise EOFError

    def _progress(self, value: Any, watch: _Watch, job: JobContext) -> None:
        done, total = watch.done, watch.total = int(value[0]), int(value[1])
        limits = self._limits
        whole = watch.began + limits.whole + limits.per_page * total
        watch.deadline = min(time.monotonic() + limits.stall, whole)
        job.progress(done, total)

    @staticmethod
    def _late(seconds: float) -> DocumentTimedOut:
        return DocumentTimedOut(tr("documents.timed_out", seconds=round(seconds)), tr("documents.timed_out.hint"))

    def _verdict(self, watch: _Watch, worker: "subprocess.Popen[bytes]", job: JobContext) -> DocumentError:
        """Why the worker is gone. Raises Cancelled where the user wanted it."""
        job.check()
        if watch.reason == "time":
            return self._late(time.monotonic() - watch.began)
        if watch.reason == "memory":
            return too_large("memory", f"{self._limits.memory // _MB} MB")
        detail = f"the reader ended with {worker.returncode}"
        return DamagedDocument(tr("documents.crashed"), tr("documents.crashed.hint"), detail)


def _ask(pipe: IO[bytes], task: _Task) -> None:
    """The request, and after it the bytes of a file held in memory."""
    path = None if isinstance(task.origin, bytes) else str(task.origin.absolute())
    request = {
        "path": path,
        "name": task.name,
        "password": task.password,
        "language": language(),
        "stop_after": task.stop_after,
        "forms": task.forms,
    }
    send(pipe, REQUEST, json.dumps(request).encode())
    if isinstance(task.origin, bytes):
        send(pipe, DATA, task.origin)


def worker_command() -> tuple[str, ...]:
    """How the worker is started; a frozen application calls itself with the word its entry knows."""
    if getattr(sys, "frozen", False):
        return sys.executable, WORKER_WORD
    # -P: a file called queue.py in the folder the program was started from must not run.
    return sys.executable, "-P", "-m", "workbench.models.documents.reader_process"


def _environment(limits: CageLimits) -> dict[str, str]:
    """What the worker may know of its surroundings: no secret of the program."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("INKSTONE_")}
    paths = [str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(paths),
        "OPENBLAS_NUM_THREADS": "1",
        "INKSTONE_CAGE_MEMORY": str(limits.memory),
    }


def send(pipe: IO[bytes], kind: bytes, content: bytes) -> None:
    """Write a frame."""
    pipe.write(HEADER.pack(kind, len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes], limit: int) -> tuple[bytes, bytes]:
    """Read a frame. Raises EOFError at the end of the pipe, FrameTooLarge above the limit."""
    head = pipe.read(HEADER.size)
    if len(head) < HEADER.size:
        raise EOFError
    kind, size = HEADER.unpack(head)
    if size > limit:
        raise FrameTooLarge
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return kind, content


def _closed(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return


def _decoded(content: bytes) -> Document:
    try:
        return codec.decode(content)
    except ValueError as error:
        raise EOFError from error


def _error(value: dict[str, str]) -> DocumentError:
    return _KINDS.get(value["kind"], DamagedDocument)(value["message"], value["hint"], value["detail"])
