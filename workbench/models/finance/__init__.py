"""Statements, ratios, checks, conflicts and named facts: pure functions over documents as read."""

from workbench.models.finance.check import Check
from workbench.models.finance.checks import checks_of
from workbench.models.finance.conflicts import Conflict, conflicts_of
from workbench.models.finance.display import display
from workbench.models.finance.fact import Fact
from workbench.models.finance.facts import Finances, case_facts, finances_of, key_of
from workbench.models.finance.mentions import Mention, mentions_of
from workbench.models.finance.ratios import Ratio, case_values, ratio_rules, ratios_of
from workbench.models.finance.statement import LineItem, Statement
from workbench.models.finance.statements import statements_of

__all__ = [
    "Check",
    "Conflict",
    "Fact",
    "Finances",
    "LineItem",
    "Mention",
    "Ratio",
    "Statement",
    "case_facts",
    "case_values",
    "checks_of",
    "conflicts_of",
    "display",
    "finances_of",
    "key_of",
    "mentions_of",
    "ratio_rules",
    "ratios_of",
    "statements_of",
]
