"""The encrypted database: the only truth of the library.

One connection writes, behind a lock; readings borrow connections of their own and never wait for
it (write-ahead log). Pages, log and journal are encrypted by SQLCipher; temporary tables stay in
memory, so no plain byte reaches the disk.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from workbench.errors import LibraryTooNew
from workbench.i18n import tr
from workbench.models.library.faults import storage_faults
from workbench.models.library.schema import MIGRATIONS, VERSION

Connection = Any
Row = tuple[Any, ...]


class Database:
    """A SQLCipher file under a raw 32-byte key, brought to today's schema when opened.

    Raises LibraryTooNew when a newer program wrote it, LibraryCorrupt when it can't be read.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._write_lock = threading.RLock()
        self._idle: list[Connection] = []
        self._idle_lock = threading.Lock()
        with storage_faults(path.parent):
            self._writer = self._connect()
            try:
                self._migrate()
            except BaseException:
                self._writer.close()
                raise

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it happens or nothing; nested ones join the outer."""
        with self._write_lock, storage_faults(self._path.parent):
            if self._writer.in_transaction:
                yield self._writer
                return
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlcipher.Error):
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for as long as one is inside; from any thread."""
        with self._idle_lock:
            connection = self._idle.pop() if self._idle else None
        with storage_faults(self._path.parent):
            connection = connection or self._connect(reading=True)
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")
                with self._idle_lock:
                    self._idle.append(connection)

    def rows(self, statement: str, *values: object) -> list[Row]:
        """All rows of one question."""
        with self.read() as connection:
            return list(connection.execute(statement, values))

    def row(self, statement: str, *values: object) -> Row | None:
        """The first row of one question, or None."""
        with self.read() as connection:
            found: Row | None = connection.execute(statement, values).fetchone()
            return found

    def close(self) -> None:
        """Close every connection; the log is folded into the database."""
        with self._write_lock, self._idle_lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._writer.close()

    def _connect(self, *, reading: bool = False) -> Connection:
        connection = sqlcipher.connect(str(self._path), isolation_level=None, check_same_thread=False, timeout=30)
        try:
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -8192")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA journal_mode = WAL")
            # A commit lost with the power after the index was told of it would let a number be given twice.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if reading:
                connection.execute("PRAGMA query_only = ON")
        except sqlcipher.DatabaseError:
            connection.close()
            raise
        return connection

    def _migrate(self) -> None:
        found = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
        if found > VERSION:
            raise LibraryTooNew(tr("library.too_new"), tr("library.too_new_hint"))
        for version in range(found + 1, VERSION + 1):
            with self.write() as connection:
                for statement in MIGRATIONS[version].split(";"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
