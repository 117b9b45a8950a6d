"""Where in a TOML file a key stands, so that a mistake is reported with its line."""

import re
from collections import Counter

KeyPath = tuple[str | int, ...]
"""Keys from the top; a number counts the tables of an array from 0: ``("section", 2, "title")``."""

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*(.*)$""")


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", dotted)]


def _full_path(parts: list[str], counts: Counter[tuple[str, ...]]) -> KeyPath:
    """Put the index of the current element behind every key that is an array of tables."""
    path: list[str | int] = []
    for depth, part in enumerate(parts, start=1):
        path.append(part)
        seen = counts[tuple(parts[:depth])]
        if seen:
            path.append(seen - 1)
    return tuple(path)


class _Lines:
    """Reads a TOML text line by line and notes where tables and keys begin."""

    def __init__(self) -> None:
        self.found: dict[KeyPath, int] = {(): 1}
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._table: KeyPath = ()
        self._closing = ""

    def read(self, number: int, line: str) -> None:
        """The next line."""
        if self._closing:
            self._closing = "" if self._closing in line else self._closing
        elif header := _HEADER.match(line):
            self._begin_table(number, _parts(header[2]), of_array=header[1] == "[[")
        elif key := _KEY.match(line):
            parts = _parts(key[1])
            for depth in range(1, len(parts) + 1):
                self.found.setdefault((*self._table, *parts[:depth]), number)
            self._closing = next((q for q in ('"""', "'''") if key[2].count(q) == 1), "")

    def _begin_table(self, number: int, parts: list[str], *, of_array: bool) -> None:
        path = tuple(parts)
        if of_array:
            self._counts[path] += 1
            for inner in [k for k in self._counts if len(k) > len(path) and k[: len(path)] == path]:
                del self._counts[inner]
        self._table = _full_path(parts, self._counts)
        self.found.setdefault(self._table, number)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Lines (from 1) of all tables and keys of a syntactically sound TOML text."""
    lines = _Lines()
    for number, line in enumerate(text.splitlines(), start=1):
        lines.read(number, line)
    return lines.found


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of ``path``, or of the nearest thing around it."""
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1
