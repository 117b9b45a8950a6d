import json
import subprocess
import sys

import pytest

TRIAL = """
import ctypes, json, sys
from workbench import offline
offline.enforce()
import socket
seen = {"proof": offline.proof()}
for name, attempt in {
    "v4": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "v6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "lookup": lambda: socket.getaddrinfo("example.org", 80),
}.items():
    try:
        attempt()
        seen[name] = "open"
    except OSError:
        seen[name] = "refused"
seen["unix"] = "open" if socket.socketpair()[0].fileno() >= 0 else "refused"
libc = ctypes.CDLL(None)
seen["native"] = libc.socket(2, 1, 0)
json.dump(seen, sys.stdout)
"""


@pytest.fixture(scope="module")
def seen():
    done = subprocess.run([sys.executable, "-c", TRIAL], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="loopback sockets are allowed on Windows")
@pytest.mark.parametrize("attempt", ["v4", "v6", "lookup"])
def test_python_code_can_not_open_an_internet_socket(seen, attempt):
    assert seen[attempt] == "refused"


def test_local_sockets_still_work(seen):
    assert seen["unix"] == "open"


def test_native_code_is_refused_by_the_kernel_where_it_has_the_filter(seen):
    if not seen["proof"]["filter"]:
        pytest.skip("this system has no seccomp filter")
    assert seen["native"] == -1


def test_the_proof_says_what_guards_the_process(seen):
    assert seen["proof"]["hook"]
    assert seen["proof"]["refused"]
