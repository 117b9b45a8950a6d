"""An answer under way, as the program sees it."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from workbench.inference.api import ChatRequest, GenerationFigures
from workbench.inference.client import Call, WorkerDied
from workbench.inference.errands import POLL_S, STOP_WITHIN_S, Waiting, mind_death
from workbench.inference.faults import crashed, fault_of
from workbench.inference.frames import Header
from workbench.inference.host import ModelHost
from workbench.jobs import ComputeArbiter, JobContext, Turn


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
        self._model = ""
        self._last: Header = {}
        self._probabilities: list[float] = []
        self.thought = ""
        self.figures = GenerationFigures()

    def __iter__(self) -> Iterator[str]:
        """Pieces of text. Raises EngineError kinds, Cancelled.

        An answer whose worker dies goes on from the last token that was shown.
        """
        with self._arbiter.turn(self._request.priority, self._job) as turn, self._job.on_cancel(self._cancel):
            while True:
                try:
                    yield from self._attempt(turn)
                except WorkerDied as death:
                    mind_death(self._host, death)
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
        worker = self._host.worker()
        self._same_model()
        self._call = call = worker.call(self._header())
        if self._job.cancelled:
            call.stop("cancel")
        waiting = Waiting(self._host, call, turn, self._job)
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

    def _same_model(self) -> None:
        """The words of one model can't be continued by another."""
        model = self._host.info().sha256
        if self._done and self._model != model:
            if self._shown:
                raise crashed("another model has taken over in the middle of an answer")
            self._done, self.thought, self._probabilities = [], "", []
        self._model = model

    def _note(self, header: Header) -> None:
        match header["event"]:
            case "prompt":
                self.figures = replace(self.figures, prompt_tokens=header["tokens"])
            case "read" if not self._done:
                self.figures = replace(self.figures, reused_tokens=header["reused"])
            case "piece":
                self._done = [*self._done, *header["made"]]
                self.thought += header.get("thought", "")
                if not self.figures.ms_first_token:
                    self.figures = replace(self.figures, ms_first_token=self._elapsed())

    def _end(self, header: Header) -> None:
        if "error" in header:
            raise fault_of(header)
        self._last = header
        self._host.note_done()
        self._host.note_speed(header["new"], header["seconds"])
        self._probabilities += header["probabilities"]
        finish = header["finish"]
        self.figures = replace(
            self.figures,
            drafted=self.figures.drafted + header["drafted"],
            accepted=self.figures.accepted + header["accepted"],
        )
        if finish == "paused":
            return
        self.figures = replace(
            self.figures,
            tokens=header["tokens"],
            thought_tokens=header["thought"],
            finish=finish,
            ms_total=self._elapsed(),
            # An answer may hold no whole character.
            ms_first_token=self.figures.ms_first_token or self._elapsed(),
            confidence=geometric_mean(self._probabilities),
        )

    def _header(self) -> Header:
        header = {"op": "chat", **lane_of(self._host, self._request), **header_of(self._request)}
        return {**header, "done": self._done, "shown": self._shown, "shown_thought": len(self.thought)}

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
        stop_by = time.monotonic() + STOP_WITHIN_S
        try:
            while (reply := call.reply(POLL_S)) is None or not reply[0].get("last"):
                if time.monotonic() > stop_by:
                    self._host.kill()
        except WorkerDied:
            return

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._begun) * 1000


def lane_of(host: ModelHost, request: ChatRequest) -> Header:
    """Who asks, and with which adapter. Raises ModelMissing for an adapter that isn't there."""
    return {"lane": request.priority.name, "adapter": host.adapter(request.adapter)}


def header_of(request: ChatRequest) -> Header:
    """What is to be generated, as the worker is told; nothing of it is done yet."""
    return {
        "messages": [[message.role, message.text] for message in request.messages],
        "prefix": request.prefix,
        "most": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "grammar": request.grammar,
        "schema": request.schema,
        "stop": list(request.stop),
        "thinking": request.thinking,
        "quotes": request.quotes,
        "probabilities": request.probabilities,
        "done": [],
        "shown": 0,
    }


def geometric_mean(probabilities: Sequence[float]) -> float:
    """How sure the model was of a token on average; 0 of none."""
    if not probabilities:
        return 0.0
    return math.exp(sum(math.log(max(chance, 1e-9)) for chance in probabilities) / len(probabilities))
