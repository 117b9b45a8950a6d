"""Where a file's bytes come from: a path, or bytes in memory (files inside other files).

Files inside others are never written to disk in clear, so every reader takes either.
"""

import io
from pathlib import Path
from typing import IO

Origin = Path | bytes


def stream(origin: Origin) -> IO[bytes]:
    """The bytes as a file that can be sought in; to be closed."""
    return io.BytesIO(origin) if isinstance(origin, bytes) else origin.open("rb")


def content(origin: Origin) -> bytes:
    """All the bytes."""
    return origin if isinstance(origin, bytes) else origin.read_bytes()


def head(origin: Origin, size: int) -> bytes:
    """The first bytes, at most ``size``."""
    with stream(origin) as file:
        return file.read(size)
