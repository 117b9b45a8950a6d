"""The models of this machine: imported once, checked, and given roles.

::

    models/roles.json                       who works in which role, and who did before
    models/<first 16 of sha256>/model.json  what is known of the model
    models/<first 16 of sha256>/results.json  what its trials and evaluations showed
    models/<first 16 of sha256>/<file>.gguf its file, or its files
    models/<first 16 of sha256>/adapters/   LoRA adapters made for it

A model is used from the application's own copy alone, so that nobody changes it underneath. Sizes
and times are compared at each load, hashes at the import and by :meth:`Registry.verify`.
"""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import EngineError, ModelDamaged, ModelMissing, WorkbenchError
from workbench.i18n import tr
from workbench.inference import adapters, templates
from workbench.inference import results as kept_results
from workbench.inference.api import Role
from workbench.inference.catalogue import catalogue, known_by_hash
from workbench.inference.gguf_header import GgufFault, GgufHeader, read_header
from workbench.inference.guess import TemplateUnclear, has_template
from workbench.inference.incoming import copied, no_room, role_for
from workbench.inference.model_entry import ModelEntry, read_entry, read_json, write_json
from workbench.inference.model_files import ModelFiles, adapter_head, files_of, hashes, head_of, models_in
from workbench.inference.role_book import RoleBook, RoleStep
from workbench.jobs import JobContext

__all__ = ["Brought", "ModelEntry", "Refused", "Registry", "catalogue"]


@dataclass(frozen=True, slots=True)
class Brought:
    """An import's outcome; ``new`` is false for what was here already. ``adapter``: the name of one for ``entry``."""

    entry: ModelEntry
    new: bool
    adapter: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of a folder that could not be imported."""

    path: Path
    error: WorkbenchError


class Registry:
    """The models in ``models_dir``, which need not exist. Safe from any thread."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir
        self._store = Path(read_json(models_dir / "elsewhere.json").get("models") or models_dir)
        self._book = RoleBook(models_dir)
        self._lock = threading.RLock()

    def list(self) -> tuple[ModelEntry, ...]:
        """All imported models by name. A folder without readable ``model.json`` is passed over."""
        found = (read_entry(path) for path in sorted(self._store.glob("*/model.json")))
        return tuple(sorted((entry for entry in found if entry), key=lambda entry: entry.name))

    def get(self, id_or_name: str) -> ModelEntry:
        """A model by id (or its beginning), name or file name. Raises ModelMissing."""
        for entry in self.list():
            if id_or_name in (entry.id, entry.name, entry.file) or (
                len(id_or_name) >= 6 and entry.id.startswith(id_or_name)
            ):
                return entry
        raise ModelMissing(tr("inference.unknown_model", name=id_or_name), tr("inference.unknown_model.hint"))

    def path(self, entry: ModelEntry) -> Path:
        """Where the file to load lies."""
        return self._store / entry.id / entry.file

    def paths(self, entry: ModelEntry) -> tuple[Path, ...]:
        """Where all files of a model lie."""
        return tuple(self._store / entry.id / part.file for part in entry.files)

    def roles(self) -> dict[Role, tuple[str, ...]]:
        """The ids of each role, the working one first."""
        return self._book.roles()

    def history(self, role: Role) -> tuple[RoleStep, ...]:
        """Who worked in a role, the newest last."""
        return self._book.history(role)

    def previous(self, role: Role) -> ModelEntry | None:
        """Whom :meth:`rollback` would put to work."""
        id_ = self._book.previous(role)
        return read_entry(self._store / id_ / "model.json") if id_ else None

    def active(self, role: Role) -> ModelEntry | None:
        """The working model of a role, or None. An id whose model is gone is passed over."""
        for id_ in self.roles()[role]:
            entry = read_entry(self._store / id_ / "model.json")
            if entry is not None:
                return entry
        return None

    def require(self, role: Role) -> ModelEntry:
        """The working model of a role, its files compared with what was imported. Raises ModelMissing, ModelDamaged."""
        entry = self.active(role)
        if entry is None:
            raise ModelMissing(tr(f"inference.missing.{role.value}"), tr("inference.missing.hint"))
        self.check(entry)
        return entry

    def check(self, entry: ModelEntry) -> None:
        """Compare sizes and times of the files with the import. Raises ModelDamaged."""
        touched = False
        for path, part in zip(self.paths(entry), entry.files, strict=True):
            try:
                status = path.stat()
            except OSError as error:
                raise _damaged(entry, str(error)) from error
            if status.st_size != part.size:
                raise _damaged(entry, f"{part.file}: {status.st_size} != {part.size} bytes")
            touched = touched or status.st_mtime_ns != part.mtime_ns
        if touched:
            self.verify(entry.id)

    def verify(self, id_or_name: str, job: JobContext | None = None) -> ModelEntry:
        """Read the whole model and compare its hashes. Raises ModelDamaged, Cancelled.

        A file that was only touched is as good as before, and its new time is noted.
        """
        entry = self.get(id_or_name)
        paths = self.paths(entry)
        try:
            times = tuple(path.stat().st_mtime_ns for path in paths)
            found = hashes(paths, job or JobContext())
        except OSError as error:
            raise _damaged(entry, str(error)) from error
        for part, digest in zip(entry.files, found, strict=True):
            if digest != part.sha256:
                raise _damaged(entry, f"{part.file}: sha256 {digest}")
        renewed = entry.with_times(times)
        if renewed != entry:
            write_json(self._store / entry.id / "model.json", renewed.to_json())
        return renewed

    def import_file(self, path: Path, role: Role | None = None, job: JobContext | None = None) -> ModelEntry:
        """Import a model and return it; see :meth:`bring`."""
        return self.bring(path, role, job).entry

    def bring(
        self, path: Path, role: Role | None = None, job: JobContext | None = None, template: str | None = None
    ) -> Brought:
        """Copy a GGUF model into the registry, hashing it, and give it its role.

        ``path`` is its file, or any of the files of a split one. The first model of a role works at
        once; a later one waits for :meth:`promote`; one that the catalogue calls a test model gets a
        role only when ``role`` is said. A model that is here already is not copied again. Nothing
        half-copied stays. A chat model whose file has no chat template needs one of
        :func:`workbench.inference.templates.known`, which is kept beside it. A LoRA adapter goes to the
        chat model it was made for.

        Raises ModelDamaged, RoleUnclear, TemplateUnclear, DiskFull, Cancelled; ModelMissing for an adapter alone.
        """
        job = job or JobContext()
        files = files_of(path)
        if (adapter := adapter_head(files.first)) is not None:
            return self._bring_adapter(files.first, adapter, job)
        header = head_of(files)
        try:
            chosen = role_for(files, header, role)
            entry = self._already(files, job)
            new = entry is None
            self._require_template(files.first.name, entry.role if entry else chosen.role, header, entry, template)
            if entry is None:
                entry = copied(self._store, files, header, chosen, lock=self._lock, job=job)
            if template is not None:
                templates.pick(self._store / entry.id, template)
        except OSError as error:
            raise no_room(path, error) from error
        known = known_by_hash(entry.sha256)
        if role is not None or known is None or not known.test_only:
            with self._lock:
                self._book.put_last(entry.role, entry.id, {e.id for e in self.list()})
        return Brought(entry, new)

    def bring_all(self, folder: Path, job: JobContext | None = None) -> tuple[Brought | Refused, ...]:
        """Import every model of a folder and below. Raises ModelMissing when it holds none, Cancelled."""
        job = job or JobContext()
        paths = models_in(folder)
        if not paths:
            raise ModelMissing(tr("models.fault.empty_folder", name=folder.name), tr("models.fault.empty_folder.hint"))
        outcomes: list[Brought | Refused] = []
        for path in sorted(paths, key=_is_adapter):
            try:
                outcomes.append(self.bring(path, None, job))
            except WorkbenchError as error:
                outcomes.append(Refused(path, error))
        return tuple(outcomes)

    def adapters(self, entry: ModelEntry) -> tuple[str, ...]:
        """Names of the LoRA adapters kept with a model."""
        return adapters.names(self._store / entry.id)

    def remove_adapter(self, id_or_name: str, name: str) -> None:
        """Delete an adapter of a model. Raises ModelMissing; EngineError while it can't be deleted."""
        entry = self.get(id_or_name)
        path = adapters.file_of(self._store / entry.id, name)
        if path is None:
            raise adapters.missing(entry.name, name)
        try:
            path.unlink()
        except OSError as error:
            raise EngineError(tr("inference.remove_failed", name=name), detail=str(error)) from error

    def talks_by_pick(self, entry: ModelEntry) -> bool:
        """Whether a template was picked for a model."""
        return bool(templates.picked(self._store / entry.id))

    def lacks_template(self, entry: ModelEntry) -> bool:
        """Whether a model can't chat because its file has no chat template and none was picked."""
        if self.talks_by_pick(entry):
            return False
        try:
            return not has_template(read_header(self.path(entry)))
        except (OSError, GgufFault):
            return False

    def pick_template(self, id_or_name: str, template: str) -> ModelEntry:
        """Let a chat model talk by a known template. Raises ModelMissing, ValueError for an unknown template."""
        entry = self.get(id_or_name)
        templates.pick(self._store / entry.id, template)
        return entry

    def set_role(self, id_or_name: str, role: Role, template: str | None = None) -> ModelEntry:
        """Give a model another role and let it work there.

        ``template`` as in :meth:`bring`. Raises ModelMissing, TemplateUnclear.
        """
        with self._lock:
            entry = self.get(id_or_name)
            if template is not None:
                self.pick_template(entry.id, template)
            elif role is Role.CHAT and self.lacks_template(entry):
                raise _no_template(entry.file)
            changed = ModelEntry.from_json({**entry.to_json(), "role": role.value, "why": "user"})
            write_json(self._store / entry.id / "model.json", changed.to_json())
            self._book.put_first(role, entry.id, "role")
        return changed

    def promote(self, id_or_name: str, job: JobContext | None = None) -> ModelEntry:
        """Let a model work in its role; the one before stays as the way back.

        Raises ModelMissing, ModelDamaged, Cancelled.
        """
        entry = self.verify(id_or_name, job)
        with self._lock:
            self._book.put_first(entry.role, entry.id, "promote")
        return entry

    def rollback(self, role: Role) -> ModelEntry:
        """Let the model work again that worked before. Raises ModelMissing when there was none, ModelDamaged."""
        with self._lock:
            previous = self.previous(role)
            if previous is None:
                raise ModelMissing(tr("inference.no_previous"), tr("inference.missing.hint"))
            self.check(previous)
            self._book.put_first(role, previous.id, "rollback")
        return previous

    def remove(self, id_or_name: str) -> None:
        """Delete a model. Raises ModelMissing; EngineError while it can't be deleted."""
        with self._lock:
            entry = self.get(id_or_name)
            self._book.drop(entry.id)
            try:
                shutil.rmtree(self._store / entry.id)
            except OSError as error:
                raise EngineError(tr("inference.remove_failed", name=entry.name), detail=str(error)) from error

    def results(self, id_or_name: str, kind: kept_results.Kind) -> tuple[dict[str, Any], ...]:
        """What a model has shown in trials or evaluations, the newest last. Raises ModelMissing."""
        return kept_results.results(self._store / self.get(id_or_name).id, kind)

    def note_result(self, id_or_name: str, kind: kept_results.Kind, result: dict[str, Any]) -> None:
        """Keep a result with a model. Raises ModelMissing."""
        with self._lock:
            kept_results.add_result(self._store / self.get(id_or_name).id, kind, result)

    def alone(self, entry: ModelEntry, folder: Path) -> Path:
        """A models folder in which ``entry`` works in its role and nothing else; the files stay where they are."""
        write_json(folder / "elsewhere.json", {"models": str(self._store.absolute())})
        write_json(folder / "roles.json", {entry.role.value: [entry.id]})
        return folder

    def _bring_adapter(self, path: Path, header: GgufHeader, job: JobContext) -> Brought:
        """Keep a LoRA adapter with the chat model it was made for, the working one if it may be either."""
        working = self.active(Role.CHAT)
        chats = [entry for entry in self.list() if entry.role is Role.CHAT]
        chats.sort(key=lambda entry: working is None or entry.id != working.id)
        entry = next((entry for entry in chats if adapters.suits(header, self.path(entry))), None)
        if entry is None:
            made_for = header.text("general.base_model.0.name") or header.architecture
            hint = tr("models.fault.adapter_alone.hint", made_for=made_for)
            raise ModelMissing(tr("models.fault.adapter_alone", name=path.name), hint)
        try:
            name, new = adapters.keep(path, self._store / entry.id, job)
        except OSError as error:
            raise no_room(path, error) from error
        return Brought(entry, new, name)

    def _require_template(
        self, file: str, role: Role | None, header: GgufHeader, here: ModelEntry | None, template: str | None
    ) -> None:
        """Raise TemplateUnclear for a chat model without one; ``here`` is the model if it was imported before."""
        known = template is not None or has_template(header)
        if role is Role.CHAT and not known and not (here and self.talks_by_pick(here)):
            raise _no_template(file)

    def _already(self, files: ModelFiles, job: JobContext) -> ModelEntry | None:
        """The sound model that these files are, if it was imported before."""
        size = files.size
        alike = [e for e in self.list() if e.size == size and len(e.files) == len(files.paths)]
        if not alike:
            return None
        found = hashes(files.paths, job)
        for entry in alike:
            if found == tuple(part.sha256 for part in entry.files):
                try:
                    return self.verify(entry.id, job)
                except ModelDamaged:
                    return None
        return None


def _is_adapter(path: Path) -> bool:
    """Whether a file is a LoRA adapter: these come after the models they may belong to."""
    try:
        return adapter_head(path) is not None
    except ModelDamaged:
        return False


def _no_template(file: str) -> TemplateUnclear:
    hint = tr("inference.template_unclear.hint", names=", ".join(templates.known()))
    return TemplateUnclear(tr("inference.template_unclear", name=file), hint)


def _damaged(entry: ModelEntry, detail: str) -> ModelDamaged:
    return ModelDamaged(tr("inference.damaged", name=entry.name), tr("inference.damaged.hint"), detail)
