import pytest

from tests.e2e.conftest import data, inkstone, samples, starter_models

__all__ = ["data", "inkstone", "samples", "starter_models"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "soak" in item.path.parts:
            item.add_marker(pytest.mark.soak)
