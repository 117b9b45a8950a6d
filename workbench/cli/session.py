"""What a command works with: its options, the machine, and the library once it is opened."""

import argparse
import getpass
import sys
from pathlib import Path

from workbench import app, settings
from workbench.cli.output import complain
from workbench.i18n import tr


class Session:
    """One run of the command line. The library is opened on first use and closed at the end."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.places = app.places(options.home, options.models)
        self.keeper = settings.SettingsKeeper(self.places.home)
        app.choose_language(options.lang, self.keeper.now)
        self._machine: app.Machine | None = None
        self._services: app.Services | None = None

    @property
    def quiet(self) -> bool:
        """Whether to keep progress and remarks to oneself."""
        return bool(self.options.quiet)

    @property
    def json(self) -> bool:
        """Whether results are wanted as JSON."""
        return bool(self.options.json)

    def machine(self) -> app.Machine:
        """Models; needs no library."""
        if self._machine is None:
            self._machine = app.open_machine(self.places, self.keeper.now)
        return self._machine

    def services(self) -> app.Services:
        """The open library and what works on it. Raises VaultError and LibraryError kinds."""
        if self._services is None:
            opened, code = app.open_vault(self.places.home, self._ask if sys.stdin.isatty() else None)
            if code and not self.quiet:
                complain(tr("cli.recovery_code", code=code))
            self._services = app.open_services(self.machine(), opened.key, self.keeper)
        return self._services

    def close(self) -> None:
        """Close whatever was opened."""
        if self._services is not None:
            self._services.close()
        if self._machine is not None:
            self._machine.engine.close()
            if self._machine.ocr is not None:
                self._machine.ocr.close()

    def _ask(self) -> str:
        return getpass.getpass(tr("cli.passphrase", home=self.places.home))


def existing(path: Path) -> Path:
    """A file that is there; FileNotFoundError otherwise."""
    if not path.exists():
        raise FileNotFoundError(path)
    return path
