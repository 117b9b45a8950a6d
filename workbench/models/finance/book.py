"""All statements of a case side by side: the figure of a line, a period and a scope."""

from collections import Counter
from collections.abc import Iterable, Sequence

from workbench.models.finance.accounts import StatementKind
from workbench.models.finance.notes import Note
from workbench.models.finance.statement import LineItem, Scope, Statement

OF_A_BANK = ("吸收存款", "利息净收入", "现金及存放中央银行款项", "存放同业款项")
"""Lines only banks print; two of them make a bank."""


def main_company(statements: Iterable[Statement]) -> str:
    """The company most figures of the case are about."""
    counted: Counter[str] = Counter()
    for statement in statements:
        counted[statement.company] += sum(i.value is not None for i in statement.items)
    named = [company for company, _ in counted.most_common() if company]
    return named[0] if named else ""


def year_before(year: str) -> str:
    """The period one year earlier."""
    return f"{int(year[:4]) - 1}{year[4:]}"


class Book:
    """Figures of one company in one scope.

    A statement that names no company is taken for the company's own. A period's figure is taken from the
    report of that period before a later report's comparative column. ``notes`` are the figures outside the
    statements (depreciation, guarantees, a bank's bad loans), asked for by the same names.
    """

    def __init__(
        self, statements: Sequence[Statement], scope: Scope, company: str | None = None, notes: Sequence[Note] = ()
    ) -> None:
        self.company = main_company(statements) if company is None else company
        self.scope = scope
        own = [s for s in statements if s.scope == scope and s.company in (self.company, "")]
        self._own = sorted(own, key=lambda s: s.comparative)
        self.years = tuple(sorted({s.year for s in own}))
        papers = {s.document for s in own}
        others = {s.document for s in statements} - papers
        self._notes: dict[tuple[str, str], Note] = {}
        for note in sorted(notes, key=lambda n: n.citation.document not in papers):
            if note.citation.document not in others:
                self._notes.setdefault((note.name, note.period), note)
        self.is_bank = sum(any(s.item(name) for s in own) for name in OF_A_BANK) > 1

    @property
    def latest(self) -> str:
        """The latest whole year, else the latest period; empty for an empty book."""
        whole = (year for year in reversed(self.years) if len(year) == len("2024"))
        return next(whole, self.years[-1] if self.years else "")

    def find(self, canonical: str, year: str) -> tuple[Statement, LineItem] | None:
        """The line with a figure, else None."""
        for statement in self._own:
            if statement.year == year:
                item = statement.item(canonical)
                if item is not None and item.value is not None:
                    return statement, item
        return None

    def figure(self, name: str, year: str) -> LineItem | None:
        """A line of the statements, else a note of that name, as a line."""
        found = self.find(name, year)
        if found is not None:
            return found[1]
        note = self._notes.get((name, year))
        return None if note is None else _as_line(note)

    def figure_before(self, name: str, year: str) -> LineItem | None:
        """The same one period earlier."""
        found = self.before(name, year)
        if found is not None:
            return found[1]
        note = self._notes.get((name, year_before(year)))
        return None if note is None else _as_line(note)

    def statements(self, kind: StatementKind) -> tuple[Statement, ...]:
        """The statement of a kind for each period, newest first; a period's own before a comparative column."""
        found: dict[str, Statement] = {}
        for statement in self._own:
            if statement.kind == kind:
                found.setdefault(statement.year, statement)
        return tuple(found[year] for year in sorted(found, reverse=True))

    def notes(self) -> tuple[Note, ...]:
        """The figures outside the statements."""
        return tuple(self._notes.values())

    def before(self, canonical: str, year: str) -> tuple[Statement, LineItem] | None:
        """The line one period earlier: a balance's opening, or the flows of the same months of last year."""
        found = self.find(canonical, year_before(year))
        if found is None and len(year) > 4:
            opening = self.find(canonical, year_before(year)[:4])
            return opening if opening and opening[0].kind == "balance" else None
        return found

    def lines(self, year: str) -> tuple[tuple[Statement, LineItem], ...]:
        """Every known line with a figure, once, in the order printed."""
        seen: dict[str, tuple[Statement, LineItem]] = {}
        for statement in self._own:
            if statement.year == year:
                for item in statement.items:
                    if item.canonical and item.value is not None:
                        seen.setdefault(item.canonical, (statement, item))
        return tuple(seen.values())


def _as_line(note: Note) -> LineItem:
    return LineItem(note.name, note.name, note.value, note.citation.anchor, note.citation, note.quantum)


def books_of(statements: Sequence[Statement], notes: Sequence[Note] = ()) -> tuple[Book, ...]:
    """The main company's books, consolidated before its own; empty ones left out."""
    scopes: tuple[Scope, ...] = ("consolidated", "parent")
    return tuple(book for scope in scopes if (book := Book(statements, scope, notes=notes)).years)
