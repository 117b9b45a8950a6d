"""Two documents that give different values for what the question asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from workbench.models.asking.inquiry import Inquiry
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import Label, read_labels, same_organisation, year_of
from workbench.models.evidence.numbers import agree
from workbench.models.evidence.verify import Source


@dataclass(frozen=True, slots=True)
class Side:
    """A value beside a label in one document, of a known year."""

    source: Source
    label: Label
    year: int


def find_conflict(inquiry: Inquiry, sources: Iterable[Source]) -> tuple[Side, Side] | None:
    """Two values for the same label, year and company in two documents, neither a rounding of the other.

    Only labels the question asks for are compared. Where any value of the one document agrees with
    one of the other, they do not disagree: a report names parent and group figures side by side.
    """
    groups: dict[tuple[str, str, int, bool], list[Side]] = {}
    for side in _sides(inquiry, sources):
        key = (side.label.before, side.label.number.unit, side.year, side.label.changed)
        groups.setdefault(key, []).append(side)
    for sides in groups.values():
        for a, b in combinations(sides, 2):
            if a.source.document == b.source.document or not _same_subject(a.source, b.source):
                continue
            if not _documents_agree(sides, a.source.document, b.source.document):
                return a, b
    return None


def _sides(inquiry: Inquiry, sources: Iterable[Source]) -> Iterator[Side]:
    for source in sources:
        stated = {y for x in read_labels(source.context) if (y := year_of(x.number))}
        for label in source.labels:
            asked = content(label.before)
            if (
                label.number.kind not in ("amount", "percent")
                or label.unclear
                or not asked
                or not asked <= inquiry.matter
            ):
                continue
            year = label.year or (next(iter(stated)) if len(stated) == 1 and not label.period else None)
            if year and (not inquiry.years or year in inquiry.years):
                yield Side(source, label, year)


def _same_subject(a: Source, b: Source) -> bool:
    return any(same_organisation(x, y) for x in a.names for y in b.names)


def _documents_agree(sides: list[Side], first: str, second: str) -> bool:
    return any(
        agree(a.label.number, b.label.number)
        for a in sides
        for b in sides
        if a.source.document == first and b.source.document == second
    )
