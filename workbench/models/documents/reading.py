"""Files become documents: one function, one reader a format.

Runs in the calling process; :mod:`workbench.models.documents.cage` does the same behind limits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from workbench.errors import DocumentNotFound, EncryptedDocument
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.formats import format_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.origin import Origin, content
from workbench.models.documents.refusals import damaged, empty, too_large, unsupported

CONVERTED = {"doc": "docx", "ppt": "pptx", "odp": "pptx"}
"""Formats read through an installed office program, and what it makes of them."""
PAGED = frozenset({"pdf", "pptx", "ofd"})
"""Formats whose first pages can be read alone when a later one makes the reader fail."""
_OFFICE = frozenset({"docx", "xlsx", "xlsb", "xls", "ods", "odt", "pptx", "ofd"})
_PARCELS = frozenset({"html", "mhtml", "eml", "msg", "zip", "rtf"})


class NeedsConversion(Exception):
    """The file must be turned into another format outside the cage; ``kind`` is the format it has."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_file(
    path: Path, *, password: str | None = None, job: JobContext | None = None, limits: ReadLimits = LIMITS
) -> Document | list[Document]:
    """Read a file; a ``.jsonl`` gives a document a line, everything else one.

    The content decides what a file is; its name only tells texts apart. Files inside it are the
    document's ``attachments``, not yet read. Raises a :class:`workbench.errors.DocumentError` of the
    fitting kind, or Cancelled.
    """
    try:
        return read_origin(path, path.name, password=password, job=job, limits=limits)
    except NeedsConversion as needed:
        raise unsupported(needed.kind) from needed


def read_bytes(
    name: str,
    data: bytes,
    *,
    password: str | None = None,
    job: JobContext | None = None,
    limits: ReadLimits = LIMITS,
) -> Document | list[Document]:
    """Read a file held in memory, as :func:`read_file` does."""
    try:
        return read_origin(data, name, password=password, job=job, limits=limits)
    except NeedsConversion as needed:
        raise unsupported(needed.kind) from needed


def read_origin(
    origin: Origin,
    name: str,
    *,
    password: str | None = None,
    job: JobContext | None = None,
    limits: ReadLimits = LIMITS,
    on_kind: Callable[[str], None] | None = None,
) -> Document | list[Document]:
    """Read a path or bytes; ``on_kind`` hears the format before the reading begins.

    Raises NeedsConversion for a format of :data:`CONVERTED`, else as :func:`read_file`.
    """
    _check(origin, limits)
    try:
        kind = format_of(origin, name, limits)
        if kind == "sealed":
            from workbench.models.documents.sealed import unsealed  # noqa: PLC0415

            origin = unsealed(origin, password, limits)
            kind = format_of(origin, name, limits)
            if kind not in _OFFICE:
                raise damaged("no Office file is sealed in it")
        if on_kind is not None:
            on_kind(kind)
        return _Reading(origin, PurePath(name), password, job or JobContext(), limits).read(kind)
    except OSError as error:
        raise DocumentNotFound(tr("documents.not_readable"), tr("documents.not_readable.hint"), str(error)) from error


def _check(origin: Origin, limits: ReadLimits) -> None:
    size = len(origin) if isinstance(origin, bytes) else _size(origin)
    if size == 0:
        raise empty()
    if size > limits.file_size:
        raise too_large("file", f"{limits.file_size >> 20} MB")


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise DocumentNotFound(tr("documents.is_folder"), tr("documents.is_folder.hint"))
        if not path.is_file():
            raise DocumentNotFound(tr("documents.not_found"), tr("documents.not_found.hint"))
        return path.stat().st_size
    except (OSError, ValueError) as error:
        raise DocumentNotFound(tr("documents.not_found"), tr("documents.not_found.hint"), str(error)) from error


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file on its way to its reader.

    Each reader is imported when first needed: a worker that reads texts never loads the PDF engine.
    """

    origin: Origin
    name: PurePath
    password: str | None
    job: JobContext
    limits: ReadLimits

    def read(self, kind: str) -> Document | list[Document]:
        """The document of a file of that kind. Raises NeedsConversion and DocumentErrors."""
        if kind in CONVERTED:
            raise NeedsConversion(kind)
        if kind == "image":
            from workbench.models.documents.images import read_picture  # noqa: PLC0415

            return read_picture(self.origin, self.name.stem, job=self.job, limits=self.limits)
        if kind == "pdf":
            from workbench.models.documents.pdf import read_pdf  # noqa: PLC0415

            place: Any = self.origin
            password, limits = self.password, self.limits
            return read_pdf(place, self.name.stem, password=password, job=self.job, limits=limits, scans=True)
        if kind in _OFFICE:
            return self._office(kind)
        if kind in _PARCELS:
            return self._parcel(kind)
        return self._text(kind)

    def _office(self, kind: str) -> Document:
        title, job, limits = self.name.stem, self.job, self.limits
        match kind:
            case "docx":
                from workbench.models.documents.word import read_word as read  # noqa: PLC0415
            case "odt":
                from workbench.models.documents.odt import read_odt as read  # noqa: PLC0415
            case "pptx":
                from workbench.models.documents.slides import read_slides as read  # noqa: PLC0415
            case "ofd":
                from workbench.models.documents.ofd import read_ofd as read  # noqa: PLC0415
            case _:
                from workbench.models.documents.sheet import read_sheet  # noqa: PLC0415

                try:
                    return read_sheet(self.origin, title, kind=kind, job=job, limits=limits)
                except EncryptedDocument:
                    if kind != "xls":
                        raise
                from workbench.models.documents.sealed import unsealed_sheet  # noqa: PLC0415

                opened = unsealed_sheet(self.origin, self.password, limits)
                return read_sheet(opened, title, kind=kind, job=job, limits=limits)
        return read(self.origin, title, job=job, limits=limits)

    def _parcel(self, kind: str) -> Document:
        """Web pages, mails and archives."""
        title, job, limits = self.name.stem, self.job, self.limits
        if kind == "zip":
            from workbench.models.documents.archive import read_archive  # noqa: PLC0415

            return read_archive(self.origin, title, password=self.password, job=job, limits=limits)
        data = content(self.origin)
        if kind == "html":
            from workbench.models.documents.web import read_html  # noqa: PLC0415

            return read_html(data, title, job=job, limits=limits)
        if kind == "rtf":
            from workbench.models.documents.rtf import read_rtf  # noqa: PLC0415

            return read_rtf(data, title, limits=limits)
        if kind == "msg":
            from workbench.models.documents.outlook import read_outlook  # noqa: PLC0415

            return read_outlook(data, title, job=job, limits=limits)
        from workbench.models.documents import mail  # noqa: PLC0415

        read = {"eml": mail.read_mail, "mhtml": mail.read_web_archive}[kind]
        return read(data, title, job=job, limits=limits)

    def _text(self, kind: str) -> Document | list[Document]:
        from workbench.models.documents import text  # noqa: PLC0415

        data, title = content(self.origin), self.name.stem
        if kind == "jsonl":
            return text.read_jsonl(data, job=self.job, limits=self.limits)
        if kind == "csv":
            return text.read_csv(data, title, limits=self.limits)
        return text.read_text(data, title, kind=kind)
