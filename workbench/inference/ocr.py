"""Reading pictures of pages behind ``api.Ocr``: one process on the machine, started when needed.

It computes under the arbiter with the least claim of all: whoever wants the turn gets it at once,
and the page goes on afterwards. A process that dies or hangs over a page costs that page alone.
"""

import importlib.util
import itertools
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import workbench
from workbench.errors import EngineCrashed, EngineError, EngineOutOfMemory, LoadFailed, ModelDamaged, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import OcrLine, OcrPage, PagePicture
from workbench.inference.frames import Header, read_frame, write_frame
from workbench.jobs import ComputeArbiter, JobContext, Priority, Turn

WORKER_FLAG = "--ocr-worker"
"""The packaged program starts itself with this argument to read pictures."""

_MODELS = {
    "PP-OCRv6_det_small.onnx": 9_929_594,
    "PP-OCRv6_rec_small.onnx": 21_234_383,
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx": 585_532,
}
"""The files the rapidocr package carries, and their sizes in bytes."""
_POLL_S = 0.05
_PAGE_S = 120.0
"""Seconds of computing a page may take; a page takes 2 to 10."""
_STOP_WITHIN_S = 2.0
_TAIL = 2_000
_MOST_PIXELS = 60_000_000


class _Died(Exception):
    """The process ended, or was ended, over a page."""


class _PushedAside(Exception):
    """While the page was paused, the process read another one."""


class _Process:
    """A running worker, one page at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._replies: queue.SimpleQueue[Header | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, name="ocr-replies", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def send(self, header: Header, payload: bytes = b"") -> None:
        """Write a frame; of a dead process the reading thread tells."""
        assert self._process.stdin is not None
        try:
            write_frame(self._process.stdin, header, payload)
        except (OSError, ValueError):
            return

    def reply(self) -> Header | None:
        """The next reply, or None after a short while. Raises _Died."""
        try:
            reply = self._replies.get(timeout=_POLL_S)
        except queue.Empty:
            return None
        if reply is None:
            raise _Died(self._last_words())
        return reply

    def end(self) -> None:
        """End the process and wait for it."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                self._replies.put(read_frame(self._process.stdout)[0])
        except (EOFError, OSError, ValueError):
            self._replies.put(None)

    def _last_words(self) -> str:
        code = self._process.wait()
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL))
        return f"exit {code}\n{self._errors.read().decode('utf-8', 'replace').strip()}".strip()


class LocalOcr:
    """Reads pictures on this machine. Safe from any thread; one page at a time, whoever asks."""

    def __init__(
        self,
        arbiter: ComputeArbiter,
        *,
        threads: int | None = None,
        command: Sequence[str] | None = None,
        models: Callable[[], Path | None] | None = None,
        seconds_a_page: float = _PAGE_S,
    ) -> None:
        """``threads`` None: as many as the machine allows. ``models`` finds the folder of the models."""
        self._arbiter = arbiter
        self._threads = threads or 0
        self._command = list(command or _worker_command())
        self._models = models or _model_folder
        self._seconds = seconds_a_page
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._paused = 0
        self._numbers = itertools.count(1)
        self._closed = False

    def recognise(self, picture: PagePicture, job: JobContext, priority: Priority = Priority.OCR) -> OcrPage:
        """As ``api.Ocr.recognise``. Raises ValueError for a picture that is not what it says it is."""
        if not 0 < picture.width * picture.height <= _MOST_PIXELS:
            raise ValueError("a picture without pixels, or with too many")
        if len(picture.rgb) != picture.width * picture.height * 3:
            raise ValueError("bytes and size of the picture differ")
        fault = self.fault()
        if fault is not None:
            raise fault
        # Whoever holds the turn has the process to himself.
        with self._arbiter.turn(priority, job) as turn:
            reply = self._tried(picture, turn, job)
        return _page(picture, reply)

    def fault(self) -> EngineError | None:
        """Why nothing can be recognised: the models are absent, or not what they should be."""
        folder = self._models()
        if folder is None or importlib.util.find_spec("onnxruntime") is None:
            return ModelMissing(tr("ocr.missing"), tr("ocr.missing.hint"))
        for name, size in _MODELS.items():
            try:
                found = (folder / name).stat().st_size
            except OSError:
                return ModelMissing(tr("ocr.missing"), tr("ocr.missing.hint"), name)
            if found != size:
                return ModelDamaged(tr("ocr.damaged"), tr("ocr.missing.hint"), name)
        return None

    @property
    def pid(self) -> int | None:
        """The process number, while there is one."""
        process = self._process
        return process.pid if process else None

    def rest(self) -> None:
        """End the process; the next page starts another."""
        self._stop()

    def close(self) -> None:
        """End the process for good."""
        with self._lock:
            self._closed = True
        self._stop()

    def _tried(self, picture: PagePicture, turn: Turn, job: JobContext) -> Header:
        """The reply. A page another one pushed aside begins anew; one over which a used process died, once."""
        begun_fresh = self._process is None
        while True:
            try:
                return self._exchanged(picture, turn, job)
            except _PushedAside:
                continue
            except _Died as death:
                self._stop()
                if begun_fresh:
                    raise EngineCrashed(tr("ocr.crashed"), tr("ocr.crashed.hint"), str(death)) from death
                begun_fresh = True

    def _exchanged(self, picture: PagePicture, turn: Turn, job: JobContext) -> Header:
        job.check()
        process, number = self._started(), next(self._numbers)
        if self._paused:
            process.send({"op": "cancel", "id": self._paused})
            process.send({"op": "resume"})
            self._paused = 0
        size = {"width": picture.width, "height": picture.height}
        process.send({"op": "recognise", "id": number, "threads": self._threads, **size}, picture.rgb)
        reply = self._awaited(process, number, turn, job)
        if "error" in reply:
            job.check()
            raise _fault_of(reply)
        return reply

    def _started(self) -> _Process:
        with self._lock:
            if self._closed:
                raise LoadFailed(tr("inference.closed"))
            if self._process is None:
                self._process = _Process(self._command)
                self._paused = 0
            return self._process

    def _awaited(self, process: _Process, number: int, turn: Turn, job: JobContext) -> Header:
        """The reply to a page; meanwhile give way, mind the cancel and the clock."""
        spent = stop_by = 0.0
        while True:
            began = time.monotonic()
            if job.cancelled:
                if not stop_by:
                    process.send({"op": "cancel", "id": number})
                    stop_by = began + _STOP_WITHIN_S
                elif began > stop_by:
                    self._stop()
                    job.check()
            elif turn.wanted:
                self._give_way(process, number, turn)
                began = time.monotonic()
            reply = process.reply()
            if reply is not None and reply["id"] == number:
                return reply
            spent += time.monotonic() - began
            if spent > self._seconds:
                raise _Died(f"no answer after {spent:.0f} s")

    def _give_way(self, process: _Process, number: int, turn: Turn) -> None:
        """Let go of the turn in the middle of a page. Raises _PushedAside when another page was read meanwhile."""
        process.send({"op": "pause"})
        self._paused = number
        turn.breathe()
        if self._paused != number:
            raise _PushedAside
        self._paused = 0
        process.send({"op": "resume"})

    def _stop(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.end()


def _page(picture: PagePicture, reply: Header) -> OcrPage:
    lines = tuple(
        OcrLine(text, score, ((q[0], q[1]), (q[2], q[3]), (q[4], q[5]), (q[6], q[7])), tuple(edges))
        for text, score, q, edges in reply["lines"]
    )
    strokes = tuple((s[0], s[1], s[2], s[3]) for s in reply["strokes"])
    seals, signed = (tuple((s[0], s[1], s[2], s[3]) for s in reply[key]) for key in ("seals", "signatures"))
    return OcrPage(picture.width, picture.height, lines, reply["turn"], reply["skew"], strokes, seals, signed)


def _fault_of(reply: Header) -> EngineError:
    detail = str(reply.get("detail", ""))
    match reply["error"]:
        case "missing":
            return ModelMissing(tr("ocr.missing"), tr("ocr.missing.hint"), detail)
        case "load":
            return ModelDamaged(tr("ocr.damaged"), tr("ocr.missing.hint"), detail)
        case "out_of_memory":
            return EngineOutOfMemory(tr("ocr.out_of_memory"), tr("ocr.crashed.hint"), detail)
        case _:
            return EngineError(tr("ocr.failed"), tr("ocr.failed.hint"), detail)


def _model_folder() -> Path | None:
    """The folder of the models in the rapidocr package, which is found and not loaded."""
    found = importlib.util.find_spec("rapidocr")
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) / "models" if places else None


def _worker_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return sys.executable, WORKER_FLAG
    return sys.executable, "-P", "-m", "workbench.inference.ocr_worker"


def _environment() -> dict[str, str]:
    """Ours without our secrets, with the package findable."""
    values = {name: value for name, value in os.environ.items() if not name.startswith("INKSTONE_")}
    root = str(Path(workbench.__file__).parent.parent)
    values["PYTHONPATH"] = os.pathsep.join(part for part in (root, values.get("PYTHONPATH", "")) if part)
    # cv2 and numpy bring thread pools of their own, which would compete with the models'.
    values.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENCV_FOR_THREADS_NUM="1")
    return values
