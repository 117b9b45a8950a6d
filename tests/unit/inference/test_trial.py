"""The built-in test of a model: what passes, what fails and why, and that the result stays with the model."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import SMALL_CHAT, installed_model
from workbench.errors import Cancelled, EngineCrashed
from workbench.inference import bench as bench_module
from workbench.inference.api import ChatRequest, EngineState, GenerationFigures, LoadState, ModelInfo, Role, RoleState
from workbench.inference.bench import ModelBench
from workbench.inference.registry import Registry
from workbench.inference.telling import trial_words
from workbench.inference.trial import (
    Task,
    Trial,
    judge,
    plain_answer,
    script,
    tasks,
    try_chat,
    try_embedder,
    try_reranker,
)
from workbench.jobs import ComputeArbiter, JobContext

TASKS = {task.id: task for task in tasks()}
GOOD = {
    "follow_lines": "资信\n用途\n还款来源",
    "follow_one_sentence": "公司主要生产数控机床。",
    "cite_sales": "占比为26.0%。「2023年公司前五大客户销售额合计3.27亿元，占年度销售总额的26.0%。」",
    "cite_guarantee": "到2025年6月30日。“提供连带责任保证，期限至2025年6月30日”",
    "json_loan": json.dumps(TASKS["json_loan"].told["expected"], ensure_ascii=False),
    "json_people": json.dumps(TASKS["json_people"].told["expected"], ensure_ascii=False),
    "not_found_profit": "资料中未提及。",
    "not_found_court": "<think>没有诉讼 3 起</think>\n资料中未提及。",
}


class Answering:
    """A chat model that answers what the test of the built-in task wants, or what it is given."""

    def __init__(self, answers: dict[str, str] | None = None, fails: str = "") -> None:
        self.answers = GOOD if answers is None else answers
        self.fails = fails
        self.asked: list[ChatRequest] = []
        self.info = ModelInfo("Answering", "f" * 64, Role.CHAT, 4096)

    def count(self, text: str) -> int:
        return len(text)

    def chat(self, request: ChatRequest, job: JobContext) -> "Answer":
        job.check()
        self.asked.append(request)
        told = request.messages[-1].text
        task = next((t for t in TASKS.values() if t.user == told), None)
        if task is not None and task.id == self.fails:
            raise EngineCrashed("模型退出", "请重试")
        return Answer(self.answers.get(task.id, "") if task else "一二三")


class Answer:
    def __init__(self, text: str) -> None:
        self._text = text
        self.figures = GenerationFigures(
            prompt_tokens=600, reused_tokens=0, tokens=64, ms_first_token=10000, ms_total=14000
        )

    def __iter__(self) -> Iterator[str]:
        yield from self._text


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_right_answer_passes(task: Task) -> None:
    assert judge(task, GOOD[task.id]) == ""


@pytest.mark.parametrize(
    ("task", "answer", "why"),
    [
        ("follow_lines", "1. 资信\n2. 用途\n3. 还款", "extra"),
        ("follow_lines", "资信、用途、还款来源", "format"),
        ("follow_lines", "credit\npurpose\nsource", "language"),
        ("follow_one_sentence", "公司2023年生产机床。", "extra"),
        ("follow_one_sentence", "公司从事生产。", "missing"),
        ("cite_sales", "占比为26.0%。", "quote"),
        ("cite_sales", "26.0%「前五大客户占全年销售总额的26.0%」", "quote"),
        ("cite_sales", "26.0%「公司控股股东为岚渚控股集团，持股比例为41.2%。」", "missing"),
        ("json_loan", "银行：华南城市银行", "format"),
        ("json_loan", '{"银行": "华南城市银行", "金额万元": 500}', "values"),
        ("not_found_profit", "净利润为1.2亿元。", "invented"),
        ("not_found_profit", "资料中未提及，估计约1.2亿元。", "invented"),
        ("not_found_court", "  ", "empty"),
    ],
)
def test_a_wrong_answer_fails_and_says_why(task: str, answer: str, why: str) -> None:
    assert judge(TASKS[task], answer) == why


def test_what_a_model_thinks_aloud_is_no_part_of_its_answer() -> None:
    assert plain_answer("<think>嗯……</think>\n\n是。") == "是。"
    assert plain_answer("<think>没有想完") == ""


def test_a_whole_test_marks_every_task_and_measures_the_speed() -> None:
    told: list[tuple[int, int, str]] = []
    model = Answering()
    trial = try_chat(model, JobContext(lambda *values: told.append(values)))
    assert trial.passed == len(trial.marks) == 8
    assert (trial.reading, trial.writing, trial.ms_first_token) == (60.0, 15.8, 10000)
    assert trial.of_kind("cite") == (2, 2)
    assert told[-1][:2] == (9, 9)
    assert [bool(r.schema) for r in model.asked] == [False] * 4 + [True] * 2 + [False] * 3


def test_the_material_of_the_speed_is_new_every_time() -> None:
    model = Answering()
    for _ in range(2):
        try_chat(model, JobContext(), only_speed=True)
    assert len({request.messages[0].text for request in model.asked}) == 2


def test_a_model_that_fails_at_one_task_is_marked_there_and_goes_on() -> None:
    trial = try_chat(Answering(fails="cite_sales"), JobContext())
    (failed,) = [mark for mark in trial.marks if not mark.passed]
    assert (failed.id, failed.why, failed.answer) == ("cite_sales", "error", "模型退出")


def test_a_test_stops_when_it_is_cancelled() -> None:
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        try_chat(Answering(), job)


class Placing:
    """An embedding model that puts the right passages (or the wrong ones) beside the question."""

    def __init__(self, wrongly: bool = False) -> None:
        self.wrongly = wrongly
        self.info = ModelInfo("Placing", "e" * 64, Role.EMBEDDING, 512, 2)

    def embed(self, texts: Any, kind: str, job: JobContext, priority: Any = None) -> Any:
        far = {pair["right" if self.wrongly else "wrong"] for pair in script()["pair"]}
        return np.array([[0.0, 1.0] if text in far else [1.0, 0.0] for text in texts], dtype=np.float32)


def test_an_embedding_model_is_tested_by_what_it_finds_nearer() -> None:
    good, bad = (try_embedder(Placing(wrongly), JobContext()) for wrongly in (False, True))
    assert good.of_kind("nearer") == (6, 6)
    assert bad.of_kind("nearer") == (0, 6)
    assert good.passages > 0


def test_a_test_is_kept_as_it_was() -> None:
    trial = try_chat(Answering(), JobContext())
    assert Trial.from_json(json.loads(json.dumps(trial.to_json()))) == trial


def test_figures_of_a_busy_machine_are_told_as_such() -> None:
    calm, busy = (Trial("m", "M", "chat", "", writing=9.0, load=load) for load in (0.2, 2.0))
    assert trial_words(busy) != trial_words(calm)


class Ranking:
    """A ranking model that likes long passages."""

    info = ModelInfo("Ranking", "d" * 64, Role.RERANK, 512)

    def rank(self, question: str, passages: Any, job: JobContext, priority: Any = None) -> Any:
        return np.array([len(text) for text in passages], dtype=np.float32)


def test_a_ranking_model_is_tested_by_what_it_ranks_higher() -> None:
    trial = try_reranker(Ranking(), JobContext())
    passed, of = trial.of_kind("nearer")
    assert of == 6
    assert passed == sum(len(pair["right"]) > len(pair["wrong"]) for pair in script()["pair"])


class OneEngine:
    """Stands in for an engine that has loaded one model; notes what was opened."""

    def __init__(self, opened: list[str], models_dir: Path, model: Answering) -> None:
        self.registry = Registry(models_dir)
        self._opened = opened
        self._model = model

    def chat(self) -> Answering:
        entry = self.registry.require(Role.CHAT)
        self._opened.append(entry.name)
        self._model.info = ModelInfo(entry.name, entry.sha256, Role.CHAT, 4096)
        return self._model

    def embedder(self) -> Placing:
        return Placing()

    def reranker(self) -> "Ranking":
        return Ranking()

    def state(self) -> EngineState:
        return EngineState((RoleState(Role.CHAT, LoadState.READY),))

    def close(self) -> None:
        self._opened.append("closed")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of models opened by the bench, in order, and ``closed``."""
    seen: list[str] = []
    monkeypatch.setattr(bench_module, "LocalEngine", lambda folder, _arbiter, **_: OneEngine(seen, folder, Answering()))
    return seen


@pytest.fixture
def registry(tmp_path: Path, make_gguf: Callable[..., Path]) -> Registry:
    made = Registry(tmp_path / "models")
    for name in ("First", "Second"):
        made.import_file(make_gguf(f"{name}.gguf", template="x", title=name))
    made.import_file(make_gguf("vectors.gguf", pooling=1, title="Vectors"))
    return made


def bench_for(registry: Registry, engine: Any = None) -> ModelBench:
    return ModelBench(registry, ComputeArbiter(), lambda: 4096, engine)


def test_a_waiting_model_is_tested_in_an_engine_of_its_own_and_the_result_stays(
    registry: Registry, opened: list[str]
) -> None:
    bench = bench_for(registry)
    trial = bench.trial("Second", JobContext())
    assert opened == ["Second", "closed"]
    assert registry.active(Role.CHAT) == registry.get("First")
    assert bench.last_trial(registry.get("Second")) == trial
    assert bench.last_trial(registry.get("First")) is None
    assert trial.decode_bytes > 0


def test_the_working_model_is_tested_where_it_is_loaded(registry: Registry, opened: list[str], tmp_path: Path) -> None:
    used: list[str] = []
    bench_for(registry, OneEngine(used, registry.models_dir, Answering())).trial("First", JobContext())
    assert (used, opened) == (["First"], [])


def test_an_embedding_model_and_a_ranking_one_are_tested_too(registry: Registry, opened: list[str]) -> None:
    assert bench_for(registry).trial("Vectors", JobContext()).of_kind("nearer") == (6, 6)
    registry.set_role("Vectors", Role.RERANK)
    assert bench_for(registry).trial("Vectors", JobContext()).role == "rerank"


def test_two_models_answer_the_same_question_one_after_the_other(registry: Registry, opened: list[str]) -> None:
    pieces: list[tuple[int, str]] = []
    sides = bench_for(registry).compare(
        ("First", "Second"), "几家？", JobContext(), lambda side, piece: pieces.append((side, piece))
    )
    assert opened == ["First", "closed", "Second", "closed"]
    assert [side.name for side in sides] == ["First", "Second"]
    assert all(side.answer == "一二三" and side.writing == 15.8 for side in sides)
    assert [side for side, _ in pieces] == [0, 0, 0, 1, 1, 1]


def test_a_side_that_fails_says_so_and_the_other_still_answers(registry: Registry, opened: list[str]) -> None:
    first = registry.get("First")
    registry.path(first).unlink()
    left, right = bench_for(registry).compare(("First", "Second"), "几家？", JobContext())
    assert left.error
    assert not left.answer
    assert right.answer == "一二三"


def test_what_is_here_is_marked_in_the_catalogue(registry: Registry) -> None:
    offers = bench_for(registry).offers()
    assert not any(offer.here for offer in offers)
    assert sum(offer.recommended for offer in offers) >= 1


def test_a_file_is_looked_at_without_being_imported(registry: Registry, make_gguf: Callable[..., Path]) -> None:
    look = bench_for(registry).look(make_gguf("new.gguf", template="x", title="Neu"))
    assert (look.name, look.licence, look.guess.role, look.files) == ("Neu", "mit", Role.CHAT, 1)
    assert look.fit is not None
    assert len(registry.list()) == 3


@pytest.mark.engine
def test_a_real_model_is_tested_in_a_process_of_its_own(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    entry = registry.import_file(installed_model(SMALL_CHAT), Role.CHAT)
    trial = bench_for(registry).trial(entry.id, JobContext(), only_speed=True)
    assert trial.writing > 0
    assert trial.reading > 0
    assert trial.prompt_tokens > 500
