"""Documents become data: fields read into a grid, summaries with their sources, what changed between reports."""

from workbench.models.extracting.cell import CONFIDENT, MISSING, Cell, Verdict
from workbench.models.extracting.field import (
    Field,
    FieldSet,
    FieldSetError,
    field_set,
    parse_set,
    questions_set,
    shipped_sets,
    unit_words,
)
from workbench.models.extracting.grid import CellRead, Grid
from workbench.models.extracting.places import Paper
from workbench.models.extracting.reading import read_cell
from workbench.models.extracting.store import EVALUATION, GridStore

__all__ = [
    "CONFIDENT",
    "EVALUATION",
    "MISSING",
    "Cell",
    "CellRead",
    "Field",
    "FieldSet",
    "FieldSetError",
    "Grid",
    "GridStore",
    "Paper",
    "Verdict",
    "field_set",
    "parse_set",
    "questions_set",
    "read_cell",
    "shipped_sets",
    "unit_words",
]
