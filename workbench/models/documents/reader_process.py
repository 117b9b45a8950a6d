"""The worker of the caged reader: reads files named on its input, writes documents on its output.

Anything a library prints goes nowhere: the output pipe is taken away from descriptor 1 first. When
the input ends the process ends, whatever it is doing.
"""

import gc
import json
import os
import queue
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from workbench.errors import DocumentError
from workbench.i18n import set_language
from workbench.jobs import JobContext
from workbench.memory_limit import confine
from workbench.models.documents import codec
from workbench.models.documents.cage import (
    CONVERT,
    DOCUMENT,
    DONE,
    FAILED,
    KIND,
    PROGRESS,
    FrameTooLarge,
    receive,
    send,
)
from workbench.models.documents.limits import LIMITS
from workbench.models.documents.origin import Origin
from workbench.models.documents.reading import NeedsConversion, read_origin
from workbench.models.documents.refusals import damaged, too_large

_MAX_REQUEST = 1 << 20
_CPU_SECONDS = 300


def main() -> None:
    """Serve requests until the input ends."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    sys.addaudithook(_refuse_reaching_out)
    memory = int(os.environ.get("INKSTONE_CAGE_MEMORY", "0"))
    confine(memory)
    gc.disable()  # a document is millions of objects without cycles; collected between two files
    requests: queue.SimpleQueue[tuple[dict[str, Any], Origin]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        _serve(*requests.get(), output, memory)


def _refuse_reaching_out(event: str, _: tuple[object, ...]) -> None:
    """No sockets and no further processes, whatever a file makes a library do."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")):
        raise PermissionError(event)


def _listen(pipe: IO[bytes], requests: "queue.SimpleQueue[tuple[dict[str, Any], Origin]]") -> None:
    """Hand requests on; end the process with the pipe."""
    while True:
        try:
            _, content = receive(pipe, _MAX_REQUEST)
            request = json.loads(content)
            origin: Origin = Path(request["path"]) if request["path"] else receive(pipe, LIMITS.file_size)[1]
        except (EOFError, OSError, FrameTooLarge):
            os._exit(0)
        requests.put((request, origin))


def _budget() -> None:
    """Processor time for one file: ends a loop that holds the interpreter after the program is gone."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - absent on Windows

    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + _CPU_SECONDS, hard))


def _serve(request: dict[str, Any], origin: Origin, output: IO[bytes], memory: int) -> None:
    gc.collect()
    _budget()
    set_language(request["language"])
    job = _Job(output)
    try:
        found = read_origin(
            origin,
            request["name"],
            password=request["password"],
            job=job,
            limits=replace(LIMITS, stop_after=request["stop_after"], forms=request["forms"]),
            on_kind=lambda kind: send(output, KIND, kind.encode()),
        )
        many = isinstance(found, list)
        for document in found if isinstance(found, list) else [found]:
            send(output, DOCUMENT, codec.encode(document))
        send(output, DONE, b"many" if many else b"one")
    except NeedsConversion as needed:
        send(output, CONVERT, needed.kind.encode())
    except DocumentError as error:
        _refuse(output, error)
    except (MemoryError, RecursionError):
        _refuse(output, too_large("memory", f"{memory >> 20} MB"))
    except BrokenPipeError:
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - the boundary: a reader's fault is the file's fault
        _refuse(output, damaged(f"{type(error).__name__}: {error}"))


class _Job(JobContext):
    """Tells of every page at once, so that none read before a crash is lost; of more than pages, now and then."""

    def __init__(self, output: IO[bytes]) -> None:
        super().__init__(lambda done, total, _: self._tell(done, total))
        self._output = output

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Tell how far the reading is."""
        if total <= LIMITS.pages:
            self._tell(done, total)
        else:
            super().progress(done, total, text)

    def _tell(self, done: int, total: int) -> None:
        send(self._output, PROGRESS, json.dumps([done, total]).encode())


def _refuse(output: IO[bytes], error: DocumentError) -> None:
    send(output, FAILED, json.dumps({**error.to_json(), "detail": error.detail}).encode())


if __name__ == "__main__":
    main()
