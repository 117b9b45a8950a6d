"""How much of a model a graphics card takes, where the installed build can use one."""

import ctypes

import llama_cpp.llama_cpp as lib
from llama_cpp._ggml import libggml

_CPU, _ACCELERATOR = 0, 3
_RESERVE = 512 << 20


def gpu_memory() -> int:
    """Free bytes on graphics cards that this build can use; 0 without any."""
    if not lib.llama_supports_gpu_offload():
        return 0
    libggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    libggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    free_in_all = 0
    for number in range(int(libggml.ggml_backend_dev_count())):
        device = ctypes.c_void_p(libggml.ggml_backend_dev_get(ctypes.c_size_t(number)))
        if int(libggml.ggml_backend_dev_type(device)) in (_CPU, _ACCELERATOR):
            continue
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        libggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        free_in_all += free.value
    return free_in_all


def layers_that_fit(size: int, layers: int, memory_a_layer: int, free: int) -> int:
    """How many of ``layers`` (the output counts as one more) to give to a card with ``free`` bytes.

    ``size`` is the model file's, ``memory_a_layer`` the context's share of a layer, both in bytes; half a
    gigabyte is left for computing and for the screen.
    """
    if layers <= 0 or free <= _RESERVE:
        return 0
    a_layer = size / (layers + 1) + memory_a_layer
    return min(layers + 1, int((free - _RESERVE) / a_layer))
