"""The second phase of an import: vectors for every chunk that has none yet."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from workbench.inference.api import Embedder
from workbench.jobs import JobContext
from workbench.models.library.changes import Changes
from workbench.models.library.database import Database, Row
from workbench.models.library.indexing import Indexer, searchable
from workbench.models.library.rows import VECTORS

_BATCH = 32
_FLUSH_EVERY = 8

_PENDING = """SELECT k.number, d.number, d.id, c.id, k.context, k.text FROM unembedded u
    JOIN chunks k ON k.number = u.chunk JOIN documents d ON d.number = k.document
    JOIN cases c ON c.number = d.case_number
    WHERE d.deleted IS NULL AND c.deleted IS NULL AND (?1 IS NULL OR c.id = ?1) AND k.number > ?2
    ORDER BY k.number LIMIT ?3"""


def pending(database: Database, case_id: str | None) -> int:
    """How many chunks wait for their vector."""
    row = database.row(
        "SELECT count(*) FROM unembedded u JOIN chunks k ON k.number = u.chunk"
        " JOIN documents d ON d.number = k.document JOIN cases c ON c.number = d.case_number"
        " WHERE d.deleted IS NULL AND c.deleted IS NULL AND (?1 IS NULL OR c.id = ?1)",
        case_id,
    )
    return int(row[0]) if row else 0


def embed_pending(
    database: Database, indexer: Indexer, load: Callable[[], Embedder], job: JobContext, case_id: str | None
) -> Changes:
    """Give every waiting chunk its vector, a batch at a time; stopped at any moment, it goes on where it was.

    ``load`` gives the embedder and is not called for a library without text. Each batch is in the
    database before the next begins; the index follows every few batches. The embedder waits for its
    turn before each batch, so that a question goes first.
    """
    if database.row("SELECT 1 FROM chunks LIMIT 1") is None:
        return Changes()
    embedder = load()
    _renew_for(database, indexer, embedder)
    total, done, changes = pending(database, case_id), 0, Changes()
    waiting: set[str] = set()
    try:
        for count, rows in enumerate(_batches(database, case_id), start=1):
            job.check()
            job.progress(done, total)
            vectors = embedder.embed([searchable(row[4], row[5]) for row in rows], "passage", job)
            _keep(database, rows, vectors.astype(np.float16))
            done += len(rows)
            waiting |= {row[3] for row in rows}
            changes |= Changes(frozenset(row[3] for row in rows), frozenset(row[2] for row in rows))
            if count % _FLUSH_EVERY == 0:
                _flush(indexer, waiting)
    finally:
        _flush(indexer, waiting)
    job.progress(done, done)
    return changes


def _batches(database: Database, case_id: str | None) -> Iterator[Sequence[Row]]:
    last = 0
    while rows := database.rows(_PENDING, case_id, last, _BATCH):
        yield rows
        last = rows[-1][0]


def _flush(indexer: Indexer, cases: set[str]) -> None:
    for case in sorted(cases):
        indexer.flush(VECTORS, case)
    cases.clear()


def _keep(database: Database, rows: Sequence[Row], vectors: np.ndarray) -> None:
    """Store vectors of the chunks that are still there: a document may have been replaced meanwhile."""
    with database.write() as connection:
        for (chunk, document, *_), vector in zip(rows, vectors, strict=True):
            kept = connection.execute(
                "INSERT OR REPLACE INTO vectors(chunk, vector) SELECT u.chunk, ? FROM unembedded u WHERE u.chunk = ?",
                (vector.tobytes(), chunk),
            ).rowcount
            if kept:
                connection.execute("DELETE FROM unembedded WHERE chunk = ?", (chunk,))
                connection.execute("UPDATE documents SET embedded = embedded + 1 WHERE number = ?", (document,))
                connection.execute(
                    "INSERT OR IGNORE INTO unindexed(kind, case_number, chunk)"
                    " SELECT ?, case_number, ? FROM documents WHERE number = ?",
                    (VECTORS, chunk, document),
                )


def _renew_for(database: Database, indexer: Indexer, embedder: Embedder) -> None:
    """Vectors of another model can't be compared: all chunks wait again when the model changed."""
    info = embedder.info
    model = hashlib.sha256(f"{info.sha256} {info.dimension}".encode()).hexdigest()
    before = database.row("SELECT value FROM meta WHERE key = 'embedder'")
    if before is not None and before[0] == model:
        return
    with database.write() as connection:
        connection.execute("DELETE FROM vectors")
        connection.execute("DELETE FROM unindexed WHERE kind = ?", (VECTORS,))
        connection.execute("INSERT OR IGNORE INTO unembedded(chunk) SELECT number FROM chunks")
        connection.execute("UPDATE documents SET embedded = 0")
        connection.execute("INSERT OR REPLACE INTO meta(key, value) VALUES ('embedder', ?)", (model,))
    indexer.forget_vectors()
