"""How much of a file is read before it is refused."""

from dataclasses import dataclass

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits of one read; bytes unless said otherwise."""

    file_size: int = 200 * _MB
    unpacked_size: int = 400 * _MB
    """All parts of an Office file, or all files of an archive, together."""
    ratio: int = 200
    """How many times its packed size an archive's file may have; small files may always."""
    files: int = 2_000
    """Files taken out of an archive or mail."""
    depth: int = 4
    """Archives and mails in one another."""
    xml_size: int = 64 * _MB
    """A part that is parsed whole."""
    pages: int = 5_000
    cells: int = 1_000_000
    """Filled cells of a workbook."""
    records: int = 200_000
    """Lines of a JSONL file, each a document."""
    stop_after: int | None = None
    """The last page or slide to be read: what comes after made a reader fail before."""
    forms: bool = True
    """Whether the fields of a PDF's form are read; not where a reader hung over them before."""


LIMITS = ReadLimits()
