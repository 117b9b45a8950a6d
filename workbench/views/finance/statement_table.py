"""A statement over its periods: rows of several papers laid side by side, with the checks they take part in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workbench.i18n import term
from workbench.models.evidence import Citation
from workbench.models.finance import Check, LineItem, Statement
from workbench.models.finance.accounts import KINDS, StatementKind, is_total, plain_name
from workbench.models.finance.analysis import base_of, growth
from workbench.models.finance.book import Book, year_before
from workbench.models.finance.statement import Scope

_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line over the periods. ``checks`` are those about this line, ``doubtful`` the periods whose figure takes
    part in a check that fails.
    """

    name: str
    canonical: str | None
    cells: Mapping[str, LineItem]
    part: bool = False
    caption: bool = False
    total: bool = False
    checks: tuple[Check, ...] = ()
    doubtful: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        """The name in the user's language: as printed in Chinese, and where the line is not known."""
        known = term(self.canonical or plain_name(self.name))
        return self.name if known == (self.canonical or plain_name(self.name)) else known

    def value(self, period: str) -> Decimal | None:
        """The figure in yuan, None where nothing is printed."""
        cell = self.cells.get(period)
        return None if cell is None else cell.value

    def change(self, period: str) -> Decimal | None:
        """Growth on the year before (a fraction), None where it has no sense."""
        now, before = self.value(period), self.value(year_before(period))
        return None if now is None or before is None else growth(before, now)

    @property
    def blank(self) -> bool:
        """Whether a line carries no figure in any period, and is no heading."""
        return not self.caption and all(cell.value is None for cell in self.cells.values())

    @property
    def fails(self) -> bool:
        """Whether a check about this line fails."""
        return any(not check.ok for check in self.checks)


@dataclass(frozen=True, slots=True)
class StatementTable:
    """``periods`` newest first; ``bases`` are what lines are measured against; ``places`` finds a cell by its words."""

    company: str
    scope: Scope
    kind: StatementKind
    periods: tuple[str, ...]
    rows: tuple[StatementRow, ...]
    bases: Mapping[str, Decimal]
    checks: tuple[Check, ...]
    places: Mapping[Citation, tuple[int, str]]

    def share(self, row: StatementRow, period: str) -> Decimal | None:
        """A line as a fraction of its base."""
        value, base = row.value(period), self.bases.get(period)
        return None if value is None or not base or row.caption else value / base

    @property
    def unmapped(self) -> int:
        """Lines with a figure that no canonical name is known for."""
        return sum(row.canonical is None and not row.caption and not row.blank for row in self.rows)


def tables_of(statements: Sequence[Statement], checks: Sequence[Check]) -> dict[tuple[str, Scope, str], StatementTable]:
    """Every company's statements, each scope and kind a table; companies with the most figures first."""
    counted: Counter[str] = Counter()
    for statement in statements:
        counted[statement.company] += len(statement.items)
    companies = [name for name, _ in counted.most_common() if name] or [""]
    scopes: tuple[Scope, ...] = ("consolidated", "parent")
    found: dict[tuple[str, Scope, str], StatementTable] = {}
    for number, company in enumerate(companies):
        own = [s for s in statements if s.company == company or (not number and not s.company)]
        for scope in scopes:
            book = Book(own, scope, company)
            for kind in KINDS:
                table = _table(book, kind, checks)
                if table is not None:
                    found[company, scope, kind] = table
    return found


def _table(book: Book, kind: StatementKind, checks: Sequence[Check]) -> StatementTable | None:
    statements = book.statements(kind)
    if not statements:
        return None
    order, cells = _aligned(statements)
    places = {item.citation: (n, year) for n, key in enumerate(order) for year, item in cells[key].items()}
    mine = tuple(
        check for check in checks if check.scope == book.scope and any(cited in places for cited in check.citations)
    )
    about, doubtful = _marked(mine, places)
    rows = tuple(
        _row(kind, cells[key], tuple(about.get(n, ())), frozenset(doubtful.get(n, ()))) for n, key in enumerate(order)
    )
    bases = {}
    for statement in statements:
        base = book.find(base_of(kind), statement.year)
        if base is not None and base[1].value:
            bases[statement.year] = base[1].value
    return StatementTable(book.company, book.scope, kind, tuple(s.year for s in statements), rows, bases, mine, places)


def _aligned(statements: Sequence[Statement]) -> tuple[list[_Key], dict[_Key, dict[str, LineItem]]]:
    """Lines in the order of the newest paper; a line only an older one prints stands where it stood there."""
    order: list[_Key] = []
    cells: dict[_Key, dict[str, LineItem]] = {}
    for statement in statements:
        seen: Counter[str] = Counter()
        at = -1
        for item in statement.items:
            name = item.canonical or f"·{plain_name(item.name)}"
            key = (name, seen[name])
            seen[name] += 1
            if key in cells:
                at = order.index(key)
            else:
                at += 1
                order.insert(at, key)
                cells[key] = {}
            cells[key][statement.year] = item
    return order, cells


def _marked(
    checks: Sequence[Check], places: Mapping[Citation, tuple[int, str]]
) -> tuple[dict[int, list[Check]], dict[int, set[str]]]:
    """The checks about each row (a check is about the first figure it cites), and where figures are in doubt."""
    about: dict[int, list[Check]] = {}
    doubtful: dict[int, set[str]] = {}
    for check in checks:
        first = next((places[c] for c in check.citations if c in places), None)
        if first is not None:
            about.setdefault(first[0], []).append(check)
        for cited in () if check.ok else check.citations:
            if cited in places:
                row, period = places[cited]
                doubtful.setdefault(row, set()).add(period)
    return about, doubtful


def _row(
    kind: StatementKind, cells: Mapping[str, LineItem], checks: tuple[Check, ...], doubtful: frozenset[str]
) -> StatementRow:
    first = next(iter(cells.values()))
    return StatementRow(
        first.name.strip(),
        first.canonical,
        cells,
        first.part,
        all(item.caption for item in cells.values()),
        is_total(kind, first.canonical),
        checks,
        doubtful,
    )
