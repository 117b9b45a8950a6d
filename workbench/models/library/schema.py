"""The tables of the library and how older ones become today's.

``stale`` and ``unindexed`` are what the search index still has to forget and to learn; they change
in the same transaction as the documents, so that after a crash they say exactly what is owed.
Numbers of chunks are never given twice: a hit whose number is gone is a hit on something replaced.
``renewed`` holds what another embedding model has made so far, until all of it takes the place of ``vectors``.
"""

VERSION = 4

MIGRATIONS: dict[int, str] = {
    1: """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cases(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    created TEXT NOT NULL, deleted TEXT);
CREATE TABLE files(
    number INTEGER PRIMARY KEY AUTOINCREMENT, case_number INTEGER NOT NULL REFERENCES cases(number),
    path TEXT NOT NULL, name TEXT NOT NULL, mac BLOB NOT NULL, original TEXT, size INTEGER NOT NULL,
    password TEXT, complete INTEGER NOT NULL DEFAULT 0, UNIQUE(case_number, path));
CREATE TABLE documents(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    case_number INTEGER NOT NULL REFERENCES cases(number), file INTEGER NOT NULL REFERENCES files(number),
    key TEXT NOT NULL, title TEXT NOT NULL, format TEXT NOT NULL, partial INTEGER NOT NULL,
    pages INTEGER NOT NULL, chunks INTEGER NOT NULL, embedded INTEGER NOT NULL DEFAULT 0,
    added TEXT NOT NULL, generation INTEGER NOT NULL, properties TEXT NOT NULL, notes TEXT NOT NULL,
    error TEXT, mac BLOB, deleted TEXT, UNIQUE(file, key));
CREATE INDEX documents_of_case ON documents(case_number, deleted);
CREATE TABLE bodies(document INTEGER PRIMARY KEY REFERENCES documents(number), body BLOB NOT NULL);
CREATE TABLE chunks(
    number INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents(number),
    ordinal INTEGER NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, block INTEGER NOT NULL,
    pieces BLOB NOT NULL);
CREATE INDEX chunks_of_document ON chunks(document, ordinal);
CREATE TABLE vectors(chunk INTEGER PRIMARY KEY REFERENCES chunks(number), vector BLOB NOT NULL);
CREATE TABLE unembedded(chunk INTEGER PRIMARY KEY REFERENCES chunks(number));
CREATE TABLE unindexed(
    kind TEXT NOT NULL, case_number INTEGER NOT NULL, chunk INTEGER NOT NULL,
    PRIMARY KEY(kind, case_number, chunk)) WITHOUT ROWID;
CREATE TABLE stale(
    case_number INTEGER NOT NULL, document INTEGER NOT NULL, before INTEGER NOT NULL,
    PRIMARY KEY(case_number, document)) WITHOUT ROWID;
CREATE TABLE notes(
    case_number INTEGER NOT NULL REFERENCES cases(number), kind TEXT NOT NULL, key TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY(case_number, kind, key));
""",
    2: "ALTER TABLE documents ADD COLUMN original TEXT",
    3: """
CREATE TABLE unrecognised(
    document INTEGER NOT NULL REFERENCES documents(number) ON DELETE CASCADE, page INTEGER NOT NULL, seen BLOB,
    PRIMARY KEY(document, page)) WITHOUT ROWID;
""",
    4: "CREATE TABLE renewed(chunk INTEGER PRIMARY KEY REFERENCES chunks(number), vector BLOB NOT NULL)",
}
"""What brings a library from the version before to the key's; run in order, each in one transaction."""
