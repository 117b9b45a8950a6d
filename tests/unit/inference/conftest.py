from collections.abc import Callable, Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest

from tests.conftest import EMBEDDING, SMALL_CHAT, installed_model
from workbench.inference.api import Role
from workbench.inference.engine import LocalEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter


@pytest.fixture(scope="session")
def chat_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder whose chat model is the small test model."""
    folder = tmp_path_factory.mktemp("chat-models")
    Registry(folder).import_file(installed_model(SMALL_CHAT), Role.CHAT)
    return folder


@pytest.fixture(scope="session")
def embedding_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with the starter embedding model."""
    folder = tmp_path_factory.mktemp("embedding-models")
    Registry(folder).import_file(installed_model(EMBEDDING))
    return folder


@pytest.fixture(scope="module")
def arbiter() -> ComputeArbiter:
    return ComputeArbiter()


@pytest.fixture(scope="module")
def engine(chat_models: Path, arbiter: ComputeArbiter) -> Iterator[LocalEngine]:
    engine = LocalEngine(chat_models, arbiter, context=2048)
    yield engine
    engine.close()


@pytest.fixture
def make_gguf(tmp_path: Path) -> Callable[..., Path]:
    """Writes a tiny GGUF file; ``facts`` are strings, numbers for ``pooling``."""

    def make(name: str = "tiny.gguf", *, template: str = "", pooling: int | None = None, title: str = "Tiny") -> Path:
        path = tmp_path / name
        writer = gguf.GGUFWriter(path, "bert" if pooling is not None else "llama")
        writer.add_name(title)
        writer.add_license("mit")
        writer.add_token_list([b"a", b"bb"])
        if template:
            writer.add_chat_template(template)
        if pooling is not None:
            writer.add_pooling_type(gguf.PoolingType(pooling))
        writer.add_tensor("token_embd.weight", np.ones((4, 32), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    return make
