"""The models of this machine behind ``api.Engine``: each in its own process, loaded when needed."""

import json
import threading
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import WorkbenchError
from workbench.inference.api import Answered, ChatRequest, Choice, EngineState, ModelInfo, Role, Vectors
from workbench.inference.client import Reply, WorkerDied
from workbench.inference.earlier import EarlierModel
from workbench.inference.errands import carry_out
from workbench.inference.faults import crashed, invalid_constraint
from workbench.inference.frames import Header
from workbench.inference.generation import LocalGeneration, geometric_mean, header_of, lane_of
from workbench.inference.host import ModelHost, Prefixes
from workbench.inference.prefix_store import MOST_BYTES, clear
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext, Priority, Turn

_TEXTS_A_FRAME = 16


class _LocalModel:
    """What the models of both roles have in common."""

    def __init__(self, host: ModelHost, arbiter: ComputeArbiter) -> None:
        self._host = host
        self._arbiter = arbiter

    @property
    def info(self) -> ModelInfo:
        """Facts of the loaded model."""
        return self._host.info()

    def count(self, text: str) -> int:
        """Tokens of ``text``, without template; answered while another answer is generated."""
        payload = text.encode("utf-8", "replace")
        for last_try in (False, True):
            try:
                header, _ = self._host.worker().call({"op": "count"}, payload).result()
                return int(header["tokens"])
            except WorkerDied as death:
                if last_try:
                    raise crashed(death.detail) from death
        raise AssertionError

    def _rows(self, reply: Reply, values: int) -> Vectors:
        """The rows of a reply of numbers: all that were asked for unless somebody wanted the turn."""
        header, raw = reply
        self._host.note_speed(header["rows"], header["seconds"])
        return np.frombuffer(raw, dtype="<f4").reshape(header["rows"], values).astype(np.float32)


class LocalChat(_LocalModel):
    """The chat model of this machine."""

    def chat(self, request: ChatRequest, job: JobContext) -> LocalGeneration:
        """An answer, computed while it is iterated. Raises EngineError kinds, Cancelled."""
        job.check()
        _check(request)
        return LocalGeneration(self._host, self._arbiter, request, job)

    def chat_many(
        self, requests: Sequence[ChatRequest], job: JobContext, heard: Callable[[int, str], None] | None = None
    ) -> tuple[Answered, ...]:
        """All answers, made together; ``heard`` as in the interface.

        Raises ValueError for differing adapters, EngineError kinds, Cancelled.
        """
        for request in requests:
            _check(request)
        if len({request.adapter for request in requests}) > 1:
            raise ValueError("one adapter at a time")
        if not requests:
            return ()
        headers = [header_of(request) for request in requests]
        told: list[Answered | None] = [None] * len(requests)
        with self._arbiter.turn(requests[0].priority, job) as turn:
            while any(answer is None for answer in told):
                turn.breathe()
                self._answer_on(requests[0], headers, told, turn, job, heard=heard)
        return tuple(answer for answer in told if answer is not None)

    def choose(self, request: ChatRequest, labels: Sequence[str], job: JobContext) -> Choice:
        """The likeliest label. Raises ValueError for labels that are no choice, EngineError kinds, Cancelled."""
        if len(labels) < 2 or not all(labels) or len(set(labels)) < len(labels):
            raise ValueError("two labels or more, none empty and none twice")
        with self._arbiter.turn(request.priority, job) as turn:
            while True:
                turn.breathe()
                header, _ = carry_out(self._host, turn, job, lambda: self._choosing(request, labels))
                if header["finish"] != "paused":
                    break
        chances = dict(zip(labels, header["probabilities"], strict=True))
        return Choice(max(labels, key=lambda label: chances[label]), chances, header["mass"])

    def _choosing(self, request: ChatRequest, labels: Sequence[str]) -> tuple[Header, bytes]:
        asked = {**header_of(request), "thinking": 0, "grammar": None, "schema": None}
        return {"op": "choose", **lane_of(self._host, request), **asked, "labels": list(labels)}, b""

    def _answer_on(
        self,
        first: ChatRequest,
        headers: list[Header],
        told: list[Answered | None],
        turn: Turn,
        job: JobContext,
        *,
        heard: Callable[[int, str], None] | None,
    ) -> None:
        """One call for all answers; those cut short keep their tokens for the next."""
        model = self.info.sha256

        def make() -> tuple[Header, bytes]:
            if self._host.info().sha256 != model:
                for header in headers:
                    header["done"] = []
            return {"op": "many", **lane_of(self._host, first), "requests": headers, "heard": heard is not None}, b""

        def on_the_way(reply: Reply) -> None:
            if heard is not None and reply[0].get("event") == "text":
                heard(reply[0]["place"], reply[1].decode("utf-8"))

        reply, _ = carry_out(self._host, turn, job, make, on_the_way)
        for i, answer in enumerate(reply["answers"]):
            if told[i] is not None:
                continue
            headers[i]["done"] = answer["done"]
            headers[i]["chances"] = [*headers[i].get("chances", ()), *answer["probabilities"]]
            if answer["finish"] in ("stop", "length"):
                headers[i]["over"] = True
                sure = geometric_mean(headers[i]["chances"])
                told[i] = Answered(answer["text"], answer["finish"], len(answer["done"]), sure)


class LocalEmbedder(_LocalModel):
    """The embedding model of this machine."""

    def embed(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        job: JobContext,
        priority: Priority = Priority.EMBED,
    ) -> Vectors:
        """Vectors ``(n, dimension)`` of ``texts``; gives way within a text to who has a better claim.

        Raises ValueError for an empty text, EngineError kinds, Cancelled.
        """
        plain = [_plain(text) for text in texts]
        with self._arbiter.turn(priority, job) as turn:
            while (vectors := self._by_one_model(plain, kind, turn, job)) is None:
                continue
        return vectors

    def _by_one_model(
        self, plain: Sequence[str], kind: Literal["query", "passage"], turn: Turn, job: JobContext
    ) -> Vectors | None:
        """Vectors of all texts; None when another model was put to work among them: vectors of two don't mix."""
        info = self.info
        vectors = np.zeros((len(plain), info.dimension), dtype=np.float32)

        def make(begin: int) -> tuple[Header, bytes]:
            introduction = self._host.introduction(kind)
            return {"op": "embed"}, _packed([introduction + text for text in plain[begin : begin + _TEXTS_A_FRAME]])

        done = 0
        while done < len(plain):
            turn.breathe()
            reply = carry_out(self._host, turn, job, lambda begin=done: make(begin))  # type: ignore[misc]
            if self.info.sha256 != info.sha256:
                return None
            rows = self._rows(reply, info.dimension)
            vectors[done : done + len(rows)] = rows
            done += len(rows)
        return vectors


class LocalReranker(_LocalModel):
    """The reranking model of this machine."""

    def rank(
        self, question: str, passages: Sequence[str], job: JobContext, priority: Priority = Priority.ASK
    ) -> NDArray[np.float32]:
        """Scores ``(n,)`` of ``passages``. Raises ValueError for an empty text, EngineError kinds, Cancelled."""
        asked, plain = _plain(question), [_plain(passage) for passage in passages]
        scores: list[float] = []

        def make() -> tuple[Header, bytes]:
            part = plain[len(scores) : len(scores) + _TEXTS_A_FRAME]
            return {"op": "rank", "question": asked}, _packed(part)

        with self._arbiter.turn(priority, job) as turn:
            while len(scores) < len(plain):
                turn.breathe()
                scores += self._rows(carry_out(self._host, turn, job, make), 1)[:, 0].tolist()
        return np.array(scores, dtype=np.float32)


def _check(request: ChatRequest) -> None:
    if request.grammar is not None and (request.schema is not None or not request.grammar.strip()):
        raise invalid_constraint("empty grammar, or grammar and schema")


def _plain(text: str) -> str:
    """The text in plain forms, without blanks around it. Raises ValueError for an empty one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise ValueError("empty text")
    return plain


def _packed(texts: Sequence[str]) -> bytes:
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace")


class LocalEngine:
    """All models of the machine. Close it, or its workers end with the program.

    ``threads`` None: measured at the first load and lowered while others compute. ``context`` is the most
    tokens a chat model's memory grows to, 0 for the model's own limit. With ``cache_dir`` and
    ``cache_key`` (32 bytes) what questions have read is kept there, encrypted; without a key nothing is.
    """

    def __init__(
        self,
        models_dir: Path,
        arbiter: ComputeArbiter,
        *,
        threads: int | None = None,
        context: int = 8192,
        batch: int | None = None,
        cache_dir: Path | None = None,
        cache_key: bytes | None = None,
    ) -> None:
        self.registry = Registry(models_dir)
        self._arbiter = arbiter
        self._hosts = {
            role: ModelHost(self.registry, role, threads=threads or 0, context=context, batch=batch or 0)
            for role in Role
        }
        self._earlier = EarlierModel(self.registry, threads=threads or 0)
        self._warming: threading.Thread | None = None
        self._cache_dir: Path | None = None
        if cache_dir is not None and cache_key is not None:
            self.keep_prefixes(cache_dir, cache_key)

    def keep_prefixes(self, folder: Path, key: bytes, most_bytes: int = MOST_BYTES) -> None:
        """From now on keep what questions have read in ``folder``, encrypted with ``key`` (32 bytes).

        The next question on the same material starts at once then, also after a restart.
        """
        if len(key) != 32:
            raise ValueError("a key has 32 bytes")
        self._cache_dir = folder
        self._hosts[Role.CHAT].keep_prefixes(Prefixes(folder, key, most_bytes))

    def stop_keeping_prefixes(self, *, delete: bool = False) -> None:
        """Keep no more; ``delete`` what was kept as well. The key is forgotten."""
        self._hosts[Role.CHAT].keep_prefixes(None)
        if delete and self._cache_dir is not None:
            clear(self._cache_dir)

    def forget_prefixes(self) -> None:
        """Delete what was kept, and go on keeping: material of old questions is gone for good."""
        kept = self._hosts[Role.CHAT].prefixes
        self.stop_keeping_prefixes(delete=True)
        if kept is not None:
            self._hosts[Role.CHAT].keep_prefixes(kept)

    def chat(self) -> LocalChat:
        """The chat model, loaded. Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory."""
        self._hosts[Role.CHAT].worker()
        return LocalChat(self._hosts[Role.CHAT], self._arbiter)

    def embedder(self) -> LocalEmbedder:
        """The embedding model, loaded. Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory."""
        self._hosts[Role.EMBEDDING].worker()
        return LocalEmbedder(self._hosts[Role.EMBEDDING], self._arbiter)

    def embedder_of(self, sha256: str) -> LocalEmbedder:
        """The embedding model of a hash, whether it works in the role or did before; the working one for no hash.

        An earlier one is kept loaded until the working one is asked for. Raises ModelMissing when it is
        gone, else as :meth:`embedder`.
        """
        active = self.registry.active(Role.EMBEDDING)
        if not sha256 or (active is not None and active.sha256 == sha256):
            self._earlier.rest()
            return self.embedder()
        return LocalEmbedder(self._earlier.host(sha256), self._arbiter)

    def reranker(self) -> LocalReranker:
        """The reranking model, loaded. Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory."""
        self._hosts[Role.RERANK].worker()
        return LocalReranker(self._hosts[Role.RERANK], self._arbiter)

    def warm(self) -> None:
        """Load everything in the background; failures show in :meth:`state`."""
        if self._warming is None or not self._warming.is_alive():
            self._warming = threading.Thread(target=self._warm, name="inference-warm", daemon=True)
            self._warming.start()

    def state(self) -> EngineState:
        """What is loaded, loading or missing."""
        return EngineState(tuple(host.state() for host in self._hosts.values()))

    def close(self) -> None:
        """Stop all workers; calls under way end with an EngineError or Cancelled."""
        self._earlier.close()
        for host in self._hosts.values():
            host.close()
        if self._warming is not None:
            self._warming.join()

    def _warm(self) -> None:
        for role in (Role.EMBEDDING, Role.CHAT, Role.RERANK):
            try:
                self._hosts[role].worker()
            except WorkbenchError:
                continue
