"""What commands print: tables for people, JSON for programs, progress on a terminal."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from workbench.jobs import JobContext

DONE, REFUSED, WRONG_USE, UNAVAILABLE, CANCELLED = 0, 1, 2, 3, 130


def line(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"{text}\n")


def as_json(value: object) -> str:
    """JSON on one line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False)


def show_json(value: object) -> None:
    """An object on standard output."""
    line(json.dumps(value, ensure_ascii=False, indent=2))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Objects of a ``.jsonl``; one without ``id`` gets its line number from 0."""
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if text.strip():
            found.append({"id": number, **json.loads(text)})
    return found


@contextmanager
def jsonl(path: Path | None) -> Iterator[TextIO]:
    """The file to write objects to, or standard output."""
    if path is None:
        yield sys.stdout
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        yield out


def progress_job(*, quiet: bool) -> JobContext:
    """A job whose progress is a line on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        return JobContext()

    def show(done: int, total: int, text: str) -> None:
        share = f"{done}/{total}" if total else str(done)
        sys.stderr.write(f"\r\033[K{share} {text}"[:120])
        if total and done >= total:
            sys.stderr.write("\r\033[K")
        sys.stderr.flush()

    return JobContext(show)


def table(rows: Iterable[Iterable[object]]) -> None:
    """Columns aligned by display width (a Chinese character takes two)."""
    texts = [[str(cell) for cell in row] for row in rows]
    if not texts:
        return
    widths = [max(_width(row[i]) for row in texts if i < len(row)) for i in range(max(map(len, texts)))]
    for row in texts:
        line("  ".join(cell + " " * (widths[i] - _width(cell)) for i, cell in enumerate(row)).rstrip())


def _width(text: str) -> int:
    return sum(2 if ord(ch) >= 0x1100 else 1 for ch in text)
