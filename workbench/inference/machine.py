"""What the machine can give: cores, and memory."""

import ctypes
import os
from functools import cache
from pathlib import Path

_WINDOWS_AVX512 = 41
"""``PF_AVX512F_INSTRUCTIONS_AVAILABLE`` of the Windows API."""


def physical_cores() -> int:
    """Cores this process may use; two threads of one core count once where the system tells."""
    allowed = _allowed_processors()
    cores = {_core_of(number) for number in allowed}
    return max(1, min(len(cores), _quota(len(cores))))


def default_threads() -> int:
    """Threads a model begins with: every core of a small machine, else one is left to the desktop."""
    cores = physical_cores()
    return cores if cores <= 2 else cores - 1


def thread_candidates() -> tuple[int, ...]:
    """Numbers of threads worth measuring: all cores, one fewer, and half of them."""
    cores = physical_cores()
    return tuple(sorted({max(1, cores // 2), max(1, cores - 1), cores}))


def available_memory() -> int | None:
    """Bytes that may be had without pushing others out, or None where the system doesn't say."""
    return _windows_available() if os.name == "nt" else _linux_available()


@cache
def wide_vectors() -> bool:
    """Whether the processor has AVX-512; false where the system doesn't say."""
    if os.name == "nt":
        return bool(ctypes.CDLL("kernel32").IsProcessorFeaturePresent(_WINDOWS_AVX512))
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return " avx512f" in flags


def _allowed_processors() -> set[int]:
    affinity = getattr(os, "sched_getaffinity", None)
    return set(affinity(0)) if affinity else set(range(os.cpu_count() or 1))


def _core_of(processor: int) -> str:
    """A name shared by the processors of one core."""
    siblings = Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
    try:
        return siblings.read_text(encoding="ascii").strip()
    except OSError:
        return str(processor)


def _quota(cores: int) -> int:
    """Cores the control group grants; a container may have fewer than the machine."""
    try:
        most, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return cores if most == "max" else max(1, int(most) // int(period))
    except (OSError, ValueError):
        return cores


def _linux_available() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def _windows_available() -> int | None:
    class MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "available", "t2", "a2", "t3", "a3", "a4")
        ]

    status = MemoryStatus()
    status.length = ctypes.sizeof(MemoryStatus)
    kernel = ctypes.CDLL("kernel32")
    return int(status.available) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
