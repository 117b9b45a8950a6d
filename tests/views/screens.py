"""Pictures of the window: every pane, both languages, light and dark, two sizes.

    python tests/views/screens.py FOLDER [--pane ask] [--size 1280x800] [--lang zh] [--theme light]
    python tests/views/screens.py FOLDER --models DIR --home HOME --story
    python tests/views/screens.py FOLDER --size 1280x800 --lang en --theme light --code

The sample case is imported into a library of its own. The models are not loaded and nothing is
asked; with ``--story`` the models of the folder answer questions and draft the report, in every
language asked for, before the pictures are taken; with ``--code`` the program does what it can without
a model. ``--home`` keeps the library, and takes it up again.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from PySide6.QtCore import Qt  # noqa: E402
from PySide6.QtGui import QImage  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from workbench import app as services_of  # noqa: E402
from workbench import vault  # noqa: E402
from workbench.i18n import set_language  # noqa: E402
from workbench.inference.api import EngineState, LoadState, Role, RoleState  # noqa: E402
from workbench.jobs import ComputeArbiter, JobContext  # noqa: E402
from workbench.models.evidence import Citation, Claim, Status  # noqa: E402
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
PHRASE = os.environ.get("INKSTONE_PASSPHRASE", "a long passphrase")
_QUICK = vault.Cost(1, 8192, 1)
_COLOURS = 256
_QUESTIONS = ("控股股东和实际控制人是谁？", "前五大客户销售额占比是多少？", "短期借款余额和一年内到期的债务有多少？")
_COMPUTED = ("2024年末资产负债率是多少？",)
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
    there = vault.exists(home)
    opened = vault.unlock(home, passphrase=PHRASE) if there else vault.create(home, passphrase=PHRASE, cost=_QUICK)[0]
    services = services_of.open_services(machine, opened.key, keeper)
    library, engine = services.library, _Standing(machine.engine) if fake else machine.engine
    for number in range(0 if there else cases):
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
    """The real engine and its models, which seem to stand ready and are never loaded."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def warm(self) -> None:
        """Load nothing."""

    def state(self) -> EngineState:
        return EngineState(
            (
                RoleState(Role.CHAT, LoadState.READY, "Qwen2.5-Coder-1.5B-Instruct Q4_K_M"),
                RoleState(Role.EMBEDDING, LoadState.READY, "multilingual-e5-small Q4_0"),
            )
        )


def shoot(app: QApplication, widget: QWidget, size: str, path: Path) -> None:
    """Save a picture of a window at a size."""
    width, height = (int(n) for n in size.split("x"))
    widget.resize(width, height)
    settle(app)
    small(widget.grab().toImage()).save(str(path), "PNG", 0)
    print(path.name, path.stat().st_size // 1024, "KB")


def small(picture: QImage) -> QImage:
    """The picture in its most frequent colours and the most frequent of each shade, for a window nearly all."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), dtype=np.uint32).reshape(plain.height(), -1)[:, : plain.width()]
    every, counts = np.unique(pixels, return_counts=True)
    frequent = every[np.argsort(-counts)]
    _, first = np.unique(frequent & 0xF0F0F0, return_index=True)
    chosen = list(dict.fromkeys([*frequent[: _COLOURS // 2].tolist(), *frequent[np.sort(first)].tolist()]))[:_COLOURS]
    table = [int(colour) | 0xFF000000 for colour in chosen]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, flags)


def tell_story(app: QApplication, window: MainWindow, questions: Sequence[str]) -> None:
    """Ask, read and draft; what is there already stays."""
    window.go("ask")
    asking = window.pane("ask")
    until(app, lambda: asking._names.count > 0)
    settle(app)
    asked = {turn.question for talk in asking.kept.latest_first for turn in talk.turns}
    for question in (q for q in questions if q not in asked):
        asking.ask(question)
        until(app, lambda: not asking.running)
    window.go("read")
    reading = window.pane("read")
    settle(app)
    if not reading.model.cells:
        reading.run()
        until(app, lambda: not reading.running)
    window.go("write")
    writing = window.pane("write")
    until(app, lambda: writing.draft is not None)
    if not writing.draft.sections:
        writing.generate()
        until(app, lambda: not writing.running)


def until(app: QApplication, ready: Callable[[], bool]) -> None:
    """Work off events until something is so."""
    while not ready():
        app.processEvents()
        time.sleep(0.005)


def set_scene(app: QApplication, window: MainWindow, pane: str) -> None:
    """Show in a pane what a user would look at: a proven sentence with its source, a doubtful one, a page."""
    documents = window._desk.library.documents(window.case) if window.case else ()
    report = next((d for d in documents if d.format == "pdf"), None)
    settle(app)
    if pane == "library" and report is not None:
        window.show_document(report.id)
    elif pane == "source" and report is not None:
        blocks = window._desk.library.content(report.id).blocks
        words = next((b for b in blocks if "控股股东" in b.text and len(b.text) < 80), blocks[0])
        cited = Citation(report.id, words.text, words.anchor(0, len(words.text)))
        window.show_source(cited)
        window.show_claim(Claim(words.text, Status.TRACED, (cited,)))
    elif pane == "ask" and window.pane("ask").kept.latest_first:
        show_answer(app, window)
    elif pane == "write" and window.case:
        writing = window.pane("write")
        until(app, lambda: writing.draft is not None)
        settle(app)
        if writing.draft.sections:
            writing.next_doubtful()
    settle(app)


def show_answer(app: QApplication, window: MainWindow) -> None:
    """The newest talk with an answered question, its first sentence chosen."""
    asking = window.pane("ask")
    asking.history.talks.setCurrentRow(0)
    settle(app)
    for view in asking.turn_views:
        claim = next((c for c in view.turn.sentences if c.citations), None)
        if claim is not None and view.turn.status == "answered":
            view.answer.choose(view.turn.sentences.index(claim))
            window.show_claim(claim)
            window.show_source(claim.citations[0])
            asking.talk_area.verticalScrollBar().setValue(view.y())
            return


def window_pictures(
    app: QApplication,
    desk: Desk,
    size: str,
    name: Callable[[str], Path],
    wanted: list[str],
    questions: Sequence[str] = (),
) -> None:
    """Every pane, the palette and the case switcher."""
    window = MainWindow(desk)
    window.show()
    width, height = (int(n) for n in size.split("x"))
    window.resize(width, height)
    settle(app, 2.0)
    if questions:
        tell_story(app, window, questions)
    for pane in wanted:
        if pane == "palette":
            continue
        window.go("library" if pane == "source" else pane)
        set_scene(app, window, pane)
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
    asked.add_argument("--models", type=Path)
    asked.add_argument("--home", type=Path)
    asked.add_argument("--story", action="store_true")
    asked.add_argument("--code", action="store_true")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    fonts.dress(app)
    runner = JobRunner()
    with tempfile.TemporaryDirectory() as home:
        kept = given.home or Path(home) / "library"
        desk = open_desk(kept, given.models or Path(home) / "models", runner, given.cases, fake=not given.story)
        questions = _QUESTIONS if given.story else _COMPUTED if given.code else ()
        wanted = given.pane or [*(kind.id for kind in panes.there()), "palette", "door"]
        axes = (given.lang or ("zh", "en"), given.theme or ("light", "dark"), given.size or SIZES)
        for lang, shade, size in itertools.product(*axes):
            set_language(lang)
            fonts.dress(app)
            theme.apply(shade)

            def name(what: str, tail: str = f"{size}-{shade}-{lang}") -> Path:
                return given.folder / f"{what}-{tail}.png"

            window_pictures(app, desk, size, name, [w for w in wanted if w != "door"], questions)
            if "door" in wanted:
                door_pictures(app, size, name)
        stopped = runner.shutdown()
        desk.importer.close()
        desk.library.close()
        desk.engine.close()
    return 0 if stopped else 1


if __name__ == "__main__":
    sys.exit(main())
