"""The built-in test of a model: does it follow instructions, cite, obey a schema, admit what is missing; how fast.

The tasks are data (``resources/prompts/model_test.toml``); every answer is judged by code, so that the
same answer always gets the same mark.
"""

import json
import os
import re
import time
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from typing import Any

import numpy as np

from workbench.errors import EngineError
from workbench.i18n import tr
from workbench.inference.api import ChatModel, ChatRequest, Embedder, Message, Reranker, Role
from workbench.inference.machine import physical_cores
from workbench.jobs import JobContext, Priority
from workbench.paths import resources

_THOUGHT = re.compile(r"<think>.*?(</think>|\Z)", re.DOTALL)
_QUOTED = re.compile(r"「([^「」]+)」|『([^『』]+)』|“([^“”]+)”|\"([^\"]+)\"|【([^【】]+)】")
_LABEL = re.compile(r"^(\[\d\])?((资料|原文|依据)(\[?\d\]?)?[::])?(\[\d\])?")
_FIGURE = re.compile(r"\d")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_KEPT_ANSWER = 400
CALM = 0.75
"""Load a core up to which a test's figures are taken for the model's own."""

_LEAST_QUOTE = 6
_PASSAGES = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """How one task went. ``why`` names what was missing (empty when passed); ``seconds`` it took."""

    id: str
    kind: str
    passed: bool
    why: str
    answer: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A model's test on this machine.

    ``reading`` and ``writing`` in tokens a second, ``ms_first_token`` after ``prompt_tokens`` of fresh
    material; for an embedding model ``passages`` a second. ``load`` is how many programs a core wanted to
    compute when the test began: well above 0.5 the figures say little of the model.
    """

    model: str
    name: str
    role: str
    at: str
    marks: tuple[Mark, ...] = ()
    reading: float = 0.0
    writing: float = 0.0
    ms_first_token: float = 0.0
    prompt_tokens: int = 0
    passages: float = 0.0
    seconds: float = 0.0
    decode_bytes: int = 0
    active_weights: float = 0.0
    context: int = 0
    load: float = 0.0

    @property
    def passed(self) -> int:
        """Tasks passed."""
        return sum(mark.passed for mark in self.marks)

    def of_kind(self, kind: str) -> tuple[int, int]:
        """Tasks passed and tasks in all of one kind."""
        marks = [mark for mark in self.marks if mark.kind == kind]
        return sum(mark.passed for mark in marks), len(marks)

    def to_json(self) -> dict[str, Any]:
        """As kept with the model."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Trial":
        """Raises KeyError, TypeError for what :meth:`to_json` did not write."""
        return cls(**{**values, "marks": tuple(Mark(**mark) for mark in values["marks"])})


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the test; ``told`` are the table's own keys."""

    id: str
    kind: str
    user: str
    told: dict[str, Any] = field(default_factory=dict)


@cache
def script() -> dict[str, Any]:
    """The test as written in the resources."""
    values: dict[str, Any] = tomllib.loads((resources() / "prompts" / "model_test.toml").read_text(encoding="utf-8"))
    return values


def tasks() -> tuple[Task, ...]:
    """The tasks of a chat model."""
    return tuple(Task(t["id"], t["kind"], t["user"].strip(), t) for t in script()["task"])


def open_tasks() -> tuple[Task, ...]:
    """The tasks that are asked in plain words, without a schema; one kind after the other in turn."""
    by_kind: dict[str, list[Task]] = {}
    for task in tasks():
        if "schema" not in task.told:
            by_kind.setdefault(task.kind, []).append(task)
    return tuple(task for turn in zip_longest(*by_kind.values()) for task in turn if task is not None)


def try_chat(model: ChatModel, job: JobContext, *, only_speed: bool = False) -> Trial:
    """Test a chat model. Progress is in tasks, the speed being the last. Raises EngineError kinds, Cancelled."""
    begun, load = time.perf_counter(), machine_load()
    chosen = () if only_speed else tasks()
    marks = []
    for number, task in enumerate(chosen):
        job.progress(number, len(chosen) + 1, tr(f"models.trial.{task.kind}"))
        marks.append(_try_task(model, task, job))
    job.progress(len(chosen), len(chosen) + 1, tr("models.trial.speed"))
    figures = _speed(model, job)
    job.progress(len(chosen) + 1, len(chosen) + 1, "")
    return Trial(
        model=model.info.sha256,
        name=model.info.name,
        role=Role.CHAT.value,
        at=_now(),
        marks=tuple(marks),
        seconds=round(time.perf_counter() - begun, 1),
        context=model.info.context,
        load=load,
        **figures,
    )


def try_embedder(model: Embedder, job: JobContext, *, only_speed: bool = False) -> Trial:
    """Test an embedding model: is the question nearer to what answers it. Raises EngineError kinds, Cancelled."""

    def near(pair: dict[str, str]) -> tuple[float, float]:
        question = model.embed([pair["question"]], "query", job)[0]
        right, wrong = model.embed([pair["right"], pair["wrong"]], "passage", job)
        return float(np.dot(question, right)), float(np.dot(question, wrong))

    return _try_passages(model, job, near, lambda texts: model.embed(texts, "passage", job), only_speed)


def try_reranker(model: Reranker, job: JobContext, *, only_speed: bool = False) -> Trial:
    """Test a ranking model: does what answers the question rank higher. Raises EngineError kinds, Cancelled."""

    def near(pair: dict[str, str]) -> tuple[float, float]:
        right, wrong = model.rank(pair["question"], [pair["right"], pair["wrong"]], job, Priority.DRAFT)
        return float(right), float(wrong)

    question = str(script()["pair"][0]["question"])
    return _try_passages(model, job, near, lambda texts: model.rank(question, texts, job, Priority.DRAFT), only_speed)


def _try_passages(
    model: Embedder | Reranker,
    job: JobContext,
    near: Callable[[dict[str, str]], tuple[float, float]],
    work: Callable[[list[str]], object],
    only_speed: bool,
) -> Trial:
    """``near`` tells the worth of a pair's right and wrong passage, ``work`` goes through passages."""
    begun, load = time.perf_counter(), machine_load()
    pairs = () if only_speed else script()["pair"]
    marks = []
    for number, pair in enumerate(pairs):
        job.progress(number, len(pairs) + 1, tr("models.trial.nearer"))
        marks.append(_try_pair(number, pair, near))
    job.progress(len(pairs), len(pairs) + 1, tr("models.trial.speed"))
    text = str(script()["speed"]["material"]).strip()
    started = time.perf_counter()
    work([f"{number}. {text}" for number in range(_PASSAGES)])
    rate = _PASSAGES / (time.perf_counter() - started)
    job.progress(len(pairs) + 1, len(pairs) + 1, "")
    return Trial(
        model=model.info.sha256,
        name=model.info.name,
        role=model.info.role.value,
        at=_now(),
        marks=tuple(marks),
        passages=round(rate, 1),
        seconds=round(time.perf_counter() - begun, 1),
        context=model.info.context,
        load=load,
    )


def judge(task: Task, answer: str) -> str:
    """What an answer lacks, empty when it passes: ``format``, ``missing``, ``extra``, ``quote``, ``invented``…"""
    judges: dict[str, Callable[[Task, str], str]] = {
        "follow": _judge_follow,
        "cite": _judge_cite,
        "json": _judge_json,
        "not_found": _judge_not_found,
    }
    return judges[task.kind](task, plain_answer(answer)) if plain_answer(answer) else "empty"


def plain_answer(text: str) -> str:
    """An answer without what the model thought aloud."""
    return _THOUGHT.sub("", text).strip()


def _try_task(model: ChatModel, task: Task, job: JobContext) -> Mark:
    begun = time.perf_counter()
    request = ChatRequest(
        messages=(Message("system", script()["system"]), Message("user", task.user)),
        max_tokens=script()["most_tokens"],
        schema=task.told.get("schema"),
        priority=Priority.DRAFT,
    )
    try:
        answer = "".join(model.chat(request, job))
        why = judge(task, answer)
    except EngineError as error:
        answer, why = error.message, "error"
    seconds = round(time.perf_counter() - begun, 2)
    return Mark(task.id, task.kind, not why, why, plain_answer(answer)[:_KEPT_ANSWER], seconds)


def _speed(model: ChatModel, job: JobContext) -> dict[str, Any]:
    """Reading and writing speed on fresh material: its first words are new, so that nothing is reused."""
    told = script()["speed"]
    fresh = f"{time.time_ns()}\n"
    material = fresh + str(told["material"]) * int(told["repeat"])
    request = ChatRequest(
        messages=(Message("system", fresh), Message("user", material + str(told["question"]))),
        max_tokens=int(told["tokens"]),
        quotes=False,
        priority=Priority.DRAFT,
    )
    generation = model.chat(request, job)
    for _ in generation:
        job.check()
    figures = generation.figures
    read = figures.prompt_tokens - figures.reused_tokens
    rest = (figures.ms_total - figures.ms_first_token) / 1000
    return {
        "reading": round(read * 1000 / figures.ms_first_token, 1) if figures.ms_first_token > 0 else 0.0,
        "writing": round((figures.tokens - 1) / rest, 1) if rest > 0 and figures.tokens > 1 else 0.0,
        "ms_first_token": round(figures.ms_first_token),
        "prompt_tokens": figures.prompt_tokens,
    }


def _try_pair(number: int, pair: dict[str, str], near: Callable[[dict[str, str]], tuple[float, float]]) -> Mark:
    begun = time.perf_counter()
    right, wrong = near(pair)
    why = "" if right > wrong else "farther"
    said = f"{pair['question']}  {right:.3f} / {wrong:.3f}"
    return Mark(f"pair_{number + 1}", "nearer", not why, why, said, round(time.perf_counter() - begun, 2))


def _judge_follow(task: Task, answer: str) -> str:
    lines = [line for line in answer.splitlines() if line.strip()]
    if len(lines) != task.told["lines"] or len(answer) > task.told["most_characters"]:
        return "format"
    if task.told.get("chinese") and not _CHINESE.search(answer):
        return "language"
    if not all(word in answer for word in task.told.get("must", ())):
        return "missing"
    return "extra" if any(word in answer for word in task.told.get("must_not", ())) else ""


def _judge_cite(task: Task, answer: str) -> str:
    material = squeezed(task.user.split("问题：", maxsplit=1)[0])
    quotes = [squeezed(next(filter(None, groups))) for groups in _QUOTED.findall(answer)]
    quotes = [_LABEL.sub("", quote) for quote in quotes]
    verbatim = [quote for quote in quotes if len(quote) >= _LEAST_QUOTE and quote in material]
    if not verbatim:
        return "quote"
    return "" if any(word in quote for quote in verbatim for word in task.told["must"]) else "missing"


def _judge_json(task: Task, answer: str) -> str:
    try:
        found = json.loads(answer)
    except ValueError:
        return "format"
    return "" if found == task.told["expected"] else "values"


def _judge_not_found(_task: Task, answer: str) -> str:
    if not any(word in answer for word in script()["declines"]):
        return "invented"
    return "invented" if _FIGURE.search(answer) else ""


def squeezed(text: str) -> str:
    """Text without spaces, in one form of its characters, to compare quotes."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def machine_load() -> float:
    """Programs a core that wanted to compute in the last minute; 0 where the system doesn't say."""
    told = getattr(os, "getloadavg", None)
    return round(told()[0] / physical_cores(), 2) if told is not None else 0.0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
