"""What an import costs against embedding its chunks alone; prints one table.

``python tests/bench/bench_import.py FILE… [--models DIR] [--fake] [--alone] [--queries N]``

The seconds of embedding are those spent inside the model during the import itself, so that a busy machine
does not bend the quotient; ``--alone`` embeds the same chunks once more by themselves. ``--fake`` takes the
stand-in for the model: it shows what everything but the model costs.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from workbench.errors import Cancelled
from workbench.inference.api import Embedder, Vectors
from workbench.inference.engine import LocalEngine
from workbench.inference.fake import FakeEngine
from workbench.jobs import ComputeArbiter, JobContext, Priority
from workbench.models.documents.cage import CagedReader
from workbench.models.documents.chunking import chunk
from workbench.models.evidence.terms import terms
from workbench.models.library import Importer, Library
from workbench.models.library.indexing import searchable
from workbench.paths import default_models
from workbench.vault import LibraryKey

QUESTIONS = ("营业收入增长的原因", "资产负债率是多少", "应收账款账龄", "对外担保情况", "前五名客户", "研发投入")
BATCH = 32


class Table:
    """Rows of a name and seconds, or any other figure."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    @contextmanager
    def timed(self, name: str) -> Iterator[list[float]]:
        """Time what is inside; the seconds are the list's only item afterwards."""
        took: list[float] = []
        begun = time.perf_counter()
        yield took
        took.append(time.perf_counter() - begun)
        self.rows.append((name, f"{took[0]:.2f} s"))

    def print(self) -> None:
        """Print it as Markdown."""
        print("| | |\n|---|---|")
        for name, figure in self.rows:
            print(f"| {name} | {figure} |")


class TimedEmbedder:
    """An embedder that adds up the seconds spent in it."""

    def __init__(self, embedder: Embedder) -> None:
        self.info = embedder.info
        self.seconds = 0.0
        self._embedder = embedder

    def embed(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        job: JobContext,
        priority: Priority = Priority.EMBED,
    ) -> Vectors:
        begun = time.perf_counter()
        try:
            return self._embedder.embed(texts, kind, job, priority)
        finally:
            self.seconds += time.perf_counter() - begun


def peak_mb() -> int:
    """The most memory this process ever had resident, in MB (Linux)."""
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def embed_alone(embedder: Embedder, texts: list[str]) -> None:
    for start in range(0, len(texts), BATCH):
        embedder.embed(texts[start : start + BATCH], "passage", JobContext())


def search_ms(library: Library, case: str, embedder: Embedder, count: int) -> list[float]:
    """Milliseconds of ``count`` whole searches: words, the question's vector, nearest, texts."""
    took = []
    for number in range(count):
        question = QUESTIONS[number % len(QUESTIONS)]
        begun = time.perf_counter()
        hits = library.find_words(case, terms(question), 50)
        vector = embedder.embed([question], "query", JobContext(), Priority.ASK)[0]
        hits += library.find_nearest(case, vector, 50)
        library.chunks([chunk_id for chunk_id, _ in hits])
        took.append((time.perf_counter() - begun) * 1000)
    return took


def said(figures: list[float]) -> str:
    ordered = sorted(figures)
    return f"median {statistics.median(ordered):.0f} ms, worst {ordered[-1]:.0f} ms"


def measure(given: argparse.Namespace, embedder: Embedder, arbiter: ComputeArbiter, home: Path) -> Table:
    table, files, queries = Table(), given.files, given.queries
    embedder.embed(["热身"], "passage", JobContext())
    reader = CagedReader()
    with table.timed("reading alone"):
        read = [reader.read(path) for path in files]
    reader.close()
    documents = [d for found in read for d in (found if isinstance(found, list) else [found])]
    with table.timed("chunking alone"):
        texts = [searchable(c.context, c.text) for document in documents for c in chunk(document)]
    del read, documents
    table.rows.append(("chunks", str(len(texts))))
    if given.alone:
        with table.timed("embedding the chunks alone"):
            embed_alone(embedder, texts)
    del texts
    with Library.open(home, LibraryKey(bytes(32))) as library:
        case = library.create_case("bench").id
        timed = TimedEmbedder(embedder)
        importer = Importer(library, lambda: timed, arbiter)
        with table.timed("import until words are searchable") as words:
            list(importer.add(case, files, JobContext()))
        with table.timed("import: vectors") as vectors:
            importer.embed_pending(JobContext())
        table.rows.append(("of which inside the model", f"{timed.seconds:.2f} s"))
        table.rows.append(("import : embedding", f"{(words[0] + vectors[0]) / timed.seconds:.3f}"))
        table.rows.append(("peak memory of this process", f"{peak_mb()} MB"))
        table.rows.append(("search, idle", said(search_ms(library, case, embedder, queries))))
        during = while_importing(library, importer, files, lambda: search_ms(library, case, embedder, queries))
        table.rows.append(("search while another import runs", said(during)))
        importer.close()
    return table


def while_importing(
    library: Library, importer: Importer, files: list[Path], search: Callable[[], list[float]]
) -> list[float]:
    """Search while the same files go into another case and get their vectors in a second thread."""
    other, job, running = library.create_case("other").id, JobContext(), threading.Event()

    def run() -> None:
        list(importer.add(other, files, JobContext()))
        running.set()
        with suppress(Cancelled):
            importer.embed_pending(job)

    thread = threading.Thread(target=run)
    thread.start()
    running.wait()
    took = search()
    job.cancel()
    thread.join()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--models", type=Path, default=default_models())
    parser.add_argument("--fake", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--queries", type=int, default=14)
    given = parser.parse_args()
    arbiter = ComputeArbiter()
    engine = FakeEngine(arbiter=arbiter) if given.fake else LocalEngine(given.models, arbiter)
    try:
        with tempfile.TemporaryDirectory() as home:
            measure(given, engine.embedder(), arbiter, Path(home)).print()
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
