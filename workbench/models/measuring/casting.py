"""Who is measured: a chat model, an embedding model, a wording of the instruction, together as one engine."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from workbench.errors import EngineError, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import (
    Answered,
    ChatModel,
    ChatRequest,
    Choice,
    Embedder,
    Engine,
    EngineState,
    Generation,
    LoadState,
    Message,
    ModelInfo,
    Reranker,
    Role,
)
from workbench.jobs import JobContext


@dataclass(frozen=True, slots=True)
class Contestant:
    """Models by id with their names; an empty id leaves the role empty. ``wording`` "" is the program's own."""

    chat: str = ""
    embedding: str = ""
    wording: str = ""
    chat_name: str = ""
    embedding_name: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two contestants the same."""
        return self.chat, self.embedding, self.wording

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


class Stable(Protocol):
    """Where models are kept and opened (:class:`workbench.inference.bench.ModelBench`)."""

    def opened(self, model: str) -> AbstractContextManager[Engine]:
        """An engine in which the model works in its role, for as long as one is inside."""
        ...


@contextmanager
def cast(stable: Stable, who: Contestant) -> Iterator["Cast"]:
    """An engine of the contestant's models. One already at work is used as it is, others are loaded for this.

    Raises ModelMissing, ModelDamaged, LoadFailed.
    """
    with ExitStack() as stack:
        opened = {
            role: stack.enter_context(stable.opened(model))
            for role, model in ((Role.CHAT, who.chat), (Role.EMBEDDING, who.embedding))
            if model
        }
        yield Cast(opened, who.wording)


class Cast:
    """An engine that takes each role from an engine of its own; it owns and closes none of them."""

    def __init__(self, engines: dict[Role, Engine], wording: str = "") -> None:
        self._engines = engines
        self._wording = wording

    def chat(self) -> ChatModel:
        """The chat model, under the contestant's wording. Raises EngineError kinds."""
        model = self._of(Role.CHAT).chat()
        return Reworded(model, self._wording) if self._wording else model

    def embedder(self) -> Embedder:
        """The embedding model. Raises EngineError kinds."""
        return self._of(Role.EMBEDDING).embedder()

    def reranker(self) -> Reranker:
        """None is measured: its presence would hide what the others do. Raises ModelMissing."""
        raise _missing(Role.RERANK)

    def warm(self) -> None:
        """Models load when first used."""

    def state(self) -> EngineState:
        """What each engine says of its role; a role nobody plays is missing."""
        return EngineState(tuple(engine.state().of(role) for role, engine in self._engines.items()))

    def close(self) -> None:
        """Whoever opened the engines closes them."""

    def ready(self) -> None:
        """Load what will be needed, so that no question pays for it; what fails says so when it is used."""
        for role, engine in self._engines.items():
            if engine.state().of(role).state is not LoadState.FAILED:
                try:
                    _ = engine.chat().info if role is Role.CHAT else engine.embedder().info
                except EngineError:
                    continue

    def _of(self, role: Role) -> Engine:
        if role not in self._engines:
            raise _missing(role)
        return self._engines[role]


class Reworded:
    """A chat model whose instruction is another one than the program's."""

    def __init__(self, model: ChatModel, wording: str) -> None:
        self._model = model
        self._wording = wording

    @property
    def info(self) -> ModelInfo:
        """The model's own."""
        return self._model.info

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return self._model.count(text)

    def chat(self, request: ChatRequest, job: JobContext) -> Generation:
        """Answer under the other instruction."""
        return self._model.chat(self._changed(request), job)

    def chat_many(self, requests: Any, job: JobContext, heard: Any = None) -> tuple[Answered, ...]:
        """Answer all under the other instruction."""
        return self._model.chat_many([self._changed(request) for request in requests], job, heard)

    def choose(self, request: ChatRequest, labels: Any, job: JobContext) -> Choice:
        """Choose under the other instruction."""
        return self._model.choose(self._changed(request), labels, job)

    def _changed(self, request: ChatRequest) -> ChatRequest:
        told = tuple(Message("system", self._wording) if m.role == "system" else m for m in request.messages)
        return replace(request, messages=told)


def _missing(role: Role) -> ModelMissing:
    return ModelMissing(tr(f"inference.missing.{role.value}"), tr("inference.missing.hint"))
