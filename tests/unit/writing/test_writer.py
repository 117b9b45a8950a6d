"""Drafting a case: with a model, without one, stopped half-way, with the user's own words."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from workbench.errors import Cancelled, EngineCrashed
from workbench.inference.api import ChatRequest, Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext, Priority
from workbench.models.evidence import Status
from workbench.models.scenarios import load_scenario
from workbench.models.writing import SectionDrafted, SectionStarted, SentenceWritten, Writer, report_from_json

CREDIT = load_scenario("credit_report")


@pytest.fixture
def writer_with(shelf: Any, finances: Any) -> Callable[..., Writer]:
    def make(engine: FakeEngine | None = None) -> Writer:
        return Writer(shelf, shelf, engine or FakeEngine(missing=[Role.CHAT]), finances)

    return make


def texts(report: Any, section: str) -> list[str]:
    return [claim.text for _, claim in report.section(section).sentences()]


def test_without_a_model_code_writes_and_the_documents_are_quoted(writer_with: Callable[..., Writer]) -> None:
    report = writer_with().draft("c1", CREDIT, JobContext())
    assert [s.id for s in report.sections] == [s.id for s in CREDIT.sections]
    finances = " ".join(texts(report, "finances"))
    assert "资产总计20.13亿元" in finances
    assert "资产负债率66.21%" in finances
    assert any("公司主要从事精密部件" in t for t in texts(report, "borrower"))
    assert any("未使用对话模型" in n for n in report.section("borrower").notes)
    assert all(c.citations for _, c in report.section("ownership").sentences())


def test_a_rule_in_the_file_says_nothing_of_the_borrower(writer_with: Callable[..., Writer]) -> None:
    report = writer_with().draft("c1", CREDIT, JobContext())
    assert "不得超过" not in str(report.to_json())


def test_computed_sentences_show_formula_and_inputs(writer_with: Callable[..., Writer]) -> None:
    report = writer_with().draft("c1", CREDIT, JobContext())
    claim = next(c for _, c in report.section("finances").sentences() if "资产负债率66.21%" in c.text)
    assert claim.status is Status.COMPUTED
    assert claim.computation is not None
    assert "负债合计(2024) ÷ 资产总计(2024)" in claim.computation.formula
    assert claim.computation.inputs


def test_signals_fire_by_rule_and_name_a_measure(writer_with: Callable[..., Writer]) -> None:
    report = writer_with().draft("c1", CREDIT, JobContext())
    risks = report.section("risks")
    leads = [p.lead for p in risks.paragraphs if p.lead]
    assert any("应收账款增速明显高于收入" in lead for lead in leads)
    assert any("利润缺少现金支持" in lead for lead in leads)
    assert any(t.id == "signals" for t in risks.tables)
    assert any("识别风险信号" in t for t in texts(report, "opinion"))


def test_missing_papers_are_listed(writer_with: Callable[..., Writer]) -> None:
    report = writer_with().draft("c1", CREDIT, JobContext())
    gaps = [g.text for g in report.section("borrower").gaps]
    assert "未见营业执照" in gaps
    assert "未见授信申请书" not in gaps


def test_a_table_of_the_documents_is_copied_with_its_cells_cited(writer_with: Callable[..., Writer]) -> None:
    table = writer_with().draft("c1", CREDIT, JobContext()).section("ownership").tables[0]
    cell = table.rows[0].cells[1]
    assert (table.rows[0].label, cell.claim.text) == ("甲集团有限公司", "41.20%")
    assert cell.claim.citations[0].quote == "41.20%"


def test_the_model_sees_no_digit_and_is_held_to_the_grammar(writer_with: Callable[..., Writer]) -> None:
    engine = FakeEngine(lambda _request: "不知道。")
    writer_with(engine).draft("c1", CREDIT, JobContext())
    requests = engine.fake_chat.requests
    assert requests
    for request in requests:
        told = request.messages[1].text
        assert request.grammar is not None
        assert request.priority is Priority.DRAFT
        assert not any(c.isdigit() for c in told.replace("@2024", "").replace("@2023", ""))


def test_a_scenarios_own_adapter_words_its_sentences(writer_with: Callable[..., Writer]) -> None:
    engine = FakeEngine(lambda _request: "不知道。")
    writer_with(engine).draft("c1", replace(CREDIT, adapter="credit-style"), JobContext())
    assert {request.adapter for request in engine.fake_chat.requests} == {"credit-style"}


def _answers(request: ChatRequest) -> str:
    told = request.messages[1].text
    if "控股股东和实际控制人" in told:
        return "公司控股股东为甲集团有限公司，持股{比例A}。甲集团有限公司为公司实际控制人。公司经营稳健，前景广阔。"
    return "资料未提及。"


def test_what_the_model_words_is_filled_and_cited_and_inventions_go(writer_with: Callable[..., Writer]) -> None:
    report = writer_with(FakeEngine(_answers)).draft("c1", CREDIT, JobContext(), sections=["ownership"])
    control = next(p for p in report.section("ownership").paragraphs if p.id == "control")
    assert control.origin == "model"
    assert control.sentences[0].text == "公司控股股东为甲集团有限公司，持股41.20%。"
    assert control.sentences[0].status is Status.TRACED
    assert not any("前景广阔" in t or t.startswith("甲集团有限公司为公司实际") for t in texts(report, "ownership"))
    assert report.section("ownership").dropped > 0


def test_a_digit_the_model_types_in_spite_of_all_is_held_back(writer_with: Callable[..., Writer]) -> None:
    engine = FakeEngine(lambda r: "公司控股股东持股99%。" if "控股股东和实际" in r.messages[1].text else "未提及。")
    report = writer_with(engine).draft("c1", CREDIT, JobContext(), sections=["ownership"])
    assert not any("99" in c.text for _, c in report.section("ownership").sentences())
    assert report.section("ownership").dropped > 0


def test_a_draft_stopped_half_way_goes_on_where_it_was(writer_with: Callable[..., Writer]) -> None:
    job = JobContext()
    done: list[str] = []

    def stop_after_two(event: object) -> None:
        if isinstance(event, SectionDrafted):
            done.append(event.section.id)
            if len(done) == 2:
                job.cancel()

    with pytest.raises(Cancelled):
        writer_with().draft("c1", CREDIT, job, stop_after_two)
    reused: list[bool] = []
    again = writer_with().draft(
        "c1", CREDIT, JobContext(), lambda e: reused.append(e.reused) if isinstance(e, SectionDrafted) else None
    )
    assert reused == [True, True, *[False] * 6]
    assert len(again.sections) == 8


def test_new_material_makes_a_saved_section_stale(writer_with: Callable[..., Writer], shelf: Any) -> None:
    writer_with().draft("c1", CREDIT, JobContext())
    shelf.put("营业执照.txt", ["注册资本26,000万元。"])
    report = writer_with().draft("c1", CREDIT, JobContext())
    assert "未见营业执照" not in [g.text for g in report.section("borrower").gaps]


def test_one_section_is_drafted_again_and_the_others_are_kept(writer_with: Callable[..., Writer]) -> None:
    writer = writer_with()
    writer.draft("c1", CREDIT, JobContext())
    started: list[str] = []
    report = writer.draft(
        "c1",
        CREDIT,
        JobContext(),
        lambda e: started.append(e.section) if isinstance(e, SectionStarted) else None,
        sections=["risks"],
    )
    assert started == ["risks"]
    assert len(report.sections) == 8


def test_the_users_own_words_outlive_a_new_draft(writer_with: Callable[..., Writer]) -> None:
    writer = writer_with()
    writer.draft("c1", CREDIT, JobContext())
    drafts = writer.drafts(CREDIT)
    drafts.write_own("c1", "opinion", "decision", "同意授信八千万元。")
    drafts.write_own("c1", "borrower", "mine", "企业主诚信。")
    report = writer.draft("c1", CREDIT, JobContext(), fresh=True)
    assert "同意授信八千万元。" in texts(report, "opinion")
    own = [c for _, c in report.section("borrower").sentences() if c.text == "企业主诚信。"]
    assert [c.status for c in own] == [Status.OWN]


def test_a_saved_draft_is_read_back_whole(writer_with: Callable[..., Writer]) -> None:
    writer = writer_with()
    report = writer.draft("c1", CREDIT, JobContext())
    assert writer.saved("c1", CREDIT) == report
    assert report_from_json(report.to_json()) == report


def test_every_sentence_is_told_as_it_is_made(writer_with: Callable[..., Writer]) -> None:
    told: list[str] = []
    report = writer_with().draft(
        "c1",
        CREDIT,
        JobContext(),
        lambda e: told.append(e.claim.text) if isinstance(e, SentenceWritten) else None,
        sections=["finances"],
    )
    assert told[:3] == texts(report, "finances")[:3]


def test_a_model_that_fails_on_the_way_costs_its_paragraph_only(writer_with: Callable[..., Writer]) -> None:
    def fail(_request: ChatRequest) -> str:
        raise EngineCrashed("模型已停止")

    report = writer_with(FakeEngine(fail)).draft("c1", CREDIT, JobContext())
    assert any("模型已停止" in n for n in report.section("ownership").notes)
    assert texts(report, "ownership")


def test_the_contracts_evidence_lists_sentences_and_cells(writer_with: Callable[..., Writer]) -> None:
    evidence = writer_with().draft("c1", CREDIT, JobContext()).evidence()
    assert {"section", "paragraph", "text", "status", "citations"} <= evidence[0].keys()
    assert any(e["paragraph"].startswith("balance/资产总计/") for e in evidence)
    assert all(c["quote"].strip() for e in evidence for c in e["citations"])


def test_a_case_without_statements_says_so(shelf: Any) -> None:
    report = Writer(shelf, shelf, FakeEngine(missing=[Role.CHAT])).draft("c1", CREDIT, JobContext())
    assert any(g.kind == "figures" for g in report.section("finances").gaps)
    assert not report.section("finances").tables


def test_a_loosely_worded_sentence_gives_way_to_the_documents_own(writer_with: Callable[..., Writer]) -> None:
    def swap(request: ChatRequest) -> str:
        found = re.search(r"持有甲集团有限公司(\{[^}]+\})", request.messages[1].text)
        asked = "控股股东和实际控制人" in request.messages[1].text and found
        return f"甲集团有限公司持有张三{found[1]}的股权，为公司实际控制人。" if asked and found else "未提及。"

    report = writer_with(FakeEngine(swap)).draft("c1", CREDIT, JobContext(), sections=["ownership"])
    said = texts(report, "ownership")
    assert "张三持有甲集团有限公司72.00%的股权，为公司实际控制人。" in said
    assert not any(t.startswith("甲集团有限公司持有") for t in said)
