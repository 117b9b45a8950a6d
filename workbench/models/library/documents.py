"""Documents and chunks in the database: storing a version in one step, and handing them out."""

import json
import secrets
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.errors import LibraryError
from workbench.i18n import tr
from workbench.models.documents.document import Document
from workbench.models.documents.facts import facts_of
from workbench.models.library.cases import now
from workbench.models.library.database import Connection, Database, Row
from workbench.models.library.records import PARTIAL, READY, REJECTED, Piece, StoredChunk, StoredDocument
from workbench.models.library.records import WORDS as WORDS_STATE
from workbench.models.library.rows import WORDS

_DOCUMENT_COLUMNS = """d.id, c.id, f.name, d.title, d.format, d.pages, d.chunks, d.embedded, f.size, d.added,
    d.generation, d.properties, d.notes, d.error, d.partial, f.path, d.key,
    (SELECT COUNT(*) FROM unrecognised u WHERE u.document = d.number)"""
_DOCUMENTS = (
    f"SELECT {_DOCUMENT_COLUMNS} FROM documents d"  # noqa: S608 - constants only
    " JOIN cases c ON c.number = d.case_number JOIN files f ON f.number = d.file"
)
INSIDE = "!/"
"""Parts a file's key from those of the files in it: ``!/letter.eml!/table.xlsx``."""
_REFUSAL = "\0refused"
_LIVE = "d.deleted IS NULL AND c.deleted IS NULL"
_CHUNKS = """SELECT k.number, d.id, k.ordinal, k.text, k.context, k.block, k.pieces FROM chunks k
    JOIN documents d ON d.number = k.document JOIN cases c ON c.number = d.case_number"""


class PieceLike(Protocol):
    """Where a stretch of a chunk comes from (see the chunker)."""

    @property
    def chunk_start(self) -> int: ...
    @property
    def block(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class ChunkLike(Protocol):
    """A chunk as the chunker makes it."""

    @property
    def text(self) -> str: ...
    @property
    def context(self) -> str: ...
    @property
    def pieces(self) -> Sequence[PieceLike]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read, ready to be stored.

    ``key`` tells documents of one file apart; ``wanted`` is the id the document asks for, or empty.
    """

    key: str
    wanted: str
    document: Document
    body: bytes
    mac: bytes
    chunks: Sequence[ChunkLike]
    original: str | None = None
    """The name of its own original, where it came out of another file."""


class Documents:
    """All documents of a library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_case(self, case_number: int) -> tuple[StoredDocument, ...]:
        """The documents of a case in the order they came, rejected files among them."""
        rows = self._database.rows(f"{_DOCUMENTS} WHERE d.case_number = ? AND {_LIVE} ORDER BY d.number", case_number)
        return tuple(map(_stored, rows))

    def find(self, document_id: str) -> StoredDocument:
        """One document. Raises LibraryError when it is unknown or deleted."""
        row = self._database.row(f"{_DOCUMENTS} WHERE d.id = ? AND {_LIVE}", document_id)
        if row is None:
            raise unknown(document_id)
        return _stored(row)

    def numbers(self, document_ids: Sequence[str]) -> list[int]:
        """The numbers of documents; unknown ones are left out."""
        rows = self._database.rows(
            "SELECT number FROM documents WHERE id IN (SELECT value FROM json_each(?))", json.dumps(list(document_ids))
        )
        return [int(row[0]) for row in rows]

    def body(self, document_id: str) -> bytes:
        """The encoded document. Raises LibraryError when unknown or without content."""
        row = self._database.row(
            "SELECT b.body FROM documents d JOIN bodies b ON b.document = d.number WHERE d.id = ?", document_id
        )
        if row is None:
            raise unknown(document_id)
        return bytes(row[0])

    def file_of(self, document_id: str) -> tuple[str | None, str | None]:
        """The name of the kept original, and the password it was opened with."""
        row = self._database.row(
            "SELECT coalesce(d.original, f.original), f.password FROM documents d JOIN files f ON f.number = d.file"
            " WHERE d.id = ?",
            document_id,
        )
        if row is None:
            raise unknown(document_id)
        return row[0], row[1]

    def set_deleted(self, document_id: str, *, deleted: bool) -> str:
        """Take a document, with what came out of it, out of sight and search, or put it back; returns its case."""
        with self._database.write() as connection:
            row = connection.execute(
                "SELECT d.file, c.id, d.key, d.number, d.deleted FROM documents d"
                " JOIN cases c ON c.number = d.case_number WHERE d.id = ?",
                (document_id,),
            ).fetchone()
            if row is None:
                raise unknown(document_id)
            inside = f"{row[2]}{INSIDE}"
            connection.execute(
                "UPDATE documents SET deleted = ?1 WHERE number = ?2"
                " OR (file = ?3 AND substr(key, 1, ?4) = ?5 AND deleted IS ?6)",
                (now() if deleted else None, row[3], row[0], len(inside), inside, row[4]),
            )
        return str(row[1])

    def hidden(self, case_number: int) -> list[int]:
        """Numbers of deleted documents that may come back: still indexed, never to be found."""
        rows = self._database.rows(
            "SELECT number FROM documents WHERE case_number = ? AND deleted IS NOT NULL", case_number
        )
        return [int(row[0]) for row in rows]

    def live(self, numbers: Iterable[int]) -> set[int]:
        """Those of the chunk numbers that still stand for a chunk to be found."""
        rows = self._database.rows(
            "SELECT k.number FROM chunks k JOIN documents d ON d.number = k.document"
            " WHERE k.number IN (SELECT value FROM json_each(?)) AND d.deleted IS NULL",
            json.dumps(list(numbers)),
        )
        return {int(row[0]) for row in rows}

    def chunks(self, ids: Sequence[str]) -> tuple[StoredChunk, ...]:
        """Chunks by id in the order asked; those deleted or replaced meanwhile are left out."""
        rows = self._database.rows(
            f"{_CHUNKS} WHERE k.number IN (SELECT value FROM json_each(?)) AND {_LIVE}",  # noqa: S608 - constants
            json.dumps([int(i) for i in ids if i.isdecimal()]),
        )
        found = {chunk.id: chunk for chunk in map(_chunk, rows)}
        return tuple(found[i] for i in ids if i in found)

    def vectors(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The vectors of chunks by id, float16 as stored; chunks without one are left out."""
        rows = self._database.rows(
            "SELECT chunk, vector FROM vectors WHERE chunk IN (SELECT value FROM json_each(?))",
            json.dumps([int(i) for i in ids if i.isdecimal()]),
        )
        return {str(number): bytes(vector) for number, vector in rows}

    def embedded_chunks(self, case_number: int) -> list[str]:
        """Ids of all chunks of a case that have a vector, in the order they were stored."""
        rows = self._database.rows(
            "SELECT v.chunk FROM documents d JOIN chunks k ON k.document = d.number"
            " JOIN vectors v ON v.chunk = k.number"
            " WHERE d.case_number = ? AND d.deleted IS NULL ORDER BY v.chunk",
            case_number,
        )
        return [str(row[0]) for row in rows]

    def stamp(self, case_number: int) -> tuple[int, ...]:
        """Changes whenever a document of the case comes, goes or is replaced."""
        row = self._database.row(
            "SELECT count(*), ifnull(max(number), 0), ifnull(sum(generation), 0) FROM documents"
            " WHERE case_number = ? AND deleted IS NULL",
            case_number,
        )
        return tuple(map(int, row)) if row else ()

    def statutes(self, case_number: int) -> list[tuple[str, dict[str, str]]]:
        """``(document id, properties)`` of the documents that say which statute they are of."""
        rows = self._database.rows(
            "SELECT id, properties FROM documents WHERE case_number = ? AND deleted IS NULL"
            " AND properties LIKE '%\"law\": %' ORDER BY number",
            case_number,
        )
        return [(str(row[0]), json.loads(row[1])) for row in rows]

    def neighbours(self, chunk: StoredChunk, before: int, after: int) -> tuple[StoredChunk, ...]:
        """``chunk`` with up to ``before`` chunks before it and ``after`` after it, in order."""
        rows = self._database.rows(
            f"{_CHUNKS} WHERE d.id = ? AND k.ordinal BETWEEN ? AND ? AND {_LIVE} ORDER BY k.ordinal",
            chunk.document,
            chunk.ordinal - before,
            chunk.ordinal + after,
        )
        return tuple(map(_chunk, rows))


def unknown(document_id: str) -> LibraryError:
    """The error for a document that is not there."""
    return LibraryError(tr("library.no_document", name=document_id), tr("library.no_document_hint"))


def store(connection: Connection, case_number: int, file: int, reading: Reading) -> bool:
    """Store one document inside a transaction: new, or as the next generation of its old version.

    Returns whether anything changed: false when it is stored just so already.
    """
    row = connection.execute(
        "SELECT number, id, generation, mac, deleted, error FROM documents WHERE file = ? AND key = ?",
        (file, reading.key),
    ).fetchone()
    if row is None:
        number, generation = _insert(connection, case_number, file, reading), 1
    elif row[3] == reading.mac and row[4] is None and row[5] is None:
        return False
    else:
        number, generation = int(row[0]), int(row[2]) + 1
        forget_chunks(connection, case_number, number, generation)
        connection.execute("DELETE FROM bodies WHERE document = ?", (number,))
    name = connection.execute("SELECT name FROM files WHERE number = ?", (file,)).fetchone()
    _update(connection, number, generation, reading, facts_of(reading.document, str(name[0]) if name else ""))
    connection.execute("INSERT INTO bodies(document, body) VALUES (?, ?)", (number, reading.body))
    connection.execute("DELETE FROM unrecognised WHERE document = ?", (number,))
    connection.executemany(
        "INSERT INTO unrecognised(document, page) VALUES (?, ?)",
        [(number, page) for page, size in enumerate(reading.document.pages, 1) if size.needs_ocr],
    )
    _insert_chunks(connection, case_number, number, reading.chunks)
    return True


def store_rejected(connection: Connection, case_number: int, file: int, title: str, error: dict[str, str]) -> None:
    """List a file that could not be read, with the reason; it goes when the file is read after all."""
    connection.execute(
        "INSERT INTO documents(id, case_number, file, key, title, format, partial, pages, chunks, added, generation,"
        " properties, notes, error) VALUES (?, ?, ?, ?, ?, '', 0, 0, 0, ?, 1, '{}', '[]', ?)"
        " ON CONFLICT(file, key) DO UPDATE SET error = excluded.error, added = excluded.added, deleted = NULL",
        (secrets.token_hex(6), case_number, file, _REFUSAL, title, now(), json.dumps(error, ensure_ascii=False)),
    )


def forget_chunks(connection: Connection, case_number: int, document: int, before: int) -> None:
    """Delete a document's chunks, and note that the index must forget generations before ``before``."""
    chunks = "(SELECT number FROM chunks WHERE document = ?)"
    for table in ("vectors", "renewed", "unembedded"):
        connection.execute(f"DELETE FROM {table} WHERE chunk IN {chunks}", (document,))  # noqa: S608
    connection.execute(
        f"DELETE FROM unindexed WHERE case_number = ? AND chunk IN {chunks}",  # noqa: S608
        (case_number, document),
    )
    connection.execute("DELETE FROM chunks WHERE document = ?", (document,))
    connection.execute(
        "INSERT OR REPLACE INTO stale(case_number, document, before) VALUES (?, ?, ?)", (case_number, document, before)
    )


def _insert(connection: Connection, case_number: int, file: int, reading: Reading) -> int:
    cursor = connection.execute(
        "INSERT INTO documents(id, case_number, file, key, title, format, partial, pages, chunks, added, generation,"
        " properties, notes) VALUES (?, ?, ?, ?, '', '', 0, 0, 0, '', 0, '', '')",
        (_free_id(connection, reading.wanted), case_number, file, reading.key),
    )
    return int(cursor.lastrowid)


def _free_id(connection: Connection, wanted: str) -> str:
    """The document's own id where it has one; numbered where another case or file took it."""
    if not wanted:
        return secrets.token_hex(6)
    name, count = wanted, 1
    while connection.execute("SELECT 1 FROM documents WHERE id = ?", (name,)).fetchone():
        count += 1
        name = f"{wanted}~{count}"
    return name


def _update(connection: Connection, number: int, generation: int, reading: Reading, told: dict[str, str]) -> None:
    """``told`` are facts the text tells; what the file says of itself counts more."""
    document = reading.document
    connection.execute(
        "UPDATE documents SET title = ?, format = ?, partial = ?, pages = ?, chunks = ?, embedded = 0, added = ?,"
        " generation = ?, properties = ?, notes = ?, error = NULL, mac = ?, original = ?, deleted = NULL"
        " WHERE number = ?",
        (
            document.title,
            document.format,
            int(document.partial),
            len(document.pages),
            len(reading.chunks),
            now(),
            generation,
            json.dumps({**told, **document.properties}, ensure_ascii=False),
            json.dumps(document.notes, ensure_ascii=False),
            reading.mac,
            reading.original,
            number,
        ),
    )


def _insert_chunks(connection: Connection, case_number: int, document: int, chunks: Sequence[ChunkLike]) -> None:
    for ordinal, chunk in enumerate(chunks):
        pieces = array("i", [v for p in chunk.pieces for v in (p.chunk_start, p.block, p.start, p.end)])
        block = chunk.pieces[0].block if chunk.pieces else 0
        cursor = connection.execute(
            "INSERT INTO chunks(document, ordinal, text, context, block, pieces) VALUES (?, ?, ?, ?, ?, ?)",
            (document, ordinal, chunk.text, chunk.context, block, pieces.tobytes()),
        )
        number = cursor.lastrowid
        connection.execute("INSERT INTO unembedded(chunk) VALUES (?)", (number,))
        connection.execute("INSERT INTO unindexed VALUES (?, ?, ?)", (WORDS, case_number, number))


def _stored(row: Row) -> StoredDocument:
    chunks, embedded, error, partial, unrecognised = row[6], row[7], row[13], row[14], row[17]
    if error is not None:
        state = REJECTED
    elif unrecognised:
        state = WORDS_STATE
    elif partial:
        state = PARTIAL
    else:
        state = READY if embedded == chunks else WORDS_STATE
    return StoredDocument(
        id=row[0],
        case=row[1],
        name=row[2],
        title=row[3],
        format=row[4],
        state=state,
        pages=row[5],
        chunks=chunks,
        embedded=embedded,
        size=row[8],
        added=row[9],
        generation=row[10],
        properties=json.loads(row[11]),
        notes=tuple(json.loads(row[12])),
        error=json.loads(error) if error is not None else None,
        path=row[15],
        key="" if row[16] == _REFUSAL else row[16],
        unrecognised=unrecognised,
    )


def _chunk(row: Row) -> StoredChunk:
    number, document, ordinal, text, context, block, packed = row
    flat = array("i")
    flat.frombytes(packed)
    pieces: tuple[Piece, ...] = tuple((flat[i], flat[i + 1], flat[i + 2], flat[i + 3]) for i in range(0, len(flat), 4))
    return StoredChunk(str(number), document, ordinal, text, context, block, pieces)
