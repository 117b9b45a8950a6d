import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workbench.inference.registry import Registry, catalogue
from workbench.paths import default_models, default_test_models

SMALL_CHAT = "smollm2-135m-instruct-q4_1"
EMBEDDING = "multilingual-e5-small-q4_0"
CHAT = "qwen2.5-coder-1.5b-instruct-q4_k_m"


def installed_model(identity: str) -> Path:
    """The file of a model of the catalogue on this machine; the test is skipped where it is missing."""
    sha256 = next(model["sha256"] for model in catalogue() if model["id"] == identity)
    for folder in (default_test_models(), default_models()):
        registry = Registry(folder)
        for entry in registry.list():
            if entry.sha256 == sha256:
                return registry.path(entry)
    return pytest.skip(f"{identity} is not on this machine: run installer/bootstrap.py test")


@pytest.fixture(scope="session")
def model_file():
    """``model_file(SMALL_CHAT)``: the path of an installed starter or test model, else the test is skipped."""
    return installed_model
