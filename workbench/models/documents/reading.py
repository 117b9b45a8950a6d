"""Files become documents: one function, one reader a format.

Runs in the calling process; :mod:`workbench.models.documents.cage` does the same behind limits.
"""

from pathlib import Path

from workbench.errors import DocumentNotFound
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.formats import format_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.refusals import empty, too_large


def read_file(
    path: Path, *, password: str | None = None, job: JobContext | None = None, limits: ReadLimits = LIMITS
) -> Document | list[Document]:
    """Read a file; a ``.jsonl`` gives a document a line, everything else one.

    The content decides what a file is; its name only tells texts apart. Raises a
    :class:`workbench.errors.DocumentError` of the fitting kind, or Cancelled.
    """
    _check(path, limits)
    try:
        kind = format_of(path, limits)
        return _read(path, kind, password, job or JobContext(), limits)
    except OSError as error:
        raise DocumentNotFound(tr("documents.not_readable"), tr("documents.not_readable.hint"), str(error)) from error


def _check(path: Path, limits: ReadLimits) -> None:
    try:
        if path.is_dir():
            raise DocumentNotFound(tr("documents.is_folder"), tr("documents.is_folder.hint"))
        if not path.is_file():
            raise DocumentNotFound(tr("documents.not_found"), tr("documents.not_found.hint"))
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise DocumentNotFound(tr("documents.not_found"), tr("documents.not_found.hint"), str(error)) from error
    if size == 0:
        raise empty()
    if size > limits.file_size:
        raise too_large("file", f"{limits.file_size >> 20} MB")


def _read(
    path: Path, kind: str, password: str | None, job: JobContext, limits: ReadLimits
) -> Document | list[Document]:
    """Each reader is imported when first needed: a worker that reads texts never loads the PDF engine."""
    title = path.stem
    match kind:
        case "pdf":
            from workbench.models.documents.pdf import read_pdf  # noqa: PLC0415

            return read_pdf(path, title, password=password, job=job, limits=limits)
        case "docx":
            from workbench.models.documents.word import read_word  # noqa: PLC0415

            return read_word(path, title, job=job, limits=limits)
        case "xlsx":
            from workbench.models.documents.sheet import read_sheet  # noqa: PLC0415

            return read_sheet(path, title, job=job, limits=limits)
    from workbench.models.documents import text  # noqa: PLC0415

    content = path.read_bytes()
    if kind == "jsonl":
        return text.read_jsonl(content, job=job, limits=limits)
    if kind == "csv":
        return text.read_csv(content, title, limits=limits)
    return text.read_text(content, title, kind=kind)
