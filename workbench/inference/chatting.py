"""A chat model at work in its process: one answer, several together, or a choice; with or without an adapter."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.inference.answers import Order
from workbench.inference.choosing import Chooser
from workbench.inference.context import LlamaContext
from workbench.inference.decoding import Decoder, stopped
from workbench.inference.frames import Header
from workbench.inference.llama import Aborted, Adapter, Brake, LlamaModel
from workbench.inference.loading import build
from workbench.inference.memory import PrefixMemory
from workbench.inference.prefix_store import PrefixStore
from workbench.inference.prompts import ChatPrompt
from workbench.inference.sampling import Grammar
from workbench.inference.schemas import grammar_of
from workbench.inference.threads import ThreadTuner
from workbench.inference.together import Together, Told

Send = Callable[[Header, bytes], None]


class Fault(Exception):
    """Told to the program as ``{error: code, detail, …values}``."""

    def __init__(self, code: str, detail: str = "", **values: int) -> None:
        super().__init__(code)
        self.reply: Header = {"error": code, "detail": detail, **values}


class ChatDesk:
    """A loaded chat model and what it remembers."""

    def __init__(
        self, model: LlamaModel, prompt: ChatPrompt, context: LlamaContext, brake: Brake, tuner: ThreadTuner
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._context = context
        self._brake = brake
        self._memory = PrefixMemory(context, tuner)
        self._decoder = Decoder(model, context, brake, self._memory)
        self._together = Together(model, context, brake, self._memory)
        self._chooser = Chooser(model, context, self._memory)
        self._adapters: dict[str, Adapter] = {}
        self._adapter = ""
        self._stored: Header | None = None
        self._sha256 = ""

    @property
    def thinks(self) -> bool:
        """Whether the model thinks aloud."""
        return self._prompt.thinks

    def store_prefixes(self, wanted: Header | None, sha256: str) -> None:
        """Keep what questions read in ``{folder, key, most}``; None: no longer."""
        self._stored, self._sha256 = wanted, sha256
        self._open_store()

    def chat(self, header: Header, send: Send) -> Header:
        """One answer; its pieces go through ``send``."""
        call = header["id"]
        order = self._order(header, header, send)
        send({"id": call, "event": "prompt", "tokens": len(order.prompt)}, b"")
        told = len(order.done)

        def begun(reused: int) -> None:
            send({"id": call, "event": "read", "reused": reused}, b"")

        def emit(text: str, thought: str, tokens: Sequence[int]) -> None:
            nonlocal told
            # With its tokens, so that an answer cut off by our death goes on where it was.
            event = {"id": call, "event": "piece", "made": tokens[told:], **({"thought": thought} if thought else {})}
            told = len(tokens)
            send(event, text.encode("utf-8"))

        outcome = self._decoder.run(order, begun, emit)
        return {
            "finish": outcome.finish,
            "tokens": len(outcome.tokens) - outcome.thought,
            "thought": outcome.thought,
            "done": outcome.tokens if outcome.finish == "paused" else [],
            "new": outcome.new,
            "seconds": outcome.seconds,
            "drafted": outcome.drafted,
            "accepted": outcome.accepted,
            "probabilities": outcome.probabilities,
        }

    def many(self, header: Header, send: Send) -> Header:
        """Several answers together; what there is of each is told on the way where ``heard`` asks for it."""
        orders = [self._bounded(self._order(header, request, send)) for request in header["requests"]]
        send({"id": header["id"], "event": "prompt", "tokens": sum(len(order.prompt) for order in orders)}, b"")

        def begun(reused: int) -> None:
            send({"id": header["id"], "event": "read", "reused": reused}, b"")

        left = [i for i, request in enumerate(header["requests"]) if not request.get("over")]

        def more(place: int, text: str) -> None:
            send({"id": header["id"], "event": "text", "place": left[place]}, text.encode("utf-8"))

        heard = more if header.get("heard") else None
        told = self._together.run([orders[i] for i in left], begun, heard) if left else []
        answers = dict(zip(left, told, strict=True))
        return {
            "finish": _worst([answer.finish for answer in told]),
            "answers": [_told(answers.get(i, Told(finish="over"))) for i in range(len(orders))],
        }

    def choose(self, header: Header, send: Send) -> Header:
        """How likely each of the labels is as the answer."""
        order = self._order(header, header, send)
        labels = [self._model.tokenise(label) for label in header["labels"]]
        try:
            chosen = self._chooser.choose(order, labels)
        except Aborted:
            return {"finish": stopped(self._brake)}
        return {
            "finish": "stop",
            "probabilities": chosen.probabilities,
            "mass": chosen.mass,
            "reused": chosen.reused,
            "tokens": len(order.prompt),
        }

    def settle(self) -> None:
        """Wait until what is being kept is written."""
        if self._memory.store is not None:
            self._memory.store.settle()

    def after(self) -> None:
        """When a reply is out: keep what was read."""
        self._memory.keep()

    def _bounded(self, order: Order) -> Order:
        """The order with no more tokens than fit beside its prompt: room for all is set aside before it begins."""
        return replace(order, most=max(1, min(order.most, self._context.limit - len(order.prompt) - 1)))

    def _order(self, header: Header, request: Header, send: Send) -> Order:
        self._use(header["adapter"])
        grammar = self._grammar(header["id"], request, send)
        beginning = self._model.tokenise(request["prefix"])
        thinking = request["thinking"] if self._prompt.thinks else 0
        messages = [(role, text) for role, text in request["messages"]]
        prompt = self._prompt.tokens(messages, thinking=bool(thinking)) + ([] if thinking else beginning)
        limit = self._context.limit
        if len(prompt) >= limit:
            raise Fault("context_too_long", needed=len(prompt) + 1, context=limit)
        if thinking < 0:
            thinking = max(1, limit - len(prompt) - request["most"] - 16)
        return Order(
            lane=header["lane"],
            prompt=tuple(prompt),
            beginning=tuple(beginning),
            most=request["most"],
            temperature=request["temperature"],
            seed=request["seed"],
            grammar=grammar,
            stops=tuple(request["stop"]),
            done=tuple(request["done"]),
            shown=request["shown"],
            shown_thought=request.get("shown_thought", 0),
            thinks=self._prompt.thinks,
            thinking=thinking,
            quotes=request["quotes"],
            probabilities=request["probabilities"],
        )

    def _grammar(self, call: int, request: Header, send: Send) -> str:
        """The grammar of a request, known to be sound, or nothing. Raises GrammarFault, SchemaFault."""
        grammar: str = grammar_of(request["schema"]) if request["schema"] is not None else request["grammar"] or ""
        if grammar:
            # Reading one may end the process: its death is told from one in the middle of the work.
            send({"id": call, "event": "constraint"}, b"")
            Grammar(self._model, grammar).close()
            send({"id": call, "event": "constrained"}, b"")
        return grammar

    def _use(self, path: str) -> None:
        """Swap the adapter where another one is wanted than before. Raises LoadFault."""
        if path == self._adapter:
            return
        if path and path not in self._adapters:
            self._adapters[path] = Adapter(self._model, Path(path))
        self._memory.use(self._adapters.get(path))
        self._adapter = path
        self._open_store()

    def _open_store(self) -> None:
        wanted = self._stored
        if wanted is None or not self._model.rewinds:
            self._memory.store = None
            return
        model = f"{self._sha256}\0{Path(self._adapter).stem}\0{_size(self._adapter)}"
        self._memory.store = PrefixStore(
            Path(wanted["folder"]),
            base64.b64decode(wanted["key"]),
            build=f"{build()}\0f16\0unified",
            model=model,
            most_bytes=int(wanted["most"]),
        )


def _size(path: str) -> str:
    """What tells an adapter's file from another of its name."""
    if not path:
        return ""
    status = Path(path).stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _told(answer: Told) -> dict[str, Any]:
    return {
        "text": answer.text,
        "finish": answer.finish,
        "done": answer.tokens,
        "probabilities": answer.probabilities,
    }


def _worst(finishes: Sequence[str]) -> str:
    """How the whole ended: interrupted as soon as one answer was."""
    return next((finish for finish in ("cancelled", "paused") if finish in finishes), "stop")
