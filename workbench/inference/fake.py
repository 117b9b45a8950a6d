"""A stand-in for the models: deterministic, instant, and it remembers what it was asked.

It ships with the program, so that every part above can be tried without a model file. Answers come
from a script; vectors from hashed character bigrams, so that texts sharing words lie close together.
"""

import hashlib
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import Cancelled, ContextTooLong, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import (
    Answered,
    ChatRequest,
    Choice,
    EngineState,
    GenerationFigures,
    LoadState,
    ModelInfo,
    Role,
    RoleState,
    Vectors,
)
from workbench.inference.thinking import CLOSE, OPEN
from workbench.jobs import ComputeArbiter, JobContext, Priority

Answers = Sequence[str] | Callable[[ChatRequest], str]
"""What to say: one text after the other, or a function of the request."""

DIMENSION = 384
_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_NOTHING_KNOWN = "资料中未提及。"


def fake_tokens(text: str) -> list[str]:
    """A latin word, a number, a run of blanks or any other character is one token."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=65536)
def _place(term: str) -> tuple[int, float]:
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    number = int.from_bytes(digest, "little")
    return number % DIMENSION, 1.0 if number & 0x80000000 else -1.0


def bigram_vector(text: str) -> Vectors:
    """The unit vector ``(384,)`` of a text's hashed characters and character bigrams."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for term in [plain[i : i + 2] for i in range(max(1, len(plain) - 1))]:
        index, sign = _place(term)
        vector[index] += sign
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        vector[_place(plain)[0]] = length = 1.0
    unit: Vectors = (vector / np.float32(length)).astype(np.float32)
    return unit


class FakeGeneration:
    """An answer handed out token by token."""

    def __init__(self, chat: "FakeChat", request: ChatRequest, answer: str, job: JobContext) -> None:
        self._chat = chat
        self._request = request
        self._answer = answer
        self._job = job
        self._begun = time.perf_counter()
        self.thought = ""
        self.figures = GenerationFigures()

    def __iter__(self) -> Iterator[str]:
        """Yield the answer's tokens; raises Cancelled once the job is."""
        arbiter = self._chat.arbiter
        with arbiter.turn(self._request.priority, self._job) if arbiter else nullcontext():
            prompt, reused = self._chat.read(self._request)
            self.figures = GenerationFigures(prompt_tokens=prompt, reused_tokens=reused)
            yield from self._pieces()

    def _pieces(self) -> Iterator[str]:
        tokens = fake_tokens(self._spoken())
        for count, token in enumerate(tokens[: self._request.max_tokens], start=1):
            if self._job.cancelled:
                self.figures = replace(self.figures, finish="cancelled", ms_total=self._elapsed())
                raise Cancelled
            first = self.figures.ms_first_token or self._elapsed()
            self.figures = replace(self.figures, tokens=count, ms_first_token=first)
            yield token
        finish: Literal["stop", "length"] = "length" if len(tokens) > self._request.max_tokens else "stop"
        self.figures = replace(self.figures, finish=finish, ms_total=self._elapsed())

    def _spoken(self) -> str:
        """The answer after its thought and its given beginning, up to the first stop string."""
        before, mark, after = self._answer.partition(CLOSE)
        if mark and self._request.thinking:
            self.thought = before.removeprefix(OPEN).strip()
        text = after.lstrip() if mark else self._answer
        text = text.removeprefix(self._request.prefix)
        ends = [text.find(stop) for stop in self._request.stop if stop and stop in text]
        return text[: min(ends)] if ends else text

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._begun) * 1000


class FakeChat:
    """A chat model that says what its script holds.

    ``requests`` are all requests in order. A script of texts that has run out fails with
    IndexError: a test asked more often than it meant to.
    """

    def __init__(self, answers: Answers, *, context: int = 8192, arbiter: ComputeArbiter | None = None) -> None:
        self.info = ModelInfo("fake-chat", "0" * 64, Role.CHAT, context)
        self.requests: list[ChatRequest] = []
        self.arbiter = arbiter
        self._answers = answers
        self._previous: list[str] = []
        self._lock = threading.Lock()

    def count(self, text: str) -> int:
        """Tokens of ``text``, as :func:`fake_tokens` cuts it."""
        return len(fake_tokens(text))

    def chat(self, request: ChatRequest, job: JobContext) -> FakeGeneration:
        """Record the request and begin the next answer. Raises ContextTooLong, Cancelled."""
        job.check()
        needed = sum(self.count(message.text) for message in request.messages)
        if needed >= self.info.context:
            raise ContextTooLong(
                tr("inference.context_too_long", needed=needed + 1, context=self.info.context),
                tr("inference.context_too_long.hint"),
            )
        with self._lock:
            self.requests.append(request)
            position = len(self.requests) - 1
            answer = self._answers(request) if callable(self._answers) else self._answers[position]
        return FakeGeneration(self, request, answer, job)

    def chat_many(
        self, requests: Sequence[ChatRequest], job: JobContext, heard: Callable[[int, str], None] | None = None
    ) -> tuple[Answered, ...]:
        """The answers of the script, one after the other."""
        told = []
        for place, request in enumerate(requests):
            generation = self.chat(request, job)
            text = ""
            for piece in generation:
                text += piece
                if heard is not None:
                    heard(place, text)
            finish: Literal["stop", "length"] = "length" if generation.figures.finish == "length" else "stop"
            told.append(Answered(text, finish, generation.figures.tokens, 1.0))
        return tuple(told)

    def choose(self, request: ChatRequest, labels: Sequence[str], job: JobContext) -> Choice:
        """The label the script's next answer begins with, else the first; it gets nine tenths."""
        if len(labels) < 2 or not all(labels) or len(set(labels)) < len(labels):
            raise ValueError("two labels or more, none empty and none twice")
        said = "".join(self.chat(request, job))
        chosen = max((label for label in labels if said.startswith(label)), key=len, default=labels[0])
        rest = 0.1 / (len(labels) - 1)
        return Choice(chosen, {label: 0.9 if label == chosen else rest for label in labels})

    def read(self, request: ChatRequest) -> tuple[int, int]:
        """Tokens of the prompt, and how many of them the previous prompt began with too."""
        tokens = [token for message in request.messages for token in (message.role, *fake_tokens(message.text))]
        with self._lock:
            pairs = zip(self._previous, tokens, strict=False)
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            self._previous = tokens
        return len(tokens), min(same, len(tokens) - 1)


class FakeEmbedder:
    """Vectors of hashed character bigrams. ``embedded`` holds every ``(text, kind)`` in order."""

    def __init__(self, arbiter: ComputeArbiter | None = None) -> None:
        self.info = ModelInfo("fake-embedding", "1" * 64, Role.EMBEDDING, 512, DIMENSION)
        self.embedded: list[tuple[str, str]] = []
        self._arbiter = arbiter

    def embed(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        job: JobContext,
        priority: Priority = Priority.EMBED,
    ) -> Vectors:
        """Vectors ``(n, 384)`` of ``texts``. Raises ValueError for an empty text, Cancelled."""
        if any(not text.strip() for text in texts):
            raise ValueError("empty text")
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        with self._arbiter.turn(priority, job) if self._arbiter else nullcontext() as turn:
            for row, text in enumerate(texts):
                job.check()
                if turn is not None:
                    turn.breathe()
                vectors[row] = bigram_vector(text)
                self.embedded.append((text, kind))
        return vectors


class FakeReranker:
    """Scores by shared character bigrams: the cosine of :func:`bigram_vector`. ``ranked`` holds every question."""

    def __init__(self, arbiter: ComputeArbiter | None = None) -> None:
        self.info = ModelInfo("fake-rerank", "2" * 64, Role.RERANK, 512)
        self.ranked: list[str] = []
        self._arbiter = arbiter

    def rank(
        self, question: str, passages: Sequence[str], job: JobContext, priority: Priority = Priority.ASK
    ) -> NDArray[np.float32]:
        """Scores ``(n,)``. Raises ValueError for an empty text, Cancelled."""
        if not question.strip() or any(not passage.strip() for passage in passages):
            raise ValueError("empty text")
        self.ranked.append(question)
        with self._arbiter.turn(priority, job) if self._arbiter else nullcontext():
            job.check()
            asked = bigram_vector(question)
            return np.array([float(bigram_vector(passage) @ asked) for passage in passages], dtype=np.float32)


class FakeEngine:
    """All roles, without a model. ``missing`` names roles that are to be absent."""

    def __init__(
        self,
        answers: Answers | None = None,
        *,
        arbiter: ComputeArbiter | None = None,
        context: int = 8192,
        missing: Collection[Role] = (Role.RERANK,),
    ) -> None:
        script = answers if answers is not None else lambda _request: _NOTHING_KNOWN
        self.fake_chat = FakeChat(script, context=context, arbiter=arbiter)
        self.fake_embedder = FakeEmbedder(arbiter)
        self.fake_reranker = FakeReranker(arbiter)
        self.closed = False
        self._missing = frozenset(missing)

    def chat(self) -> FakeChat:
        """The scripted chat model. Raises ModelMissing when told to lack one."""
        self._require(Role.CHAT)
        return self.fake_chat

    def embedder(self) -> FakeEmbedder:
        """The hashing embedder. Raises ModelMissing when told to lack one."""
        self._require(Role.EMBEDDING)
        return self.fake_embedder

    def embedder_of(self, sha256: str) -> FakeEmbedder:
        """The hashing embedder, whichever hash is asked for."""
        del sha256
        return self.embedder()

    def reranker(self) -> FakeReranker:
        """The counting reranker. Raises ModelMissing when told to lack one, as it is by default."""
        self._require(Role.RERANK)
        return self.fake_reranker

    def warm(self) -> None:
        """Nothing to load."""

    def keep_prefixes(self, folder: Path, key: bytes, most_bytes: int = 0) -> None:
        """Nothing is read, so nothing is kept."""

    def stop_keeping_prefixes(self, *, delete: bool = False) -> None:
        """Nothing was kept."""

    def forget_prefixes(self) -> None:
        """Nothing was kept."""

    def state(self) -> EngineState:
        """READY, or MISSING for the roles left out."""
        infos = (self.fake_chat.info, self.fake_embedder.info, self.fake_reranker.info)
        return EngineState(
            tuple(
                RoleState(info.role, LoadState.MISSING)
                if info.role in self._missing
                else RoleState(info.role, LoadState.READY, info.name)
                for info in infos
            )
        )

    def close(self) -> None:
        """Remember that the engine was closed."""
        self.closed = True

    def _require(self, role: Role) -> None:
        if role in self._missing:
            raise ModelMissing(tr(f"inference.missing.{role.value}"), tr("inference.missing.hint"))
