"""Answers: a prompt read (what was read before is kept), then token after token."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.inference.answers import Answer, Emit, Finish, Order
from workbench.inference.context import LlamaContext
from workbench.inference.llama import Aborted, Brake, LlamaModel
from workbench.inference.lookup import MOST_DRAFTED, PromptLookup
from workbench.inference.memory import PrefixMemory

__all__ = ["Decoder", "Order", "Outcome"]


@dataclass
class Outcome:
    """How it went. ``seconds`` is the time of ``new`` generated tokens after the first."""

    finish: Finish = "stop"
    reused: int = 0
    tokens: list[int] = field(default_factory=list)
    new: int = 0
    seconds: float = 0.0
    thought: int = 0
    drafted: int = 0
    accepted: int = 0
    probabilities: list[float] = field(default_factory=list)


class Decoder:
    """Generates one answer at a time on sequence 0."""

    def __init__(self, model: LlamaModel, context: LlamaContext, brake: Brake, memory: PrefixMemory) -> None:
        self._model = model
        self._context = context
        self._brake = brake
        self._memory = memory

    def run(self, order: Order, begun: Callable[[int], None], emit: Emit) -> Outcome:
        """Generate; ``begun(reused)`` once the prompt is read, ``emit`` for each piece.

        Raises GrammarFault, DecodeFault, LoadFault.
        """
        answer = Answer(self._model, order, emit)
        outcome = Outcome()
        everything = [*order.prompt, *order.done]
        try:
            if answer.finish is None:
                outcome.reused = self._memory.prepare(order.lane, everything, order.most + max(0, order.thinking))
                self._memory.read(everything[outcome.reused :])
                begun(outcome.reused)
                self._continue(order, answer, outcome)
        except Aborted:
            answer.finish = stopped(self._brake)
        finally:
            answer.close()
        outcome.finish = answer.finish or "length"
        outcome.tokens, outcome.new, outcome.thought = answer.tokens, answer.new, answer.thought
        outcome.probabilities = answer.probabilities
        return outcome

    def _continue(self, order: Order, answer: Answer, outcome: Outcome) -> None:
        draft = _Draft(self._lookup(order))
        started = time.perf_counter()
        while True:
            token = answer.next(self._context, draft.row)
            outcome.seconds = time.perf_counter() - started
            if token is None:
                return
            if draft.foresaw(token):
                continue
            draft.count(outcome)
            self._memory.rewind(self._memory.length - draft.wrong)
            if not self._compute(token, draft):
                answer.stop("length")
                return

    def _compute(self, token: int, draft: "_Draft") -> bool:
        """Compute ``token`` and what is drafted to follow it; false when the context is full."""
        room = self._context.limit - self._memory.length - 1
        if room < 0:
            return False
        proposed = draft.propose(min(room, MOST_DRAFTED))
        self._context.grow(self._memory.length + 1 + len(proposed))
        self._memory.read([token, *proposed], every=bool(proposed))
        return True

    def _lookup(self, order: Order) -> PromptLookup | None:
        if not order.quotes or not self._model.rewinds:
            return None
        return PromptLookup([*order.prompt, *order.done], self._memory.costs)


class _Draft:
    """What was computed ahead of the answer, and how far it has proved right."""

    def __init__(self, lookup: PromptLookup | None) -> None:
        self._lookup = lookup
        self._tokens: list[int] = []
        self._right = 0

    @property
    def row(self) -> int:
        """The row whose logits tell the next token."""
        return self._right if self._tokens else -1

    @property
    def wrong(self) -> int:
        """Computed tokens that must be forgotten."""
        return len(self._tokens) - self._right

    def foresaw(self, token: int) -> bool:
        """Whether the chosen token has been computed already."""
        if self._lookup is not None:
            self._lookup.add(token)
        if self._right < len(self._tokens) and token == self._tokens[self._right]:
            self._right += 1
            return True
        return False

    def propose(self, most: int) -> list[int]:
        """What to compute along with the next token."""
        self._tokens, self._right = (self._lookup.propose(most) if self._lookup is not None else []), 0
        return self._tokens

    def count(self, outcome: Outcome) -> None:
        """The draft is used up: note how good it was."""
        if self._lookup is not None and self._tokens:
            self._lookup.note(len(self._tokens), self._right)
            outcome.drafted, outcome.accepted = self._lookup.drafted, self._lookup.accepted


def stopped(brake: Brake) -> Finish:
    """How an aborted computation is called."""
    return "paused" if brake.reason == "paused" else "cancelled"
