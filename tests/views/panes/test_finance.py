"""The finance pane: statements, checks, ratios, trends, and what is said where there is nothing."""

import threading
from functools import cache

import pytest
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QSlider

from tests.unit.finance.papers import BALANCE, BALANCE_HEAD, DEBTS, paper, table, text
from workbench.errors import DiskFull, LibraryCorrupt
from workbench.models.documents.reading import read_file
from workbench.models.evidence import Status
from workbench.paths import resources
from workbench.views.finance import FinancePane
from workbench.views.finance.pages import VIEWS

SAMPLE = resources() / "samples" / "credit_case"


@cache
def sample():
    """The bundled case, read once."""
    return {p.name: read_file(p) for p in sorted(SAMPLE.iterdir()) if p.suffix != ".jsonl"}


def sheet_that_does_not_close():
    """The cash of 2023 is printed ten too high."""
    rows = [("货币资金", "七、1", "110.00", "80.00") if row[0] == "货币资金" else row for row in BALANCE]
    return paper(text("合并资产负债表"), text("单位：元"), table(BALANCE_HEAD, *rows, *DEBTS))


def library_of(fakes, documents):
    library = fakes.FakeLibrary()
    library.contents = dict(documents)
    library.stored = {name: fakes.Stored(name, name) for name in documents}
    return library


def pane(qtbot, make_desk, fakes, documents=None, library=None):
    library = library or library_of(fakes, sample() if documents is None else documents)
    view = FinancePane(make_desk(library=library))
    qtbot.addWidget(view)
    view.resize(900, 800)
    view.show()
    view.show_case("case")
    qtbot.waitUntil(lambda: not view.busy)
    return view


def row_of(grid, name):
    return next(n for n, row in enumerate(grid.rows.rows) if grid.rows.columns[0].text(row).strip() == name)


def shown(grid, row, column):
    return grid.rows.index(row, column).data()


def test_a_statement_stands_side_by_side_over_its_periods(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    grid = view.statements.grid
    heads = [column.title for column in grid.rows.columns]
    assert heads == ["项目", "", "2024（元）", "2023（元）"]
    row = row_of(grid, "资产总计")
    assert shown(grid, row, 2) == "2,013,104,191.45"
    assert shown(grid, row, 1) == "✓"
    assert grid.rows.index(row, 2).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    view.statements.choose_kind("cash")
    assert shown(grid, row_of(grid, "经营活动产生的现金流量净额"), 2) != "—"


def test_units_shares_and_growth_are_switched(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    page = view.statements
    page.units.setCurrentIndex(1)
    page.units.activated.emit(1)
    row = row_of(page.grid, "货币资金")
    assert shown(page.grid, row, 2) == "23,861.54"
    page.shares.setChecked(True)
    page.growth.setChecked(True)
    assert [shown(page.grid, row, column) for column in (2, 3, 4)] == ["23,861.54", "11.9%", "+11.3%"]


def test_a_figure_leads_to_its_place_by_mouse_and_keyboard(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    grid = view.statements.grid
    index = grid.rows.index(row_of(grid, "货币资金"), 2)
    grid.scrollTo(index)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(index).center())
    assert "货币资金" in watcher.sources[-1].quote
    assert watcher.claims[-1].status is Status.TRACED
    qtbot.keyClick(grid, Qt.Key.Key_J)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert "交易性金融资产" in watcher.sources[-1].quote


def test_lines_without_figures_are_hidden_until_asked_for_and_told(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    page = view.statements
    few = page.grid.rows.rowCount()
    assert f"隐去 {len(page.table.rows) - few} 个空行" in page.told.text()
    page.filled.setChecked(False)
    assert page.grid.rows.rowCount() == len(page.table.rows) > few


def test_a_check_that_fails_marks_its_figures_and_leads_to_each(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes, {"d": sheet_that_does_not_close()})
    page = view.statements
    assert "不成立" in page.check_button.text()
    row = row_of(page.grid, "货币资金")
    assert shown(page.grid, row, 1) == "✗"
    assert page.grid.rows.index(row, 2).data(Qt.ItemDataRole.BackgroundRole) is not None
    assert page.grid.rows.index(row, 3).data(Qt.ItemDataRole.BackgroundRole) is None
    page.toggle_checks()
    page.checks.choose(0, 0)
    assert watcher.claims[-1].status is Status.CONFLICT
    assert {"货币资金" in c.quote for c in watcher.claims[-1].citations} == {True, False}
    qtbot.keyClick(page.checks, Qt.Key.Key_Return)
    assert watcher.sources[-1] in page.checks.rows.rows[0].citations
    assert page.grid.currentIndex().row() == row_of(page.grid, "流动资产合计")
    page.next_failure()
    assert page.grid.rows.rows[page.grid.currentIndex().row()].doubtful


def test_two_chosen_figures_tell_their_difference_and_more_their_sum(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    page = view.statements
    row = row_of(page.grid, "货币资金")

    def select(bottom):
        part = QItemSelection(page.grid.rows.index(row, 2), page.grid.rows.index(bottom, 3))
        page.grid.selectionModel().select(part, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    select(row)
    assert "相差 24,308,879.45（+11.3%）" in page.told.text()
    select(row + 1)
    assert page.told.text().startswith("4 个数 · 合计 487,921,936.39")


def test_unknown_lines_are_kept_and_told(qtbot, make_desk, fakes):
    rows = (*BALANCE[:3], ("北斗专项准备", "", "7.00", "6.00"), *BALANCE[3:])
    document = paper(text("合并资产负债表"), text("单位：元"), table(BALANCE_HEAD, *rows, *DEBTS))
    view = pane(qtbot, make_desk, fakes, {"d": document})
    page = view.statements
    row = row_of(page.grid, "北斗专项准备")
    assert shown(page.grid, row, 2) == "7.00"
    assert "1 项未归类" in page.told.text()


def test_a_ratio_shows_its_formula_and_each_input_opens_its_place(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("ratios")
    page = view.ratios
    assert page.cards.cards[0].said.startswith("资产负债率 2024 66.21%")
    assert "1,332,973,876.09 ÷ 2,013,104,191.45" in page.detail.formula.text()
    assert page.detail.meaning.text()
    qtbot.mouseClick(page.detail.inputs[1], Qt.MouseButton.LeftButton)
    assert "资产总计" in watcher.sources[-1].quote
    page.cards.setFocus()
    qtbot.keyClick(page.cards, Qt.Key.Key_J)
    assert watcher.claims[-1].computation.formula.startswith(page.cards.cards[1].rule.name)


def test_groups_narrow_the_cards_and_hold_dupont_and_altman(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("ratios")
    page = view.ratios
    ids = [page.groups.item(n).data(Qt.ItemDataRole.UserRole) for n in range(page.groups.count())]
    page.groups.setCurrentRow(ids.index("成长能力"))
    assert {card.rule.group for card in page.cards.cards} == {"成长能力"}
    page.groups.setCurrentRow(ids.index("dupont"))
    assert "净资产收益率 2024" in page.dupont.tree.root.text()
    qtbot.mouseClick(page.dupont.tree.factors[1], Qt.MouseButton.LeftButton)
    assert watcher.claims[-1].status is Status.COMPUTED
    assert watcher.sources
    page.groups.setCurrentRow(ids.index("altman"))
    assert "灰色区" in page.altman.told.text()
    assert page.altman.parts.rows.rowCount() == 4


def test_a_chart_tells_its_figures_and_is_saved_and_copied_as_a_picture(qtbot, make_desk, fakes, tmp_path, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("trends")
    chart = view.trends.chart
    at = QPointF(chart.width() - 60, chart.height() / 2)
    button = Qt.MouseButton.NoButton
    chart.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, at, at, button, button, Qt.KeyboardModifier.NoModifier))
    assert "2024" in chart.accessibleDescription()
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleDescription() == "2023: 营业收入 11.44亿元"
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert "12.86亿元" in chart.accessibleDescription()
    target = tmp_path / "图.png"
    view.handing.choose_path = lambda *_: str(target)
    view.save_picture()
    qtbot.waitUntil(lambda: watcher.words != [])
    saved = QImage(str(target))
    assert saved.width() == 2 * chart.width()
    view.trends.copy_picture()
    assert not QGuiApplication.clipboard().image().isNull()


def test_lines_of_one_unit_are_drawn_together_and_lead_to_their_source(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("trends")
    page = view.trends
    for number in (0, 2, page.lines.count() - 1):
        page.lines.item(number).setSelected(True)
    assert page.grid.rows.rowCount() == 2
    assert "净利润" in page.chart.told(0)
    page.grid.choose(1, 1)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert "净利润" in watcher.sources[-1].quote


def test_the_workbook_is_written_where_asked_and_a_full_disk_is_told(
    qtbot, make_desk, fakes, tmp_path, watcher, monkeypatch
):
    view = pane(qtbot, make_desk, fakes)
    target = tmp_path / "财务.xlsx"
    view.handing.choose_path = lambda *_: str(target)
    view.hand_in()
    assert not view.export.isEnabled()
    qtbot.waitUntil(view.export.isEnabled)
    assert target.read_bytes()[:2] == b"PK"
    assert "财务.xlsx" in watcher.words[-1]

    def full(*_):
        raise DiskFull("满")

    monkeypatch.setattr("workbench.views.finance.handing.export_workbook", full)
    view.hand_in()
    qtbot.waitUntil(lambda: watcher.errors != [])
    assert view.export.isEnabled()


def test_a_table_is_copied_for_a_spreadsheet_with_heads_and_plain_figures(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.copy_whole()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("项目\t")
    assert "资产总计\t✓\t2013104191.45\t1803" in next(line for line in lines if line.startswith("资产总计"))


@pytest.mark.parametrize("view_id", VIEWS)
def test_every_view_can_be_copied_and_takes_the_keyboard(qtbot, make_desk, fakes, view_id):
    view = pane(qtbot, make_desk, fakes)
    QGuiApplication.clipboard().clear()
    view.go(view_id)
    focused = QGuiApplication.focusObject()
    assert focused is not None
    if view_id != "credit":
        view.copy_whole()
        qtbot.waitUntil(lambda: "\t" in QGuiApplication.clipboard().text())


def test_without_a_case_or_documents_the_next_step_is_offered(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes, {})
    assert view.state.isVisible()
    qtbot.mouseClick(view.state.buttons[0], Qt.MouseButton.LeftButton)
    assert watcher.panes == ["library"]
    view.show_case(None)
    assert view.state.heading.text() == "还没有打开卷宗"


def test_a_view_without_material_says_what_to_import_and_the_others_stay(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.go("credit")
    assert view.state.isVisible()
    assert "征信报告" in view.state.heading.text()
    view.go("flows")
    assert view.flows.isVisible()


def test_an_unreadable_library_is_told_and_tried_again(qtbot, make_desk, fakes):
    library = library_of(fakes, {"d": sheet_that_does_not_close()})
    good = library.content

    def broken(_document):
        raise LibraryCorrupt("坏了", "请恢复备份")

    library.content = broken
    view = pane(qtbot, make_desk, fakes, library=library)
    assert view.state.heading.text() == "坏了"
    library.content = good
    qtbot.mouseClick(view.state.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.material is not None and not view.busy)
    assert view.statements.isVisible()


def test_changed_documents_are_read_again_while_what_was_shown_stays(qtbot, make_desk, fakes):
    library = library_of(fakes, {"d": sheet_that_does_not_close()})
    view = pane(qtbot, make_desk, fakes, library=library)
    before = view.material
    library.contents["d"] = paper(text("合并资产负债表"), text("单位：元"), table(BALANCE_HEAD, *BALANCE, *DEBTS))
    view._calm.setInterval(0)
    view.refresh(fakes.Changed())
    assert view.statements.isVisible()
    qtbot.waitUntil(lambda: view.material is not before and not view.busy)
    assert "全部成立" in view.statements.check_button.text()


def test_the_library_is_never_asked_on_the_window_s_thread(qtbot, make_desk, fakes):
    library = library_of(fakes, sample())
    view = pane(qtbot, make_desk, fakes, library=library)
    view.go("tools")
    view.tools.form.box("growth").setValue(25)
    view.show_case(None)
    qtbot.waitUntil(lambda: library.kept_notes != {})
    assert threading.current_thread().name not in library.threads


def test_whatever_takes_the_keyboard_has_a_name(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QSlider)
    nameless = [
        widget
        for kind in kinds
        for widget in view.findChildren(kind)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), QComboBox | QLineEdit)
        and "QComboBoxPrivate" not in widget.parent().metaObject().className()
    ]
    assert not nameless


def test_esc_stops_reading_and_offers_to_try_again(qtbot, make_desk, fakes):
    library = library_of(fakes, {"d": sheet_that_does_not_close()})
    gate = threading.Event()
    good = library.content

    def slow(document):
        gate.wait(10)
        return good(document)

    library.content = slow
    view = FinancePane(make_desk(library=library))
    qtbot.addWidget(view)
    view.show()
    view.show_case("case")
    view.read_again()
    assert view.state.text.text() == "正在整理报表、流水和征信…"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    gate.set()
    assert view.state.heading.text() == "已停止"
    qtbot.mouseClick(view.state.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.material is not None and not view.busy)
    assert view.statements.isVisible()


def test_a_case_is_not_read_while_nobody_looks(qtbot, make_desk, fakes):
    library = library_of(fakes, {"d": sheet_that_does_not_close()})
    view = FinancePane(make_desk(library=library))
    qtbot.addWidget(view)
    view.show_case("case")
    assert not view.busy
    view.show()
    qtbot.waitUntil(lambda: view.material is not None and not view.busy)
    before = view.material
    view.hide()
    view.read_again()
    assert not view.busy
    view.show()
    qtbot.waitUntil(lambda: view.material is not before and not view.busy)


def test_names_stay_while_figures_are_pushed_aside(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    page = view.statements
    view.resize(420, 700)
    page.shares.setChecked(True)
    page.growth.setChecked(True)
    qtbot.waitUntil(lambda: page.grid.horizontalScrollBar().maximum() > 0)
    assert page.grid.frozen is None
    page.grid.horizontalScrollBar().setValue(page.grid.horizontalScrollBar().maximum())
    assert page.grid.frozen.isVisible()
    page.grid.verticalScrollBar().setValue(10)
    assert page.grid.frozen.verticalScrollBar().value() == 10
    assert page.grid.frozen.rowAt(5) == page.grid.rowAt(5)
    page.grid.horizontalScrollBar().setValue(0)
    assert not page.grid.frozen.isVisible()
