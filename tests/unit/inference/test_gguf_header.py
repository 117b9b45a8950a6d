from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.inference.gguf_header import GgufFault, read_header


def test_facts_list_lengths_and_weights_are_read(make_gguf: Callable[..., Path]) -> None:
    header = read_header(make_gguf(template="{{ messages }}", title="小模型"))
    assert header.text("general.name") == "小模型"
    assert header.lists["tokenizer.ggml.tokens"] == 2
    assert (header.tensors, header.parameters) == (1, 128)


def test_a_file_cut_anywhere_is_refused(make_gguf: Callable[..., Path], tmp_path: Path) -> None:
    raw = make_gguf().read_bytes()
    cut = tmp_path / "cut.gguf"
    for length in range(0, len(raw), 7):
        cut.write_bytes(raw[:length])
        with pytest.raises(GgufFault):
            read_header(cut)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(4, 600), value=st.binary(min_size=1, max_size=8))
def test_a_file_with_foreign_bytes_is_read_or_refused_and_nothing_else(
    make_gguf: Callable[..., Path], tmp_path: Path, place: int, value: bytes
) -> None:
    raw = bytearray(make_gguf().read_bytes())
    raw[place : place + len(value)] = value
    hostile = tmp_path / "hostile.gguf"
    hostile.write_bytes(raw)
    try:
        header = read_header(hostile)
    except GgufFault:
        return
    assert header.tensors < 65536


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.gguf"
    path.write_bytes(b"%PDF-1.7" + b" " * 100)
    with pytest.raises(GgufFault, match="not a GGUF"):
        read_header(path)
