"""Pictures of the window: every pane, both languages, light and dark, two sizes.

    python tests/views/screens.py FOLDER [--pane ask] [--size 1280x800] [--lang zh] [--theme light]

The sample case is imported into a library of its own; models are stand-ins. Nothing is kept.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from workbench import app as services_of  # noqa: E402
from workbench import vault  # noqa: E402
from workbench.i18n import set_language  # noqa: E402
from workbench.inference.api import EngineState, LoadState, Role, RoleState  # noqa: E402
from workbench.jobs import ComputeArbiter, JobContext  # noqa: E402
from workbench.settings import SettingsKeeper  # noqa: E402
from workbench.views import fonts, panes, theme  # noqa: E402
from workbench.views.desk import Desk  # noqa: E402
from workbench.views.job_runner import JobRunner  # noqa: E402
from workbench.views.main_window import MainWindow  # noqa: E402
from workbench.views.onboarding.doorway import Entrance  # noqa: E402
from workbench.views.onboarding.pages import (  # noqa: E402
    LanguagePage,
    ModelsPage,
    ProtectionPage,
    RecoveryPage,
    UnlockPage,
)

SIZES = ("1280x800", "2560x1440")
SAMPLE = ROOT / "resources" / "samples" / "credit_case"
_CALM_S = 1.2
_CODE = "7K2MD-QX9RT-4WJ8N-C3VBH-60YPE"


def settle(app: QApplication, seconds: float = _CALM_S) -> None:
    """Let jobs deliver and layouts come to rest."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        app.processEvents()
        time.sleep(0.005)


def open_desk(home: Path, models: Path, runner: JobRunner, cases: int, *, fake: bool) -> Desk:
    """A library with the sample case (and ``cases`` - 1 empty ones); without any for 0."""
    keeper = SettingsKeeper(home)
    machine = services_of.open_machine(services_of.places(home, models), keeper.now)
    opened, _ = vault.create(home, passphrase="a long passphrase", cost=vault.Cost(1, 8192, 1))
    services = services_of.open_services(machine, opened.key, keeper)
    library, engine = services.library, _Standing(machine.engine) if fake else machine.engine
    for number in range(cases):
        case = library.create_case("岚渚精机 · 流动资金贷款" if not number else f"客户 {number:03d}")
        if number == 0:
            for added in services.importer.add(case.id, [SAMPLE], JobContext()):
                print(f"  {added.status} {Path(added.path).name}")
    return Desk(
        home,
        models,
        keeper,
        runner,
        library,
        services.importer,
        services.retriever,
        services.asker,
        services.writer,
        engine,
        machine.registry,
        machine.arbiter or ComputeArbiter(),
        opened,
    )


class _Standing:
    """The real engine, whose chat model seems to stand ready."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def warm(self) -> None:
        """Load nothing."""

    def state(self) -> EngineState:
        return EngineState(
            (
                RoleState(Role.CHAT, LoadState.READY, "Qwen2.5 1.5B", tokens_per_second=17),
                RoleState(Role.EMBEDDING, LoadState.READY, "multilingual-e5-small"),
            )
        )


def shoot(app: QApplication, widget: QWidget, size: str, path: Path) -> None:
    """Save a picture of a window at a size."""
    width, height = (int(n) for n in size.split("x"))
    widget.resize(width, height)
    settle(app)
    widget.grab().save(str(path))
    print(path.name)


def window_pictures(app: QApplication, desk: Desk, size: str, name: Callable[[str], Path], wanted: list[str]) -> None:
    """Every pane, the palette and the case switcher."""
    window = MainWindow(desk)
    window.show()
    settle(app, 2.0)
    documents = window.cases.document_entries()
    for pane in wanted:
        if pane == "palette":
            continue
        window.go(pane)
        if pane not in panes.ALONE and documents:
            documents[min(1, len(documents) - 1)].run()
        shoot(app, window, size, name(pane))
    if "palette" in wanted:
        window.open_palette()
        settle(app)
        window.palette_box.grab().save(str(name("palette")))
        window.palette_box.hide()
        window.cases.open_switcher()
        settle(app)
        window.cases._switcher.grab().save(str(name("cases")))
        window.cases._switcher.hide()
    window.close()
    window.deleteLater()
    settle(app, 0.2)


def door_pictures(app: QApplication, size: str, name: Callable[[str], Path]) -> None:
    """Every page of the way in."""
    pages = {
        "language": LanguagePage,
        "protection": lambda: ProtectionPage(False),
        "recovery": lambda: RecoveryPage(_CODE),
        "models": lambda: ModelsPage(EngineState(), True),
        "unlock": UnlockPage,
    }
    entrance = Entrance()
    entrance.show()
    for key, make in pages.items():
        entrance.show_page(make())
        shoot(app, entrance, size, name(f"door-{key}"))
    entrance.hide()
    entrance.deleteLater()


def main() -> int:
    """Make the pictures that were asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--pane", action="append")
    asked.add_argument("--size", action="append")
    asked.add_argument("--lang", action="append")
    asked.add_argument("--theme", action="append")
    asked.add_argument("--cases", type=int, default=3)
    asked.add_argument("--models", type=Path, default=Path("no-models"))
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    fonts.dress(app)
    runner = JobRunner()
    with tempfile.TemporaryDirectory() as home:
        desk = open_desk(Path(home) / "library", given.models, runner, given.cases, fake=not given.models.is_dir())
        wanted = given.pane or [*(kind.id for kind in panes.there()), "palette", "door"]
        axes = (given.lang or ("zh", "en"), given.theme or ("light", "dark"), given.size or SIZES)
        for lang, shade, size in itertools.product(*axes):
            set_language(lang)
            theme.apply(shade)

            def name(what: str, tail: str = f"{lang}-{shade}-{size}") -> Path:
                return given.folder / f"{what}-{tail}.png"

            window_pictures(app, desk, size, name, [w for w in wanted if w != "door"])
            if "door" in wanted:
                door_pictures(app, size, name)
        stopped = runner.shutdown()
        desk.library.close()
    return 0 if stopped else 1


if __name__ == "__main__":
    sys.exit(main())
