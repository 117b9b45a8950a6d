"""What the pane knows of the registry, and what it reads from it in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from workbench.errors import WorkbenchError
from workbench.inference.api import Role
from workbench.inference.bench import ModelBench, is_published
from workbench.inference.catalogue import KnownModel, known_models
from workbench.inference.fit import Fit
from workbench.inference.trial import Trial
from workbench.jobs import JobContext


class EntryLike(Protocol):
    """An imported model (``inference.registry.ModelEntry``). ``size`` in bytes."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def licence(self) -> str: ...


class RegistryLike(Protocol):
    """What the pane asks of ``inference.registry.Registry``."""

    def list(self) -> tuple[Any, ...]: ...
    def roles(self) -> dict[Role, tuple[str, ...]]: ...
    def check(self, entry: Any) -> None: ...
    def verify(self, id_or_name: str, job: JobContext | None = None) -> Any: ...
    def bring(
        self, path: Path, role: Role | None = None, job: JobContext | None = None, template: str | None = None
    ) -> Any: ...
    def bring_all(self, folder: Path, job: JobContext | None = None) -> tuple[Any, ...]: ...
    def set_role(self, id_or_name: str, role: Role, template: str | None = None) -> Any: ...
    def lacks_template(self, entry: Any) -> bool: ...
    def talks_by_pick(self, entry: Any) -> bool: ...
    def pick_template(self, id_or_name: str, template: str) -> Any: ...
    def promote(self, id_or_name: str) -> Any: ...
    def previous(self, role: Role) -> Any: ...
    def rollback(self, role: Role) -> Any: ...
    def remove(self, id_or_name: str) -> None: ...
    def remove_adapter(self, id_or_name: str, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """A model of the catalogue that is not on this machine; ``fit`` None where nothing can tell."""

    model: KnownModel
    fit: Fit | None = None
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """An imported model.

    Whether it works in its role, the name of whom a step back would bring, what is wrong; how it suits
    the machine, what its test showed, what an evaluation did, and whether its hash is its publisher's.
    ``mute``: a chat model without a chat template; ``picked``: one whose template the user picked.
    ``adapters`` are the names of LoRA adapters kept with it.
    """

    entry: EntryLike
    works: bool
    previous: str = ""
    trouble: WorkbenchError | None = None
    fit: Fit | None = None
    trial: Trial | None = None
    evaluation: str = ""
    published: bool = False
    files: int = 1
    mute: bool = False
    picked: bool = False
    adapters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything the pane shows. ``serving`` is the hash of the model whose vectors the library holds."""

    held: tuple[Held, ...]
    known: tuple[Known, ...]
    serving: str = ""

    @property
    def renews(self) -> bool:
        """Whether the vectors of the library are still another model's than the one that works now."""
        working = self.working(Role.EMBEDDING)
        return bool(self.serving) and working is not None and working.entry.sha256 != self.serving

    @property
    def serving_name(self) -> str:
        """The name of the model whose vectors serve; empty for one that is not here any more."""
        return next((held.entry.name for held in self.held if held.entry.sha256 == self.serving), "")

    def working(self, role: Role) -> Held | None:
        """The model that works in a role."""
        return next((held for held in self.held if held.works and held.entry.role == role), None)

    def waiting(self) -> tuple[Held, ...]:
        """Imported models that work in no role now."""
        return tuple(held for held in self.held if not held.works)

    def of_role(self, role: Role) -> tuple[Held, ...]:
        """Imported models of a role, the working one first."""
        return tuple(sorted((h for h in self.held if h.entry.role == role), key=lambda h: not h.works))


def read_shelf(
    registry: RegistryLike | None, bench: ModelBench | None = None, serving: Callable[[], str] | None = None
) -> Shelf:
    """Ask the registry and the catalogue; reads small files, and the head of a model once.

    ``serving`` tells whose vectors the library holds.
    """
    if registry is None:
        return Shelf((), _known((), bench))
    entries = registry.list()
    there = {entry.id for entry in entries}
    roles = {role: [id_ for id_ in ids if id_ in there] for role, ids in registry.roles().items()}
    held = []
    for entry in entries:
        works = roles.get(entry.role, [""])[:1] == [entry.id]
        before = registry.previous(entry.role) if works else None
        held.append(_held(registry, bench, entry, works, before.name if before is not None else ""))
    known = _known([entry.sha256 for entry in entries], bench)
    return Shelf(tuple(held), known, serving() if serving is not None else "")


def _held(registry: RegistryLike, bench: ModelBench | None, entry: Any, works: bool, previous: str) -> Held:
    trouble = _trouble(registry, entry)
    chats = trouble is None and entry.role is Role.CHAT
    mute, picked = chats and registry.lacks_template(entry), chats and registry.talks_by_pick(entry)
    if bench is None:
        return Held(entry, works, previous, trouble, mute=mute, picked=picked)
    return Held(
        entry,
        works,
        previous,
        trouble,
        fit=_fit(bench, entry) if trouble is None else None,
        trial=bench.last_trial(entry),
        evaluation=_evaluation(bench, entry),
        published=is_published(entry),
        files=len(entry.files),
        mute=mute,
        picked=picked,
        adapters=bench.registry.adapters(entry),
    )


def _fit(bench: ModelBench, entry: Any) -> Fit | None:
    try:
        return bench.fit(entry)
    except WorkbenchError:
        return None


def _evaluation(bench: ModelBench, entry: Any) -> str:
    """The newest evaluation in a line: ``Small papers: First hit right 91.0 % · Quotes verbatim 88.0 %``."""
    kept = bench.evaluations(entry)
    if not kept:
        return ""
    from workbench.models.measuring import bundled  # noqa: PLC0415 only where something was measured

    suite, figures = kept[-1].get("suite", ""), kept[-1].get("figures")
    title = next((known.title for known in bundled() if known.id == suite), suite)
    numbers = figures.items() if isinstance(figures, dict) else ()
    return " · ".join((title, *(_figure(name, value) for name, value in numbers)))


def _figure(name: str, value: object) -> str:
    """A figure in words; one nobody knows as it was kept."""
    from workbench.models.measuring import SHARES, TIMES  # noqa: PLC0415 only where something was measured
    from workbench.models.measuring.telling import figure_name, figure_words  # noqa: PLC0415

    if name in (*SHARES, *TIMES) and isinstance(value, int | float):
        return f"{figure_name(name)} {figure_words(name, value)}"
    return f"{name} {value}"


def _trouble(registry: RegistryLike, entry: EntryLike) -> WorkbenchError | None:
    try:
        registry.check(entry)
    except WorkbenchError as error:
        return error
    return None


def _known(imported: Sequence[str], bench: ModelBench | None) -> tuple[Known, ...]:
    if bench is not None:
        offers = (Known(offer.known, offer.fit, offer.recommended) for offer in bench.offers() if not offer.here)
        return tuple(offers)
    return tuple(Known(model) for model in known_models() if model.sha256 not in imported and not model.test_only)
