"""``models``: the registry of the machine's models; needs no library."""

import argparse
from pathlib import Path
from typing import Any

from workbench.cli.output import DONE, line, progress_job, show_json, table
from workbench.cli.session import Session
from workbench.i18n import tr
from workbench.inference.api import Role


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    models = commands.add_parser("models", parents=[shared], help=tr("cli.help.models_command"))
    actions = models.add_subparsers(dest="action", required=True, metavar="list|import|verify|role|promote|rollback")
    actions.add_parser("list", parents=[shared], help=tr("cli.help.models_list")).set_defaults(run=_list)
    bring = actions.add_parser("import", parents=[shared], help=tr("cli.help.models_import"))
    bring.add_argument("file", type=Path)
    bring.add_argument("--role", choices=[r.value for r in Role], help=tr("cli.help.models_role"))
    bring.set_defaults(run=_import)
    for name, run in (("verify", _verify), ("promote", _promote)):
        action = actions.add_parser(name, parents=[shared], help=tr(f"cli.help.models_{name}"))
        action.add_argument("model")
        action.set_defaults(run=run)
    role = actions.add_parser("role", parents=[shared], help=tr("cli.help.models_set_role"))
    role.add_argument("model")
    role.add_argument("role", choices=[r.value for r in Role])
    role.set_defaults(run=_role)
    back = actions.add_parser("rollback", parents=[shared], help=tr("cli.help.models_rollback"))
    back.add_argument("role", choices=[r.value for r in Role])
    back.set_defaults(run=_rollback)


def _list(session: Session) -> int:
    registry = session.machine().registry
    entries = registry.list()
    active = {entry.id for role in Role if (entry := registry.active(role))}
    if session.json:
        show_json([{**entry.to_json(), "active": entry.id in active} for entry in entries])
    else:
        table(("●" if e.id in active else " ", e.id, e.role.value, e.name, f"{e.size / 1e6:,.0f} MB") for e in entries)
    return DONE


def _import(session: Session) -> int:
    options = session.options
    role = Role(options.role) if options.role else None
    entry = session.machine().registry.import_file(options.file, role, progress_job(quiet=session.quiet))
    show_json(entry.to_json()) if session.json else line(f"{entry.id}  {entry.role.value}  {entry.name}")
    return DONE


def _verify(session: Session) -> int:
    entry = session.machine().registry.verify(session.options.model, progress_job(quiet=session.quiet))
    line(f"✓ {entry.name}  {entry.sha256}")
    return DONE


def _promote(session: Session) -> int:
    session.machine().registry.promote(session.options.model)
    return _list(session)


def _role(session: Session) -> int:
    session.machine().registry.set_role(session.options.model, Role(session.options.role))
    return _list(session)


def _rollback(session: Session) -> int:
    session.machine().registry.rollback(Role(session.options.role))
    return _list(session)
