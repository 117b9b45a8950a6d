"""PDF with text: pages, outline, facts, attachments.

PDFium does all of it, a page at a time and under its lock; one parser sees a hostile file, not two.
It works without the interpreter for most of its time, so pages are asked for by a second thread while
the ones before are laid out.
"""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Attachment, Document, OutlineItem, PageSize
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.pdf_layout import PageWriting, blocks_of_pages
from workbench.models.documents.pdf_notes import Note, note_blocks, overlaid, with_forms
from workbench.models.documents.pdf_page import SeenPage, see_page
from workbench.models.documents.pdf_sorting import needs_ocr, writings_of
from workbench.models.documents.pdfium import PDFIUM, OpenPage, Quick, opened
from workbench.models.documents.refusals import damaged, too_large, without_text

_FACTS = {"Title": "title", "Author": "author", "Subject": "subject", "CreationDate": "created", "ModDate": "modified"}
_MAX_OUTLINE = 5_000
_AHEAD = 6
_MAX_ATTACHMENTS = 200


def read_pdf(
    path: Path,
    title: str,
    *,
    password: str | None,
    job: JobContext,
    limits: ReadLimits = LIMITS,
    scans: bool = False,
) -> Document:
    """The document; pages whose picture has to be read say so (``needs_ocr``), are noted and make it partial.

    ``scans`` returns a document without any readable page too, to be read from its pictures. Raises
    EncryptedDocument, DamagedDocument, DocumentTooLarge (pages), DocumentWithoutText (no page has
    readable text, without ``scans``) or Cancelled. ``limits.stop_after`` leaves out what comes after.
    """
    with opened(path, password) as pdf:
        with PDFIUM:
            if limits.forms:
                with_forms(pdf)
            count = len(pdf)
            job.progress(0, count)
            outline = tuple(_outline(pdf))
        if count == 0:
            raise damaged("no pages")
        if count > limits.pages:
            raise too_large("pages", str(limits.pages))
        pages = _Pages()
        with closing(_seen_pages(pdf, min(count, limits.stop_after or count))) as seen:
            for number, page in enumerate(seen, 1):
                job.check()
                pages.take(number, page)
                job.progress(number, count)
        with PDFIUM:
            facts, attachments = _facts(pdf), tuple(_attachments(pdf, limits))
            beyond = max(0, pdf.count_attachments() - _MAX_ATTACHMENTS)
    notes = pages.notes(scans) + ((tr("documents.files_left", count=beyond),) if beyond else ())
    blocks = tuple(blocks_of_pages(pages.writings, _titles(outline)))
    blank = not attachments and not any(p.needs_ocr for p in pages.sizes) and not any(b.text.strip() for b in blocks)
    name = facts.pop("title", "")
    return Document(
        title=name if _sensible(name) else title,
        format="pdf",
        blocks=blocks,
        pages=tuple(pages.sizes),
        outline=outline,
        properties=facts,
        attachments=attachments,
        partial=bool(notes) or len(pages.sizes) < count,
        notes=(*notes, tr("documents.pages_blank")) if blank else notes,
    )


def attachments_of(
    source: Path | bytes, *, password: str | None = None, limits: ReadLimits = LIMITS
) -> tuple[Attachment, ...]:
    """The files inside a PDF. Raises EncryptedDocument, DamagedDocument or DocumentTooLarge (all together)."""
    with PDFIUM, opened(source, password) as pdf:
        return tuple(_attachments(pdf, limits))


def unread(pages: Sequence[PageSize]) -> tuple[str, ...]:
    """What a document's notes say of pages whose picture is still to be read; nothing of mixed ones."""
    silent = [number for number, page in enumerate(pages, 1) if page.needs_ocr in ("no_text", "garbage")]
    return (tr("documents.pages_silent", pages=_ranges(silent)),) if silent else ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page as PDFium has it, None where it can't be opened, with its notes."""

    size: PageSize
    page: SeenPage | None = None
    notes: Sequence[Note] = ()


def _seen_pages(pdf: Any, count: int) -> Generator[_Seen, None, None]:
    """All pages in their order. A second thread asks PDFium, a few pages ahead, while this one lays out."""
    with ThreadPoolExecutor(1, thread_name_prefix="pdf-pages") as pool:
        ahead: deque[Future[_Seen]] = deque()
        try:
            for index in range(count):
                ahead.append(pool.submit(_seen, pdf, index))
                if len(ahead) > _AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _seen(pdf: Any, index: int) -> _Seen:
    size = PageSize(595.0, 842.0)
    with PDFIUM:
        page = None
        try:
            page = OpenPage(pdf, index)
            size = PageSize(round(Quick.width(page.address), 2), round(Quick.height(page.address), 2))
            notes = overlaid(page)
            return _Seen(size, see_page(page), notes)
        except pypdfium2.PdfiumError:
            return _Seen(size)
        finally:
            if page is not None:
                page.close()


class _Pages:
    """What is gathered page after page."""

    def __init__(self) -> None:
        self.sizes: list[PageSize] = []
        self.writings: list[PageWriting] = []
        self._broken: list[int] = []

    def take(self, number: int, seen: _Seen) -> None:
        """Lay out one page; one that can't be opened is only noted."""
        if seen.page is None:
            self.sizes.append(seen.size)
            self._broken.append(number)
            return
        page = seen.page.made()
        reason = needs_ocr(page)
        self.sizes.append(replace(seen.size, needs_ocr=reason))
        notes = note_blocks(number, seen.notes, page.glyphs)
        self.writings += writings_of(number, page, notes, nonsense=reason == "garbage")

    def notes(self, scans: bool) -> tuple[str, ...]:
        """Which pages are missing; raises where none has words and they aren't to be read from pictures."""
        if len(self._broken) == len(self.sizes):
            raise damaged("no page could be opened")
        readable = {k for k, page in enumerate(self.sizes, 1) if page.needs_ocr != "garbage"}
        if not scans and not any(w.says_something for w in self.writings if w.frame.page in readable):
            raise without_text(len(self.sizes))
        broken = (tr("documents.pages_broken", pages=_ranges(self._broken)),) if self._broken else ()
        return unread(self.sizes) + broken


def _titles(outline: Sequence[OutlineItem]) -> dict[tuple[int, str], int]:
    return {(item.page, "".join(item.title.split())): item.level for item in outline if item.page is not None}


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
