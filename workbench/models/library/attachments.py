"""Files inside a file, taken in beside it as documents of their own.

They come out of mails, archives, PDF and Office files, and out of one another. Nothing of them is ever
written to a disk in clear: they are read from memory, and kept encrypted like every original.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Protocol

from workbench.errors import DocumentError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.refusals import too_large
from workbench.models.library.documents import INSIDE


class Read(Protocol):
    """Reads a file: one document, or a document a line for JSONL. Raises DocumentError."""

    def __call__(self, path: Path, *, password: str | None, job: JobContext) -> Document | list[Document]: ...


class ReadBytes(Protocol):
    """Reads a file held in memory, as :class:`Read`."""

    def __call__(
        self, name: str, data: bytes, *, password: str | None, job: JobContext
    ) -> Document | list[Document]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A document of a file: the file's own (key ``""``) or one of a file in it.

    ``content`` is the whole inner file where the document is its first, to be kept as its original.
    """

    key: str
    document: Document
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """What became of a file in the file: ``key`` names its document, ``error`` is why there is none.

    ``name`` is its way from the file: ``!/letter.eml!/table.xlsx``.
    """

    name: str
    key: str = ""
    error: dict[str, str] | None = None


class Unpacking:
    """Reads a document's attachments, and theirs, one after the other."""

    def __init__(
        self, read: ReadBytes, job: JobContext, password: str | None = None, limits: ReadLimits = LIMITS
    ) -> None:
        self.children: list[Child] = []
        self._read = read
        self._job = job
        self._password = password
        self._limits = limits
        self._left = limits.unpacked_size
        self._notes: list[str] = []

    def parts(self, document: Document, name: str) -> Iterator[Part]:
        """The document under the key ``""``, then what is inside; ``name`` is its file's.

        A file inside that can't be read is noted in the document, which then comes once more at the end.
        """
        bare = replace(document, attachments=())
        yield Part("", bare)
        yield from self._inside(document, _Place("", name, 1))
        if self._notes:
            yield Part("", replace(bare, notes=(*bare.notes, *self._notes), partial=True))

    def _inside(self, document: Document, place: "_Place") -> Iterator[Part]:
        taken: dict[str, int] = {}
        for attachment in document.attachments:
            self._job.check()
            taken[attachment.name] = count = taken.get(attachment.name, 0) + 1
            own = f"{place.key}{INSIDE}{attachment.name}" + (f"~{count}" if count > 1 else "")
            try:
                self._weigh(attachment.content, place.depth)
                found = self._read(attachment.name, attachment.content, password=self._password, job=self._job)
            except DocumentError as error:
                self.children.append(Child(own, error=error.to_json()))
                self._notes.append(tr("library.attachment", name=attachment.name, reason=error.message))
                continue
            self.children.append(Child(own, own))
            for number, one in enumerate(found if isinstance(found, list) else [found]):
                key = own if not number else f"{own}#{number}"
                yield Part(key, _child_of(one, place.name, attachment.name), attachment.content)
                yield from self._inside(one, _Place(key, f"{place.name}{INSIDE}{attachment.name}", place.depth + 1))

    def _weigh(self, content: bytes, depth: int) -> None:
        """Hold all that comes out of one file to its limits. Raises DocumentTooLarge."""
        if depth > self._limits.depth:
            raise too_large("depth", str(self._limits.depth))
        if len(self.children) >= self._limits.files:
            raise too_large("files", str(self._limits.files))
        self._left -= len(content)
        if self._left < 0:
            raise too_large("unpacked", f"{self._limits.unpacked_size >> 20} MB")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where files lie: the key and name of what they lie in, and how deep (from 1)."""

    key: str
    name: str
    depth: int


def _child_of(document: Document, parent: str, name: str) -> Document:
    """A document out of another file, which it names; without a title of its own it has its file's name."""
    own = document.title != PurePath(name).stem
    return replace(
        document,
        title=document.title if own else PurePath(name).name,
        attachments=(),
        properties={**document.properties, "parent": parent},
    )
