"""The first run, told in pictures taken from the running program.

    python tests/e2e/first_run.py REPORT.pdf PICTURES --name 四方科技2019年年度报告.pdf

The real window (drawn offscreen), the real library, the starter models: a case is made, the report is
imported, asked about, a citation opened, the credit report drafted, Word and Excel handed in. Prints
how long each step took, as Markdown. The exported files lie beside the pictures' folder in ``out``.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtTest import QTest  # noqa: E402

from tests.views.screens import small  # noqa: E402
from workbench import app, vault  # noqa: E402
from workbench.desktop import Desktop  # noqa: E402
from workbench.models.evidence import Status  # noqa: E402
from workbench.models.scenarios import load_scenario  # noqa: E402
from workbench.models.writing.export.word import write_word  # noqa: E402
from workbench.models.writing.export.workbook import write_workbook  # noqa: E402

_DRAWN_MS = 6000
"""Until pages are drawn, on a busy machine too."""
QUESTIONS = ("公司2019年的营业收入和资产负债率是多少？", "公司的主要产品有哪些？")


class Story:
    """Steps with their times, pictures with their numbers."""

    def __init__(self, desktop: Desktop, pictures: Path) -> None:
        self.desktop, self.pictures = desktop, pictures
        self.rows: list[tuple[str, float]] = []

    @property
    def window(self):
        return self.desktop.doorway.window

    def until(self, condition: Callable[[], object], what: str, seconds: float = 1800) -> None:
        """Let the window live until something is so; its time is kept."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() - begun > seconds:
                raise SystemExit(f"{what}: not within {seconds} s")
            QTest.qWait(30)
        self.rows.append((what, time.monotonic() - begun))

    def picture(self, name: str) -> None:
        """What the user sees now."""
        QTest.qWait(900)
        small(self.window.grab().toImage()).save(str(self.pictures / f"first-run-{name}.png"), "PNG", 0)

    def go(self, pane: str):
        """Show a pane."""
        self.window.go(pane)
        QTest.qWait(300)
        return self.window.pane(pane)


def tell(story: Story, report: Path, out: Path) -> None:
    """The whole job."""
    library = story.go("library")
    services = next(iter(story.desktop._services.values()))
    story.window.cases.create("四方科技 · 流动资金贷款")
    story.until(lambda: story.window.case, "case made")
    case = story.window.case
    library.take_in([report])
    documents = lambda: services.library.documents(case)  # noqa: E731
    story.until(lambda: any(d.chunks for d in documents()), "words of the report searchable")
    while not library.model.documents:
        QTest.qWait(30)
    story.picture("1-imported")
    ask = story.go("ask")
    for number, question in enumerate(QUESTIONS, 1):
        ask.ask(question)
        if not ask.running:
            raise SystemExit("the question was not taken")
        story.until(lambda: not ask.running, f"question {number} answered while the import goes on")
    story.picture("2-asked")
    click_citation(story, ask)
    story.picture("3-citation")
    story.until(lambda: all(d.state == "ready" for d in documents()), "vectors finished")
    write = story.go("write")
    while write.draft is None:
        QTest.qWait(30)
    write.generate()
    QTest.qWait(500)
    story.until(lambda: not write.running, "credit report drafted")
    check_a_sentence(story, write)
    story.picture("4-drafted")
    draft = services.writer.saved(case, load_scenario("credit_report"))
    if draft is None:
        raise SystemExit("no draft was kept")
    begun = time.monotonic()
    write_word(draft, out / "first-run.docx")
    write_workbook(draft, out / "first-run.xlsx")
    story.rows.append(("Word and Excel written", time.monotonic() - begun))
    print(dict(draft.counts()))


def click_citation(story: Story, ask) -> None:
    """Show the first traced sentence with its source, the question above it in sight."""
    said = [(view, n, c) for view in ask.turn_views for n, c in enumerate(view.turn.sentences) if c.citations]
    view, number, shown = next((one for one in said if one[2].status is Status.TRACED), said[0])
    ask.talk_area.verticalScrollBar().setValue(view.y())
    view.answer.choose(number)
    story.window.show_claim(shown)
    story.window.show_source(shown.citations[0])
    QTest.qWait(_DRAWN_MS)


def check_a_sentence(story: Story, write) -> None:
    """Go to the first sentence a person has to check, with its source beside it."""
    write.next_doubtful()
    claims = [text.chosen for view in write.page.views.values() for text in view.texts if text.chosen is not None]
    for citation in (claim.citations[0] for claim in claims[:1] if claim.citations):
        story.window.show_source(citation)
    QTest.qWait(_DRAWN_MS)


def main() -> None:
    """Run the story and print its times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("report", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--name", help="what the report's file is called in the case")
    args = parser.parse_args()
    args.pictures.mkdir(parents=True, exist_ok=True)
    out = args.pictures.parent / "out"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INKSTONE_PASSPHRASE"] = "first run"
        home = Path(folder) / "library"
        # Reports come with long names of their own making; a case holds them as an officer would call them.
        report = Path(folder) / (args.name or args.report.name)
        shutil.copyfile(args.report, report)
        vault.create(home, passphrase=None)
        desktop = Desktop(app.places(home), "zh")
        story = Story(desktop, args.pictures)
        desktop.bugs.install()
        desktop.doorway.begin()
        story.until(lambda: desktop.doorway.window is not None, "window open")
        story.window.resize(1440, 900)
        try:
            tell(story, report, out)
        finally:
            story.window.close()
            QTest.qWait(300)
            desktop.close()
    print("| step | seconds |\n|---|---|")
    for what, seconds in story.rows:
        print(f"| {what} | {seconds:.1f} |")


if __name__ == "__main__":
    main()
