"""``eval``: a suite asked of installed models, as a table, JSON and a chart."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.output import DONE, REFUSED, complain, line, progress_job, show_json, table
from workbench.cli.session import Session
from workbench.i18n import tr
from workbench.inference.api import Role

if TYPE_CHECKING:
    from workbench.models.measuring import Contestant, Keeping, Measurement, Part, Suite

_PARTS = ("retrieval", "answers", "refusals", "citations", "latency")
_NONE = "none"


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command of this room."""
    measured = commands.add_parser("eval", parents=[shared], help=tr("measuring.cli.help"))
    measured.add_argument("suite", metavar="SUITE", help=tr("measuring.cli.suite"))
    measured.add_argument("--data", type=Path, metavar="DIR", help=tr("measuring.cli.data"))
    measured.add_argument("--chat", metavar="MODEL", help=tr("measuring.cli.chat"))
    measured.add_argument("--embedding", metavar="MODEL", help=tr("measuring.cli.embedding"))
    measured.add_argument("--part", action="append", choices=_PARTS, default=[], help=tr("measuring.cli.part"))
    measured.add_argument("--limit", type=int, metavar="N", help=tr("measuring.cli.limit"))
    measured.add_argument("--out", type=Path, metavar="DIR", help=tr("measuring.cli.out"))
    measured.set_defaults(run=_eval)


def _eval(session: Session) -> int:
    from workbench.inference.bench import ModelBench
    from workbench.models.measuring import InFile, Keeping, Part, Passing, bundled, measure

    options = session.options
    if options.suite == "list" and options.data is None:
        return _list(session, bundled())
    suite, parts = _wanted(options)
    machine = session.machine()
    bench = ModelBench(machine.registry, machine.arbiter, lambda: session.keeper.now.context_tokens, machine.engine)
    keeping: Keeping = InFile(options.out / "records.jsonl") if options.out else Passing()
    done = measure(
        suite,
        _who(session, parts),
        bench,
        keeping,
        progress_job(quiet=session.quiet),
        arbiter=machine.arbiter,
        parts=parts or frozenset(Part),
    )
    _note(session, done)
    if options.out:
        _write(options.out, done, keeping)
    return _tell(session, done, keeping)


def _wanted(options: argparse.Namespace) -> "tuple[Suite, frozenset[Part]]":
    from workbench.models.measuring import Part, find

    one = options.suite if options.suite in _PARTS and options.data is not None else ""
    suite = find(options.suite, options.data)
    if options.limit:
        suite = replace(suite, questions=suite.questions[: options.limit])
    return suite, frozenset(Part(name) for name in (*options.part, one) if name)


def _who(session: Session, parts: "frozenset[Part]") -> "Contestant":
    """The models asked for, else the working ones; a ranking alone needs no chat model."""
    from workbench.models.measuring import Contestant, Part

    registry = session.machine().registry

    def of(role: Role, wanted: str | None) -> tuple[str, str]:
        if wanted == _NONE:
            return "", ""
        entry = registry.get(wanted) if wanted else registry.active(role)
        return (entry.id, entry.name) if entry else ("", "")

    ranking = parts == {Part.RETRIEVAL}
    chat, chat_name = of(Role.CHAT, _NONE if ranking and not session.options.chat else session.options.chat)
    embedding, embedding_name = of(Role.EMBEDDING, session.options.embedding)
    return Contestant(chat, embedding, "", chat_name, embedding_name)


def _note(session: Session, done: "Measurement") -> None:
    """Figures, and no words, beside each model that had a part in it."""
    from workbench.models.measuring.telling import public

    for model in filter(None, (done.chat, done.embedding)):
        session.machine().registry.note_result(model, "evaluations", public(done))


def _write(folder: Path, done: "Measurement", keeping: "Keeping") -> None:
    from workbench.models.measuring.telling import svg, who
    from workbench.models.measuring.telling import table as rows

    folder.mkdir(parents=True, exist_ok=True)
    head = f"{done.title} · {who(done)} · {done.at}\n\n"
    body = "\n".join("\t".join(row) for row in rows(done))
    (folder / "table.txt").write_text(head + body + "\n", encoding="utf-8")
    told = {"measurement": done.to_json(), "records": [r.to_json() for r in keeping.records(done.id).values()]}
    (folder / "result.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    alike = [m for m in keeping.measurements() if m.over and (m.suite, m.parts) == (done.suite, done.parts)]
    (folder / "chart.svg").write_text(svg(alike), encoding="utf-8")


def _tell(session: Session, done: "Measurement", keeping: "Keeping") -> int:
    from workbench.models.measuring.telling import public, who
    from workbench.models.measuring.telling import table as rows

    failed = [record for record in keeping.records(done.id).values() if record.error]
    if session.json:
        show_json({**public(done), "failed": len(failed)})
    else:
        line(f"{done.title} · {who(done)}")
        table(rows(done))
    if failed:
        complain(f"! {tr('measuring.cli.failed', count=len(failed), reason=failed[0].error)}")
    return REFUSED if failed else DONE


def _list(session: Session, suites: "Sequence[Suite]") -> int:
    if session.json:
        show_json([{"id": s.id, "title": s.title, "about": s.about, "questions": len(s.questions)} for s in suites])
    else:
        table((s.id, len(s.questions), s.title) for s in suites)
    return DONE
