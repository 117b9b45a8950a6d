"""How fast files are read, against bare PDFium, and how much memory it takes.

``python tests/bench/bench_reading.py FILE…`` prints a line a file; a PDF is also timed with nothing
but PDFium's text of every page, the floor of any reader built on it. Rounds of both take turns and the
least of each counts. As in the reader's worker, cycles are collected between two files only.
"""

import argparse
import gc
import math
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pypdfium2

from workbench.models.documents import codec
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file

_ROUNDS = 7
Found = TypeVar("Found")


def bare(path: Path) -> None:
    """PDFium's plain text of all pages."""
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text_page = page.get_textpage()
        text_page.get_text_range()
        text_page.close()
        page.close()
    document.close()


@dataclass
class Least:
    """The least of some rounds, in seconds by the clock and of the processor."""

    clock: float = math.inf
    processor: float = math.inf

    def time(self, work: Callable[[], Found]) -> Found:
        """Do the work once more."""
        clock, processor = time.perf_counter(), time.process_time()
        found = work()
        self.clock = min(self.clock, time.perf_counter() - clock)
        self.processor = min(self.processor, time.process_time() - processor)
        return found


def measured(path: Path) -> str:
    """One line: seconds of reading, encoding, chunking; for a PDF pages a second and the share of bare PDFium."""
    reading, floor = Least(), Least()
    for _ in range(_ROUNDS):
        gc.collect()
        found = reading.time(lambda: read_file(path))
        if path.suffix == ".pdf":
            floor.time(lambda: bare(path))
    documents = found if isinstance(found, list) else [found]
    began = time.perf_counter()
    stored = [codec.encode(d) for d in documents]
    for content in stored:
        codec.decode(content)
    coded = time.perf_counter() - began
    began = time.perf_counter()
    chunks = sum(len(chunk(d)) for d in documents)
    chunked = time.perf_counter() - began
    line = f"{path.name[:48]}: read {reading.clock:.2f} s, "
    line += f"encode+decode {coded:.2f} s ({sum(map(len, stored)):,} bytes), chunk {chunked:.2f} s ({chunks})"
    pages = len(documents[0].pages)
    if path.suffix == ".pdf":
        line += (
            f", {pages / reading.clock:.0f} pages/s, bare {floor.clock:.2f} s: {floor.clock / reading.clock:.2f} of "
        )
        line += f"its speed by the clock, {floor.processor / reading.processor:.2f} in processor time"
    return line


def peak(path: Path) -> str:
    """Most memory a fresh process held while reading the file once."""
    code = (
        "import resource, sys; from pathlib import Path; from workbench.models.documents.reading import read_file; "
        "read_file(Path(sys.argv[1])); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return f"peak {done.stdout.strip()} MB"


def main() -> None:
    """Measure the files named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    gc.disable()
    for path in parser.parse_args().files:
        print(f"{measured(path)}, {peak(path)}" if sys.platform != "win32" else measured(path))


if __name__ == "__main__":
    main()
