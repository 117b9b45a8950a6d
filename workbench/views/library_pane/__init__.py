"""资料: the documents of a case."""

from workbench.views.library_pane.pane import LibraryPane, create

__all__ = ["LibraryPane", "create"]
