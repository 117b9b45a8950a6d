"""One role's model: started when needed, started again when its process died."""

import threading
from typing import Literal

from workbench.errors import EngineError, LoadFailed, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import LoadState, ModelInfo, Role, RoleState
from workbench.inference.client import WorkerDied, WorkerProcess
from workbench.inference.faults import fault_of, out_of_memory
from workbench.inference.frames import Header
from workbench.inference.machine import available_memory
from workbench.inference.registry import ModelEntry, Registry

_WORKING_MEMORY = 256 << 20


class ModelHost:
    """Keeps at most one worker for a role, with the role's working model."""

    def __init__(self, registry: Registry, role: Role, *, threads: int, context: int, batch: int) -> None:
        self._registry = registry
        self._role = role
        self._options = {"threads": threads, "context": context, "batch": batch}
        self._loading = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._entry: ModelEntry | None = None
        self._facts: Header = {}
        self._info: ModelInfo | None = None
        self._state = RoleState(role, LoadState.MISSING)
        self._closed = False

    def worker(self) -> WorkerProcess:
        """The live worker, loading the role's model first where necessary.

        Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory.
        """
        with self._loading:
            active = self._registry.active(self._role)
            same = active is not None and self._entry is not None and active.id == self._entry.id
            if self._worker is not None and self._worker.alive and same:
                return self._worker
            self._stop()
            try:
                return self._load()
            except EngineError as error:
                state = LoadState.MISSING if isinstance(error, ModelMissing) else LoadState.FAILED
                name = active.name if active else ""
                self._state = RoleState(self._role, state, name, error.message, error.hint)
                raise

    def info(self) -> ModelInfo:
        """Facts of the model, loading it where necessary."""
        if self._info is None:
            self.worker()
        assert self._info is not None
        return self._info

    def introduction(self, kind: Literal["query", "passage"]) -> str:
        """What the model's family wants before a text."""
        self.info()
        return str(self._facts[kind])

    def state(self) -> RoleState:
        """The state as last noted; a model imported since is found."""
        if self._state.state is LoadState.MISSING and not self._loading.locked():
            active = self._registry.active(self._role)
            if active is not None:
                return RoleState(self._role, LoadState.LOADING, active.name, tr("inference.loads_on_use"))
            return RoleState(
                self._role,
                LoadState.MISSING,
                message=tr(f"inference.missing.{self._role.value}"),
                hint=tr("inference.missing.hint"),
            )
        return self._state

    def note_speed(self, amount: int, seconds: float) -> None:
        """Remember the speed of the last call that was long enough to tell."""
        if seconds > 0.2 and self._state.state is LoadState.READY:
            self._state = RoleState(
                self._role, LoadState.READY, self._state.name, tokens_per_second=round(amount / seconds, 1)
            )

    def kill(self) -> None:
        """End a worker that no longer listens; the next call starts another."""
        worker = self._worker
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """Stop the worker for good."""
        self._closed = True
        self.kill()
        with self._loading:
            self._stop()

    def _load(self) -> WorkerProcess:
        if self._closed:
            raise LoadFailed(tr("inference.closed"))
        entry = self._registry.require(self._role)
        path = self._registry.path(entry)
        self._state = RoleState(self._role, LoadState.LOADING, entry.name)
        self._require_memory(entry)
        self._worker = worker = WorkerProcess()
        request = {"op": "load", "path": str(path), "name": entry.name, "role": self._role.value, **self._options}
        try:
            facts, _ = worker.call(request).result()
        except WorkerDied as death:
            self._stop()
            raise LoadFailed(tr("inference.load_failed"), tr("inference.load_failed.hint"), death.detail) from death
        if "error" in facts:
            self._stop()
            raise fault_of(facts)
        self._entry, self._facts = entry, facts
        self._info = ModelInfo(
            entry.name, entry.sha256, self._role, facts["context"], facts["dimension"], entry.licence
        )
        self._state = RoleState(self._role, LoadState.READY, entry.name)
        return worker

    def _require_memory(self, entry: ModelEntry) -> None:
        free = available_memory()
        needed = entry.size + _WORKING_MEMORY
        if free is not None and needed > free:
            raise out_of_memory(f"{needed >> 20} MB > {free >> 20} MB")

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        self._entry = None
        if worker is not None:
            worker.close()
