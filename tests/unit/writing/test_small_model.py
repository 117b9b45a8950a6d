"""A real model held to the grammar."""

import os
from pathlib import Path

import pytest

from workbench.inference.api import ChatRequest, Message, Role
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.writing.grammar import prose_grammar
from workbench.models.writing.masking import has_digit, outside
from workbench.paths import default_models

pytestmark = pytest.mark.engine


def test_a_model_asked_for_numbers_types_no_digit() -> None:
    folder = Path(os.environ.get("INKSTONE_TEST_MODELS") or default_models())
    if Registry(folder).active(Role.CHAT) is None:
        pytest.skip(f"no chat model in {folder}: run bootstrap.py test, or set INKSTONE_TEST_MODELS")
    engine = LocalEngine(folder, ComputeArbiter())
    try:
        request = ChatRequest(
            (Message("user", "Count from 1 to 20 and write the year 2024 in digits, next to {amount A}."),),
            max_tokens=80,
            grammar=prose_grammar(["{amount A}"], "en", 2),
        )
        said = "".join(engine.chat().chat(request, JobContext()))
    finally:
        engine.close()
    assert said.strip()
    assert not has_digit(outside(said))
