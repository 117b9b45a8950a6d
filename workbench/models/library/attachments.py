"""Files inside a document, taken in beside it as documents of their own."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from workbench.errors import DocumentError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Document

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


class Read(Protocol):
    """Reads a file: one document, or a document a line for JSONL. Raises DocumentError."""

    def __call__(self, path: Path, *, password: str | None, job: JobContext) -> Document | list[Document]: ...


def with_attachments(document: Document, read: Read, job: JobContext) -> list[tuple[str, Document]]:
    """The document under the key ``""`` and what its attachments hold, each under a key of its own.

    Readers want files, so an attachment lies in a private folder while it is read: in memory where the
    system has such a place, else among its temporary files. One that can't be read is noted in the
    document. Attachments of attachments stay inside theirs.
    """
    children: list[tuple[str, Document]] = []
    notes: list[str] = []
    for number, attachment in enumerate(document.attachments):
        job.check()
        try:
            found = list(_read_one(attachment.name, attachment.content, read, job))
        except DocumentError as error:
            notes.append(tr("library.attachment", name=attachment.name, reason=error.message))
            continue
        children += [(f"attachment {number} {place}", child) for place, child in enumerate(found)]
    if notes:
        document = replace(document, notes=(*document.notes, *notes), partial=True)
    return [("", document), *children]


def _read_one(name: str, content: bytes, read: Read, job: JobContext) -> Iterator[Document]:
    place = str(_IN_MEMORY) if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="inkstone-", dir=place) as folder:
        path = Path(folder) / f"attachment{Path(name).suffix}"
        path.write_bytes(content)
        found = read(path, password=None, job=job)
    for document in found if isinstance(found, list) else [found]:
        yield replace(document, title=name if document.title == path.stem else document.title)
