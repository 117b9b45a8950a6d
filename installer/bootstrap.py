#!/usr/bin/env python3
"""Inkstone 砚台 on a clean machine, in two commands.

    python3 installer/bootstrap.py run      set up what is missing, then the desktop (without a display: the demo)
    python3 installer/bootstrap.py test     the same set-up, then lint, types, import contracts and tests
    python3 installer/bootstrap.py soak     the long tests: kills, large imports, answer suites

Standard library only; Python 3.11 to 3.13 on Linux, Windows and macOS. Run it again at any time: it goes
on where it stopped, and with nothing to do it reaches the program at once.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer.setup import environment, machine, models
from installer.setup.console import SetupError, say
from installer.setup.places import CHECKOUT, python

_CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("lint", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("import contracts", ["-c", "from importlinter.cli import lint_imports_command as m; m()"]),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("run", "test", "soak", "setup"))
    parser.add_argument(
        "--demo", action="store_true", help="run the main job on the bundled case instead of the desktop"
    )
    parser.add_argument("--chat-model", type=Path, metavar="FILE", help="a GGUF chat model you already have")
    parser.add_argument("--no-models", action="store_true", help="fetch no models; the program says what is missing")
    parser.add_argument("rest", nargs="*", help="further arguments for the program or for pytest")
    return parser


def _set_up(args: argparse.Namespace) -> None:
    testing = args.command in {"test", "soak"}
    machine.check_python()
    if args.chat_model and not args.chat_model.is_file():
        raise SetupError(f"{args.chat_model}: no such file / 文件不存在", "Give the path of a GGUF file")
    lock = "test.txt" if testing else "runtime.txt"
    fresh = not environment.is_ready(lock)
    environment.prepare(lock)
    if fresh or testing:
        machine.prepare_window()
    if testing:
        machine.prepare_test_programs()
    if args.chat_model:
        models.import_chat_model(args.chat_model.resolve())
    if not args.no_models:
        models.prepare(with_test_model=testing, skip_chat=args.chat_model is not None)


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _start(args: argparse.Namespace) -> int:
    words = ["demo", *args.rest] if args.demo or not _has_display() else list(args.rest)
    command = [str(python()), "-m", "workbench", *words]
    if sys.platform == "win32":
        return subprocess.call(command)
    sys.stdout.flush()
    return os.execv(command[0], command)


def _check(title: str, arguments: list[str]) -> bool:
    begun = time.monotonic()
    code = subprocess.call(
        [str(python()), *arguments], cwd=CHECKOUT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    )
    say(f"• {title}: {'ok' if code == 0 else 'FAILED'}  {time.monotonic() - begun:.1f} s")
    return code == 0


def _test(args: argparse.Namespace) -> int:
    if args.command == "soak":
        return 0 if _check("soak", ["-m", "pytest", "-m", "soak", *args.rest]) else 1
    results = [_check(title, arguments) for title, arguments in _CHECKS]
    results.append(_check("tests", ["-m", "pytest", "-m", "not soak", "--durations=15", *args.rest]))
    return 0 if all(results) else 1


def main() -> int:
    """Set up, then start or test. Exit 0 when all went well, 1 when tests failed, 3 when the set-up could not go on."""
    args = _parser().parse_args()
    try:
        _set_up(args)
        if args.command == "setup":
            return 0
        return _start(args) if args.command == "run" else _test(args)
    except SetupError as error:
        say(f"\n✗ {error.message}\n→ {error.hint}")
        return 3
    except KeyboardInterrupt:
        say("\nStopped; run the same command to go on / 已停止，重新运行同一命令即可继续")
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
