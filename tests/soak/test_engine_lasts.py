"""The engine under hard use: cancels, kills, JSON by the hundred, and memory that stays."""

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import SMALL_CHAT, installed_model
from workbench.errors import Cancelled, EngineError
from workbench.inference.api import ChatRequest, Message, Role
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext

pytestmark = [pytest.mark.engine, pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc are Linux's")]

MATERIAL = "".join(
    f"Item {i}: receivables of {i * 7919 % 9001} thousand, due in {i % 12 + 1} months. " for i in range(90)
)
CANCELS, KILLS, JSONS, REQUESTS = (int(n) for n in os.environ.get("INKSTONE_SOAK", "200,50,200,500").split(","))
_TEXT = {"type": "string", "maxLength": 12}
SCHEMAS = [
    {"type": "object", "properties": {"企业名称": _TEXT}, "required": ["企业名称"]},
    {"type": "object", "properties": {"风险": {"enum": ["高", "中", "低"]}}, "required": ["风险"]},
    {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]},
    {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 2, "maxItems": 4},
    {"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"type": "null"}}, "required": ["a", "b"]},
    {
        "type": "object",
        "properties": {"科目": {"type": "object", "properties": {"名": {"const": "存货"}}, "required": ["名"]}},
        "required": ["科目"],
    },
    {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3}},
        "required": ["rows"],
    },
    {"oneOf": [{"const": "是"}, {"const": "否"}]},
    {
        "type": "object",
        "properties": {"x": {"enum": [0.5, 1, 1.5]}, "y": {"enum": ["甲", None]}},
        "required": ["x", "y"],
    },
    {"type": "array", "prefixItems": [{"enum": ["资产", "负债"]}, {"type": "boolean"}], "minItems": 2, "maxItems": 2},
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    Registry(folder).import_file(installed_model(SMALL_CHAT), Role.CHAT)
    made = LocalEngine(folder, ComputeArbiter(), context=4096, threads=2)
    made.chat()
    yield made
    made.close()


def asked(text, tokens=24, **values):
    return ChatRequest((Message("system", "You are a helpful assistant."), Message("user", text)), tokens, **values)


def test_a_cancel_at_any_moment_stops_within_a_fifth_of_a_second(engine):
    chance, late = random.Random(1), []
    for trial in range(CANCELS):
        job, at = JobContext(), []

        def cancel(job=job, at=at):
            at.append(time.perf_counter())
            job.cancel()

        # From the first token of the prompt to the middle of the answer.
        timer = threading.Timer(chance.uniform(0.0, 2.0), cancel)
        timer.start()
        try:
            while True:
                list(engine.chat().chat(asked(f"{trial} {MATERIAL}", 400), job))
        except Cancelled:
            late.append((time.perf_counter() - at[0]) * 1000)
        timer.join()
    late.sort()
    told = f"median {late[len(late) // 2]:.0f}, p99 {late[int(len(late) * 0.99) - 1]:.0f}, worst {late[-1]:.0f} ms"
    print(told)
    assert late[int(len(late) * 0.99) - 1] <= 200, told


def test_a_worker_killed_in_any_phase_costs_at_most_one_clear_message(engine):
    chance, slowest = random.Random(2), 0.0
    refused = 0
    for trial in range(KILLS):
        word = f"w{trial}"
        request = asked(f"{MATERIAL[:1500]} {word}", 40, grammar=f'root ::= "{word} " [a-z ]{{30}}')
        pid = engine._hosts[Role.CHAT].worker().pid
        phase = ("prompt", "answer", "idle", "load", "twice")[trial % 5]
        killers = [threading.Timer(chance.uniform(0.0, 1.0), _kill, [pid])]
        if phase in ("idle", "load"):
            _kill(pid)
        else:
            killers[0].start()
        if phase == "twice":
            killers.append(threading.Timer(1.5, lambda: _kill(engine._hosts[Role.CHAT]._worker.pid)))
            killers[1].start()
        try:
            said = "".join(engine.chat().chat(request, JobContext()))
            assert said.startswith(f"{word} "), f"an answer of another question: {said}"
        except EngineError as error:
            refused += bool(error.message)
        for killer in killers:
            if killer.ident is not None:
                killer.join()
        begun = time.perf_counter()
        engine._hosts[Role.CHAT].worker()
        slowest = max(slowest, time.perf_counter() - begun)
    told = f"{KILLS} kills, {refused} refused, ready again within {slowest:.2f} s"
    print(told)
    assert slowest <= 3.0, told


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_json_by_schema_is_always_valid(engine):
    for trial in range(JSONS):
        schema = SCHEMAS[trial % len(SCHEMAS)]
        request = asked(f"Case {trial}. Fill in.", 200, schema=schema, temperature=0.9, seed=trial)
        generation = engine.chat().chat(request, JobContext())
        said = "".join(generation)
        assert generation.figures.finish == "stop", said
        assert fits(json.loads(said), schema), said


def fits(value, schema):
    """Whether a value is what the schema asks for; as much of it as the schemas above use."""
    if "oneOf" in schema:
        return any(fits(value, part) for part in schema["oneOf"])
    if "const" in schema:
        return value == schema["const"]
    if "enum" in schema:
        return value in schema["enum"]
    match schema["type"]:
        case "object":
            return set(value) == set(schema["required"]) and all(fits(value[k], schema["properties"][k]) for k in value)
        case "array":
            parts = schema.get("prefixItems") or [schema["items"]] * len(value)
            within = schema["minItems"] <= len(value) <= schema["maxItems"]
            return within and all(fits(one, part) for one, part in zip(value, parts, strict=True))
        case "string":
            return isinstance(value, str) and len(value) <= schema["maxLength"]
        case kind:
            return type(value) in {"integer": (int,), "boolean": (bool,), "null": (type(None),)}[kind]


def test_memory_does_not_grow_over_many_requests(engine):
    def resident():
        status = Path(f"/proc/{engine._hosts[Role.CHAT].worker().pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    early = 0.0
    for trial in range(REQUESTS):
        list(engine.chat().chat(asked(f"{trial} {MATERIAL[: trial % 700]}", 6, schema=SCHEMAS[1]), JobContext()))
        if trial % 10 == 0:
            engine.chat().choose(asked(f"{trial}?"), ["yes", "no"], JobContext())
            engine.chat().chat_many([asked(f"{trial} {i}", 4) for i in range(3)], JobContext())
        if trial == REQUESTS // 5:
            early = resident()
    late = resident()
    told = f"{early:.0f} MB after {REQUESTS // 5} requests, {late:.0f} MB after {REQUESTS}"
    print(told)
    assert late <= early + 15, told
