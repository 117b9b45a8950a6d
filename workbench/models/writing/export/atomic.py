"""Files written whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path

from workbench.errors import DiskFull, WorkbenchError
from workbench.i18n import tr


class ExportError(WorkbenchError):
    """A report could not be written where it was asked."""

    kind = "export"


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step; what was there stays until then.

    Raises ExportError when the file is open elsewhere or may not be written, DiskFull when there is
    no room.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise _told(error, path) from error


def _told(error: OSError, path: Path) -> WorkbenchError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(tr("writing.export.full", file=path.name), tr("writing.export.full.hint"), str(error))
    if isinstance(error, PermissionError):
        return ExportError(tr("writing.export.locked", file=path.name), tr("writing.export.locked.hint"), str(error))
    return ExportError(tr("writing.export.failed", file=path.name), tr("writing.export.failed.hint"), str(error))
