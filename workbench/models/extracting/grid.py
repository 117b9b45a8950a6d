"""The grid: documents by fields. Code reads every cell first, then the model what is left, several at once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workbench.errors import EngineError
from workbench.inference.api import ChatModel, Engine
from workbench.jobs import JobContext
from workbench.models.extracting.cell import Cell
from workbench.models.extracting.field import Field, FieldSet
from workbench.models.extracting.places import Paper
from workbench.models.extracting.pointing import cell_from_words
from workbench.models.extracting.reading import read_cell
from workbench.models.extracting.sheets import Asked, ask, sheets_of
from workbench.models.extracting.store import GridStore
from workbench.models.library import Library, StoredDocument

TOGETHER = 8
"""Sheets asked at once: one batch writes a word of each, eight for the price of three or four (docs/performance.md)."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class CellRead:
    """A cell has been read; ``done`` of ``total`` are."""

    cell: Cell
    done: int
    total: int


@dataclass
class _Run:
    """A grid on its way."""

    fields: FieldSet
    documents: tuple[StoredDocument, ...]
    store: GridStore
    job: JobContext
    tell: Callable[[CellRead], None]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    settled: set[tuple[str, str]] = field(default_factory=set)

    def take(self, document: StoredDocument, wanted: Field, cell: Cell, *, asked: bool, settled: bool) -> None:
        self.store.keep(document, wanted, cell, asked=asked)
        self.show(document, wanted, cell, settled=settled)

    def show(self, document: StoredDocument, wanted: Field, cell: Cell, *, settled: bool) -> None:
        self.cells[document.id, wanted.id] = cell
        if settled:
            self.settled.add((document.id, wanted.id))
        total = len(self.documents) * len(self.fields.fields)
        self.tell(CellRead(cell, len(self.settled), total))
        self.job.progress(len(self.settled), total, document.name)


class Grid:
    """Reads field sets out of documents. Works without a chat model too: then code alone reads."""

    def __init__(self, library: Library, engine: Engine | None) -> None:
        self._library = library
        self._engine = engine

    def kept(self, case_id: str, fields: FieldSet, documents: Sequence[str] | None = None) -> tuple[Cell, ...]:
        """The cells read so far, by document and then by field. Raises LibraryError for an unknown case."""
        stored = self.documents(case_id, documents)
        kept = GridStore(self._library, case_id).cells(fields, stored)
        return tuple(kept[d.id, f.id][0] for d in stored for f in fields.fields if (d.id, f.id) in kept)

    def documents(self, case_id: str, documents: Sequence[str] | None = None) -> tuple[StoredDocument, ...]:
        """The documents of a grid: those readable, in the order they came; articles of rules only if named."""
        found = [d for d in self._library.documents(case_id) if d.error is None]
        if documents is not None:
            return tuple(d for d in found if d.id in documents)
        return tuple(d for d in found if not d.properties.get("law") and not d.properties.get("article"))

    def run(
        self,
        case_id: str,
        fields: FieldSet,
        job: JobContext,
        on_cell: Callable[[CellRead], None] | None = None,
        *,
        documents: Sequence[str] | None = None,
        model: bool = True,
    ) -> tuple[Cell, ...]:
        """Every cell, by document and then by field; those kept from before are not read again.

        ``on_cell`` hears of each as it is read, code's first. Without a model (none installed, or
        ``model`` false) what code does not find is missing. Raises LibraryError for an unknown case, Cancelled:
        whatever was read by then is kept.
        """
        run = _Run(
            fields,
            self.documents(case_id, documents),
            GridStore(self._library, case_id),
            job,
            on_cell or (lambda _c: None),
        )
        left = self._by_code(run, final=not model or self._engine is None)
        # Loading a model takes its time: what code reads is there before.
        chat = self._chat() if model and left else None
        if chat is not None:
            self._by_model(run, left, chat)
        else:
            for document, wanted in left:
                run.show(document, wanted, run.cells[document.id, wanted.id], settled=True)
        return tuple(run.cells[d.id, f.id] for d in run.documents for f in fields.fields)

    def _chat(self) -> ChatModel | None:
        try:
            return self._engine.chat() if self._engine else None
        except EngineError:
            return None

    def _by_code(self, run: _Run, *, final: bool) -> list[tuple[StoredDocument, Field]]:
        """Read all by code; what is left for the model."""
        kept = run.store.cells(run.fields, run.documents)
        left: list[tuple[StoredDocument, Field]] = []
        for document in run.documents:
            run.job.check()
            paper: Paper | None = None
            for wanted in run.fields.fields:
                cell, asked = kept.get((document.id, wanted.id), (None, False))
                if cell is None:
                    run.job.check()
                    paper = paper or Paper(document.id, self._library.content(document.id))
                    cell = read_cell(paper, wanted)
                    run.take(document, wanted, cell, asked=False, settled=final or not cell.missing)
                else:
                    run.show(document, wanted, cell, settled=final or asked or not cell.missing)
                if cell.missing and not asked:
                    left.append((document, wanted))
        return left

    def _by_model(self, run: _Run, left: Sequence[tuple[StoredDocument, Field]], chat: ChatModel) -> None:
        """Ask the model of the documents in turn, their fields on few sheets; each cell is kept as it comes."""
        waiting: list[Asked] = []
        for document in run.documents:
            wanted = [f for d, f in left if d.id == document.id]
            if not wanted:
                continue
            run.job.check()
            paper = Paper(document.id, self._library.content(document.id))
            sheets, silent = sheets_of(paper, wanted)
            for one in silent:
                run.take(document, one, Cell(document.id, one.id), asked=True, settled=True)
            spoken = "zh" if _CHINESE.search(paper.beginning) else "en"
            waiting += [Asked(paper, sheet, spoken) for sheet in sheets]
            while len(waiting) >= TOGETHER:
                _ask(run, chat, waiting[:TOGETHER])
                del waiting[:TOGETHER]
        if waiting:
            _ask(run, chat, waiting)


def _ask(run: _Run, chat: ChatModel, asked: Sequence[Asked]) -> None:
    """Ask for the fields of some sheets together; those the model leaves out are missing."""
    documents = {document.id: document for document in run.documents}
    left = {(one.paper.id, wanted.id): wanted for one in asked for wanted in one.sheet.fields}

    def say(one: Asked, wanted: Field, said: str) -> None:
        if left.pop((one.paper.id, wanted.id), None) is not None:
            cell = cell_from_words(one.paper, wanted, one.sheet.passages, said)
            run.take(documents[one.paper.id], wanted, cell, asked=True, settled=True)

    ask(chat, asked, run.job, say)
    for (document, _), wanted in left.items():
        run.take(documents[document], wanted, Cell(document, wanted.id, by="model"), asked=True, settled=True)
