"""Figures a question asks for, read or computed by code from the financial statements.

A model neither reads columns nor divides reliably; a line of a statement or a declared ratio of a
year is answered without it, with the formula shown.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from threading import Lock

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.asking.answer import Answer, Outcome
from workbench.models.asking.calculations import Task, asked_task, calculated
from workbench.models.asking.cells import Cell, Sought, find_cell
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.known import KnownFigures, Series
from workbench.models.asking.narrowing import ALIKE, PARENT, longest_shared, narrowing
from workbench.models.asking.points import Wanted, wanted
from workbench.models.asking.prompts import Prompts
from workbench.models.asking.rivals import side_by_side
from workbench.models.asking.run import Run
from workbench.models.asking.wording import pattern, wording
from workbench.models.documents.company import company_of
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.evidence.labels import organisations
from workbench.models.finance import Finances, display, finances_of, ratio_rules
from workbench.models.finance.accounts import printed_names
from workbench.models.finance.doubts import answered_by_code
from workbench.models.finance.statement import Scope
from workbench.models.library import Library

_TURNOVER = "营业收入"
_REMEMBERED = 8
_MOST_PAPERS = 40
"""Documents looked through for the years of a figure; of more only those the evidence is from."""
_NAMED = 3
_BY_COMPUTING = 0.8
_GENERIC = pattern("figures", "generic")
_SAID: dict[str, str] = wording()["figures"]["said"]
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """An asked figure with what proves it; ``conflict`` where documents of the case disagree."""

    claim: Claim
    conflict: bool = False
    note: str = ""


class Figures:
    """Statement lines and ratios of a case, computed once for each set of documents."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: OrderedDict[tuple[tuple[str, int], ...], Finances] = OrderedDict()
        self._companies: dict[tuple[str, int], str] = {}
        self._lock = Lock()

    def asked(self, run: Run, documents: Sequence[str]) -> tuple[Figure, ...]:
        """The figures a question names, all of them or none; ``documents`` are those its evidence is from.

        Growth, sums, shares and the like are computed from them.
        """
        names = asked_names(run.inquiry.question)
        if not names:
            return ()
        return self._rivals(run, names) or self._of_one(run, documents, names)

    def _of_one(self, run: Run, documents: Sequence[str], names: Sequence[str]) -> tuple[Figure, ...]:
        """The figures of the one company a question is about."""
        inquiry, prompts, within = run.inquiry, run.prompts, run.within
        task = asked_task(inquiry.question, names, sorted(inquiry.years)) if prompts.calculations else None
        if task is None and not inquiry.wants_amount:
            return ()
        papers = self._papers(run.cases, documents, within) if task else documents
        about = [d for d in self._about(run.cases, inquiry, papers, run.job) if within is None or d in within]
        finances = self._finances(about, run.job) if about else None
        if finances is None or len({s.company for s in finances.statements if s.company}) != 1:
            return ()
        scope = self._scope(inquiry.question, about)
        if scope is None:
            return ()
        known = KnownFigures(finances, scope, Series(self._library, about))
        if task is not None:
            return _calculated(known, task, prompts)
        # Without a year the latest is meant, and told.
        years = sorted(inquiry.years) or known.years(names)[-1:]
        found = [figure for year in years for name in names if (figure := _figure(known, name, str(year), prompts))]
        return tuple(found) if len(found) == len(names) * len(years) else ()

    def _rivals(self, run: Run, names: Sequence[str]) -> tuple[Figure, ...]:
        """One line of several companies of the cases, each by the name the question gives it; none of a part of it."""
        question, years = run.inquiry.question, run.inquiry.years
        if len(names) != 1 or len(years) > 1:
            return ()
        named = self._named_companies(run)
        called = [name for papers in named.values() for name in self._called(papers)]
        lines = (printed for printed, _ in _lines_in(question))
        if len(named) < 2 or narrowing(question, lines, [*called, *organisations(question)]):
            return ()
        known = {
            c: KnownFigures(self._finances(p, run.job), "consolidated", Series(self._library, p))
            for c, p in named.items()
        }
        there = [set(figures.years(names)) for figures in known.values()]
        year = next(iter(years), max(set.intersection(*there), default=None))
        told = [
            (c, f) for c, figures in known.items() if (f := figures.fact(names[0], str(year))) and f.value is not None
        ]
        if len(told) < len(known):
            return ()
        return tuple(Figure(c, c.status is Status.CONFLICT) for c in side_by_side(question, told, run.prompts))

    def _named_companies(self, run: Run) -> dict[str, list[str]]:
        """The papers of every company a question names, by its name there; empty for large cases."""
        words = _GENERIC.sub(" ", run.inquiry.question)
        found: dict[str, list[str]] = {}
        of: dict[str, str] = {}
        every = [d for case in run.cases for d in self._library.documents(case) if d.state != "rejected"]
        for stored in every if len(every) <= _MOST_PAPERS else ():
            run.job.check()
            company = self._company(stored.id)
            called = (company, stored.name, stored.title)
            shared = max((longest_shared(words, _GENERIC.sub(" ", name)) for name in called), key=len)
            if not company or len(shared) < ALIKE or (run.within is not None and stored.id not in run.within):
                continue
            name = of.setdefault(company, shared)
            found.setdefault(name, []).append(stored.id)
        return found if len(found) == len(of) else {}

    def _scope(self, question: str, documents: Sequence[str]) -> Scope | None:
        """Whose statements are asked for; None where a part of a line is, which no statement tells."""
        lines = (printed for printed, _ in _lines_in(question))
        beside = narrowing(question, lines, [*self._called(documents), *organisations(question)])
        if not beside:
            return "consolidated"
        return "parent" if beside == PARENT else None

    def _called(self, documents: Sequence[str]) -> list[str]:
        """Names a company goes by: its own, and the titles and files of its papers."""
        called = [self._company(d) for d in documents]
        for stored in map(self._library.document, documents):
            called += [_GENERIC.sub(" ", stored.name), _GENERIC.sub(" ", stored.title)]
        return called

    def cell(self, run: Run, documents: Sequence[str]) -> Cell | None:
        """The one cell of a table a question asks for, of the company it is about; ``documents`` as for figures."""
        inquiry, kind = run.inquiry, wanted(run.inquiry)
        if run.prompts.points is None or kind not in (Wanted.NUMBER, Wanted.SHARE) or len(inquiry.subjects) > 1:
            return None
        about = self._about(run.cases, inquiry, documents, run.job)
        # A company without papers of its own, such as a subsidiary, is a row of another's.
        others = not about and bool(inquiry.subjects)
        papers = [d for d in dict.fromkeys(documents if others else about) if run.within is None or d in run.within]
        if not papers:
            return None
        dated = (f.period for f in self._finances(papers, run.job).facts.values())
        latest = max((int(period) for period in dated if period.isdigit() and len(period) == 4), default=None)
        called = self._called(papers) if others else [*self._called(papers), *inquiry.subjects]
        lines = tuple(printed for printed, _ in _lines_in(inquiry.question))
        sought = Sought(inquiry.question, lines, tuple(called), inquiry.years, latest, kind is Wanted.SHARE)
        return find_cell(self._library, papers, sought)

    def of_documents(self, documents: Sequence[str], job: JobContext) -> Finances:
        """All figures of some documents of a case. Raises LibraryError, Cancelled."""
        return self._finances(documents, job)

    def named_papers(self, run: Run) -> tuple[str, ...] | None:
        """The papers that may tell of the companies a question calls in short: theirs, and those of none; None for all.

        Where a full name stands in the question, sentence and paper are held against it word by word.
        """
        named = {} if run.inquiry.subjects else self._named_companies(run)
        if not named:
            return None
        theirs = {d for papers in named.values() for d in papers}
        every = [d.id for case in run.cases for d in self._library.documents(case)]
        return tuple(d for d in every if d in theirs or not self._company(d))

    def _company(self, document: str) -> str:
        """Whom a document is about: as it was told at import, for reading a long paper again takes its time."""
        stored = self._library.document(document)
        key = (document, stored.generation)
        if key not in self._companies:
            told = stored.properties.get("company")
            self._companies[key] = told or company_of(self._library.content(document))
        return self._companies[key]

    def _papers(self, cases: Sequence[str], documents: Sequence[str], within: frozenset[str] | None) -> Sequence[str]:
        """All sound documents of small cases: the years of a figure stand in several reports."""
        every = [d.id for case in cases for d in self._library.documents(case) if d.state != "rejected"]
        kept = [d for d in every if within is None or d in within]
        return kept if len(kept) <= _MOST_PAPERS else documents

    def _about(self, cases: Sequence[str], inquiry: Inquiry, documents: Sequence[str], job: JobContext) -> list[str]:
        """Documents of the one company the question is about, all where it names none; none where unsure.

        A company is named by a stretch of three characters of its name, or of a title or file name of
        its documents (四方科技 for 四方科技集团股份有限公司).
        """
        words = _GENERIC.sub(" ", inquiry.question)
        named = {
            d.id: len(longest_shared(words, _GENERIC.sub(" ", f"{d.name} {d.title}")))
            for case in cases
            for d in self._library.documents(case)
        }
        wanted = set(documents) | {document for document, shared in named.items() if shared >= _NAMED}
        companies: dict[str, str] = {}
        for document in sorted(wanted):
            job.check()
            companies[document] = self._company(document)
            named[document] = max(
                named.get(document, 0), len(longest_shared(words, _GENERIC.sub(" ", companies[document])))
            )
        most = max((named[document] for document in companies), default=0)
        if most >= _NAMED:
            chosen = {companies[document] for document in companies if named[document] == most}
        elif inquiry.subjects:
            return []
        else:
            return list(companies)
        return [d for d, company in companies.items() if company in chosen | {""}] if len(chosen) == 1 else []

    def _finances(self, documents: Sequence[str], job: JobContext) -> Finances:
        stored = [self._library.document(document) for document in sorted(set(documents))]
        key = tuple((document.id, document.generation) for document in stored)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        contents = []
        for document in stored:
            job.check()
            contents.append((document.id, self._library.content(document.id)))
        finances = finances_of(contents)
        with self._lock:
            self._known[key] = finances
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return finances


def computed_choice(run: Run, choices: Mapping[str, str]) -> Answer | None:
    """The choice code computes or judges from data the question itself holds, its computation shown; else None.

    Nothing is cited: the figures are the asker's own.
    """
    chosen = answered_by_code(run.inquiry.question, choices)
    if chosen is None:
        return None
    text = f"{chosen.letter}. {choices[chosen.letter]}"
    claim = Claim(text, Status.COMPUTED, (), Computation(chosen.formula, ()))
    answer = Answer(run.inquiry.question, Outcome.ANSWERED, text, _BY_COMPUTING, (claim,))
    return replace(answer, choice=chosen.letter, origin="code", note=chosen.formula, ms_total=run.ms)


def asked_names(question: str) -> tuple[str, ...]:
    """Ratios and statement lines a question names, longest first; a part of a longer name does not count."""
    return tuple(dict.fromkeys(name for _, name in _lines_in(question)))


def _lines_in(question: str) -> list[tuple[str, str]]:
    """The names of figures in a question as it prints them, each with the line or ratio it means."""
    known = _called()
    found: dict[int, str] = {}
    rest = question
    for printed in known:
        at = rest.find(printed)
        if at >= 0:
            found[at] = printed
            rest = rest[:at] + "\0" * len(printed) + rest[at + len(printed) :]
    return [(found[at], known[found[at]]) for at in sorted(found)]


@cache
def _called() -> dict[str, str]:
    """Lines and ratios by every name they go by, the longest first."""
    lines = printed_names()
    shares = {f"{line}率": f"{line}率" for line in lines if line.endswith(("费用", "成本"))}
    known = {**_SAID, **lines, **shares, **{rule.name: rule.name for rule in ratio_rules()}}
    return {said: known[said] for said in sorted(known, key=len, reverse=True) if len(said) >= _SHORTEST}


def _calculated(known: KnownFigures, task: Task, prompts: Prompts) -> tuple[Figure, ...]:
    words = prompts.calculations
    if words is None:
        return ()
    years = known.years(task.names)
    claims = calculated(task, known.fact, years, words)
    held = sorted({year for year in years if any(str(year) in claim.text for claim in claims)})
    few = bool(claims) and len(held) < task.count
    note = tr("asking.few_years", years=tr("finance.between").join(str(year) for year in held)) if few else ""
    return tuple(Figure(claim, claim.status is Status.CONFLICT, note) for claim in claims)


def _figure(known: KnownFigures, name: str, year: str, prompts: Prompts) -> Figure | None:
    fact = known.fact(name, year)
    if fact is None and name.endswith("率"):
        return _share_of_turnover(known, name, year, prompts)
    if fact is None or fact.value is None or not fact.citations:
        return None
    shown = f"{fact.value:,}{fact.unit}" if fact.unit.startswith("元") else fact.display
    text = prompts.figure.format(year=year, name=name, value=shown)
    return Figure(Claim(text, fact.status, fact.citations, fact.computation), fact.status is Status.CONFLICT, fact.note)


def _share_of_turnover(known: KnownFigures, name: str, year: str, prompts: Prompts) -> Figure | None:
    """管理费用率 and the like: the line divided by 营业收入, in per cent."""
    part = known.fact(name.removesuffix("率"), year)
    whole = known.fact(_TURNOVER, year)
    if not part or not whole or part.value is None or not whole.value:
        return None
    value = display(part.value / whole.value * Decimal(100), "%")
    formula = f"{name} = {part.label} {part.value:,} ÷ {whole.label} {whole.value:,} = {value}"
    cited = tuple(dict.fromkeys(part.citations + whole.citations))
    text = prompts.figure.format(year=year, name=name, value=value)
    return Figure(Claim(text, Status.COMPUTED, cited, Computation(formula, cited)))
