"""How much memory a worker process may take, held on every system.

In the worker :func:`confine` asks the system: Linux refuses memory beyond the limit, Windows through a job
object. From outside :class:`MemoryGuard` tells what a worker holds, so that whoever started it can end it: macOS
knows no limit of its own, and native code that is refused memory dies without a word.
"""

import ctypes
import sys
import time
from typing import Any

_PROCESS_MEMORY = 0x100
"""``JOB_OBJECT_LIMIT_PROCESS_MEMORY`` of the Windows API."""
_EXTENDED_LIMITS = 9
"""``JobObjectExtendedLimitInformation``."""
_FAMILY_S = 1.0
"""Seconds after which processes started meanwhile are looked for."""
LOOK_S = 0.2
"""Seconds between two looks at a worker's memory."""


def confine(limit: int, *, data: bool = False) -> None:
    """Within a worker: no core dumps, and no more than ``limit`` bytes where the system holds that; 0 for no limit.

    Linux counts address space, or with ``data`` what may be written to. Windows counts what was promised and
    refuses half as much again, so that the guard, who says why, mostly comes first.
    """
    if sys.platform == "win32":
        if limit:
            _confine_by_job(limit * 3 // 2)
        return
    import resource  # noqa: PLC0415 - absent on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limit and sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA if data else resource.RLIMIT_AS, (limit, limit))


class JobLimits(ctypes.Structure):
    """``JOBOBJECT_EXTENDED_LIMIT_INFORMATION`` of the Windows API."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    )


def _confine_by_job(limit: int) -> None:
    """Put this process into a job of its own, whose handle stays open as long as it lives."""
    kernel = ctypes.CDLL("kernel32")
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    limits = JobLimits(flags=_PROCESS_MEMORY, process_memory=limit)
    if kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)):
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess()))


class MemoryGuard:
    """What a process holds, against what it may."""

    def __init__(self, pid: int, limit: int, *, family: bool = False) -> None:
        """``limit`` in bytes; ``family``: with all it started.

        On Windows always with its family: the ``python.exe`` of an environment starts another that does the work.
        """
        import psutil  # noqa: PLC0415 - only where something is watched

        self.limit = limit
        self._gone = (psutil.Error, OSError)
        self._family = family or sys.platform == "win32"
        self._look_again = 0.0
        try:
            self._processes = [psutil.Process(pid)]
        except self._gone:
            self._processes = []

    def taken(self) -> int:
        """Resident bytes, on Windows those promised where they are more; 0 for a process that is gone."""
        if self._family and self._processes and time.monotonic() >= self._look_again:
            self._gather()
        return sum(self._held(process) for process in self._processes)

    def exceeded(self) -> bool:
        """Whether it holds more than it may."""
        return self.taken() > self.limit

    def _gather(self) -> None:
        self._look_again = time.monotonic() + _FAMILY_S
        try:
            self._processes[1:] = self._processes[0].children(recursive=True)
        except self._gone:
            return

    def _held(self, process: Any) -> int:
        try:
            told = process.memory_info()
        except self._gone:
            return 0
        # Windows takes resident pages away from a process when memory grows short; what was promised stays.
        return max(told.rss, told.vms) if sys.platform == "win32" else int(told.rss)
