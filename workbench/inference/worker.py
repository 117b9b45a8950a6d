"""A model's own process: one thread computes, the other listens.

Frames come in on standard input and go out on what was standard output; both descriptors are moved
away first, because the library writes to 1 and 2. The process ends when its input does, so it never
outlives the program.
"""

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import llama_cpp.llama_cpp as lib
import numpy as np

from workbench.inference.decoding import Decoder, Order
from workbench.inference.frames import Header, read_frame, write_frame
from workbench.inference.llama import (
    Aborted,
    Brake,
    ContextSize,
    DecodeFault,
    LlamaContext,
    LlamaModel,
    LoadFault,
    start_library,
)
from workbench.inference.machine import default_threads
from workbench.inference.prompts import ChatPrompt, TemplateFault
from workbench.inference.sampling import GrammarFault
from workbench.inference.schemas import SchemaFault, grammar_of
from workbench.inference.threads import ThreadTuner
from workbench.inference.vectors import VectorMaker, family_of
from workbench.offline import enforce

_CHAT_BATCH = 256
_EMBEDDING_CONTEXT = 512
_ORPHAN_CHECK_S = 1.0


class Fault(Exception):
    """Told to the program as ``{error: code, detail, …values}``."""

    def __init__(self, code: str, detail: str = "", **values: int) -> None:
        super().__init__(code)
        self.reply: Header = {"error": code, "detail": detail, **values}


class Worker:
    """One loaded model and the calls upon it."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies = replies
        self._writing = threading.Lock()
        self._brake = Brake()
        self._calls: queue.SimpleQueue[tuple[Header, bytes]] = queue.SimpleQueue()
        self._model: LlamaModel | None = None
        self._prompt: ChatPrompt | None = None
        self._decoder: Decoder | None = None
        self._vectors: VectorMaker | None = None
        self._context = 0

    def listen(self, requests: BinaryIO) -> None:
        """Hand calls to the computing thread until the input ends."""
        while True:
            header, payload = read_frame(requests)
            match header["op"]:
                case "cancel":
                    self._brake.pull(header["id"], "cancelled")
                case "pause":
                    self._brake.pull(header["id"], "paused")
                case "count":
                    self._count(header, payload)
                case _:
                    self._brake.expect(header["id"])
                    self._calls.put((header, payload))

    def compute(self) -> None:
        """Work the calls off, one after the other, for ever."""
        operations: dict[str, Callable[[Header, bytes], Header]] = {
            "load": self._load,
            "chat": self._chat,
            "embed": self._embed,
        }
        while True:
            header, payload = self._calls.get()
            call = header["id"]
            self._brake.engage(call)
            try:
                last = operations[header["op"]](header, payload)
            except Fault as fault:
                last = fault.reply
            except (LoadFault, DecodeFault, GrammarFault, TemplateFault, SchemaFault) as fault:
                last = {"error": getattr(fault, "code", _CODES.get(type(fault), "decode")), "detail": str(fault)}
            finally:
                self._brake.release(call)
            self._send({"id": call, "last": True, **last}, last.pop("payload", b""))

    def _send(self, header: Header, payload: bytes = b"") -> None:
        header.pop("payload", None)
        with self._writing:
            write_frame(self._replies, header, payload)

    def _load(self, header: Header, _payload: bytes) -> Header:
        self._model = model = LlamaModel(Path(header["path"]))
        threads = header["threads"] or default_threads()
        if header["role"] == "embedding":
            context = self._embedding_context(model, threads)
            self._vectors = VectorMaker(model, context, ThreadTuner(threads, context.set_threads))
        else:
            self._prompt = ChatPrompt(model)
            most = min(header["context"], model.trained_context)
            size = ContextSize(most, min(header["batch"] or _CHAT_BATCH, most), threads)
            context = LlamaContext(model, size, self._brake)
            self._decoder = Decoder(model, context, self._brake, ThreadTuner(threads, context.set_threads))
        self._context = context.size.context
        family = family_of(header["name"], model.metadata("general.name"), model.metadata("general.basename"))
        return {
            "name": model.metadata("general.name"),
            "context": self._context,
            "dimension": model.dimension if self._vectors else 0,
            "query": family.query,
            "passage": family.passage,
        }

    def _embedding_context(self, model: LlamaModel, threads: int) -> LlamaContext:
        """A context that pools as the file says, else by the mean."""
        most = min(_EMBEDDING_CONTEXT, model.trained_context)
        size = ContextSize(most, most, threads)
        context = LlamaContext(model, size, self._brake, pooling=lib.LLAMA_POOLING_TYPE_UNSPECIFIED)
        if context.pooling == lib.LLAMA_POOLING_TYPE_NONE:
            context = LlamaContext(model, size, self._brake, pooling=lib.LLAMA_POOLING_TYPE_MEAN)
        return context

    def _chat(self, header: Header, _payload: bytes) -> Header:
        if self._decoder is None:
            raise Fault("decode", "no chat model is loaded")
        call = header["id"]
        order = self._order(header)
        self._send({"id": call, "event": "prompt", "tokens": len(order.prompt)})

        def begun(reused: int) -> None:
            self._send({"id": call, "event": "read", "reused": reused})

        def emit(text: str) -> None:
            self._send({"id": call, "event": "piece"}, text.encode("utf-8"))

        outcome = self._decoder.run(order, begun, emit)
        return {
            "finish": outcome.finish,
            "tokens": len(outcome.tokens),
            "done": outcome.tokens if outcome.finish == "paused" else [],
            "new": outcome.new,
            "seconds": outcome.seconds,
        }

    def _order(self, header: Header) -> Order:
        assert self._model is not None
        assert self._prompt is not None
        grammar = header["grammar"] or ""
        if header["schema"] is not None:
            grammar = grammar_of(header["schema"])
        if grammar:
            self._send({"id": header["id"], "event": "constraint"})
        beginning = self._model.tokenise(header["prefix"])
        prompt = self._prompt.tokens([(role, text) for role, text in header["messages"]]) + beginning
        if len(prompt) >= self._context:
            raise Fault("context_too_long", needed=len(prompt) + 1, context=self._context)
        return Order(
            lane=header["lane"],
            prompt=tuple(prompt),
            beginning=tuple(beginning),
            most=header["most"],
            temperature=header["temperature"],
            seed=header["seed"],
            grammar=grammar,
            stops=tuple(header["stop"]),
            done=tuple(header["done"]),
            shown=header["shown"],
        )

    def _embed(self, _header: Header, payload: bytes) -> Header:
        """Vectors of the texts, as many as there was time for."""
        if self._vectors is None:
            raise Fault("decode", "no embedding model is loaded")
        texts: list[str] = json.loads(payload)
        rows: list[Any] = []
        started = time.perf_counter()
        try:
            for text in texts:
                if self._brake.reason:
                    break
                rows.append(self._vectors.vector(text))
        except Aborted:
            pass
        raw = np.asarray(rows, dtype="<f4").tobytes()
        return {"rows": len(rows), "seconds": time.perf_counter() - started, "payload": raw}

    def _count(self, header: Header, payload: bytes) -> None:
        """Answered by the listening thread: counting never waits for an answer being generated."""
        model = self._model
        tokens = len(model.tokenise(payload.decode("utf-8", "replace"))) if model else 0
        self._send({"id": header["id"], "last": True, "tokens": tokens})


_CODES: dict[type[Exception], str] = {
    DecodeFault: "decode",
    GrammarFault: "invalid_constraint",
    SchemaFault: "invalid_constraint",
    TemplateFault: "no_template",
}


def _watch_parent() -> None:
    """End when the program that started us is gone, even if somebody else still holds the pipe.

    Linux could send a signal at the parent's death, but it does so when the starting *thread* ends.
    """
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(_ORPHAN_CHECK_S)
    os._exit(0)


def _end_process(failure: threading.ExceptHookArgs) -> None:
    """A thread that fails takes the process along: the program starts another, and nobody waits in vain."""
    sys.__excepthook__(failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback)
    sys.stderr.flush()
    os._exit(70)


def main() -> None:
    """Run a worker on standard input and output until the input ends. It may reach no network."""
    enforce()
    # Ctrl+C reaches the whole group of a terminal; the program decides what it means for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.excepthook = _end_process
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    start_library()
    worker = Worker(replies)
    threading.Thread(target=worker.compute, name="compute", daemon=True).start()
    if sys.platform != "win32":
        threading.Thread(target=_watch_parent, name="parent", daemon=True).start()
    try:
        worker.listen(requests)
    except (EOFError, OSError, ValueError):
        os._exit(0)


if __name__ == "__main__":
    main()
