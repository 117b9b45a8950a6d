"""The finance pane's tools, signals, bank flows and credit reports, and how smoothly it all goes."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPageLayout
from PySide6.QtPrintSupport import QPrinter

from tests.unit.finance.made_flows import burst, clean, sheet, to_related
from tests.unit.finance.made_reports import corporate, enquiries, loans
from tests.unit.finance.papers import paper, table, text
from tests.views.panes.test_finance import library_of, pane, row_of, sample, shown
from workbench.models.evidence import Citation, Status
from workbench.models.evidence.anchor import Anchor, SheetSpan
from workbench.models.finance.ledger.entry import Account, Entry, Ledger
from workbench.models.finance.review import review_of
from workbench.views.finance.chart import ticks
from workbench.views.finance.material import material_of
from workbench.views.finance.on_paper import Sheet, html_of
from workbench.views.finance.own import own_of
from workbench.views.finance.pages import VIEWS


def papers_with_warnings():
    chance = random.Random(11)
    book = clean(chance)
    to_related(book, chance)
    charter = paper(text("公司法定代表人：陆远舟。"), table(("股东名称", "持股比例"), ("青岚投资控股有限公司", "60%")))
    return {
        "flows": sheet(book, "A"),
        "charter": charter,
        "report": corporate(loans(chance), enquiries(chance, 7)),
    }


def ledger_of_many(rows):
    entries = tuple(
        Entry(
            date(2023, 1, 1) + timedelta(days=n * 360 // rows),
            Decimal((n * 7919) % 100_000 + 1) * (1 if n % 3 else -1),
            Decimal(n),
            f"客户{n % 400:03d}",
            "货款" if n % 2 else "采购",
            "",
            0,
            Citation("flows", f"第{n}行", Anchor("sheet", (SheetSpan("流水", f"A{n + 2}"),))),
        )
        for n in range(rows)
    )
    return Ledger((Account("flows", "甲公司", "6222", "某银行", "CNY", None, (), rows),), entries)


def material_of_many(rows):
    empty = review_of(())
    return material_of(
        "case", {"flows": "流水.xlsx"}, type(empty)(empty.finances, ledger_of_many(rows), (), empty.subject, ())
    )


def test_a_changed_input_is_marked_as_ones_own_and_goes_back(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("tools")
    page = view.tools
    assert page.form.box("growth").value() == 12.46
    assert page.headline.text().startswith(f"{Status.COMPUTED.mark} 营运资金量 4.55亿元")
    page.form.box("growth").setValue(25)
    assert page.headline.text().startswith(f"{Status.OWN.mark} 营运资金量 5.05亿元")
    assert page.own_mark.isVisible()
    page.results.choose(row_of(page.results, "营运资金量"), 1)
    assert watcher.claims[-1].status is Status.OWN
    assert "25.00%" in page.formula.text()
    page.form.box("growth").setValue(12.46)
    assert page.headline.text().startswith(Status.COMPUTED.mark)
    page.form.box("revenue").setValue(1)
    qtbot.mouseClick(page.reset, Qt.MouseButton.LeftButton)
    assert page.form.own == {}
    assert "4.55亿元" in page.headline.text()


def test_an_input_opens_the_place_it_was_read_from(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("tools")
    row = view.tools.form._rows["inventory"]
    qtbot.mouseClick(row.source, Qt.MouseButton.LeftButton)
    assert "存货" in watcher.sources[-1].quote


def test_a_slider_moves_the_field_and_the_result(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.go("tools")
    view.tools.choose("stress")
    form, results = view.tools.form, view.tools.results
    mine = row_of(results, "自定情景")
    before = shown(results, mine, 2)
    slider = form.slider("d_revenue")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert form.box("d_revenue").value() == -19
    assert form.value("d_revenue") == Decimal("-0.19")
    assert shown(results, mine, 2) != before


def test_break_even_and_repayment_are_worked_out_with_their_formulas(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("tools")
    view.tools.choose("break_even")
    assert view.tools.results.rows.rowCount() == 2
    view.tools.choose("repayment")
    assert view.tools.form.value("request") == 80_000_000
    view.tools.form.box("years").setValue(5)
    assert view.tools.results.rows.rowCount() == 5
    view.tools.results.choose(0, 1)
    assert "÷" in watcher.claims[-1].computation.formula


def test_what_was_changed_by_hand_is_there_again_when_the_case_is_opened_next(qtbot, make_desk, fakes):
    library = library_of(fakes, sample())
    first = pane(qtbot, make_desk, fakes, library=library)
    first.go("tools")
    first.tools.form.box("growth").setValue(25)
    qtbot.waitUntil(lambda: library.kept_notes != {})
    second = pane(qtbot, make_desk, fakes, library=library)
    second.go("tools")
    assert second.tools.form.value("growth") == Decimal("0.25")
    assert second.tools.own_mark.text().startswith(Status.OWN.mark)


def test_spoilt_notes_are_left_out():
    kept = {"tools": {"need": {"growth": "0.2", "cost": "viel", "own": "NaN"}, "stress": 3}}
    assert own_of(kept) == {"need": {"growth": "0.2"}}


def test_signals_tell_how_serious_they_are_and_open_what_they_rest_on(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes, papers_with_warnings())
    view.go("signals")
    page = view.signals
    assert len(page.cards.cards) == len(view.material.review.signals) > 1
    first = page.cards.cards[0]
    assert first.accessibleName().startswith("▲ 严重")
    assert first.accessibleDescription() == first.signal.explanation
    qtbot.mouseClick(first.links[0], Qt.MouseButton.LeftButton)
    assert watcher.sources[-1] == first.signal.evidence[0].citations[0]
    page.cards.cards[1].setFocus()
    assert watcher.claims[-1].text == page.cards.cards[1].signal.explanation
    qtbot.keyClick(page.cards.cards[1], Qt.Key.Key_Return)
    assert watcher.sources[-1] == page.cards.cards[1].signal.evidence[0].citations[0]


def test_where_no_signal_fired_the_rules_are_one_step_away(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.go("signals")
    page = view.signals
    assert not page.cards.cards
    way = page.cards._more
    assert way.isVisible()
    way.click()
    assert page.stack.currentWidget() is page.rules


def test_every_rule_that_was_tried_is_told(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.go("signals")
    page = view.signals
    page.views.setCurrentIndex(1)
    states = {shown(page.rules, row, 1) for row in range(page.rules.rows.rowCount())}
    assert states == {"✓ 未触发", "○ 缺数据"}


def test_payments_are_filtered_sorted_and_lead_to_their_rows(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("flows")
    page = view.flows
    entries = page.grids["entries"]
    assert entries.rows.rowCount() == 217
    assert "余额逐笔核对" in page.head.text()
    page.filter.setText("代发工资")
    qtbot.waitUntil(lambda: 0 < entries.rows.rowCount() < 217)
    assert "筛出" in page.told.text()
    entries.heading_chosen.emit(3)
    qtbot.waitUntil(lambda: entries.horizontalHeader().sortIndicatorSection() == 3)
    amounts = [-entry.amount for entry in entries.rows.rows]
    assert amounts == sorted(amounts, reverse=True)
    entries.choose(0, 0)
    qtbot.keyClick(entries, Qt.Key.Key_Return)
    assert "代发工资" in watcher.sources[-1].quote


def test_a_party_opened_shows_its_payments(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.go("flows")
    page = view.flows
    page.views.setCurrentIndex(1)
    parties = page.grids["parties"]
    qtbot.waitUntil(lambda: page._job is None)
    parties.choose(0, 0)
    qtbot.keyClick(parties, Qt.Key.Key_Return)
    name = parties.rows.rows[0].name
    qtbot.waitUntil(lambda: {entry.party for entry in page.grids["entries"].rows.rows} == {name})
    assert page.views.currentIndex() == 0


def test_months_are_copied_without_their_bars(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    text_of_months = view.flows.grids["months"].as_tsv()
    assert text_of_months.count("\n") == 12
    assert "▇" not in text_of_months


def test_twenty_thousand_payments_are_asked_for_only_where_they_are_seen(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    asked = []
    view.flows.show_material(material_of_many(20_000))
    view.go("flows")
    entries = view.flows.grids["entries"]
    model = entries.rows
    plain = model.data

    def counted(index, role=0):
        asked.append(index.row())
        return plain(index, role)

    model.data = counted
    entries.scrollToBottom()
    entries.viewport().grab()
    assert model.rowCount() == 20_000
    assert len(set(asked)) < 100
    assert max(asked) == 19_999


def test_twenty_thousand_payments_are_sorted_and_copied_off_the_window_s_thread(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.flows.show_material(material_of_many(20_000))
    view.go("flows")
    qtbot.waitUntil(lambda: view.flows._job is None)
    entries = view.flows.grids["entries"]
    entries.heading_chosen.emit(2)
    qtbot.waitUntil(lambda: view.flows._job is None)
    assert entries.rows.rows[0].amount == max(e.amount for e in entries.rows.rows)
    view.copy_whole()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().count("\n") == 20_000)
    entries.selectAll()
    assert entries.selected_numbers() == []


def test_a_credit_report_is_laid_out_field_by_field(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes, papers_with_warnings())
    view.go("credit")
    page = view.credit
    report = view.material.review.reports[0]
    summary, debts, _, asked = page.grids
    assert shown(summary, row_of(summary, "被查询主体"), 1) == report.subject
    page.views.setCurrentIndex(1)
    assert debts.rows.rowCount() == len(report.debts)
    debts.choose(0, 3)
    qtbot.keyClick(debts, Qt.Key.Key_Return)
    assert watcher.sources[-1] == debts.rows.rows[0].citation
    page.views.setCurrentIndex(3)
    assert asked.rows.rowCount() == len(report.enquiries)


def test_words_that_look_like_formulas_are_copied_as_words(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    material = material_of_many(3)
    entries = material.review.ledger.entries
    spoilt = Entry(entries[0].day, Decimal(-5), None, "=HYPERLINK(1)", "", "", 0, entries[0].citation)
    ledger = Ledger(material.review.ledger.accounts, (spoilt,))
    view.flows.show_material(material_of("case", {}, replace(material.review, ledger=ledger)))
    view.go("flows")
    cells = view.flows.grids["entries"].as_tsv().split("\n")[1].split("\t")
    assert cells[0] == "'=HYPERLINK(1)"
    assert cells[3] == "5.00"


def test_the_marks_of_an_axis_are_round_and_cover_the_values():
    marks = ticks(Decimal("-3.2"), Decimal("9.7"))
    assert marks[0] <= Decimal("-3.2")
    assert marks[-1] >= Decimal("9.7")
    assert Decimal(0) in marks
    assert len(marks) <= 8
    assert len(ticks(Decimal(0), Decimal(0))) >= 2


def test_inputs_of_the_stress_test_open_their_lines_and_limits_are_told(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    view.go("tools")
    view.tools.choose("stress")
    form = view.tools.form
    for key, line in (("fixed", "费用"), ("principal", "短期借款"), ("rate", "利息")):
        qtbot.mouseClick(form._rows[key].source, Qt.MouseButton.LeftButton)
        assert line in watcher.sources[-1].quote, key
    assert view.tools.limits.isVisible()
    assert view.tools.limits.text().startswith("在自定情景下，利息也付不出。不加情景时")
    for key in ("d_revenue", "d_margin", "d_rate", "d_days"):
        form.box(key).setValue(0)
    assert view.tools.limits.text().startswith("在自定情景上，本金要靠续贷")
    assert "毛利率再降" in view.tools.limits.text()
    view.tools.choose("need")
    assert not view.tools.limits.isVisible()


def dressed(asked):
    """Flows into which money bursts before the application, and what the papers say of it."""
    chance = random.Random(21)
    book = clean(chance)
    burst(book, chance)
    return {"flows": sheet(book, "A"), **asked}, book.facts["applied"]


def found_in_flows(view):
    return {card.signal.id for card in view.flows.cards.cards}


def test_the_day_of_the_application_typed_by_hand_is_kept_and_finds_the_burst(qtbot, make_desk, fakes):
    documents, day = dressed({})
    library = library_of(fakes, documents)
    view = pane(qtbot, make_desk, fakes, library=library)
    view.go("flows")
    view.flows.focus_applied()
    field = view.flows.applied
    assert field.box.text() == ""
    assert "S23" not in found_in_flows(view)
    field.box.setText(f"{day:%Y.%m.%d}")
    field.box.editingFinished.emit()
    qtbot.waitUntil(lambda: "S23" in found_in_flows(view) and not view.busy)
    assert field.box.text() == day.isoformat()
    assert field.mark.text() == Status.OWN.mark
    assert "S23" in {card.signal.id for card in view.signals.cards.cards}
    again = pane(qtbot, make_desk, fakes, library=library)
    assert again.flows.applied.box.text() == day.isoformat()
    qtbot.mouseClick(again.flows.applied.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "S23" not in found_in_flows(again) and not again.busy)


def test_the_day_the_papers_tell_opens_its_place_and_unclear_words_are_told(qtbot, make_desk, fakes, watcher):
    asked = paper(text("流动资金贷款申请书"), text("2024年12月31日"), title="流动资金贷款申请书")
    documents, day = dressed({"request": asked})
    view = pane(qtbot, make_desk, fakes, documents)
    view.go("flows")
    view.flows.focus_applied()
    field = view.flows.applied
    assert field.box.text() == day.isoformat()
    assert not field.back.isVisible()
    qtbot.mouseClick(field.source, Qt.MouseButton.LeftButton)
    assert watcher.sources[-1].quote == "2024年12月31日"
    field.box.setText("去年年底")
    field.box.editingFinished.emit()
    assert "去年年底" in view.flows.told.text()
    assert field.box.text() == day.isoformat()


@pytest.mark.parametrize("view_id", VIEWS)
def test_every_view_is_printed_with_its_tables(qtbot, make_desk, fakes, tmp_path, watcher, view_id):
    documents = {**papers_with_warnings(), **sample()}
    view = pane(qtbot, make_desk, fakes, documents)
    view.go(view_id)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "view.pdf"))
    view.handing.choose_printer = lambda: printer
    view.print_view()
    qtbot.waitUntil(lambda: bool(watcher.words))
    assert (tmp_path / "view.pdf").read_bytes().startswith(b"%PDF")
    wide = {"credit": QPageLayout.Orientation.Landscape, "statements": QPageLayout.Orientation.Portrait}
    assert view_id not in wide or printer.pageLayout().orientation() is wide[view_id]
    html = html_of(view.page_of(view_id).on_paper())
    assert "<table" in html
    assert "<thead>" in html


def test_nothing_is_printed_where_there_is_nothing_or_no_printer(qtbot, make_desk, fakes, watcher):
    view = pane(qtbot, make_desk, fakes)
    asked = []
    view.handing.choose_printer = lambda: asked.append(1)
    view.handing.paper(Sheet("空", ()))
    assert not asked
    view.print_view()
    assert asked
    assert not watcher.words
