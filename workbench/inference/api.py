"""What the rest of the program knows of models: chat, embed, rerank, tokenise, state. Nothing of how.

Everything here may be called from any thread; calls that compute wait for their turn under the
arbiter and stop within 0.3 s of ``job.cancel()``, raising :class:`workbench.errors.Cancelled`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.errors import EngineError
from workbench.jobs import JobContext, Priority

Vectors = NDArray[np.float32]
"""``(n, dim)`` float32, every row of unit length."""


AS_IT_LIKES = -1
"""A model may think for as long as its context lasts."""


class Role(StrEnum):
    """What a model is used for."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    RERANK = "rerank"


class LoadState(StrEnum):
    """How far a role's model is."""

    MISSING = "missing"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a talk."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What to generate. Order messages system → material → question, so that prefixes are reused.

    ``grammar`` is GBNF, ``schema`` a JSON schema; at most one of them. ``prefix`` is text the answer
    must begin with (it is not streamed back). ``temperature`` 0 decodes greedily. ``thinking`` is how many
    tokens a model that thinks aloud may think beforehand: 0 not at all, :data:`AS_IT_LIKES` without limit.
    ``quotes``: draft from the prompt where that pays. ``probabilities``: fill
    :attr:`GenerationFigures.confidence`. ``adapter`` names a LoRA file of the working model.
    """

    messages: tuple[Message, ...]
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    grammar: str | None = None
    schema: dict[str, Any] | None = None
    stop: tuple[str, ...] = ()
    prefix: str = ""
    priority: Priority = Priority.ASK
    thinking: int = 0
    quotes: bool = True
    probabilities: bool = False
    adapter: str = ""


def sampled(request: ChatRequest, count: int) -> tuple[ChatRequest, ...]:
    """The same request ``count`` times, each with a chance of its own, for :meth:`ChatModel.chat_many`."""
    return tuple(replace(request, seed=request.seed + number) for number in range(count))


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Facts of a loaded model. ``context`` in tokens; ``dimension`` 0 for chat models; ``thinks``: aloud."""

    name: str
    sha256: str
    role: Role
    context: int
    dimension: int = 0
    licence: str = ""
    thinks: bool = False


@dataclass(frozen=True, slots=True)
class GenerationFigures:
    """What a generation cost: tokens, and milliseconds from the call.

    ``drafted`` tokens were proposed from the prompt and ``accepted`` of them were right. ``confidence`` is
    the geometric mean of the answer's token probabilities, 0 where it was not asked for.
    """

    prompt_tokens: int = 0
    reused_tokens: int = 0
    tokens: int = 0
    ms_first_token: float = 0.0
    ms_total: float = 0.0
    finish: Literal["stop", "length", "cancelled"] = "stop"
    thought_tokens: int = 0
    drafted: int = 0
    accepted: int = 0
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One of several answers given together. ``confidence`` as in :class:`GenerationFigures`."""

    text: str
    finish: Literal["stop", "length"] = "stop"
    tokens: int = 0
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The likeliest label, the probability of each (adding up to 1), and their weight.

    ``weight`` is the share of all the model might have said that lies on the labels' beginnings: a small
    one says that it wanted to say something else.
    """

    label: str
    probabilities: dict[str, float]
    weight: float = 1.0


class Generation(Protocol):
    """A running generation: iterate for pieces of text; figures are complete at the end."""

    def __iter__(self) -> Iterator[str]: ...

    @property
    def figures(self) -> GenerationFigures: ...

    @property
    def thought(self) -> str:
        """What the model has thought aloud so far; never part of the answer."""
        ...


class ChatModel(Protocol):
    """A model that answers."""

    @property
    def info(self) -> ModelInfo: ...

    def count(self, text: str) -> int:
        """Tokens of ``text``, without template."""
        ...

    def chat(self, request: ChatRequest, job: JobContext) -> Generation:
        """Generate. Raises EngineError kinds; Cancelled when ``job`` is."""
        ...

    def chat_many(
        self, requests: Sequence[ChatRequest], job: JobContext, heard: Callable[[int, str], None] | None = None
    ) -> tuple[Answered, ...]:
        """Answer all requests together, in their order; what their prompts begin with alike is read once.

        ``heard`` is told the place of a request and all of its answer so far, whenever there is more of it. Priority
        and adapter are those of the first. Raises ValueError for differing adapters, EngineError
        kinds, Cancelled.
        """
        ...

    def choose(self, request: ChatRequest, labels: Sequence[str], job: JobContext) -> Choice:
        """Which of ``labels`` answers the request, read from the model's probabilities without generating.

        Raises ValueError for fewer than two, empty or repeated labels, EngineError kinds, Cancelled.
        """
        ...


class Embedder(Protocol):
    """A model that places texts in space. The family's prefixes are added inside."""

    @property
    def info(self) -> ModelInfo: ...

    def embed(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        job: JobContext,
        priority: Priority = Priority.EMBED,
    ) -> Vectors:
        """Vectors of ``texts`` in order. Too long texts are cut; an empty text is a ValueError."""
        ...


class Reranker(Protocol):
    """A model that judges how well passages answer a question."""

    @property
    def info(self) -> ModelInfo: ...

    def rank(
        self, question: str, passages: Sequence[str], job: JobContext, priority: Priority = Priority.ASK
    ) -> NDArray[np.float32]:
        """A score for each passage, ``(n,)``, the higher the better; only their order has a meaning.

        Too long passages are cut; an empty text is a ValueError. Raises EngineError kinds, Cancelled.
        """
        ...


@dataclass(frozen=True, slots=True)
class RoleState:
    """What the status bar and the Models pane show of a role. A READY role may have a ``message`` too: a note."""

    role: Role
    state: LoadState
    name: str = ""
    message: str = ""
    hint: str = ""
    tokens_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineState:
    """All roles at once."""

    roles: tuple[RoleState, ...] = field(default_factory=tuple)

    def of(self, role: Role) -> RoleState:
        """The state of one role; MISSING when nothing is known of it."""
        return next((r for r in self.roles if r.role is role), RoleState(role, LoadState.MISSING))


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a picture: ``rgb`` has three bytes a pixel, rows from the top, no padding."""

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line of writing as recognised.

    ``quad`` are its corners in pixels of the picture, clockwise as the words are read: where the line
    begins above, ends above, ends below, begins below. ``edges`` has one value more than ``text`` has
    characters: how far along the line (0 to 1) each begins, and the last one ends. ``score`` 0 to 1.
    """

    text: str
    score: float
    quad: tuple[Point, Point, Point, Point]
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What was seen on one picture; all places in its pixels, from its top left.

    ``turn`` is by how much the writing is turned clockwise (0, 90, 180, 270), ``skew`` by how many
    degrees more. ``strokes`` are straight lines ``x0, y0, x1, y1``, ``seals`` boxes of red stamps,
    ``signatures`` boxes of unread ink behind a label that asks for a signature.
    """

    width: int
    height: int
    lines: tuple[OcrLine, ...]
    turn: int = 0
    skew: float = 0.0
    strokes: tuple[tuple[float, float, float, float], ...] = ()
    seals: tuple[tuple[float, float, float, float], ...] = ()
    signatures: tuple[tuple[float, float, float, float], ...] = ()


class Ocr(Protocol):
    """Reads pictures of pages, in a process of its own that is started when needed."""

    def recognise(self, picture: PagePicture, job: JobContext, priority: Priority = Priority.OCR) -> OcrPage:
        """What stands on the picture. Raises ModelMissing, ModelDamaged, EngineError kinds, Cancelled."""
        ...

    def fault(self) -> EngineError | None:
        """Why nothing can be recognised here (no models), or None; never blocks for long."""
        ...

    def rest(self) -> None:
        """Nothing more to recognise for now: give the memory back. The next call starts again."""
        ...

    def close(self) -> None:
        """End the process for good."""
        ...


class Engine(Protocol):
    """All models of the machine. ``chat`` and ``embedder`` load on first use and wait for it."""

    def chat(self) -> ChatModel:
        """The chat model. Raises ModelMissing, ModelDamaged, LoadFailed."""
        ...

    def embedder(self) -> Embedder:
        """The embedding model. Raises ModelMissing, ModelDamaged, LoadFailed."""
        ...

    def reranker(self) -> Reranker:
        """The reranking model. Raises ModelMissing, ModelDamaged, LoadFailed."""
        ...

    def warm(self) -> None:
        """Begin loading in the background; returns at once."""
        ...

    def state(self) -> EngineState:
        """What is loaded, loading or missing; never blocks."""
        ...

    def close(self) -> None:
        """Stop all workers."""
        ...
