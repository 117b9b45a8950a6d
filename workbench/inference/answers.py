"""One answer under way: from logits to tokens to text, thought apart from answer."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from workbench.inference.context import LlamaContext
from workbench.inference.llama import LlamaModel
from workbench.inference.sampling import Grammar, GrammarFault, Sampler, probability
from workbench.inference.textstream import TextStream
from workbench.inference.thinking import CLOSE, Phase, ThoughtSplitter

Finish = Literal["stop", "length", "cancelled", "paused"]
Emit = Callable[[str, str, Sequence[int]], None]
"""``emit(text, thought, tokens)``: what may be shown now, and all tokens of the answer so far."""

_CLOSING = f"\n{CLOSE}\n\n"


@dataclass(frozen=True)
class Order:
    """What to generate, in tokens.

    ``lane`` names who asks: the memory of one lane is set aside while another computes.
    ``beginning`` is the given start of the answer: the last tokens of ``prompt``, or with ``thinking``
    what follows the thought. ``done`` are tokens of an interrupted answer, of whose text ``shown``
    characters (and ``shown_thought`` of the thought) are already out. ``thinks``: the model may think
    aloud; ``thinking`` is how many tokens it may, and the prompt has opened the thought then.
    ``quotes``: draft from the prompt. ``probabilities``: note how sure the model was of each token.
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
    shown_thought: int = 0
    thinks: bool = False
    thinking: int = 0
    quotes: bool = True
    probabilities: bool = False


class Answer:
    """An answer under way. Close it: a grammar is the library's memory. Raises GrammarFault when made."""

    def __init__(self, model: LlamaModel, order: Order, emit: Emit) -> None:
        self._model = model
        self._order = order
        self._sampler = Sampler(model, order.temperature, order.seed)
        self.tokens: list[int] = []
        self._voice = _Voice(model, order, lambda text, thought: emit(text, thought, self.tokens))
        self._due: deque[tuple[int, _Kind]] = deque()
        self._closing = False
        self._aside = 0
        self._grammar = _led(model, order.grammar, order.beginning)
        if order.thinking:
            self._free()
            self._grammar = _led(model, order.grammar, ())
        self.probabilities: list[float] = []
        self.finish: Finish | None = None
        for token in order.done:
            self._take(token, self._due.popleft()[1] if self._due else _Kind.CHOSEN)

    @property
    def new(self) -> int:
        """Tokens made in this call."""
        return len(self.tokens) - len(self._order.done)

    @property
    def thought(self) -> int:
        """Tokens of the thought."""
        return self._aside

    def next(self, context: LlamaContext, row: int) -> int | None:
        """The token that follows by the logits of ``row``, or None when the answer is over (:attr:`finish`)."""
        if not self._due:
            token = self._chosen(context, row)
            if token is None:
                return None
            self._take(token, _Kind.CHOSEN)
        else:
            token, kind = self._due.popleft()
            self._take(token, kind)
        return token if self.finish is None else None

    def stop(self, finish: Finish) -> None:
        """The answer is over for a reason of the caller's."""
        self.finish = self.finish or finish

    def close(self) -> None:
        """Show what was held back of a finished answer, and free the grammar."""
        if self.finish in ("stop", "length"):
            self._voice.finish()
        self._free()

    def _free(self) -> None:
        if self._grammar is not None:
            self._grammar.close()
            self._grammar = None

    def _chosen(self, context: LlamaContext, row: int) -> int | None:
        thinking = self._voice.phase is Phase.THOUGHT
        token = self._sampler.next(context, row, len(self.tokens), None if thinking else self._grammar)
        if token is None or self._model.ends(token):
            if not thinking or self._closing:
                self.finish = "stop"
                return None
            # It ended without closing its thought: the answer is still owed.
            self._close_thought()
            return self._chosen_due()
        if self._order.probabilities and not thinking:
            self.probabilities.append(probability(context.logits(row), token))
        return token

    def _chosen_due(self) -> int:
        return self._due.popleft()[0]

    def _close_thought(self) -> None:
        """End the thought in the model's stead."""
        self._closing = True
        self._due.extend((token, _Kind.ASIDE) for token in self._model.tokenise(_CLOSING, special=True))

    def _take(self, token: int, kind: "_Kind") -> None:
        """A token of the answer, generated now or before an interruption."""
        before = self._voice.phase
        self.tokens.append(token)
        if kind is _Kind.GIVEN:
            self._voice.given()
        else:
            self._voice.take(token)
        if Phase.THOUGHT in (before, self._voice.phase) or kind is _Kind.ASIDE:
            self._aside += 1
            self._mind_thought(before)
            return
        if self._grammar is not None:
            self._grammar.accept(token)
        if self._voice.stopped:
            self.finish = "stop"
        elif len(self.tokens) - self._aside >= self._order.most:
            self.finish = "length"

    def _mind_thought(self, before: Phase) -> None:
        """Close a thought that is long enough; after a thought comes the given beginning of the answer."""
        if self._voice.phase is Phase.THOUGHT:
            if self._aside >= self._order.thinking and not self._closing:
                self._close_thought()
        elif before is Phase.THOUGHT:
            if not self._closing:
                self._due.extend((token, _Kind.ASIDE) for token in self._model.tokenise("\n\n"))
            if self._order.thinking:
                self._due.extend((token, _Kind.GIVEN) for token in self._order.beginning)


class _Kind(Enum):
    """Where a token comes from: the model, the end of a thought made for it, the given beginning."""

    CHOSEN = 0
    ASIDE = 1
    GIVEN = 2


def _led(model: LlamaModel, text: str, tokens: Sequence[int]) -> Grammar | None:
    """The grammar, led through ``tokens``. Raises GrammarFault."""
    if not text:
        return None
    grammar = Grammar(model, text)
    for token in tokens:
        if not grammar.allows(token):
            grammar.close()
            raise GrammarFault("the beginning is not allowed by the grammar")
        grammar.accept(token)
    return grammar


class _Voice:
    """Turns tokens into pieces of text; what an interrupted answer has shown is not shown again."""

    def __init__(self, model: LlamaModel, order: Order, emit: Callable[[str, str], None]) -> None:
        self._model = model
        self._splitter = ThoughtSplitter(order.thinking > 0) if order.thinks else None
        self._stream = TextStream(order.stops)
        self._emit = emit
        self._skip = [order.shown, order.shown_thought]

    @property
    def phase(self) -> Phase:
        return self._splitter.phase if self._splitter else Phase.ANSWER

    @property
    def stopped(self) -> bool:
        return self._stream.stopped

    def take(self, token: int) -> None:
        if self._splitter is None:
            self._out(self._stream.feed(self._model.piece(token)), "")
            return
        # The marks of a thought may be control tokens, which say nothing otherwise.
        piece = self._model.piece(token) or self._model.piece(token, special=True)
        thought, rest = self._splitter.feed(piece)
        self._out(self._stream.feed(rest), thought)

    def given(self) -> None:
        if self._splitter is not None:
            self._splitter.begun()

    def finish(self) -> None:
        thought, rest = self._splitter.finish() if self._splitter else ("", b"")
        self._out(self._stream.feed(rest) + self._stream.finish(), thought)

    def _out(self, *texts: str) -> None:
        told = []
        for i, text in enumerate(texts):
            skipped = min(self._skip[i], len(text))
            self._skip[i] -= skipped
            told.append(text[skipped:])
        if any(told):
            self._emit(told[0], told[1])
