"""Memory and computing of one model: several sequences in one context, grown as more is needed.

Sequence 0 is what :class:`workbench.inference.memory.PrefixMemory` keeps; the others are answers that
are generated together and share its beginning.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import llama_cpp.llama_cpp as lib
import numpy as np
from numpy.typing import NDArray

from workbench.inference.llama import Aborted, Adapter, Brake, DecodeFault, LlamaModel, abort_callback, load_fault

_ABORTED = 2
_STEP = 256
_MOST_OUTPUTS = 32


class Row(NamedTuple):
    """One token to compute: where it stands in which sequence, and whether its logits are wanted.

    ``others`` are further sequences it belongs to: all must be alike up to here.
    """

    token: int
    position: int
    sequence: int = 0
    output: bool = False
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class ContextSize:
    """Tokens a context may grow to, tokens read in one go, threads to begin with, tokens at first (0: all)."""

    context: int
    batch: int
    threads: int
    first: int = 0


class _Batch:
    """The library's batch over numpy arrays: filling it costs no call a token."""

    def __init__(self, size: int, sequences: int) -> None:
        self.token = np.zeros(size, dtype=np.int32)
        self.position = np.zeros(size, dtype=np.int32)
        self.sequences = np.zeros((size, sequences), dtype=np.int32)
        self.output = np.zeros(size, dtype=np.int8)
        self.counts = counts = np.ones(size, dtype=np.int32)
        places = (ctypes.POINTER(ctypes.c_int32) * size)()
        first = self.sequences.ctypes.data
        for i in range(size):
            places[i] = ctypes.cast(first + 4 * sequences * i, ctypes.POINTER(ctypes.c_int32))
        self._kept = places
        self.whole = lib.llama_batch(
            0,
            self.token.ctypes.data_as(ctypes.POINTER(lib.llama_token)),
            None,
            self.position.ctypes.data_as(ctypes.POINTER(lib.llama_pos)),
            counts.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)),
            ctypes.cast(places, ctypes.POINTER(ctypes.POINTER(lib.llama_seq_id))),
            self.output.ctypes.data_as(ctypes.POINTER(ctypes.c_int8)),
        )

    def fill(self, rows: Sequence[Row]) -> None:
        """Hold ``rows`` and nothing else."""
        count = self.whole.n_tokens = len(rows)
        plain = np.array([row[:4] for row in rows]).T
        self.token[:count], self.position[:count], self.sequences[:count, 0], self.output[:count] = plain
        self.counts[:count] = [1 + len(row.others) for row in rows]
        for i, row in enumerate(rows):
            if row.others:
                self.sequences[i, 1 : 1 + len(row.others)] = row.others


class LlamaContext:
    """Memory and computing of one model. ``sequences`` is how many may be told apart."""

    def __init__(
        self,
        model: LlamaModel,
        size: ContextSize,
        brake: Brake,
        *,
        pooling: int | None = None,
        sequences: int = 1,
    ) -> None:
        self._model = model
        self._brake = brake
        self._pooling = pooling
        self._callback = abort_callback()
        self._threads = size.threads
        self._adapter: Adapter | None = None
        self._batch = _Batch(size.batch, sequences)
        self.sequences = sequences
        self.limit = size.context
        self.batch = size.batch
        self.handle: Any = None
        self._memory: Any = None
        self.tokens = 0
        self._open(min(size.first or size.context, size.context))

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from now on."""
        self._threads = threads
        lib.llama_set_n_threads(self.handle, threads, threads)

    def grow(self, tokens: int) -> None:
        """Make room for ``tokens`` in all, up to the limit; what sequence 0 holds is kept.

        The room at least doubles, so that growing stays rare. Raises LoadFault when the memory does
        not suffice; the context is then as before.
        """
        wanted = min(self.limit, max(tokens, 2 * self.tokens))
        if tokens <= self.tokens or wanted <= self.tokens:
            return
        before, state = self.tokens, self.save()
        try:
            self._open(wanted)
        except Exception:
            self._open(before)
            raise
        finally:
            self.restore(state)

    def use(self, adapter: Adapter | None) -> None:
        """Compute with ``adapter`` from now on, or with the plain model; everything held is forgotten."""
        self.forget()
        self._adapter = adapter
        self._apply_adapter()

    def decode(self, rows: Sequence[Row]) -> None:
        """Compute at most ``batch`` rows.

        Raises Aborted when the brake is pulled (nothing of these rows counts then), DecodeFault.
        """
        self._batch.fill(rows)
        code = lib.llama_decode(self.handle, self._batch.whole)
        if code == _ABORTED:
            raise Aborted
        if code != 0:
            raise DecodeFault(f"llama_decode: {code}")

    def logits(self, row: int = -1) -> NDArray[np.float32]:
        """The logits of a row of the last decode, ``(words,)`` float32: a view, good until the next decode."""
        pointer = lib.llama_get_logits_ith(self.handle, row)
        if not pointer:
            raise DecodeFault(f"no logits of row {row}")
        return np.ctypeslib.as_array(pointer, (self._model.words,))

    def pooled(self, values: int) -> NDArray[np.float32]:
        """The first ``values`` of what the model pooled of sequence 0, float32, copied."""
        pointer = lib.llama_get_embeddings_seq(self.handle, 0)
        if not pointer:
            raise DecodeFault("no pooled embedding")
        return np.array(np.ctypeslib.as_array(pointer, (values,)), dtype=np.float32)

    @property
    def pooling(self) -> int:
        """How token vectors become one, as llama.cpp numbers it; 0 is not at all."""
        return int(lib.llama_pooling_type(self.handle))

    def forget(self, position: int = 0, sequence: int = 0) -> bool:
        """Drop a sequence from ``position``; false when this kind of memory can't (then all is gone)."""
        if not self._memory:
            return True
        if position == 0 and sequence == 0:
            lib.llama_memory_clear(self._memory, True)
            return True
        if lib.llama_memory_seq_rm(self._memory, sequence, position, -1):
            return True
        lib.llama_memory_clear(self._memory, True)
        return False

    def share(self, sequence: int) -> None:
        """Let ``sequence`` begin with all that sequence 0 holds; it costs no memory."""
        lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        lib.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)

    def save(self) -> NDArray[np.uint8]:
        """The memory of sequence 0, to be given to :meth:`restore`."""
        size = lib.llama_state_seq_get_size(self.handle, 0)
        state: NDArray[np.uint8] = np.empty(size, dtype=np.uint8)
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        return state[: lib.llama_state_seq_get_data(self.handle, pointer, size, 0)]

    def restore(self, state: NDArray[np.uint8]) -> bool:
        """Take a saved memory back; false, and empty, when it is refused."""
        self.forget()
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        if lib.llama_state_seq_set_data(self.handle, pointer, len(state), 0):
            return True
        self.forget()
        return False

    def _open(self, tokens: int) -> None:
        if self.handle:
            lib.llama_free(self.handle)
            self.handle = None
        params = lib.llama_context_default_params()
        params.n_ctx = -(-tokens // _STEP) * _STEP if tokens > _STEP else tokens
        params.n_batch = params.n_ubatch = self.batch
        params.n_seq_max = self.sequences
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = self._threads
        params.embeddings = self._pooling is not None
        params.pooling_type = lib.LLAMA_POOLING_TYPE_UNSPECIFIED if self._pooling is None else self._pooling
        if self._pooling is None:
            # Room for the logits of a whole batch would be 150 MB for nothing.
            params.n_outputs_max = min(_MOST_OUTPUTS, self.batch)
        params.n_outputs_max_per_seq = 0
        params.swa_full = True
        params.no_perf = True
        self.handle = lib.llama_init_from_model(self._model.handle, params)
        if not self.handle:
            raise load_fault()
        lib.llama_set_abort_callback(self.handle, self._callback, self._brake.address)
        self._memory = lib.llama_get_memory(self.handle)
        self.tokens = min(int(lib.llama_n_ctx(self.handle)), max(self.limit, tokens))
        self._apply_adapter()

    def _apply_adapter(self) -> None:
        if self._adapter is None:
            lib.llama_set_adapters_lora(self.handle, None, 0, None)
            return
        handles = (lib.llama_adapter_lora_p_ctypes * 1)(self._adapter.handle)
        scales = (ctypes.c_float * 1)(1.0)
        if lib.llama_set_adapters_lora(self.handle, handles, 1, scales):
            raise DecodeFault("the adapter was refused")
