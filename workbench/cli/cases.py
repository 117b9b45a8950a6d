"""``case`` and ``add``: cases and what lies in them."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.output import (
    DONE,
    REFUSED,
    WRONG_USE,
    as_json,
    complain,
    jsonl,
    line,
    progress_job,
    show_json,
    table,
)
from workbench.cli.session import Session, existing
from workbench.errors import EngineError, LibraryError
from workbench.i18n import tr

if TYPE_CHECKING:
    from workbench.models.library import AddResult
    from workbench.models.library.following import Synced


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    case = commands.add_parser("case", parents=[shared], help=tr("cli.help.case"))
    actions = case.add_subparsers(dest="action", required=True, metavar="new|list|delete|follow|sync|reindex")
    new = actions.add_parser("new", parents=[shared], help=tr("cli.help.case_new"))
    new.add_argument("name")
    new.set_defaults(run=_new)
    actions.add_parser("list", parents=[shared], help=tr("cli.help.case_list")).set_defaults(run=_list)
    delete = actions.add_parser("delete", parents=[shared], help=tr("cli.help.case_delete"))
    delete.add_argument("name")
    delete.set_defaults(run=_delete)
    again = actions.add_parser("reindex", parents=[shared], help=tr("cli.help.case_reindex"))
    again.set_defaults(run=_reindex)
    follow = actions.add_parser("follow", parents=[shared], help=tr("cli.help.case_follow"))
    follow.add_argument("case")
    follow.add_argument("folder", nargs="?", metavar="DIR")
    follow.add_argument("--stop", action="store_true", help=tr("cli.help.stop_following"))
    follow.set_defaults(run=_follow)
    sync = actions.add_parser("sync", parents=[shared], help=tr("cli.help.case_sync"))
    sync.add_argument("case")
    sync.add_argument("--emptied", action="store_true", help=tr("cli.help.emptied"))
    sync.set_defaults(run=_sync)
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


def _follow(session: Session) -> int:
    """Begin or end following; without a folder, say which is followed."""
    from workbench.models.library import folders

    options, library = session.options, session.services().library
    case = case_id(session, create=bool(options.folder))
    if options.stop:
        folders.stop_following(library, case)
    elif options.folder:
        folders.follow(library, case, existing(Path(options.folder)))
    state = folders.followed(library, case)
    folder = str(state.folder) if state else None
    if session.json:
        show_json({"case": case, "folder": folder, "checked": state.checked if state else ""})
    else:
        line(folder or tr("cli.follows_nothing"))
    return DONE


def _sync(session: Session) -> int:
    """Take over what happened in the followed folder; a line for each thing, then the vectors."""
    from workbench.models.library.following import sync

    services = session.services()
    case = case_id(session)
    job = progress_job(quiet=session.quiet)
    result = sync(services.library, services.importer, case, job, emptied=session.options.emptied)
    if result is None:
        complain(tr("cli.follows_nothing"))
        return WRONG_USE
    for happened in _happened(result):
        line(as_json(happened)) if session.json else line("  ".join(happened.values()))
    if result.held_back:
        complain(tr("cli.folder_empty", count=result.held_back))
    if result.changes:
        _embed(session, case)
    return REFUSED if result.refused or result.held_back or result.unread else DONE


def _happened(result: "Synced") -> Iterator[dict[str, str]]:
    difference = result.difference
    for kind, files in (("new", difference.new), ("deleted", difference.deleted)):
        yield from ({"status": kind, "path": seen.path} for seen in files)
    yield from ({"status": "changed", "path": now.path} for _, now in difference.changed)
    for kind, pairs in (("renamed", difference.renamed), ("moved", difference.moved)):
        yield from ({"status": kind, "path": now.path, "from": was.path} for was, now in pairs)
    yield from ({"status": "unread", "path": path} for path in result.unread)


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
    services.keep_house(job)
