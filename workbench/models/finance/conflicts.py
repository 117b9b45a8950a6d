"""Where the documents of a case disagree about one figure, beyond rounding."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.i18n import tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.display import labelled, said
from workbench.models.finance.mentions import Mention
from workbench.models.finance.statement import Scope, Statement


@dataclass(frozen=True, slots=True)
class Stated:
    """One side of a conflict; the statements' own figure where ``audited``."""

    value: Decimal
    citation: Citation
    audited: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """One figure, told differently. ``stated`` begins with the statements' own figure, where there is one."""

    label: str
    period: str
    unit: str
    stated: tuple[Stated, ...]

    @property
    def difference(self) -> Decimal:
        """Between the highest and the lowest."""
        values = [s.value for s in self.stated]
        return max(values) - min(values)

    @property
    def message(self) -> str:
        """The conflict in a sentence."""
        return tr("finance.conflict", label=labelled(self.label), difference=said(self.difference, self.unit))

    def to_json(self) -> dict[str, Any]:
        """Label, period, difference and every side with its citation."""
        return {
            "label": self.label,
            "period": self.period,
            "difference": format(self.difference, "f"),
            "message": self.message,
            "stated": [{"value": format(s.value, "f"), "citation": s.citation.to_json()} for s in self.stated],
        }


@dataclass(frozen=True, slots=True)
class _Side:
    stated: Stated
    quantum: Decimal


def _differ(a: _Side, b: _Side) -> bool:
    return abs(a.stated.value - b.stated.value) > max(a.quantum, b.quantum)


def _of_group(label: str, period: str, unit: str, sides: list[_Side]) -> Conflict | None:
    if not any(_differ(a, b) for a in sides for b in sides):
        return None
    kept: list[_Side] = []
    for side in sides:
        if not any(not _differ(side, k) and side.stated.citation.document == k.stated.citation.document for k in kept):
            kept.append(side)
    return Conflict(label, period, unit, tuple(s.stated for s in kept))


def conflicts_of(statements: Sequence[Statement], mentions: Sequence[Mention]) -> tuple[Conflict, ...]:
    """Figures on which two places disagree by more than one in the last digit of the rougher one.

    A mention without a period speaks of the latest. Figures of a line are compared with the consolidated
    statements (the company's own where there are none); where a mention agrees with the company's own
    statement it is no conflict. Reports of another company (a guarantor's) are left alone.
    """
    books = books_of(statements)
    latest = max((book.years[-1] for book in books), default="")
    groups: dict[tuple[str, str, str], list[_Side]] = defaultdict(list)
    others = papers_of_others(statements, books[0].company) if books else set()
    for mention in mentions:
        period = mention.period or latest
        if mention.citation.document in others:
            continue
        if mention.line and _agrees_elsewhere(mention, period, books[1:]):
            continue
        side = _Side(Stated(mention.value, mention.citation), mention.quantum)
        groups[mention.label, period if mention.unit == "元" else "", mention.unit].append(side)
    conflicts = []
    for (label, period, unit), sides in groups.items():
        audited = books[0].find(label, period) if books else None
        if audited is not None and audited[1].value is not None:
            item = audited[1]
            sides.insert(0, _Side(Stated(audited[1].value, item.citation, audited=True), item.quantum))
        conflict = _of_group(label, period, unit, sides)
        if conflict:
            conflicts.append(conflict)
    return (*conflicts, *_between_statements(statements))


def papers_of_others(statements: Sequence[Statement], company: str) -> set[str]:
    """Documents that hold statements, and none of this company's."""
    ours = {s.document for s in statements if s.company in (company, "")}
    return {s.document for s in statements} - ours


def _agrees_elsewhere(mention: Mention, period: str, books: Sequence[Book]) -> bool:
    for book in books:
        found = book.find(mention.label, period)
        if found and found[1].value is not None and abs(found[1].value - mention.value) <= mention.quantum:
            return True
    return False


def _between_statements(statements: Sequence[Statement]) -> list[Conflict]:
    """Lines that two documents print differently for one period."""
    groups: dict[tuple[str, Scope, str, str], list[_Side]] = defaultdict(list)
    for statement in statements:
        for item in statement.items:
            if item.canonical and item.value is not None:
                stated = Stated(item.value, item.citation, audited=True)
                groups[statement.company, statement.scope, statement.year, item.canonical].append(
                    _Side(stated, item.quantum)
                )
    found = []
    for (_, _, year, label), sides in groups.items():
        if len({s.stated.citation.document for s in sides}) > 1:
            conflict = _of_group(label, year, "元", sides)
            if conflict:
                found.append(conflict)
    return found
