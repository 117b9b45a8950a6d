"""Our products of small batches of K-quantised models, in the library that was compiled for this machine."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
import numpy.typing as npt
import pytest

from workbench.inference import loading

Floats = npt.NDArray[np.float32]
_KINDS = [
    gguf.GGMLQuantizationType.Q4_K,
    gguf.GGMLQuantizationType.Q5_K,
    gguf.GGMLQuantizationType.Q6_K,
]
_INNER, _OUTER = 2304, 37


class _Parameters(ctypes.Structure):
    _fields_ = (("size", ctypes.c_size_t), ("buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


class _Library:
    """As much of the library's C interface as one product needs."""

    def __init__(self) -> None:
        folder = Path(llama_cpp.__file__).parent / "lib"
        self.base = ctypes.CDLL(str(next(folder.glob("*ggml-base*"))))
        self.cpu = ctypes.CDLL(str(next(folder.glob("*ggml-cpu*"))))
        for function in (
            self.base.ggml_init,
            self.base.ggml_new_tensor_2d,
            self.base.ggml_mul_mat,
            self.base.ggml_new_graph,
            self.base.ggml_get_data,
        ):
            function.restype = ctypes.c_void_p
        self.base.ggml_init.argtypes = (_Parameters,)
        self.base.ggml_new_tensor_2d.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
        self.base.ggml_mul_mat.argtypes = (ctypes.c_void_p,) * 3
        self.base.ggml_quantize_chunk.restype = ctypes.c_size_t
        self.base.ggml_quantize_chunk.argtypes = (
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_void_p,
            *(ctypes.c_int64,) * 3,
            ctypes.c_void_p,
        )

    def packed(self, kind: int, weights: Floats) -> npt.NDArray[np.uint8]:
        block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType(kind)]
        rows, columns = weights.shape
        out = np.zeros((rows, columns // block * size), dtype=np.uint8)
        self.base.ggml_quantize_chunk(kind, weights.ctypes.data, out.ctypes.data, 0, rows, columns, None)
        return out

    def product(self, kind: int, packed: npt.NDArray[np.uint8], rows: Floats, threads: int) -> Floats:
        """``rows`` times the packed weights: a row of results a row."""
        memory = ctypes.c_void_p(self.base.ggml_init(_Parameters(64 << 20, None, False)))
        try:
            weights = ctypes.c_void_p(self.base.ggml_new_tensor_2d(memory, kind, _INNER, len(packed)))
            given = ctypes.c_void_p(self.base.ggml_new_tensor_2d(memory, 0, _INNER, len(rows)))
            ctypes.memmove(self.base.ggml_get_data(weights), packed.ctypes.data, packed.nbytes)
            ctypes.memmove(self.base.ggml_get_data(given), rows.ctypes.data, rows.nbytes)
            result = ctypes.c_void_p(self.base.ggml_mul_mat(memory, weights, given))
            graph = ctypes.c_void_p(self.base.ggml_new_graph(memory))
            self.base.ggml_build_forward_expand(graph, result)
            self.cpu.ggml_graph_compute_with_ctx(memory, graph, threads)
            out = np.zeros((len(rows), len(packed)), dtype=np.float32)
            ctypes.memmove(out.ctypes.data, self.base.ggml_get_data(result), out.nbytes)
            return out
        finally:
            self.base.ggml_free(memory)


def _material(library: _Library, kind: int) -> tuple[npt.NDArray[np.uint8], Floats, Floats]:
    """Packed weights, the same as numbers, and activations with a few that stand far out."""
    dice = np.random.default_rng(7)
    weights = dice.normal(size=(_OUTER, _INNER)).astype(np.float32) * dice.uniform(0.1, 3, size=(_OUTER, 1))
    packed = library.packed(kind, np.ascontiguousarray(weights, dtype=np.float32))
    rows = dice.normal(size=(40, _INNER)).astype(np.float32)
    rows[:, ::97] *= 4
    known = gguf.quants.dequantize(packed, gguf.GGMLQuantizationType(kind))
    return packed, np.asarray(known, dtype=np.float32), rows


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 23, 40])
def test_a_batch_of_any_size_is_the_product_of_the_unpacked_weights(kind: int, count: int) -> None:
    library = _Library()
    packed, known, rows = _material(library, kind)
    found = library.product(kind, packed, rows[:count], threads=2)
    wanted = rows[:count] @ known.T
    # Activations are rounded to a byte each, which is all that may differ.
    assert np.linalg.norm(found - wanted) < 0.015 * np.linalg.norm(wanted)


@pytest.mark.skipif(not loading.multiplies_small_batches(), reason="a processor without AVX2, or another build")
@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.name)
def test_what_a_row_gives_does_not_depend_on_its_company(kind: int) -> None:
    library = _Library()
    packed, _known, rows = _material(library, kind)
    alone = np.vstack([library.product(kind, packed, rows[place : place + 1], threads=1) for place in range(12)])
    for count in (2, 5, 8, 12):
        assert np.array_equal(library.product(kind, packed, rows[:count], threads=2), alone[:count])


def test_weights_are_left_as_they_lie_only_where_most_are_k_quantised(
    make_gguf: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = np.zeros((8, gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType.Q4_K][1]), dtype=np.uint8)
    writer = gguf.GGUFWriter(tmp_path / "packed.gguf", "llama")
    writer.add_tensor("token_embd.weight", packed, raw_dtype=gguf.GGMLQuantizationType.Q4_K)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    monkeypatch.setattr(loading, "multiplies_small_batches", lambda: True)
    assert loading.read_as_they_lie(tmp_path / "packed.gguf")
    assert not loading.read_as_they_lie(make_gguf())
    assert not loading.read_as_they_lie(tmp_path / "absent.gguf")
    monkeypatch.setattr(loading, "multiplies_small_batches", lambda: False)
    assert not loading.read_as_they_lie(tmp_path / "packed.gguf")
