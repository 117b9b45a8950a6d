"""What the pane shows, read in one go off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.inference.api import Role
from workbench.models.measuring import (
    InLibrary,
    Keeping,
    Measurement,
    Record,
    Suite,
    before,
    bundled,
    changed,
    from_folder,
    own,
)

_JUDGED = "evaluation"


@dataclass(frozen=True, slots=True)
class Model:
    """A model one can choose."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Shelf:
    """Suites, models (the working one of a role first) and finished or stopped measurements, newest first."""

    suites: tuple[Suite, ...]
    models: tuple[Model, ...]
    measurements: tuple[Measurement, ...]

    def of_role(self, role: Role) -> list[Model]:
        """The models of a role."""
        return [model for model in self.models if model.role is role]


@dataclass(frozen=True, slots=True)
class Detail:
    """The questions of a measurement; ``turned`` those that went otherwise than the time before."""

    measurement: Measurement
    records: tuple[Record, ...]
    turned: dict[str, bool]
    compared: bool


def keeping_of(library: Any, case: str | None, passing: Keeping) -> Keeping:
    """With the case that is open, encrypted; without a case only as long as the program runs."""
    if library is None or case is None:
        return passing
    return InLibrary(library, case)


def read_shelf(library: Any, registry: Any, case: str | None, folders: Sequence[Path], passing: Keeping) -> Shelf:
    """Everything the pane shows. A folder that is no suite any more is left out."""
    suites = list(bundled())
    judged = _own(library, case)
    suites += [judged] if judged else []
    for folder in folders:
        try:
            suites.append(from_folder(folder))
        except WorkbenchError:
            continue
    kept = {m.id: m for m in passing.measurements()}
    if library is not None:
        kept |= {m.id: m for m in InLibrary(library, case or "").measurements()}
    newest = sorted(kept.values(), key=lambda m: m.at, reverse=True)
    return Shelf(tuple(suites), _models(registry), tuple(newest))


def read_detail(keeping: Keeping, measurement: Measurement, passing: Keeping) -> Detail:
    """A measurement's questions, and which turned since the last one alike."""
    where = keeping if keeping.records(measurement.id) else passing
    records = where.records(measurement.id)
    last = before(measurement, where.measurements())
    turned = changed(records, where.records(last.id)) if last else {}
    return Detail(measurement, tuple(records.values()), turned, last is not None)


def _own(library: Any, case: str | None) -> Suite | None:
    if library is None or case is None:
        return None
    name = next((c.name for c in library.cases() if c.id == case), case)
    return own(case, name, library.notes(case, _JUDGED))


def _models(registry: Any) -> tuple[Model, ...]:
    if registry is None:
        return ()
    first = {ids[0] for ids in registry.roles().values() if ids}
    entries = sorted(registry.list(), key=lambda entry: (entry.id not in first, entry.name))
    return tuple(Model(entry.id, entry.name, entry.role) for entry in entries)
