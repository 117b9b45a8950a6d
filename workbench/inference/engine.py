"""The models of this machine behind ``api.Engine``: each in its own process, loaded when needed."""

import json
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from workbench.errors import Cancelled, WorkbenchError
from workbench.inference.api import (
    ChatRequest,
    EngineState,
    GenerationFigures,
    ModelInfo,
    Role,
    Vectors,
)
from workbench.inference.client import Call, Reply, WorkerDied
from workbench.inference.faults import crashed, fault_of, invalid_constraint
from workbench.inference.frames import Header
from workbench.inference.host import ModelHost
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext, Priority, Turn

_POLL_S = 0.02
_STOP_WITHIN_S = 2.0
_TEXTS_A_FRAME = 16


class _Waiting:
    """Waits for a call's replies, and meanwhile gives way to a better claim and minds the cancel."""

    def __init__(self, host: ModelHost, call: Call, turn: Turn, job: JobContext) -> None:
        self._host = host
        self._call = call
        self._turn = turn
        self._job = job
        self._paused = False
        self._stop_by: float | None = None

    def next(self) -> Reply:
        """The next reply. Raises WorkerDied, and Cancelled when a cancelled worker stays silent."""
        while True:
            if self._job.cancelled:
                self._expect_end()
            elif self._turn.wanted and not self._paused:
                self._paused = True
                self._call.stop("pause")
            reply = self._call.reply(_POLL_S)
            if reply is not None:
                return reply

    def _expect_end(self) -> None:
        """A worker that doesn't stop in time is ended: it hangs outside of the computation."""
        now = time.monotonic()
        self._stop_by = self._stop_by or now + _STOP_WITHIN_S
        if now > self._stop_by:
            self._host.kill()
            raise Cancelled


class LocalGeneration:
    """An answer under way. It computes while it is iterated, and holds the turn until its end."""

    def __init__(self, host: ModelHost, arbiter: ComputeArbiter, request: ChatRequest, job: JobContext) -> None:
        self._host = host
        self._arbiter = arbiter
        self._request = request
        self._job = job
        self._begun = time.perf_counter()
        self._call: Call | None = None
        self._done: list[int] = []
        self._shown = 0
        self._last: Header = {}
        self.figures = GenerationFigures()

    def __iter__(self) -> Iterator[str]:
        """Pieces of text. Raises EngineError kinds, Cancelled."""
        retried = False
        with self._arbiter.turn(self._request.priority, self._job) as turn, self._job.on_cancel(self._cancel):
            while True:
                try:
                    yield from self._attempt(turn)
                except WorkerDied as death:
                    if death.during == "constraint":
                        raise invalid_constraint(death.detail) from death
                    if retried or self._shown:
                        raise crashed(death.detail) from death
                    retried = True
                    continue
                finally:
                    self._abandon()
                if self._last["finish"] != "paused":
                    break
                self._done = self._last["done"]
                turn.breathe()
        self._job.check()

    def _attempt(self, turn: Turn) -> Iterator[str]:
        """One call of the worker, to its end or until it pauses."""
        self._job.check()
        self._call = call = self._host.worker().call(self._header())
        if self._job.cancelled:
            call.stop("cancel")
        waiting = _Waiting(self._host, call, turn, self._job)
        while True:
            header, payload = waiting.next()
            if header.get("last"):
                self._call = None
                self._end(header)
                return
            self._note(header)
            if payload and not self._job.cancelled:
                text = payload.decode("utf-8")
                self._shown += len(text)
                yield text

    def _note(self, header: Header) -> None:
        match header["event"]:
            case "prompt":
                self.figures = replace(self.figures, prompt_tokens=header["tokens"])
            case "read" if not self._done:
                self.figures = replace(self.figures, reused_tokens=header["reused"])
            case "piece" if not self.figures.ms_first_token:
                self.figures = replace(self.figures, ms_first_token=self._elapsed())

    def _end(self, header: Header) -> None:
        if "error" in header:
            raise fault_of(header)
        self._last = header
        self._host.note_speed(header["new"], header["seconds"])
        finish = header["finish"]
        if finish == "paused":
            return
        self.figures = replace(self.figures, tokens=header["tokens"], finish=finish, ms_total=self._elapsed())

    def _header(self) -> Header:
        request = self._request
        return {
            "op": "chat",
            "lane": request.priority.name,
            "messages": [[message.role, message.text] for message in request.messages],
            "prefix": request.prefix,
            "most": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
            "grammar": request.grammar,
            "schema": request.schema,
            "stop": list(request.stop),
            "done": self._done,
            "shown": self._shown,
        }

    def _cancel(self) -> None:
        call = self._call
        if call is not None:
            call.stop("cancel")

    def _abandon(self) -> None:
        """Whoever stopped listening gets the worker free again before the turn goes on."""
        call, self._call = self._call, None
        if call is None:
            return
        call.stop("cancel")
        stop_by = time.monotonic() + _STOP_WITHIN_S
        try:
            while (reply := call.reply(_POLL_S)) is None or not reply[0].get("last"):
                if time.monotonic() > stop_by:
                    self._host.kill()
        except WorkerDied:
            return

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._begun) * 1000


class _LocalModel:
    """What the models of both roles have in common."""

    def __init__(self, host: ModelHost, arbiter: ComputeArbiter) -> None:
        self._host = host
        self._arbiter = arbiter

    @property
    def info(self) -> ModelInfo:
        """Facts of the loaded model."""
        return self._host.info()

    def count(self, text: str) -> int:
        """Tokens of ``text``, without template; answered while another answer is generated."""
        payload = text.encode("utf-8", "replace")
        for last_try in (False, True):
            try:
                header, _ = self._host.worker().call({"op": "count"}, payload).result()
                return int(header["tokens"])
            except WorkerDied as death:
                if last_try:
                    raise crashed(death.detail) from death
        raise AssertionError


class LocalChat(_LocalModel):
    """The chat model of this machine."""

    def chat(self, request: ChatRequest, job: JobContext) -> LocalGeneration:
        """An answer, computed while it is iterated. Raises EngineError kinds, Cancelled."""
        job.check()
        if request.grammar is not None and (request.schema is not None or not request.grammar.strip()):
            raise invalid_constraint("empty grammar, or grammar and schema")
        return LocalGeneration(self._host, self._arbiter, request, job)


class LocalEmbedder(_LocalModel):
    """The embedding model of this machine."""

    def embed(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        job: JobContext,
        priority: Priority = Priority.EMBED,
    ) -> Vectors:
        """Vectors ``(n, dimension)`` of ``texts``; gives way within a text to who has a better claim.

        Raises ValueError for an empty text, EngineError kinds, Cancelled.
        """
        introduction = self._host.introduction(kind)
        plain = [unicodedata.normalize("NFKC", text).strip() for text in texts]
        if not all(plain):
            raise ValueError("empty text")
        vectors = np.zeros((len(plain), self.info.dimension), dtype=np.float32)
        done = 0
        deaths = 0
        with self._arbiter.turn(priority, job) as turn:
            while done < len(plain):
                turn.breathe()
                part = [introduction + text for text in plain[done : done + _TEXTS_A_FRAME]]
                try:
                    rows = self._embed_part(part, turn, job)
                except WorkerDied as death:
                    deaths += 1
                    if deaths > 1:
                        raise crashed(death.detail) from death
                    continue
                vectors[done : done + len(rows)] = rows
                done += len(rows)
        return vectors

    def _embed_part(self, texts: list[str], turn: Turn, job: JobContext) -> Vectors:
        """Vectors of the first texts: all of them unless somebody wants the turn."""
        payload = json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace")
        call = self._host.worker().call({"op": "embed"}, payload)
        with job.on_cancel(lambda: call.stop("cancel")):
            header, raw = _Waiting(self._host, call, turn, job).next()
        job.check()
        if "error" in header:
            raise fault_of(header)
        self._host.note_speed(header["rows"], header["seconds"])
        return np.frombuffer(raw, dtype="<f4").reshape(header["rows"], self.info.dimension).astype(np.float32)


class LocalEngine:
    """All models of the machine. Close it, or its workers end with the program.

    ``threads`` None: chosen by the machine and lowered while others compute. ``context`` in tokens.
    """

    def __init__(
        self,
        models_dir: Path,
        arbiter: ComputeArbiter,
        *,
        threads: int | None = None,
        context: int = 8192,
        batch: int | None = None,
    ) -> None:
        self.registry = Registry(models_dir)
        self._arbiter = arbiter
        self._hosts = {
            role: ModelHost(self.registry, role, threads=threads or 0, context=context, batch=batch or 0)
            for role in (Role.CHAT, Role.EMBEDDING)
        }
        self._warming: threading.Thread | None = None

    def chat(self) -> LocalChat:
        """The chat model, loaded. Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory."""
        self._hosts[Role.CHAT].worker()
        return LocalChat(self._hosts[Role.CHAT], self._arbiter)

    def embedder(self) -> LocalEmbedder:
        """The embedding model, loaded. Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory."""
        self._hosts[Role.EMBEDDING].worker()
        return LocalEmbedder(self._hosts[Role.EMBEDDING], self._arbiter)

    def warm(self) -> None:
        """Load everything in the background; failures show in :meth:`state`."""
        if self._warming is None or not self._warming.is_alive():
            self._warming = threading.Thread(target=self._warm, name="inference-warm", daemon=True)
            self._warming.start()

    def state(self) -> EngineState:
        """What is loaded, loading or missing."""
        return EngineState(tuple(host.state() for host in self._hosts.values()))

    def close(self) -> None:
        """Stop all workers; calls under way end with an EngineError or Cancelled."""
        for host in self._hosts.values():
            host.close()
        if self._warming is not None:
            self._warming.join()

    def _warm(self) -> None:
        for role in (Role.EMBEDDING, Role.CHAT):
            try:
                self._hosts[role].worker()
            except WorkbenchError:
                continue
