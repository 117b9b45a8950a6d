"""Cases, documents and chunks at rest: the database, the index, the originals, the import."""

from workbench.models.library.changes import Changes
from workbench.models.library.importing import AddResult, Importer
from workbench.models.library.library import Library
from workbench.models.library.records import Case, StoredChunk, StoredDocument

__all__ = ["AddResult", "Case", "Changes", "Importer", "Library", "StoredChunk", "StoredDocument"]
