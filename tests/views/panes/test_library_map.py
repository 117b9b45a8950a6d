"""The map of the library: what is told, opened, coloured; mouse and keyboard; what is said without vectors."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from workbench.errors import LibraryError
from workbench.models.retrieval.map import LibraryMap, MapPoint, Region
from workbench.views import theme
from workbench.views.library_map import LibraryMapView
from workbench.views.library_map.canvas import colour_of
from workbench.views.library_pane import create

POINTS = (
    MapPoint("1", "pdf", "甲公司", "营业收入增长", -0.8, 0.0, 0),
    MapPoint("2", "pdf", "甲公司", "净利润下降", 0.0, 0.0, 0),
    MapPoint("3", "word", "乙公司", "申请流动资金贷款", 0.8, 0.1, 1),
)
MAP = LibraryMap(POINTS, (Region(-0.4, 0.3, 2, "收入 · 利润"), Region(0.8, 0.4, 1, "贷款")), 9)


@pytest.fixture
def view(qtbot, make_desk, fakes):
    def make(draw=lambda _case, _job: MAP, find=lambda point: fakes.citation(2, point.document)):
        made = LibraryMapView(make_desk(), draw, find)
        qtbot.addWidget(made)
        made.resize(800, 600)
        made.show()
        made.show_case("case")
        return made

    return make


def ready(qtbot, made):
    qtbot.waitUntil(lambda: bool(made.drawn.points) and made.stack.currentIndex() == 1)
    return made


def spot(made, number):
    return made.canvas.place_of(POINTS[number]).toPoint()


def test_pointing_tells_the_document_and_how_the_passage_begins(qtbot, view):
    made = ready(qtbot, view())
    qtbot.mouseMove(made.canvas, spot(made, 2))
    qtbot.waitUntil(lambda: made.canvas.here is POINTS[2])
    assert "申请流动资金贷款" in made.canvas.toolTip()
    assert "申请流动资金贷款" in made.canvas.accessibleDescription()


def test_a_click_opens_the_source(qtbot, view, watcher):
    made = ready(qtbot, view())
    qtbot.mouseClick(made.canvas, Qt.MouseButton.LeftButton, pos=spot(made, 1))
    qtbot.waitUntil(lambda: bool(watcher.sources))
    assert watcher.sources[0].document == "pdf"


def test_a_passage_without_a_place_opens_its_document(qtbot, view, watcher):
    made = ready(qtbot, view(find=lambda _point: None))
    qtbot.mouseClick(made.canvas, Qt.MouseButton.LeftButton, pos=spot(made, 2))
    qtbot.waitUntil(lambda: watcher.documents == ["word"])


def test_a_click_beside_every_point_opens_nothing(qtbot, view, watcher):
    made = ready(qtbot, view())
    qtbot.mouseClick(made.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 40))
    assert made.canvas.here is None
    assert not watcher.sources


def test_arrows_walk_and_enter_opens(qtbot, view, watcher):
    made = ready(qtbot, view())
    made.focus_first()
    qtbot.keyClick(made.canvas, Qt.Key.Key_Right)
    assert made.canvas.here is POINTS[1]
    qtbot.keyClick(made.canvas, Qt.Key.Key_Right)
    assert made.canvas.here is POINTS[2]
    qtbot.keyClick(made.canvas, Qt.Key.Key_Right)
    assert made.canvas.here is POINTS[2]
    qtbot.keyClick(made.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(watcher.sources))
    assert watcher.sources[0].document == "word"


def test_the_wheel_zooms_where_the_mouse_is_and_zero_shows_all(qtbot, view):
    made = ready(qtbot, view())
    canvas, place = made.canvas, made.canvas.place_of(POINTS[2])
    none = Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        place,
        canvas.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    canvas.wheelEvent(wheel)
    assert canvas.zoom > 1
    assert (canvas.place_of(POINTS[2]) - place).manhattanLength() < 1
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.zoom == 1


def test_a_drag_moves_the_map_and_opens_nothing(qtbot, view, watcher):
    made = ready(qtbot, view())
    before = made.canvas.place_of(POINTS[1])
    start = before.toPoint()
    qtbot.mousePress(made.canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(made.canvas, start + QPoint(50, 30))
    qtbot.mouseRelease(made.canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(50, 30))
    moved = made.canvas.place_of(POINTS[1]) - before
    assert (moved - QPointF(50, 30)).manhattanLength() < 3
    assert not watcher.sources


def test_a_sample_says_that_it_is_one_and_the_legend_names_the_groups(qtbot, view):
    made = ready(qtbot, view())
    assert "3" in made.facts.text()
    assert "9" in made.facts.text()
    assert "收入 · 利润" in made.legend.text()
    made.colours.setCurrentIndex(made.colours.findData("subject"))
    assert "甲公司" in made.legend.text()
    made.colours.setCurrentIndex(made.colours.findData("document"))
    assert "甲公司" not in made.legend.text()


def test_without_vectors_it_says_what_is_missing(qtbot, view):
    made = view(draw=lambda _case, _job: LibraryMap((), (), 0))
    qtbot.waitUntil(lambda: made.state.heading.text() == "还画不了地图")
    assert made.stack.currentWidget() is made.state


def test_an_error_is_shown_and_can_be_tried_again(qtbot, view):
    answers = [LibraryError("索引坏了", "请重建")]

    def draw(_case, _job):
        if answers:
            raise answers.pop()
        return MAP

    made = view(draw=draw)
    qtbot.waitUntil(lambda: made.state.heading.text() == "索引坏了")
    made.state.buttons[0].click()
    ready(qtbot, made)


def test_the_map_is_painted_in_both_themes(qtbot, view):
    made = ready(qtbot, view())
    made.colours.setCurrentIndex(made.colours.findData("document"))
    seen = []
    for choice in ("light", "dark"):
        theme.apply(choice)
        picture = made.canvas.grab().toImage()
        seen.append((picture.pixelColor(3, 3).name(), colour_of(0).name()))
        assert picture.pixelColor(spot(made, 0)) != picture.pixelColor(3, 3)
    theme.apply("light")
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_the_library_shows_the_map_in_the_lists_place(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    library.embedded_chunks = lambda _case: []
    library.vectors = lambda _ids: {}
    library.chunks = lambda _ids: ()
    pane = create(make_desk(library=library))
    qtbot.addWidget(pane)
    pane.show()
    pane.show_case("case")
    command = next(c for c in pane.commands() if c.name_key == "library_map.open")
    command.run()
    assert pane.map is not None
    assert pane.map.isVisible()
    assert not pane.stack.isVisible()
    qtbot.waitUntil(lambda: pane.map.state.heading.text() == "还画不了地图")
    command.run()
    assert pane.stack.isVisible()
    assert not pane.map.isVisible()
