"""Pictures put where the user says."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter


def with_ending(chosen: str, endings: Sequence[str]) -> Path:
    """The path a person gave, with the first of the endings (``.png``) where it has none of them."""
    path = Path(chosen)
    return path if path.suffix.lower() in endings else path.with_name(f"{path.name}{endings[0]}")


def write_picture(path: Path, picture: QImage | bytes) -> Path:
    """Write an image as PNG, a drawing (SVG) as it is: whole or not at all.

    Work for a job; raises ExportError, DiskFull.
    """
    from workbench.models.writing.export.atomic import write_whole  # noqa: PLC0415 loaded when first needed

    write_whole(path, picture if isinstance(picture, bytes) else _png(picture))
    return path


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())
