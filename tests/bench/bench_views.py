"""How long the window is held up by large lists and sheets.

    QT_QPA_PLATFORM=offscreen python tests/bench/bench_views.py

Processor milliseconds on the UI thread: 1,232 documents in 210 folders, a sheet of 100,000 rows by 12
columns, a text of 20,000 paragraphs with 5,000 places found. What a job does beforehand is told apart.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from workbench.models.documents.document import Block, BlockKind, Cell, CellPlace, Document, Run, TextPlace
from workbench.models.evidence import Anchor, SheetSpan
from workbench.models.library.records import StoredDocument
from workbench.views import fonts, theme
from workbench.views.library_pane.model import DocumentModel
from workbench.views.library_pane.table import DocumentTable
from workbench.views.library_pane.tree import arranged
from workbench.views.source.grid import cells_text, grids_of
from workbench.views.source.places import Stretch
from workbench.views.source.sheet_view import SheetView
from workbench.views.source.text_view import TextView

_DOCUMENTS, _ROWS, _COLUMNS, _PARAGRAPHS, _FOUND = 1232, 100_000, 12, 20_000, 5000


def taking(what: str, function: Callable[[], object], app: QApplication) -> None:
    """Print what a step with its painting takes."""
    begun = time.process_time()
    function()
    app.processEvents()
    print(f"{what:46} {1000 * (time.process_time() - begun):8.1f} ms")


def documents(app: QApplication) -> None:
    """The tree of a large case."""

    def one(n: int) -> StoredDocument:
        place = f"/卷/夹{n % 30}/子{n % 7}/资料{n}.pdf"
        added = f"2026-11-2{n % 9}T10:00:00+00:00"
        return StoredDocument(
            f"d{n}", "c", f"资料{n % 97}-{n}.pdf", "", "pdf", "words", 9, 9, 3, n, added, 1, path=place
        )

    every = [one(n) for n in range(_DOCUMENTS)]
    model = DocumentModel()
    view = DocumentTable(model)
    view.resize(700, 700)
    view.show()
    app.processEvents()
    more, order = [*every, one(_DOCUMENTS)], model.order
    trees = [(order, arranged(these, order)) for these in (every, more)]
    taking("documents: first shown", lambda: model.show_documents(every, trees[0]), app)
    taking("documents: one more", lambda: model.show_documents(more, trees[1]), app)
    ready = [replace(d, state="ready") if n < 50 else d for n, d in enumerate(more)]
    tree = (order, arranged(ready, order))
    taking("documents: 50 change their state", lambda: model.show_documents(ready, tree), app)
    taking("documents: filtered", lambda: model.look_for("资料3"), app)
    taking("documents: all again", lambda: model.look_for(""), app)
    taking("documents: sorted by name", lambda: view.sortByColumn(0, Qt.SortOrder.AscendingOrder), app)


def large_sheet() -> Document:
    """A sheet, a thousand rows a block."""
    blocks = []
    for first in range(0, _ROWS, 1000):
        text, cells, runs, at = [], [], [], 0
        for row in range(first, first + 1000):
            for column in range(_COLUMNS):
                words = f"{row * column:,}.00" if column else f"2024-{row % 12 + 1:02d}-{row % 28 + 1:02d}"
                cells.append(Cell(row - first, column, at, at + len(words)))
                runs.append(Run(at, at + len(words), CellPlace("流水", f"{'ABCDEFGHIJKL'[column]}{row + 1}")))
                text.append(words)
                at += len(words) + 1
        blocks.append(Block(BlockKind.TABLE, "\t".join(text), tuple(runs), cells=tuple(cells)))
    return Document("流水", "xlsx", tuple(blocks))


def sheet(app: QApplication) -> None:
    """Scrolling, marking and selecting in a large sheet."""
    document = large_sheet()
    begun = time.process_time()
    grids = grids_of(document)
    print(f"{'sheet: made ready (in a job)':46} {1000 * (time.process_time() - begun):8.1f} ms")
    view = SheetView()
    view.resize(900, 700)
    view.show()
    app.processEvents()
    taking("sheet: shown", lambda: view.show_grids(grids), app)
    bar, steps = view.table.verticalScrollBar(), []
    for number in range(300):
        begun = time.process_time()
        bar.setValue(bar.maximum() * number // 300)
        app.processEvents()
        steps.append(time.process_time() - begun)
    print(f"{'sheet: 300 jumps, mean / worst':46} {1000 * sum(steps) / 300:8.1f} / {1000 * max(steps):.1f} ms")
    taking("sheet: everything selected", view.table.selectAll, app)
    anchor = Anchor("sheet", (SheetSpan("流水", "C90000:E90000"),))
    taking("sheet: a cited place shown", lambda: view.highlight(anchor), app)
    places = [("流水", f"A{row}") for row in range(1, _FOUND + 1)]
    taking("sheet: 5,000 found cells marked", lambda: view.show_finds(places, places[99]), app)
    begun = time.process_time()
    cells_text(grids[0], [(0, 0, _ROWS, _COLUMNS)])
    print(f"{'sheet: all of it as text (in a job)':46} {1000 * (time.process_time() - begun):8.1f} ms")


def long_text(app: QApplication) -> None:
    """Filling a long text, and marking what was found in it."""

    def paragraph(n: int) -> Block:
        words = f"第{n}条 贷款人应当对借款人的第{n}项情况进行审查，并按照合同约定使用贷款资金。"
        return Block(BlockKind.PARAGRAPH, words, (Run(0, len(words), TextPlace(n, 0)),))

    view = TextView()
    view.resize(600, 700)
    view.show()
    app.processEvents()
    view.show_document(Document("办法", "text", tuple(paragraph(n) for n in range(1, _PARAGRAPHS + 1))))
    steps = []
    while not view.complete:
        begun = time.process_time()
        app.processEvents()
        steps.append(time.process_time() - begun)
    print(f"{'text: filled in steps, in all / worst':46} {1000 * sum(steps):8.1f} / {1000 * max(steps):.1f} ms")
    marks = [(Stretch(n, 8, 10), "#FFE0B0") for n in range(_FOUND)]
    taking("text: 5,000 found places marked", lambda: view.mark(marks, marks[4000][0]), app)
    taking("text: the next one", lambda: view.mark(marks, marks[4001][0]), app)


def main() -> None:
    """Measure."""
    app = QApplication([])
    fonts.dress(app)
    theme.apply("light")
    for part in (documents, sheet, long_text):
        part(app)


if __name__ == "__main__":
    main()
