"""The work on models themselves: whether they suit the machine, testing them, two side by side.

A model that does not work in its role is loaded in a process of its own for as long as it is tried;
computing takes turns with everything else under the same arbiter.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from workbench.errors import EngineError, WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import ChatModel, ChatRequest, Engine, LoadState, Message, Role
from workbench.inference.catalogue import KnownModel, known_by_hash, known_models
from workbench.inference.engine import LocalEngine
from workbench.inference.fit import Fit, MachineFigures, Shape, fit, recommended, shape_of, shape_of_known
from workbench.inference.gguf_header import GgufHeader
from workbench.inference.guess import RoleGuess, guess_role
from workbench.inference.machine import available_memory, physical_cores, wide_vectors
from workbench.inference.memory_speed import memory_bandwidth, total_memory
from workbench.inference.model_entry import facts_of
from workbench.inference.model_files import ModelFiles, files_of, head_of
from workbench.inference.registry import ModelEntry, Registry
from workbench.inference.trial import CALM, Trial, plain_answer, script, try_chat, try_embedder, try_reranker
from workbench.jobs import ComputeArbiter, JobContext, Priority

_COMPARED_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Look:
    """What a file says before it is imported. ``size`` in bytes; ``fit`` None while its role is unclear."""

    file: str
    name: str
    size: int
    files: int
    licence: str
    guess: RoleGuess
    fit: Fit | None
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A model of the catalogue: how it suits this machine, whether it is the one to bring, whether it is here."""

    known: KnownModel
    fit: Fit
    recommended: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One model's answer in a comparison; speeds in tokens a second. ``error`` says why there is none."""

    model: str
    name: str
    answer: str = ""
    ms_first_token: float = 0.0
    seconds: float = 0.0
    tokens: int = 0
    writing: float = 0.0
    error: str = ""


class ModelBench:
    """Services of the Models pane and of ``inkstone models``. Safe from any thread.

    ``context`` tells the context chosen in the settings, in tokens; ``engine`` is the running one, whose
    loaded models are used where they are the ones asked for.
    """

    def __init__(
        self,
        registry: Registry,
        arbiter: ComputeArbiter,
        context: Callable[[], int],
        engine: Engine | None = None,
        threads: int | None = None,
    ) -> None:
        self.registry = registry
        self._arbiter = arbiter
        self._context = context
        self._engine = engine
        self._threads = threads

    def machine(self) -> MachineFigures:
        """What this machine can give; the first call measures for a tenth of a second."""
        bandwidth = memory_bandwidth(self.registry.models_dir)
        return MachineFigures(total_memory(), available_memory(), bandwidth, physical_cores(), wide_vectors())

    def look(self, path: Path, role: Role | None = None) -> Look:
        """What a file says of itself, before it is imported. Raises ModelDamaged."""
        files = files_of(path)
        header = head_of(files)
        guess = RoleGuess(role, "user") if role else guess_role(header, files.first.name)
        told = self._fit(shape_of(header, guess.role, files.size)) if guess.role else None
        return Look(
            file=files.first.name,
            name=header.text("general.name") or files.first.stem,
            size=files.size,
            files=len(files.paths),
            licence=header.text("general.license"),
            guess=guess,
            fit=told,
            facts=facts_of(header),
        )

    def fit(self, entry: ModelEntry) -> Fit:
        """How an imported model suits this machine. Raises ModelDamaged."""
        return self._fit(self._shape(entry))

    def offers(self) -> tuple[Offer, ...]:
        """The catalogue by role, the best last."""
        here = {entry.sha256 for entry in self.registry.list()}
        machine, context, trials = self.machine(), self._context(), self._trials()
        wanted = [known for known in known_models() if not known.test_only]
        told = [(known, fit(shape_of_known(known), machine, context, trials)) for known in wanted]
        best = recommended(told)
        return tuple(Offer(k, f, k.id in best, k.sha256 in here and bool(k.sha256)) for k, f in told)

    def trial(self, id_or_name: str, job: JobContext, *, only_speed: bool = False) -> Trial:
        """Test a model and keep the result with it.

        Raises ModelMissing, EngineError kinds, Cancelled.
        """
        entry = self.registry.get(id_or_name)
        shape = self._shape(entry)
        with self._opened(entry) as engine:
            done = _tried(engine, entry.role, job, only_speed=only_speed)
        done = replace(done, decode_bytes=shape.decode_bytes, active_weights=round(shape.active_weights))
        self.registry.note_result(entry.id, "trials", done.to_json())
        return done

    def last_trial(self, entry: ModelEntry, *, whole: bool = True) -> Trial | None:
        """The newest test of a model; ``whole``: one with tasks, not of the speed alone."""
        for values in reversed(self.registry.results(entry.id, "trials")):
            try:
                kept = Trial.from_json(values)
            except (KeyError, TypeError):
                continue
            if kept.marks or not whole:
                return kept
        return None

    def evaluations(self, entry: ModelEntry) -> tuple[dict[str, Any], ...]:
        """What measuring suites noted of a model, the newest last: ``{suite, at, figures}``."""
        return self.registry.results(entry.id, "evaluations")

    def compare(
        self,
        models: tuple[str, str],
        question: str,
        job: JobContext,
        tell: Callable[[int, str], None] = lambda _side, _piece: None,
    ) -> tuple[Side, Side]:
        """Ask two chat models the same, one after the other; ``tell(side, piece)`` while they answer.

        A model that fails has its error in its side. Raises ModelMissing, Cancelled.
        """
        first, second = (self.registry.get(name) for name in models)
        sides = []
        for number, entry in enumerate((first, second)):
            job.progress(number, 2, entry.name)
            sides.append(self._side(entry, question, job, partial(tell, number)))
        job.progress(2, 2, "")
        return sides[0], sides[1]

    def _side(self, entry: ModelEntry, question: str, job: JobContext, tell: Callable[[str], None]) -> Side:
        begun = time.perf_counter()
        try:
            if entry.role is not Role.CHAT:
                raise EngineError(tr("models.fault.no_chat", name=entry.name))
            with self._opened(entry) as engine:
                return _answered(entry, engine.chat(), question, job, tell)
        except WorkbenchError as error:
            return Side(entry.id, entry.name, error=error.message, seconds=round(time.perf_counter() - begun, 1))

    @contextmanager
    def opened(self, model: str) -> Iterator[Engine]:
        """An engine in which a model works in its role: the running one if it does there, else one for as long.

        Raises ModelMissing, ModelDamaged.
        """
        with self._opened(self.registry.get(model)) as engine:
            yield engine

    @contextmanager
    def _opened(self, entry: ModelEntry) -> Iterator[Engine]:
        """An engine whose model of the role is ``entry``: the running one if it is, else one for this."""
        active = self.registry.active(entry.role)
        if self._engine is not None and active is not None and active.id == entry.id:
            ready = self._engine.state().of(entry.role).state is not LoadState.FAILED
            if ready:
                yield self._engine
                return
        self.registry.check(entry)
        with tempfile.TemporaryDirectory(prefix="inkstone-model-", ignore_cleanup_errors=True) as folder:
            place = self.registry.alone(entry, Path(folder))
            engine = LocalEngine(place, self._arbiter, threads=self._threads, context=self._context())
            try:
                yield engine
            finally:
                engine.close()

    def _shape(self, entry: ModelEntry) -> Shape:
        files = ModelFiles(self.registry.paths(entry))
        return shape_of(_head(files, tuple(part.mtime_ns for part in entry.files)), entry.role, entry.size)

    def _fit(self, shape: Shape) -> Fit:
        return fit(shape, self.machine(), self._context(), self._trials())

    def _trials(self) -> tuple[dict[str, Any], ...]:
        """The quickest test of each model made while the machine was calm: others can only have slowed it."""
        found = (self.registry.results(entry.id, "trials") for entry in self.registry.list())
        calm = ([r for r in results if r.get("load", 0.0) <= CALM] for results in found)
        return tuple(max(results, key=lambda r: r.get("writing") or 0.0) for results in calm if results)


def bench_of(
    registry: object, arbiter: ComputeArbiter | None, context: Callable[[], int], engine: Engine | None
) -> ModelBench | None:
    """The bench of a real registry; None beside a stand-in."""
    return (
        ModelBench(registry, arbiter or ComputeArbiter(), context, engine) if isinstance(registry, Registry) else None
    )


def _tried(engine: Engine, role: Role, job: JobContext, *, only_speed: bool) -> Trial:
    match role:
        case Role.CHAT:
            return try_chat(engine.chat(), job, only_speed=only_speed)
        case Role.EMBEDDING:
            return try_embedder(engine.embedder(), job, only_speed=only_speed)
        case Role.RERANK:
            return try_reranker(engine.reranker(), job, only_speed=only_speed)


def is_published(entry: ModelEntry) -> bool:
    """Whether the hash is the one the catalogue says its publisher gives."""
    return known_by_hash(entry.sha256) is not None


def _answered(entry: ModelEntry, model: ChatModel, question: str, job: JobContext, tell: Callable[[str], None]) -> Side:
    request = ChatRequest(
        messages=(Message("system", script()["system"]), Message("user", question)),
        max_tokens=_COMPARED_TOKENS,
        priority=Priority.DRAFT,
    )
    generation = model.chat(request, job)
    pieces = []
    for piece in generation:
        pieces.append(piece)
        tell(piece)
    figures = generation.figures
    rest = (figures.ms_total - figures.ms_first_token) / 1000
    return Side(
        model=entry.id,
        name=entry.name,
        answer=plain_answer("".join(pieces)),
        ms_first_token=round(figures.ms_first_token),
        seconds=round(figures.ms_total / 1000, 1),
        tokens=figures.tokens,
        writing=round((figures.tokens - 1) / rest, 1) if rest > 0 and figures.tokens > 1 else 0.0,
    )


@lru_cache(maxsize=64)
def _head(files: ModelFiles, _times: tuple[int, ...]) -> GgufHeader:
    return head_of(files)
