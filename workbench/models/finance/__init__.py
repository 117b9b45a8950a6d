"""Statements, ratios, checks and conflicts: pure functions over documents as read."""

from workbench.models.finance.fact import Fact

__all__ = ["Fact"]
