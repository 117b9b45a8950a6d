"""Cases (卷宗) in the database, and the notes kept with them."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from workbench.errors import LibraryError
from workbench.i18n import tr
from workbench.models.library.database import Connection, Database
from workbench.models.library.records import Case

_COLUMNS = """c.id, c.name, c.created,
    (SELECT count(*) FROM documents d WHERE d.case_number = c.number AND d.deleted IS NULL AND d.error IS NULL)"""


def now() -> str:
    """The time as stored: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Cases:
    """Making, naming, finding and deleting cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Case, ...]:
        """Every case that is not deleted, oldest first."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM cases c WHERE c.deleted IS NULL ORDER BY c.number")  # noqa: S608
        return tuple(Case(*row) for row in rows)

    def find(self, name_or_id: str) -> Case:
        """A case by id or by name. Raises LibraryError when there is none."""
        row = self._database.row(
            f"SELECT {_COLUMNS} FROM cases c WHERE c.deleted IS NULL AND (c.id = ?1 OR c.name = ?1)"  # noqa: S608
            " ORDER BY c.id = ?1 DESC",
            name_or_id.strip(),
        )
        if row is None:
            raise LibraryError(tr("library.no_case", name=name_or_id), tr("library.no_case_hint"))
        return Case(*row)

    def number(self, case_id: str) -> int:
        """The number of a case that is not deleted. Raises LibraryError when there is none."""
        row = self._database.row("SELECT number FROM cases WHERE id = ? AND deleted IS NULL", case_id)
        if row is None:
            raise LibraryError(tr("library.no_case", name=case_id), tr("library.no_case_hint"))
        return int(row[0])

    def create(self, name: str) -> Case:
        """A new, empty case. Raises LibraryError when the name is empty or taken."""
        with self._database.write() as connection:
            _check_name(connection, name, "")
            case = Case(secrets.token_hex(6), name.strip(), now(), 0)
            connection.execute(
                "INSERT INTO cases(id, name, created) VALUES (?, ?, ?)", (case.id, case.name, case.created)
            )
        return case

    def rename(self, case_id: str, name: str) -> None:
        """Give another name. Raises LibraryError when it is empty or taken, or the case unknown."""
        self.number(case_id)
        with self._database.write() as connection:
            _check_name(connection, name, case_id)
            connection.execute("UPDATE cases SET name = ? WHERE id = ?", (name.strip(), case_id))

    def set_deleted(self, case_id: str, *, deleted: bool) -> None:
        """Delete a case, or take the deletion back."""
        with self._database.write() as connection:
            row = connection.execute("SELECT name FROM cases WHERE id = ?", (case_id,)).fetchone()
            if row is None:
                raise LibraryError(tr("library.no_case", name=case_id), tr("library.no_case_hint"))
            if not deleted:
                _check_name(connection, row[0], case_id)
            connection.execute("UPDATE cases SET deleted = ? WHERE id = ?", (now() if deleted else None, case_id))

    def save_note(self, case_id: str, kind: str, key: str, value: dict[str, Any]) -> None:
        """Keep a JSON value by kind and key, replacing the one before."""
        number = self.number(case_id)
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO notes(case_number, kind, key, value) VALUES (?, ?, ?, ?)",
                (number, kind, key, json.dumps(value, ensure_ascii=False)),
            )

    def notes(self, case_id: str, kind: str) -> dict[str, dict[str, Any]]:
        """All values of a kind by key, in the order of the keys."""
        number = self.number(case_id)
        rows = self._database.rows(
            "SELECT key, value FROM notes WHERE case_number = ? AND kind = ? ORDER BY key", number, kind
        )
        return {key: json.loads(value) for key, value in rows}

    def delete_note(self, case_id: str, kind: str, key: str) -> None:
        """Forget a value; one that is not there is no matter."""
        number = self.number(case_id)
        with self._database.write() as connection:
            connection.execute("DELETE FROM notes WHERE case_number = ? AND kind = ? AND key = ?", (number, kind, key))


def _check_name(connection: Connection, name: str, but: str) -> None:
    if not name.strip():
        raise LibraryError(tr("library.case_nameless"), tr("library.case_nameless_hint"))
    taken = connection.execute(
        "SELECT 1 FROM cases WHERE name = ? AND deleted IS NULL AND id <> ?", (name.strip(), but)
    ).fetchone()
    if taken:
        raise LibraryError(tr("library.case_taken", name=name.strip()), tr("library.case_taken_hint"))
