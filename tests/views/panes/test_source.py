"""The source viewer."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication

from workbench.errors import LibraryCorrupt
from workbench.models.evidence import Citation
from workbench.views.source import SourceViewer
from workbench.views.source.grid import Grid
from workbench.views.source.places import cell_range, column_name, find
from workbench.views.source.sheet_view import SheetView


def viewer(qtbot, make_desk, **services):
    view = SourceViewer(make_desk(**services))
    qtbot.addWidget(view)
    view.resize(640, 700)
    view.show()
    return view


def shown(qtbot, view, document):
    qtbot.waitUntil(lambda: view.loaded is not None and view.loaded.id == document)


def test_a_citation_opens_its_page_with_its_boxes_around_its_words(qtbot, make_desk, fakes, drawn):
    view = viewer(qtbot, make_desk)
    cited = fakes.citation(block=4 * 5 + 2)
    view.show_citation(cited)
    shown(qtbot, view, "pdf")

    assert view.canvas.page == 5
    assert view.header.page.text() == "5"
    boxes = view.canvas.highlighted
    assert {page: tuple(found) for page, found in boxes.items()} == {5: cited.anchor.spans[0].boxes}
    x0, y0, x1, y1 = boxes[5][0]
    text = view.loaded.page_text
    assert text.text(text.position(5, x0, y0 + 2), text.position(5, x1, y0 + 2)) == cited.quote
    for x, y in ((x0, y0), (x1, y1)):
        assert view.canvas.viewport().rect().contains(view.canvas.page_point(5, x, y))


def test_the_cited_words_are_highlighted_in_yellow_on_the_page(qtbot, make_desk, fakes, drawn):
    view = viewer(qtbot, make_desk)
    view.show_citation(fakes.citation())
    shown(qtbot, view, "pdf")
    qtbot.waitUntil(lambda: view.canvas.pictures.has(1, view.canvas.picture_scale))
    x0, y0, _, _ = view.canvas.highlighted[1][0]
    picture = view.canvas.viewport().grab().toImage()
    at = view.canvas.page_point(1, x0 - 1, y0 + 4)
    assert picture.pixelColor(at * picture.devicePixelRatio()).name().upper() == "#FFF1B8"


def test_pages_are_drawn_in_the_background_and_only_those_near_the_seen_one(qtbot, make_desk, fakes, drawn):
    library = fakes.FakeLibrary()
    library.contents["pdf"] = fakes.pdf_document(156)
    view = viewer(qtbot, make_desk, library=library)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    assert {page for page, _ in drawn} <= {1, 2, 3, 4, 5}
    assert all(thread.startswith("io") for _, thread in drawn)

    view.canvas.go_to(100)
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    assert 100 in {page for page, _ in drawn}
    assert len(drawn) < 15


def test_the_library_is_never_asked_on_the_ui_thread(qtbot, make_desk, fakes, drawn):
    library = fakes.FakeLibrary()
    view = viewer(qtbot, make_desk, library=library)
    for document in ("pdf", "word", "sheet", "text"):
        view.show_document(document)
        shown(qtbot, view, document)
    assert "MainThread" not in library.threads


def test_a_cited_paragraph_and_a_cited_table_cell_of_word_are_marked(qtbot, make_desk, fakes):
    view = viewer(qtbot, make_desk)
    cited = fakes.citation(block=1, document="word")
    view.show_citation(cited)
    shown(qtbot, view, "word")
    qtbot.waitUntil(lambda: view.text.marked_texts() == [cited.quote])

    table = view.loaded.document.blocks[3]
    start = table.text.index("8,012.45")
    anchor = table.anchor(start, start + 8)
    view.show_citation(Citation("word", "8,012.45", anchor))
    qtbot.waitUntil(lambda: view.text.marked_texts() == ["8,012.45"])


def test_a_cited_cell_is_current_and_marked_in_its_sheet(qtbot, make_desk, fakes):
    view = viewer(qtbot, make_desk)
    block = fakes.sheet_document().blocks[1]
    start = block.text.index("客户20")
    view.show_citation(Citation("sheet", "客户20", block.anchor(start, start + 4)))
    shown(qtbot, view, "sheet")
    index = view.sheets.table.currentIndex()
    assert view.sheets.tabs.tabText(view.sheets.tabs.currentIndex()) == "应收"
    assert index.data() == "客户20"
    assert index.data(Qt.ItemDataRole.BackgroundRole).name().upper() == "#FFF1B8"
    picture = view.sheets.table.viewport().grab().toImage()
    at = view.sheets.table.visualRect(index).topRight() + QPoint(-4, 4)
    assert picture.pixelColor(at * picture.devicePixelRatio()).name().upper() == "#FFF1B8"


def test_a_place_far_down_a_long_text_is_marked_once_it_is_there(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    library.contents["text"] = fakes.text_document(2000)
    view = viewer(qtbot, make_desk, library=library)
    cited = fakes.citation(block=1800, document="text", library=library)
    view.show_citation(cited)
    shown(qtbot, view, "text")
    assert not view.text.complete
    qtbot.waitUntil(lambda: view.text.marked_texts() == [cited.quote])
    qtbot.waitUntil(lambda: view.text.complete)
    assert view.text.verticalScrollBar().value() > 0


def test_find_goes_through_all_pages_and_around(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    view.open_find()
    view.find_bar.words.setText("抵押 借款")
    qtbot.waitUntil(lambda: len(view.found.stretches) == 6)
    assert view.find_bar.count.text() == "1 / 6"
    pages = [view.canvas.page]
    for _ in range(6):
        qtbot.keyClick(view.find_bar.words, Qt.Key.Key_Return)
        pages.append(next(iter(view.canvas.highlighted)))
    assert pages == [1, 2, 3, 4, 5, 6, 1]
    qtbot.keyClick(view.find_bar.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert next(iter(view.canvas.highlighted)) == 6
    qtbot.keyClick(view.find_bar.words, Qt.Key.Key_Escape)
    assert not view.find_bar.isVisible()


def test_find_says_when_nothing_is_found(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("word")
    shown(qtbot, view, "word")
    view.open_find()
    view.find_bar.words.setText("不存在的词")
    qtbot.waitUntil(lambda: view.find_bar.count.text() == "没有找到")


def test_words_dragged_over_are_copied_with_document_and_page(qtbot, make_desk, fakes, drawn, watcher):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    x0, y0, x1, _ = fakes.citation().anchor.spans[0].boxes[0]
    canvas = view.canvas
    qtbot.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.page_point(1, x0, y0 + 8))
    qtbot.mouseMove(canvas.viewport(), canvas.page_point(1, x1, y0 + 8))
    canvas.select(canvas._pressed, canvas._position_at(QPointF(canvas.page_point(1, x1, y0 + 8))))
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.page_point(1, x1, y0 + 8))
    qtbot.keyClick(canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    quote = "资产负债率63.68%，较上年末上升5.58个百分点。"
    assert QGuiApplication.clipboard().text() == f"“{quote}”（2023年度审计报告.pdf，第 1 页）"
    assert watcher.words


def test_selected_cells_are_copied_with_sheet_and_range(qtbot, make_desk):
    view = viewer(qtbot, make_desk)
    view.show_document("sheet")
    shown(qtbot, view, "sheet")
    table = view.sheets.table
    table.selectRow(0)
    for column in (0, 1):
        table.selectionModel().select(
            table.model().index(1, column), table.selectionModel().SelectionFlag.ClearAndSelect
        )
    view.copy()
    assert QGuiApplication.clipboard().text() == "“客户1”（银行流水.xlsx，流水 B2）"


def test_ctrl_and_the_wheel_zoom_and_zero_fits_the_width_again(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    fitted = view.canvas.zoom
    wheel = QWheelEvent(
        QPointF(50, 50),
        QPointF(50, 50),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas.viewport(), wheel)
    assert view.canvas.zoom > fitted
    assert view.header.zoom.text() == f"{round(view.canvas.zoom * 100)}%"
    qtbot.keyClick(view.canvas, Qt.Key.Key_0)
    assert view.canvas.zoom == fitted


def test_a_document_is_found_where_it_was_left(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    qtbot.keyClick(view.canvas, Qt.Key.Key_J)
    qtbot.keyClick(view.canvas, Qt.Key.Key_J)
    assert view.canvas.page == 3
    view.show_document("word")
    shown(qtbot, view, "word")
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    assert view.canvas.page == 3


def test_the_page_number_typed_is_gone_to(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    field = view.header.page
    field.selectAll()
    qtbot.keyClicks(field, "4")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert view.canvas.page == 4
    qtbot.keyClicks(field, "6")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), view.canvas.page) == ("4", 4)


def test_an_unreadable_document_says_why_and_can_be_tried_again(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    kept = library.contents.pop("word")
    failing = {"now": True}

    def content(document):
        if failing["now"]:
            raise LibraryCorrupt("文件已损坏。", "请重新导入。", "sha256")
        return kept

    library.content = content
    view = viewer(qtbot, make_desk, library=library)
    view.show_document("word")
    qtbot.waitUntil(lambda: view.state.heading.text() == "文件已损坏。")
    assert view.state.text.text() == "请重新导入。"
    failing["now"] = False
    view.state.buttons[0].click()
    shown(qtbot, view, "word")


def test_a_page_that_cannot_be_drawn_does_not_stop_the_others(qtbot, make_desk, fakes, monkeypatch):
    def draw(drawer, paper, page, scale):
        if page == 1:
            raise LibraryCorrupt("x")
        return fakes.fake_page(page, scale)

    monkeypatch.setattr("workbench.models.documents.page_drawing.PageDrawer.picture", draw)
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    assert view.canvas.pictures.failed(1)
    assert view.canvas.pictures.best(2, 1.0) is not None


def test_contents_lead_to_their_page(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    view.header.outline.click()
    assert view.outline.isVisible()
    view.outline.setCurrentRow(3)
    qtbot.keyClick(view.outline, Qt.Key.Key_Return)
    view.outline.itemActivated.emit(view.outline.item(3))
    assert view.canvas.page == 4


def test_a_hundred_thousand_rows_are_read_only_where_they_are_seen(qtbot):
    asked = set()

    class Noting(Grid):
        def text(self, row, column):
            asked.add(row)
            return f"{row}/{column}"

    grid = Noting("流水", row_count=100_000, column_count=12)
    view = SheetView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    view.show_grids([grid])
    view.table.scrollToBottom()
    QApplication.processEvents()
    assert 99_999 in asked
    assert len(asked) < 1000


def test_another_case_empties_the_viewer(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    view.show_case("other")
    assert view.loaded is None
    assert view.state.heading.text() == "这里显示原文"


def test_what_can_be_operated_has_a_name_for_screen_readers(qtbot, make_desk, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    header = view.header
    roles = {
        header.page: QAccessible.Role.EditableText,
        header.larger: QAccessible.Role.Button,
        view.find_bar.words: QAccessible.Role.EditableText,
        view.outline: QAccessible.Role.List,
        view.sheets.table: QAccessible.Role.Table,
        view.text: QAccessible.Role.EditableText,
    }
    for widget, role in roles.items():
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name), widget
        assert told.role() == role, widget
    assert view.canvas.viewport().accessibleName() == "第 1 页，共 6 页"


def test_find_ignores_blanks_and_case_and_counts_every_place(fakes):
    document = fakes.word_document()
    assert len(find(document, "流动资金")) == 2
    assert find(document, "  ") == ()
    assert [s.block for s in find(document, "净 利润")] == [3]


def test_cells_and_columns_are_named_as_in_a_workbook():
    assert cell_range("C12:E14") == (11, 2, 13, 4)
    assert cell_range("$AB$3") == (2, 27, 2, 27)
    assert [column_name(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_document_gone_back_to_while_another_is_fetched_is_in_sight_again(qtbot, make_desk, fakes, drawn):
    view = viewer(qtbot, make_desk)
    view.show_document("pdf")
    shown(qtbot, view, "pdf")
    view.show_document("word")
    assert view.stack.currentWidget() is view.state
    view.step_place(-1)
    assert view.stack.currentWidget() is view.canvas
    assert view.loaded.id == "pdf"


def test_what_draws_pages_is_ready_before_the_first_is_wanted(qtbot, make_desk, drawn, monkeypatch):
    ready = []

    def announce(drawer):
        ready.append(drawer)

    monkeypatch.setattr("workbench.models.documents.page_drawing.PageDrawer.announce", announce)
    view = viewer(qtbot, make_desk)
    view.show_case("case")
    view.shelf._warming.setInterval(0)
    qtbot.waitUntil(lambda: len(ready) == 1)
    view.show_case(None)
    assert not view.shelf._warming.isActive()
