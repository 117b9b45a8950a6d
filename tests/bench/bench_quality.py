"""Retrieval quality through a real library: statutes, annual reports, clauses; all questions and each half of them.

python tests/bench/bench_quality.py --data DIR --models DIR --score score.py [--home DIR]

DIR holds ``law_qa``, ``annual_qa_zh`` and ``clause_qa``; ``score.py`` is the scorer that reads ``{id, hits}`` lines.
A home given is kept, so that a second run searches without importing and embedding again.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from workbench.inference.engine import LocalEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.library import Importer, Library
from workbench.models.retrieval import Retriever
from workbench.vault import LibraryKey

SUITES = {
    "law": ("law_qa", "articles.jsonl", "queries.jsonl", "law"),
    "annual": ("annual_qa_zh", "corpus.jsonl", "queries.jsonl", "annual"),
    "ins_clause": ("clause_qa", "ins_clause_passages.jsonl", "ins_clause_queries.jsonl", "clause"),
    "doc_extract": ("clause_qa", "doc_extract_passages.jsonl", "doc_extract_queries.jsonl", "clause"),
    "fund_compare": ("clause_qa", "fund_compare_passages.jsonl", "fund_compare_queries.jsonl", "clause"),
}
"""Folder, corpus and questions of a suite, and how the scorer calls its kind."""
HALVES = {"all": (0, 1), "even questions": (0,), "odd questions": (1,)}


def main() -> None:
    options = _options()
    arbiter = ComputeArbiter()
    engine = LocalEngine(options.models, arbiter)
    with tempfile.TemporaryDirectory() as scratch:
        library = Library.open(options.home or Path(scratch) / "home", LibraryKey(bytes(32)))
        try:
            importer = Importer(library, engine.embedder, arbiter)
            retriever = Retriever(library, engine.embedder)
            for suite, (folder, corpus, questions, kind) in SUITES.items():
                case = _filled(library, importer, suite, options.data / folder / corpus)
                hits = Path(scratch) / f"{suite}.jsonl"
                _search_all(retriever, case, options.data / folder / questions, hits)
                for half, kept in HALVES.items():
                    print(f"{suite}, {half}:", flush=True)
                    data = _some(options.data / folder / questions, kept, Path(scratch) / f"{suite} {half}")
                    score = [sys.executable, str(options.score), "retrieval", kind, "--data", str(data)]
                    subprocess.run([*score, "--hits", str(hits)], check=True)
                    if kind == "clause":
                        _tell_equals(options.data / folder / corpus, data / questions, hits)
        finally:
            engine.close()
            library.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--home", type=Path)
    return parser.parse_args()


def _filled(library: Library, importer: Importer, suite: str, corpus: Path) -> str:
    known = {case.name: case.id for case in library.cases()}
    case = known.get(suite) or library.create_case(suite).id
    begun = time.perf_counter()
    results = list(importer.add(case, [corpus], JobContext()))
    words = time.perf_counter() - begun
    importer.embed_pending(JobContext(), case)
    chunks = sum(document.chunks for document in library.documents(case))
    vectors = time.perf_counter() - begun
    print(f"{suite}: {results[0].status}, {chunks} chunks, words after {words:.1f} s, vectors after {vectors:.1f} s")
    return case


def _some(questions: Path, kept: tuple[int, ...], folder: Path) -> Path:
    """A folder for the scorer with every second question, or all of them; other suites of its kind are empty."""
    folder.mkdir()
    for name in ("doc_extract", "fund_compare", "ins_clause"):
        (folder / f"{name}_queries.jsonl").touch()
    lines = questions.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / questions.name).write_text("".join(x for n, x in enumerate(lines) if n % 2 in kept), encoding="utf-8")
    return folder


def _tell_equals(corpus: Path, questions: Path, hits: Path) -> None:
    """How often the first place says what gold says: clauses of several products are the same but for a few words."""
    texts = {record["id"]: _threes(record["text"]) for record in _records(corpus)}
    first = {record["id"]: record["hits"][:1] for record in _records(hits)}
    shares = []
    for question in _records(questions):
        gold = texts[question["gold"]]
        found = texts[first[question["id"]][0]["document"]] if first[question["id"]] else set()
        shares.append(len(gold & found) / max(1, len(gold | found)))
    told = [f"{sum(share >= least for share in shares) / len(shares):.3f} at {least:.0%}" for least in (0.8, 0.9)]
    print(f"first place shares so much of gold's characters, three by three: {', '.join(told)}", flush=True)


def _threes(text: str) -> set[str]:
    plain = "".join(character for character in text if character.isalnum())
    return {plain[i : i + 3] for i in range(len(plain) - 2)}


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _search_all(retriever: Retriever, case: str, queries: Path, hits: Path) -> None:
    times = []
    with hits.open("w", encoding="utf-8") as out:
        for line in queries.read_text(encoding="utf-8").splitlines():
            query = json.loads(line)
            begun = time.perf_counter()
            found = [{**hit.to_json(), "document": hit.outer_id} for hit in retriever.passages(case, query["question"])]
            times.append((time.perf_counter() - begun) * 1000)
            out.write(json.dumps({"id": query["id"], "hits": found}, ensure_ascii=False) + "\n")
    times.sort()
    print(f"search ms: median {times[len(times) // 2]:.0f}, p95 {times[int(len(times) * 0.95)]:.0f}, n={len(times)}")


if __name__ == "__main__":
    main()
