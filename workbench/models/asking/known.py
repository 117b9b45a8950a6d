"""The figures of one company a question may ask for: of its statements, and of tables that go further back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from workbench.models.documents.document import BlockKind
from workbench.models.evidence import Citation, Status
from workbench.models.evidence.verify import Source
from workbench.models.finance import Fact, Finances, display, key_of
from workbench.models.finance.accounts import any_account
from workbench.models.finance.statement import Scope
from workbench.models.library import Library

_YUAN = "元"


@dataclass(frozen=True)
class KnownFigures:
    """Figures by name and year. ``scope``: the group's statements, or the parent company's own."""

    finances: Finances
    scope: Scope
    series: "Series"

    def fact(self, name: str, year: str) -> Fact | None:
        """The figure of the statements, else of a table that tells the same line for this year, too."""
        found = self._stated(name, year)
        if found is not None or self.scope == "parent":
            return found
        return self.series.fact(name, year, {y: fact for y in self._years if (fact := self._stated(name, y))})

    def years(self, names: Sequence[str]) -> list[int]:
        """All years the statements are of, and those tables carry the named lines on to."""
        told = {y for name in names for y in self.series.years(name)} if self.scope == "consolidated" else set()
        return sorted({int(y) for y in self._years} | {y for y in told if all(self.fact(n, str(y)) for n in names)})

    def _stated(self, name: str, year: str) -> Fact | None:
        facts = self.finances.facts
        # Unmarked figures are the company's own only where it prints no statements of a group.
        alone = self.scope == "parent" and all(s.scope == "parent" for s in self.finances.statements)
        return facts.get(key_of(name, year, self.scope)) or facts.get(key_of(name, year, self.scope, only=alone))

    @cached_property
    def _years(self) -> tuple[str, ...]:
        periods = {fact.period for fact in self.finances.facts.values()}
        return tuple(sorted(p for p in periods if len(p) == 4 and p.isdigit()))


@dataclass
class Series:
    """Rows of tables with a column for each year, such as the key figures of three years in a yearly report.

    A row tells a statement's line where it tells the statement's own figure for a year both have, and no other.
    """

    library: Library
    documents: Sequence[str]
    _rows: dict[str, list[dict[int, tuple[Decimal, Citation]]]] = field(default_factory=dict)

    def years(self, name: str) -> set[int]:
        """Years any row of this name tells."""
        return {year for row in self._named(name) for year in row}

    def fact(self, name: str, year: str, stated: Mapping[str, Fact]) -> Fact | None:
        """The figure of a year the statements don't tell; None where no row does, or two differ."""
        found = [row[int(year)] for row in self._named(name) if int(year) in row and _tells(row, stated)]
        if not found or len({value for value, _ in found}) > 1:
            return None
        value, citation = found[0]
        return Fact(key_of(name, year), name, year, value, _YUAN, display(value, _YUAN), Status.TRACED, (citation,))

    def _named(self, name: str) -> list[dict[int, tuple[Decimal, Citation]]]:
        if name not in self._rows:
            self._rows[name] = [row for source in self._tables for row in _rows_of(source, name)]
        return self._rows[name]

    @cached_property
    def _tables(self) -> list[Source]:
        return [
            Source(document, block.text, block.anchor, block.caption or "")
            for document in self.documents
            for block in self.library.content(document).blocks
            if block.kind is BlockKind.TABLE
        ]


def _tells(row: Mapping[int, tuple[Decimal, Citation]], stated: Mapping[str, Fact]) -> bool:
    both = [(row[int(year)][0], fact) for year, fact in stated.items() if int(year) in row]
    return bool(both) and all(fact.unit == _YUAN and fact.value == value for value, fact in both)


def _rows_of(source: Source, name: str) -> Iterator[dict[int, tuple[Decimal, Citation]]]:
    start = 0
    for line in source.text.split("\n"):
        end = start + len(line)
        account = any_account(line.split("\t")[0]) if "\t" in line else None
        if account is not None and account.name == name and (row := _row_of(source, start, end)):
            yield row
        start = end + 1


def _row_of(source: Source, start: int, end: int) -> dict[int, tuple[Decimal, Citation]]:
    """The figures of a row by year, each with the row's words up to it; none where a year is told twice."""
    found: dict[int, tuple[Decimal, Citation]] = {}
    for label in source.labels:
        number = label.number
        if not start <= number.start < end or number.kind not in ("plain", "amount") or number.unit not in ("", _YUAN):
            continue
        if label.year is None or label.changed or label.unclear:
            continue
        citation = source.cite(start, number.end)
        if citation is None or label.year in found:
            return {}
        found[label.year] = (number.value, citation)
    return found
