"""The library: one object for everything kept, used by panes, commands and engines alike."""

import hmac
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from workbench.errors import LibraryCorrupt, LibraryTooNew, WrongKey
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents import codec
from workbench.models.documents.document import Document
from workbench.models.evidence import Anchor
from workbench.models.library.blinding import Blinder
from workbench.models.library.cases import Cases
from workbench.models.library.changes import Changes
from workbench.models.library.database import Database
from workbench.models.library.documents import Documents
from workbench.models.library.embedding import serving_model
from workbench.models.library.faults import storage_faults
from workbench.models.library.indexing import Indexer
from workbench.models.library.locking import HomeLock
from workbench.models.library.originals import Originals
from workbench.models.library.placing import place
from workbench.models.library.purging import drop_orphans, due, purge
from workbench.models.library.records import Case, StoredChunk, StoredDocument
from workbench.models.library.rows import Hits, among, without
from workbench.vault import LibraryKey

_FORMAT = 1
UNDO_DAYS = 30
"""How long what was deleted can be brought back."""
_DECODED_BYTES = 3 << 20
"""Encoded bytes of documents kept decoded; decoded they take some fifteen times as much memory."""


class Library:
    """All cases of a home folder, open in this process alone. Everything may be called from any thread."""

    def __init__(self, home: Path, key: LibraryKey) -> None:
        from workbench.models.library.index import Index  # noqa: PLC0415 - a second that a closed library saves

        with storage_faults():
            self._lock = HomeLock(home)
        try:
            _check_format(home, key)
            self.database = Database(home / "library.db", key.derive("database"))
            self._cases = Cases(self.database)
            self._documents = Documents(self.database)
            self._index = Index(home / "index")
            self.originals = Originals(home / "originals", key.derive("originals"), key.derive("names"))
            self._blinder = Blinder(key.derive("terms"))
            self.indexer = Indexer(self.database, self._index, self._blinder)
            self.indexer.repair()
        except BaseException:
            self._lock.release()
            raise
        self.storing = RLock()
        self._decoded: OrderedDict[tuple[str, int], tuple[int, Document]] = OrderedDict()
        self._decoded_lock = Lock()

    @classmethod
    def open(cls, home: Path, key: LibraryKey) -> Self:
        """Open the library, making it on first use, and finish what a crash left undone.

        Raises LibraryLocked (another process has it), WrongKey, LibraryTooNew, LibraryCorrupt, DiskFull.
        """
        with storage_faults():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(home, key)

    def close(self) -> None:
        """Let go of the folder."""
        self.database.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def cases(self) -> tuple[Case, ...]:
        """Every case, oldest first."""
        return self._cases.all()

    def case(self, name_or_id: str) -> Case:
        """A case by id or by name. Raises LibraryError when there is none."""
        return self._cases.find(name_or_id)

    def case_number(self, case_id: str) -> int:
        """The number of a case in the database. Raises LibraryError when there is none."""
        return self._cases.number(case_id)

    def create_case(self, name: str) -> Case:
        """A new, empty case. Raises LibraryError when the name is empty or taken."""
        return self._cases.create(name)

    def rename_case(self, case_id: str, name: str) -> Changes:
        """Give a case another name. Raises LibraryError when it is empty or taken."""
        self._cases.rename(case_id, name)
        return Changes(cases=frozenset({case_id}))

    def delete_case(self, case_id: str) -> Changes:
        """Take a case with all its documents out of sight; :meth:`restore_case` brings it back."""
        self._cases.number(case_id)
        return self._set_case_deleted(case_id, deleted=True)

    def restore_case(self, case_id: str) -> Changes:
        """Take the deletion of a case back, until it is purged."""
        return self._set_case_deleted(case_id, deleted=False)

    def documents(self, case_id: str) -> tuple[StoredDocument, ...]:
        """A case's documents in the order they came, rejected files among them."""
        return self._documents.of_case(self._cases.number(case_id))

    def document(self, document_id: str) -> StoredDocument:
        """One document. Raises LibraryError when it is unknown or deleted."""
        return self._documents.find(document_id)

    def content(self, document_id: str) -> Document:
        """The document as read. Raises LibraryError when it is unknown or was rejected."""
        stored = self._documents.find(document_id)
        key = (stored.id, stored.generation)
        with self._decoded_lock:
            if key in self._decoded:
                self._decoded.move_to_end(key)
                return self._decoded[key][1]
        body = self._documents.body(document_id)
        document = codec.decode(body)
        with self._decoded_lock:
            self._decoded[key] = (len(body), document)
            while len(self._decoded) > 1 and sum(size for size, _ in self._decoded.values()) > _DECODED_BYTES:
                self._decoded.popitem(last=False)
        return document

    def original(self, document_id: str) -> bytes:
        """The file as it came. Raises LibraryError when it was not kept, LibraryCorrupt when tampered with."""
        name, _ = self._documents.file_of(document_id)
        if name is None:
            raise LibraryCorrupt(tr("library.original"), tr("library.original_hint"))
        return self.originals.content(name)

    def password(self, document_id: str) -> str | None:
        """The password the document was opened with, where it needed one."""
        return self._documents.file_of(document_id)[1]

    def delete_document(self, document_id: str) -> Changes:
        """Take a document out of sight and search at once; :meth:`restore_document` brings it back."""
        self._documents.find(document_id)
        case = self._documents.set_deleted(document_id, deleted=True)
        return Changes(frozenset({case}), frozenset({document_id}))

    def restore_document(self, document_id: str) -> Changes:
        """Take a deletion back, until it is purged."""
        case = self._documents.set_deleted(document_id, deleted=False)
        return Changes(frozenset({case}), frozenset({document_id}))

    def chunks(self, ids: Sequence[str]) -> tuple[StoredChunk, ...]:
        """Chunks by id in the order asked; those deleted or replaced meanwhile are left out."""
        return self._documents.chunks(ids)

    def neighbours(self, chunk: StoredChunk, before: int, after: int) -> tuple[StoredChunk, ...]:
        """``chunk`` with up to ``before`` chunks before it and ``after`` after it, in order."""
        return self._documents.neighbours(chunk, before, after)

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors ``(dim,)`` of chunks by id; those that have none yet are left out."""
        return {i: np.frombuffer(v, np.float16).astype(np.float32) for i, v in self._documents.vectors(ids).items()}

    def vector_model(self) -> str:
        """The hash of the model whose vectors serve; empty where there are none. Questions need a vector of it."""
        return serving_model(self.database)

    def embedded_chunks(self, case_id: str) -> list[str]:
        """Ids of all chunks of a case that have a vector, in the order they were stored."""
        return self._documents.embedded_chunks(self._cases.number(case_id))

    def stamp(self, case_id: str) -> tuple[int, ...]:
        """Changes whenever a document of the case comes, goes or is replaced. Raises LibraryError for no case."""
        return self._documents.stamp(self._cases.number(case_id))

    def statutes(self, case_id: str) -> list[tuple[str, dict[str, str]]]:
        """``(document id, properties)`` of a case's documents that have the property ``law``."""
        return self._documents.statutes(self._cases.number(case_id))

    def anchor(self, chunk: StoredChunk, start: int, end: int) -> Anchor:
        """Where ``chunk.text[start:end]`` stands in its document. Raises LibraryError where it has no place."""
        return place(self.content(chunk.document), chunk, start, end)

    def find_words(
        self, case_id: str, terms: Sequence[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Chunk ids by BM25 on ``terms`` (in clear; blinded here), best first, of ``documents`` only if given."""
        self.indexer.catch_up(case_id)
        line = self._blinder.line(dict.fromkeys(terms))
        return self._find(case_id, limit, documents, partial(self._index.find_words, case_id, line))

    def find_nearest(
        self, case_id: str, vector: NDArray[np.float32], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Chunk ids by cosine with ``vector`` (dim, unit length), best first, of ``documents`` only if given."""
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        search = partial(self._index.find_nearest, case_id, query)
        return self._find(case_id, limit, documents, search)

    def save_note(self, case_id: str, kind: str, key: str, value: dict[str, Any]) -> None:
        """Keep what a pane has made (a talk, a draft) encrypted with the case."""
        self._cases.save_note(case_id, kind, key, value)

    def notes(self, case_id: str, kind: str) -> dict[str, dict[str, Any]]:
        """Everything of a kind kept with a case, by key."""
        return self._cases.notes(case_id, kind)

    def delete_note(self, case_id: str, kind: str, key: str) -> None:
        """Forget one kept value."""
        self._cases.delete_note(case_id, kind, key)

    def rebuild_index(self, job: JobContext | None = None) -> None:
        """Make the search index anew from the database; vectors are not computed again."""
        self.indexer.rebuild(job or JobContext())

    def tidy(
        self,
        job: JobContext,
        *,
        whole: bool = False,
        purge_before: str | None = None,
        going: Callable[[Changes], None] | None = None,
    ) -> Changes:
        """When idle: merge fresh index rows, forget replaced ones, purge what was deleted before a time.

        ``whole`` merges small fresh parts too. ``purge_before`` is ISO 8601 in UTC; without it nothing
        that was deleted goes for good. Returns what was purged. Before anything is, ``going`` hears of it:
        who holds copies lets go of them first, so that a crash in between leaves none behind.
        """
        for case in self._cases.all():
            job.check()
            self.indexer.forget_stale(case.id)
        # An original is written before the transaction that refers to it.
        with self.storing:
            gone = self._purge(purge_before, going) if purge_before is not None else Changes()
            drop_orphans(self.database, self.originals)
        for case_id in sorted(gone.cases):
            self._index.drop(case_id)
        self.indexer.tidy(job, whole=whole)
        return gone

    def keep_house(self, job: JobContext, going: Callable[[Changes], None] | None = None) -> Changes:
        """:meth:`tidy`, and let go of what was deleted more than :data:`UNDO_DAYS` ago; returns what that was."""
        before = datetime.now(UTC) - timedelta(days=UNDO_DAYS)
        return self.tidy(job, purge_before=before.isoformat(timespec="seconds"), going=going)

    def _purge(self, before: str, going: Callable[[Changes], None] | None) -> Changes:
        leaving = due(self.database, before)
        if leaving and going is not None:
            going(leaving)
        return purge(self.database, before) if leaving else leaving

    def _set_case_deleted(self, case_id: str, *, deleted: bool) -> Changes:
        self._cases.set_deleted(case_id, deleted=deleted)
        return Changes(cases=frozenset({case_id}))

    def _find(
        self, case_id: str, limit: int, documents: Sequence[str] | None, search: Callable[[int, str | None], Hits]
    ) -> list[tuple[str, float]]:
        """Search until ``limit`` hits are left without those replaced or deleted meanwhile."""
        hidden = set(self._documents.hidden(self._cases.number(case_id)))
        if documents is not None:
            wanted = [n for n in self._documents.numbers(documents) if n not in hidden]
            if not wanted:
                return []
            where: str | None = among(wanted)
        else:
            where = without(hidden) if hidden else None
        asked = limit
        while True:
            hits = search(asked, where) if limit > 0 else []
            live = self._documents.live(number for number, _ in hits)
            kept = [(str(number), float(score)) for number, score in hits if number in live]
            if len(kept) >= limit or len(hits) < asked:
                return kept[:limit]
            asked *= 2


def _check_format(home: Path, key: LibraryKey) -> None:
    """The folder's ``library.json`` says its format and lets a wrong key be told from a broken file."""
    path = home / "library.json"
    check = hmac.digest(key.derive("check"), b"inkstone", "sha256").hex()
    if not path.exists():
        with storage_faults():
            unfinished = path.with_suffix(".part")
            unfinished.write_text(json.dumps({"format": "inkstone-library", "version": _FORMAT, "check": check}))
            unfinished.replace(path)
        return
    try:
        said = json.loads(path.read_text())
        version, expected = int(said["version"]), str(said["check"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryCorrupt(tr("library.corrupt"), tr("library.corrupt_hint"), repr(error)) from error
    if version > _FORMAT:
        raise LibraryTooNew(tr("library.too_new"), tr("library.too_new_hint"))
    if not hmac.compare_digest(check, expected):
        raise WrongKey(tr("library.wrong_key"), tr("library.wrong_key_hint"))
