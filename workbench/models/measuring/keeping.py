"""Where measurements are kept: with a case of the library, encrypted; in a file the user named; or nowhere.

The words of questions and answers stay there. Of what is noted beside a model only figures are told.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from workbench.models.measuring.record import Figure, Record

_KIND = "measurement"
_MOST = 60
"""Measurements kept; the oldest go, their figures stay with the models."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A suite asked of a contestant. ``at`` is ISO 8601 in UTC; ``done`` of ``total`` questions were asked.

    ``parts`` are the names of what was measured, joined by spaces.
    """

    id: str
    suite: str
    title: str
    digest: str
    at: str
    chat: str = ""
    embedding: str = ""
    wording: str = ""
    chat_name: str = ""
    embedding_name: str = ""
    parts: str = ""
    done: int = 0
    total: int = 0
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether every question was asked."""
        return self.done >= self.total

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two measurements comparable: the same of the same suite and contestant."""
        return self.suite, self.parts, self.chat, self.embedding, self.wording

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        told = {name: getattr(self, name) for name in self.__slots__ if name != "figures"}
        return {**told, "figures": {name: [f.value, f.count] for name, f in self.figures.items()}}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Measurement":
        """Read back what was kept. Raises KeyError, TypeError, ValueError on another shape."""
        figures = {name: Figure(float(told[0]), int(told[1])) for name, told in value["figures"].items()}
        return cls(**{**value, "figures": figures})


class Keeping(Protocol):
    """What a run writes to and goes on from."""

    def measurements(self) -> tuple[Measurement, ...]:
        """All kept, the newest last."""
        ...

    def records(self, measurement: str) -> dict[str, Record]:
        """What was seen of each question, by its id."""
        ...

    def keep(self, measurement: Measurement, record: Record | None = None) -> None:
        """Keep how far a measurement is, with the question just asked."""
        ...


class Passing:
    """Keeps as long as the program runs."""

    def __init__(self) -> None:
        self._kept: dict[str, Measurement] = {}
        self._records: dict[str, dict[str, Record]] = {}

    def measurements(self) -> tuple[Measurement, ...]:
        """All kept, the newest last."""
        return tuple(sorted(self._kept.values(), key=lambda m: m.at))

    def records(self, measurement: str) -> dict[str, Record]:
        """What was seen of each question, by its id."""
        return dict(self._records.get(measurement, {}))

    def keep(self, measurement: Measurement, record: Record | None = None) -> None:
        """Keep how far a measurement is, with the question just asked."""
        self._kept[measurement.id] = measurement
        if record is not None:
            self._records.setdefault(measurement.id, {})[record.question] = record


class InFile(Passing):
    """Keeps in a ``.jsonl`` a line a question, so that a stopped run goes on where it was. Plain text: the
    user asked for the file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._take(line)

    def keep(self, measurement: Measurement, record: Record | None = None) -> None:
        """Keep how far a measurement is, with the question just asked."""
        super().keep(measurement, record)
        told = {"measurement": measurement.to_json(), "record": record.to_json() if record else None}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(told, ensure_ascii=False) + "\n")

    def _take(self, line: str) -> None:
        try:
            told = json.loads(line)
            record = Record.from_json(told["record"]) if told["record"] else None
            super().keep(Measurement.from_json(told["measurement"]), record)
        except (ValueError, KeyError, TypeError):
            return  # the line a power cut left half-written: its question is asked again


class Notes(Protocol):
    """The part of the library this needs."""

    def cases(self) -> tuple[Any, ...]: ...

    def notes(self, case_id: str, kind: str) -> dict[str, dict[str, Any]]: ...

    def save_note(self, case_id: str, kind: str, key: str, value: dict[str, Any]) -> None: ...

    def delete_note(self, case_id: str, kind: str, key: str) -> None: ...


class InLibrary:
    """Keeps encrypted with a case; reads those of every case, whichever was open when they were made."""

    def __init__(self, library: Notes, case: str) -> None:
        self._library = library
        self._case = case

    def measurements(self) -> tuple[Measurement, ...]:
        """All kept, the newest last. One that can't be read is passed over."""
        return tuple(sorted((m for _, m in self._all()), key=lambda m: m.at))

    def records(self, measurement: str) -> dict[str, Record]:
        """What was seen of each question, by its id."""
        case = self._where(measurement)
        found: dict[str, Record] = {}
        for key, value in self._library.notes(case, _records_kind(measurement)).items() if case else ():
            try:
                found[key] = Record.from_json(value)
            except (KeyError, TypeError):
                continue
        return found

    def keep(self, measurement: Measurement, record: Record | None = None) -> None:
        """Keep how far a measurement is, with the question just asked; too many, and the oldest goes."""
        case = self._where(measurement.id) or self._case
        if record is not None:
            self._library.save_note(case, _records_kind(measurement.id), record.question, record.to_json())
        self._library.save_note(case, _KIND, measurement.id, measurement.to_json())
        if record is None:
            self._drop_oldest()

    def forget(self, measurement: str) -> None:
        """Delete a measurement with its questions."""
        case = self._where(measurement)
        if not case:
            return
        for key in self._library.notes(case, _records_kind(measurement)):
            self._library.delete_note(case, _records_kind(measurement), key)
        self._library.delete_note(case, _KIND, measurement)

    def _drop_oldest(self) -> None:
        for old in self.measurements()[:-_MOST]:
            self.forget(old.id)

    def _where(self, measurement: str) -> str:
        return next((case for case, kept in self._all() if kept.id == measurement), "")

    def _all(self) -> list[tuple[str, Measurement]]:
        found = []
        for case in self._library.cases():
            for value in self._library.notes(case.id, _KIND).values():
                try:
                    found.append((case.id, Measurement.from_json(value)))
                except (KeyError, TypeError, ValueError, IndexError):
                    continue
        return found


def _records_kind(measurement: str) -> str:
    return f"measured:{measurement}"


def advanced(measurement: Measurement, done: int, figures: dict[str, Figure]) -> Measurement:
    """The same, further on."""
    return replace(measurement, done=done, figures=figures)
