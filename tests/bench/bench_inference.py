"""Speed of the models through the program's own pipe; prints one table.

``python tests/bench/bench_inference.py [--models DIR] [--threads N …] [--batch N] [--busy]``
"""

import argparse
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import Cancelled, EngineError
from workbench.inference.api import ChatRequest, GenerationFigures, Message
from workbench.inference.engine import LocalEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.paths import default_models

SENTENCE = "公司2019年实现营业收入1234.56万元，同比增长12.3%，主要系销售规模扩大所致；应收账款账龄以一年以内为主。"


def passage(number: int, characters: int = 300) -> str:
    """A Chinese passage that no other number gives."""
    return (f"第{number}条。" + SENTENCE * (characters // len(SENTENCE) + 1))[:characters]


def chat(engine: LocalEngine, text: str, tokens: int) -> GenerationFigures:
    request = ChatRequest((Message("system", "你是信贷分析员。"), Message("user", text)), max_tokens=tokens)
    generation = engine.chat().chat(request, JobContext())
    for _ in generation:
        pass
    return generation.figures


def cancel_latency(engine: LocalEngine, text: str, trials: int, wait: Callable[[Iterator[str]], None]) -> list[float]:
    """Milliseconds from cancel to Cancelled, ``trials`` times."""
    took = []
    for trial in range(trials):
        job = JobContext()
        asked = ChatRequest((Message("user", f"{trial} {text}"),), max_tokens=400)
        pieces = iter(engine.chat().chat(asked, job))
        at = [0.0]

        def cancel(job: JobContext = job, at: list[float] = at) -> None:
            at[0] = time.perf_counter()
            job.cancel()

        timer = threading.Timer(0.3 + 0.037 * trial, cancel)
        timer.start()
        try:
            wait(pieces)
            for _ in pieces:
                pass
        except Cancelled:
            took.append((time.perf_counter() - at[0]) * 1000)
        timer.join()
    return took


@contextmanager
def busy(on: bool) -> Iterator[None]:
    """Another program that takes one core, where asked for."""
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if on else None
    try:
        yield
    finally:
        if other is not None:
            other.kill()
            other.wait()


def chat_rows(engine: LocalEngine, trials: int) -> Iterator[tuple[str, str]]:
    prompts = [chat(engine, f"{number}。" + passage(number, 1500), 1) for number in range(2)]
    best = max(f.prompt_tokens / (f.ms_first_token / 1000) for f in prompts)
    yield "prompt tokens/s", f"{best:.1f} ({prompts[0].prompt_tokens} tokens)"
    long = chat(engine, "请用三百字介绍应收账款的风险。", 96)
    yield "tokens/s out", f"{(long.tokens - 1) / (long.ms_total - long.ms_first_token) * 1000:.1f}"
    material = passage(77, 1500)
    chat(engine, material + "甲？", 1)
    reused = chat(engine, material + "乙？", 1)
    yield "ms to first token, prefix reused", f"{reused.ms_first_token:.0f} ({reused.reused_tokens} reused)"
    for name, took in (
        ("prompt", cancel_latency(engine, passage(1, 2500), trials, lambda _: None)),
        ("answer", cancel_latency(engine, "讲一个很长的故事。", trials, lambda pieces: next(pieces) and None)),
    ):
        if took:
            yield (
                f"cancel in {name}: ms median / worst of {len(took)}",
                f"{statistics.median(took):.0f} / {max(took):.0f}",
            )


def embedding_rows(engine: LocalEngine, _trials: int) -> Iterator[tuple[str, str]]:
    embedder = engine.embedder()
    texts = [passage(number) for number in range(48)]
    tokens = sum(embedder.count(text) for text in texts)
    embedder.embed(texts[:2], "passage", JobContext())
    begun = time.perf_counter()
    embedder.embed(texts, "passage", JobContext())
    seconds = time.perf_counter() - begun
    yield "texts/s (300 characters)", f"{len(texts) / seconds:.1f}"
    yield "tokens/s", f"{tokens / seconds:.0f}"
    begun = time.perf_counter()
    for text in texts[:10]:
        embedder.embed([text[:20]], "query", JobContext())
    yield "ms a question", f"{(time.perf_counter() - begun) * 100:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=Path, default=default_models())
    parser.add_argument("--threads", type=int, nargs="*", default=[0])
    parser.add_argument("--batch", type=int)
    parser.add_argument("--trials", type=int, default=20, help="how often to cancel")
    parser.add_argument("--busy", action="store_true", help="while another program takes one core")
    parser.add_argument("--only", choices=["chat", "embedding"])
    arguments = parser.parse_args()
    for threads in arguments.threads:
        engine = LocalEngine(arguments.models, ComputeArbiter(), threads=threads or None, batch=arguments.batch)
        with busy(arguments.busy):
            for role, rows in (("chat", chat_rows), ("embedding", embedding_rows)):
                if arguments.only not in (None, role):
                    continue
                begun = time.perf_counter()
                try:
                    model = getattr(engine, "chat" if role == "chat" else "embedder")()
                except EngineError as error:
                    print(f"| {role} | {error.message} |")
                    continue
                told = f"threads {threads or 'auto'}{', busy' if arguments.busy else ''}"
                print(f"\n| {model.info.name}, {told} | |\n|---|---|")
                print(f"| load s | {time.perf_counter() - begun:.2f} |")
                for name, value in rows(engine, arguments.trials):
                    print(f"| {name} | {value} |", flush=True)
        engine.close()


if __name__ == "__main__":
    main()
