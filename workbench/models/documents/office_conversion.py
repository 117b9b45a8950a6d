"""Old Word, WPS and PowerPoint files through LibreOffice, where it is installed.

It runs without window, network or macros, with a profile of its own that is thrown away, in a process
group that is killed when its time is over. Its files lie in a private folder, in memory where the
system has such a place, and are gone when this returns.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from workbench.errors import DamagedDocument, DocumentTimedOut, UnsupportedDocument
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.memory_limit import MemoryGuard
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.origin import Origin, content
from workbench.models.documents.refusals import too_large, unsupported

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
_SECONDS = 50.0
_MEMORY = 4 << 30
"""Address space of each of its processes, in bytes, on Linux."""
_RESIDENT = 2 << 30
"""Memory all of them may hold together, in bytes, on every system."""
_LOOK = 0.1
_TURN = threading.Lock()
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def office_program() -> str | None:
    """Where LibreOffice is, or None."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def converted(
    origin: Origin,
    kind: str,
    target: str,
    *,
    job: JobContext,
    seconds: float = _SECONDS,
    program: str | None = None,
    limits: ReadLimits = LIMITS,
) -> bytes:
    """The file as ``target`` (``docx``, ``pptx``); ``kind`` is what it is. One at a time on a machine.

    Raises UnsupportedDocument (no program), DamagedDocument, DocumentTooLarge, DocumentTimedOut or Cancelled.
    """
    program = program or office_program()
    if program is None:
        raise unsupported(kind)
    if isinstance(origin, bytes) and not _IN_MEMORY.is_dir():
        # What lies encrypted in a mail or archive must not lie on a disk in clear.
        raise UnsupportedDocument(tr("documents.nested_conversion"), tr("documents.nested_conversion.hint"))
    place = str(_IN_MEMORY) if _IN_MEMORY.is_dir() else None
    with _TURN, tempfile.TemporaryDirectory(prefix="inkstone-", dir=place, ignore_cleanup_errors=True) as folder:
        source = Path(folder) / f"in.{kind}"
        source.write_bytes(content(origin))
        _prepare(Path(folder))
        _run(_command(program, Path(folder), source, target), Path(folder), seconds, job)
        return _made(Path(folder) / "out" / f"in.{target}", limits)


def _prepare(folder: Path) -> None:
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    (folder / "out").mkdir()


def _command(program: str, folder: Path, source: Path, target: str) -> list[str]:
    profile = (folder / "profile").as_uri()
    return [
        program,
        f"-env:UserInstallation={profile}",
        *("--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
        *("--convert-to", target, "--outdir", str(folder / "out"), str(source)),
    ]


def _run(command: list[str], folder: Path, seconds: float, job: JobContext) -> None:
    """Run it to its end, or to the end of its time, or until the job is cancelled."""
    process = subprocess.Popen(  # noqa: S603 - an installed program on our own copy
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(folder),
        cwd=folder,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        process_group=None if sys.platform == "win32" else 0,
    )
    _confine(process.pid)
    deadline = time.monotonic() + seconds
    memory = MemoryGuard(process.pid, _RESIDENT, family=True)
    try:
        while process.poll() is None:
            if time.monotonic() > deadline:
                raise DocumentTimedOut(
                    tr("documents.timed_out", seconds=round(seconds)), tr("documents.timed_out.hint")
                )
            if memory.exceeded():
                raise too_large("memory", f"{_RESIDENT >> 20} MB")
            job.wait(_LOOK)
            job.check()
    finally:
        _end(process)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the program's own surroundings but where programs and fonts are."""
    kept = ("PATH", "SYSTEMROOT", "WINDIR", "LANG", "FONTCONFIG_PATH")
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    return {**inherited, "HOME": str(folder), "TMPDIR": str(folder), "TEMP": str(folder), "SAL_USE_VCLPLUGIN": "svp"}


def _confine(pid: int) -> None:
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - absent on Windows

    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the program and what it started; its launcher may be gone while the office still runs."""
    if sys.platform == "win32":
        killer = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(killer, capture_output=True, check=False)  # noqa: S603 - the system's own
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _made(path: Path, limits: ReadLimits) -> bytes:
    if not path.is_file():
        raise DamagedDocument(tr("documents.not_converted"), tr("documents.not_converted.hint"))
    if path.stat().st_size > limits.file_size:
        raise too_large("unpacked", f"{limits.file_size >> 20} MB")
    return path.read_bytes()
