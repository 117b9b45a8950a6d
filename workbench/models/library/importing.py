"""Taking files in: words can be searched as soon as a file is in, vectors follow."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workbench.errors import DiskFull, DocumentError, DocumentNotFound
from workbench.i18n import tr
from workbench.inference.api import Embedder
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents import codec
from workbench.models.documents.cage import CagedReader
from workbench.models.documents.chunking import chunk as default_chunker
from workbench.models.documents.document import Document
from workbench.models.library import files
from workbench.models.library.attachments import Read, with_attachments
from workbench.models.library.changes import Changes
from workbench.models.library.database import Connection
from workbench.models.library.documents import ChunkLike, Reading, store, store_rejected
from workbench.models.library.embedding import embed_pending
from workbench.models.library.library import Library
from workbench.models.library.rows import WORDS
from workbench.models.library.walking import walk

_TOGETHER = 256
_FLUSH_S = 0.5
_SLOW_BYTES = 256 * 1024


Chunker = Callable[[Document], Sequence[ChunkLike]]


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of one file. ``document`` is None for rejected paths and files of many documents."""

    path: str
    status: str
    document: str | None = None
    pages: int = 0
    chunks: int = 0
    seconds: float = 0.0
    error: dict[str, str] | None = None
    documents: tuple[str, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """The contract's line; ``documents`` counts those of a file that holds many."""
        shape: dict[str, Any] = {
            "path": self.path,
            "status": self.status,
            "document": self.document,
            "pages": self.pages,
            "chunks": self.chunks,
            "seconds": round(self.seconds, 3),
            "error": self.error,
        }
        return shape if self.document else {**shape, "documents": len(self.documents)}


class Importer:
    """Adds files to cases. ``read`` and ``chunk`` are the caged readers and the chunker by default."""

    def __init__(
        self,
        library: Library,
        embedder: Callable[[], Embedder] | None,
        arbiter: ComputeArbiter,
        *,
        read: Read | None = None,
        chunk: Chunker | None = None,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._arbiter = arbiter
        self._cage = CagedReader()
        self._read: Read = read or self._cage.read
        self._chunk: Chunker = chunk or default_chunker

    def close(self) -> None:
        """End the reader's process; it is started again when needed."""
        self._cage.close()

    def add(
        self, case_id: str, paths: Sequence[Path], job: JobContext, *, password: str | None = None
    ) -> Iterator[AddResult]:
        """Take files and folders in; a result a file, given when its words can be searched.

        A file that can't be read is a ``rejected`` result and listed in the case; the rest goes on.
        Each file is in whole or not at all, whenever this is stopped. Raises Cancelled, DiskFull.
        """
        case_number = self._library.case_number(case_id)
        found = list(walk([Path(p) for p in paths]))
        done: list[AddResult] = []
        flushed = time.monotonic()
        try:
            for count, path in enumerate(found):
                job.check()
                job.progress(count, len(found), path.name)
                if done and (_is_slow(path) or time.monotonic() - flushed >= _FLUSH_S):
                    self._make_searchable(case_id)
                    yield from _handed_out(done)
                    flushed = time.monotonic()
                with nullcontext(job) if len(found) == 1 else _silent(job) as reading:
                    done.append(self._add(case_number, path, reading, password))
        except DiskFull:
            yield from _handed_out(done)
            raise
        finally:
            self._make_searchable(case_id)
            self._library.indexer.merge_if_skewed(case_id)
        yield from _handed_out(done)
        job.progress(len(found), len(found))

    def embed_pending(self, job: JobContext, case_id: str | None = None) -> Changes:
        """Give every chunk still without a vector its vector; resumes where it was stopped.

        Nothing happens without an embedder. Raises EngineError kinds, Cancelled, DiskFull.
        """
        if self._embedder is None:
            return Changes()
        library = self._library
        changes = embed_pending(library.database, library.indexer, self._embedder, job, case_id)
        library.tidy(job)
        return changes

    def _make_searchable(self, case_id: str) -> None:
        self._library.indexer.flush(WORDS, case_id)
        self._library.indexer.forget_stale(case_id)

    def _add(self, case_number: int, path: Path, job: JobContext, password: str | None) -> AddResult:
        begun = time.monotonic()
        try:
            result = self._take_in(case_number, path.absolute(), job, password)
        except DocumentError as error:
            result = AddResult(str(path), "rejected", error=error.to_json())
        return replace(result, path=str(path), seconds=time.monotonic() - begun)

    def _take_in(self, case_number: int, path: Path, job: JobContext, password: str | None) -> AddResult:
        database, originals = self._library.database, self._library.originals
        try:
            entry = files.Incoming(path, originals.mac(path), path.stat().st_size, password)
        except OSError as error:
            raise DocumentNotFound(
                tr("library.no_file", name=path.name), tr("library.no_file_hint"), repr(error)
            ) from error
        with database.read() as connection:
            before = files.taken(connection, case_number, entry)
        if before is not None:
            return _result("unchanged", before)
        try:
            read = self._read(path, password=password, job=job)
        except DocumentError as error:
            return self._reject(case_number, entry, error)
        # Between the original and the entry that refers to it, nobody may clear away what nobody refers to.
        with self._library.storing:
            original = originals.keep(path, entry.mac)
            if isinstance(read, list):
                return self._store(case_number, entry, original, _named(read), job)
            return self._store(case_number, entry, original, with_attachments(read, self._read, job), job)

    def _reject(self, case_number: int, entry: files.Incoming, error: DocumentError) -> AddResult:
        """List the file with the reason; a sound older version of it stays as it is."""
        with self._library.database.write() as connection:
            file = files.begin(connection, case_number, entry)
            if not files.has_sound(connection, file):
                store_rejected(connection, case_number, file, entry.path.name, error.to_json())
        return AddResult("", "rejected", error=error.to_json())

    def _store(
        self, case_number: int, entry: files.Incoming, original: str, found: list[tuple[str, Document]], job: JobContext
    ) -> AddResult:
        """Store what a file gave, many documents a transaction; the last one says that the file is in whole."""
        changed = False
        for start in range(0, len(found), _TOGETHER):
            job.check()
            last = start + _TOGETHER >= len(found)
            readings = [self._prepared(key, document) for key, document in found[start : start + _TOGETHER]]
            with self._library.database.write() as connection:
                file = files.begin(connection, case_number, entry)
                changed |= self._store_all(connection, case_number, file, readings)
                if last:
                    keys = {key for key, _ in found}
                    changed |= files.finish(connection, case_number, file, entry, original=original, keys=keys)
        with self._library.database.read() as connection:
            gave = files.summary(connection, file)
        partial = any(document.partial for _, document in found)
        return _result("partial" if partial else "added" if changed else "unchanged", gave)

    @staticmethod
    def _store_all(connection: Connection, case_number: int, file: int, readings: Sequence[Reading]) -> bool:
        return sum(store(connection, case_number, file, reading) for reading in readings) > 0

    def _prepared(self, key: str, document: Document) -> Reading:
        body = codec.encode(document)
        chunks = [chunk for chunk in self._chunk(document) if chunk.text.strip()]
        wanted = key if document.format == "jsonl" else ""
        return Reading(key, wanted, document, body, self._library.originals.mac_of(body), chunks)


def _result(status: str, gave: files.Summary | None) -> AddResult:
    """The result of a file that was read; path and time are the caller's."""
    if gave is None:
        return AddResult("", status)
    return AddResult("", status, gave.document, gave.pages, gave.chunks, documents=gave.documents)


@contextmanager
def _silent(job: JobContext) -> Iterator[JobContext]:
    """A job cancelled with ``job`` that says nothing of pages: of many files, files are counted."""
    inner = JobContext()
    with job.on_cancel(inner.cancel):
        yield inner


def _is_slow(path: Path) -> bool:
    """Whether reading the file may take long, so that what was read before should not wait for it."""
    try:
        return path.stat().st_size > _SLOW_BYTES
    except OSError:
        return False


def _handed_out(done: list[AddResult]) -> Iterator[AddResult]:
    """Give the results away, each once."""
    while done:
        yield done.pop(0)


def _named(documents: Sequence[Document]) -> list[tuple[str, Document]]:
    """The documents of one file under their own ids, numbered where one comes twice."""
    seen: dict[str, int] = {}
    named = []
    for number, document in enumerate(documents):
        key = document.properties.get("id") or str(number)
        seen[key] = seen.get(key, 0) + 1
        named.append((key if seen[key] == 1 else f"{key}~{seen[key]}", document))
    return named
