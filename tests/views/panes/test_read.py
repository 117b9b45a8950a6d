"""The Read pane: the grid by keyboard, judgements, pausing, a document's page."""

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPageLayout
from PySide6.QtPrintSupport import QPrinter

from workbench.inference.fake import FakeEngine
from workbench.models.documents.reading import read_bytes
from workbench.models.evidence import Status
from workbench.models.extracting import EVALUATION
from workbench.views.read import ReadPane
from workbench.views.read.bar import QUESTIONS

QUESTION = "申请流动资金贷款多少金额？"


@pytest.fixture
def read_pane(qtbot, make_desk, fakes):
    def make(library=None, engine=None, **services):
        view = ReadPane(make_desk(library=library or fakes.FakeLibrary(), engine=engine, **services))
        qtbot.addWidget(view)
        view.resize(900, 700)
        view.show()
        view.show_case("case")
        qtbot.waitUntil(lambda: view._opened is not None and view._names.count == 4)
        return view

    return make


@pytest.fixture
def asked(qtbot, read_pane):
    """A pane that has read one question out of four documents."""

    def make(**services):
        view = read_pane(**services)
        view.bar.choose(QUESTIONS)
        view.questions.setPlainText(QUESTION + "\n净利润是多少？")
        qtbot.waitUntil(lambda: not view._opening.running)
        view.run()
        qtbot.waitUntil(lambda: not view.running)
        view.table.go_to("word", "净利润是多少？")
        return view

    return make


def test_an_empty_grid_offers_to_read_and_the_questions_box_shows_only_for_own_questions(read_pane):
    view = read_pane()
    assert view.stack.currentWidget() is view.state
    assert view.state.buttons[0].text() == "读取"
    assert not view.questions.isVisible()
    view.bar.choose(QUESTIONS)
    assert view.questions.isVisible()


def test_without_a_case_the_way_to_the_library_is_offered(qtbot, make_desk, fakes, watcher):
    view = ReadPane(make_desk(library=fakes.FakeLibrary()))
    qtbot.addWidget(view)
    view.state.buttons[0].click()
    assert watcher.panes == ["library"]


def test_questions_become_columns_and_documents_rows_read_off_the_ui_thread(asked, fakes):
    library = fakes.FakeLibrary()
    view = asked(library=library)
    assert view.table.rows.rowCount() == 4
    assert view.table.rows.columnCount() == 3
    assert view.model.cell("word", "净利润是多少？").value
    assert "MainThread" not in library.threads
    assert view.stack.currentWidget() is view.grid_side


def test_what_was_read_is_there_again(asked, read_pane, fakes, qtbot):
    library = fakes.FakeLibrary()
    before = asked(library=library)
    again = read_pane(library=library)
    again.bar.choose(QUESTIONS)
    qtbot.waitUntil(lambda: len(again.model.cells) == 8)
    assert set(again.model.cells) == set(before.model.cells)
    assert again.questions.toPlainText() == QUESTION + "\n净利润是多少？"


def test_a_cell_shows_its_evidence_and_enter_opens_its_source(asked, watcher, qtbot):
    view = asked()
    cell = view.table.current_cell()
    assert watcher.claims[-1].status is cell.status
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert watcher.sources == [cell.citations[0]]


def test_c_x_and_o_judge_a_cell_and_undo_takes_it_back(asked, qtbot, fakes):
    library = fakes.FakeLibrary()
    view = asked(library=library)
    for key, verdict in ((Qt.Key.Key_C, "confirmed"), (Qt.Key.Key_X, "rejected"), (Qt.Key.Key_O, "open")):
        qtbot.keyClick(view.table, key)
        assert view.table.current_cell().verdict == verdict
    view.undo()
    assert view.table.current_cell().verdict == "rejected"
    qtbot.waitUntil(lambda: len(library.kept_notes.get(("case", EVALUATION), {})) == 1)


def test_a_corrected_cell_is_the_persons_own_and_becomes_a_case_for_evaluation(asked, qtbot, fakes):
    library = fakes.FakeLibrary()
    view = asked(library=library)
    index = view.table.rows.mapToSource(view.table.currentIndex())
    assert view.model.setData(index, "9999")
    cell = view.table.current_cell()
    assert (cell.value, cell.status) == ("9999", Status.OWN)
    qtbot.waitUntil(lambda: bool(library.kept_notes.get(("case", EVALUATION))))
    (lesson,) = library.kept_notes["case", EVALUATION].values()
    assert lesson["expected"] == "9999"


def test_j_k_h_l_move_and_s_sorts_by_the_column(asked, qtbot):
    view = asked()
    view.table.setCurrentIndex(view.table.rows.index(0, 1))
    qtbot.keyClick(view.table, Qt.Key.Key_J)
    qtbot.keyClick(view.table, Qt.Key.Key_L)
    assert (view.table.currentIndex().row(), view.table.currentIndex().column()) == (1, 2)
    qtbot.keyClick(view.table, Qt.Key.Key_K)
    qtbot.keyClick(view.table, Qt.Key.Key_H)
    assert (view.table.currentIndex().row(), view.table.currentIndex().column()) == (0, 1)
    view.table.setCurrentIndex(view.table.rows.index(0, 0))
    qtbot.keyClick(view.table, Qt.Key.Key_S)
    names = [view.table.rows.index(r, 0).data() for r in range(4)]
    assert names == sorted(names)
    qtbot.keyClick(view.table, Qt.Key.Key_S)
    assert [view.table.rows.index(r, 0).data() for r in range(4)] == sorted(names, reverse=True)


def test_the_filter_keeps_rows_that_hold_the_words(asked):
    view = asked()
    view.bar.filter.setText("申请书")
    assert view.table.rows.rowCount() == 1
    view.bar.filter.setText("没有这样的资料")
    assert view.table.rows.rowCount() == 0
    view.bar.filter.clear()
    assert view.table.rows.rowCount() == 4


def test_a_selection_is_copied_as_tsv_with_heads(asked, qtbot):
    view = asked()
    view.table.selectAll()
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 5
    assert {len(line.split("\t")) for line in lines} == {3}
    assert lines[0].startswith("资料\t")


def test_the_grid_is_handed_in_as_excel_with_sources(asked, qtbot, tmp_path, watcher):
    view = asked()
    view.choose_path = lambda *_: str(tmp_path / "grid")
    view.hand_in("xlsx")
    qtbot.waitUntil(lambda: (tmp_path / "grid.xlsx").exists() and bool(watcher.words))
    sheet = openpyxl.load_workbook(tmp_path / "grid.xlsx").worksheets[0]
    assert sheet.max_row == 5
    assert any(cell.comment for row in sheet.iter_rows() for cell in row)


def test_the_grid_is_printed_across_the_page(asked, qtbot, tmp_path):
    view = asked()
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "grid.pdf"))
    view.choose_printer = lambda: printer
    view.print_grid()
    qtbot.waitUntil(lambda: (tmp_path / "grid.pdf").exists() and (tmp_path / "grid.pdf").stat().st_size > 500)
    assert printer.pageLayout().orientation() is QPageLayout.Orientation.Landscape


def test_esc_pauses_what_was_read_stays_and_going_on_reads_the_rest(qtbot, read_pane, fakes):
    library = fakes.FakeLibrary()
    held = []

    def answer(request):
        held.append(request)
        return "1：销售回款\n"

    view = read_pane(library=library, engine=FakeEngine(answer))
    view.bar.choose(QUESTIONS)
    view.questions.setPlainText("净利润是多少？")
    view.run()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.running
    assert view.bar.run.isVisible()
    view.run()
    qtbot.waitUntil(lambda: not view.running)
    assert len(view.model.cells) == 4


def test_a_document_shows_its_summary_its_fields_and_its_source(asked, qtbot, watcher):
    view = asked()
    view.list.setCurrentRow(2)
    qtbot.waitUntil(lambda: bool(view.page.summary.claims))
    assert view.stack.currentWidget() is view.page
    assert watcher.documents[-1] == view._opened.documents[0].id
    view.page.summary.choose(0)
    assert watcher.sources[-1] == view.page.summary.claims[0].citations[0]
    view.list.setCurrentRow(0)
    assert view.stack.currentWidget() is view.grid_side


def test_documents_that_cannot_be_compared_are_told_so(asked, qtbot, watcher):
    view = asked()
    view.list.setCurrentRow(2)
    view.page.compare.click()
    qtbot.waitUntil(view.page.compare.isEnabled)
    assert watcher.errors or watcher.words


def test_next_doubtful_goes_to_a_cell_to_be_looked_at_or_says_there_is_none(asked, watcher):
    view = asked()
    doubtful = [c for c in view.model.cells if c.status is not None and not c.confident]
    view.next_doubtful()
    if doubtful:
        assert view.table.current_cell() in doubtful
    else:
        assert watcher.words


def test_five_hundred_documents_are_shown_and_sorted(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    for n in range(500):
        library.stored[f"x{n}"] = fakes.Stored(f"x{n}", f"合同{n:03d}.pdf")
        library.contents[f"x{n}"] = library.contents["text"]
    view = ReadPane(make_desk(library=library))
    qtbot.addWidget(view)
    view.show_case("case")
    qtbot.waitUntil(lambda: view._opened is not None)
    assert view.table.rows.rowCount() == 504
    view.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    names = [view.table.rows.index(row, 0).data() for row in range(504)]
    assert names == sorted(names)


def test_the_whole_case_is_summed_up_with_its_documents_cited(asked, qtbot):
    view = asked()
    view.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: bool(view.page.summary.claims))
    assert len({c.document for claim in view.page.summary.claims for c in claim.citations}) > 1
    assert not view.page.compare.isVisible()


def test_a_page_is_copied_and_printed_with_the_source_of_each_sentence(asked, qtbot, tmp_path, watcher):
    view = asked()
    view.list.setCurrentRow(2)
    qtbot.waitUntil(lambda: bool(view.page.summary.claims))
    view.page.copy.click()
    data = QGuiApplication.clipboard().mimeData()
    first = view.page.summary.claims[0]
    (line,) = [line for line in data.text().splitlines() if line.startswith(first.text)]
    assert line != first.text
    assert first.text in data.html()
    assert watcher.words[-1].startswith("已复制")
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    view.choose_printer = lambda: printer
    view.print_shown()
    qtbot.waitUntil(lambda: watcher.words[-1].startswith("已送打印"))
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert printer.pageLayout().orientation() is QPageLayout.Orientation.Portrait


RISKS = (
    "# 风险提示\n\n"
    "若融资环境收紧，公司再融资难度将加大，可能引发流动性风险，最终导致本期债券不能按期兑付。\n\n"
    "原材料价格上涨导致公司毛利率下降。\n"
)


@pytest.fixture
def risky(qtbot, read_pane, fakes):
    """A pane at the risk chain of one document."""
    library = fakes.FakeLibrary()
    library.contents["word"] = read_bytes("risks.md", RISKS.encode())
    view = read_pane(library=library)
    rows = {view.list.item(row).data(Qt.ItemDataRole.UserRole): row for row in range(view.list.count())}
    view.list.setCurrentRow(rows["word"])
    view.page.risk.click()
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.risk)
    return view


def test_the_risk_chain_of_a_document_is_drawn_and_listed(risky):
    page = risky.risk
    names = [node.name for node in page.shown.nodes]
    assert names[:3] == ["融资环境收紧", "再融资困难", "流动性紧张"]
    across = {name: item.pos().x() for name, item in page.picture.items_by_id.items()}
    assert across["credit_climate"] < across["refinancing"] < across["liquidity"] < across["default"]
    assert page.table.rowCount() == len(page.picture.links) == 4
    assert "偿债" in page.legend.text()


def test_a_link_of_the_risk_chain_opens_its_sentence_by_row_and_by_keyboard(risky, qtbot, watcher):
    page = risky.risk
    page.table.cellClicked.emit(0, 0)
    assert watcher.sources[-1].quote.startswith("若融资环境收紧")
    assert watcher.claims[-1].text == "融资环境收紧 → 再融资困难"
    page.picture.setFocus()
    start = page.picture.here
    qtbot.keyClick(page.picture, Qt.Key.Key_Right)
    assert page.picture.here != start
    before = len(watcher.sources)
    qtbot.keyClick(page.picture, Qt.Key.Key_Return)
    assert len(watcher.sources) == before + 1
    assert sum(item.lit for item in page.picture.items_by_id.values()) == 2


def test_only_what_reaches_repayment_can_be_shown_and_esc_goes_back(risky, qtbot):
    page = risky.risk
    page.ends.setChecked(True)
    assert "earnings" not in page.picture.items_by_id
    assert page.table.rowCount() == 3
    qtbot.keyClick(page.picture, Qt.Key.Key_Escape)
    assert risky.stack.currentWidget() is risky.page


def test_the_risk_chain_is_saved_as_picture_and_as_a_table_with_its_sources(risky, qtbot, tmp_path):
    page = risky.risk
    for name in ("chain.png", "chain.svg", "bare"):
        risky.choose_path = lambda *_asked, name=name: str(tmp_path / name)
        page.save_picture()
    saved = [tmp_path / name for name in ("chain.png", "chain.svg", "bare.png")]
    qtbot.waitUntil(lambda: all(path.exists() for path in saved))
    assert (tmp_path / "chain.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "bare.png").exists()
    svg = (tmp_path / "chain.svg").read_text(encoding="utf-8")
    assert "<svg" in svg
    assert "再融资" in svg
    risky.choose_path = lambda *_asked: str(tmp_path / "chain")
    page.save_table()
    qtbot.waitUntil((tmp_path / "chain.xlsx").exists)
    sheet = openpyxl.load_workbook(tmp_path / "chain.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[2]][1:4] == ["融资环境收紧", "再融资困难", "可能"]
    assert "若融资环境收紧" in sheet.cell(2, 3).comment.text


def test_a_document_that_tells_no_risk_says_so(qtbot, read_pane, fakes, watcher):
    library = fakes.FakeLibrary()
    library.contents["word"] = read_bytes("plain.md", "公司有员工642人。\n".encode())
    view = read_pane(library=library)
    rows = {view.list.item(row).data(Qt.ItemDataRole.UserRole): row for row in range(view.list.count())}
    view.list.setCurrentRow(rows["word"])
    view.page.risk.click()
    qtbot.waitUntil(lambda: bool(watcher.words))
    assert view.stack.currentWidget() is view.page
    assert view.page.risk.isEnabled()
