"""Who is bound to whom: shares, control, offices, guarantees and loans, each with the words that say so."""

from workbench.models.relations.graph import Circle, Graph, Party
from workbench.models.relations.reading import relations_of
from workbench.models.relations.relation import KINDS, Relation
from workbench.models.relations.store import Relations

__all__ = ["KINDS", "Circle", "Graph", "Party", "Relation", "Relations", "relations_of"]
