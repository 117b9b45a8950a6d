"""Cases, documents and chunks at rest: the database, the index, the originals, the import."""
