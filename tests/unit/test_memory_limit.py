"""What worker processes hold in memory, and what the system is told of their limits."""

import ctypes
import os
import subprocess
import sys

import pytest

from workbench.memory_limit import JobLimits, MemoryGuard

_MB = 1 << 20
_HOLDING = "import sys; held = b'x' * ({mb} << 20); print('ready', flush=True); sys.stdin.read()"


def test_a_process_beyond_its_limit_is_told_and_one_within_is_not():
    held = MemoryGuard(os.getpid(), 1).taken()
    assert held > 10 * _MB
    assert MemoryGuard(os.getpid(), held // 2).exceeded()
    assert not MemoryGuard(os.getpid(), 100 * held).exceeded()


def test_a_process_that_is_gone_holds_nothing():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    guard = MemoryGuard(process.pid, 1)
    assert guard.exceeded()
    process.communicate(b"\n")
    assert guard.taken() == 0
    assert MemoryGuard(process.pid, 1).taken() == 0


def test_what_a_process_started_counts_with_its_family_alone():
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_HOLDING.format(mb=200)!r}])"
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline()
    try:
        assert MemoryGuard(process.pid, 200 * _MB, family=True).exceeded()
        if sys.platform != "win32":
            assert not MemoryGuard(process.pid, 200 * _MB).exceeded()
    finally:
        process.communicate(b"")


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes of 64 bits")
def test_the_limits_of_a_windows_job_are_laid_out_as_its_api_has_them():
    assert ctypes.sizeof(JobLimits) == 144
    assert (JobLimits.flags.offset, JobLimits.process_memory.offset) == (16, 112)
