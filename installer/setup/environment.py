"""The virtual environment in the checkout, from lock files with hashes."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from installer.setup import llama, machine
from installer.setup.console import SetupError, run, step
from installer.setup.places import CHECKOUT, LOCKS, VENV, logs, python

_STAMP = VENV / "inkstone-setup.json"
_REGISTRY_HINT = (
    "Check the connection to the Python package registry (pip config list) and run again; what was fetched is kept"
)


def _wanted(lock: str) -> dict[str, str]:
    """What the environment must have been made from."""
    files = [LOCKS / "build.txt", LOCKS / "llama.txt", LOCKS / lock, CHECKOUT / "pyproject.toml"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return {
        "digest": digest,
        "python": sys.version,
        "base": sys.base_prefix,
        "checkout": str(CHECKOUT),
        # An environment that was copied to another processor has the wrong llama.cpp.
        "llama": llama.shelf().name,
    }


def _stamp() -> dict[str, dict[str, str]]:
    try:
        stamp: dict[str, dict[str, str]] = json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def is_ready(lock: str) -> bool:
    """Whether nothing has to be done for ``lock`` (``runtime.txt`` or ``test.txt``)."""
    return python().exists() and _stamp().get(lock) == _wanted(lock)


def _pip(arguments: list[str | Path], *, log: str, what: str) -> None:
    command = [python(), "-m", "pip", "--disable-pip-version-check", *arguments]
    run(command, log=logs() / log, what=what, hint=_REGISTRY_HINT)


def _create() -> None:
    if python().exists():
        probe = subprocess.run(
            [python(), "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
        )
        if probe.stdout.strip() == sys.version.strip():
            return
    machine.prepare_python()
    with step("Virtual environment / 虚拟环境"):
        run(
            [sys.executable, "-m", "venv", "--clear", VENV],
            log=logs() / "venv.log",
            what="The virtual environment could not be made",
            hint="On Debian: apt-get install python3-venv",
        )


def _reach_registry() -> None:
    """One small download, so that a missing registry is told now and not after minutes."""
    _pip(
        [
            "download",
            "-q",
            "--no-deps",
            "--retries",
            "1",
            "--timeout",
            "20",
            "--require-hashes",
            "-r",
            LOCKS / "probe.txt",
            "-d",
            VENV / "probe",
        ],
        log="registry.log",
        what="The Python package registry can't be reached / 无法连接软件源",
    )


def prepare(lock: str) -> None:
    """Make the environment as ``lock`` says, or do nothing when it is so already."""
    if is_ready(lock):
        return
    machine.check_disk()
    _create()
    if llama.wheel() is None and not machine.has_compiler() and not machine.can_install():
        machine.prepare_compiler()
    with step("Package registry / 软件源"):
        _reach_registry()
    for name, title in (("build.txt", "Build tools / 构建工具"), (lock, "Libraries / 依赖库")):
        with step(title):
            _pip(
                ["install", "-q", "--require-hashes", "--only-binary=:all:", "-r", LOCKS / name],
                log=f"pip-{name}.log",
                what="Libraries could not be installed",
            )
    wheel = llama.build()
    with step("Inkstone"):
        _pip(
            ["install", "-q", "--no-deps", "--force-reinstall", wheel],
            log="pip-llama.log",
            what="llama.cpp was not installed",
        )
        _pip(
            ["install", "-q", "--no-deps", "--no-build-isolation", "-e", CHECKOUT],
            log="pip-inkstone.log",
            what="Inkstone was not installed",
        )
    _write_stamp(lock)


def _write_stamp(lock: str) -> None:
    if not python().exists():
        raise SetupError("The environment is incomplete", "Delete .venv and run again")
    stamp = {**_stamp(), lock: _wanted(lock)}
    # The test lock holds everything the runtime lock holds.
    if lock == "test.txt":
        stamp["runtime.txt"] = _wanted("runtime.txt")
    _STAMP.write_text(json.dumps(stamp), encoding="utf-8")
