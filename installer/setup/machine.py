"""What this machine is and lacks, found before time is spent."""

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from installer.setup.console import SetupError, run, say, step
from installer.setup.places import CHECKOUT, logs

SUPPORTED = ((3, 11), (3, 13))
_NEEDED_GB = 5
_AVX2_ON_WINDOWS = 40
_WIDE = ("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl")
_WIDER = {"avx512_vnni": "AVX512_VNNI", "avx512vbmi": "AVX512_VBMI"}

# Qt's libraries for any use; those of a real window; a face with Chinese characters.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What the tests convert and compare with.
TEST_PROGRAMS = {"soffice": ("libreoffice-writer-nogui", "libreoffice-calc-nogui"), "pdftotext": ("poppler-utils",)}


def check_python() -> None:
    """Only the versions the locks were made for."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        raise SetupError(
            f"Python {platform.python_version()} is not supported / 不支持此 Python 版本",
            "Run this command with Python 3.11, 3.12 or 3.13 / 请用 Python 3.11–3.13 运行",
        )


def check_disk() -> None:
    """Room for the environment, the models and a library."""
    free = shutil.disk_usage(CHECKOUT).free / 1e9
    if free < _NEEDED_GB:
        raise SetupError(
            f"{free:.1f} GB free, about {_NEEDED_GB} GB are needed / 磁盘空间不足",
            "Free some space and run the same command again / 清出空间后重新运行同一命令",
        )


def has_avx2() -> bool:
    """Whether the processor has AVX2 (or is not an x86, where the question does not arise)."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(_AVX2_ON_WINDOWS))
    if sys.platform == "darwin":
        answer = subprocess.run(["sysctl", "-n", "hw.optional.avx2_0"], capture_output=True, text=True, check=False)
        return answer.stdout.strip() == "1"
    cpuinfo = Path("/proc/cpuinfo")
    return not cpuinfo.exists() or "avx2" in cpuinfo.read_text(encoding="utf-8")


def wide_vectors() -> tuple[str, ...]:
    """The AVX-512 extensions this processor has, as llama.cpp names them; told by Linux only.

    They read a prompt 1.6 to 1.9 times as fast as AVX2 does (docs/performance.md).
    """
    cpuinfo = Path("/proc/cpuinfo")
    if sys.platform != "linux" or not cpuinfo.exists():
        return ()
    has = {
        word
        for line in cpuinfo.read_text(encoding="utf-8").splitlines()
        if line.startswith("flags")
        for word in line.split()
    }
    if not has.issuperset(_WIDE):
        return ()
    return ("AVX512", *(name for flag, name in _WIDER.items() if flag in has))


def has_compiler() -> bool:
    """Whether C++ can be compiled."""
    if sys.platform == "win32":
        return shutil.which("cl") is not None or _visual_studio()
    return any(shutil.which(name) for name in ("c++", "g++", "clang++"))


def _visual_studio() -> bool:
    program_files = os.environ.get("PROGRAMFILES(X86)", "")
    return (
        bool(program_files) and (Path(program_files) / "Microsoft Visual Studio" / "Installer" / "vswhere.exe").exists()
    )


def can_install() -> bool:
    """Whether system packages can be installed: root on Debian or Ubuntu."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str], why: str) -> None:
    """Install Debian packages, or say the exact command where that isn't allowed."""
    if not packages:
        return
    command = f"apt-get install -y {' '.join(packages)}"
    if not can_install():
        raise SetupError(f"Missing: {why} / 缺少：{why}", f"sudo {command}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"{why}: {' '.join(packages)}"):
        hint = f"Run it by hand to see why: {command}"
        run(
            ["apt-get", "update", "-qq"],
            log=logs() / "apt-update.log",
            what="apt-get update",
            hint=hint,
            environment=quiet,
        )
        run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            log=logs() / "apt.log",
            what=f"apt-get could not install {' '.join(packages)}",
            hint=hint,
            environment=quiet,
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries(*, window: bool) -> list[str]:
    """Debian packages of the libraries that Qt lacks here."""
    if sys.platform != "linux":
        return []
    wanted = {**QT_LIBRARIES, **(WINDOW_LIBRARIES if window else {})}
    return [package for library, package in wanted.items() if not _loads(library)]


def missing_face() -> list[str]:
    """The package of a face with Chinese characters, where none is installed."""
    if sys.platform != "linux":
        return []
    folders = [Path("/usr/share/fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts"]
    patterns = ("*CJK*", "*wqy*", "*SourceHan*", "*uming*", "*ukai*", "*simsun*", "*msyh*")
    found = any(next(folder.rglob(p), None) for folder in folders if folder.is_dir() for p in patterns)
    return [] if found else ["fonts-noto-cjk"]


def prepare_python() -> None:
    """Debian's python3 comes without venv."""
    if importlib.util.find_spec("ensurepip") is None:
        install(["python3-venv"], "python3-venv")


def prepare_compiler() -> None:
    """A C++ compiler for llama.cpp; only asked for when it has to be compiled."""
    if has_compiler():
        return
    if sys.platform == "win32":
        raise SetupError(
            "No C++ compiler / 没有 C++ 编译器",
            "Install 'Build Tools for Visual Studio' with 'Desktop development with C++'",
        )
    if sys.platform == "darwin":
        raise SetupError("No C++ compiler / 没有 C++ 编译器", "xcode-select --install")
    install(["g++"], "C++ compiler")


def prepare_window() -> None:
    """Libraries and a face for the desktop. Not fatal where they can't be installed: the demo still runs."""
    window = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    packages = missing_libraries(window=window) + missing_face()
    if not packages:
        return
    if can_install():
        install(packages, "Qt system libraries and a Chinese face")
    else:
        say(f"! Missing for the desktop / 桌面缺少: sudo apt-get install -y {' '.join(packages)}")


def prepare_test_programs() -> None:
    """LibreOffice and poppler, which some tests compare with; those tests are skipped where they can't be had."""
    packages = [p for program, names in TEST_PROGRAMS.items() if not shutil.which(program) for p in names]
    if packages and can_install():
        install(packages, "programs the tests compare with")
