"""The way in: the desktop without a command, else the command. Commands are imported when one is given."""

import argparse
import sys

from workbench.cli.shared import shared_options
from workbench.i18n import set_language, system_language


def _wanted_language(arguments: list[str]) -> str:
    """The language for help and usage, before options are parsed."""
    for at, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in {"zh", "en"}:
            return value
    return system_language()


def _without_command(arguments: list[str]) -> argparse.Namespace | None:
    """The options where no command is given; None where the whole command line has to look at them."""
    quick = argparse.ArgumentParser(add_help=False, parents=[shared_options(top=True)], exit_on_error=False)
    try:
        options, rest = quick.parse_known_args(arguments)
    except argparse.ArgumentError:
        return None
    return None if rest else options


def main(arguments: list[str] | None = None) -> int:
    """Run a command; without one, the desktop. Returns the exit code of the contract."""
    given = sys.argv[1:] if arguments is None else arguments
    set_language(_wanted_language(given))
    options = _without_command(given)
    if options is not None:
        from workbench.desktop import main as desktop

        return desktop(options.home, options.models, options.lang)
    from workbench.cli import commands

    return commands.run(commands.parser().parse_args(given))
