"""One process at a time has a library open.

The lock is the system's own on ``home/lock`` and dies with its process, so a crash leaves nothing
to clear away. The file also says which process holds it, for the message.
"""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from workbench.errors import LibraryLocked
from workbench.i18n import tr

_held: set[Path] = set()
_held_lock = threading.Lock()


class HomeLock:
    """Holds the library folder from construction to :meth:`release`. Raises LibraryLocked."""

    def __init__(self, home: Path) -> None:
        self._home = home.resolve()
        with _held_lock:
            # A record lock never refuses its own process, and closing a second handle would drop it.
            if self._home in _held:
                raise _locked(str(os.getpid()))
            self._descriptor = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _take(self._descriptor)
            except OSError as error:
                holder = os.pread(self._descriptor, 32, 1).decode("ascii", "replace") if os.name == "posix" else ""
                os.close(self._descriptor)
                raise _locked(holder.strip()) from error
            _held.add(self._home)
        # Who holds it is for the message only: a full disk must not keep the library shut.
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, f" {os.getpid()}\n".encode())

    def release(self) -> None:
        """Let others open the library; more than once is fine."""
        with _held_lock:
            if self._home in _held:
                _held.discard(self._home)
                os.close(self._descriptor)


def _locked(holder: str) -> LibraryLocked:
    return LibraryLocked(tr("library.locked"), tr("library.locked_hint"), f"process {holder}")


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
