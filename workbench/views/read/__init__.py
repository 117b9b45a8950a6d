"""智读: documents as data, a grid of fields and a page for each document, every value with its source."""

from workbench.views.read.pane import ReadPane, create

__all__ = ["ReadPane", "create"]
