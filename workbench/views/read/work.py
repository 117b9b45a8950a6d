"""What the pane's jobs do, away from its widgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import EngineError, WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import Engine
from workbench.jobs import JobContext
from workbench.models.evidence import Status
from workbench.models.extracting import Cell, Field, FieldSet, Grid, GridStore, Paper, Verdict
from workbench.models.extracting.changes import Change, Incomparable, changes_between
from workbench.models.extracting.risk_chain import RiskChain, risk_chain
from workbench.models.extracting.summary import Length, Summary, summarise

Place = tuple[str, Any, Field]
"""Case, stored document and field of a cell."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as the pane shows it: its documents, the cells kept, the questions typed before."""

    case: str
    documents: tuple[Any, ...]
    cells: tuple[Cell, ...]
    questions: tuple[str, ...]


def open_case(library: Any, case: str, fields: FieldSet | None) -> Opened:
    """Documents, kept cells and questions of a case."""
    grid = Grid(library, None)
    cells = grid.kept(case, fields) if fields else ()
    return Opened(case, grid.documents(case), cells, tuple(GridStore(library, case).questions()))


def judge(library: Any, place: Place, cell: Cell, verdict: Verdict, value: str = "") -> Cell:
    """Keep what a person made of a cell."""
    case, document, field = place
    return GridStore(library, case).judge(document, field, cell, verdict, value)


def take_back(library: Any, place: Place, before: Cell) -> Cell:
    """Put a cell back as it was."""
    case, document, field = place
    GridStore(library, case).take_back(document, field, before)
    return before


def save_questions(library: Any, case: str, lines: list[str]) -> None:
    """Remember the questions typed."""
    GridStore(library, case).save_questions(lines)


def summary_of(
    library: Any, engine: Engine | None, documents: Sequence[str], length: Length, job: JobContext, *, model: bool
) -> Summary:
    """The summary of one document, or of several as one."""
    papers = [Paper(document, library.content(document)) for document in documents]
    chat = None
    if model and engine is not None:
        try:
            chat = engine.chat()
        except EngineError:
            chat = None
    return summarise(papers, length, job, chat=chat)


def changes_of(library: Any, one: str, other: str, job: JobContext, fields: FieldSet | None) -> tuple[Change, ...]:
    """What changed between two documents, ``fields`` among it. Raises WorkbenchError where they can't be compared."""
    papers = [Paper(document, library.content(document)) for document in (one, other)]
    try:
        return changes_between(papers[0], papers[1], job, fields=fields)
    except Incomparable as error:
        raise WorkbenchError(str(error), tr("read.incomparable_hint")) from error


def hand_in(title: str, fields: FieldSet, documents: Sequence[Any], cells: Sequence[Cell], path: Path) -> Path:
    """Write the grid as Excel, or as Word where the name ends so."""
    from workbench.models.writing.export.grid import (  # noqa: PLC0415 loaded when first needed
        table_of,
        write_grid_workbook,
    )
    from workbench.models.writing.export.grid_word import write_grid_document  # noqa: PLC0415 the same

    write = write_grid_document if path.suffix.lower() == ".docx" else write_grid_workbook
    write(table_of(title, fields.fields, documents, cells), path)
    return path


def risk_of(library: Any, documents: Sequence[str], job: JobContext) -> RiskChain:
    """How risk passes on in documents."""
    return risk_chain([Paper(document, library.content(document)) for document in documents], job)


def hand_in_chain(title: str, chain: RiskChain, documents: Sequence[Any], path: Path) -> Path:
    """Write the links as Excel: a row a link, its sentences as comments and sources."""
    from workbench.models.writing.export.grid import (  # noqa: PLC0415 loaded when first needed
        GridColumn,
        GridRow,
        GridTable,
        GridValue,
        write_grid_workbook,
    )

    known = {d.id: d for d in documents}
    rows = []
    for link in chain.links:
        standing = tr("read.risk_possible") if link.possible else tr("read.risk_stated")
        texts = (chain.node(link.cause).name, chain.node(link.effect).name, standing, link.under)
        cited = (link.citations[:1], link.citations, (), ())
        values = tuple(
            GridValue(text, Status.TRACED if text else None, proof, confidence=1.0)
            for text, proof in zip(texts, cited, strict=True)
        )
        document = known.get(link.citations[0].document)
        rows.append(GridRow(document.name if document else "", document.path if document else "", values))
    columns = tuple(GridColumn(tr(f"read.risk_column.{name}")) for name in ("cause", "effect", "standing", "under"))
    write_grid_workbook(GridTable(title, columns, tuple(rows)), path)
    return path
