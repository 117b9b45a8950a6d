"""What is laid over a PDF page: fields of forms, free texts, stamps, notes.

Values of fields and texts of annotations that are seen become part of the page before it is read, so
that they stand among its words where they are seen. Words of notes that aren't drawn on the page (the
yellow note's text) are kept as blocks of their own, placed at the note's sign.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2

from workbench.models.documents.document import Block, BlockKind
from workbench.models.documents.pdf_page import Glyphs, Shown
from workbench.models.documents.pdf_writing import spread
from workbench.models.documents.pdfium import OpenPage, Quick, raw
from workbench.models.evidence import Box

_MAX_NOTES = 2_000
_MAX_WORDS = 100_000
_SILENT = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_WIDGET)


@dataclass(frozen=True, slots=True)
class Note:
    """An annotation's words and its box on the page as shown."""

    words: str
    box: Box


def overlaid(page: OpenPage) -> list[Note]:
    """Make all that is seen over a page part of it; its notes come back.

    The page may be opened anew. The caller holds the lock. Raises PdfiumError where that fails.
    """
    count = Quick.notes(page.address)
    if count <= 0:
        return []
    seen, notes = False, []
    shown = Shown(page.address, Quick.width(page.address), Quick.height(page.address))
    for place in range(min(count, _MAX_NOTES)):
        annotation = raw.FPDFPage_GetAnnot(page.handle, place)
        if not annotation:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            seen = seen or kind not in _SILENT[:2] or bool(raw.FPDFAnnot_HasKey(annotation, b"AP"))
            words = "" if kind in _SILENT else _words(annotation)
            if words:
                notes.append(Note(words, _box(annotation, shown)))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    if seen and raw.FPDFPage_Flatten(page.handle, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        page.reopen()
    return notes


def with_forms(pdf: Any) -> None:
    """Make the fields of an open document known, so that values without a drawn form get one.

    The caller holds the lock. PDFium goes through all fields when it sees the first page, which is done here.
    """
    try:
        pdf.init_forms()
        if pdf.formenv and len(pdf):
            OpenPage(pdf, 0).close()
    except (pypdfium2.PdfiumError, UserWarning):
        return


def note_blocks(number: int, notes: Sequence[Note], glyphs: Glyphs) -> list[Block]:
    """The notes of a page as paragraphs, those whose words the page itself shows left out."""
    if not notes:
        return []
    drawn = "".join(glyphs.codes.astype("<u4").tobytes().decode("utf-32-le").split())
    return [
        Block(BlockKind.PARAGRAPH, note.words, (spread(number, note.box, note.words),))
        for note in notes
        if "".join(note.words.split()) not in drawn
    ]


def _words(annotation: Any) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    if not 2 < size <= 2 * _MAX_WORDS:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    words = bytes(buffer)[: size - 2].decode("utf-16-le", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in words if c == "\n" or c.isprintable()).strip()


def _box(annotation: Any, shown: Shown) -> Box:
    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, rect):
        return 0.0, 0.0, 1.0, 1.0
    corners = np.array([[rect.left, rect.bottom, rect.right, rect.top]], dtype=np.float64)
    x0, y0, x1, y1 = shown.boxes(corners)[0].tolist()
    return x0, y0, x1, y1
