"""Search over a million chunks: vectors against exhaustive search, words, both together, and while rows are added.

python tests/bench/bench_scale.py [--rows 1000000] [--folder DIR] [--queries 100]

Vectors are made up of 64 hidden dimensions around cluster centres with a common mean and noise; every chunk has
60 blinded terms drawn by Zipf's law from 200,000. Only the index is measured: no model, no database. Both together
are asked at the same time, as the retriever does.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.models.library.blinding import Blinder
from workbench.models.library.index import Index
from workbench.models.library.rows import VECTORS, WORDS, IndexRow

CASE = "bench"
DIMENSION, HIDDEN, TERMS, VOCABULARY = 384, 64, 60, 200_000
BATCH = 20_000
QUESTION_TERMS = 20
LIMIT = 100

Vectors = NDArray[np.float32]


class Material:
    """Vectors and term lines, the same for the same seed."""

    def __init__(self, rows: int) -> None:
        self.random = np.random.default_rng(7)
        mean = self.random.standard_normal(DIMENSION, dtype=np.float32)
        self.mean = 2 * mean / np.linalg.norm(mean)
        self.centres = self.random.standard_normal((max(rows // 2000, 10), HIDDEN), dtype=np.float32)
        self.base = self.random.standard_normal((HIDDEN, DIMENSION), dtype=np.float32) / 80
        blinder = Blinder(bytes(32))
        self.words = np.array([blinder.blind(f"t{n}") for n in range(VOCABULARY)])

    def vectors(self, count: int) -> Vectors:
        hidden = self.centres[self.random.integers(0, len(self.centres), count)]
        hidden = hidden + 0.8 * self.random.standard_normal((count, HIDDEN), dtype=np.float32)
        made = hidden @ self.base + self.mean + 0.02 * self.random.standard_normal((count, DIMENSION), dtype=np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made.astype(np.float32)

    def lines(self, count: int, terms: int = TERMS) -> list[str]:
        ranks = np.minimum(self.random.zipf(1.15, (count, terms)) * 7 % VOCABULARY, VOCABULARY - 1)
        spread = (ranks + self.random.integers(0, 40, (count, terms))) % VOCABULARY
        return [" ".join(row) for row in self.words[spread]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        index, material = Index((options.folder or Path(scratch)) / "index"), Material(options.rows)
        queries, exact = _fill(index, material, options.rows, options.queries)
        lines = material.lines(options.queries, QUESTION_TERMS)
        for kind in (WORDS, VECTORS):
            begun = time.perf_counter()
            index.tidy(kind, CASE)
            print(f"{kind}: index built in {time.perf_counter() - begun:.0f} s", flush=True)
        _measure(index, queries, exact, lines, "quiet")
        _while_adding(index, material, options.rows, queries, exact, lines)


def _fill(index: Index, material: Material, rows: int, count: int) -> tuple[Vectors, list[set[int]]]:
    """Write everything; keep the ten nearest of each query as exhaustive search finds them."""
    queries = material.vectors(count)
    best: list[list[tuple[float, int]]] = [[] for _ in range(count)]
    begun, spent = time.perf_counter(), 0.0
    for start in range(0, rows, BATCH):
        size = min(BATCH, rows - start)
        vectors, lines = material.vectors(size), material.lines(size)
        keys = [IndexRow(start + n, (start + n) // 50, 1) for n in range(size)]
        before = time.perf_counter()
        index.add_words(CASE, keys, lines)
        index.add_vectors(CASE, keys, vectors)
        spent += time.perf_counter() - before
        cosines = queries @ vectors.T
        for place, row in enumerate(cosines):
            top = np.argpartition(-row, 10)[:10]
            best[place] = sorted([*best[place], *((float(row[n]), start + int(n)) for n in top)], reverse=True)[:10]
    print(f"{rows} rows: written in {spent:.0f} s, made and written in {time.perf_counter() - begun:.0f} s", flush=True)
    return queries, [{chunk for _, chunk in ten} for ten in best]


def _measure(index: Index, queries: Vectors, exact: list[set[int]], lines: list[str], when: str) -> None:
    words = _timed(lambda n: index.find_words(CASE, lines[n], LIMIT, None), len(lines))
    found: list[float] = []

    def nearest(n: int) -> None:
        hits = index.find_nearest(CASE, queries[n], LIMIT, None)
        found.append(len(exact[n] & {chunk for chunk, _ in hits[:10]}) / 10)

    vectors = _timed(nearest, len(queries))

    def both(n: int) -> None:
        with ThreadPoolExecutor(1) as beside:
            searching = beside.submit(index.find_words, CASE, lines[n], LIMIT, None)
            index.find_nearest(CASE, queries[n], LIMIT, None)
            searching.result()

    hybrid = _timed(both, len(lines))
    for name, times in (("words", words), ("vectors", vectors), ("both", hybrid)):
        print(f"{when}, {name}: median {np.median(times):.0f} ms, p95 {np.percentile(times, 95):.0f} ms")
    print(f"{when}, recall@10 {np.mean(found):.3f}", flush=True)


def _timed(call: Callable[[int], object], count: int) -> list[float]:
    """Milliseconds of each call, after ten to warm up."""
    for n in range(min(10, count)):
        call(n)
    times = []
    for n in range(count):
        begun = time.perf_counter()
        call(n)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _while_adding(
    index: Index, material: Material, rows: int, queries: Vectors, exact: list[set[int]], lines: list[str]
) -> None:
    """The same while an import adds 250 rows about twice a second, as an import does."""
    stop = threading.Event()
    batches = [(material.vectors(250), material.lines(250)) for _ in range(40)]

    def add() -> None:
        for number, (vectors, more) in enumerate(batches):
            if stop.wait(0.4):
                return
            keys = [IndexRow(rows + number * 250 + n, rows + n, 1) for n in range(250)]
            index.add_words(CASE, keys, more)
            index.add_vectors(CASE, keys, vectors)

    thread = threading.Thread(target=add)
    thread.start()
    try:
        _measure(index, queries, exact, lines, "while rows are added")
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    main()
