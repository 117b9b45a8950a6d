"""The grid with a real, very small model: whatever it says, only words of the document become cells."""

from pathlib import Path

import pytest

from tests.conftest import SMALL_CHAT, installed_model
from workbench.inference.api import Role
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.extracting import Grid, questions_set

pytestmark = pytest.mark.engine

TEXT = "在主要市场上，公司的竞争对手主要有北岬重工，双方份额接近。\n\n去年公司的平均产能利用率达到了84.6%的水平。\n"


def test_whatever_a_model_says_every_cell_is_quoted_or_missing(tmp_path: Path, library, fill) -> None:
    models = tmp_path / "models"
    Registry(models).import_file(installed_model(SMALL_CHAT), Role.CHAT)
    case = fill({"a.txt": TEXT})
    engine = LocalEngine(models, ComputeArbiter())
    try:
        fields = questions_set(["公司的主要竞争对手叫什么？", "公司有哪些产能？"])
        cells = Grid(library, engine).run(case, fields, JobContext())
    finally:
        engine.close()
    assert len(cells) == 2
    for cell in cells:
        assert cell.missing or all(c.quote in TEXT for c in cell.citations)
        assert cell.by == "code" or not cell.confident
    again = Grid(library, None).run(case, fields, JobContext())
    assert [c.value for c in again] == [c.value for c in cells]
