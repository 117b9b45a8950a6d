"""The source viewer: pages, texts and sheets, with the cited words highlighted."""

from workbench.views.source.viewer import SourceViewer, create

__all__ = ["SourceViewer", "create"]
