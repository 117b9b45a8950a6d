"""The pane of relations: the picture, the list, circles, filters, export."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton

from workbench.errors import LibraryError
from workbench.models.relations import Relation
from workbench.views.flow import Flow
from workbench.views.relations import RelationsPane
from workbench.views.relations.items import PartyItem
from workbench.views.relations.words import kind_name


def relation(kind, source, target, fakes, shown="", block=2):
    return Relation(kind, source, target, (fakes.citation(block),), Decimal(1) if shown else None, shown)


@pytest.fixture
def told(fakes):
    return (
        relation("guarantee", "甲机械有限公司", "乙贸易有限公司", fakes, "3,000万元"),
        relation("guarantee", "乙贸易有限公司", "丙钢铁有限公司", fakes, "2,000万元", 3),
        relation("guarantee", "丙钢铁有限公司", "甲机械有限公司", fakes, "1,000万元", 4),
        relation("holding", "张伟", "甲机械有限公司", fakes, "60%"),
        relation("loan", "工商银行", "甲机械有限公司", fakes, "5,000万元"),
    )


@pytest.fixture
def pane(qtbot, make_desk, told):
    def make(read=lambda _case, _job: told):
        view = RelationsPane(make_desk(), read)
        qtbot.addWidget(view)
        view.resize(1000, 760)
        view.show()
        view.show_case("case")
        return view

    return make


def ready(qtbot, view):
    qtbot.waitUntil(lambda: bool(view.shown))
    return view


def test_all_parties_of_a_small_case_are_drawn_and_listed(qtbot, pane, told):
    view = ready(qtbot, pane())
    assert set(view.picture.parties) == {r.source for r in told} | {r.target for r in told}
    assert len(view.picture.ties) == view.rows.rowCount() == 5
    assert view.centre == "甲机械有限公司"


def test_no_two_parties_lie_over_each_other(qtbot, pane):
    view = ready(qtbot, pane())
    boxes = [i.sceneBoundingRect() for i in view.picture.scene().items() if isinstance(i, PartyItem)]
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])


def test_no_label_lies_over_another_or_over_a_party(qtbot, pane, fakes):
    holder, firm = "岚渚控股集团有限公司", "岚渚精密机械股份有限公司"
    worths = {"holding": "41.20%", "guarantee": "30,000,000.00元", "control": "", "loan": "5,000万元", "role": ""}
    many = tuple(relation(kind, holder, firm, fakes, worth) for kind, worth in worths.items())
    many += tuple(relation("loan", f"第{n}银行", firm, fakes, f"{n},500,000.00") for n in range(1, 9))
    view = ready(qtbot, pane(lambda _case, _job: many))
    view.steps.setCurrentIndex(view.steps.count() - 1)
    taken = [tie.label for tie in view.picture.ties]
    assert len(taken) == len(many)
    taken += [i.sceneBoundingRect() for i in view.picture.scene().items() if isinstance(i, PartyItem)]
    assert not [(a, b) for n, a in enumerate(taken) for b in taken[n + 1 :] if a.intersects(b)]


def test_figures_of_the_list_stand_below_their_head(qtbot, pane):
    view = ready(qtbot, pane())
    model = view.table.model()
    aligned = Qt.ItemDataRole.TextAlignmentRole
    assert model.headerData(3, Qt.Orientation.Horizontal, aligned) == model.index(0, 3).data(aligned)


def test_a_click_on_a_party_puts_it_in_the_middle(qtbot, pane):
    view = ready(qtbot, pane())
    view.steps.setCurrentIndex(view.steps.findData(1))
    item = next(i for i in view.picture.scene().items() if isinstance(i, PartyItem) and i.name == "乙贸易有限公司")
    qtbot.mouseClick(view.picture.viewport(), Qt.MouseButton.LeftButton, pos=view.picture.mapFromScene(item.scenePos()))
    assert view.centre == "乙贸易有限公司"
    assert set(view.picture.parties) == {"甲机械有限公司", "乙贸易有限公司", "丙钢铁有限公司"}


def test_a_tie_leads_to_its_source(qtbot, pane, watcher, told):
    view = ready(qtbot, pane())
    view.picture.tie_chosen.emit(told[0])
    assert watcher.sources == [told[0].citations[0]]
    assert watcher.claims[-1].citations == told[0].citations
    assert view.table.currentIndex().row() == view.shown.index(told[0])


def test_a_row_leads_to_its_source_by_enter(qtbot, pane, watcher):
    view = ready(qtbot, pane())
    view.table.setFocus()
    view.table.selectRow(0)
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert watcher.sources == [view.shown[0].citations[0]]


def test_kinds_are_hidden_and_shown(qtbot, pane):
    view = ready(qtbot, pane())
    view.kinds["guarantee"].click()
    assert {r.kind for r in view.shown} == {"holding", "loan"}
    view.kinds["guarantee"].click()
    assert len(view.shown) == 5


def test_a_ring_of_guarantees_is_listed_and_marked(qtbot, pane, watcher):
    view = ready(qtbot, pane())
    assert view.rings.count() == 1
    assert view.rings_head.text() == "担保圈 1 个"
    assert sum(tie.ringed for tie in view.picture.ties) == 3
    view.rings.setCurrentRow(0)
    assert len(watcher.claims[-1].citations) == 3
    assert watcher.claims[-1].text.count(" → ") == 3


def test_arrows_walk_and_enter_centres(qtbot, pane):
    view = ready(qtbot, pane())
    view.focus_first()
    begun = view.picture.here
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(view.picture, key)
        if view.picture.here != begun:
            break
    walked = view.picture.here
    assert walked != begun
    qtbot.keyClick(view.picture, Qt.Key.Key_Return)
    assert view.centre == walked


def test_a_party_is_found_by_part_of_its_name(qtbot, pane, watcher):
    view = ready(qtbot, pane())
    view.search.setText("钢铁")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert view.centre == "丙钢铁有限公司"
    view.search.setText("没有的")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert "没有的" in watcher.words[-1]


def test_the_picture_is_exported(qtbot, pane, watcher, tmp_path):
    view = ready(qtbot, pane())
    view.choose_path = lambda *_: str(tmp_path / "图")
    view.export()
    qtbot.waitUntil(lambda: bool(watcher.words))
    assert QImage(str(tmp_path / "图.png")).width() > 100


def test_a_case_without_relations_says_so_and_shows_the_way(qtbot, pane, watcher):
    view = pane(lambda _case, _job: ())
    qtbot.waitUntil(lambda: view.state.heading.text() == "没有读到关系" and not view.reading.running)
    view.state.buttons[0].click()
    assert watcher.panes == ["library"]


def test_a_failure_is_told_and_tried_again(qtbot, pane, told):
    answers = iter([LibraryError("资料库忙。", "请稍后。")])

    def read(_case, _job):
        for error in answers:
            raise error
        return told

    view = pane(read)
    qtbot.waitUntil(lambda: view.state.heading.text() == "资料库忙。")
    view.state.buttons[0].click()
    ready(qtbot, view)


def test_relations_are_read_when_the_pane_is_seen_and_anew_when_documents_change(qtbot, make_desk, told):
    asked = []

    def read(case, _job):
        asked.append(case)
        return told

    view = RelationsPane(make_desk(), read)
    qtbot.addWidget(view)
    view.show_case("case")
    assert asked == []
    view.show()
    qtbot.waitUntil(lambda: asked == ["case"] and bool(view.shown))
    view.refresh(SimpleNamespace(cases=frozenset({"other"}), documents=frozenset()))
    view.refresh(SimpleNamespace(cases=frozenset({"case"}), documents=frozenset()))
    qtbot.waitUntil(lambda: asked == ["case", "case"] and not view.reading.running)


def test_what_can_be_operated_has_a_name_and_every_kind_a_word(qtbot, pane, told):
    view = ready(qtbot, pane())
    for widget in (view.picture, view.table, view.rings, view.search, view.steps):
        assert widget.accessibleName()
    assert view.picture.accessibleDescription().startswith("甲机械有限公司")
    assert all(kind_name(r.kind) != r.kind for r in told)


def test_kinds_and_counts_are_never_cut(qtbot, pane):
    view = ready(qtbot, pane())
    assert all(w.width() >= w.sizeHint().width() for w in (*view.kinds.values(), view.facts))


def test_what_does_not_fit_a_row_goes_on_in_the_next(qtbot):
    flow = Flow()
    qtbot.addWidget(flow)
    flow.resize(200, 20)
    flow.show_widgets([QPushButton("关系" * 6) for _ in range(3)])
    flow.show()
    assert len({child.y() for child in flow.findChildren(QPushButton)}) > 1
