"""The program's end of a model's process: start it, call it, notice its death."""

import itertools
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import workbench
from workbench.inference.frames import Header, read_frame, write_frame

WORKER_FLAG = "--inference-worker"
"""The packaged program starts itself with this argument to be a worker."""

_CLOSING_S = 2.0
_TAIL = 2000
Reply = tuple[Header, bytes]


class WorkerDied(Exception):
    """The model's process ended by itself; ``detail`` says how, ``during`` is the last stage it told."""

    def __init__(self, detail: str, during: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.during = during


class Call:
    """One request and its replies."""

    def __init__(self, worker: "WorkerProcess", number: int) -> None:
        self._worker = worker
        self._number = number
        self._replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        self._stage = ""
        self._over = False

    def reply(self, timeout: float | None = None) -> Reply | None:
        """The next reply, or None after ``timeout`` seconds. Raises WorkerDied."""
        try:
            reply = None if self._over else self._replies.get(timeout=timeout)
        except queue.Empty:
            return None
        if reply is None:
            self._over = True
            raise WorkerDied(self._worker.obituary(), self._stage)
        self._stage = reply[0].get("event", "")
        return reply

    def result(self) -> Reply:
        """The last reply, waiting for it. Raises WorkerDied."""
        while True:
            reply = self.reply()
            if reply is not None and reply[0].get("last"):
                return reply

    def stop(self, reason: str) -> None:
        """Ask the worker to ``cancel`` or ``pause`` this call."""
        self._worker.send({"op": reason, "id": self._number})

    def deliver(self, reply: Reply | None) -> None:
        """A reply has come, or None: none will come any more."""
        self._replies.put(reply)


class WorkerProcess:
    """A running worker. Calls may be made from any thread."""

    def __init__(self) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._writing = threading.Lock()
        self._calls: dict[int, Call] = {}
        self._registering = threading.Lock()
        self._numbers = itertools.count(1)
        self._dead = False
        self._reader = threading.Thread(target=self._read, name="inference-replies", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still answers."""
        return not self._dead and self._process.poll() is None

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        with self._registering:
            return bool(self._calls)

    def call(self, header: Mapping[str, Any], payload: bytes = b"") -> Call:
        """Send a request; its replies come through the returned call."""
        number = next(self._numbers)
        call = Call(self, number)
        with self._registering:
            if self._dead:
                call.deliver(None)
            else:
                self._calls[number] = call
        self.send({**header, "id": number}, payload)
        return call

    def send(self, header: Header, payload: bytes = b"") -> None:
        """Write a frame; a dead worker's calls hear of it from the reading thread."""
        assert self._process.stdin is not None
        try:
            with self._writing:
                write_frame(self._process.stdin, header, payload)
        except (OSError, ValueError):
            return

    def obituary(self) -> str:
        """How the process ended, with the last it said."""
        try:
            code = self._process.wait(timeout=_CLOSING_S)
        except subprocess.TimeoutExpired:
            return "no answer"
        if self._errors.closed:
            return f"exit {code}"
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL))
        said = self._errors.read().decode("utf-8", "replace").strip()
        return f"exit {code}\n{said}".strip()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def close(self) -> None:
        """Let the process end, or end it, and wait for it. Safe to call again."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.close()
        except OSError:
            self._process.kill()
        try:
            self._process.wait(timeout=_CLOSING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()
        self._errors.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                header, payload = read_frame(self._process.stdout)
                self._deliver(header, payload)
        except (EOFError, OSError, ValueError):
            with self._registering:
                self._dead = True
                left, self._calls = self._calls, {}
            for call in left.values():
                call.deliver(None)

    def _deliver(self, header: Header, payload: bytes) -> None:
        with self._registering:
            call = self._calls.get(header["id"])
            if header.get("last"):
                self._calls.pop(header["id"], None)
        if call is not None:
            call.deliver((header, payload))


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_FLAG]
    return [sys.executable, "-P", "-m", "workbench.inference.worker"]


def _environment() -> dict[str, str]:
    """Ours without our secrets, with the package findable, no debugger at an abort, and threads that wait politely."""
    values = {name: value for name, value in os.environ.items() if not name.startswith("INKSTONE_")}
    root = str(Path(workbench.__file__).parent.parent)
    values["PYTHONPATH"] = os.pathsep.join(part for part in (root, values.get("PYTHONPATH", "")) if part)
    values["GGML_NO_BACKTRACE"] = "1"
    # Threads waiting for each other spin for milliseconds by default: with another program on one of
    # two cores that cost two thirds of the speed. Spinning briefly keeps it.
    values.setdefault("GOMP_SPINCOUNT", "10000")
    return values
