"""PDF with text: pages, outline, facts, attachments.

PDFium does all of it, a page at a time and under its lock; one parser sees a hostile file, not two.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Attachment, Document, OutlineItem, PageSize
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.pdf_grid import cells_of_glyphs, grids_of
from workbench.models.documents.pdf_layout import PageWriting, blocks_of_pages, page_writing
from workbench.models.documents.pdf_lines import is_garbage, stretches_of
from workbench.models.documents.pdf_page import RawPage, read_page
from workbench.models.documents.pdfium import PDFIUM, opened
from workbench.models.documents.refusals import damaged, too_large, without_text

_FACTS = {"Title": "title", "Author": "author", "Subject": "subject", "CreationDate": "created", "ModDate": "modified"}
_FEW = 3
_MAX_OUTLINE = 5_000
_MAX_ATTACHMENTS = 100


def read_pdf(path: Path, title: str, *, password: str | None, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The document; pages without readable text are named in ``notes`` and make it partial.

    Raises EncryptedDocument, DamagedDocument, DocumentTooLarge (pages), DocumentWithoutText (no page
    has readable text) or Cancelled.
    """
    with opened(path, password) as pdf:
        with PDFIUM:
            count = len(pdf)
        if count == 0:
            raise damaged("no pages")
        if count > limits.pages:
            raise too_large("pages", str(limits.pages))
        pages = _Pages()
        for number in range(1, count + 1):
            job.check()
            pages.take(pdf, number)
            job.progress(number, count)
        with PDFIUM:
            facts, outline, attachments = _facts(pdf), tuple(_outline(pdf)), tuple(_attachments(pdf, limits))
    notes = pages.notes()
    name = facts.pop("title", "")
    return Document(
        title=name if _sensible(name) else title,
        format="pdf",
        blocks=blocks_of_pages(pages.writings),
        pages=tuple(pages.sizes),
        outline=outline,
        properties=facts,
        attachments=attachments,
        partial=bool(notes),
        notes=tuple(notes),
    )


class _Pages:
    """What is gathered page after page."""

    def __init__(self) -> None:
        self.sizes: list[PageSize] = []
        self.writings: list[PageWriting] = []
        self._silent: list[int] = []
        self._broken: list[int] = []

    def take(self, pdf: Any, number: int) -> None:
        """Read one page; one that can't be opened or has no readable text is only noted."""
        drawn = self._drawn(pdf, number)
        if drawn is None:
            self._broken.append(number)
            return
        glyphs = drawn.glyphs
        if is_garbage(glyphs):
            self._silent.append(number)
            return
        if len(glyphs.codes) < _FEW and drawn.pictures:
            self._silent.append(number)
        grids = grids_of(drawn.rulings)
        grid_of, cell_of = cells_of_glyphs(glyphs.boxes, grids)
        stretches = stretches_of(glyphs, grid_of, cell_of)
        self.writings.append(page_writing(number, (drawn.width, drawn.height), grids, stretches))

    def _drawn(self, pdf: Any, number: int) -> RawPage | None:
        size = PageSize(595.0, 842.0)
        with PDFIUM:
            try:
                page = pdf[number - 1]
            except pypdfium2.PdfiumError:
                self.sizes.append(size)
                return None
            try:
                size = PageSize(*(round(v, 2) for v in page.get_size()))
                return read_page(page)
            except pypdfium2.PdfiumError:
                return None
            finally:
                self.sizes.append(size)
                page.close()

    def notes(self) -> list[str]:
        """Which pages are missing; raises where all are."""
        if not any(w.lines or any(w.stretches) for w in self.writings):
            if len(self._broken) == len(self.sizes):
                raise damaged("no page could be opened")
            raise without_text(len(self.sizes))
        missing = (("pages_silent", self._silent), ("pages_broken", self._broken))
        return [tr(f"documents.{key}", pages=_ranges(pages)) for key, pages in missing if pages]


def _sensible(title: str) -> bool:
    """Whether the file's own title says more than the program that made it."""
    words = title.strip()
    return (
        len(words) > 3 and not words.lower().startswith(("microsoft", "untitled", "无标题")) and "." not in words[-6:]
    )


def _facts(pdf: Any) -> dict[str, str]:
    try:
        found = pdf.get_metadata_dict(skip_empty=True)
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return {}
    return {ours: found[theirs].strip() for theirs, ours in _FACTS.items() if found.get(theirs, "").strip()}


def _outline(pdf: Any) -> Iterator[OutlineItem]:
    try:
        for taken, entry in enumerate(pdf.get_toc(max_depth=8)):
            if taken >= _MAX_OUTLINE:
                return
            target = entry.get_dest()
            page = target.get_index() if target else None
            yield OutlineItem(entry.get_title().strip(), entry.level + 1, None if page is None else page + 1)
    except (pypdfium2.PdfiumError, UnicodeDecodeError, AttributeError):
        return


def _attachments(pdf: Any, limits: ReadLimits) -> Iterator[Attachment]:
    left = limits.file_size
    for index in range(min(pdf.count_attachments(), _MAX_ATTACHMENTS)):
        try:
            attachment = pdf.get_attachment(index)
            content = bytes(attachment.get_data())
            name = _name(attachment.get_name())
        except (pypdfium2.PdfiumError, UnicodeDecodeError):
            continue
        left -= len(content)
        if left < 0:
            raise too_large("unpacked", f"{limits.file_size >> 20} MB")
        yield Attachment(Path(name.replace("\\", "/")).name or f"{index + 1}", content)


def _name(written: str) -> str:
    """A name whose UTF-16 some writers store byte by byte."""
    if not written.startswith("þÿ"):
        return written
    return written[2:].encode("latin-1", "ignore").decode("utf-16-be", "replace")


def _ranges(numbers: list[int]) -> str:
    """Page numbers for people: ``3–5, 9``."""
    parts: list[str] = []
    start = last = numbers[0]
    for number in [*numbers[1:], 0]:
        if number == last + 1:
            last = number
            continue
        parts.append(str(start) if start == last else f"{start}–{last}")
        start = last = number
    return ", ".join(parts)
