"""The phase of an import between words and vectors: pages of which only a picture says anything.

Text comes first: a document is in and found by its own words while pages of it still wait here. Each
page recognised is kept at once, so that a kill costs one page; every few pages the document is put
together anew, its chunks with it, as its next generation.
"""

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from workbench.errors import DocumentError, EngineError, LibraryError, ModelDamaged, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import Ocr, OcrLine, OcrPage
from workbench.jobs import JobContext
from workbench.models.documents import codec
from workbench.models.documents.document import Document, PageSize
from workbench.models.documents.images import FORMAT as PICTURES
from workbench.models.documents.ocr import with_recognised
from workbench.models.documents.ocr_pictures import CagedPictures, picture_scale
from workbench.models.library.changes import Changes
from workbench.models.library.documents import ChunkLike, Reading, store
from workbench.models.library.library import Library
from workbench.models.library.rows import WORDS

_TOGETHER = 16
"""Pages after which what was recognised can be searched."""
_ASKED = "asked"
_LIVE = "d.deleted IS NULL AND c.deleted IS NULL AND (?1 IS NULL OR c.id = ?1) AND (?2 IS NULL OR d.id = ?2)"
_PENDING = f"""SELECT DISTINCT d.number, d.id, d.generation, c.id, c.number, d.file, d.key, d.original
    FROM unrecognised u JOIN documents d ON d.number = u.document JOIN cases c ON c.number = d.case_number
    WHERE {_LIVE} ORDER BY d.number"""  # noqa: S608 - constants only
_COUNT = f"""SELECT COUNT(*) FROM unrecognised u JOIN documents d ON d.number = u.document
    JOIN cases c ON c.number = d.case_number WHERE u.seen IS NULL AND {_LIVE}"""  # noqa: S608 - constants only

Chunker = Callable[[Document], Sequence[ChunkLike]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document with pages to be recognised, and the version of it they belong to."""

    number: int
    id: str
    generation: int
    case: str
    case_number: int
    file: int
    key: str
    original: str | None


class Recogniser:
    """Recognises the waiting pages of a library. Safe from any thread; pages are recognised one at a time."""

    def __init__(self, library: Library, ocr: Ocr, chunk: Chunker) -> None:
        self._library = library
        self._ocr = ocr
        self._chunk = chunk
        self._users = 0
        self._lock = threading.Lock()
        self.seconds: dict[str, float] = {}
        """How long each document's pages took, by its id."""

    def pending(self, case_id: str | None = None, document_id: str | None = None) -> int:
        """How many pages wait."""
        row = self._library.database.row(_COUNT, case_id, document_id)
        return int(row[0]) if row else 0

    def run(self, job: JobContext, case_id: str | None = None, document_id: str | None = None) -> Changes:
        """Recognise everything that waits; stopped at any moment, it goes on with the next page.

        Raises ModelMissing or ModelDamaged where nothing can be recognised on this machine (the pages go on
        waiting), Cancelled, DiskFull. A page that fails is noted in its document.
        """
        rows = self._library.database.rows(_PENDING, case_id, document_id)
        if not rows:
            return Changes()
        fault = self._ocr.fault()
        if fault is not None:
            raise fault
        total, changes = self.pending(case_id, document_id), Changes()
        done = 0
        with self._working():
            for row in rows:
                waiting = _Waiting(*row)
                done = self._document(waiting, job, done, total)
                changes |= Changes(frozenset({waiting.case}), frozenset({waiting.id}))
        job.progress(total, total)
        return changes

    def ask(self, document_id: str, pages: Sequence[int]) -> None:
        """Let these pages (from 1) wait, whatever they say themselves. Raises LibraryError, ValueError."""
        stored = self._library.document(document_id)
        if stored.format not in ("pdf", PICTURES):
            raise LibraryError(tr("ocr.not_here"), tr("ocr.not_here.hint"))
        if any(not 1 <= page <= stored.pages for page in pages):
            raise ValueError("no such page")
        with self._library.database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO unrecognised(document, page, seen)"
                " SELECT number, ?, NULL FROM documents WHERE id = ?",
                [(page, document_id) for page in pages],
            )

    def rest(self) -> None:
        """Give back what recognising holds; pages under way begin anew."""
        self._ocr.rest()

    @contextmanager
    def _working(self) -> Iterator[None]:
        """The last one to stop gives the process's memory back."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                last = not self._users
            if last:
                self._ocr.rest()

    def _document(self, waiting: _Waiting, job: JobContext, done: int, total: int) -> int:
        """All waiting pages of a document; returns how many pages are done in all."""
        database, began = self._library.database, time.monotonic()
        rows = database.rows(
            "SELECT page FROM unrecognised WHERE document = ? AND seen IS NULL ORDER BY page", waiting.number
        )
        document = self._library.content(waiting.id)
        try:
            content, password = self._library.original(waiting.id), self._library.password(waiting.id)
        except LibraryError as error:
            for (page,) in rows:
                self._keep(waiting, page, error.message)
            self._fold(waiting)
            return done + len(rows)
        try:
            with CagedPictures(content, document.format, password=password) as pictures:
                for count, (page,) in enumerate(rows, start=1):
                    job.progress(done, total)
                    self._keep(waiting, page, self._page(pictures, document, page, job))
                    done += 1
                    if count % _TOGETHER == 0:
                        waiting = self._fold(waiting)
        finally:
            if database.row("SELECT 1 FROM unrecognised WHERE document = ? AND seen IS NOT NULL", waiting.number):
                self._fold(waiting)
            self.seconds[waiting.id] = self.seconds.get(waiting.id, 0.0) + time.monotonic() - began
        return done

    def _page(self, pictures: CagedPictures, document: Document, page: int, job: JobContext) -> OcrPage | str:
        """What was seen on a page, or why nothing."""
        try:
            scale = picture_scale(document.pages[page - 1], picture=document.format == PICTURES)
            return self._ocr.recognise(pictures.page(page, scale, job), job)
        except (ModelMissing, ModelDamaged):
            raise
        except (DocumentError, EngineError) as error:
            return error.message

    def _keep(self, waiting: _Waiting, page: int, seen: OcrPage | str) -> None:
        """Keep one page's result, unless the document was replaced or is gone meanwhile."""
        with self._library.database.write() as connection:
            connection.execute(
                "UPDATE unrecognised SET seen = ? WHERE document = ? AND page = ?"
                " AND EXISTS (SELECT 1 FROM documents WHERE number = ? AND generation = ?)",
                (_packed(seen), waiting.number, page, waiting.number, waiting.generation),
            )

    def _fold(self, waiting: _Waiting) -> _Waiting:
        """Put the document together with what was recognised so far, as its next generation."""
        database = self._library.database
        rows = database.rows(
            "SELECT page, seen FROM unrecognised WHERE document = ? AND seen IS NOT NULL", waiting.number
        )
        results = {int(page): _unpacked(seen) for page, seen in rows}
        seen = {page: result for page, result in results.items() if isinstance(result, OcrPage)}
        failures = {page: result for page, result in results.items() if isinstance(result, str)}
        document = with_recognised(_asked(self._library.content(waiting.id), seen), seen, failures)
        if not document.notes and not any(block.text.strip() for block in document.blocks):
            document = replace(document, notes=(tr("ocr.nothing"),))
        reading = self._reading(waiting, document)
        with database.write() as connection:
            row = connection.execute("SELECT generation FROM documents WHERE number = ?", (waiting.number,)).fetchone()
            if row is None or row[0] != waiting.generation:
                return waiting
            still = connection.execute(
                "SELECT page FROM unrecognised WHERE document = ? AND seen IS NULL", (waiting.number,)
            ).fetchall()
            store(connection, waiting.case_number, waiting.file, reading)
            connection.executemany(
                "INSERT OR IGNORE INTO unrecognised(document, page) VALUES (?, ?)",
                [(waiting.number, page) for (page,) in still],
            )
            now = connection.execute("SELECT generation FROM documents WHERE number = ?", (waiting.number,)).fetchone()
        self._library.indexer.flush(WORDS, waiting.case)
        self._library.indexer.forget_stale(waiting.case)
        return replace(waiting, generation=int(now[0]))

    def _reading(self, waiting: _Waiting, document: Document) -> Reading:
        body = codec.encode(document)
        chunks = [chunk for chunk in self._chunk(document) if chunk.text.strip()]
        mac = self._library.originals.mac_of(body)
        return Reading(waiting.key, "", document, body, mac, chunks, waiting.original)


def _asked(document: Document, seen: dict[int, OcrPage]) -> Document:
    """Pages that ask for nothing themselves were asked for by the user: their own words give way."""

    def marked(number: int, page: PageSize) -> PageSize:
        return replace(page, needs_ocr=_ASKED) if number in seen and not page.needs_ocr else page

    return replace(document, pages=tuple(marked(number, page) for number, page in enumerate(document.pages, 1)))


def _packed(seen: OcrPage | str) -> bytes:
    value = seen if isinstance(seen, str) else asdict(seen)
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), 3)


def _unpacked(content: bytes) -> OcrPage | str:
    value = json.loads(zlib.decompress(content))
    if isinstance(value, str):
        return value
    lines = tuple(
        OcrLine(
            line["text"],
            line["score"],
            tuple((p[0], p[1]) for p in line["quad"]),  # type: ignore[arg-type]
            tuple(line["edges"]),
        )
        for line in value["lines"]
    )
    # Pages kept by an earlier version know of no signatures.
    kinds = ("strokes", "seals", "signatures")
    boxes = (tuple((b[0], b[1], b[2], b[3]) for b in value.get(kind, ())) for kind in kinds)
    return OcrPage(value["width"], value["height"], lines, value["turn"], value["skew"], *boxes)
