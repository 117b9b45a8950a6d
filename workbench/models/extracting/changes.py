"""What changed since the last report: statement lines and fields of two documents of one company, both cited."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from workbench.i18n import term, tr
from workbench.jobs import JobContext
from workbench.models.evidence import Citation, Claim, Computation, Status
from workbench.models.evidence.labels import same_organisation, year_of
from workbench.models.evidence.numbers import find_numbers
from workbench.models.extracting.cell import Cell
from workbench.models.extracting.field import Field, FieldSet, field_set
from workbench.models.extracting.places import Paper
from workbench.models.extracting.reading import read_cell
from workbench.models.extracting.values import plain_decimal, same_value
from workbench.models.finance.book import books_of
from workbench.models.finance.display import said
from workbench.models.finance.statements import statements_of

_TELLING = Decimal("0.005")
"""Changes of a line by less than half a per cent are left out."""


@dataclass(frozen=True, slots=True)
class Change:
    """``name`` was ``before`` in the older document and is ``after`` in the newer; ``share`` of the older, or None."""

    name: str
    before: str
    after: str
    share: Decimal | None
    claim: Claim


class Incomparable(ValueError):
    """The two documents are of different companies, or of one period."""


def changes_between(one: Paper, other: Paper, job: JobContext, *, fields: FieldSet | None = None) -> tuple[Change, ...]:
    """Changes from the older to the newer document, the largest first; fields after the lines of the statements.

    The statements say which is the older; of papers without them the days they are dated, else ``other`` is.
    ``fields`` are compared beside the company's profile. Raises Incomparable, Cancelled.
    """
    if one.company and other.company and not same_organisation(one.company, other.company):
        raise Incomparable(tr("extracting.other_company", one=one.company, other=other.company))
    books = []
    for paper in (one, other):
        job.check()
        found = books_of(statements_of(((paper.id, paper.document),)))
        books.append(found[0] if found else None)
    years = [book.years[-1] if book and book.years else _day(p) for book, p in zip(books, (one, other), strict=True)]
    if all(books) and years[0] == years[1]:
        raise Incomparable(tr("extracting.same_period", period=years[0]))
    if years[0] >= years[1]:
        one, other, books, years = other, one, books[::-1], years[::-1]
    lines = []
    if books[0] and books[1]:
        before = {i.canonical: i for _, i in books[0].lines(years[0])}
        for _, item in books[1].lines(years[1]):
            earlier = before.get(item.canonical)
            if earlier is None or earlier.value is None or item.value is None or item.canonical is None:
                continue
            unit = "元/股" if "每股" in item.canonical else "元"
            pair = (earlier.value, item.value)
            if change := _of_figures(term(item.canonical), pair, unit, (earlier.citation, item.citation)):
                lines.append(change)
    lines.sort(key=lambda c: -abs(c.share or Decimal(10**6)))
    known = {field.title: field for field in (*field_set("company_profile").fields, *(fields.fields if fields else ()))}
    return (*lines, *_of_fields(one, other, tuple(known.values()), job))


def _day(paper: Paper) -> str:
    """The day, month or year a paper is dated at its beginning, the newest told: ``20250801``; empty for none."""
    dates = (str(n.value) for n in find_numbers(paper.beginning) if n.kind == "date" and year_of(n))
    return max(dates, default="")


def _of_figures(name: str, pair: tuple[Decimal, Decimal], unit: str, cited: tuple[Citation, Citation]) -> Change | None:
    before, after = pair
    share = (after - before) / abs(before) if before else None
    if share is not None and abs(share) < _TELLING:
        return None
    shown = (said(before, unit), said(after, unit))
    words = tr("extracting.changed", name=name, before=shown[0], after=shown[1], share=_percent(share))
    formula = f"({plain_decimal(after)} − {plain_decimal(before)}) ÷ |{plain_decimal(before)}| = {_percent(share)}"
    made = Computation(formula if before else f"{plain_decimal(after)} − 0", cited)
    return Change(name, shown[0], shown[1], share, Claim(words, Status.COMPUTED, cited, made))


def _percent(share: Decimal | None) -> str:
    return "—" if share is None else f"{share * 100:+.2f}%"


def _of_fields(one: Paper, other: Paper, fields: Sequence[Field], job: JobContext) -> Sequence[Change]:
    found = []
    for field in fields:
        job.check()
        before, after = read_cell(one, field), read_cell(other, field)
        if before.confident and after.confident and not same_value(field, before.value, after.value):
            found.append(_of_cells(field, before, after))
    return found


def _of_cells(field: Field, before: Cell, after: Cell) -> Change:
    cited = (before.citations[0], after.citations[0])
    share = None
    if field.type in ("amount", "percent") and Decimal(before.value):
        share = (Decimal(after.value) - Decimal(before.value)) / abs(Decimal(before.value))
    moved = _percent(share)
    if field.type == "percent":
        points = Decimal(after.value) - Decimal(before.value)
        moved = tr("extracting.changed_points", points=f"{points:+.2f}")
    key = "extracting.changed_to" if share is None else "extracting.changed"
    words = tr(key, name=field.title, before=before.shown, after=after.shown, share=moved)
    return Change(field.title, before.shown, after.shown, share, Claim(words, Status.TRACED, cited))
