"""Answers: a prompt read (what was read before is kept), then token after token."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.inference.llama import Aborted, Brake, LlamaContext, LlamaModel
from workbench.inference.sampling import Grammar, GrammarFault, Sampler
from workbench.inference.textstream import TextStream
from workbench.inference.threads import ThreadTuner

Finish = Literal["stop", "length", "cancelled", "paused"]
_WORTH_KEEPING = 128


@dataclass(frozen=True)
class Order:
    """What to generate, in tokens.

    ``lane`` names who asks: the memory of one lane is set aside while another computes.
    ``done`` are tokens of an interrupted answer, of whose text ``shown`` characters are already out.
    ``beginning`` is the given start of the answer, the last tokens of ``prompt``.
    """

    lane: str
    prompt: tuple[int, ...]
    beginning: tuple[int, ...]
    most: int
    temperature: float = 0.0
    seed: int = 0
    grammar: str = ""
    stops: tuple[str, ...] = ()
    done: tuple[int, ...] = ()
    shown: int = 0


@dataclass
class Outcome:
    """How it went. ``seconds`` is the time of ``new`` generated tokens after the first."""

    finish: Finish = "stop"
    reused: int = 0
    tokens: list[int] = field(default_factory=list)
    new: int = 0
    seconds: float = 0.0


class PrefixMemory:
    """What the context has read, so that a prompt beginning alike is not read again.

    One lane lies in the context; a lane displaced by another is set aside in plain memory (about
    28 kB a token for a 1.5B model) and taken back when that saves reading.
    """

    def __init__(self, context: LlamaContext, tuner: ThreadTuner) -> None:
        self._context = context
        self._tuner = tuner
        self._held: list[int] = []
        self._lane = ""
        self._aside: dict[str, tuple[list[int], bytes]] = {}

    @property
    def length(self) -> int:
        """Tokens held."""
        return len(self._held)

    def prepare(self, lane: str, tokens: Sequence[int]) -> int:
        """Rewind to the longest common beginning with ``tokens``; return how many need no reading."""
        if lane != self._lane:
            self._change_lane(lane, tokens)
        same = min(_common(self._held, tokens), len(tokens) - 1)
        if same < len(self._held) and not self._context.forget(same):
            same = 0
        del self._held[same:]
        return same

    def read(self, tokens: Sequence[int]) -> None:
        """Compute ``tokens`` after what is held; the last one's logits are ready then. Raises Aborted."""
        size = self._context.size.batch
        for start in range(0, len(tokens), size):
            part = tokens[start : start + size]
            last = start + size >= len(tokens)
            try:
                with self._tuner.watch():
                    self._context.decode(part, len(self._held), output="last" if last else "none")
            except BaseException:
                if not self._context.forget(len(self._held)):
                    self._held.clear()
                raise
            self._held.extend(part)

    def _change_lane(self, lane: str, tokens: Sequence[int]) -> None:
        if len(self._held) >= _WORTH_KEEPING:
            self._aside[self._lane] = (list(self._held), self._context.save())
        kept, state = self._aside.pop(lane, ([], b""))
        self._lane = lane
        if _common(kept, tokens) > _common(self._held, tokens):
            self._held = kept if self._context.restore(state) else []


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    """How many first elements are the same."""
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return i
    return min(len(left), len(right))


class Decoder:
    """Generates answers on one context."""

    def __init__(self, model: LlamaModel, context: LlamaContext, brake: Brake, tuner: ThreadTuner) -> None:
        self._model = model
        self._context = context
        self._brake = brake
        self._memory = PrefixMemory(context, tuner)

    def run(self, order: Order, begun: Callable[[int], None], emit: Callable[[str], None]) -> Outcome:
        """Generate; ``begun(reused)`` once the prompt is read, ``emit(text)`` for each piece.

        Raises GrammarFault, DecodeFault.
        """
        grammar = self._grammar(order)
        sampler = Sampler(self._model, order.temperature, order.seed, grammar)
        outcome = Outcome(tokens=list(order.done))
        writer = _Writer(self._model, order, emit)
        everything = [*order.prompt, *order.done]
        try:
            outcome.reused = self._memory.prepare(order.lane, everything)
            self._memory.read(everything[outcome.reused :])
            begun(outcome.reused)
            outcome.finish = self._continue(order, sampler, grammar, writer, outcome)
        except Aborted:
            outcome.finish = "paused" if self._brake.reason == "paused" else "cancelled"
        finally:
            if grammar is not None:
                grammar.close()
        if outcome.finish in ("stop", "length"):
            writer.finish()
        return outcome

    def _grammar(self, order: Order) -> Grammar | None:
        """The grammar, led through the given beginning and the tokens already generated."""
        if not order.grammar:
            return None
        grammar = Grammar(self._model, order.grammar)
        for token in (*order.beginning, *order.done):
            if not grammar.allows(token):
                grammar.close()
                raise GrammarFault("the beginning is not allowed by the grammar")
            grammar.accept(token)
        return grammar

    def _continue(
        self, order: Order, sampler: Sampler, grammar: Grammar | None, writer: "_Writer", outcome: Outcome
    ) -> Finish:
        started = time.perf_counter()
        while len(outcome.tokens) < order.most:
            token = sampler.next(self._context, len(outcome.tokens))
            if token is None or self._model.ends(token):
                return "stop"
            if grammar is not None:
                grammar.accept(token)
            outcome.tokens.append(token)
            outcome.new += 1
            writer.take(token)
            outcome.seconds = time.perf_counter() - started
            if writer.stopped:
                return "stop"
            if len(outcome.tokens) >= order.most or self._memory.length >= self._context.size.context:
                return "length"
            self._memory.read([token])
        return "length"


class _Writer:
    """Turns tokens into pieces of text; what an interrupted answer has shown is not shown again."""

    def __init__(self, model: LlamaModel, order: Order, emit: Callable[[str], None]) -> None:
        self._model = model
        self._stream = TextStream(order.stops)
        self._emit = emit
        self._skip = order.shown
        for token in order.done:
            self.take(token)

    @property
    def stopped(self) -> bool:
        """Whether a stop string has come."""
        return self._stream.stopped

    def take(self, token: int) -> None:
        self._out(self._stream.feed(self._model.piece(token)))

    def finish(self) -> None:
        self._out(self._stream.finish())

    def _out(self, text: str) -> None:
        skipped = min(self._skip, len(text))
        self._skip -= skipped
        if len(text) > skipped:
            self._emit(text[skipped:])
