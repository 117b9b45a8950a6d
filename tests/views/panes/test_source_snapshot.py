"""A cited place taken along as a picture, from every kind of document."""

from array import array

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage

from workbench.jobs import JobContext
from workbench.models.documents.document import Block, BlockKind, CellPlace, Document, PageLine, PageSize, Run
from workbench.models.evidence import Anchor, Citation, SheetSpan
from workbench.views import theme
from workbench.views.source import SourceViewer
from workbench.views.source.loading import load
from workbench.views.source.snapshot import snapshot


def yellow(image: QImage) -> int:
    """How many of the picture's pixels are marked."""
    wanted = QColor(theme.LIGHT.highlight).rgb()
    return sum(image.pixel(x, y) == wanted for y in range(0, image.height(), 2) for x in range(0, image.width(), 2))


def dark(image: QImage, top: int, bottom: int) -> int:
    rows = range(max(top, 0), bottom)
    return sum(image.pixelColor(x, y).lightness() < 140 for y in rows for x in range(0, image.width(), 2))


def taken(library, document, anchor):
    image = snapshot(load(library, document, JobContext()), anchor, JobContext())
    assert dark(image, image.height() - 40, image.height()) > 20, "its source stands below it"
    return image


def test_a_quote_on_a_page_is_the_strip_it_stands_in(qapp, fakes, drawn):
    library = fakes.FakeLibrary()
    block = library.contents["pdf"].blocks[2]
    image = taken(library, "pdf", block.anchor(0, 8))
    assert image.width() == 1600
    assert image.height() < 400
    assert yellow(image) > 500


def test_a_quote_on_turned_pages_is_taken_as_they_are_shown(qapp, fakes, drawn):
    library = fakes.FakeLibrary()
    block = library.contents["pdf"].blocks[2]
    loaded = load(library, "pdf", JobContext())
    straight, turned = (snapshot(loaded, block.anchor(0, 8), JobContext(), turn) for turn in (0, 1))
    assert turned.height() > straight.height() * 2, "the words run down the strip"
    assert yellow(turned) > 100


def test_a_quote_over_two_pages_is_two_strips(qapp, fakes, drawn):
    library = fakes.FakeLibrary()
    one = taken(library, "pdf", library.contents["pdf"].blocks[2].anchor())
    first, second = (b for b in library.contents["pdf"].blocks if "63.68" in b.text and b.page in (1, 2))
    spans = (*first.anchor().spans, *second.anchor().spans)
    assert taken(library, "pdf", Anchor("page", spans)).height() > one.height() * 1.5


@pytest.mark.parametrize("part", [1, 3])
def test_a_paragraph_and_a_cell_of_word_are_set_with_their_mark(qapp, fakes, part):
    library = fakes.FakeLibrary()
    block = library.contents["word"].blocks[part]
    start = block.text.index("5,000" if part == 1 else "8,012.45")
    assert yellow(taken(library, "word", block.anchor(start, start + 5))) > 50


def test_cells_are_shown_with_the_row_that_names_the_columns(qapp, fakes):
    runs = tuple(
        Run(4 * k, 4 * k + 4, CellPlace("表", name)) for k, name in enumerate(["A1", "B1", "A2", "B2", "A9", "B9"])
    )
    block = Block(BlockKind.TABLE, "项目年度2023收入甲乙1,20净利丙丁3,40"[:24], runs)
    library = fakes.FakeLibrary()
    library.contents["it"] = Document("表", "xlsx", (block,))
    library.stored["it"] = fakes.Stored("it", "报表.xlsx", format="xlsx")
    one = taken(library, "it", Anchor("sheet", (SheetSpan("表", "B9"),)))
    assert yellow(one) > 50
    first = taken(library, "it", Anchor("sheet", (SheetSpan("表", "A1"),)))
    assert one.height() > first.height(), "the head stands above the ninth row"


def test_words_of_an_ofd_are_taken_from_its_drawn_page(qapp, fakes):
    edges = array("d", [60.0 + 20 * k for k in range(11)])
    block = Block(BlockKind.PARAGRAPH, "电子发票（普通发票）", (Run(0, 10, PageLine(1, 60.0, 74.0, edges)),))
    library = fakes.FakeLibrary()
    library.contents["it"] = Document("发票", "ofd", (block,), (PageSize(595, 420),))
    library.stored["it"] = fakes.Stored("it", "发票.ofd", format="ofd", pages=1)
    assert yellow(taken(library, "it", block.anchor())) > 200


def test_the_cited_place_goes_to_the_clipboard(qtbot, make_desk, fakes, drawn, watcher):
    library = fakes.FakeLibrary()
    block = library.contents["pdf"].blocks[2]
    view = SourceViewer(make_desk(library=library))
    qtbot.addWidget(view)
    view.show()
    assert not view._has_place()
    view.show_citation(Citation("pdf", block.text, block.anchor()))
    qtbot.waitUntil(lambda: view.loaded is not None)
    view.copy_picture()
    qtbot.waitUntil(lambda: any("已复制图片" in said for said in watcher.words))
    assert QGuiApplication.clipboard().image().width() == 1600
