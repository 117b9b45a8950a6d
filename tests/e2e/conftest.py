import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.inference.api import Role
from workbench.inference.registry import Registry
from workbench.paths import default_models

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "墨池三更 lamp-and-ink"


@dataclass(frozen=True)
class Inkstone:
    """The built program as a user runs it, on a library of its own."""

    home: Path
    prefix: tuple[str, ...] = ()

    def run(self, *arguments, check=True, **environment):
        command = [*self.prefix, sys.executable, "-m", "workbench", "--home", str(self.home), *map(str, arguments)]
        surroundings = {**os.environ, "INKSTONE_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(ROOT), **environment}
        done = subprocess.run(
            command, capture_output=True, text=True, env=surroundings, cwd=self.home.parent, check=False
        )
        if check and done.returncode not in (0, 1):
            pytest.fail(f"{arguments} → {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done

    def json(self, *arguments, **environment):
        return json.loads(self.run("--json", *arguments, **environment).stdout)

    def lines(self, *arguments):
        return [json.loads(line) for line in self.run(*arguments).stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def inkstone(tmp_path):
    return Inkstone(tmp_path / "library")


@pytest.fixture(scope="session")
def samples():
    return ROOT / "resources" / "samples" / "credit_case"


@pytest.fixture(scope="session")
def data():
    """The folder of measuring data: ``INKSTONE_DATA``, else ``shared/data`` beside the checkout."""
    folder = Path(os.environ.get("INKSTONE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no measuring data: set INKSTONE_DATA")
    return folder


@pytest.fixture(scope="session")
def starter_models():
    registry = Registry(default_models())
    missing = [role.value for role in (Role.CHAT, Role.EMBEDDING) if registry.active(role) is None]
    if missing:
        pytest.skip(f"no model for {', '.join(missing)}: run installer/bootstrap.py test")
    return registry
