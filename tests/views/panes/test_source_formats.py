"""The source of every format: drawn pages, sheets, remarks, and what is taken along from them."""

from array import array
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pypdfium2
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from workbench.models.documents.document import (
    Block,
    BlockKind,
    Cell,
    CellPlace,
    Document,
    PageLine,
    PageSize,
    Remark,
    Run,
    TextPlace,
    WordPlace,
)
from workbench.models.documents.page_drawing import PageDrawer
from workbench.models.evidence import Citation
from workbench.views import theme
from workbench.views.source import SourceViewer
from workbench.views.source.drawing import draw_page
from workbench.views.source.grid import cells_text, grids_of
from workbench.views.source.printing import wanted_pages
from workbench.views.source.summing import figure_of, sum_of


def viewer(qtbot, make_desk, library):
    view = SourceViewer(make_desk(library=library))
    qtbot.addWidget(view)
    view.resize(760, 700)
    view.show()
    return view


def opened(qtbot, make_desk, library, document):
    view = viewer(qtbot, make_desk, library)
    view.show_document(document)
    qtbot.waitUntil(lambda: view.loaded is not None and view.loaded.id == document)
    return view


def put(library, fakes, document, name):
    library.contents["it"] = document
    library.stored["it"] = fakes.Stored("it", name, format=document.format, pages=len(document.pages))


def invoice():
    """A page of an OFD: words at places, no picture."""

    def line(top, text, left=60.0, width=200.0):
        edges = array("d", [left + width * i / len(text) for i in range(len(text) + 1)])
        return Block(BlockKind.PARAGRAPH, text, (Run(0, len(text), PageLine(1, top, top + 14, edges)),))

    return Document(
        "发票", "ofd", (line(60, "电子发票（普通发票）"), line(120, "价税合计 ¥1,060.00")), (PageSize(595, 420),)
    )


def png(colour, width=60, height=40):
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def dark_pixels(image, top, bottom):
    rows = range(round(top), round(bottom))
    return sum(image.pixelColor(x, y).lightness() < 128 for y in rows for x in range(image.width()))


def test_a_page_without_a_picture_is_drawn_from_its_words(qapp):
    image = draw_page(invoice(), 1, 2.0, PageDrawer())
    assert (image.width(), image.height()) == (1190, 840)
    assert dark_pixels(image, 120, 150) > 50
    assert dark_pixels(image, 160, 230) == 0


def test_an_ofd_is_shown_as_pages_with_the_cited_words_marked(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    put(library, fakes, invoice(), "发票.ofd")
    block = invoice().blocks[1]
    view = viewer(qtbot, make_desk, library)
    view.show_citation(Citation("it", block.text, block.anchor()))
    qtbot.waitUntil(lambda: view.loaded is not None)
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    assert view.stack.currentWidget() is view.canvas
    assert view.canvas.pictures.best(1, 1.0) is not None
    assert list(view.canvas.highlighted) == [1]


def test_a_picture_is_shown_and_zoomed(qtbot, make_desk, fakes, monkeypatch):
    library = fakes.FakeLibrary()
    put(library, fakes, Document("照片", "image", (), (PageSize(60, 40),)), "照片.png")
    library.original = lambda document: png("#3366CC")
    view = opened(qtbot, make_desk, library, "it")
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    seen = view.canvas.pictures.best(1, 1.0)
    assert seen.pixelColor(5, 5).name() == "#3366cc"
    before = view.canvas.zoom
    view.stack.step_zoom(-1)
    assert view.canvas.zoom < before


def test_a_picture_far_larger_than_the_window_fits_its_width(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    put(library, fakes, Document("照片", "image", (), (PageSize(6000, 4000),)), "照片.jpg")
    library.original = lambda document: png("#FFFFFF", 6000, 4000)
    view = opened(qtbot, make_desk, library, "it")
    assert view.canvas.zoom * 6000 <= view.canvas.viewport().width()


def test_small_pictures_are_drawn_as_they_come_into_view(qtbot, make_desk, fakes, drawn):
    library = fakes.FakeLibrary()
    library.contents["pdf"] = fakes.pdf_document(80)
    view = opened(qtbot, make_desk, library, "pdf")
    view.header.outline.click()
    view.sidebar.tabs.setCurrentIndex(1)
    small = view.sidebar.thumbnails
    assert small.isVisible()
    qtbot.waitUntil(lambda: small.missing() is None and small.pictures.best(1, 0.0) is not None)
    assert small.pictures.best(60, 0.0) is None
    small.scrollToBottom()
    qtbot.waitUntil(lambda: small.missing() is None and small.pictures.best(80, 0.0) is not None)
    assert all(thread.startswith("io") for _, thread in drawn)
    view.canvas.go_to(7)
    assert small.currentIndex().row() == 6
    small.activated.emit(small.model().index(29, 0))
    assert view.canvas.page == 30


def test_a_document_without_headings_has_no_empty_sidebar(qtbot, make_desk, fakes):
    view = opened(qtbot, make_desk, fakes.FakeLibrary(), "word")
    view.header.outline.click()
    assert view.sidebar.isVisible()
    view.show_document("text")
    qtbot.waitUntil(lambda: view.loaded.id == "text")
    assert not view.sidebar.isVisible()
    assert not view.header.outline.isEnabled()
    view.show_document("word")
    qtbot.waitUntil(lambda: view.loaded.id == "word")
    assert view.sidebar.isVisible()


def test_comments_and_changes_are_listed_and_lead_to_their_place(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    where = WordPlace(4, paragraph=1)
    remarks = (
        Remark("comment", "用途需核实", "沈砚", "2024-03-01T10:00:00", where),
        Remark("deleted", "原为 3,000 万元", "王", "", WordPlace(0, paragraph=1)),
        Remark("formula", "SUM(A1:A2)"),
    )
    library.contents["word"] = replace(fakes.word_document(), remarks=remarks)
    view = opened(qtbot, make_desk, library, "word")
    view._open_tab(view.sidebar.remarks)
    said = [view.sidebar.remarks.item(row).text() for row in range(view.sidebar.remarks.count())]
    assert said == ["批注 · 沈砚 · 2024-03-01\n用途需核实", "删除 · 王\n原为 3,000 万元"]
    qtbot.waitUntil(lambda: view.text.complete)
    view.sidebar.remarks.itemActivated.emit(view.sidebar.remarks.item(0))
    marked = library.contents["word"].blocks[1].text[4:9]
    qtbot.waitUntil(lambda: view.text.marked_texts() == [marked])


def workbook():
    def table(sheet, rows):
        text, cells, runs = "", [], []
        for r, row in enumerate(rows):
            for c, words in enumerate(row):
                start = len(text)
                text += words + "\t"
                cells.append(Cell(r, c, start, start + len(words)))
                runs.append(Run(start, start + len(words), CellPlace(sheet, f"{'ABC'[c]}{r + 1}")))
        return Block(BlockKind.TABLE, text, tuple(runs), cells=tuple(cells))

    rows = [
        ("项目", "2023", "2022"),
        ("收入", "1,200.50", "1,000.00"),
        ("成本", "(200.50)", "300"),
        ("备注", "甲\t乙", "x"),
    ]
    remarks = (
        Remark("formula", "SUM(B2:B3)", place=CellPlace("表", "B2")),
        Remark("comment", "未审数", "王", place=CellPlace("表", "C3")),
    )
    return Document("表", "xlsx", (table("表", rows),), remarks=remarks)


@pytest.fixture
def sheet(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    put(library, fakes, workbook(), "报表.xlsx")
    return opened(qtbot, make_desk, library, "it")


def select(view, top, left, bottom, right):
    model = view.sheets.table.model()
    chosen = QItemSelection(model.index(top, left), model.index(bottom, right))
    view.sheets.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def test_cells_are_copied_as_a_workbook_takes_them(sheet, qtbot, watcher):
    select(sheet, 1, 0, 3, 1)
    qtbot.keyClick(sheet.sheets.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(watcher.words))
    assert QGuiApplication.clipboard().text() == '收入\t1,200.50\n成本\t(200.50)\n备注\t"甲\t乙"'
    sheet.copy()
    assert "（报表.xlsx，表 A2:B4）" in QGuiApplication.clipboard().text()


def test_everything_selected_copies_no_empty_margin():
    (grid,) = grids_of(workbook())
    assert cells_text(grid, [(0, 0, 99, 99)]).split("\n")[0] == "项目\t2023\t2022"
    assert len(cells_text(grid, [(0, 0, 99, 99)]).split("\n")) == 4


def test_the_current_cell_tells_its_formula_and_its_comment(sheet):
    table = sheet.sheets.table
    table.setCurrentIndex(table.model().index(1, 1))
    assert sheet.sheets.cell.text().split("\u2003") == ["B2", "=SUM(B2:B3)", "1,200.50"]
    table.setCurrentIndex(table.model().index(2, 2))
    assert sheet.sheets.cell.text().split("\u2003") == ["C3", "批注 王: 未审数", "300"]
    assert sheet.sidebar.remarks.count() == 1
    sheet.sidebar.remarks.itemActivated.emit(sheet.sidebar.remarks.item(0))
    assert table.currentIndex() == table.model().index(2, 2)


def test_selected_figures_are_added_up_and_the_sum_is_copied(sheet, qtbot, watcher):
    select(sheet, 1, 1, 2, 1)
    qtbot.waitUntil(sheet.foot.isVisible)
    assert sheet.foot.words.text() == "∑ 2 个数，合计 1,000.00，平均 500.00"
    sheet.foot.copy.click()
    assert QGuiApplication.clipboard().text() == "1,000.00"
    select(sheet, 1, 0, 1, 0)
    qtbot.waitUntil(lambda: not sheet.foot.isVisible())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200.50", Decimal("1200.50")),
        ("(300)", Decimal(-300)),
        ("（12.5）", Decimal("-12.5")),
        ("-7", Decimal(-7)),
        ("¥1,060.00", Decimal("1060.00")),
        ("2024-03-01", None),
        ("1,20", None),
        ("(300", None),
        ("600519 号", None),
        ("003", None),
        ("6222020200112233445", None),
        ("", None),
    ],
)
def test_a_figure_is_told_from_a_date_a_number_of_an_account_and_words(text, value):
    found = figure_of(text)
    assert (found[0] if found else None) == value


def test_percentages_are_not_added_to_amounts():
    assert sum_of(["10%", "1,000"]) is None
    assert sum_of(["10%", "2.5％"]).figure == "12.5%"
    assert sum_of(["1"]) is None


def test_text_and_cells_grow_by_keys_too(qtbot, make_desk, fakes, sheet):
    width = sheet.sheets.table.columnWidth(0)
    sheet.stack.step_zoom(2)
    assert sheet.sheets.table.columnWidth(0) > width
    assert sheet.header.zoom.text() == "125%"
    sheet.stack.fit()
    assert sheet.sheets.table.columnWidth(0) == width

    view = opened(qtbot, make_desk, fakes.FakeLibrary(), "word")
    qtbot.waitUntil(lambda: view.text.complete)
    before = view.text.document().firstBlock().charFormat().font().pixelSize()
    view.stack.step_zoom(3)
    qtbot.waitUntil(lambda: view.text.complete)
    assert view.text.document().firstBlock().charFormat().font().pixelSize() > before
    assert view.header.zoom.text() == "150%"


def test_merged_cells_of_a_table_are_joined(qtbot, make_desk, fakes):
    words, runs = "甲乙丙丁", tuple(Run(i, i + 1, TextPlace(1, i)) for i in range(4))
    cells = (Cell(0, 0, 0, 1, 2, 1), Cell(0, 1, 1, 2, 1, 2), Cell(1, 1, 2, 3), Cell(1, 2, 3, 4))
    library = fakes.FakeLibrary()
    put(library, fakes, Document("页", "html", (Block(BlockKind.TABLE, words, runs, cells=cells),)), "页.html")
    view = opened(qtbot, make_desk, library, "it")
    qtbot.waitUntil(lambda: view.text.complete)
    table = view.text.document().rootFrame().childFrames()[0]
    assert (table.cellAt(0, 0).rowSpan(), table.cellAt(0, 1).columnSpan()) == (2, 2)
    block = library.contents["it"].blocks[0]
    view.show_citation(Citation("it", "丁", block.anchor(3, 4)))
    qtbot.waitUntil(lambda: view.text.marked_texts() == ["丁"])


def test_thousands_of_found_places_mark_only_what_is_seen(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    library.contents["text"] = fakes.text_document(3000)
    view = opened(qtbot, make_desk, library, "text")
    qtbot.waitUntil(lambda: view.text.complete)
    view.open_find()
    view.find_bar.words.setText("贷款人")
    qtbot.waitUntil(lambda: len(view.found.stretches) == 3000)
    assert 1 < len(view.text.marked_texts()) < 100
    for _ in range(3):
        view.finding.step(-1)
    QApplication.processEvents()
    assert view.find_bar.count.text() == "2998 / 3000"
    assert 1 < len(view.text.marked_texts()) < 100


def printed(view, path, qtbot):
    view.paper.save(path)
    qtbot.waitUntil(lambda: path.exists() and not view._desk.job_runner.jobs())
    return pypdfium2.PdfDocument(path)


def has_yellow(page):
    colour = QColor(theme.LIGHT.highlight)
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    pixels = np.asarray(page.render(scale=2).to_pil().convert("RGB")).astype(int)
    return bool((abs(pixels - wanted).max(axis=2) < 6).any())


def test_pages_are_printed_with_the_cited_place_marked(qtbot, make_desk, fakes, drawn, tmp_path, watcher):
    view = viewer(qtbot, make_desk, fakes.FakeLibrary())
    view.show_citation(fakes.citation(block=5 + 2))
    qtbot.waitUntil(lambda: view.loaded is not None)
    pdf = printed(view, tmp_path / "打印.pdf", qtbot)
    assert len(pdf) == 6
    assert has_yellow(pdf[1])
    assert not has_yellow(pdf[0])
    pdf.close()
    assert watcher.words == ["已存为“打印.pdf”，这份文件没有加密"]


def test_words_and_sheets_are_printed_with_the_cited_place_marked(qtbot, make_desk, fakes, tmp_path, sheet):
    library = fakes.FakeLibrary()
    view = viewer(qtbot, make_desk, library)
    view.show_citation(fakes.citation(block=1, document="word"))
    qtbot.waitUntil(lambda: view.loaded is not None)
    pdf = printed(view, tmp_path / "文.pdf", qtbot)
    assert "8,012.45" in pdf[0].get_textpage().get_text_bounded()
    assert has_yellow(pdf[0])
    pdf.close()
    block = workbook().blocks[0]
    start = block.text.index("1,200.50")
    sheet.show_citation(Citation("it", "1,200.50", block.anchor(start, start + 8)))
    pdf = printed(sheet, tmp_path / "表.pdf", qtbot)
    assert "(200.50)" in pdf[0].get_textpage().get_text_bounded()
    assert has_yellow(pdf[0])
    pdf.close()


def test_only_the_pages_asked_for_are_printed(qapp):
    printer = QPrinter()
    assert list(wanted_pages(printer, 3)) == [1, 2, 3]
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 9)
    assert list(wanted_pages(printer, 3)) == [2, 3]


def test_a_printing_that_is_stopped_leaves_the_viewer_at_work(qtbot, make_desk, fakes, drawn, tmp_path):
    view = opened(qtbot, make_desk, fakes.FakeLibrary(), "pdf")
    view.paper.save(tmp_path / "停.pdf")
    for job in view._desk.job_runner.jobs():
        job.cancel()
    view.canvas.go_to(6)
    qtbot.waitUntil(lambda: not view.canvas.missing_pictures())
    assert not view._desk.job_runner.jobs()


def test_a_document_read_anew_is_shown_anew_where_it_was(qtbot, make_desk, fakes, drawn):
    library = fakes.FakeLibrary()
    view = opened(qtbot, make_desk, library, "pdf")
    view.canvas.go_to(3)
    first = view.loaded
    view._desk.job_runner.publish(fakes.Changed(documents=frozenset({"pdf"})))
    view.shelf.renewing.setInterval(0)
    library.contents["pdf"] = fakes.pdf_document(8)
    library.stored["pdf"] = replace(library.stored["pdf"], generation=2)
    view._desk.job_runner.publish(fakes.Changed(documents=frozenset({"pdf"})))
    qtbot.waitUntil(lambda: view.loaded is not first)
    assert len(view.loaded.pages) == 8
    assert view.canvas.page == 3


def test_a_file_inside_a_mail_is_called_after_both(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    library.stored["text"] = fakes.Stored("text", "往来函.eml", format="text", pages=0, key="!/附件.zip!/报价.txt")
    view = opened(qtbot, make_desk, library, "text")
    assert view.loaded.name == "往来函.eml › 报价.txt"
