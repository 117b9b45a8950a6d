"""图谱: who is bound to whom in a case, as a picture to walk through and as a list, each tie with its proof."""

from workbench.views.relations.pane import RelationsPane, create

__all__ = ["RelationsPane", "create"]
