"""The search index (LanceDB): blinded terms and vectors by chunk number, and nothing readable.

A case has two tables, ``words_…`` and ``vectors_…``, named by its random id; so the weights of BM25
are those of the case searched, and a case goes as a whole. New rows are a table's *fresh* part: not in
its index yet, scanned when asked, and weighed by the BM25 statistics of all rows (a second table would
weigh by its own, and the scores could not be compared). :meth:`Index.tidy` merges the fresh part.
Everything here can be rebuilt from the database.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.errors import LibraryCorrupt, LibraryError
from workbench.i18n import tr
from workbench.models.library.faults import storage_faults
from workbench.models.library.lean_lancedb import load
from workbench.models.library.rows import KINDS, VECTORS, WORDS, Hits, IndexRow, listed

FRESH_BULK = 10_000
"""Fresh rows beyond which an import merges them itself before it ends."""
FRESH_SHARE = 0.1
"""Fresh rows for each merged one beyond which an import merges them: rows in the index are weighed by
the index's own counts, so that with too many fresh ones beside them the scores would drift apart."""
CELLS_FROM = 50_000
"""Vectors beyond which they are sorted into cells; below, comparing all of them takes under 50 ms."""
GROWN = 4
"""Times its vectors beyond which a table is sorted anew: cells are learnt from what was there then."""
_PROBES = 24
"""Cells compared for a query, of about as many as the root of all vectors. Of a million made-up vectors 20 give a
recall of 0.987 and 24 of 0.999; 32 gave no more and took half as long again."""
_EXACT = 100
"""Hits whose exact distance decides, at least; one byte a dimension orders so well that twice as many found no more."""
_OLD = timedelta(seconds=60)
_CACHE_BYTES = 640 << 20
"""At most; filled only as far as a library's index is large. A million chunks have 384 MB of cells and 124 MB of
terms, and cells read from the disk again for each query took it five times as long."""
_METADATA_BYTES = 32 << 20

_WORD_FIELDS = [("chunk", pa.int64()), ("document", pa.int64()), ("generation", pa.int32()), ("terms", pa.string())]


lancedb = load()


class Index:
    """All tables of a library. A table has one writer at a time; searches run beside it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        session = lancedb.Session(index_cache_size_bytes=_CACHE_BYTES, metadata_cache_size_bytes=_METADATA_BYTES)
        self._store = lancedb.connect(str(folder), session=session)
        self._tables: dict[str, Any] = {}
        self._opening = threading.Lock()
        self._writing: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)

    def add_words(self, case: str, rows: Sequence[IndexRow], terms: Sequence[str]) -> None:
        """Append chunks with their blinded terms, ``terms[i]`` being those of ``rows[i]`` in one line."""
        with self._writes(WORDS, case):
            table = self._table(WORDS, case)
            if table is None:
                table = self._create_words(case)
            table.add(_columns(rows, table.schema, terms=pa.array(terms, pa.string())))

    def add_vectors(self, case: str, rows: Sequence[IndexRow], vectors: NDArray[np.float32]) -> None:
        """Append chunks with their vectors, ``(len(rows), dim)`` of unit length; those of another length go."""
        dimension = vectors.shape[1]
        flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).reshape(-1))
        with self._writes(VECTORS, case):
            table = self._table(VECTORS, case)
            if table is not None and table.schema.field("vector").type.list_size != dimension:
                self.drop(case, (VECTORS,))
                table = None
            if table is None:
                table = self._create_vectors(case, dimension)
            table.add(_columns(rows, table.schema, vector=pa.FixedSizeListArray.from_arrays(flat, dimension)))

    def remove_chunks(self, kind: str, case: str, chunks: Collection[int]) -> None:
        """Forget chunks by number; those not there are no matter."""
        with self._writes(kind, case):
            table = self._table(kind, case)
            if table is not None and chunks:
                table.delete(f"chunk IN ({listed(chunks)})")

    def remove_generations(self, case: str, document: int, before: int) -> None:
        """Forget a document's chunks of generations before ``before``."""
        for kind in KINDS:
            with self._writes(kind, case):
                table = self._table(kind, case)
                if table is not None:
                    table.delete(f"document = {document} AND generation < {before}")

    def find_words(self, case: str, terms: str, limit: int, where: str | None) -> Hits:
        """Chunks by BM25 on blinded ``terms`` (a line); ``where`` a filter from :mod:`rows`."""
        table = self._table(WORDS, case)
        if table is None or not terms:
            return []
        query = table.search(terms, query_type="fts").limit(limit).select(["chunk", "_score"])
        found = _run(query, where)
        return list(zip(found["chunk"].to_pylist(), found["_score"].to_pylist(), strict=True))

    def find_nearest(self, case: str, vector: NDArray[np.float32], limit: int, where: str | None) -> Hits:
        """Chunks by cosine with ``vector``; empty when the index holds vectors of another length."""
        table = self._table(VECTORS, case)
        if table is None or table.schema.field("vector").type.list_size != len(vector):
            return []
        query = table.search(vector).distance_type("cosine").limit(limit).select(["chunk", "_distance"])
        refined = -(-_EXACT // max(limit, 1))
        found = _run(query.nprobes(_PROBES).refine_factor(refined), where)
        scores = 1.0 - found["_distance"].to_numpy()
        return list(zip(found["chunk"].to_pylist(), scores.tolist(), strict=True))

    def fresh(self, kind: str, case: str) -> int:
        """Rows of a table its index does not know yet."""
        table = self._table(kind, case)
        if table is None:
            return 0
        indices = list(table.list_indices())
        if not indices:
            return 0 if kind == VECTORS and table.count_rows() < CELLS_FROM else int(table.count_rows())
        stats = table.index_stats(indices[-1].name)
        return int(stats.num_unindexed_rows) if stats else 0

    def is_skewed(self, case: str) -> bool:
        """Whether so many words are fresh that waiting for an idle moment would harm."""
        table, fresh = self._table(WORDS, case), self.fresh(WORDS, case)
        if table is None:
            return False
        merged = table.count_rows() - fresh
        return fresh >= FRESH_BULK or (merged > 0 and fresh > FRESH_SHARE * merged)

    def tidy(self, kind: str, case: str) -> None:
        """Merge the fresh part, join small files, drop what old versions of the table still hold."""
        with self._writes(kind, case):
            table = self._table(kind, case)
            if table is None:
                return
            if kind == VECTORS:
                _sort_into_cells(table)
            table.optimize(cleanup_older_than=_OLD)

    def pieces(self, kind: str, case: str) -> int:
        """How many versions a table has; many small ones make queries slow."""
        table = self._table(kind, case)
        return 0 if table is None else len(table.list_versions())

    def chunk_numbers(self, kind: str, case: str) -> list[int]:
        """All chunk numbers of a table, in no order; those in it twice are listed twice."""
        table = self._table(kind, case)
        if table is None:
            return []
        found = table.search().select(["chunk"]).limit(table.count_rows() or 1).to_arrow()
        return [int(n) for n in found["chunk"].to_pylist()]

    def drop(self, case: str, kinds: Iterable[str] = KINDS) -> None:
        """Forget a whole case."""
        for kind in kinds:
            name = _name(kind, case)
            with self._writes(kind, case):
                self._tables.pop(name, None)
                if name in self._names():
                    self._store.drop_table(name)

    def cases(self) -> set[str]:
        """The cases that have tables."""
        return {name.partition("_")[2] for name in self._names()}

    def _names(self) -> set[str]:
        names: set[str] = set()
        token = None
        while True:
            page = self._store.list_tables(page_token=token)
            names.update(page.tables)
            token = page.page_token
            if not token:
                return names

    @contextmanager
    def _writes(self, kind: str, case: str) -> Iterator[None]:
        """One writer a table; searching never waits for it."""
        with self._writing[_name(kind, case)], storage_faults():
            yield

    def _table(self, kind: str, case: str) -> Any | None:
        name = _name(kind, case)
        table = self._tables.get(name)
        if table is None and name in self._names():
            with self._opening:
                # An empty table is false, so ask for None.
                table = self._tables[name] if name in self._tables else self._opened(kind, name)
        return table

    def _opened(self, kind: str, name: str) -> Any | None:
        """Open a table; None when it was killed, or its disk was full, before it was made."""
        try:
            table = self._tables[name] = self._store.open_table(name)
        except ValueError:
            return None
        except RuntimeError as error:
            raise _broken(error) from error
        if kind == WORDS and not list(table.list_indices()):
            table.create_index("terms", config=_word_index())
        return table

    def _made(self, name: str, fields: list[tuple[str, pa.DataType]]) -> Any:
        mode = "overwrite" if name in self._names() else "create"
        return self._store.create_table(name, schema=pa.schema(fields), mode=mode)

    def _create_words(self, case: str) -> Any:
        name = _name(WORDS, case)
        # Whoever searches meanwhile must not meet the table before it has its index.
        with self._opening:
            table = self._made(name, _WORD_FIELDS)
            table.create_index("terms", config=_word_index())
            self._tables[name] = table
        return table

    def _create_vectors(self, case: str, dimension: int) -> Any:
        name = _name(VECTORS, case)
        fields = [*_WORD_FIELDS[:3], ("vector", pa.list_(pa.float32(), dimension))]
        with self._opening:
            self._tables[name] = self._made(name, fields)
        return self._tables[name]


def _sort_into_cells(table: Any) -> None:
    """Learn cells where there are enough vectors, and again once they have grown; searches go on meanwhile.

    The index's name tells how many vectors it was learnt from. Those before go when the new one stands.
    """
    rows = int(table.count_rows())
    before = [index.name for index in table.list_indices()]
    learnt = max((int(n.rpartition("_")[2]) for n in before if n.rpartition("_")[2].isdecimal()), default=0)
    if rows < max(CELLS_FROM, GROWN * learnt):
        return
    config = lancedb.index.IvfSq(distance_type="cosine", num_partitions=int(rows**0.5))
    table.create_index("vector", config=config, name=f"cells_{rows}")
    for name in before:
        if name != f"cells_{rows}":
            table.drop_index(name)


def _name(kind: str, case: str) -> str:
    return f"{kind}_{case}"


def _word_index() -> Any:
    """Terms arrive made and blinded: split at the blanks, nothing else done to them."""
    return lancedb.index.FTS(
        base_tokenizer="whitespace",
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        with_position=False,
        max_token_length=None,
    )


def _columns(rows: Sequence[IndexRow], schema: pa.Schema, **last: pa.Array) -> pa.Table:
    columns = {
        "chunk": pa.array([r.chunk for r in rows], pa.int64()),
        "document": pa.array([r.document for r in rows], pa.int64()),
        "generation": pa.array([r.generation for r in rows], pa.int32()),
        **last,
    }
    return pa.table(columns, schema=schema)


def _run(query: Any, where: str | None) -> pa.Table:
    try:
        return (query.where(where, prefilter=True) if where else query).to_arrow()
    except (RuntimeError, OSError, ValueError) as error:
        raise _broken(error) from error


def _broken(error: Exception) -> LibraryError:
    """The index can't be read; the documents are not touched by that."""
    return LibraryCorrupt(tr("library.index_broken"), tr("library.index_broken_hint"), repr(error))
