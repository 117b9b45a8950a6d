"""The options every command has."""

import argparse
from pathlib import Path

from workbench.i18n import tr


def shared_options(*, top: bool) -> argparse.ArgumentParser:
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
