"""What decides how large a model may be here: memory in all, and how fast it is read."""

import ctypes
import os
import threading
import time
from pathlib import Path

import numpy as np

from workbench.inference.machine import physical_cores
from workbench.inference.model_entry import read_json, write_json

_SAMPLE = 96 << 20
_ROUNDS = 3
_MOST_READERS = 8


def total_memory() -> int | None:
    """Bytes of memory this process may ever have, or None where the system doesn't say."""
    whole = _windows_total() if os.name == "nt" else _posix_total()
    limit = _group_limit()
    return min(whole, limit) if whole and limit else whole


def memory_bandwidth(models_dir: Path) -> float:
    """Bytes a second that all cores together read from memory: measured once, then noted beside the models."""
    note = models_dir / "machine.json"
    kept = read_json(note)
    cores = physical_cores()
    if kept.get("cores") == cores and isinstance(kept.get("bandwidth"), int | float):
        return float(kept["bandwidth"])
    found = measure_bandwidth(min(cores, _MOST_READERS))
    try:
        write_json(note, {**kept, "cores": cores, "bandwidth": round(found)})
    except OSError:
        return found
    return found


def measure_bandwidth(readers: int) -> float:
    """Bytes a second, the best of three rounds of a tenth of a second: ``readers`` threads read arrays."""
    arrays = [np.ones(_SAMPLE // 8 // readers, dtype=np.int64) for _ in range(readers)]
    best = 0.0
    for _ in range(_ROUNDS):
        threads = [threading.Thread(target=array.max) for array in arrays]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        best = max(best, _SAMPLE / (time.perf_counter() - begun))
    return best


def _posix_total() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def _group_limit() -> int | None:
    """Bytes the control group grants; a container may have fewer than the machine."""
    try:
        return int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _windows_total() -> int | None:
    kilobytes = ctypes.c_ulonglong()
    kernel = ctypes.CDLL("kernel32")
    told = kernel.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return int(kilobytes.value) * 1024 if told else None
