"""Faults of the stores, told as the errors of the workbench."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from workbench.errors import DiskFull, LibraryCorrupt
from workbench.i18n import tr

_FULL_NUMBERS = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FULL_WORDS = ("disk is full", "no space left", "storagefull", "os error 28", "not enough space", "quota exceeded")
_WRITE_WORDS = ("disk i/o error", "unable to open database file")
_NO_ROOM_BYTES = 256 * 1024
_BROKEN_WORDS = ("malformed", "not a database", "disk i/o error")


def is_disk_full(error: BaseException) -> bool:
    """Whether a store failed for want of room; lancedb says it in words only."""
    if isinstance(error, OSError) and error.errno in _FULL_NUMBERS:
        return True
    said = str(error).lower()
    return any(words in said for words in _FULL_WORDS)


def disk_full(error: BaseException) -> DiskFull:
    """The error the user sees when there is no room left."""
    return DiskFull(tr("library.disk_full"), tr("library.disk_full_hint"), repr(error))


@contextmanager
def storage_faults(place: Path | None = None) -> Iterator[None]:
    """Say a full disk as DiskFull and a broken store as LibraryCorrupt; other faults pass.

    With ``place``, a folder on the disk in question, a failed write is told apart by the room left:
    SQLite calls it an I/O error when its shared memory finds none.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError, sqlcipher.Error) as error:
        if is_disk_full(error) or (place and _failed_to_write(error) and _has_no_room(place)):
            raise disk_full(error) from error
        if isinstance(error, sqlcipher.DatabaseError) and any(w in str(error).lower() for w in _BROKEN_WORDS):
            raise LibraryCorrupt(tr("library.corrupt"), tr("library.corrupt_hint"), repr(error)) from error
        raise


def _failed_to_write(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, sqlcipher.Error) and any(words in said for words in _WRITE_WORDS)


def _has_no_room(place: Path) -> bool:
    try:
        return shutil.disk_usage(place).free < _NO_ROOM_BYTES
    except OSError:
        return False
