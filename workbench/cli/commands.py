"""The commands: their options, how they are run, exit codes."""

import argparse

from workbench import __version__
from workbench.cli import asking, cases, demo, doctor, evaluating, extracting, models, writing
from workbench.cli.output import CANCELLED, UNAVAILABLE, WRONG_USE, complain, show_json
from workbench.cli.session import Session
from workbench.cli.shared import shared_options
from workbench.errors import Cancelled, EngineError, LibraryError, ScenarioError, VaultError, WorkbenchError
from workbench.i18n import tr


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    made = argparse.ArgumentParser(prog="inkstone", description=tr("cli.about"), parents=[shared_options(top=True)])
    made.add_argument("--version", action="version", version=f"Inkstone {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
    shared = shared_options(top=False)
    for room in (cases, asking, extracting, writing, models, evaluating, demo, doctor):
        room.declare(commands, shared)
    return made


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


def run(options: argparse.Namespace) -> int:
    """Run the command of ``options``; the exit code of the contract."""
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
