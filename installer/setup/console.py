"""What the set-up says: steps with their times, running programs, and failures with a way on."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class SetupError(Exception):
    """The set-up can't go on; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def say(text: str) -> None:
    """A line on the terminal, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and say how long it took."""
    say(f"• {title} …")
    begun = time.monotonic()
    yield
    say(f"  {time.monotonic() - begun:.1f} s")


def _tail(log: Path, lines: int) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def run(
    command: Sequence[str | Path], *, log: Path, what: str, hint: str, environment: Mapping[str, str] | None = None
) -> None:
    """Run a program with its words in ``log``, a dot every few seconds; its failure is a SetupError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        program = subprocess.Popen(
            [str(part) for part in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        code = _watch(program)
    if code:
        raise SetupError(f"{what} ({code})\n{_tail(log, 15)}", f"{hint} [{log}]")


def _watch(program: "subprocess.Popen[bytes]") -> int:
    dots = 0
    try:
        while True:
            try:
                code = program.wait(timeout=5)
            except subprocess.TimeoutExpired:
                sys.stdout.write("." if dots else "  .")
                sys.stdout.flush()
                dots += 1
                continue
            if dots:
                sys.stdout.write("\n")
            return code
    except KeyboardInterrupt:
        program.terminate()
        raise
