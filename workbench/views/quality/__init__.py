"""How good the program is here: suites, results over time and per model, two models compared blind."""

from workbench.views.quality.pane import QualityPane, create

__all__ = ["QualityPane", "create"]
