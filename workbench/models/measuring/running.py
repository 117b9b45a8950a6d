"""Asking a suite: each question is searched and asked, what came is scored and kept at once.

A run that was stopped goes on with the questions it had not asked, if suite and contestant are the same.
"""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from workbench.errors import WorkbenchError
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Answer, Outcome
from workbench.models.evidence import Citation
from workbench.models.library import Library
from workbench.models.measuring import scoring
from workbench.models.measuring.casting import Contestant, Stable, cast
from workbench.models.measuring.keeping import Keeping, Measurement, advanced
from workbench.models.measuring.record import PARTS, Record, summed
from workbench.models.measuring.suite import Part, Question, Suite
from workbench.models.measuring.workplace import ImporterOf, Workplace, own_importer, workplace
from workbench.models.retrieval import Hit

_HITS = 20
_SHOWN = 5
_ASKED = frozenset(Part) - {Part.RETRIEVAL}


@dataclass(frozen=True, slots=True)
class Told:
    """After each question: how far it is, and the question's record."""

    measurement: Measurement
    record: Record


def measure(
    suite: Suite,
    who: Contestant,
    stable: Stable,
    keeping: Keeping,
    job: JobContext,
    *,
    arbiter: ComputeArbiter,
    library: Library | None = None,
    parts: Collection[Part] = frozenset(Part),
    tell: Callable[[Told], None] = lambda _told: None,
    importer: ImporterOf = own_importer,
) -> Measurement:
    """Ask every question of ``suite`` that was not asked before; returns the finished measurement.

    What was done is kept whatever happens then. Raises SuiteError, EngineError kinds, Cancelled.
    """
    standing = resumed(suite, who, keeping, parts) or _begun(suite, who, parts)
    records = keeping.records(standing.id)
    left = [question for question in suite.questions if question.id not in records]
    if left:
        with (
            cast(stable, who) as engine,
            workplace(suite, engine, job, library=library, arbiter=arbiter, importer=importer) as place,
        ):
            engine.ready()
            for question in left:
                job.check()
                job.progress(len(records), len(suite.questions), question.text)
                record = _seen(place, question, parts, job)
                records[question.id] = record
                standing = advanced(standing, len(records), summed(list(records.values())))
                keeping.keep(standing, record)
                tell(Told(standing, record))
    keeping.keep(standing)
    job.progress(len(suite.questions), len(suite.questions), "")
    return standing


def resumed(
    suite: Suite, who: Contestant, keeping: Keeping, parts: Collection[Part] = frozenset(Part)
) -> Measurement | None:
    """The unfinished measurement that a run would go on with, the newest."""
    alike = [
        m
        for m in keeping.measurements()
        if not m.over
        and (m.digest, m.parts) == (suite.digest, _named(parts))
        and (m.chat, m.embedding, m.wording) == who.key
    ]
    return alike[-1] if alike else None


def before(measurement: Measurement, all_: Sequence[Measurement]) -> Measurement | None:
    """The finished measurement of the same suite and contestant made last before this one."""
    earlier = [m for m in all_ if m.key == measurement.key and m.over and m.at < measurement.at]
    return max(earlier, key=lambda m: m.at) if earlier else None


def changed(now: dict[str, Record], then: dict[str, Record]) -> dict[str, bool]:
    """Questions that went otherwise than before: true where they turned right, false where wrong."""
    return {
        key: bool(record.right)
        for key, record in now.items()
        if key in then and None not in (record.right, then[key].right) and record.right != then[key].right
    }


def _named(parts: Collection[Part]) -> str:
    return " ".join(part.value for part in Part if part in parts)


def _begun(suite: Suite, who: Contestant, parts: Collection[Part]) -> Measurement:
    return Measurement(
        id=secrets.token_hex(6),
        suite=suite.id,
        title=suite.title,
        digest=suite.digest,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        chat=who.chat,
        embedding=who.embedding,
        wording=who.wording,
        chat_name=who.chat_name,
        embedding_name=who.embedding_name,
        parts=_named(parts),
        total=len(suite.questions),
    )


def _seen(place: Workplace, question: Question, parts: Collection[Part], job: JobContext) -> Record:
    expected = "\n".join(question.answers or question.quotes)
    figures: dict[str, float] = {}
    found: tuple[str, ...] = ()
    answer: Answer | None = None
    error = ""
    try:
        if Part.RETRIEVAL in parts and question.sought:
            hits = place.retriever.passages(place.case, question.text, k=_HITS, job=job)
            found = tuple(dict.fromkeys(hit.document.title or hit.document.name for hit in hits))[:_SHOWN]
            figures |= _of_search(question, hits, place)
        if _ASKED & set(parts):
            answer = place.asker.ask(place.case, question.text, job)
            figures |= _of_answer(question, answer, place)
    except WorkbenchError as fault:
        error = fault.message
        figures |= _of_failure(question)
    wanted = {name for part in parts for name in PARTS[part]}
    return Record(
        question=question.id,
        asked=question.text,
        expected=expected,
        said=answer.text if answer else "",
        status=answer.status.value if answer else "",
        found=found,
        quotes=_quotes(answer, place) if answer else (),
        figures={name: round(value, 4) for name, value in figures.items() if name in wanted},
        error=error,
    )


def _of_search(question: Question, hits: Sequence[Hit], place: Workplace) -> dict[str, float]:
    names = [place.names(hit.document.id) for hit in hits]
    wanted = set(question.documents)
    if question.quotes:
        right = [not wanted or bool(wanted & known) for known in names]
        found = [
            {n for n, quote in enumerate(question.quotes) if good and scoring.holds(hit.text, quote)}
            for hit, good in zip(hits, right, strict=True)
        ]
        passages = [(hit.text, good) for hit, good in zip(hits, right, strict=True)]
        covered = {f"within{n}": scoring.within(passages, question.quotes, n) for n in scoring.BUDGETS}
        golds = len(question.quotes)
    else:
        found = [{n for n, name in enumerate(question.documents) if name in known} for known in names]
        covered, golds = {}, len(question.documents)
    hit1, ndcg = scoring.grade(found, golds)
    return {"hit1": hit1, "ndcg10": ndcg, **covered}


def _of_answer(question: Question, answer: Answer, place: Workplace) -> dict[str, float]:
    declined = answer.status is Outcome.NOT_FOUND
    figures = {
        name: getattr(answer, name)
        for name in ("ms_evidence", "ms_first_token", "ms_total")
        if getattr(answer, name) > 0
    }
    if not question.answerable:
        return {**figures, "declined": float(declined)}
    figures["answered"] = float(not declined)
    if question.answers:
        best = max(scoring.overlap(gold, answer.text) for gold in question.answers)
        figures["f1"] = 0.0 if declined else best
    if question.status:
        figures["status"] = float(answer.status.value == question.status)
    cited = _cited(answer)
    if cited:
        good = [scoring.squeeze(c.quote) in place.text(c.document) for c in cited]
        figures["verbatim"] = sum(good) / len(good)
        if question.documents:
            right = [bool(place.names(c.document) & set(question.documents)) for c in cited]
            figures["right_document"] = sum(right) / len(right)
    return figures


def _of_failure(question: Question) -> dict[str, float]:
    """A question that could not be asked counts against whoever was asked."""
    return {"answered": 0.0} if question.answerable else {"declined": 0.0}


def _cited(answer: Answer) -> list[Citation]:
    return [citation for claim in answer.sentences for citation in claim.citations]


def _quotes(answer: Answer, place: Workplace) -> tuple[dict[str, object], ...]:
    told = {}
    for citation in _cited(answer):
        document = place.library.document(citation.document)
        good = scoring.squeeze(citation.quote) in place.text(citation.document)
        name = document.title or document.name
        told[name, citation.quote] = {"document": name, "quote": citation.quote, "verbatim": good}
    return tuple(told.values())
