"""A picture from the clipboard becomes a document, by way of a file that lies in memory where it can."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QImage

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.library_pane.tree import PASTED

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 a folder of our own is made in it


def picture_of(clipboard: QClipboard) -> QImage | None:
    """The picture on the clipboard, or None."""
    picture = clipboard.image()
    return None if picture.isNull() else picture


def paths_of(data: QMimeData | None) -> list[Path]:
    """The files copied in the file manager."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data is not None else []


@contextmanager
def as_file(picture: QImage) -> Iterator[Path]:
    """The picture as a PNG file named after now; gone afterwards. Work for a job."""
    place = str(_IN_MEMORY) if _IN_MEMORY.is_dir() else None
    name = datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
    with tempfile.TemporaryDirectory(prefix=PASTED, dir=place) as folder:
        path = Path(folder) / f"{tr('library_pane.screenshot', time=name)}.png"
        if not picture.save(str(path)):
            raise WorkbenchError(tr("library_pane.not_pasted"), tr("library_pane.not_pasted_hint"))
        yield path
