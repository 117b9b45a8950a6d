"""Cases, documents and chunks at rest: the database, the index, the originals, the import.

The names are fetched when first used: a window that only keeps a list of paths does not load the stores.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.models.library.changes import Changes
    from workbench.models.library.importing import AddResult, Importer
    from workbench.models.library.library import Library
    from workbench.models.library.records import Case, StoredChunk, StoredDocument

__all__ = ["AddResult", "Case", "Changes", "Importer", "Library", "StoredChunk", "StoredDocument"]
_HOMES = {
    "AddResult": "importing",
    "Case": "records",
    "Changes": "changes",
    "Importer": "importing",
    "Library": "library",
    "StoredChunk": "records",
    "StoredDocument": "records",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{home}"), name)
