"""Faults of the stores, told as the errors of the workbench."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2 as sqlcipher

from workbench.errors import DiskFull, LibraryCorrupt
from workbench.i18n import tr

_FULL_NUMBERS = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FULL_WORDS = ("disk is full", "no space left", "storagefull", "os error 28", "not enough space", "quota exceeded")
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
def storage_faults() -> Iterator[None]:
    """Say a full disk as DiskFull and a broken store as LibraryCorrupt; other faults pass."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, sqlcipher.Error) as error:
        if is_disk_full(error):
            raise disk_full(error) from error
        if isinstance(error, sqlcipher.DatabaseError) and any(w in str(error).lower() for w in _BROKEN_WORDS):
            raise LibraryCorrupt(tr("library.corrupt"), tr("library.corrupt_hint"), repr(error)) from error
        raise
