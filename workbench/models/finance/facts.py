"""Named values of a case: what a draft may say in figures, each with its proof."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from workbench.models.documents.document import Document
from workbench.models.evidence.claim import Status
from workbench.models.finance.book import Book, books_of
from workbench.models.finance.check import Check
from workbench.models.finance.checks import checks_of
from workbench.models.finance.conflicts import Conflict, conflicts_of, papers_of_others
from workbench.models.finance.display import display
from workbench.models.finance.fact import Fact
from workbench.models.finance.mentions import Mention, mentions_of
from workbench.models.finance.notes import Note, Opinion, notes_of, opinions_of
from workbench.models.finance.ratios import Ratio, ratios_of
from workbench.models.finance.statement import Scope, Statement
from workbench.models.finance.statements import statements_of

PARENT_MARK = "(母公司)"


@dataclass(frozen=True, slots=True)
class Finances:
    """All that code knows of the figures of a case."""

    statements: tuple[Statement, ...]
    ratios: tuple[Ratio, ...]
    checks: tuple[Check, ...]
    conflicts: tuple[Conflict, ...]
    facts: Mapping[str, Fact]
    company: str = ""
    notes: tuple[Note, ...] = ()
    opinions: tuple[Opinion, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's ``finance`` object, with the conflicts."""
        return {
            "company": self.company,
            "statements": [s.to_json() for s in self.statements],
            "ratios": [r.to_json() for r in self.ratios],
            "checks": [c.to_json() for c in self.checks],
            "conflicts": [c.to_json() for c in self.conflicts],
        }


def finances_of(documents: Iterable[tuple[str, Document]]) -> Finances:
    """Statements, ratios, checks, conflicts and facts of documents given with their ids."""
    given = tuple(documents)
    statements = statements_of(given)
    mentions = mentions_of(given)
    notes = notes_of(given)
    ratios = ratios_of(statements, all_scopes=True, notes=notes)
    conflicts = conflicts_of(statements, mentions)
    books = books_of(statements)
    company = books[0].company if books else ""
    others = papers_of_others(statements, company)
    own = [m for m in mentions if m.citation.document not in others]
    facts = _facts(books, ratios, own, conflicts)
    checks = checks_of(statements)
    return Finances(statements, ratios, checks, conflicts, facts, company, notes, opinions_of(given))


def case_facts(documents: Iterable[tuple[str, Document]]) -> dict[str, Fact]:
    """The named values of a case by key: ``资产总计@2023``, ``流动比率@2023``, ``申请金额``."""
    return dict(finances_of(documents).facts)


def key_of(label: str, period: str, scope: Scope = "consolidated", *, only: bool = False) -> str:
    """The key of a value; ``only``: the company prints no consolidated statements, so its own need no mark."""
    mark = PARENT_MARK if scope == "parent" and not only else ""
    return f"{label}{mark}@{period}" if period else f"{label}{mark}"


def _facts(
    books: Sequence[Book], ratios: Sequence[Ratio], mentions: Sequence[Mention], conflicts: Sequence[Conflict]
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    alone = len(books) == 1
    for book in books:
        for fact in _of_book(book, alone=alone):
            facts.setdefault(fact.key, fact)
    for ratio in ratios:
        key = key_of(ratio.name, ratio.period, ratio.scope, only=alone)
        facts.setdefault(key, _of_ratio(key, ratio))
    latest = books[0].years[-1] if books else ""
    for mention in mentions:
        period = (mention.period or latest) if mention.unit == "元" and (mention.line or "（" in mention.label) else ""
        key = key_of(mention.label, period)
        facts.setdefault(key, _of_mention(key, period, mention))
    for conflict in conflicts:
        _mark(facts, conflict)
    return facts


def _of_book(book: Book, *, alone: bool) -> Iterator[Fact]:
    """The known lines of a book, the latest year first."""
    for year in reversed(book.years):
        for _, item in book.lines(year):
            if item.canonical is not None:
                unit = "元/股" if "每股" in item.canonical else "元"
                key = key_of(item.canonical, year, book.scope, only=alone)
                words = display(item.value, unit)
                yield Fact(key, item.canonical, year, item.value, unit, words, Status.TRACED, (item.citation,))


def _of_ratio(key: str, ratio: Ratio) -> Fact:
    claim = ratio.claim()
    return Fact(
        key,
        ratio.name,
        ratio.period,
        ratio.value,
        ratio.unit,
        display(ratio.value, ratio.unit),
        claim.status,
        ratio.inputs,
        claim.computation,
        ratio.note,
    )


def _of_mention(key: str, period: str, mention: Mention) -> Fact:
    words = display(mention.value, mention.unit) if mention.unit == "元" else _counted(mention.value, mention.unit)
    return Fact(key, mention.label, period, mention.value, mention.unit, words, Status.TRACED, (mention.citation,))


def _counted(value: Decimal, unit: str) -> str:
    whole = value.to_integral_value()
    return f"{whole if whole == value else value:,}{unit}"


def _mark(facts: dict[str, Fact], conflict: Conflict) -> None:
    for key in (key_of(conflict.label, conflict.period), key_of(conflict.label, "")):
        fact = facts.get(key)
        if fact is not None:
            cited = tuple(dict.fromkeys(s.citation for s in conflict.stated))
            facts[key] = replace(fact, status=Status.CONFLICT, citations=cited, note=conflict.message)
            return
