"""Statements, ratios, checks and conflicts: pure functions over documents as read."""

from workbench.models.finance.fact import Fact
from workbench.models.finance.statement import LineItem, Statement
from workbench.models.finance.statements import statements_of

__all__ = ["Fact", "LineItem", "Statement", "statements_of"]
