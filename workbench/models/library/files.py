"""Files of a case: what is known of each, so that an unchanged one is left alone."""

from dataclasses import dataclass
from pathlib import Path

from workbench.models.library.database import Connection
from workbench.models.library.documents import forget_chunks


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file about to be taken in; ``mac`` is the keyed hash of its content."""

    path: Path
    mac: bytes
    size: int
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a file gave: the id of its own document (None where every line is one), all ids, pages and chunks in all."""

    document: str | None
    documents: tuple[str, ...]
    pages: int
    chunks: int


def taken(connection: Connection, case_number: int, entry: Incoming) -> Summary | None:
    """What just this content gave before, from this path or another; None when it must be read.

    A file of which a document was deleted, or that was refused before, is read again.
    """
    row = connection.execute(
        "SELECT f.number FROM files f WHERE f.case_number = ? AND f.mac = ? AND f.complete"
        " AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.file = f.number"
        " AND (d.deleted IS NOT NULL OR d.error IS NOT NULL)) ORDER BY f.path = ? DESC",
        (case_number, entry.mac, str(entry.path)),
    ).fetchone()
    return summary(connection, row[0]) if row else None


def summary(connection: Connection, file: int) -> Summary | None:
    """What a file gave; None when it has no sound document."""
    rows = connection.execute(
        "SELECT id, pages, chunks, key FROM documents WHERE file = ? AND deleted IS NULL AND error IS NULL"
        " ORDER BY number",
        (file,),
    ).fetchall()
    if not rows:
        return None
    main = next((row[0] for row in rows if row[3] == ""), None)
    return Summary(main, tuple(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows))


def documents_by_key(connection: Connection, case_number: int, path: Path) -> dict[str, str]:
    """Ids of a file's sound documents by their keys."""
    rows = connection.execute(
        "SELECT d.key, d.id FROM documents d JOIN files f ON f.number = d.file"
        " WHERE f.case_number = ? AND f.path = ? AND d.deleted IS NULL AND d.error IS NULL",
        (case_number, str(path)),
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def begin(connection: Connection, case_number: int, entry: Incoming) -> int:
    """The number of the file's entry, made if new.

    A file is the one at the same path, or one of the same name whose old path is gone (it was moved);
    two files of one name in two places are two.
    """
    path, name = str(entry.path), entry.path.name
    row = connection.execute(
        "SELECT number FROM files WHERE case_number = ? AND path = ?", (case_number, path)
    ).fetchone()
    if row:
        return int(row[0])
    for number, old in connection.execute(
        "SELECT number, path FROM files WHERE case_number = ? AND name = ? ORDER BY number", (case_number, name)
    ).fetchall():
        if not Path(old).exists():
            connection.execute("UPDATE files SET path = ? WHERE number = ?", (path, number))
            return int(number)
    cursor = connection.execute(
        "INSERT INTO files(case_number, path, name, mac, size) VALUES (?, ?, ?, ?, ?)",
        (case_number, path, name, entry.mac, entry.size),
    )
    return int(cursor.lastrowid)


def has_sound(connection: Connection, file: int) -> bool:
    """Whether a sound version of the file is in."""
    return summary(connection, file) is not None


def finish(
    connection: Connection, case_number: int, file: int, entry: Incoming, *, original: str, keys: set[str]
) -> bool:
    """The file is in whole: forget documents it no longer holds; returns whether there were any."""
    held = connection.execute("SELECT number, generation, key FROM documents WHERE file = ?", (file,)).fetchall()
    gone = [row for row in held if row[2] not in keys]
    for number, generation, _ in gone:
        forget_document(connection, case_number, number, generation)
    connection.execute(
        "UPDATE files SET mac = ?, original = ?, size = ?, password = ?, complete = 1 WHERE number = ?",
        (entry.mac, original, entry.size, entry.password, file),
    )
    return bool(gone)


def forget_document(connection: Connection, case_number: int, number: int, generation: int) -> None:
    """Delete a document for good; the index learns of it."""
    forget_chunks(connection, case_number, number, generation + 1)
    connection.execute("DELETE FROM bodies WHERE document = ?", (number,))
    connection.execute("DELETE FROM documents WHERE number = ?", (number,))
