"""Keeping the search index in step with the database.

The database says in ``unindexed`` and ``stale`` what the index still owes. An entry is struck off
only after the index has committed, so a crash repeats work and never loses any: what may have been
written before a crash is removed first and written again.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.jobs import JobContext
from workbench.models.evidence.terms import TERMS_VERSION
from workbench.models.evidence.terms import terms as terms_of
from workbench.models.library.blinding import Blinder
from workbench.models.library.database import Database, Row
from workbench.models.library.rows import FRESH_LIMIT, KINDS, VECTORS, WORDS, IndexRow

if TYPE_CHECKING:
    from workbench.models.library.index import Index

_BATCH = 4096
_PIECES_LIMIT = 32


def searchable(context: str, text: str) -> str:
    """What of a chunk is searched and embedded: its context line, then its text."""
    return f"{context}\n{text}" if context else text


class Indexer:
    """Carries what the database committed into the index."""

    def __init__(
        self, database: Database, index: "Index", blinder: Blinder, make_terms: Callable[[str], list[str]] = terms_of
    ) -> None:
        self._database = database
        self._index = index
        self._blinder = blinder
        self._make_terms = make_terms
        self._locks = {kind: threading.RLock() for kind in KINDS}
        self._doubtful = {(str(k), str(c)) for k, c in self._owing()}

    def repair(self) -> None:
        """After opening: bring the index up to the database, however the last session ended."""
        living = {str(row[0]) for row in self._database.rows("SELECT id FROM cases")}
        indexed = self._index.cases()
        for case in indexed - living:
            self._index.drop(case)
        for (case,) in self._database.rows(
            "SELECT c.id FROM cases c WHERE EXISTS"
            " (SELECT 1 FROM documents d WHERE d.case_number = c.number AND d.chunks > 0)"
        ):
            if case not in indexed:
                self._owe_everything(case)
        self._renew_terms()
        waits = self._renewing()
        for kind, case in self._owing():
            if not (kind == WORDS and waits and self._owed_words(case) > _BATCH):
                self.flush(kind, case)
        for (case,) in self._database.rows("SELECT c.id FROM stale s JOIN cases c ON c.number = s.case_number"):
            self.forget_stale(case)

    def flush(self, kind: str, case: str, job: JobContext | None = None) -> None:
        """Write everything owed to a case's table. Raises DiskFull, Cancelled; what was not written stays owed."""
        with self._locks[kind]:
            doubtful = (kind, case) in self._doubtful
            for rows in self._batches(kind, case):
                if job is not None:
                    job.check()
                keys = [IndexRow(row[0], row[1], row[2]) for row in rows]
                numbers = [key.chunk for key in keys]
                if doubtful:
                    self._index.remove_chunks(kind, case, numbers)
                self._doubtful.add((kind, case))
                self._write(kind, case, keys, rows)
                self._strike(kind, case, numbers)
            # Everything owed is written: whatever is owed from now on is new to the index.
            self._doubtful.discard((kind, case))

    def catch_up(self, case: str) -> None:
        """Before a search: write the words of what was committed a moment ago, unless that would take long.

        An import commits a document first and indexes it next; a question between the two must not
        be told that the material is silent.
        """
        if 0 < self._owed_words(case) <= _BATCH:
            self.flush(WORDS, case)

    def _owed_words(self, case: str) -> int:
        """How many chunks' words a case's table is owed, counted as far as one more than a batch."""
        row = self._database.row(
            "SELECT COUNT(*) FROM (SELECT 1 FROM unindexed u JOIN cases c ON c.number = u.case_number"
            " WHERE u.kind = ? AND c.id = ? LIMIT ?)",
            WORDS,
            case,
            _BATCH + 1,
        )
        return int(row[0]) if row else 0

    def _renew_terms(self) -> None:
        """Words indexed by an older way of making terms are all owed again; they are found as before meanwhile."""
        kept = self._database.row("SELECT value FROM meta WHERE key = 'terms'")
        if kept is not None and kept[0] == TERMS_VERSION:
            return
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO unindexed(kind, case_number, chunk)"
                " SELECT ?, d.case_number, k.number FROM chunks k JOIN documents d ON d.number = k.document",
                (WORDS,),
            )
            connection.execute("INSERT OR REPLACE INTO meta(key, value) VALUES ('terms', ?)", (TERMS_VERSION,))
            connection.execute("INSERT OR REPLACE INTO meta(key, value) VALUES ('renewing', '1')")
        self._doubtful |= {(str(k), str(c)) for k, c in self._owing()}

    def _renewing(self) -> bool:
        return self._database.row("SELECT 1 FROM meta WHERE key = 'renewing'") is not None

    def _finish_renewing(self, job: JobContext) -> None:
        """Write what is owed since the way of making terms changed; a batch at a time, old words serve meanwhile."""
        if not self._renewing():
            return
        for kind, case in self._owing():
            if kind == WORDS:
                self.flush(kind, case, job)
                self._index.tidy(kind, case)
        with self._database.write() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'renewing'")

    def _write(self, kind: str, case: str, keys: list[IndexRow], rows: Sequence[Row]) -> None:
        if kind == WORDS:
            lines = [self._blinder.line(self._make_terms(searchable(row[3], row[4]))) for row in rows]
            self._index.add_words(case, keys, lines)
        else:
            vectors = np.frombuffer(b"".join(row[3] for row in rows), dtype=np.float16)
            self._index.add_vectors(case, keys, vectors.reshape(len(rows), -1).astype(np.float32))

    def forget_stale(self, case: str) -> None:
        """Remove replaced and purged documents' rows; they are no hits already before."""
        rows = self._database.rows(
            "SELECT s.case_number, s.document, s.before FROM stale s JOIN cases c ON c.number = s.case_number"
            " WHERE c.id = ?",
            case,
        )
        for number, document, before in rows:
            self._index.remove_generations(case, document, before)
            with self._database.write() as connection:
                connection.execute(
                    "DELETE FROM stale WHERE case_number = ? AND document = ? AND before = ?",
                    (number, document, before),
                )

    def rebuild(self, job: JobContext) -> None:
        """Make the whole index anew from the database; vectors are not computed again."""
        cases = [str(row[0]) for row in self._database.rows("SELECT id FROM cases")]
        with self._locks[WORDS], self._locks[VECTORS]:
            for case in cases:
                self._owe_everything(case)
            for case in self._index.cases():
                self._index.drop(case)
            with self._database.write() as connection:
                connection.execute("DELETE FROM stale")
        for done, case in enumerate(cases):
            job.progress(done, len(cases))
            for kind in KINDS:
                job.check()
                self.flush(kind, case)
                self._index.tidy(kind, case)
        job.progress(len(cases), len(cases))

    def tidy(self, job: JobContext, *, whole: bool) -> None:
        """Merge fresh rows into the index where it is worth it; ``whole``: wherever there are any.

        Words made by an older program's terms are made anew first.
        """
        self._finish_renewing(job)
        for case in sorted(self._index.cases()):
            for kind in KINDS:
                job.check()
                fresh = self._index.fresh(kind, case)
                worth = fresh >= FRESH_LIMIT or self._index.pieces(kind, case) >= _PIECES_LIMIT
                if worth or (whole and fresh):
                    self._index.tidy(kind, case)

    def merge_if_skewed(self, case: str) -> None:
        """After an import: merge at once what would bend scores or slow every query until the machine is idle."""
        if self._index.is_skewed(case):
            self._index.tidy(WORDS, case)

    def forget_vectors(self) -> None:
        """Drop all vector tables: another model made them."""
        for case in self._index.cases():
            self._index.drop(case, (VECTORS,))

    def _owing(self) -> list[Row]:
        return self._database.rows(
            "SELECT DISTINCT u.kind, c.id FROM unindexed u JOIN cases c ON c.number = u.case_number"
        )

    def _batches(self, kind: str, case: str) -> Iterator[Sequence[Row]]:
        columns, joined = (
            ("k.context, k.text", "") if kind == WORDS else ("v.vector", "JOIN vectors v ON v.chunk = k.number")
        )
        statement = (
            f"SELECT k.number, d.number, d.generation, {columns} FROM unindexed u"  # noqa: S608
            f" JOIN cases c ON c.number = u.case_number JOIN chunks k ON k.number = u.chunk {joined}"
            " JOIN documents d ON d.number = k.document WHERE u.kind = ? AND c.id = ? ORDER BY u.chunk LIMIT ?"
        )
        while rows := self._database.rows(statement, kind, case, _BATCH):
            yield rows

    def _strike(self, kind: str, case: str, chunks: list[int]) -> None:
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM unindexed WHERE kind = ? AND case_number = (SELECT number FROM cases WHERE id = ?)"
                " AND chunk IN (SELECT value FROM json_each(?))",
                (kind, case, json.dumps(chunks)),
            )

    def _owe_everything(self, case: str) -> None:
        of_case = "JOIN documents d ON d.number = k.document JOIN cases c ON c.number = d.case_number WHERE c.id = ?"
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO unindexed(kind, case_number, chunk)"  # noqa: S608 - constants
                f" SELECT '{WORDS}', d.case_number, k.number FROM chunks k {of_case}",
                (case,),
            )
            connection.execute(
                "INSERT OR IGNORE INTO unindexed(kind, case_number, chunk) SELECT"  # noqa: S608
                f" '{VECTORS}', d.case_number, k.number FROM vectors v JOIN chunks k ON k.number = v.chunk {of_case}",
                (case,),
            )
