"""The evidence list, and text whose sentences carry their evidence."""

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication
from PySide6.QtWidgets import QApplication

from workbench.models.evidence import Status
from workbench.views import theme
from workbench.views.evidence_list import ClaimText, EvidenceList, rows_of, short_name


def names(document):
    return {"pdf": "2023年度审计报告.pdf", "sheet": "银行流水.xlsx"}[document]


def evidence(qtbot, make_desk):
    view = EvidenceList(make_desk())
    qtbot.addWidget(view)
    view.resize(420, 300)
    view.show()
    view.show_case("case")
    qtbot.waitUntil(lambda: view._names.count == 4)
    return view


def text(qtbot, fakes, claims=None):
    view = ClaimText(names)
    qtbot.addWidget(view)
    view.resize(560, 200)
    view.set_claims([claims or fakes.claims()])
    view.flush()
    view.show()
    return view


def test_a_traced_sentence_lists_its_quote_with_place_and_what_agrees(fakes):
    (row,) = rows_of(fakes.claims()[0], names)
    assert row.text == "“资产负债率63.68%，较上年末上升5.58个百分点。”"
    assert row.about == "2023年度审计报告.pdf · 第 1 页 · 原文一致 · 数字一致"
    assert row.mark == "●"


def test_a_computed_figure_lists_its_formula_and_where_its_inputs_stand(fakes):
    quote, formula = rows_of(fakes.claims()[1], names)
    assert quote.citation is not None
    assert (formula.mark, formula.text) == ("∑", "46,120.33 ÷ 119,000.00 = 0.39")
    assert "第 1 页" in formula.about
    assert "由程序计算" in formula.about


def test_a_contradiction_lists_both_sides(fakes):
    rows = rows_of(fakes.claims()[4], names)
    assert [row.mark for row in rows] == ["⚠", "⚠"]
    assert {row.citation.document for row in rows} == {"pdf", "sheet"}


def test_what_has_no_evidence_says_so(qtbot, make_desk, fakes):
    view = evidence(qtbot, make_desk)
    view.show_claim(fakes.claims()[3])
    assert view.hint.isVisible()
    assert view.hint.text() == "在资料中没有找到依据。"
    view.show_claim(None)
    assert view.hint.text().startswith("选中一句话")


def test_enter_shows_the_source_of_the_chosen_line(qtbot, make_desk, fakes, watcher):
    view = evidence(qtbot, make_desk)
    claim = fakes.claims()[4]
    view.show_claim(claim)
    qtbot.keyClick(view.list, Qt.Key.Key_J)
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert watcher.sources == [claim.citations[1]]


def test_a_quote_is_copied_with_its_reference(qtbot, make_desk, fakes):
    view = evidence(qtbot, make_desk)
    view.show_claim(fakes.claims()[0])
    qtbot.keyClick(view.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == "“资产负债率63.68%，较上年末上升5.58个百分点。”（2023年度审计报告.pdf，第 1 页）"


def test_names_of_documents_are_asked_off_the_ui_thread_and_then_shown(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = EvidenceList(make_desk(library=library))
    qtbot.addWidget(view)
    view.show_claim(fakes.claims()[0])
    qtbot.waitUntil(lambda: "2023年度审计报告.pdf" in view.rows[0].about)
    assert "MainThread" not in library.threads


def test_every_line_is_read_out_with_mark_words_and_place(qtbot, make_desk, fakes):
    view = evidence(qtbot, make_desk)
    view.show_claim(fakes.claims()[0])
    told = view.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert theme.status_name(Status.TRACED) in told
    assert "第 1 页" in told
    assert QAccessible.queryAccessibleInterface(view.list).text(QAccessible.Text.Name) == "所选内容的依据"


def test_the_mark_of_a_line_has_the_colour_of_its_status_and_its_words_do_not(qtbot, make_desk, fakes):
    theme.apply("light")
    view = evidence(qtbot, make_desk)
    view.show_claim(fakes.claims()[0])
    qtbot.waitUntil(lambda: bool(view.rows))
    view.list.clearSelection()
    view.list.setCurrentIndex(QModelIndex())
    box = view.list.visualRect(view.list.model().index(0, 0))
    picture = view.list.viewport().grab(box).toImage()
    colour = QColor(theme.status_colour(view.rows[0].status))
    across, down = range(6, picture.width()), range(picture.height())
    seen = [x for x in across for y in down if picture.pixelColor(x, y) == colour]
    assert seen
    assert max(seen) < theme.space(4) + 20


def test_cells_of_a_quoted_row_stand_side_by_side(qtbot, make_desk, fakes):
    theme.apply("light")
    view = evidence(qtbot, make_desk)
    claim = fakes.claims()[0]
    ends = []
    for between in ("\t", "  "):
        quote = f"负债合计{between}12"
        view.show_claim(replace(claim, citations=(replace(claim.citations[0], quote=quote),)))
        qtbot.waitUntil(lambda quote=quote: bool(view.rows) and "12" in view.rows[0].text)
        ends.append(view.list.viewport().grab().toImage())
    assert ends[0] == ends[1]


def test_each_sentence_has_its_mark_and_each_source_a_chip(qtbot, fakes):
    view = text(qtbot, fakes)
    said = view.toPlainText().replace("\u2060", "").replace("\u202f", "").replace("\xa0", " ")
    for claim in fakes.claims():
        assert f"{claim.text}{claim.status.mark}" in said
    assert "审计报告 1" in said
    assert "银行流水 A1" in said


def test_a_clicked_chip_asks_for_its_source(qtbot, fakes):
    view = text(qtbot, fakes)
    cited = fakes.claims()[4].citations[1]
    chosen = []
    view.citation_chosen.connect(chosen.append)
    point = view.chip_rect(cited).center().toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert chosen == [cited]
    assert view.chosen == fakes.claims()[4]


def test_a_clicked_sentence_is_chosen(qtbot, fakes):
    view = text(qtbot, fakes)
    chosen = []
    view.claim_chosen.connect(chosen.append)
    point = view.sentence_rect(2).center().toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert chosen == [fakes.claims()[2]]


def test_sentences_are_gone_through_and_opened_by_keyboard(qtbot, fakes):
    view = text(qtbot, fakes)
    opened, edited = [], []
    view.citation_chosen.connect(opened.append)
    view.edit_wanted.connect(edited.append)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_J)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == [fakes.claims()[1].citations[0]]
    qtbot.keyClick(view, Qt.Key.Key_K)
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert edited == [fakes.claims()[0]]


def test_only_proven_hides_what_has_no_evidence_and_what_is_not_checked_yet(qtbot, fakes):
    view = text(qtbot, fakes)
    view.set_claims([fakes.claims()], "正在写的半句")
    view.set_only_proven(True)
    assert "预计2024年" not in view.toPlainText()
    assert "正在写的半句" not in view.toPlainText()
    assert len(view.claims) == 5
    view.set_only_proven(False)
    assert "正在写的半句" in view.toPlainText()


def test_text_is_as_tall_as_its_lines(qtbot, fakes):
    view = text(qtbot, fakes)
    wide = view.height()
    view.setFixedWidth(240)
    QApplication.processEvents()
    assert view.height() > wide
    assert view.verticalScrollBar().maximum() == 0


def test_text_follows_the_theme(qtbot, fakes):
    view = text(qtbot, fakes)
    light = view.grab().toImage()
    theme.apply("dark")
    dark = view.grab().toImage()
    theme.apply("light")
    assert light != dark


def test_long_names_keep_their_beginning_and_end():
    assert short_name("岚渚精机股份有限公司2024年度审计报告.pdf", 10) == "岚渚精机…度审计报告"
    assert short_name("流水.xlsx") == "流水"
