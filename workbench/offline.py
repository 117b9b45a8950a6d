"""No network: refused by Python's audit hook, and by the kernel where it offers seccomp.

The hook sees every socket Python code makes, libraries' included; the kernel's filter also covers
native code. Both last as long as the process and can't be taken back; child processes inherit the
filter. Windows makes its event loops of loopback sockets, so there only other addresses are refused.
"""

import ctypes
import os
import platform
import struct
import sys
from typing import Any

_IP_FAMILIES = frozenset({2, 10, 23, 28, 30})  # AF_INET, and AF_INET6 of Linux, Windows, BSD and macOS
_LOOPBACK = ("127.", "::1", "localhost")
_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_state = {"hook": False, "filter": False}


class NetworkRefused(PermissionError):
    """Something tried to reach the network."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event == "socket.__new__" and sys.platform != "win32" and int(arguments[1]) in _IP_FAMILIES:
        raise NetworkRefused(f"{event} {int(arguments[1])}")
    if event in {"socket.connect", "socket.sendto"} and _is_remote(arguments[1]):
        raise NetworkRefused(event)
    if event in _LOOKUPS and not str(arguments[0]).startswith(_LOOPBACK):
        raise NetworkRefused(event)


def _is_remote(address: object) -> bool:
    return isinstance(address, tuple) and bool(address) and not str(address[0]).startswith(_LOOPBACK)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2


def _instructions(architecture: int, call: int) -> bytes:
    """The filter: the socket call with an IP family fails with EACCES, all else is allowed."""
    steps = (
        (_LOAD, 0, 0, 4),  # architecture
        (_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, 0),  # number of the call
        (_EQUAL, 0, 3, call),
        (_LOAD, 0, 0, 16),  # first argument: the family
        (_EQUAL, 2, 0, 2),
        (_EQUAL, 1, 0, 10),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _install_filter() -> bool:
    known = _SOCKET_CALLS.get(platform.machine())
    # A display reached over TCP (ssh -X) needs its socket: the hook alone guards there.
    display = os.environ.get("DISPLAY", "")
    if sys.platform != "linux" or known is None or (display and not display.startswith((":", "unix:"))):
        return False
    code = _instructions(*known)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def enforce() -> None:
    """Refuse the network from now on. Call before any thread starts; calling again does nothing."""
    if _state["hook"]:
        return
    sys.addaudithook(_audit)
    _state["hook"] = True
    _state["filter"] = _install_filter()


def proof() -> dict[str, bool]:
    """What guards this process: ``hook`` and ``filter``, and whether a trial socket was ``refused``."""
    import socket  # noqa: PLC0415, TID251 - to show that it is refused

    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        refused = True
    else:
        refused = False
    return {**_state, "refused": refused}
