"""The relations of a case, read once and kept with it until its documents change."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from threading import Lock
from typing import Any

from workbench.jobs import JobContext
from workbench.models.evidence.claim import citation_from_json
from workbench.models.library import Library
from workbench.models.relations.reading import relations_of
from workbench.models.relations.relation import KINDS, Relation
from workbench.models.relations.relation import rules as relation_rules

_KIND, _KEY = "relations", "graph"
_FORM = 1
"""Raise where relations are read otherwise than before: what was kept is read anew."""


class Relations:
    """Reads relations when they are first wanted; safe to ask from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = Lock()

    def of(self, case_id: str, job: JobContext) -> tuple[Relation, ...]:
        """All relations the case's documents tell.

        Raises LibraryError for an unknown case, Cancelled.
        """
        with self._lock:
            stored = [d for d in self._library.documents(case_id) if d.state != "rejected"]
            state = _state((d.id, d.generation) for d in stored)
            kept = self._library.notes(case_id, _KIND).get(_KEY, {})
            if kept.get("state") == state:
                return tuple(_from_json(item) for item in kept["relations"])
            papers = []
            for document in stored:
                job.check()
                papers.append((document.id, self._library.content(document.id)))
            found = relations_of(papers, job)
            value = {"state": state, "relations": [relation.to_json() for relation in found]}
            self._library.save_note(case_id, _KIND, _KEY, value)
            return found


def _state(documents: Iterable[tuple[str, int]]) -> str:
    told = repr((_FORM, sorted(documents), sorted(relation_rules().names), KINDS))
    return hashlib.sha256(told.encode()).hexdigest()


def _from_json(value: dict[str, Any]) -> Relation:
    return Relation(
        value["kind"],
        value["source"],
        value["target"],
        tuple(citation_from_json(c) for c in value["citations"]),
        None if value["value"] is None else Decimal(value["value"]),
        value["shown"],
        value["title"],
    )
