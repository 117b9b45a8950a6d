"""Pictures of PDF pages for the viewer."""

import ctypes
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from workbench.models.documents.document import PageSize
from workbench.models.documents.pdfium import PDFIUM, opened
from workbench.models.documents.refusals import damaged, too_large

_MAX_PIXELS = 60_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """``rgba``: four bytes a pixel, rows from the top, no padding."""

    width: int
    height: int
    rgba: bytes


def page_picture(original: bytes, page: int, scale: float, *, password: str | None = None) -> Picture:
    """Page ``page`` (from 1) as shown, at ``72 * scale`` dpi, on white. Safe from any thread.

    Raises DamagedDocument, EncryptedDocument, or DocumentTooLarge for a picture over 60 megapixels.
    """
    with PDFIUM, opened(original, password) as pdf:
        if not 1 <= page <= len(pdf):
            raise damaged(f"no page {page}")
        try:
            sheet = pdf[page - 1]
        except pypdfium2.PdfiumError as error:
            raise damaged(str(error)) from error
        try:
            return _drawn(sheet, scale)
        finally:
            sheet.close()


def page_sizes(original: bytes, *, password: str | None = None) -> tuple[PageSize, ...]:
    """Sizes of all pages as shown, in points."""
    with PDFIUM, opened(original, password) as pdf:
        return tuple(PageSize(*pdf.get_page_size(number)) for number in range(len(pdf)))


def _drawn(sheet: pypdfium2.PdfPage, scale: float) -> Picture:
    width, height = (max(1, round(side * scale)) for side in sheet.get_size())
    if width * height > _MAX_PIXELS:
        raise too_large("picture", f"{_MAX_PIXELS // 1_000_000} MP")
    buffer = (ctypes.c_ubyte * (width * height * 4))()
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGRA, buffer, width * 4)
    if not bitmap:
        raise damaged("no bitmap")
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
        raw.FPDF_RenderPageBitmap(bitmap, sheet.raw, 0, 0, width, height, 0, flags)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Picture(width, height, bytes(buffer))
