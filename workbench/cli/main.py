"""Options, commands, exit codes."""

import argparse
import sys
from pathlib import Path

from workbench import __version__
from workbench.cli import asking, cases, demo, doctor, models, writing
from workbench.cli.output import CANCELLED, UNAVAILABLE, WRONG_USE, complain, show_json
from workbench.cli.session import Session
from workbench.errors import Cancelled, EngineError, LibraryError, ScenarioError, VaultError, WorkbenchError
from workbench.i18n import set_language, system_language, tr


def _shared(*, top: bool) -> argparse.ArgumentParser:
    """Options that may stand before or after the command."""
    default = None if top else argparse.SUPPRESS
    flag = False if top else argparse.SUPPRESS
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--home", type=Path, default=default, metavar="DIR", help=tr("cli.help.home"))
    parser.add_argument("--models", type=Path, default=default, metavar="DIR", help=tr("cli.help.models"))
    parser.add_argument("--lang", choices=("zh", "en"), default=default, help=tr("cli.help.lang"))
    parser.add_argument("--json", action="store_true", default=flag, help=tr("cli.help.json"))
    parser.add_argument("--quiet", action="store_true", default=flag, help=tr("cli.help.quiet"))
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inkstone", description=tr("cli.about"), parents=[_shared(top=True)])
    parser.add_argument("--version", action="version", version=f"Inkstone {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    shared = _shared(top=False)
    for room in (cases, asking, writing, models, demo, doctor):
        room.declare(commands, shared)
    return parser


def _wanted_language(arguments: list[str]) -> str:
    """The language for help and usage, before options are parsed."""
    for at, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in {"zh", "en"}:
            return value
    return system_language()


def _code_of(error: WorkbenchError) -> int:
    unavailable = (EngineError, LibraryError, VaultError)
    return UNAVAILABLE if isinstance(error, unavailable) else WRONG_USE if isinstance(error, ScenarioError) else 1


def _tell(error: WorkbenchError, *, as_json: bool) -> int:
    if as_json:
        show_json({"error": error.to_json()})
    complain(f"✗ {error.message}")
    if error.hint:
        complain(f"→ {error.hint}")
    return _code_of(error)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; without one, the desktop. Returns the exit code of the contract."""
    given = sys.argv[1:] if arguments is None else arguments
    set_language(_wanted_language(given))
    options = _parser().parse_args(given)
    if options.command is None:
        from workbench.desktop import main as desktop

        return desktop(options.home, options.models, options.lang)
    session = Session(options)
    try:
        return int(options.run(session))
    except WorkbenchError as error:
        return _tell(error, as_json=session.json)
    except FileNotFoundError as error:
        complain(f"✗ {tr('cli.no_file', path=error.filename or error)}")
        return WRONG_USE
    except (Cancelled, KeyboardInterrupt):
        complain(tr("cli.cancelled"))
        return CANCELLED
    except BrokenPipeError:
        return 1
    finally:
        session.close()
