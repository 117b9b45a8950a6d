"""From a question to ranked chunks: words and vectors together."""

from workbench.models.retrieval.filters import Filters
from workbench.models.retrieval.hits import Hit
from workbench.models.retrieval.retriever import Retriever

__all__ = ["Filters", "Hit", "Retriever"]
