"""智问: evidence at once, then an answer whose every sentence is checked."""

from workbench.views.ask.pane import AskPane, create

__all__ = ["AskPane", "create"]
