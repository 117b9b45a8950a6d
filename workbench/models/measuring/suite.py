"""What is asked of the program to measure it: questions with what is right, over documents of their own."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from workbench.errors import WorkbenchError


class SuiteError(WorkbenchError):
    """A suite can't be read, or has nothing to ask."""

    kind = "suite"


class Part(StrEnum):
    """What is measured. Only the first needs no chat model."""

    RETRIEVAL = "retrieval"
    ANSWERS = "answers"
    REFUSALS = "refusals"
    CITATIONS = "citations"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is right of it.

    ``documents`` are ids of records, or names of files, that answer it; ``quotes`` sentences that hold
    the answer; ``answers`` wordings of it, any of which is right; ``status`` the outcome expected, ""
    where any but a refusal will do. ``answerable`` false: only to decline is right.
    """

    id: str
    text: str
    answers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    status: str = ""
    answerable: bool = True

    @property
    def sought(self) -> bool:
        """Whether it is known what a search should find."""
        return self.answerable and bool(self.documents or self.quotes)


@dataclass(frozen=True, slots=True)
class Suite:
    """``documents`` are the files and folders it is asked over; ``case`` instead a case of the library."""

    id: str
    title: str
    about: str
    questions: tuple[Question, ...]
    documents: tuple[Path, ...] = ()
    case: str = ""

    @property
    def digest(self) -> str:
        """Tells this suite's questions from those of an earlier or later version."""
        asked = [(q.id, q.text, q.answers, q.documents, q.quotes, q.status, q.answerable) for q in self.questions]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:12]

    def only(self, ids: Iterable[str]) -> "Suite":
        """The same with only these questions."""
        wanted = set(ids)
        kept = tuple(q for q in self.questions if q.id in wanted)
        return Suite(self.id, self.title, self.about, kept, self.documents, self.case)
