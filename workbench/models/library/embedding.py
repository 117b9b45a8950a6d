"""The second phase of an import: vectors for every chunk that has none yet.

Vectors of two models can't be compared. When another model works than the one whose vectors serve, every
chunk gets a vector of the new one in ``renewed``, while searches go on with the old vectors (and questions
with the old model); when all are there they take over together. ``meta`` knows by what: ``embedder`` and
``embedder_next`` are hashes of a model's file and dimension, ``embedder_model`` is the serving file's hash.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from workbench.inference.api import Embedder
from workbench.jobs import JobContext
from workbench.models.library.changes import Changes
from workbench.models.library.database import Connection, Database, Row
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


def serving_model(database: Database) -> str:
    """The hash of the file of the model whose vectors serve; empty where there are none, or it isn't known."""
    return _noted(database, "embedder_model")


def embed_pending(
    database: Database, indexer: Indexer, load: Callable[[], Embedder], job: JobContext, case_id: str | None
) -> Changes:
    """Give every waiting chunk its vector, a batch at a time; stopped at any moment, it goes on where it was.

    ``load`` gives the embedder and is not called for a library without text. Each batch is in the
    database before the next begins; the index follows every few batches. The embedder waits for its
    turn before each batch, so that a question goes first. Where another model made the vectors that serve,
    those of all cases are made anew, whatever ``case_id`` is.
    """
    if database.row("SELECT 1 FROM chunks LIMIT 1") is None:
        return Changes()
    embedder = load()
    model, renewing = _key(embedder), _renews(database, embedder)
    case_id = None if renewing else case_id
    total, done, changes = pending(database, case_id), 0, Changes()
    waiting: set[str] = set()
    try:
        for count, rows in enumerate(_batches(database, case_id), start=1):
            job.check()
            job.progress(done, total)
            vectors = embedder.embed([searchable(row[4], row[5]) for row in rows], "passage", job)
            if _key(embedder) != model:
                # Another model was put to work meanwhile: these vectors are its, and all begins again with it.
                break
            _keep(database, rows, vectors.astype(np.float16), aside=renewing)
            done += len(rows)
            waiting |= {row[3] for row in rows}
            changes |= Changes(frozenset(row[3] for row in rows), frozenset(row[2] for row in rows))
            if count % _FLUSH_EVERY == 0:
                _flush(indexer, waiting)
    finally:
        _flush(indexer, waiting)
    if _key(embedder) != model:
        return changes | embed_pending(database, indexer, load, job, case_id)
    if renewing and not pending(database, None):
        changes |= _take_over(database, indexer, embedder)
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


def _keep(database: Database, rows: Sequence[Row], vectors: np.ndarray, *, aside: bool) -> None:
    """Store vectors of the chunks that are still there: a document may have been replaced meanwhile.

    ``aside``: beside those that serve.
    """
    table = "renewed" if aside else "vectors"
    with database.write() as connection:
        for (chunk, document, *_), vector in zip(rows, vectors, strict=True):
            kept = connection.execute(
                f"INSERT OR REPLACE INTO {table}(chunk, vector)"  # noqa: S608 - one of two names
                " SELECT u.chunk, ? FROM unembedded u WHERE u.chunk = ?",
                (vector.tobytes(), chunk),
            ).rowcount
            if not kept:
                continue
            connection.execute("DELETE FROM unembedded WHERE chunk = ?", (chunk,))
            if not aside:
                connection.execute("UPDATE documents SET embedded = embedded + 1 WHERE number = ?", (document,))
                connection.execute(
                    "INSERT OR IGNORE INTO unindexed(kind, case_number, chunk)"
                    " SELECT ?, case_number, ? FROM documents WHERE number = ?",
                    (VECTORS, chunk, document),
                )


def _renews(database: Database, embedder: Embedder) -> bool:
    """Whether the vectors that serve are another model's; a renewal that isn't begun yet begins.

    A renewal given up for the model that serves (or for a third one) leaves nothing behind.
    """
    model = _key(embedder)
    serving, next_ = _noted(database, "embedder"), _noted(database, "embedder_next")
    if serving == model:
        if next_ or not serving_model(database):
            with database.write() as connection:
                connection.execute("DELETE FROM unembedded WHERE chunk IN (SELECT chunk FROM vectors)")
                _serve_by(connection, embedder)
        return False
    if next_ == model:
        return True
    begins = database.row("SELECT 1 FROM vectors LIMIT 1") is not None
    with database.write() as connection:
        connection.execute("DELETE FROM renewed")
        connection.execute("INSERT OR IGNORE INTO unembedded(chunk) SELECT number FROM chunks")
        if begins:
            _note(connection, "embedder_next", model)
        else:
            _serve_by(connection, embedder)
    return begins


def _take_over(database: Database, indexer: Indexer, embedder: Embedder) -> Changes:
    """Let the new vectors serve. Documents in the bin have none of them, and wait for theirs as new ones do."""
    with database.write() as connection:
        connection.execute("DELETE FROM vectors")
        connection.execute("INSERT INTO vectors(chunk, vector) SELECT chunk, vector FROM renewed")
        connection.execute("DELETE FROM unindexed WHERE kind = ?", (VECTORS,))
        connection.execute(
            "INSERT INTO unindexed(kind, case_number, chunk) SELECT ?, d.case_number, v.chunk FROM vectors v"
            " JOIN chunks k ON k.number = v.chunk JOIN documents d ON d.number = k.document",
            (VECTORS,),
        )
        connection.execute(
            "UPDATE documents SET embedded = (SELECT count(*) FROM chunks k JOIN vectors v ON v.chunk = k.number"
            " WHERE k.document = documents.number)"
        )
        _serve_by(connection, embedder)
    indexer.forget_vectors()
    cases = {str(row[0]) for row in database.rows("SELECT id FROM cases")}
    _flush(indexer, set(cases))
    return Changes(frozenset(cases))


def _serve_by(connection: Connection, embedder: Embedder) -> None:
    """From now on the vectors that serve are this model's, and no other's are being made."""
    connection.execute("DELETE FROM renewed")
    connection.execute("DELETE FROM meta WHERE key = 'embedder_next'")
    _note(connection, "embedder", _key(embedder))
    _note(connection, "embedder_model", embedder.info.sha256)


def _key(embedder: Embedder) -> str:
    info = embedder.info
    return hashlib.sha256(f"{info.sha256} {info.dimension}".encode()).hexdigest()


def _noted(database: Database, key: str) -> str:
    row = database.row("SELECT value FROM meta WHERE key = ?", key)
    return str(row[0]) if row else ""


def _note(connection: Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (key, value))
