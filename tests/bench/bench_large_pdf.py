"""Memory while a PDF of 2,000 pages is taken in: the caged reader, then the program that chunks it.

``python tests/bench/bench_large_pdf.py REPORT [--pages 2000]`` repeats the report's pages into one file, reads it
in the cage and prints the memory of both processes on the way. Linux only: it asks ``/proc``.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import pypdf

from workbench.jobs import JobContext
from workbench.models.documents.cage import CagedReader
from workbench.models.documents.chunking import chunk
from workbench.models.documents.document import Document


def repeated(report: Path, pages: int, target: Path) -> None:
    """Write a PDF of so many pages, the report's over and over; each page an object of its own."""
    writer = pypdf.PdfWriter()
    source = pypdf.PdfReader(report)
    for number in range(pages):
        writer.add_page(source.pages[number % len(source.pages)])
    writer.write(target)
    writer.close()


def resident(process: int, which: str = "VmRSS") -> int:
    """Memory of a process in MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(which):
            return int(line.split()[1]) >> 10
    return 0


def workers() -> list[int]:
    """The processes this one has started."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return [int(word) for word in children.split()]


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("--pages", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.pdf"
        repeated(options.report, options.pages, path)
        print(f"{options.pages} pages, {path.stat().st_size >> 20} MiB; this process {resident(os.getpid())} MiB")
        reader = CagedReader()
        told: list[str] = []

        def on_progress(done: int, total: int, _: str) -> None:
            if done * 8 // total > len(told):
                told.append(f"page {done}: {max(map(resident, workers()), default=0)} MiB")

        began = time.perf_counter()
        document = reader.read(path, job=JobContext(on_progress))
        taken = time.perf_counter() - began
        print("reader: " + ", ".join(told))
        print(f"reader at most {max((resident(w, 'VmHWM') for w in workers()), default=0)} MiB, {taken:.1f} s")
        reader.close()
        if isinstance(document, Document):
            chunks = len(chunk(document))
            print(f"{len(document.pages)} pages, {len(document.blocks)} blocks, {chunks} chunks")
        print(f"this process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")


if __name__ == "__main__":
    main()
