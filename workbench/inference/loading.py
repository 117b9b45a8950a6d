"""A worker's model and context: loaded with as much of the graphics card, and as many threads, as serve best."""

import ctypes
import hashlib
import time
from functools import cache
from pathlib import Path

import llama_cpp
import llama_cpp.llama_cpp as lib

from workbench.inference.context import ContextSize, LlamaContext, Row
from workbench.inference.gguf_header import GgufFault, GgufHeader, read_header
from workbench.inference.gpu import gpu_memory, layers_that_fit
from workbench.inference.llama import Brake, LlamaModel, LoadFault
from workbench.inference.machine import default_threads, thread_candidates
from workbench.inference.threads import measured_threads

_CHAT_BATCH = 512
_FIRST_CONTEXT = 2048
_TOGETHER = 8
_PAIR_CONTEXT = 512
_SAMPLE_TOKENS = 4
_SMALL_BYTES = 256 << 20
"""Of weights: an embedding model up to this size computes a text on one core (docs/decisions/0036)."""
_QUIET_SHARE = 0.85
_LIBRARIES = Path(llama_cpp.__file__).parent / "lib"


def load_model(path: Path, context: int) -> LlamaModel:
    """The model, with as many layers on the graphics card as fit. Raises LoadFault."""
    repack = not read_as_they_lie(path)
    fitting = _fitting_layers(path, context)
    for layers in dict.fromkeys([fitting, fitting // 2]):
        if layers:
            try:
                return LlamaModel(path, layers, repack=repack)
            except LoadFault:
                continue
    return LlamaModel(path, repack=repack)


def chat_context(model: LlamaModel, brake: Brake, context: int, batch: int, threads: int) -> LlamaContext:
    """A context for one answer or eight together; it begins small and grows to ``context`` tokens (0: the model's)."""
    most = min(context or model.trained_context, model.trained_context)
    first = min(_FIRST_CONTEXT, most)
    size = ContextSize(most, min(batch or _CHAT_BATCH, first), threads or default_threads(), first)
    return LlamaContext(model, size, brake, sequences=1 + _TOGETHER)


def pooling_contexts(model: LlamaModel, brake: Brake, role: str, threads: int) -> list[LlamaContext]:
    """Contexts for texts: of a small model one with a thread of its own for each thread, of a big one one with all."""
    threads = threads or default_threads()
    if model.bytes > _SMALL_BYTES:
        return [_pooling_context(model, brake, role, threads)]
    return [_pooling_context(model, brake, role, 1) for _ in range(threads)]


def _pooling_context(model: LlamaModel, brake: Brake, role: str, threads: int) -> LlamaContext:
    """A context whose batch holds a whole text: pooling as the file says, else by the mean; by rank for pairs."""
    most = min(_PAIR_CONTEXT, model.trained_context)
    size = ContextSize(most, most, threads)
    if role == "rerank":
        return LlamaContext(model, size, brake, pooling=lib.LLAMA_POOLING_TYPE_RANK)
    context = LlamaContext(model, size, brake, pooling=lib.LLAMA_POOLING_TYPE_UNSPECIFIED)
    if context.pooling == lib.LLAMA_POOLING_TYPE_NONE:
        context = LlamaContext(model, size, brake, pooling=lib.LLAMA_POOLING_TYPE_MEAN)
    return context


def measure_threads(context: LlamaContext) -> int:
    """How many threads compute a few tokens fastest on this machine; the context is empty afterwards.

    While other programs compute, the measurement would tell of them: the default is taken then, and
    lowered as long as they do.
    """
    shares: list[float] = []

    def seconds(threads: int) -> float:
        context.set_threads(threads)
        context.forget()
        started, processor = time.perf_counter(), time.process_time()
        for position in range(_SAMPLE_TOKENS):
            context.decode([Row(0, position, 0, True)])
        took = time.perf_counter() - started
        shares.append((time.process_time() - processor) / (took * threads))
        return took

    seconds(max(thread_candidates()))  # the first computation also fetches the weights
    shares.clear()
    threads = measured_threads(thread_candidates(), seconds)
    if min(shares) < _QUIET_SHARE:
        threads = default_threads()
    context.set_threads(threads)
    context.forget()
    return threads


@cache
def multiplies_small_batches() -> bool:
    """Whether this build of the library has our products of small batches (installer/setup/small_batches.h)."""
    for path in sorted(_LIBRARIES.glob("*ggml-cpu*")):
        try:
            return hasattr(ctypes.CDLL(str(path)), "inkstone_small_batches")
        except OSError:
            continue
    return False


def read_as_they_lie(path: Path) -> bool:
    """Whether the weights are best used in the file's own layout: most are K-quantised and the build has our products.

    Nothing is copied then: loading takes a third of the time, half the memory, and llama.cpp's tiles read
    prompts 1.4 to 1.6 times as fast as with weights laid out anew (docs/decisions/0035).
    """
    if not multiplies_small_batches():
        return False
    try:
        header = read_header(path)
    except (OSError, GgufFault, ValueError):
        return False
    return header.bytes.k_quants * 2 > header.bytes.total


@cache
def build() -> str:
    """What names this build of the library: its version and the hash of its files."""
    digest = hashlib.sha256(llama_cpp.__version__.encode())
    for path in sorted({*_LIBRARIES.glob("*llama.*"), *_LIBRARIES.glob("*ggml*")}):
        if not path.is_symlink():
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _fitting_layers(path: Path, context: int) -> int:
    """Layers for the graphics card; 0 without a card or without facts to reckon by."""
    free = gpu_memory()
    if not free:
        return 0
    try:
        header = read_header(path)
        return layers_that_fit(
            path.stat().st_size, _fact(header, "block_count"), _memory_a_layer(header, context), free
        )
    except (OSError, GgufFault, ValueError):
        return 0


def _memory_a_layer(header: GgufHeader, context: int) -> int:
    """Bytes of keys and values of one layer at half precision."""
    heads = _fact(header, "attention.head_count")
    shared = _fact(header, "attention.head_count_kv") or heads
    width = _fact(header, "embedding_length") // max(1, heads)
    return 2 * 2 * context * shared * width


def _fact(header: GgufHeader, key: str) -> int:
    return int(header.facts.get(f"{header.text('general.architecture')}.{key}", 0))
