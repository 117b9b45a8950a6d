"""Imports that an earlier run left unfinished, as the window takes them up."""

from workbench.models.library.queue import Batch, unfinished

__all__ = ["Batch", "unfinished"]
