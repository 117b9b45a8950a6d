"""The bars of inference against llama-bench, interleaved with it on the same machine; prints one table.

``python tests/bench/bench_inference_bars.py --source LLAMA_CPP --build DIR [--models DIR] [--rounds 3] [--only …]``

All ratios come from runs that alternate, so that other work on the machine meets both alike: a ratio is the median of
the ratios of neighbouring runs, a speed the median of its own. Which of two goes first changes from round to round.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from llama_bench import build, speed

from workbench.inference.api import ChatRequest, GenerationFigures, Message, Role, sampled
from workbench.inference.engine import LocalEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.paths import default_models

SENTENCE = (
    "公司{n}年实现营业收入{a}万元，同比增长{b}%，主要系第{n}批销售规模扩大所致；应收账款{c}万元，账龄以一年以内为主。"
)


def material(seed: int, characters: int) -> str:
    """Chinese sentences with figures that no other seed gives."""
    text = ""
    number = seed * 1000
    while len(text) < characters:
        number += 1
        text += SENTENCE.format(n=number, a=number * 7919 % 90001, b=number * 31 % 97, c=number * 6271 % 50021)
    return text[:characters]


def asked(text: str, tokens: int, **values: object) -> ChatRequest:
    return ChatRequest((Message("system", "你是信贷分析员。"), Message("user", text)), max_tokens=tokens, **values)


def run(engine: LocalEngine, request: ChatRequest) -> GenerationFigures:
    generation = engine.chat().chat(request, JobContext())
    for _ in generation:
        pass
    return generation.figures


def decoding(figures: GenerationFigures) -> float:
    """Tokens a second after the first."""
    return (figures.tokens - 1) / (figures.ms_total - figures.ms_first_token) * 1000


def ratio(own: list[float], other: list[float]) -> float:
    """The median of the ratios of neighbouring runs."""
    return median(a / b for a, b in zip(own, other, strict=True))


class Bars:
    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.engine = LocalEngine(given.models, ComputeArbiter(), threads=given.threads)
        self.program = build(given.source, given.build)
        entry = self.engine.registry.require(Role.CHAT)
        self.model = self.engine.registry.path(entry)
        self.engine.chat()
        self.free = [asked(f"{i}。请用三百字介绍企业经营的风险。", given.answer) for i in range(given.rounds)]

    def anchor(self, **values: int) -> float:
        return speed(self.program, self.model, self.given.threads, **values)

    def alternating(self, *runs: Callable[[int], float]) -> list[list[float]]:
        """What each gave, over rounds in which all take their turn."""
        found: list[list[float]] = [[] for _ in runs]
        for i in range(self.given.rounds):
            turns = list(zip(runs, found, strict=True))
            for one, values in turns if i % 2 == 0 else reversed(turns):
                values.append(one(i))
        return found

    def prompt(self) -> Iterator[str]:
        text = material(1, 5000)
        per = self.engine.chat().count(text) / len(text)
        length = int((512 - 30) / per)

        def ours(i: int) -> float:
            figures = run(self.engine, asked(material(10 + i, length), 1))
            return (figures.prompt_tokens - figures.reused_tokens) / figures.ms_first_token * 1000

        anchor, own = self.alternating(lambda _: self.anchor(prompt=512), ours)
        yield f"prompt ÷ pp512 | {ratio(own, anchor):.2f} ({median(own):.1f} / {median(anchor):.1f} tokens/s) | ≥ 0.97"

    def answer(self) -> Iterator[str]:
        def plain(i: int) -> float:
            return decoding(run(self.engine, self.free[i]))

        def without(i: int) -> float:
            return decoding(run(self.engine, asked(self.free[i].messages[1].text, self.given.answer, quotes=False)))

        anchor, bare, own = self.alternating(lambda _: self.anchor(answer=self.given.answer), without, plain)
        speeds = f"{median(bare):.1f} / {median(anchor):.1f} tokens/s"
        yield f"decoding ÷ tg{self.given.answer} | {ratio(bare, anchor):.2f} ({speeds}) | ≥ 0.95"
        free, gain = ratio(own, anchor), ratio(own, bare)
        yield f"free text with lookup ÷ the same | {free:.2f} (÷ without lookup {gain:.2f}) | ≥ 0.95"

    def quoting(self) -> Iterator[str]:
        def quote(i: int, quotes: bool) -> float:
            text = material(40 + i, 400)
            figures = run(self.engine, asked(f"{text}\n\n请逐字抄写上文。", self.given.answer, quotes=quotes))
            return decoding(figures)

        anchor, off, on = self.alternating(
            lambda _: self.anchor(answer=self.given.answer), lambda i: quote(i, False), lambda i: quote(i, True)
        )
        told = f"{ratio(on, anchor):.2f} (÷ without {ratio(on, off):.2f})"
        yield f"quoting with lookup ÷ tg{self.given.answer} | {told} | ≥ 1.3"

    def second(self) -> Iterator[str]:
        text = material(70, self.given.material)
        with tempfile.TemporaryDirectory() as folder:
            self.engine.keep_prefixes(Path(folder), b"k" * 32)
            first = run(self.engine, asked(text + "\n营业收入是多少？", 1))
            warm = run(self.engine, asked(text + "\n应收账款是多少？", 1))
            self.engine.close()
            self.engine = LocalEngine(self.given.models, ComputeArbiter(), threads=self.given.threads)
            self.engine.keep_prefixes(Path(folder), b"k" * 32)
            self.engine.chat()
            again = run(self.engine, asked(text + "\n账龄如何？", 1))
            size = sum(path.stat().st_size for path in Path(folder).iterdir()) >> 20
        base = first.ms_first_token
        yield f"second question, warm, {first.prompt_tokens} tokens | {warm.ms_first_token / base:.3f} | ≤ 0.10"
        yield f"the same after a restart ({size} MB kept) | {again.ms_first_token / base:.3f} | ≤ 0.15"

    def fresh(self) -> Iterator[str]:
        tokens = run(self.engine, asked(material(170, self.given.material), 1)).prompt_tokens

        def ours(i: int) -> float:
            return run(self.engine, asked(material(171 + i, self.given.material), 1)).ms_first_token / 1000

        own, anchor = self.alternating(ours, lambda _: tokens / self.anchor(prompt=tokens))
        over = median(a - b for a, b in zip(own, anchor, strict=True))
        told = f"{over:+.2f} ({median(own):.1f} − {median(anchor):.1f})"
        yield f"first token, fresh material: seconds beyond its {tokens} tokens ÷ pp{tokens} | {told} | ≤ 1"

    def together(self) -> Iterator[str]:
        tokens = min(64, self.given.answer)

        def five(text: str, i: int) -> list[ChatRequest]:
            return list(sampled(asked(text, tokens, temperature=0.8, seed=7 * i, quotes=False), 5))

        def timed(work: Callable[[], object]) -> float:
            begun = time.perf_counter()
            work()
            return time.perf_counter() - begun

        def in_a_row(requests: list[ChatRequest]) -> None:
            for one in requests:
                run(self.engine, one)

        def compared(text: Callable[[int], str]) -> float:
            return ratio(
                *self.alternating(
                    lambda i: timed(partial(self.engine.chat().chat_many, five(text(i), i), JobContext())),
                    lambda i: timed(partial(in_a_row, five(text(i), i))),
                )
            )

        free = compared(lambda i: f"{i}。讲一个银行的故事。")
        yield f"five together ÷ five in a row, stories of {tokens} tokens | {free:.2f} | ≤ 0.6"
        # What was read for the one must not be there already for the other.
        met = iter(range(300, 1000))
        fact = compared(lambda _: f"{material(next(met), 300)}\n\n第一句说的营业收入是多少？用一句话回答。")
        yield f"the same, a fact asked of material, as answers are checked | {fact:.2f} | ≤ 0.6"

    def embedding(self) -> Iterator[str]:
        texts = [material(900 + i, 300) for i in range(500)]
        embedder = self.engine.embedder()

        def question(i: int) -> float:
            begun = time.perf_counter()
            run(self.engine, asked(f"{i}。{material(500 + i, 200)}\n营业收入是多少？", 24))
            return time.perf_counter() - begun

        def disturbed(i: int) -> float:
            job = JobContext()
            started = threading.Event()

            def bulk() -> None:
                started.set()
                try:
                    embedder.embed(texts, "passage", job)
                except BaseException as stopped:
                    assert type(stopped).__name__ == "Cancelled", stopped  # noqa: PT017

            importing = threading.Thread(target=bulk)
            importing.start()
            started.wait()
            took = question(100 + i)
            job.cancel()
            importing.join()
            return took

        question(99)
        quiet, busy = self.alternating(question, disturbed)
        yield f"question while 500 chunks are embedded ÷ quiet | {ratio(busy, quiet):.2f} | ≤ 1.3"

    def memory(self) -> Iterator[str]:
        run(self.engine, asked(material(1, self.given.material), 4))
        run(self.engine, asked("再见。", 4))
        worker = self.engine._hosts[Role.CHAT].worker()
        # All of an 8k context is touched as soon as it is made.
        if self.given.full:
            list(self.engine.chat().chat(asked(material(2, 60), 8000, stop=("。",)), JobContext()))
        status = Path(f"/proc/{worker.pid}/status").read_text()
        resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) >> 10
        size = self.model.stat().st_size >> 20
        yield f"resident memory beyond the file | {resident - size} MB ({resident} − {size}) | ≤ 900"


PARTS = ("prompt", "answer", "quoting", "second", "fresh", "together", "embedding", "memory")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True, help="vendor/llama.cpp of the source package")
    parser.add_argument("--build", type=Path, required=True, help="where llama-bench is built, outside of the tree")
    parser.add_argument("--models", type=Path, default=default_models())
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--answer", type=int, default=128, help="tokens of an answer")
    parser.add_argument("--material", type=int, default=2800, help="characters of the material")
    parser.add_argument("--full", action="store_true", help="let the context grow to its limit")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    bars = Bars(given)
    print(f"\n| {bars.engine.chat().info.name}, {given.threads} threads | measured | bar |\n|---|---|---|", flush=True)
    try:
        for part in given.only:
            try:
                for line in getattr(bars, part)():
                    print(f"| {line} |", flush=True)
            except Exception as fault:
                print(f"| {part} | {json.dumps(str(fault))} | |", flush=True)
    finally:
        bars.engine.close()


if __name__ == "__main__":
    main()
