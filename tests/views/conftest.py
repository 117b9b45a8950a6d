"""The shell's test bench: a desk with services that are plain Python."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.errors import ModelDamaged, ModelMissing
from workbench.i18n import set_language
from workbench.inference.api import EngineState, LoadState, Role, RoleState
from workbench.inference.guess import RoleUnclear
from workbench.inference.registry import Brought
from workbench.jobs import ComputeArbiter
from workbench.settings import SettingsKeeper
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.job_runner import JobRunner


@dataclass(frozen=True)
class ShellCase:
    id: str
    name: str
    created: str = "2026-11-20"
    documents: int = 0


@dataclass(frozen=True)
class Touched:
    cases: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


class ShellLibrary:
    """Cases in a dict; every call notes its thread."""

    def __init__(self, *names: str) -> None:
        self.kept = {f"c{n}": ShellCase(f"c{n}", name, documents=n) for n, name in enumerate(names, 1)}
        self.kept_notes: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self.threads: set[str] = set()
        self.closed = False

    def _here(self) -> None:
        self.threads.add(threading.current_thread().name)

    def cases(self) -> tuple[ShellCase, ...]:
        self._here()
        return tuple(self.kept.values())

    def create_case(self, name: str) -> ShellCase:
        self._here()
        made = ShellCase(f"c{len(self.kept) + 1}", name)
        self.kept[made.id] = made
        return made

    def rename_case(self, case: str, name: str) -> Touched:
        self._here()
        self.kept[case] = replace(self.kept[case], name=name)
        return Touched(cases=frozenset({case}))

    def documents(self, case: str) -> tuple[Any, ...]:
        self._here()
        names = ("2023年度审计报告.pdf", "银行流水.xlsx") if case == "c1" else ()
        return tuple(
            SimpleNamespace(
                id=f"{case}d{n}",
                case=case,
                name=name,
                title="",
                format=name.split(".")[-1],
                state="ready",
                pages=3,
                chunks=9,
                embedded=9,
                size=12345,
                added="2026-11-20T09:30:00+08:00",
                generation=1,
                properties={},
                notes=(),
                error=None,
            )
            for n, name in enumerate(names)
        )

    def notes(self, case: str, kind: str) -> dict[str, dict[str, Any]]:
        self._here()
        return dict(self.kept_notes.get((case, kind), {}))

    def save_note(self, case: str, kind: str, key: str, value: dict[str, Any]) -> None:
        self._here()
        self.kept_notes.setdefault((case, kind), {})[key] = value

    def delete_note(self, case: str, kind: str, key: str) -> None:
        self.kept_notes.get((case, kind), {}).pop(key, None)

    def close(self) -> None:
        self.closed = True


class ShellEngine:
    """An engine whose state can be set."""

    def __init__(self, *states: RoleState) -> None:
        self.now = EngineState(states or (RoleState(Role.CHAT, LoadState.READY, "Qwen2.5 1.5B", "", "", 17.2),))
        self.warmed = 0

    def warm(self) -> None:
        self.warmed += 1

    def state(self) -> EngineState:
        return self.now

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class ShellModel:
    id: str
    name: str
    role: Role
    file: str
    size: int = 1_117_320_768
    licence: str = "Apache-2.0"

    @property
    def sha256(self) -> str:
        return self.id * 8


class ShellRegistry:
    """A registry in memory. A file named ``unclear.gguf`` doesn't say its role; ``damaged`` ids fail."""

    def __init__(self, *models: ShellModel) -> None:
        self.models = {m.id: m for m in models}
        self.order: dict[Role, list[str]] = {r: [m.id for m in models if m.role is r] for r in Role}
        self.damaged: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def list(self) -> tuple[ShellModel, ...]:
        return tuple(self.models.values())

    def roles(self) -> dict[Role, tuple[str, ...]]:
        return {role: tuple(ids) for role, ids in self.order.items()}

    def check(self, entry: ShellModel) -> None:
        if entry.id in self.damaged:
            raise ModelDamaged("模型文件已损坏", "请重新导入")

    def verify(self, model: str, job: Any = None) -> ShellModel:
        self.check(self.models[model])
        return self.models[model]

    def lacks_template(self, entry: ShellModel) -> bool:
        return False

    def talks_by_pick(self, entry: ShellModel) -> bool:
        return False

    def bring(self, path: Path, role: Role | None = None, job: Any = None, template: str | None = None) -> Brought:
        for step in range(5):
            job.check()
            job.progress(step * 100, 400, path.name)
        while not self.gate.is_set():
            if job.wait(0.005):
                job.check()
        if path.name == "unclear.gguf" and role is None:
            raise RoleUnclear("看不出用途")
        made = ShellModel(f"m{len(self.models) + 1}abcdef", path.stem, role or Role.CHAT, path.name)
        self.models[made.id] = made
        self.order[made.role].append(made.id)
        return Brought(made, True)  # type: ignore[arg-type]

    def bring_all(self, folder: Path, job: Any = None) -> tuple[Brought, ...]:
        return tuple(self.bring(path, None, job) for path in sorted(folder.glob("*.gguf")))

    def set_role(self, model: str, role: Role, template: str | None = None) -> ShellModel:
        entry = replace(self.models[model], role=role)
        self.models[model] = entry
        for ids in self.order.values():
            ids[:] = [other for other in ids if other != model]
        self.order[role].insert(0, model)
        return entry

    def previous(self, role: Role) -> ShellModel | None:
        ids = self.order[role]
        return self.models[ids[1]] if len(ids) > 1 else None

    def promote(self, model: str) -> ShellModel:
        entry = self.models[model]
        self.order[entry.role].remove(model)
        self.order[entry.role].insert(0, model)
        return entry

    def rollback(self, role: Role) -> ShellModel:
        if len(self.order[role]) < 2:
            raise ModelMissing("没有上一个模型")
        return self.promote(self.order[role][1])

    def remove(self, model: str) -> None:
        entry = self.models.pop(model)
        self.order[entry.role].remove(model)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of each window what it can't do; that is no fault of ours."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture
def runner(qapp: Any) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown()


@pytest.fixture
def shell_desk(qapp: Any, tmp_path: Path, runner: JobRunner) -> Callable[..., Desk]:
    """Makes a desk of fakes in the light theme."""
    theme.apply("light")

    def make(**services: Any) -> Desk:
        services.setdefault("library", ShellLibrary("华东精工", "Northwind Trading"))
        services.setdefault("engine", ShellEngine())
        services.setdefault("registry", ShellRegistry())
        return Desk(
            tmp_path, tmp_path / "models", SettingsKeeper(tmp_path), runner, arbiter=ComputeArbiter(), **services
        )

    return make
