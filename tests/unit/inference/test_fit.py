"""What is told of a model before it is loaded: memory, speed, and what is worth bringing."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import CHAT, SMALL_CHAT, installed_model
from workbench.inference import catalogue as catalogue_of
from workbench.inference.api import Role
from workbench.inference.catalogue import known_models
from workbench.inference.fit import (
    Fit,
    MachineFigures,
    Shape,
    Verdict,
    fit,
    recommended,
    shape_of,
    shape_of_known,
)
from workbench.inference.gguf_header import GgufHeader, TensorBytes, read_header
from workbench.inference.memory_speed import measure_bandwidth, memory_bandwidth, total_memory
from workbench.inference.model_files import hash_of

GB = 1 << 30
LAPTOP = MachineFigures(16 * GB, 9 * GB, 24e9, 2)


def head(**facts: object) -> GgufHeader:
    plain: dict[str, object] = {
        "general.architecture": "qwen2",
        "qwen2.block_count": 28,
        "qwen2.embedding_length": 1536,
        "qwen2.feed_forward_length": 8960,
        "qwen2.attention.head_count": 12,
        "qwen2.attention.head_count_kv": 2,
        "qwen2.context_length": 32768,
    }
    plain.update({key.replace("__", "."): value for key, value in facts.items()})
    size = TensorBytes(total=1_111_370_240, embedding=131_272_704, has_output=True)
    return GgufHeader(plain, {"tokenizer.ggml.tokens": 151_936}, 339, 1_777_088_000, {}, size)  # type: ignore[arg-type]


def shape(**changes: object) -> Shape:
    return replace(shape_of(head(), Role.CHAT, 1_117_320_768), **changes)  # type: ignore[arg-type]


def test_the_cache_of_a_token_is_layers_by_heads_by_lengths_by_two_bytes() -> None:
    assert shape().kv_per_token == 28 * 2 * (128 + 128) * 2
    own_lengths = head(qwen2__attention__key_length=64, qwen2__attention__value_length=32)
    assert shape_of(own_lengths, Role.CHAT, 1).kv_per_token == 28 * 2 * 96 * 2


def test_heads_given_layer_by_layer_are_added_up() -> None:
    mixed = replace(head(), sequences={"qwen2.attention.head_count_kv": (4.0, 0.0, 0.0, 4.0)})
    assert shape_of(mixed, Role.CHAT, 1).kv_per_token == 8 * 256 * 2


def test_of_a_mixture_of_experts_only_those_used_are_read_for_a_word() -> None:
    facts = {**head().facts, "qwen2.expert_count": 128, "qwen2.expert_used_count": 8}
    bytes_ = TensorBytes(total=1000, embedding=100, experts=800, has_output=True)
    mixed = GgufHeader(facts, {}, 1, 1000, {}, bytes_)
    assert shape_of(mixed, Role.CHAT, 1000).decode_bytes == 1000 - 100 - 750


def test_word_embeddings_that_are_the_output_too_are_read_for_every_word() -> None:
    tied = replace(head(), bytes=TensorBytes(total=1000, embedding=100, has_output=False))
    assert shape_of(tied, Role.CHAT, 1000).decode_bytes == 1000


def test_memory_is_file_cache_and_batch_and_grows_with_the_context() -> None:
    short, long = (fit(shape(), LAPTOP, context) for context in (4096, 32768))
    assert short.needed == short.weights + short.cache + short.working
    assert long.cache == 8 * short.cache
    assert short.verdict is Verdict.GOOD


def test_the_context_is_no_longer_than_the_model_was_made_for() -> None:
    assert fit(shape(trained=2048), LAPTOP, 8192).context == 2048


@pytest.mark.parametrize(
    ("memory", "verdict"),
    [(64 * GB, Verdict.GOOD), (2 * GB, Verdict.TIGHT), (GB, Verdict.TOO_BIG), (None, Verdict.UNKNOWN)],
)
def test_a_machine_is_large_enough_or_it_is_said(memory: int | None, verdict: Verdict) -> None:
    assert fit(shape(), replace(LAPTOP, memory=memory), 4096).verdict is verdict


def test_without_a_test_the_speed_comes_from_how_fast_memory_is_read() -> None:
    told = fit(shape(), LAPTOP, 4096)
    assert told.writing == pytest.approx(0.85 * 24e9 / 1.01e9, rel=0.02)
    assert not told.measured


def test_wide_vectors_read_a_prompt_faster_and_write_no_faster() -> None:
    plain, wide = (fit(shape(), replace(LAPTOP, wide=is_wide), 4096) for is_wide in (False, True))
    assert wide.reading > 2 * plain.reading
    assert wide.writing == plain.writing


def test_with_a_test_on_this_machine_the_speed_is_scaled_from_the_nearest_in_size() -> None:
    one = shape()
    trials = [
        {"role": "chat", "writing": 80, "reading": 200, "decode_bytes": 96e6, "active_weights": 1.3e8},
        {"role": "chat", "writing": 20, "reading": 60, "decode_bytes": 1e9, "active_weights": 1.5e9},
        {"role": "chat", "writing": 0, "reading": 60, "decode_bytes": 2e9, "active_weights": 1.5e9},
        {"role": "embedding", "writing": 0, "reading": 0, "decode_bytes": 2e9, "active_weights": 3e9},
    ]
    told = fit(replace(one, decode_bytes=2_000_000_000, active_weights=3e9), LAPTOP, 4096, trials)
    assert (told.writing, told.reading, told.measured) == (10.0, 30.0, True)


def test_the_best_model_that_fits_and_is_quick_enough_is_recommended() -> None:
    def offers(machine: MachineFigures) -> set[str]:
        return recommended([(known, fit(shape_of_known(known), machine, 4096)) for known in known_models()])

    assert offers(LAPTOP) == {"qwen3-4b-q4_k_m", "multilingual-e5-small-q4_0"}
    small = offers(replace(LAPTOP, memory=4 * GB))
    assert small == {"qwen2.5-coder-1.5b-instruct-q4_k_m", "multilingual-e5-small-q4_0"}
    station = offers(MachineFigures(64 * GB, 50 * GB, 180e9, 32))
    assert station == {"qwen3-30b-a3b-q4_k_m", "qwen3-embedding-0.6b-q8_0", "bge-reranker-v2-m3-q8_0"} or station == {
        "qwen3-30b-a3b-q4_k_m",
        "qwen3-embedding-0.6b-q8_0",
        "qwen3-reranker-0.6b-q8_0",
    }


def test_a_test_model_is_never_recommended() -> None:
    good = Fit(Verdict.GOOD, 1, 1, 0, 0, 1, 1, 1e9, 1e9, False)
    assert "smollm2-135m-instruct-q4_1" not in recommended([(known, good) for known in known_models()])


def test_the_catalogue_names_a_model_for_every_role_and_class_of_memory() -> None:
    known = [model for model in known_models() if not model.test_only]
    assert {model.role for model in known} == set(Role)
    assert {model.memory_gb for model in known if model.role is Role.CHAT} >= {8, 16, 32}
    for model in known:
        assert model.licence
        assert model.publisher
        assert len(model.files) == len(model.hashes)
        assert model.verified
        assert hash_of(list(zip(model.files, model.hashes, strict=True))) == model.sha256


def test_a_model_without_a_known_hash_counts_as_unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"id": "x", "name": "X", "role": "chat", "file": "x.gguf", "size": 5}
    monkeypatch.setattr(catalogue_of, "catalogue", lambda: (table,))
    (known,) = known_models()
    assert not known.verified
    assert catalogue_of.known_by_hash("") is None


def test_the_bandwidth_is_measured_once_and_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = memory_bandwidth(tmp_path)
    assert first > 1e8
    monkeypatch.setattr("workbench.inference.memory_speed.measure_bandwidth", lambda _: pytest.fail("measured again"))
    assert memory_bandwidth(tmp_path) == pytest.approx(first, rel=1e-6)


def test_two_readers_read_a_memory_that_is_there() -> None:
    assert measure_bandwidth(2) > 1e8
    memory = total_memory()
    assert memory is None or memory > 1 << 28


@pytest.mark.parametrize(("model", "layers_kv"), [(SMALL_CHAT, 23040), (CHAT, 28672)])
def test_a_real_file_tells_its_shape(model: str, layers_kv: int) -> None:
    path = installed_model(model)
    header = read_header(path)
    told = shape_of(header, Role.CHAT, path.stat().st_size)
    assert told.kv_per_token == layers_kv
    assert 0.8 < told.decode_bytes / path.stat().st_size <= 1
    known = next(k for k in known_models() if k.id == model)
    if known.kv_bytes:
        assert known.kv_bytes == layers_kv
