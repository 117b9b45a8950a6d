"""How fast files are read, against bare PDFium, and how much memory it takes.

``python tests/bench/bench_reading.py FILE…`` prints a line a file; a PDF is also timed with nothing
but PDFium's text of every page, the floor of any reader built on it.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2

from workbench.models.documents import codec
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file

_ROUNDS = 3


def bare_seconds(path: Path) -> float:
    """The least of some rounds of PDFium's plain text of all pages."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        document = pypdfium2.PdfDocument(path)
        for page in document:
            text_page = page.get_textpage()
            text_page.get_text_range()
            text_page.close()
            page.close()
        document.close()
        best = min(best, time.perf_counter() - began)
    return best


def measured(path: Path) -> str:
    """One line: seconds of reading, encoding, chunking; for a PDF pages a second and the share of bare PDFium."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        found = read_file(path)
        best = min(best, time.perf_counter() - began)
    documents = found if isinstance(found, list) else [found]
    began = time.perf_counter()
    stored = [codec.encode(d) for d in documents]
    for content in stored:
        codec.decode(content)
    coded = time.perf_counter() - began
    began = time.perf_counter()
    chunks = sum(len(chunk(d)) for d in documents)
    chunked = time.perf_counter() - began
    line = f"{path.name[:48]}: read {best:.2f} s, encode+decode {coded:.2f} s ({sum(map(len, stored)):,} bytes), "
    line += f"chunk {chunked:.2f} s ({chunks})"
    pages = len(documents[0].pages)
    if pages:
        bare = bare_seconds(path)
        line += f", {pages / best:.0f} pages/s, bare {bare:.2f} s, {bare / best:.2f} of its speed"
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
    for path in parser.parse_args().files:
        print(f"{measured(path)}, {peak(path)}" if sys.platform != "win32" else measured(path))


if __name__ == "__main__":
    main()
