"""``case`` and ``add``: cases and what lies in them."""

import argparse
from typing import TYPE_CHECKING, Any

from workbench.cli.output import DONE, REFUSED, as_json, complain, jsonl, line, progress_job, show_json, table
from workbench.cli.session import Session
from workbench.errors import EngineError, LibraryError
from workbench.i18n import tr

if TYPE_CHECKING:
    from workbench.models.library import AddResult


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    case = commands.add_parser("case", parents=[shared], help=tr("cli.help.case"))
    actions = case.add_subparsers(dest="action", required=True, metavar="new|list|delete|reindex")
    new = actions.add_parser("new", parents=[shared], help=tr("cli.help.case_new"))
    new.add_argument("name")
    new.set_defaults(run=_new)
    actions.add_parser("list", parents=[shared], help=tr("cli.help.case_list")).set_defaults(run=_list)
    delete = actions.add_parser("delete", parents=[shared], help=tr("cli.help.case_delete"))
    delete.add_argument("name")
    delete.set_defaults(run=_delete)
    again = actions.add_parser("reindex", parents=[shared], help=tr("cli.help.case_reindex"))
    again.set_defaults(run=_reindex)
    add = commands.add_parser("add", parents=[shared], help=tr("cli.help.add"))
    add.add_argument("case")
    add.add_argument("paths", nargs="+", metavar="PATH")
    add.add_argument("--password", metavar="P", help=tr("cli.help.password"))
    add.add_argument("--no-wait", action="store_true", help=tr("cli.help.no_wait"))
    add.add_argument("--out", metavar="o.jsonl", help=tr("cli.help.out"))
    add.set_defaults(run=_add)


def _new(session: Session) -> int:
    case = session.services().library.create_case(session.options.name)
    show_json({"id": case.id, "name": case.name}) if session.json else line(f"{case.id}  {case.name}")
    return DONE


def _list(session: Session) -> int:
    found = session.services().library.cases()
    if session.json:
        show_json([{"id": c.id, "name": c.name, "created": c.created, "documents": c.documents} for c in found])
    else:
        table((c.id, c.name, c.documents, c.created[:10]) for c in found)
    return DONE


def _delete(session: Session) -> int:
    library = session.services().library
    library.delete_case(library.case(session.options.name).id)
    return DONE


def _reindex(session: Session) -> int:
    session.services().library.rebuild_index(progress_job(quiet=session.quiet))
    return DONE


def case_id(session: Session, *, create: bool = False) -> str:
    """The case named on the command line; made where it is allowed and missing."""
    library = session.services().library
    name = session.options.case
    try:
        return library.case(name).id
    except LibraryError:
        if not create:
            raise
    return library.create_case(name).id


def _add(session: Session) -> int:
    from pathlib import Path

    options, services = session.options, session.services()
    case = case_id(session, create=True)
    job = progress_job(quiet=session.quiet)
    refused = False
    held = []
    with jsonl(Path(options.out) if options.out else None) as out:

        def tell(result: "AddResult") -> None:
            out.write(as_json(result.to_json()) + "\n")
            out.flush()

        paths = [Path(p) for p in options.paths]
        for result in services.importer.add(case, paths, job, password=options.password):
            refused = refused or result.status == "rejected"
            # What pages of pictures say is known, and told, after all words that can be read at once.
            if options.no_wait or not services.importer.is_waiting(result):
                tell(result)
            else:
                held.append(result)
        try:
            if not options.no_wait:
                _recognise(session, case)
        finally:
            for result in held:
                tell(services.importer.settled(result))
    if not options.no_wait:
        _embed(session, case)
    return REFUSED if refused else DONE


def _recognise(session: Session, case: str) -> None:
    """The words of pages that are pictures; without models for it they stay as they are, and that is said."""
    try:
        session.services().importer.recognise_pending(progress_job(quiet=session.quiet), case)
    except EngineError as error:
        complain(f"! {error.message}\n→ {error.hint}")


def _embed(session: Session, case: str) -> None:
    """Vectors behind the words; without a model for them the files are in all the same, and that is said."""
    services, job = session.services(), progress_job(quiet=session.quiet)
    try:
        services.importer.embed_pending(job, case)
    except EngineError as error:
        complain(f"! {error.message}\n→ {error.hint}")
    services.library.keep_house(job)
