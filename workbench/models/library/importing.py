"""Taking files in: words can be searched as soon as a file is in, vectors follow."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workbench.errors import DiskFull, DocumentError, DocumentNotFound
from workbench.i18n import tr
from workbench.inference.api import Embedder, Ocr
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents import codec
from workbench.models.documents.cage import CagedReader
from workbench.models.documents.chunking import chunk as default_chunker
from workbench.models.documents.document import Document
from workbench.models.library import files
from workbench.models.library.ahead import ReadAhead
from workbench.models.library.attachments import Child, Part, Read, ReadBytes, Unpacking
from workbench.models.library.changes import Changes
from workbench.models.library.database import Connection
from workbench.models.library.documents import INSIDE, ChunkLike, Reading, store, store_rejected
from workbench.models.library.embedding import embed_pending
from workbench.models.library.library import Library
from workbench.models.library.recognising import Recogniser
from workbench.models.library.records import PARTIAL
from workbench.models.library.rows import WORDS
from workbench.models.library.walking import walk

_TOGETHER = 256
_TOGETHER_BYTES = 8 << 20
_FLUSH_S = 0.5
_SLOW_BYTES = 256 * 1024
_READERS = 2


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
    children: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """Files inside the file: ``path`` (``a.zip!/b.pdf``), ``status``, ``document``, ``error``."""

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
        if not self.document:
            shape["documents"] = len(self.documents)
        return {**shape, "children": list(self.children)} if self.children else shape


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file looked at: what it gave before, or its reading, or why there is none."""

    path: Path
    seconds: float
    entry: files.Incoming | None = None
    before: files.Summary | None = None
    found: Document | list[Document] | None = None
    error: DocumentError | None = None


class Importer:
    """Adds files to cases. ``read``, ``read_bytes`` and ``chunk`` are caged readers and the chunker by default.

    By default two files are read at a time, in two processes, while a third is stored; a given ``read`` is
    called for one file after the other.
    """

    def __init__(
        self,
        library: Library,
        embedder: Callable[[], Embedder] | None,
        arbiter: ComputeArbiter,
        *,
        read: Read | None = None,
        read_bytes: ReadBytes | None = None,
        chunk: Chunker | None = None,
        ocr: Ocr | None = None,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._arbiter = arbiter
        self._cages = tuple(CagedReader() for _ in range(_READERS))
        self._reads: tuple[Read, ...] = (read,) if read else tuple(cage.read for cage in self._cages)
        self._read_bytes: ReadBytes = read_bytes or self._cages[0].read_bytes
        self._chunk: Chunker = chunk or default_chunker
        self._recogniser = Recogniser(library, ocr, self._chunk) if ocr is not None else None

    def close(self) -> None:
        """End the readers' processes; they are started again when needed."""
        for cage in self._cages:
            cage.close()
        if self._recogniser is not None:
            self._recogniser.rest()

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
        with nullcontext(job) if len(found) == 1 else _silent(job) as reading:
            try:
                for count, (path, looked) in enumerate(self._looking(case_number, found, reading, password)):
                    job.check()
                    job.progress(count, len(found), path.name)
                    waits = _is_slow(path) and not looked.done()
                    if done and (waits or time.monotonic() - flushed >= _FLUSH_S):
                        self._make_searchable(case_id)
                        yield from _handed_out(done)
                        flushed = time.monotonic()
                    done.append(self._take_in(case_number, looked.result(), reading))
            except DiskFull:
                yield from _handed_out(done)
                raise
            finally:
                self._make_searchable(case_id)
                self._library.indexer.merge_if_skewed(case_id)
        yield from _handed_out(done)
        job.progress(len(found), len(found))

    def _looking(
        self, case_number: int, paths: Sequence[Path], job: JobContext, password: str | None
    ) -> Iterator[tuple[Path, "Future[_Looked]"]]:
        """Each file in order, looked at ahead of time where there are several readers."""

        def look(read: Read, path: Path) -> _Looked:
            return self._look(read, case_number, path, job, password)

        return ReadAhead(self._reads, look).each(paths)

    def recognise_pending(self, job: JobContext, case_id: str | None = None) -> Changes:
        """Read the pictures of every page that waits for it; resumes with the page it was stopped at.

        What comes of it can be searched by words at once, its vectors follow with :meth:`embed_pending`.
        Nothing happens without an ``ocr``. Raises ModelMissing or ModelDamaged (the pages go on waiting),
        Cancelled, DiskFull.
        """
        return self._recogniser.run(job, case_id) if self._recogniser else Changes()

    def recognise(self, document_id: str, pages: Sequence[int], job: JobContext | None = None) -> Changes:
        """Read the pictures of these pages (from 1) of a PDF or picture, in place of what they say themselves.

        Raises LibraryError for other formats, ValueError for other pages, and as :meth:`recognise_pending`.
        """
        if self._recogniser is None:
            return Changes()
        self._recogniser.ask(document_id, pages)
        return self._recogniser.run(job or JobContext(), document_id=document_id)

    def is_waiting(self, result: AddResult) -> bool:
        """Whether pages of the file wait for their pictures to be read here."""
        if self._recogniser is None or result.status not in ("added", "partial"):
            return False
        return any(self._recogniser.pending(document_id=document) for document in _documents_of(result))

    def settled(self, result: AddResult) -> AddResult:
        """The result as it stands after recognising: its chunks, its time, and whether pages are still missing."""
        stored = [self._library.document(document) for document in _documents_of(result)]
        took = self._recogniser.seconds if self._recogniser else {}
        return replace(
            result,
            status="partial" if any(d.state == PARTIAL or d.unrecognised for d in stored) else "added",
            chunks=sum(d.chunks for d in stored),
            seconds=result.seconds + sum(took.get(d.id, 0.0) for d in stored),
        )

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

    def _look(self, read: Read, case_number: int, path: Path, job: JobContext, password: str | None) -> _Looked:
        """Read a file unless its content is in already; in a reader's thread."""
        begun = time.monotonic()
        try:
            whole = path.absolute()
            entry = files.Incoming(whole, self._library.originals.mac(whole), whole.stat().st_size, password)
        except OSError as error:
            missing = DocumentNotFound(tr("library.no_file", name=path.name), tr("library.no_file_hint"), repr(error))
            return _Looked(path, time.monotonic() - begun, error=missing)
        before = self._taken(case_number, entry)
        if before is not None:
            return _Looked(path, time.monotonic() - begun, entry, before)
        try:
            found = read(whole, password=password, job=job)
        except DocumentError as error:
            return _Looked(path, time.monotonic() - begun, entry, error=error)
        return _Looked(path, time.monotonic() - begun, entry, found=found)

    def _taken(self, case_number: int, entry: files.Incoming) -> files.Summary | None:
        with self._library.database.read() as connection:
            return files.taken(connection, case_number, entry)

    def _take_in(self, case_number: int, looked: _Looked, job: JobContext) -> AddResult:
        """Store what was read of a file."""
        begun = time.monotonic()
        try:
            result = self._stored(case_number, looked, job)
        except DocumentError as error:
            result = AddResult("", "rejected", error=error.to_json())
        return replace(result, path=str(looked.path), seconds=looked.seconds + time.monotonic() - begun)

    def _stored(self, case_number: int, looked: _Looked, job: JobContext) -> AddResult:
        entry, found = looked.entry, looked.found
        if entry is None:
            return AddResult("", "rejected", error=looked.error.to_json() if looked.error else None)
        if looked.error is not None:
            return self._reject(case_number, entry, looked.error)
        # Of two files of one content the second may have been looked at before the first was stored.
        before = looked.before or self._taken(case_number, entry)
        if before is not None or found is None:
            return _result("unchanged", before)
        # Between the original and the entry that refers to it, nobody may clear away what nobody refers to.
        with self._library.storing:
            original = self._library.originals.keep(entry.path, entry.mac)
            if isinstance(found, list):
                return self._store(case_number, entry, original, _named(found), job)
            unpacking = Unpacking(self._read_bytes, job, entry.password)
            result = self._store(case_number, entry, original, unpacking.parts(found, entry.path.name), job)
        return replace(result, children=self._told(case_number, entry, unpacking.children))

    def _told(self, case_number: int, entry: files.Incoming, children: Sequence[Child]) -> tuple[dict[str, Any], ...]:
        """The lines of the files inside: what became of each."""
        if not children:
            return ()
        with self._library.database.read() as connection:
            ids = files.documents_by_key(connection, case_number, entry.path)
        return tuple(
            {
                "path": f"{entry.path}{child.name}",
                "status": "rejected" if child.error else "added",
                "document": ids.get(child.key) if child.key else None,
                "error": child.error,
            }
            for child in children
        )

    def _reject(self, case_number: int, entry: files.Incoming, error: DocumentError) -> AddResult:
        """List the file with the reason; a sound older version of it stays as it is."""
        with self._library.database.write() as connection:
            file = files.begin(connection, case_number, entry)
            if not files.has_sound(connection, file):
                store_rejected(connection, case_number, file, entry.path.name, error.to_json())
        return AddResult("", "rejected", error=error.to_json())

    def _store(
        self, case_number: int, entry: files.Incoming, original: str, parts: Iterable[Part], job: JobContext
    ) -> AddResult:
        """Store what a file gave, some documents a transaction; the last one says that the file is in whole."""
        changed = partial = False
        keys: set[str] = set()
        for together, last in _batches(parts):
            job.check()
            readings = [self._prepared(part) for part in together]
            keys |= {part.key for part in together}
            partial |= any(part.document.partial for part in together)
            with self._library.database.write() as connection:
                file = files.begin(connection, case_number, entry)
                changed |= self._store_all(connection, case_number, file, readings)
                if last:
                    changed |= files.finish(connection, case_number, file, entry, original=original, keys=keys)
        with self._library.database.read() as connection:
            gave = files.summary(connection, file)
        return _result("partial" if partial else "added" if changed else "unchanged", gave)

    @staticmethod
    def _store_all(connection: Connection, case_number: int, file: int, readings: Sequence[Reading]) -> bool:
        return sum(store(connection, case_number, file, reading) for reading in readings) > 0

    def _prepared(self, part: Part) -> Reading:
        document = part.document
        body = codec.encode(document)
        chunks = [chunk for chunk in self._chunk(document) if chunk.text.strip()]
        wanted = part.key if document.format == "jsonl" and INSIDE not in part.key else ""
        originals = self._library.originals
        original = originals.keep_bytes(part.content) if part.content is not None else None
        return Reading(part.key, wanted, document, body, originals.mac_of(body), chunks, original)


def _batches(parts: Iterable[Part]) -> Iterator[tuple[list[Part], bool]]:
    """Some parts at a time, and whether they are the last; files inside files come few at a time."""
    together: list[Part] = []
    weight = 0
    for part in parts:
        if len(together) >= _TOGETHER or weight > _TOGETHER_BYTES:
            yield together, False
            together, weight = [], 0
        together.append(part)
        weight += len(part.content or b"")
    yield together, True


def _documents_of(result: AddResult) -> tuple[str, ...]:
    return result.documents or ((result.document,) if result.document else ())


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


def _named(documents: Sequence[Document]) -> list[Part]:
    """The documents of one file under their own ids, numbered where one comes twice."""
    seen: dict[str, int] = {}
    named = []
    for number, document in enumerate(documents):
        key = document.properties.get("id") or str(number)
        seen[key] = seen.get(key, 0) + 1
        named.append(Part(key if seen[key] == 1 else f"{key}~{seen[key]}", document))
    return named
