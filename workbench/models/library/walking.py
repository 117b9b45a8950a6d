"""From what was dropped to the files to read."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

_SYSTEM = {"thumbs.db", "desktop.ini"}


def walk(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and all in the folders named, by name; hidden files and office locks left out.

    A file named itself is always taken, and a path that does not exist is passed on to be refused.
    Links to folders are not followed.
    """
    for path in paths:
        if path.is_dir():
            yield from _inside(path)
        else:
            yield path


def _inside(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if shown(f))
        for name in sorted(files):
            if shown(name):
                yield Path(root) / name


def shown(name: str) -> bool:
    """Whether a file or folder of this name is taken in: no hidden ones, no office locks, none of the system's."""
    return not name.startswith((".", "~$")) and name.lower() not in _SYSTEM
