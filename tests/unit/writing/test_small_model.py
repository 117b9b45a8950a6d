"""A real model held to the grammar."""

from pathlib import Path

import pytest

from tests.conftest import SMALL_CHAT, installed_model
from workbench.inference.api import ChatRequest, Message, Role
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.writing.grammar import prose_grammar
from workbench.models.writing.masking import has_digit, outside

pytestmark = pytest.mark.engine


def test_a_model_asked_for_numbers_types_no_digit(tmp_path: Path) -> None:
    Registry(tmp_path).import_file(installed_model(SMALL_CHAT), Role.CHAT)
    engine = LocalEngine(tmp_path, ComputeArbiter())
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
