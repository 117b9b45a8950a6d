"""``inkstone models …``: what is printed and with which exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.cli import models as commands
from workbench.cli.main import main
from workbench.inference.api import Role
from workbench.inference.bench import ModelBench, Side
from workbench.inference.registry import Registry
from workbench.inference.trial import Mark, Trial

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``inkstone models …`` on a fresh folder: exit code, output, complaints."""

    def call(*words: object) -> tuple[int, str, str]:
        places = ["--home", str(tmp_path / "home"), "--models", str(tmp_path / "models"), "--lang", "zh"]
        code = main([*places, "models", *(str(word) for word in words)])
        out, complaints = capsys.readouterr()
        return code, out, complaints

    return call


@pytest.fixture
def registry(tmp_path: Path, make_gguf: Callable[..., Path]) -> Registry:
    made = Registry(tmp_path / "models")
    for name in ("First", "Second"):
        made.import_file(make_gguf(f"{name}.gguf", template="x", title=name))
    return made


def test_a_file_is_imported_and_imported_again_it_is_known(run: Run, make_gguf: Callable[..., Path]) -> None:
    path = make_gguf("chat.gguf", template="x", title="Chat")
    assert run("import", path)[:1] == (0,)
    code, out, _ = run("import", path)
    assert code == 0
    assert "已在本机" in out
    code, out, _ = run("--json", "import", path)
    assert json.loads(out)["status"] == "unchanged"


def test_a_folder_with_a_broken_file_ends_with_one_and_names_it(
    run: Run, make_gguf: Callable[..., Path], tmp_path: Path
) -> None:
    make_gguf("chat.gguf", template="x")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + b"\0" * 40)
    code, out, complaints = run("import", tmp_path)
    assert code == 1
    assert "Tiny" in out
    assert "broken.gguf" in complaints
    told = json.loads(run("--json", "import", tmp_path)[1])
    assert {one["status"] for one in told} == {"unchanged", "rejected"}


def test_a_file_tells_how_it_suits_the_machine_before_it_is_imported(run: Run, make_gguf: Callable[..., Path]) -> None:
    path = make_gguf("chat.gguf", template="x")
    code, out, _ = run("--json", "fit", path)
    told = json.loads(out)
    assert (code, told["role"], told["licence"]) == (0, "chat", "mit")
    assert told["fit"]["verdict"] == "good"
    assert "约占内存" in run("fit", path)[1]


def test_every_model_is_verified_and_a_damaged_one_ends_with_one(run: Run, registry: Registry) -> None:
    assert run("verify")[0] == 0
    path = registry.path(registry.get("Second"))
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    code, out, complaints = run("verify")
    assert code == 1
    assert "First" in out
    assert "Second" in complaints


def test_a_test_prints_its_marks_and_promoting_prints_them_beside_each_other(
    run: Run, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trial(self: ModelBench, named: str, _job: Any, *, only_speed: bool = False) -> Trial:
        entry = self.registry.get(named)
        marks = () if only_speed else (Mark("a", "follow", False, "format", "…", 1.0),)
        done = Trial(entry.sha256, entry.name, "chat", "", marks, 60.0, 19.5, 900, 700)
        self.registry.note_result(entry.id, "trials", done.to_json())
        return done

    monkeypatch.setattr(commands.ModelBench, "trial", trial)
    code, out, _ = run("test")
    assert code == 0
    assert "First" in out
    assert "格式不对" in out
    assert json.loads(run("--json", "bench", "Second")[1])["marks"] == []
    code, out, _ = run("promote", "Second")
    assert "First: 听指令 0/1" in out
    assert "Second: 还没有测试" in out
    assert registry.active(Role.CHAT) == registry.get("Second")


def test_the_history_of_a_role_is_shown_and_gone_back_through(run: Run, registry: Registry) -> None:
    run("promote", "Second")
    assert run("rollback", "chat")[0] == 0
    steps = json.loads(run("--json", "history", "chat")[1])
    assert [(step["name"], step["why"]) for step in steps] == [
        ("First", "import"),
        ("Second", "promote"),
        ("First", "rollback"),
    ]
    assert "换回" in run("history", "chat")[1]


def test_two_models_are_compared_and_a_failing_side_ends_with_one(
    run: Run, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = (Side("a", "First", "甲答", 800, 4.2, 60, 18.0), Side("b", "Second", error="没有载入"))
    monkeypatch.setattr(commands.ModelBench, "compare", lambda *_: sides)
    code, out, complaints = run("compare", "First", "Second", "几家？")
    assert (code, "甲答" in out, "没有载入" in complaints) == (1, True, True)


def test_the_catalogue_names_files_and_hashes_and_marks_the_one_to_bring(run: Run) -> None:
    told = json.loads(run("--json", "catalogue")[1])
    assert sum(one["recommended"] for one in told) >= 1
    assert all(file["sha256"] for one in told for file in one["files"])
    assert "★" in run("catalogue")[1]
