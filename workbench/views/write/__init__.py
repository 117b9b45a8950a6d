"""智写: a report drafted from the case's documents, every sentence with its standing."""

from workbench.views.write.pane import WritePane, create

__all__ = ["WritePane", "create"]
