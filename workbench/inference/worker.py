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
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from workbench.inference.chatting import ChatDesk, Fault
from workbench.inference.context import LlamaContext
from workbench.inference.frames import Header, read_frame, write_frame
from workbench.inference.lanes import side_by_side
from workbench.inference.llama import Brake, DecodeFault, LlamaModel, LoadFault, start_library
from workbench.inference.loading import chat_context, load_model, measure_threads, pooling_contexts
from workbench.inference.machine import default_threads
from workbench.inference.prompts import ChatPrompt, TemplateFault
from workbench.inference.ranking import PairJudge
from workbench.inference.sampling import GrammarFault
from workbench.inference.schemas import SchemaFault
from workbench.inference.threads import ThreadTuner
from workbench.inference.vectors import VectorMaker, family_of
from workbench.offline import enforce

_ORPHAN_CHECK_S = 1.0


class Worker:
    """One loaded model and the calls upon it."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies = replies
        self._writing = threading.Lock()
        self._brake = Brake()
        self._calls: queue.SimpleQueue[tuple[Header, bytes]] = queue.SimpleQueue()
        self._model: LlamaModel | None = None
        self._keeping = threading.Lock()
        self._chats: ChatDesk | None = None
        self._vectors: list[VectorMaker] = []
        self._judges: list[PairJudge] = []

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
            "prefixes": self._prefixes,
            "chat": lambda header, _: self._desk().chat(header, self._send),
            "many": lambda header, _: self._desk().many(header, self._send),
            "choose": lambda header, _: self._desk().choose(header, self._send),
            "embed": self._embed,
            "rank": self._rank,
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
            with self._keeping:
                self._send({"id": call, "last": True, **last}, last.pop("payload", b""))
                if self._chats is not None:
                    self._chats.after()

    def settle(self) -> None:
        """Let what was read be written before the process ends; the program waits two seconds for it."""
        with self._keeping:
            if self._chats is not None:
                self._chats.settle()

    def _send(self, header: Header, payload: bytes = b"") -> None:
        header.pop("payload", None)
        with self._writing:
            write_frame(self._replies, header, payload)

    def _load(self, header: Header, _payload: bytes) -> Header:
        self._model = model = load_model(Path(header["path"]), header["context"])
        if header["role"] == "chat":
            context, threads = self._load_chat(model, header)
        else:
            context, threads = self._load_pooling(model, header)
        family = family_of(header["name"], model.metadata("general.name"), model.metadata("general.basename"))
        return {
            "name": model.metadata("general.name"),
            "context": context.limit,
            "dimension": model.dimension if self._vectors else 0,
            "query": family.query,
            "passage": family.passage,
            "threads": threads,
            "thinks": self._chats.thinks if self._chats else False,
        }

    def _load_chat(self, model: LlamaModel, header: Header) -> tuple[LlamaContext, int]:
        prompt = ChatPrompt(model, header["template"])
        context = chat_context(model, self._brake, header["context"], header["batch"], header["threads"])
        threads = header["threads"] or measure_threads(context)
        self._chats = ChatDesk(model, prompt, context, self._brake, ThreadTuner(threads, context.set_threads))
        self._chats.store_prefixes(header["prefixes"], header["sha256"])
        return context, threads

    def _load_pooling(self, model: LlamaModel, header: Header) -> tuple[LlamaContext, int]:
        threads = header["threads"] or default_threads()
        contexts = pooling_contexts(model, self._brake, header["role"], threads)
        for context in contexts:
            tuner = ThreadTuner(threads if len(contexts) == 1 else 1, context.set_threads)
            if header["role"] == "rerank":
                self._judges.append(PairJudge(model, context, tuner))
            else:
                self._vectors.append(VectorMaker(model, context, tuner))
        return contexts[0], threads

    def _desk(self) -> ChatDesk:
        if self._chats is None:
            raise Fault("decode", "no chat model is loaded")
        return self._chats

    def _prefixes(self, header: Header, _payload: bytes) -> Header:
        self._desk().store_prefixes(header["prefixes"], header["sha256"])
        return {}

    def _rank(self, header: Header, payload: bytes) -> Header:
        """Scores of the passages, as many as there was time for."""
        if not self._judges:
            raise Fault("decode", "no reranking model is loaded")
        return self._each(json.loads(payload), [partial(judge.score, header["question"]) for judge in self._judges])

    def _embed(self, _header: Header, payload: bytes) -> Header:
        """Vectors of the texts, as many as there was time for."""
        if not self._vectors:
            raise Fault("decode", "no embedding model is loaded")
        return self._each(json.loads(payload), [maker.vector for maker in self._vectors])

    def _each(self, texts: list[str], lanes: Sequence[Callable[[str], Any]]) -> Header:
        started = time.perf_counter()
        rows = side_by_side(texts, lanes, lambda: bool(self._brake.reason))
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
        worker.settle()
        os._exit(0)


if __name__ == "__main__":
    main()
