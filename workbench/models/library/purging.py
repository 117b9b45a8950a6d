"""Forgetting for good what was deleted long enough ago."""

from workbench.models.library.database import Connection, Database
from workbench.models.library.files import forget_document
from workbench.models.library.originals import Originals


def purge(database: Database, before: str) -> list[str]:
    """Drop documents and cases deleted before a time (ISO 8601, UTC).

    Returns the ids of the cases gone; their index tables are the caller's to drop.
    """
    with database.write() as connection:
        cases = connection.execute("SELECT number, id FROM cases WHERE deleted < ?", (before,)).fetchall()
        documents = connection.execute(
            "SELECT number, case_number, generation FROM documents WHERE deleted < ?1"
            " OR case_number IN (SELECT number FROM cases WHERE deleted < ?1)",
            (before,),
        ).fetchall()
        for number, case_number, generation in documents:
            forget_document(connection, case_number, number, generation)
        connection.execute("DELETE FROM files WHERE number NOT IN (SELECT file FROM documents)")
        for number, _ in cases:
            _forget_case(connection, number)
    return [str(case_id) for _, case_id in cases]


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
