"""From a question to ranked chunks: words and vectors together."""

from workbench.models.retrieval.retriever import Hit, Retriever

__all__ = ["Hit", "Retriever"]
