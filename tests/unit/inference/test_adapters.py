"""LoRA adapters are brought in like models, and kept with the model they were made for."""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest

from workbench.errors import ModelMissing
from workbench.inference import adapters
from workbench.inference.api import Role
from workbench.inference.registry import Brought, Registry

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a chat model, or with ``rank`` an adapter, of a width."""

    def make(name: str, *, width: int = 32, rank: int = 0, architecture: str = "llama", seed: int = 0) -> Path:
        folder = tmp_path / "stick"
        folder.mkdir(exist_ok=True)
        writer = gguf.GGUFWriter(folder / f"{name}.gguf", architecture)
        writer.add_name(name)
        random = np.random.default_rng(seed)
        if rank:
            writer.add_type("adapter")
            writer.add_string("adapter.type", "lora")
            tensor = "blk.0.attn_q.weight"
            writer.add_tensor(f"{tensor}.lora_a", random.normal(size=(rank, width)).astype(np.float32))
            writer.add_tensor(f"{tensor}.lora_b", random.normal(size=(width, rank)).astype(np.float32))
        else:
            writer.add_chat_template("x")
            writer.add_embedding_length(width)
            writer.add_tensor("token_embd.weight", random.normal(size=(4, width)).astype(np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return folder / f"{name}.gguf"

    return make


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_an_adapter_goes_to_the_model_of_its_architecture_and_width(registry: Registry, write: Write) -> None:
    registry.bring(write("narrow", width=32))
    wide = registry.bring(write("wide", width=64)).entry
    brought = registry.bring(write("credit style", rank=4, width=64))
    assert brought == Brought(wide, True, "credit-style")
    assert registry.adapters(wide) == ("credit-style",)
    assert adapters.file_of(registry.path(wide).parent, "credit-style") is not None
    assert registry.roles()[Role.CHAT][0] != wide.id, "an adapter changes nobody's role"


def test_of_two_models_it_may_be_for_the_working_one_gets_it(registry: Registry, write: Write) -> None:
    registry.bring(write("a", seed=1))
    second = registry.bring(write("b", seed=2)).entry
    registry.promote(second.id)
    assert registry.bring(write("lora", rank=4)).entry.id == second.id


@pytest.mark.parametrize("other", [{"width": 64}, {"architecture": "qwen2"}])
def test_an_adapter_without_its_model_is_refused_and_says_whose_it_is(
    registry: Registry, write: Write, other: dict[str, object]
) -> None:
    registry.bring(write("model"))
    with pytest.raises(ModelMissing) as refused:
        registry.bring(write("lora", rank=4, **other))
    assert "lora.gguf" in refused.value.message
    assert str(other.get("architecture", "llama")) in refused.value.hint


def test_the_same_adapter_is_kept_once_and_another_of_its_name_beside_it(registry: Registry, write: Write) -> None:
    entry = registry.bring(write("model")).entry
    registry.bring(write("lora", rank=4))
    assert registry.bring(write("lora", rank=4)) == Brought(entry, False, "lora")
    assert registry.bring(write("lora", rank=4, seed=9)).adapter == "lora-2"
    assert registry.adapters(entry) == ("lora", "lora-2")


def test_of_a_folder_adapters_come_after_the_models_they_belong_to(registry: Registry, write: Write) -> None:
    write("a lora", rank=4)
    outcomes = registry.bring_all(write("model").parent)
    assert [(outcome.entry.name, outcome.adapter) for outcome in outcomes if isinstance(outcome, Brought)] == [
        ("model", ""),
        ("model", "a-lora"),
    ]


def test_adapters_outlive_the_mending_of_a_damaged_copy(registry: Registry, write: Write) -> None:
    entry = registry.bring(write("model")).entry
    registry.bring(write("lora", rank=4))
    registry.path(entry).write_bytes(b"damaged")
    registry.bring(write("model"))
    assert registry.adapters(entry) == ("lora",)


def test_an_adapter_is_removed_by_its_name_alone(registry: Registry, write: Write) -> None:
    entry = registry.bring(write("model")).entry
    registry.bring(write("lora", rank=4))
    for name in ("../model", "nothing", ""):
        with pytest.raises(ModelMissing):
            registry.remove_adapter(entry.id, name)
    registry.remove_adapter(entry.id, "lora")
    assert registry.adapters(entry) == ()
    assert registry.path(entry).exists()
