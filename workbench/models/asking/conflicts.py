"""Two documents that give different values for what the question asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from workbench.models.asking.inquiry import Inquiry
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import Label, head_of, organisations, read_labels, same_organisation, year_of
from workbench.models.evidence.numbers import agree
from workbench.models.evidence.verify import Source


@dataclass(frozen=True, slots=True)
class Side:
    """A value beside a label in one document; ``year`` is None where nothing near tells it."""

    source: Source
    label: Label
    year: int | None


def find_conflict(inquiry: Inquiry, sources: Iterable[Source]) -> tuple[Side, Side] | None:
    """Two values for the same label, year and company in two documents, neither a rounding of the other.

    Only labels the question asks for are compared. A value of an unknown year is compared only where
    both sentences name the same organisation. Where any value of the one document agrees with one of
    the other, they do not disagree: a report names parent and group figures side by side.
    """
    groups: dict[tuple[str, str, bool], list[Side]] = {}
    for side in _sides(inquiry, sources):
        key = (head_of(side.label.before), side.label.number.unit, side.label.changed)
        groups.setdefault(key, []).append(side)
    for sides in groups.values():
        for a, b in combinations(sides, 2):
            if not _comparable(a, b):
                continue
            fellows = [s for s in sides if _comparable(a, s) or _comparable(s, b)]
            if not _documents_agree([a, b, *fellows], a.source.document, b.source.document):
                return a, b
    return None


def _sides(inquiry: Inquiry, sources: Iterable[Source]) -> Iterator[Side]:
    for source in sources:
        stated = {y for x in read_labels(source.context) if (y := year_of(x.number))}
        for label in source.labels:
            asked = content(head_of(label.before))
            if (
                label.number.kind not in ("amount", "percent")
                or label.unclear
                or not asked
                or not asked <= inquiry.matter
            ):
                continue
            year = label.year or (next(iter(stated)) if len(stated) == 1 and not label.period else None)
            if not inquiry.years or year is None or year in inquiry.years:
                yield Side(source, label, year)


def _comparable(a: Side, b: Side) -> bool:
    if a.source.document == b.source.document:
        return False
    first, second = _named(a), _named(b)
    both_named = any(same_organisation(x, y) for x in first for y in second)
    if first and second and not both_named:
        return False
    if a.year is None or b.year is None:
        return both_named
    return a.year == b.year and (both_named or _same_subject(a.source, b.source))


def _named(side: Side) -> tuple[str, ...]:
    """Organisations the sentence of a value names: a guarantee is of whom it is given for."""
    return organisations(side.source.text[slice(*side.label.sentence)])


def _same_subject(a: Source, b: Source) -> bool:
    return any(same_organisation(x, y) for x in a.names for y in b.names)


def _documents_agree(sides: list[Side], first: str, second: str) -> bool:
    return any(
        agree(a.label.number, b.label.number)
        for a in sides
        for b in sides
        if a.source.document == first and b.source.document == second
    )
