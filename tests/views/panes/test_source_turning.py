"""Pages that lie on their side are turned in the viewer, with all that is marked and selected on them."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from workbench.models.documents.document import PageSize
from workbench.models.evidence import Citation
from workbench.views import theme
from workbench.views.source import SourceViewer
from workbench.views.source.turning import draw_turned, straight_point, turned_box, turned_point, turned_size

PAGE = PageSize(600, 800)


@pytest.mark.parametrize("turn", range(4))
def test_a_shown_point_leads_back_to_its_place_on_the_page(turn):
    shown = turned_point(50, 700, PAGE, turn)
    size = turned_size(PAGE, turn)
    assert 0 <= shown[0] <= size.width
    assert 0 <= shown[1] <= size.height
    assert straight_point(*shown, PAGE, turn) == (50, 700)


def test_what_stands_at_the_top_left_stands_at_the_top_right_after_a_quarter():
    assert turned_box((0, 0, 100, 20), PAGE, 1) == (780, 0, 800, 100)
    assert turned_box((0, 0, 100, 20), PAGE, 2) == (500, 780, 600, 800)
    assert turned_box((0, 0, 100, 20), PAGE, 3) == (0, 500, 20, 600)


@pytest.mark.parametrize("turn", range(4))
def test_the_picture_is_turned_as_its_places_are(qapp, turn):
    page = QImage(60, 80, QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    for x in range(5):
        for y in range(3):
            page.setPixelColor(2 + x, 2 + y, QColor("red"))
    size = turned_size(PageSize(60, 80), turn)
    shown = QImage(int(size.width), int(size.height), QImage.Format.Format_RGB32)
    painter = QPainter(shown)
    draw_turned(painter, QRectF(0, 0, size.width, size.height), page, turn)
    painter.end()
    x, y = turned_point(4.5, 3.5, PageSize(60, 80), turn)
    assert shown.pixelColor(int(x), int(y)).name() == "#ff0000"


@pytest.fixture
def view(qtbot, make_desk, fakes, drawn):
    made = SourceViewer(make_desk(library=fakes.FakeLibrary()))
    qtbot.addWidget(made)
    made.resize(760, 700)
    made.show()
    made.show_document("pdf")
    qtbot.waitUntil(lambda: made.loaded is not None)
    return made


def test_turned_pages_keep_their_page_their_marks_and_what_is_selected_by_the_mouse(qtbot, view):
    block = view.loaded.document.blocks[12]
    view.show_citation(Citation("pdf", block.text, block.anchor()))
    page = view.canvas.page
    qtbot.keyClick(view.canvas, Qt.Key.Key_R)
    assert view.canvas.turn == 1
    assert view.canvas.page == page
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    place = block.runs[0].place
    middle = (place.top + place.bottom) / 2
    at = view.canvas.page_point(place.page, place.edges[3], middle)
    marked = view.canvas.viewport().grab().toImage().pixelColor(at + QPoint(2, 2))
    assert marked.name() == QColor(theme.LIGHT.highlight).name()
    to = view.canvas.page_point(place.page, place.edges[8], middle)
    qtbot.mousePress(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    first, last = view.canvas._position_at(at.toPointF()), view.canvas._position_at(to.toPointF())
    assert (first[1], last[1]) == (3, 8)


def test_a_document_comes_back_as_it_was_turned(qtbot, view):
    view.canvas.turn_pages(1)
    view.show_document("word")
    qtbot.waitUntil(lambda: view.loaded.id == "word")
    view.show_document("pdf")
    qtbot.waitUntil(lambda: view.loaded.id == "pdf")
    assert view.canvas.turn == 1
    view.canvas.turn_pages(3)
    assert view.canvas.turn == 0
