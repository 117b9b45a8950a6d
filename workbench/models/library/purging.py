"""Forgetting for good what was deleted long enough ago."""

from workbench.models.library.changes import Changes
from workbench.models.library.database import Connection, Database
from workbench.models.library.files import forget_document
from workbench.models.library.originals import Originals

_LONG_DELETED = "documents WHERE deleted < ?1 OR case_number IN (SELECT number FROM cases WHERE deleted < ?1)"


def due(database: Database, before: str) -> Changes:
    """The cases and documents that :func:`purge` would drop now."""
    cases = database.rows("SELECT id FROM cases WHERE deleted < ?", before)
    documents = database.rows(f"SELECT id FROM {_LONG_DELETED}", before)  # noqa: S608 - constants only
    return Changes(frozenset(str(row[0]) for row in cases), frozenset(str(row[0]) for row in documents))


def purge(database: Database, before: str) -> Changes:
    """Drop documents and cases deleted before a time (ISO 8601, UTC).

    Returns the cases and documents gone; the index tables of the cases are the caller's to drop.
    """
    with database.write() as connection:
        cases = connection.execute("SELECT number, id FROM cases WHERE deleted < ?", (before,)).fetchall()
        documents = connection.execute(
            f"SELECT number, case_number, generation, id FROM {_LONG_DELETED}",  # noqa: S608 - constants only
            (before,),
        ).fetchall()
        for number, case_number, generation, _ in documents:
            forget_document(connection, case_number, number, generation)
        connection.execute("DELETE FROM files WHERE number NOT IN (SELECT file FROM documents)")
        for number, _ in cases:
            _forget_case(connection, number)
    return Changes(frozenset(str(row[1]) for row in cases), frozenset(str(row[3]) for row in documents))


def drop_orphans(database: Database, originals: Originals) -> None:
    """Drop originals nobody refers to: of replaced versions, and of imports that were killed."""
    rows = database.rows(
        "SELECT original FROM files WHERE original IS NOT NULL"
        " UNION SELECT original FROM documents WHERE original IS NOT NULL"
    )
    referred = {row[0] for row in rows}
    for name in originals.names() - referred:
        originals.drop(name)


def _forget_case(connection: Connection, number: int) -> None:
    for table in ("notes", "stale", "unindexed", "files"):
        connection.execute(f"DELETE FROM {table} WHERE case_number = ?", (number,))  # noqa: S608
    connection.execute("DELETE FROM cases WHERE number = ?", (number,))
