"""Three hundred damaged copies of a real model, imported and, where accepted, loaded and asked."""

import os
import shutil
from collections import Counter

import pytest

from tests.conftest import SMALL_CHAT, installed_model
from tests.soak.mutated_models import mutate
from workbench.errors import EngineError, WorkbenchError
from workbench.inference.api import ChatRequest, Message, Role
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext

pytestmark = [pytest.mark.engine, pytest.mark.soak]

MUTATIONS = int(os.environ.get("INKSTONE_MUTATIONS", "300"))
FIRST = int(os.environ.get("INKSTONE_FIRST_MUTATION", "0"))


def head_of(raw):
    """Where the weights begin: behind the last tensor's name, type and offset."""
    return raw.index(b"output_norm.weight") + 200


def told(error, outcome):
    """The outcome, if the user was told what is wrong and what to do."""
    return outcome if error.message and error.hint else f"{outcome} without a word"


def what_becomes(path, folder):
    """``refused``, ``not loaded``, ``no answer`` or ``answered``; every refusal has words and a hint."""
    registry = Registry(folder)
    try:
        registry.import_file(path, Role.CHAT)
    except WorkbenchError as error:
        return told(error, "refused")
    engine = LocalEngine(folder, ComputeArbiter(), context=512, threads=2)
    try:
        model = engine.chat()
    except EngineError as error:
        engine.close()
        return told(error, "not loaded")
    try:
        "".join(model.chat(ChatRequest((Message("user", "Hello"),), max_tokens=4), JobContext()))
    except EngineError as error:
        return told(error, "no answer")
    finally:
        engine.close()
    return "answered"


def test_every_damaged_model_is_accepted_or_clearly_refused_and_the_program_lives(tmp_path):
    raw = installed_model(SMALL_CHAT).read_bytes()
    head = head_of(raw)
    path, folder = tmp_path / "mutated.gguf", tmp_path / "models"
    became = Counter()
    for seed in range(FIRST, FIRST + MUTATIONS):
        path.write_bytes(mutate(raw, head, seed))
        became[what_becomes(path, folder)] += 1
        shutil.rmtree(folder, ignore_errors=True)
    print(dict(became))
    assert became.total() == MUTATIONS
    assert set(became) <= {"refused", "not loaded", "no answer", "answered"}
    assert became["refused"] > 0
