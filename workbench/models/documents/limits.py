"""How much of a file is read before it is refused."""

from dataclasses import dataclass

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits of one read; bytes unless said otherwise."""

    file_size: int = 200 * _MB
    unpacked_size: int = 400 * _MB
    pages: int = 5_000
    cells: int = 1_500_000
    """Filled cells of a workbook."""
    records: int = 200_000
    """Lines of a JSONL file, each a document."""


LIMITS = ReadLimits()
