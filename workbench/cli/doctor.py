"""``doctor``: what this machine offers and lacks; needs no library."""

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench import offline, vault
from workbench.cli.output import DONE, REFUSED, line, show_json
from workbench.cli.session import Session
from workbench.i18n import tr
from workbench.inference.api import Role

_LIBRARIES = (
    "PySide6-Essentials",
    "llama-cpp-python",
    "lancedb",
    "sqlcipher3",
    "pypdfium2",
    "python-calamine",
    "python-docx",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: ``ok`` false where something is missing, then ``hint`` says what to do."""

    name: str
    ok: bool
    text: str
    hint: str = ""


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command of this room."""
    commands.add_parser("doctor", parents=[shared], help=tr("cli.help.doctor")).set_defaults(run=_run)


def _processor() -> Iterator[Finding]:
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(encoding="utf-8").split() if cpuinfo.exists() else []
    known = [name for name in ("avx2", "fma", "f16c", "avx512f") if name in flags]
    fast = not flags or "avx2" in flags
    text = f"{platform.machine()} ×{os.cpu_count()} {' '.join(known)}"
    yield Finding("processor", fast, text, "" if fast else tr("doctor.no_avx2"))
    yield Finding("python", True, platform.python_version())


def _libraries() -> Iterator[Finding]:
    for name in _LIBRARIES:
        try:
            yield Finding(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, tr("doctor.missing"), tr("doctor.set_up_again"))


def _models(session: Session) -> Iterator[Finding]:
    registry = session.machine().registry
    for role in (Role.CHAT, Role.EMBEDDING):
        active = registry.active(role)
        text = active.name if active else tr("doctor.missing")
        yield Finding(f"model:{role.value}", active is not None, text, "" if active else tr("doctor.import_model"))


def _key_store() -> Finding:
    has = vault.key_store_available()
    return Finding("key store", True, tr("doctor.key_store") if has else tr("doctor.passphrase"))


def _offline() -> Finding:
    proof = offline.proof()
    guards = "+".join(name for name in ("hook", "filter") if proof[name]) or tr("doctor.missing")
    return Finding("offline", proof["refused"], guards, "" if proof["refused"] else tr("doctor.not_offline"))


def _fonts() -> Finding:
    from workbench.views.fonts import chinese_families

    families = chinese_families()
    hint = "" if families else tr("doctor.no_font")
    return Finding("fonts", bool(families), families[0] if families else tr("doctor.missing"), hint)


def _screen() -> Iterator[Finding]:
    display = sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    if not display and not wanted:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    yield Finding("display", True, wanted or (tr("doctor.display") if display else tr("doctor.no_display")))
    yield _fonts()


def _office() -> Finding:
    has = shutil.which("soffice") or shutil.which("libreoffice")
    return Finding("LibreOffice", True, has or tr("doctor.optional"))


def findings(session: Session) -> list[Finding]:
    """Everything the doctor looks at. A look that fails is itself a finding."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        _processor,
        _libraries,
        lambda: _models(session),
        lambda: iter((_key_store(), _offline())),
        _screen,
        lambda: iter((_office(), Finding("library", True, str(session.places.home)))),
        lambda: iter((Finding("models", True, str(session.places.models)),)),
    ]
    found: list[Finding] = []
    for look in looks:
        try:
            found += look()
        except (ImportError, OSError) as error:
            found.append(Finding("?", False, str(error), tr("doctor.set_up_again")))
    return found


def _run(session: Session) -> int:
    found = findings(session)
    if session.json:
        show_json([asdict(f) for f in found])
    else:
        for finding in found:
            line(f"{'✓' if finding.ok else '✗'} {finding.name:20} {finding.text}")
            if finding.hint:
                line(f"  → {finding.hint}")
    return DONE if all(f.ok for f in found) else REFUSED
