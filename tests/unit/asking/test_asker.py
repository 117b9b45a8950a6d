"""Asking: evidence first, then words, each sentence verified."""

from collections.abc import Callable

import pytest

from workbench.errors import Cancelled, WorkbenchError
from workbench.inference.api import ChatRequest, Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.asking import Answer, Answered, Asker, Event, EvidenceFound, Outcome, Piece, SentenceChecked
from workbench.models.evidence import Status
from workbench.models.library import Library
from workbench.models.retrieval import Retriever

REPORT = (
    "恒泰精密股份有限公司成立于2005年5月。2020年度营业收入为31.25亿元，净利润为1.5亿元。"
    "2020年9月，公司决定向股东分发5000万元股利。公司未发生债务违约。"
)
APPLICATION = "恒泰精密股份有限公司申请流动资金贷款8000万元，期限12个月。2020年度营业收入为35.80亿元。"
COMPANY = "恒泰精密股份有限公司"

Ask = Callable[..., Answer]


@pytest.fixture
def ask(library: Library, fill: Callable[..., str]) -> Ask:
    """Ask a case of the report (and further texts), the model answering ``says``."""
    made: dict[str, str] = {}

    def run(
        question: str,
        says: str = "资料中未提及。",
        *,
        texts: dict[str, str] | None = None,
        engine: FakeEngine | None = None,
        events: list[Event] | None = None,
        choices: dict[str, str] | None = None,
        job: JobContext | None = None,
        earlier: tuple[str, ...] | list[str] = (),
    ) -> Answer:
        if not made:
            made["case"] = fill(texts or {"年度报告": REPORT}, company=COMPANY)
        engine = engine or FakeEngine([says])
        asker = Asker(library, Retriever(library, engine.embedder), engine)
        listen = events.append if events is not None else None
        return asker.ask(made["case"], question, job or JobContext(), listen, choices, earlier=earlier)

    return run


def test_evidence_comes_before_words_and_every_sentence_is_checked(ask: Ask) -> None:
    events: list[Event] = []
    answer = ask(
        "请说明恒泰精密股份有限公司2020年度的营业收入和净利润。",
        "2020年度营业收入为31.25亿元。净利润为1.5亿元。",
        events=events,
    )
    kinds = [type(event) for event in events]
    assert kinds[0] is EvidenceFound
    assert kinds[-1] is Answered
    assert Piece in kinds
    assert kinds.count(SentenceChecked) == 2
    assert answer.status is Outcome.ANSWERED
    assert [c.status for c in answer.sentences] == [Status.TRACED, Status.TRACED]
    assert all(citation.quote in REPORT for claim in answer.sentences for citation in claim.citations)
    assert answer.ms_total >= answer.ms_first_token >= answer.ms_evidence > 0


def test_the_prompt_goes_from_system_to_material_to_question(ask: Ask) -> None:
    seen: list[ChatRequest] = []

    def answers(request: ChatRequest) -> str:
        seen.append(request)
        return "营业收入为31.25亿元。"

    ask("请说明2020年度的营业收入。", engine=FakeEngine(answers))
    (request,) = seen
    assert [m.role for m in request.messages] == ["system", "user"]
    words = request.messages[1].text
    assert words.index("31.25亿元") < words.index("请说明2020年度的营业收入。")
    assert request.temperature == 0


def test_a_wrong_figure_is_never_passed_on_when_the_documents_clearly_answer(ask: Ask) -> None:
    answer = ask("2020年度的营业收入是多少？", "营业收入为32.25亿元。")
    assert answer.text == "31.25亿元"
    assert [c.status for c in answer.sentences] == [Status.TRACED]
    assert "营业收入为31.25亿元" in answer.sentences[0].citations[0].quote


def test_an_invented_figure_the_documents_do_not_hold_is_not_found(ask: Ask) -> None:
    answer = ask("恒泰精密股份有限公司的员工满意度是多少？", "员工满意度为85%。")
    assert answer.status is Outcome.NOT_FOUND
    assert answer.sentences == ()


def test_a_decline_is_believed_unless_a_sentence_clearly_answers(ask: Ask) -> None:
    assert ask("恒泰精密股份有限公司的环保投入是多少？").status is Outcome.NOT_FOUND
    answered = ask("2020年度的净利润是多少？")
    assert answered.status is Outcome.ANSWERED
    assert answered.origin == "code"
    assert answered.text == "1.5亿元"


def test_nothing_is_asked_of_the_model_when_nothing_bears_on_the_question(ask: Ask) -> None:
    engine = FakeEngine([])
    answer = ask("北海航空股份有限公司的机队规模？", engine=engine)
    assert answer.status is Outcome.NOT_FOUND
    assert answer.text == "资料中未提及。"
    assert engine.fake_chat.requests == []


def test_two_documents_with_different_values_are_both_shown(ask: Ask) -> None:
    answer = ask(
        "2020年度的营业收入是多少？",
        "营业收入为31.25亿元。",
        texts={"年度报告": REPORT, "贷款申请书": APPLICATION},
    )
    assert answer.status is Outcome.CONFLICTING
    sides = [c for c in answer.sentences if c.status is Status.CONFLICT]
    assert len({c.citations[0].document for c in sides}) == 2
    assert "31.25亿元" in answer.text
    assert "35.80亿元" in answer.text
    assert answer.confidence <= 0.3


def test_figures_about_the_same_third_company_conflict_though_one_has_no_date(ask: Ask) -> None:
    report = "截至2024年12月31日，公司为恒翎铸造有限公司向北岬商业银行的借款提供保证，担保余额30,000,000.00元。"
    visit = "公司为供应商恒翎铸造有限公司提供保证，担保余额4,500.00万元；为东汀部件有限公司担保，担保余额2,000万元。"
    answer = ask(
        "公司为恒翎铸造有限公司提供的担保余额是多少？",
        "担保余额为3000万元。",
        texts={"审计报告": report, "走访记录": visit},
    )
    assert answer.status is Outcome.CONFLICTING
    assert "30,000,000.00元" in answer.text
    assert "4,500.00万元" in answer.text


def test_figures_about_different_third_companies_do_not_conflict(ask: Ask) -> None:
    report = "公司为恒翎铸造有限公司的借款提供保证，担保余额30,000,000.00元。"
    visit = "公司为东汀部件有限公司的借款提供保证，担保余额2,000万元。"
    answer = ask(
        "公司提供的担保余额是多少？",
        "为恒翎铸造有限公司的担保余额为3000万元。",
        texts={"审计报告": report, "走访记录": visit},
    )
    assert answer.status is Outcome.ANSWERED


def test_values_that_are_roundings_of_each_other_do_not_conflict(ask: Ask) -> None:
    rounded = APPLICATION.replace("35.80亿元", "31.3亿元")
    answer = ask(
        "2020年度的营业收入是多少？", "营业收入为31.25亿元。", texts={"年度报告": REPORT, "贷款申请书": rounded}
    )
    assert answer.status is Outcome.ANSWERED


def test_without_a_chat_model_the_documents_own_words_answer_and_it_says_so(ask: Ask) -> None:
    answer = ask("请说明公司2020年9月分发股利的情况。", engine=FakeEngine(missing={Role.CHAT}))
    assert answer.status is Outcome.ANSWERED
    assert answer.origin == "documents"
    assert "5000万元股利" in answer.text
    assert answer.note


def test_a_choice_is_made_by_grammar_and_verified(ask: Ask) -> None:
    engine = FakeEngine(["B"])
    choices = {"A": "营业收入为35.80亿元", "B": "营业收入为31.25亿元"}
    answer = ask("2020年度营业收入是多少？", engine=engine, choices=choices)
    assert answer.choice == "B"
    assert answer.status is Outcome.ANSWERED
    assert engine.fake_chat.requests[0].grammar == 'root ::= "A" | "B"'
    assert answer.to_json()["choice"] == "B"


def test_without_a_chat_model_the_choice_the_documents_support_is_taken(ask: Ask) -> None:
    choices = {"A": "营业收入为35.80亿元", "B": "营业收入为31.25亿元"}
    answer = ask("2020年度营业收入是多少？", engine=FakeEngine(missing={Role.CHAT}), choices=choices)
    assert answer.choice == "B"


def test_a_cancelled_question_raises_and_keeps_no_talk(ask: Ask, library: Library) -> None:
    job = JobContext()

    def answers(_request: ChatRequest) -> str:
        job.cancel()
        return "营业收入为31.25亿元。"

    with pytest.raises(Cancelled):
        ask("请说明2020年度的营业收入。", engine=FakeEngine(answers), job=job)


def test_an_english_question_is_declined_in_english(ask: Ask) -> None:
    answer = ask("What was the employee turnover in 2020?", "Not mentioned in the material.")
    assert answer.status is Outcome.NOT_FOUND
    assert answer.text == "Not mentioned in the documents."


def test_a_model_that_repeats_itself_is_stopped(ask: Ask) -> None:
    answer = ask("请说明2020年度的营业收入。", "营业收入为31.25亿元。" * 20)
    assert len(answer.sentences) == 1


def test_a_thing_asked_for_by_name_and_not_proven_is_not_found(ask: Ask) -> None:
    answer = ask("恒泰精密股份有限公司在信息披露计划中建立了什么小组？", "公司在信息披露计划中建立了内部审计小组。")
    assert answer.status is Outcome.NOT_FOUND


@pytest.mark.parametrize("says", ["公司在2020年9月分发了5000万元股利。", "5000万元。", "资料中未提及。"])
def test_dividends_asked_for_are_not_taken_for_a_count_of_shares(ask: Ask, says: str) -> None:
    answer = ask("恒泰精密股份有限公司在2020年9月分发了多少股利？", says)
    assert answer.status is Outcome.ANSWERED
    assert "5000万元" in answer.text


def test_a_row_of_label_and_value_answers_what_the_model_overlooked(ask: Ask) -> None:
    answer = ask(
        "恒泰精密的电子信箱是什么？", texts={"年度报告": "联系人信息如下。\n电子信箱：zqb@example.com\n传真：无"}
    )
    assert answer.status is Outcome.ANSWERED
    assert answer.text == "zqb@example.com"
    assert answer.sentences[0].citations[0].quote == "电子信箱：zqb@example.com"


def test_an_empty_question_is_told(ask: Ask) -> None:
    with pytest.raises(WorkbenchError):
        ask("  ")


def test_a_question_in_another_language_is_asked_in_that_of_the_material(ask: Ask) -> None:
    engine = FakeEngine(["恒泰精密股份有限公司2020年度的净利润是多少？"])
    answer = ask("What was the net profit in 2020?", engine=engine)
    assert answer.text == "1.5亿元"
    assert answer.question == "What was the net profit in 2020?"
    assert "净利润是多少" in answer.note


def test_a_question_that_cannot_be_translated_stays_as_it_is(ask: Ask) -> None:
    answer = ask("What was the net profit in 2020?", engine=FakeEngine(missing={Role.CHAT}))
    assert answer.status is Outcome.NOT_FOUND
    assert answer.note == ""


def test_a_follow_up_is_answered_as_the_question_it_means(ask: Ask) -> None:
    answer = ask("净利润呢？", earlier=["恒泰精密股份有限公司2020年度的营业收入是多少？"])
    assert answer.text == "1.5亿元"
    assert answer.question == "净利润呢？"
    assert answer.understood == "恒泰精密股份有限公司2020年度的净利润是多少？"
    assert answer.understood in answer.note


def test_a_follow_up_code_cannot_say_in_full_is_put_in_words_by_the_model(ask: Ask) -> None:
    engine = FakeEngine(["恒泰精密股份有限公司2020年9月分发了多少股利？"])
    answer = ask("具体多少？", engine=engine, earlier=["恒泰精密股份有限公司2020年9月是否分发股利？"])
    assert answer.text == "5000万元"


def test_who_is_bound_to_whom_is_told_with_its_places(ask: Ask) -> None:
    engine = FakeEngine([])
    text = REPORT + "公司为东汀部件有限公司的借款提供连带责任保证，担保余额2,000万元。"
    answer = ask("公司为哪些企业提供了担保？", engine=engine, texts={"年度报告": text})
    assert answer.status is Outcome.ANSWERED
    assert answer.text == "恒泰精密股份有限公司为东汀部件有限公司提供担保（2,000万元）。"
    assert "担保余额2,000万元" in answer.sentences[0].citations[0].quote
    assert engine.fake_chat.requests == []


def test_a_circle_of_guarantees_is_found_when_asked_for(ask: Ask) -> None:
    text = (
        "恒泰精密股份有限公司为东汀部件有限公司提供担保，担保金额500万元。"
        "东汀部件有限公司为恒泰精密股份有限公司提供担保，担保金额800万元。"
    )
    answer = ask("是否存在互保或担保圈？", engine=FakeEngine([]), texts={"担保情况": text})
    assert answer.text.startswith("担保成环：")
    assert len(answer.sentences[0].citations) == 2


def test_who_asks_for_guarantees_and_for_circles_is_told_both(ask: Ask) -> None:
    text = (
        "恒泰精密股份有限公司为东汀部件有限公司提供担保，担保金额500万元。"
        "恒泰精密股份有限公司为北岬铸造有限公司提供担保，担保金额800万元。"
    )
    answer = ask("公司为哪些企业提供了担保？是否形成互保？", engine=FakeEngine([]), texts={"担保情况": text})
    assert ["东汀部件" in c.text or "北岬铸造" in c.text for c in answer.sentences[:2]] == [True, True]
    assert "2笔担保中没有成环" in answer.sentences[2].text


def test_a_guarantee_told_with_two_amounts_is_a_conflict(ask: Ask) -> None:
    told = "恒泰精密股份有限公司为东汀部件有限公司提供担保，担保金额{}万元。"
    texts = {"审计报告": told.format(500), "走访记录": told.format("900")}
    answer = ask("公司为哪些企业提供了担保？", engine=FakeEngine([]), texts=texts)
    assert answer.status is Outcome.CONFLICTING
    assert [c.status for c in answer.sentences] == [Status.CONFLICT, Status.CONFLICT]
    assert "500万元" in answer.text
    assert "900万元" in answer.text


def test_an_answer_that_tells_a_plan_as_done_is_shown_and_has_to_be_reviewed(ask: Ask) -> None:
    plan = "公司计划进一步强化内部控制系统，确保财务信息的准确性和可靠性。"
    events: list[Event] = []
    answer = ask(
        "恒泰精密股份有限公司如何加强内部控制？",
        "恒泰精密股份有限公司强化了内部控制系统，确保财务信息的准确性和可靠性。",
        texts={"治理报告": f"{COMPANY}治理报告。{plan}"},
        events=events,
    )
    assert answer.status is Outcome.NEEDS_REVIEW
    assert [s.status for s in answer.sentences] == [Status.PARTIAL]
    assert [e.claim.status for e in events if isinstance(e, SentenceChecked)] == [Status.PARTIAL]
    assert answer.sentences[0].citations[0].quote == plan


def test_a_sentence_the_model_had_no_room_to_finish_is_not_proven(ask: Ask) -> None:
    policy = "公司修订了治理政策，加强了董事会的监督，提高了治理水平和透明度，保护了股东的利益。"
    says = policy + "公司修订了治理政策" + "，加强了董事会的监督" * 80
    answer = ask("请说明恒泰精密股份有限公司的治理政策。", says, texts={"治理报告": f"{COMPANY}治理报告。{policy}"})
    assert answer.sentences[0].status is Status.TRACED
    assert len(answer.sentences[-1].text) < len(says) - len(policy)
    assert answer.sentences[-1].status is Status.PARTIAL
