"""The window stays alive while work goes on: the longest gap between two turns of its event loop."""

from tests.views.smooth import LIMIT_S, LoopWatch, best_gap
from workbench.views.ask import AskPane
from workbench.views.evidence_list import EvidenceList
from workbench.views.library_pane import LibraryPane
from workbench.views.source import SourceViewer
from workbench.views.write import WritePane


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
