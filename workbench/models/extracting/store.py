"""Cells kept with their case, encrypted, each as soon as it is read; corrections kept as cases for evaluation."""

import hashlib
from typing import Any

from workbench.models.extracting.cell import Cell, Verdict, cell_from_json
from workbench.models.extracting.field import Field, FieldSet
from workbench.models.library import Library, StoredDocument

_KIND, _SETS = "grid", "field_sets"
EVALUATION = "evaluation"
_FORM = "3"
"""Raise where cells are read otherwise than before: what was kept is read anew."""


class GridStore:
    """The kept cells of a case. A cell is kept for one declaration of its field and one reading of its document."""

    def __init__(self, library: Library, case_id: str) -> None:
        self._library = library
        self._case = case_id

    def cells(
        self, fields: FieldSet, documents: tuple[StoredDocument, ...]
    ) -> dict[tuple[str, str], tuple[Cell, bool]]:
        """Kept cells by document and field; whether the model has been asked as well."""
        kept = self._library.notes(self._case, _KIND)
        found: dict[tuple[str, str], tuple[Cell, bool]] = {}
        for document in documents:
            for field in fields.fields:
                note = kept.get(_key(document.id, field))
                if note and note["state"] == _state(document, field):
                    found[document.id, field.id] = (cell_from_json(note["cell"]), bool(note["asked"]))
        return found

    def keep(self, document: StoredDocument, field: Field, cell: Cell, *, asked: bool) -> None:
        """Keep a cell; ``asked`` says that the model was, so that it need not be again."""
        note = {"state": _state(document, field), "asked": asked, "cell": cell.to_json()}
        self._library.save_note(self._case, _KIND, _key(document.id, field), note)

    def judge(self, document: StoredDocument, field: Field, cell: Cell, verdict: Verdict, value: str = "") -> Cell:
        """Keep what a person made of a cell, and the case it makes for evaluation."""
        judged = cell.judged(verdict, value)
        self.keep(document, field, judged, asked=True)
        key = _key(document.id, field)
        if verdict == "open":
            self._library.delete_note(self._case, EVALUATION, key)
        else:
            self._library.save_note(self._case, EVALUATION, key, _lesson(document, field, cell, judged))
        return judged

    def take_back(self, document: StoredDocument, field: Field, before: Cell) -> None:
        """Put a cell back as it was before a person judged it."""
        self.keep(document, field, before, asked=True)
        key = _key(document.id, field)
        if before.verdict == "open":
            self._library.delete_note(self._case, EVALUATION, key)
        else:
            self._library.save_note(self._case, EVALUATION, key, _lesson(document, field, before, before))

    def save_questions(self, lines: list[str]) -> None:
        """Remember the questions typed for this case."""
        self._library.save_note(self._case, _SETS, "questions", {"lines": lines})

    def questions(self) -> list[str]:
        """The questions typed for this case."""
        return list(self._library.notes(self._case, _SETS).get("questions", {}).get("lines", []))


def _key(document: str, field: Field) -> str:
    return f"{document}:{hashlib.sha256(field.id.encode()).hexdigest()[:10]}:{field.fingerprint}"


def _state(document: StoredDocument, field: Field) -> str:
    return f"{_FORM}:{document.generation}:{field.fingerprint}"


def _lesson(document: StoredDocument, field: Field, said: Cell, judged: Cell) -> dict[str, Any]:
    """A question with its right answer as a person settled it, in the shape measuring reads."""
    right = {"confirmed": said.value, "corrected": judged.value}.get(judged.verdict)
    return {
        "question": f"{document.name}：{field.asked}",
        "answer": said.value,
        "status": "answered",
        "citations": [c.to_json() for c in said.citations],
        "verdict": "right" if judged.verdict == "confirmed" else "wrong",
        "correction": judged.value if judged.verdict == "corrected" else "",
        "model": "",
        "origin": said.by,
        "document": document.id,
        "field": field.id,
        "type": field.type,
        "expected": right,
        "judged": judged.verdict,
    }
