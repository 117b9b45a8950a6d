"""The finances handed in: Excel with live formulas, a chart as a picture."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from workbench.views.finance.material import Material


def export_workbook(material: Material, path: Path) -> Path:
    """Write statements, ratios, tools and signals as Excel. Work for a job."""
    from workbench.models.writing.export.workbook_finance import write_finance_workbook  # noqa: PLC0415 when needed

    review = material.review
    write_finance_workbook(review.finances, path, documents=material.names, signals=review.signals)
    return path


def export_picture(picture: QImage, path: Path) -> Path:
    """Write a picture as PNG, whole or not at all. Work for a job; raises ExportError, DiskFull."""
    from workbench.models.writing.export.atomic import write_whole  # noqa: PLC0415 when needed

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(picture)
    write_whole(path, bytes(buffer.data().data()))
    return path
