"""The Finance pane."""

from workbench.views.finance.pane import FinancePane, create

__all__ = ["FinancePane", "create"]
