"""One role's model: started when needed, started again when its process died, set aside when it dies twice."""

import base64
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from workbench.errors import EngineError, LoadFailed, ModelMissing
from workbench.i18n import tr
from workbench.inference import adapters, templates
from workbench.inference.api import LoadState, ModelInfo, Role, RoleState
from workbench.inference.client import WorkerDied, WorkerProcess
from workbench.inference.faults import fault_of, out_of_memory
from workbench.inference.frames import Header
from workbench.inference.machine import available_memory
from workbench.inference.registry import ModelEntry, Registry

_WORKING_MEMORY = 256 << 20
_DEATHS = 2


@dataclass(frozen=True)
class Prefixes:
    """Where what questions have read is kept, with which key, and how many bytes at most."""

    folder: Path
    key: bytes
    most_bytes: int

    def to_json(self) -> Header:
        """As the worker is told; the key travels through its pipe alone."""
        return {"folder": str(self.folder), "key": base64.b64encode(self.key).decode(), "most": self.most_bytes}

    def __repr__(self) -> str:
        return "Prefixes(…)"


class ModelHost:
    """Keeps at most one worker for a role, with the role's working model, or with ``model`` (an id) alone."""

    def __init__(
        self, registry: Registry, role: Role, *, threads: int, context: int, batch: int, model: str = ""
    ) -> None:
        self._registry = registry
        self._role = role
        self._model = model
        self._options = {"threads": threads, "context": context, "batch": batch}
        self._loading = threading.RLock()
        self._worker: WorkerProcess | None = None
        self._entry: ModelEntry | None = None
        self._template = ""
        self._facts: Header = {}
        self._info: ModelInfo | None = None
        self._state = RoleState(role, LoadState.MISSING)
        self._closed = False
        self.prefixes: Prefixes | None = None
        """Where what questions have read is kept; None: nowhere."""
        self._deaths: dict[str, int] = {}
        self._counted: WorkerProcess | None = None
        self._set_aside: set[str] = set()
        self._chosen = 0

    def worker(self) -> WorkerProcess:
        """The live worker, loading the role's model first where necessary.

        Raises ModelMissing, ModelDamaged, LoadFailed, EngineOutOfMemory.
        """
        with self._loading:
            while True:
                active = self._active()
                same = active is not None and self._entry is not None and active.id == self._entry.id
                if self._worker is not None and self._worker.alive and same and self._template == self._picked(active):
                    return self._worker
                self._stop()
                try:
                    return self._load(active)
                except WorkerDied as death:
                    self._stop()
                    if active is not None and self._again(active):
                        continue
                    failed = LoadFailed(tr("inference.load_failed"), tr("inference.load_failed.hint"), death.detail)
                    self._note_failure(active, failed)
                    raise failed from death
                except EngineError as error:
                    self._note_failure(active, error)
                    raise

    def note_death(self) -> bool:
        """The worker died under a call: whether to try again, with this model or the one that takes over."""
        with self._loading:
            worker, entry = self._worker, self._entry
            if entry is None or worker is None or worker.alive or worker is self._counted:
                return True
            self._counted = worker
            return self._again(entry)

    def note_done(self) -> None:
        """A call came to its end: earlier deaths of the model are forgiven."""
        entry = self._entry
        if entry is not None:
            self._deaths.pop(entry.id, None)

    def keep_prefixes(self, prefixes: Prefixes | None) -> None:
        """Keep what questions have read from now on, or no longer."""
        self.prefixes = prefixes
        worker, entry = self._worker, self._entry
        if worker is not None and worker.alive and entry is not None:
            worker.call(
                {"op": "prefixes", "prefixes": prefixes.to_json() if prefixes else None, "sha256": entry.sha256}
            )

    def adapter(self, name: str) -> str:
        """The file of a LoRA adapter of the working model, nothing for no name. Raises ModelMissing."""
        if not name:
            return ""
        self.worker()
        entry = self._entry
        assert entry is not None
        path = adapters.file_of(self._registry.path(entry).parent, name)
        if path is None:
            raise adapters.missing(entry.name, name)
        return str(path)

    def info(self) -> ModelInfo:
        """Facts of the model, loading it where necessary."""
        if self._info is None or self._worker is None:
            self.worker()
        assert self._info is not None
        return self._info

    def introduction(self, kind: Literal["query", "passage"]) -> str:
        """What the model's family wants before a text."""
        self.info()
        return str(self._facts[kind])

    def state(self) -> RoleState:
        """The state as last noted; a model imported since is found."""
        if self._state.state is LoadState.MISSING:
            active = self._active()
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
            self._state = replace(self._state, tokens_per_second=round(amount / seconds, 1))

    def kill(self) -> None:
        """End a worker that no longer listens; the next call starts another."""
        worker = self._worker
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """Stop the worker for good."""
        self._closed = True
        worker = self._worker
        if worker is not None and worker.busy:
            worker.kill()
        with self._loading:
            self._stop()

    def _active(self) -> ModelEntry | None:
        """The role's first model that was not set aside; one chosen anew by the user gets another try."""
        ids = (self._model,) if self._model else self._registry.roles()[self._role]
        chosen = self._roles_written()
        if chosen != self._chosen:
            self._chosen = chosen
            self._set_aside.clear()
            self._deaths.clear()
        if not self._set_aside and not self._model:
            return self._registry.active(self._role)
        entries = {entry.id: entry for entry in self._registry.list()}
        return next((entries[id_] for id_ in ids if id_ in entries and id_ not in self._set_aside), None)

    def _roles_written(self) -> int:
        """When somebody last chose a model; 0 for never."""
        try:
            return (self._registry.models_dir / "roles.json").stat().st_mtime_ns
        except OSError:
            return 0

    def _again(self, entry: ModelEntry) -> bool:
        """Count a death; true when a call is worth repeating. A model that died twice makes room for the next."""
        self._deaths[entry.id] = self._deaths.get(entry.id, 0) + 1
        if self._deaths[entry.id] < _DEATHS:
            return True
        self._deaths.pop(entry.id)
        self._set_aside.add(entry.id)
        if self._active() is None:
            # Nobody could take over: a model that fails now and then is better than none.
            self._set_aside.discard(entry.id)
            return False
        return True

    def _picked(self, entry: ModelEntry | None) -> str:
        """The chat template the user picked for a model, or nothing."""
        if entry is None or self._role is not Role.CHAT:
            return ""
        return templates.picked(self._registry.path(entry).parent)

    def _load(self, entry: ModelEntry | None) -> WorkerProcess:
        """Raises WorkerDied besides the errors of :meth:`worker`."""
        if self._closed:
            raise LoadFailed(tr("inference.closed"))
        if entry is None or not (self._set_aside or self._model):
            entry = self._require()
        else:
            self._registry.check(entry)
        self._state = RoleState(self._role, LoadState.LOADING, entry.name)
        self._require_memory(entry)
        self._worker = worker = WorkerProcess()
        template = self._picked(entry)
        facts, _ = worker.call(self._load_request(entry, template)).result()
        if "error" in facts:
            self._stop()
            raise fault_of(facts)
        self._entry, self._facts, self._template = entry, facts, template
        # Measured once: a worker that is started again need not measure.
        self._options["threads"] = facts["threads"]
        self._info = ModelInfo(
            entry.name,
            entry.sha256,
            self._role,
            facts["context"],
            facts["dimension"],
            entry.licence,
            facts["thinks"],
        )
        self._state = self._ready(entry)
        return worker

    def _require(self) -> ModelEntry:
        """The working model; a host of one model takes no other. Raises ModelMissing, ModelDamaged."""
        if self._model:
            raise ModelMissing(tr(f"inference.missing.{self._role.value}"), tr("inference.missing.hint"))
        return self._registry.require(self._role)

    def _load_request(self, entry: ModelEntry, template: str) -> Header:
        return {
            "op": "load",
            "path": str(self._registry.path(entry)),
            "name": entry.name,
            "role": self._role.value,
            "template": template,
            "sha256": entry.sha256,
            "prefixes": self.prefixes.to_json() if self.prefixes else None,
            **self._options,
        }

    def _ready(self, entry: ModelEntry) -> RoleState:
        """READY, with a note when it stands in for one that was set aside."""
        if not self._set_aside:
            return RoleState(self._role, LoadState.READY, entry.name)
        names = [model.name for model in self._registry.list() if model.id in self._set_aside]
        told = tr("engine.set_aside", name="、".join(names), other=entry.name)
        return RoleState(self._role, LoadState.READY, entry.name, told, tr("engine.set_aside.hint"))

    def _note_failure(self, entry: ModelEntry | None, error: EngineError) -> None:
        state = LoadState.MISSING if isinstance(error, ModelMissing) else LoadState.FAILED
        self._state = RoleState(self._role, state, entry.name if entry else "", error.message, error.hint)

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
