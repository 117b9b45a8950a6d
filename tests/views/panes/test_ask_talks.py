"""The ask pane: follow-ups, values, verdicts, scope, search, names and export of talks."""

import docx
from PySide6.QtCore import Qt

from workbench.models.asking.answer import Outcome
from workbench.models.evidence import Claim, Status
from workbench.models.retrieval.filters import Filters
from workbench.views.ask import AskPane, talks
from workbench.views.ask.parts import ValueCard
from workbench.views.ask.talks import Talk, Turn, talk_from_json


class Finder:
    """Finds the same two passages whatever is asked for."""

    def __init__(self, hits):
        self.hits = hits
        self.asked = []

    def passages(self, case, query, *, k, job):
        self.asked.append(query)
        return self.hits


def pane(qtbot, make_desk, asker, **services):
    view = AskPane(make_desk(asker=asker, **services))
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    view.show_case("case")
    qtbot.waitUntil(lambda: view._names.count == 4)
    return view


def answered(qtbot, view, question):
    view.ask(question)
    qtbot.waitUntil(lambda: not view.running)
    return view.turn_views[-1]


def test_a_follow_up_is_asked_with_the_questions_before_as_they_were_understood(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    asker.more = {
        "understood": "华东精工2023年末资产负债率是多少？",
        "note": "按此理解：华东精工2023年末资产负债率是多少？",
    }
    view = pane(qtbot, make_desk, asker)
    turn = answered(qtbot, view, "它呢？")
    answered(qtbot, view, "2022年呢？")
    assert asker.earlier == [(), ("华东精工2023年末资产负债率是多少？",)]
    assert turn.taken.text() == "按此理解：华东精工2023年末资产负债率是多少？"
    assert turn.taken.isVisible()
    assert not turn.notice.isVisible()


def test_a_new_talk_has_no_questions_before(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    view = pane(qtbot, make_desk, asker)
    answered(qtbot, view, "资产负债率？")
    view.new_talk()
    answered(qtbot, view, "借款？")
    assert asker.earlier == [(), ()]


def test_a_value_is_shown_large_with_its_sentence_and_leads_to_its_source(qtbot, make_desk, fakes, watcher):
    cited = fakes.citation(2)
    value = Claim("352,041.77万元", Status.TRACED, (cited,))
    asker = fakes.FakeAnswerer(status=Outcome.NOT_FOUND)
    asker.more = {"status": Outcome.ANSWERED, "sentences": (value,)}
    view = pane(qtbot, make_desk, asker)
    turn = answered(qtbot, view, "资产总额是多少？")
    (card,) = turn.findChildren(ValueCard)
    assert card.value.text() == "352,041.77万元"
    assert cited.quote in card.accessibleName()
    assert not turn.answer.isVisible()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert watcher.sources == [cited]


def test_thoughts_are_folded_and_no_part_of_the_answer(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    asker.more = {"thought": "先看资产负债表。"}
    turn = answered(qtbot, pane(qtbot, make_desk, asker), "资产负债率？")
    assert turn.thoughts.isVisible()
    assert not turn.thoughts.text.isVisible()
    turn.thoughts.button.click()
    assert turn.thoughts.text.isVisible()
    assert "先看资产负债表" not in turn.text_with_references()


def test_samples_that_disagree_are_shown_with_what_they_say(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer(status=Outcome.NEEDS_REVIEW)
    asker.more = {"agreement": 1 / 3, "others": ("没有担保。",)}
    turn = answered(qtbot, pane(qtbot, make_desk, asker), "是否有担保？")
    assert "多次回答一致 33%" in turn.facts.text()
    assert "再问时还答过：没有担保。" in turn.notice.text()


def test_a_verdict_is_kept_as_a_case_for_measuring_and_can_be_taken_back(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(), library=library)
    turn = answered(qtbot, view, "资产负债率？")
    turn.judgement.right.click()
    qtbot.waitUntil(lambda: bool(library.notes("case", talks.EVALUATION_KIND)))
    (kept,) = library.notes("case", talks.EVALUATION_KIND).values()
    assert (kept["question"], kept["verdict"], kept["status"]) == ("资产负债率？", "right", "answered")
    assert kept["citations"][0]["quote"] == fakes.citation().quote
    turn.judgement.right.click()
    qtbot.waitUntil(lambda: not library.notes("case", talks.EVALUATION_KIND))


def test_a_correction_is_kept_with_the_verdict_wrong(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(), library=library)
    turn = answered(qtbot, view, "资产负债率？")
    turn.judgement.correct.click()
    qtbot.keyClicks(turn.judgement.field, "63.7%")
    qtbot.keyClick(turn.judgement.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(library.notes("case", talks.EVALUATION_KIND)))
    (kept,) = library.notes("case", talks.EVALUATION_KIND).values()
    assert (kept["verdict"], kept["correction"]) == ("wrong", "63.7%")
    assert turn.judgement.wrong.isChecked()


def test_a_question_is_kept_to_the_chosen_documents_until_the_chip_is_dropped(qtbot, make_desk, fakes):
    asker = fakes.FakeAnswerer()
    view = pane(qtbot, make_desk, asker)
    view.narrowing.open()
    qtbot.waitUntil(lambda: view.narrowing.box is not None)
    box = view.narrowing.box
    next(box.list.item(r) for r in range(4) if "审计" in box.list.item(r).text()).setCheckState(Qt.CheckState.Checked)
    box.formats["pdf"].setChecked(True)
    box.ok.click()
    turn = answered(qtbot, view, "资产负债率？")
    assert asker.filters == [Filters(documents=("pdf",), formats=("pdf",))]
    assert "审计报告" in turn.taken.text()
    while view.narrowing.chips:
        view.narrowing.chips[0].click()
    answered(qtbot, view, "资产负债率？")
    assert asker.filters[-1] is None


def test_a_company_norms_in_force_and_further_cases_can_be_chosen(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    library.stored["pdf"].properties["company"] = "岚渚精机股份有限公司"
    library.stored["word"].properties["company"] = "恒泰精密股份有限公司"
    library.stored["text"].properties["law"] = "固定资产贷款管理办法"
    library.other_cases = (fakes.Named("rules", "授信制度库"),)
    asker = fakes.FakeAnswerer()
    view = pane(qtbot, make_desk, asker, library=library)
    view.narrowing.open()
    qtbot.waitUntil(lambda: view.narrowing.box is not None)
    box = view.narrowing.box
    box.company.setCurrentText("恒泰精密股份有限公司")
    box.norms.setCurrentIndex(1)
    box.cases.item(0).setCheckState(Qt.CheckState.Checked)
    box.ok.click()
    turn = answered(qtbot, view, "贷款期限？")
    assert asker.filters == [Filters(companies=("恒泰精密股份有限公司",), in_force=True, cases=("rules",))]
    assert all(words in turn.taken.text() for words in ("授信制度库", "恒泰精密", "只看现行有效"))
    view.narrowing.chips[-1].click()
    view.narrowing.chips[-1].click()
    assert view.narrowing.filters == Filters(cases=("rules",))
    assert view.narrowing.words == "本卷宗，另查：授信制度库"


def test_a_date_that_is_none_can_not_be_chosen(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    view.narrowing.open()
    qtbot.waitUntil(lambda: view.narrowing.box is not None)
    box = view.narrowing.box
    box.since.setText("2024-13-01")
    assert not box.ok.isEnabled()
    box.since.setText("2024-12-01")
    assert box.ok.isEnabled()


def test_talks_are_found_by_words_of_questions_and_answers(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(status=Outcome.NOT_FOUND))
    answered(qtbot, view, "授信到期日？")
    view.new_talk()
    view._desk.asker.status = Outcome.ANSWERED
    answered(qtbot, view, "偿债能力？")
    view.history.search.setText("到期")
    assert [view.history.talks.item(0).text(), view.history.talks.count()] == ["授信到期日？", 1]
    view.history.search.setText("滚动续贷")
    assert [view.history.talks.item(0).text(), view.history.talks.count()] == ["偿债能力？", 1]
    view.history.search.setText("没有这样的话")
    assert view.history.no_talks.text() == "没有找到"


def test_a_talk_keeps_the_name_it_is_given(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(), library=library)
    answered(qtbot, view, "偿债能力？")
    view.history.talks.item(0).setText("偿债")
    qtbot.waitUntil(lambda: any(n.get("name") == "偿债" for n in library.notes("case", talks.NOTE_KIND).values()))
    (kept,) = library.notes("case", talks.NOTE_KIND).values()
    assert talk_from_json(kept).title == "偿债"


def test_a_talk_is_exported_with_a_footnote_for_every_source(qtbot, make_desk, fakes, watcher, tmp_path):
    view = pane(qtbot, make_desk, fakes.FakeAnswerer())
    answered(qtbot, view, "资产负债率？")
    view.choose_path = lambda *_: str(tmp_path / "问答")
    view.export()
    qtbot.waitUntil(lambda: "已导出 问答.docx" in watcher.words)
    written = docx.Document(str(tmp_path / "问答.docx"))
    words = "\n".join(p.text for p in written.paragraphs)
    assert "1. 资产负债率？" in words
    assert "{{" not in words
    notes = next(r.target_part for r in written.part.rels.values() if r.reltype.endswith("/footnotes"))
    told = notes.blob.decode()
    assert "《2023年度审计报告》第1页" in told
    assert "46,120.33 ÷ 119,000.00 = 0.39" in told


def test_more_like_a_quote_are_shown_as_passages_of_the_talk(qtbot, make_desk, fakes):
    class Hit:
        def __init__(self, citation):
            self.document, self.text, self.anchor = fakes.Stored("pdf", "审计报告.pdf"), citation.quote, citation.anchor

    finder = Finder([Hit(fakes.citation(2)), Hit(fakes.citation(4))])
    view = pane(qtbot, make_desk, fakes.FakeAnswerer(), retriever=finder)
    turn = answered(qtbot, view, "资产负债率？")
    turn.similar_wanted.emit(turn.turn.evidence[0])
    qtbot.waitUntil(lambda: len(view.turn_views) == 2)
    like = view.turn_views[1]
    assert finder.asked == [fakes.citation(2).quote]
    assert [c.text for c in like.turn.evidence] == [fakes.citation(4).quote]
    assert not like.judgement.isVisible()


def test_passages_like_a_quote_are_no_question_before() -> None:
    talk = Talk(turns=[Turn("甲？", status="answered"), Turn("与“乙”相似的段落", status=talks.SIMILAR)])
    assert talk.understood == ("甲？",)
    assert talk_from_json(talk.to_json()).turns[1].status == talks.SIMILAR
