"""The glossary a user keeps with a case: short names and what they stand for, as a list, and as CSV.

It is kept as lines of :mod:`workbench.models.retrieval.glossary`, which every search reads anew.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workbench.errors import DamagedDocument
from workbench.i18n import LANGUAGES, catalogue, tr
from workbench.models.evidence.terms import fold
from workbench.models.library import Library
from workbench.models.retrieval.glossary import NOTE_KIND

_KEY = "own"
_SEPARATOR = " / "
_MARKS = "=→#\n"
"""Characters that mean something in a glossary's line."""
_SHORTEST = 2
_HEAD = ("glossary.short", "glossary.full")


@dataclass(frozen=True, slots=True)
class Entry:
    """A short name and its full one; several full names are parted by ``" / "``.

    ``one_way``: only whoever asks for the short name is given the full one too.
    """

    short: str
    full: str
    one_way: bool = False

    @property
    def line(self) -> str:
        """As a glossary writes it."""
        return f"{self.short} {'→' if self.one_way else '='} {self.full}"


class Fault(StrEnum):
    """Why an entry can't be used."""

    EMPTY = "empty"
    SHORT = "short"
    MARK = "mark"
    SAME = "same"
    DOUBLE = "double"


def faults(entries: Sequence[Entry]) -> tuple[Fault | None, ...]:
    """What is wrong with each entry, None where nothing is; of doubled ones the first is good."""
    seen: set[str] = set()
    found: list[Fault | None] = []
    for entry in entries:
        fault = _fault(entry, seen)
        if fault is None:
            seen.add(fold(entry.short))
        found.append(fault)
    return tuple(found)


def own_entries(library: Library, case_id: str) -> tuple[Entry, ...]:
    """What a case keeps, in the order it was written; lines that are no entries are passed over."""
    notes = library.notes(case_id, NOTE_KIND)
    lines = (line for note in notes.values() for line in str(note.get("lines", "")).splitlines())
    return tuple(entry for line in lines if (entry := _entry(line)) is not None)


def keep_entries(library: Library, case_id: str, entries: Sequence[Entry]) -> None:
    """Keep the good ones of the entries, and nothing else, with a case."""
    good = [entry.line for entry, fault in zip(entries, faults(entries), strict=True) if fault is None]
    library.save_note(case_id, NOTE_KIND, _KEY, {"lines": "\n".join(good)})
    for key in set(library.notes(case_id, NOTE_KIND)) - {_KEY}:
        library.delete_note(case_id, NOTE_KIND, key)


def as_csv(entries: Sequence[Entry]) -> bytes:
    """The entries as Excel opens them: two columns with a head, UTF-8 with its mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([tr(key) for key in _HEAD])
    writer.writerows((entry.short, entry.full) for entry in entries)
    return out.getvalue().encode("utf-8-sig")


def from_csv(data: bytes) -> tuple[Entry, ...]:
    """The entries of a file of two columns, with a head or without; empty rows are passed over.

    UTF-8, or GB18030 as Excel writes it in China. What follows in further columns are more full names.
    Raises DamagedDocument where it is neither.
    """
    try:
        rows = list(csv.reader(io.StringIO(_decoded(data))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DamagedDocument(tr("glossary.not_read"), tr("glossary.not_read_hint"), str(error)) from error
    cells = ([cell.strip() for cell in row] for row in rows)
    found = [Entry(row[0], _SEPARATOR.join(filter(None, row[1:]))) for row in cells if any(row)]
    heads = {tuple(catalogue(language)[key] for key in _HEAD) for language in LANGUAGES}
    return tuple(found[1:] if found and (found[0].short, found[0].full) in heads else found)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _fault(entry: Entry, seen: set[str]) -> Fault | None:
    short, full = entry.short.strip(), entry.full.strip()
    checks = (
        (not short or not full, Fault.EMPTY),
        (any(mark in short + full for mark in _MARKS), Fault.MARK),
        (len(fold(short)) < _SHORTEST, Fault.SHORT),
        (fold(short) == fold(full), Fault.SAME),
        (fold(short) in seen, Fault.DOUBLE),
    )
    return next((fault for wrong, fault in checks if wrong), None)


def _entry(raw: str) -> Entry | None:
    line = raw.partition("#")[0].strip()
    mark = "→" if "→" in line else "="
    short, there, full = line.partition(mark)
    return Entry(short.strip(), full.strip(), mark == "→") if there and short.strip() and full.strip() else None
