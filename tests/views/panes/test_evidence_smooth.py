"""The window stays alive while work goes on: the longest gap between two turns of its event loop."""

import contextlib
import gc
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer

from tests.views.neighbours import Neighbours
from workbench.views.ask import AskPane
from workbench.views.evidence_list import EvidenceList
from workbench.views.library_pane import LibraryPane
from workbench.views.source import SourceViewer
from workbench.views.write import WritePane

LIMIT_S = 0.050
BUSY_SHARE = 0.12
RUNS = 6


def waited_s():
    """Seconds that threads of this process were ready to run while other programs had the processor."""
    total = 0
    for path in Path("/proc/self/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            total += int(path.read_text().split()[1])
    return total / 1e9


class LoopWatch:
    """Notes when the event loop turns; a gap counts only while ``busy()``, less what other programs took."""

    def __init__(self, busy):
        self.longest = 0.0
        self.turns = 0
        self._busy = busy
        self._last = None
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._turn)

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_):
        self._timer.stop()

    def _turn(self):
        now, waited = time.perf_counter(), waited_s()
        if self._last is not None and self._busy():
            self.longest = max(self.longest, now - self._last[0] - (waited - self._last[1]))
            self.turns += 1
        self._last = (time.perf_counter(), waited)


def best_gap(run):
    """The shortest of several runs' longest gaps: other programs may hold one run up, not all of them.

    Where all failed and they took a good part of the processor in one, the test is skipped and says so.
    """
    gaps, shares = [], []
    # A thousand collected tests are no part of the program: its own sweeps must not walk them.
    gc.collect()
    gc.freeze()
    try:
        for number in range(RUNS):
            neighbours = Neighbours()
            gaps.append(run(number))
            shares.append(neighbours.share)
            if gaps[-1] <= LIMIT_S:
                break
    finally:
        gc.unfreeze()
    if min(gaps) > LIMIT_S and max(shares) > BUSY_SHARE:
        pytest.skip(f"other programs took up to {max(shares):.0%} of the processor")
    return min(gaps)


def test_the_window_stays_alive_during_an_import(qtbot, make_desk, fakes, tmp_path):
    library = fakes.FakeLibrary()
    importer = fakes.FakeImporter(library)
    importer.pause = 0.002
    desk = make_desk(library=library, importer=importer)
    view = LibraryPane(desk)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    desk.job_runner.on_changes(view, view.refresh)
    view.show_case("case")
    qtbot.waitUntil(lambda: len(view.model.documents) == 4)

    def run(number):
        folder = tmp_path / str(number)
        folder.mkdir()
        for n in range(200):
            (folder / f"资料{n}.pdf").write_bytes(b"x")
        importer.embedded.clear()
        with LoopWatch(lambda: view.imports.running) as watch:
            view.take_in([folder])
            qtbot.waitUntil(importer.embedded.is_set, timeout=60_000)
        assert watch.turns > 3
        return watch.longest

    assert best_gap(run) <= LIMIT_S


def test_the_window_stays_alive_while_an_answer_and_a_draft_are_made(qtbot, make_desk, fakes, drawn):
    library = fakes.FakeLibrary()
    library.contents["pdf"] = fakes.pdf_document(156)
    asker, writer = fakes.FakeAnswerer(pause=0.01), fakes.FakeWriter(library, pause=0.03)
    desk = make_desk(library=library, asker=asker, writer=writer)
    views = [AskPane(desk), WritePane(desk), SourceViewer(desk), EvidenceList(desk)]
    asking, writing, source, _ = views
    for view in views:
        qtbot.addWidget(view)
        view.resize(800, 700)
        view.show()
        view.show_case("case")
    qtbot.waitUntil(lambda: asking._names.count == 4 and writing.draft is not None)

    def run(number):
        source.show_case("case")
        with LoopWatch(lambda: asking.running or writing.running) as watch:
            asking.ask("资产负债率？")
            writing.generate()
            source.show_citation(fakes.citation())
            qtbot.waitUntil(lambda: not asking.running and not writing.running, timeout=60_000)
        assert watch.turns > 10
        return watch.longest

    assert best_gap(run) <= LIMIT_S


def test_the_window_stays_alive_while_a_long_text_and_a_large_sheet_are_opened(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    library.contents["text"] = fakes.text_document(3000)
    library.contents["sheet"] = fakes.sheet_document(4000)
    desk = make_desk(library=library)
    view = SourceViewer(desk)
    qtbot.addWidget(view)
    view.resize(700, 700)
    view.show()

    def run(number):
        view.show_case(None)
        state = {"busy": True}
        with LoopWatch(lambda: state["busy"]) as watch:
            view.show_document("sheet")
            qtbot.waitUntil(lambda: view.loaded is not None and view.loaded.id == "sheet", timeout=60_000)
            view.show_document("text")
            qtbot.waitUntil(lambda: view.text.complete and view.loaded.id == "text", timeout=60_000)
            state["busy"] = False
        return watch.longest

    assert best_gap(run) <= LIMIT_S
