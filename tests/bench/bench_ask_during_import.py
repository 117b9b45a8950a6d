"""How long a question takes while an import runs, against the same question on a quiet engine.

    python tests/bench/bench_ask_during_import.py FILE [--rounds 3]

FILE is a large report. Each round asks the sample case one question quietly, then the same question in
a fresh talk while FILE is read and embedded behind it; the two are interleaved because the machine is
noisy. Prints medians of evidence, first token and total, and their ratios.
"""

import argparse
import statistics
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from workbench import app, settings, vault
from workbench.errors import Cancelled
from workbench.jobs import JobContext
from workbench.models.asking import Answer
from workbench.paths import resources

QUESTION = "公司的控股股东和实际控制人是谁？"
OTHER = "公司所处行业有什么特点？"
Times = tuple[float, float, float]


def asked(services: app.Services, case: str) -> Times:
    """Milliseconds to evidence, first token and the whole answer. Another question first, so that no prefix helps."""
    services.asker.ask(case, OTHER, JobContext())
    answer: Answer = services.asker.ask(case, QUESTION, JobContext())
    shape = answer.to_json()
    return float(shape["ms_evidence"]), float(shape["ms_first_token"]), float(shape["ms_total"])


def embedding(services: app.Services, case: str) -> tuple[threading.Thread, JobContext]:
    """Start the vectors of a case behind everything else."""
    job = JobContext()

    def work() -> None:
        try:
            services.importer.embed_pending(job, case)
        except Cancelled:
            return

    thread = threading.Thread(target=work)
    thread.start()
    return thread, job


def round_of(
    services: app.Services, small: str, file: Path, number: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """One quiet question and one beside an import."""
    quiet = asked(services, small)
    large = services.library.create_case(f"large {number}").id
    list(services.importer.add(large, [file], JobContext()))
    thread, job = embedding(services, large)
    busy = asked(services, small)
    still = thread.is_alive()
    job.cancel()
    thread.join()
    if not still:
        raise SystemExit("the import ended before the answer: take a larger file")
    return quiet, busy


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "library"
        opened, _ = vault.create(home, passphrase="bench")
        machine = app.open_machine(app.places(home), settings.load(home))
        services = app.open_services(machine, opened.key, settings.SettingsKeeper(home))
        try:
            small = services.library.create_case("small").id
            list(services.importer.add(small, [resources() / "samples" / "credit_case"], JobContext()))
            services.importer.embed_pending(JobContext(), small)
            asked(services, small)
            rounds = [round_of(services, small, args.file, n) for n in range(args.rounds)]
        finally:
            services.close()
            machine.engine.close()
    _print(rounds)


def _print(rounds: list[tuple[Times, Times]]) -> None:
    median: Callable[[int, int], float] = lambda side, what: statistics.median(r[side][what] for r in rounds)  # noqa: E731
    print("| | quiet | during an import | ratio |\n|---|---|---|---|")
    for what, name in enumerate(("evidence", "first token", "whole answer")):
        quiet, busy = median(0, what), median(1, what)
        print(f"| {name} | {quiet:,.0f} ms | {busy:,.0f} ms | {busy / quiet:.2f} |")


if __name__ == "__main__":
    main()
