"""``write`` and ``finance``."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.cases import case_id
from workbench.cli.output import DONE, as_json, jsonl, line, progress_job, read_jsonl, show_json, table
from workbench.cli.session import Session
from workbench.errors import WorkbenchError
from workbench.i18n import term, tr

if TYPE_CHECKING:
    from workbench.models.finance.review import Review


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    write = commands.add_parser("write", parents=[shared], help=tr("cli.help.write"))
    write.add_argument("case")
    write.add_argument("--scenario", required=True, metavar="ID")
    write.add_argument("--out", type=Path, required=True, metavar="r.docx")
    write.add_argument("--workbook", type=Path, metavar="r.xlsx")
    write.set_defaults(run=_write)
    finance = commands.add_parser("finance", parents=[shared], help=tr("cli.help.finance"))
    finance.add_argument("case", help=tr("cli.help.finance_case"))
    finance.add_argument("--cases", type=Path, metavar="c.jsonl", help=tr("cli.help.finance_cases"))
    finance.add_argument("--out", type=Path, metavar="FILE")
    finance.set_defaults(run=_finance)


def _write(session: Session) -> int:
    from workbench.models.scenarios import load_scenario, search_path
    from workbench.models.writing.export.word import write_word
    from workbench.models.writing.export.workbook import write_workbook

    options, case, services = session.options, case_id(session), session.services()
    job = progress_job(quiet=session.quiet)
    report = services.writer.draft(case, load_scenario(options.scenario, search_path(session.places.home)), job)
    write_word(report, options.out)
    made = [options.out, options.out.with_suffix(".evidence.json")]
    if options.workbook:
        write_workbook(report, options.workbook)
        made.append(options.workbook)
    counts: dict[str, int] = {}
    for entry in report.evidence():
        counts[entry["status"]] = counts.get(entry["status"], 0) + 1
    if session.json:
        show_json({"files": [str(p) for p in made], "sentences": counts})
    else:
        for path in made:
            line(str(path))
        line("  ".join(f"{tr('status.' + status)} {count}" for status, count in sorted(counts.items())))
    return DONE


def finance_of(session: Session, case: str) -> dict[str, Any]:
    """The contract's ``{statements, ratios, checks}`` of a case, with signals, flows and credit reports."""
    return _reviewed(session, case).to_json()


def _reviewed(session: Session, case: str) -> "Review":
    from workbench.models.finance.review import review_of

    library = session.services().library
    readable = [d for d in library.documents(case) if d.state != "rejected"]
    return review_of([(d.id, library.content(d.id)) for d in readable])


def _finance_book(session: Session, case: str, path: Path) -> None:
    from workbench.models.writing.export.workbook_finance import write_finance_workbook

    review = _reviewed(session, case)
    names = {d.id: d.name for d in session.services().library.documents(case)}
    write_finance_workbook(review.finances, path, documents=names, signals=review.signals)


def _ratios(session: Session) -> int:
    from workbench.models.finance import case_values

    options = session.options
    with jsonl(options.out) as out:
        for value in case_values(read_jsonl(options.cases)):
            out.write(as_json(value) + "\n")
    return DONE


def _finance(session: Session) -> int:
    options = session.options
    if options.case == "ratios" and options.cases:
        return _ratios(session)
    if options.out and options.out.suffix.lower() == ".xlsx":
        _finance_book(session, case_id(session), options.out)
        return DONE
    shape = finance_of(session, case_id(session))
    if options.out:
        if options.out.suffix.lower() != ".json":
            raise WorkbenchError(tr("cli.finance_json_only"), tr("cli.finance_json_only_hint"))
        options.out.write_text(json.dumps(shape, ensure_ascii=False, indent=1), encoding="utf-8")
        return DONE
    if session.json:
        show_json(shape)
        return DONE
    table((term(r["name"]), r["period"], r["value"] or "—", r["formula"]) for r in shape["ratios"])
    line()
    table(("✓" if c["ok"] else "✗", c["name"], c["expected"], c["found"]) for c in shape["checks"])
    line()
    table((tr(f"finance.level.{s['level']}"), s["name"], s["explanation"]) for s in shape["signals"])
    return DONE
