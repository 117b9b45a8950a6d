"""The models of this machine: what works, what is missing, and bringing one in."""

from workbench.views.models_pane.pane import ModelsPane, create

__all__ = ["ModelsPane", "create"]
