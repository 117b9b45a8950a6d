"""Scenario packs: what a desk's task needs, declared as data and checked with file and line."""

from workbench.models.scenarios.expressions import Expression, evaluate, holds, parse_expression, write
from workbench.models.scenarios.loading import list_scenarios, load_folder, load_scenario, search_path
from workbench.models.scenarios.scenario import (
    Format,
    Indicator,
    Material,
    Question,
    Row,
    Scenario,
    Section,
    SentencePattern,
    Signal,
    Slot,
    TableSpec,
    Words,
)

__all__ = [
    "Expression",
    "Format",
    "Indicator",
    "Material",
    "Question",
    "Row",
    "Scenario",
    "Section",
    "SentencePattern",
    "Signal",
    "Slot",
    "TableSpec",
    "Words",
    "evaluate",
    "holds",
    "list_scenarios",
    "load_folder",
    "load_scenario",
    "parse_expression",
    "search_path",
    "write",
]
