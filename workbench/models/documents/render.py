"""Pictures of PDF pages for the viewer, and of the places anchors name."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw

from workbench.models.documents.document import PageSize
from workbench.models.documents.pdfium import PDFIUM, opened
from workbench.models.documents.refusals import damaged, too_large
from workbench.models.evidence import Anchor, Box, PageSpan

_MAX_PIXELS = 60_000_000
_MAX_SIDE = 1_000_000


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


def crop_picture(
    original: bytes, anchor: Anchor, scale: float = 3.0, *, margin: float = 2.0, password: str | None = None
) -> Picture:
    """What stands at an anchor: its pieces one below the other on white, at ``72 * scale`` dpi.

    Boxes side by side on one line are one piece, with ``margin`` points of white around it instead of
    its neighbours. Raises ValueError for an anchor without pages, else as :func:`page_picture`.
    """
    pieces = [(span.page, box) for span in anchor.spans if isinstance(span, PageSpan) for box in _pieces(span.boxes)]
    if not pieces:
        raise ValueError(anchor.kind)
    with PDFIUM, opened(original, password) as pdf:
        return _stacked([_crop(pdf, page, box, scale) for page, box in pieces], round(margin * scale))


def _crop(pdf: Any, page: int, box: Box, scale: float) -> Picture:
    if not 1 <= page <= len(pdf):
        raise damaged(f"no page {page}")
    try:
        sheet = pdf[page - 1]
    except pypdfium2.PdfiumError as error:
        raise damaged(str(error)) from error
    try:
        return _drawn(sheet, scale, box)
    finally:
        sheet.close()


def _pieces(boxes: Sequence[Box]) -> list[Box]:
    """Boxes that follow one another on a line (or, turned, in a column of single characters) made one."""
    pieces: list[Box] = []
    for x0, y0, x1, y1 in boxes:
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if pieces and (_beside(pieces[-1], box) or _below(pieces[-1], box)):
            last = pieces[-1]
            pieces[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            pieces.append(box)
    return pieces


def _beside(one: Box, other: Box) -> bool:
    high = min(one[3] - one[1], other[3] - other[1])
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    return overlap > 0.6 * high and -high < other[0] - one[2] < 2 * high


def _below(one: Box, other: Box) -> bool:
    wide, high = other[2] - other[0], other[3] - other[1]
    overlap = min(one[2], other[2]) - max(one[0], other[0])
    near = min(abs(other[1] - one[3]), abs(one[1] - other[3])) < wide
    return high <= 1.5 * wide and one[2] - one[0] <= 1.3 * wide and overlap > 0.6 * wide and near


def _stacked(parts: list[Picture], margin: int) -> Picture:
    """Pictures one below the other, with so many white pixels between and around them."""
    width = max(p.width for p in parts) + 2 * margin
    height = sum(p.height + margin for p in parts) + margin
    if width * height > _MAX_PIXELS:
        raise too_large("picture", f"{_MAX_PIXELS:,}")
    white = b"\xff" * (4 * width * margin)
    rows = [white]
    for part in parts:
        before, after = white[: 4 * margin], b"\xff" * (4 * (width - part.width - margin))
        line = 4 * part.width
        rows += [before + part.rgba[at : at + line] + after for at in range(0, len(part.rgba), line)]
        rows.append(white)
    return Picture(width, height, b"".join(rows))


def _drawn(sheet: pypdfium2.PdfPage, scale: float, part: Box | None = None) -> Picture:
    """The page or a part of it, cut to the page."""
    wide, high = sheet.get_size()
    x0, y0, x1, y1 = part or (0.0, 0.0, wide, high)
    x0, y0, x1, y1 = max(0.0, min(x0, wide)), max(0.0, min(y0, high)), min(x1, wide), min(y1, high)
    width, height = max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))
    if width * height > _MAX_PIXELS or max(wide, high) * scale > _MAX_SIDE:
        raise too_large("picture", f"{_MAX_PIXELS:,}")
    buffer = (ctypes.c_ubyte * (width * height * 4))()
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGRA, buffer, width * 4)
    if not bitmap:
        raise damaged("no bitmap")
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
        page = (-round(x0 * scale), -round(y0 * scale), max(1, round(wide * scale)), max(1, round(high * scale)))
        raw.FPDF_RenderPageBitmap(bitmap, sheet.raw, *page, 0, flags)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Picture(width, height, bytes(buffer))
