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


def key_lines(text: str) -> dict[KeyPath, int]:
    """Lines (from 1) of all tables and keys of a syntactically sound TOML text."""
    lines: dict[KeyPath, int] = {(): 1}
    counts: Counter[tuple[str, ...]] = Counter()
    table: KeyPath = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = _HEADER.match(line)
        if header:
            parts = _parts(header[2])
            if header[1] == "[[":
                counts[tuple(parts)] += 1
                for inner in [k for k in counts if len(k) > len(parts) and k[: len(parts)] == tuple(parts)]:
                    del counts[inner]
            table = _full_path(parts, counts)
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            for depth in range(1, len(_parts(key[1])) + 1):
                lines.setdefault((*table, *_parts(key[1])[:depth]), number)
            closing = next((q for q in ('"""', "'''") if key[2].count(q) == 1), "")
    return lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of ``path``, or of the nearest thing around it."""
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1
