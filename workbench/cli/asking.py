"""``search`` and ``ask``."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.cases import case_id
from workbench.cli.output import DONE, as_json, jsonl, line, progress_job, read_jsonl, show_json
from workbench.cli.session import Session
from workbench.i18n import tr
from workbench.jobs import JobContext

if TYPE_CHECKING:
    from workbench.models.asking import Answer
    from workbench.models.retrieval import Filters, Hit


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    search = commands.add_parser("search", parents=[shared], help=tr("cli.help.search"))
    search.add_argument("case")
    search.add_argument("query", nargs="?")
    search.add_argument("-k", type=int, default=10, help=tr("cli.help.k"))
    _declare_filters(search)
    search.add_argument("--queries", type=Path, metavar="q.jsonl")
    search.add_argument("--out", type=Path, metavar="o.jsonl")
    search.set_defaults(run=_search, usage=search)
    ask = commands.add_parser("ask", parents=[shared], help=tr("cli.help.ask"))
    ask.add_argument("case")
    ask.add_argument("question", nargs="?")
    _declare_filters(ask)
    ask.add_argument("--questions", type=Path, metavar="q.jsonl")
    ask.add_argument("--out", type=Path, metavar="o.jsonl")
    ask.set_defaults(run=_ask, usage=ask)


def _declare_filters(command: argparse.ArgumentParser) -> None:
    several: dict[str, Any] = {"action": "append", "default": []}
    command.add_argument("--also", **several, metavar="CASE", help=tr("retrieval.help.also"))
    command.add_argument("--all-cases", action="store_true", help=tr("retrieval.help.all_cases"))
    command.add_argument("--document", **several, help=tr("retrieval.help.document"))
    command.add_argument("--format", **several, help=tr("retrieval.help.format"))
    command.add_argument("--company", **several, help=tr("retrieval.help.company"))
    command.add_argument("--since", default="", metavar="DATE", help=tr("retrieval.help.since"))
    command.add_argument("--until", default="", metavar="DATE", help=tr("retrieval.help.until"))
    command.add_argument("--on", default="", metavar="DATE", help=tr("retrieval.help.on"))
    force = command.add_mutually_exclusive_group()
    force.add_argument(
        "--in-force", dest="in_force", action="store_true", default=None, help=tr("retrieval.help.in_force")
    )
    force.add_argument("--repealed", dest="in_force", action="store_false", help=tr("retrieval.help.repealed"))


def _hit(hit: "Hit") -> dict[str, Any]:
    return {**hit.to_json(), "document": _outer_id(hit), "score": round(hit.score, 6)}


def _filters(session: Session, case: str) -> "Filters":
    """What the options keep to, and the further cases they look in. Raises LibraryError for an unknown one."""
    from workbench.models.retrieval import Filters

    options, library = session.options, session.services().library
    also = library.cases() if options.all_cases else [library.case(name) for name in options.also]
    return Filters(
        cases=tuple(dict.fromkeys(other.id for other in also if other.id != case)),
        documents=tuple(options.document),
        formats=tuple(options.format),
        companies=tuple(options.company),
        since=options.since,
        until=options.until,
        in_force=options.in_force,
        on=options.on,
    )


def _outer_id(hit: "Hit") -> str:
    """A record of a ``.jsonl`` keeps the id it came with."""
    return hit.document.properties.get("id") or hit.document.id


def _search(session: Session) -> int:
    options, case, retriever = session.options, case_id(session), session.services().retriever
    filters = _filters(session, case)
    if options.queries is None:
        if options.query is None:
            options.usage.error(tr("cli.query_needed"))
        hits = retriever.passages(case, options.query, k=options.k, filters=filters)
        if session.json:
            show_json([_hit(h) for h in hits])
        else:
            for number, hit in enumerate(hits, 1):
                line(f"{number:2}. {hit.score:.4f}  {hit.document.title}\n    {hit.text[:200]}")
        return DONE
    with jsonl(options.out) as out:
        for query in read_jsonl(options.queries):
            begun = time.monotonic()
            hits = retriever.passages(case, query["question"], k=options.k, filters=filters)
            ms = round((time.monotonic() - begun) * 1000, 1)
            out.write(as_json({"id": query["id"], "hits": [_hit(h) for h in hits], "ms": ms}) + "\n")
    return DONE


def _ask(session: Session) -> int:
    options, case, services = session.options, case_id(session), session.services()
    filters = _filters(session, case)
    if options.questions is None:
        if options.question is None:
            options.usage.error(tr("cli.question_needed"))
        answer = services.asker.ask(case, options.question, JobContext(), filters=filters)
        show_json(_outer(session, answer)) if session.json else _tell(session, answer)
        return DONE
    questions = read_jsonl(options.questions)
    job = progress_job(quiet=session.quiet)
    with jsonl(options.out) as out:
        for done, question in enumerate(questions):
            job.progress(done, len(questions), str(question["question"])[:40])
            asked, choices = question["question"], question.get("choices")
            answer = services.asker.ask(case, asked, JobContext(), choices=choices, filters=filters)
            out.write(as_json({"id": question["id"], **_outer(session, answer)}) + "\n")
            out.flush()
    return DONE


def _outer(session: Session, answer: "Answer") -> dict[str, Any]:
    """The contract's shape, records of a ``.jsonl`` under the id they came with."""
    library = session.services().library
    shape = answer.to_json()
    for sentence in shape["sentences"]:
        for citation in sentence["citations"]:
            citation["document"] = library.document(citation["document"]).properties.get("id") or citation["document"]
    return shape


def _tell(session: Session, answer: "Answer") -> None:
    line(answer.answer)
    if answer.note:
        line(answer.note)
    library = session.services().library
    for claim in answer.sentences:
        line(f"\n{claim.status.mark} {claim.text}")
        for citation in claim.citations:
            page = citation.anchor.page
            where = library.document(citation.document).title + (tr("cli.page", page=page) if page else "")
            line(f"   「{citation.quote}」 {where}")
        if claim.computation:
            line(f"   ∑ {claim.computation.formula}")
