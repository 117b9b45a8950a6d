"""Questions offered for a fresh case."""

from decimal import Decimal

from workbench.inference.fake import FakeEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Asker, Outcome
from workbench.models.asking.recommending import MOST, Known, chosen_questions, declared_questions
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.evidence import Anchor, Citation, TextSpan
from workbench.models.library import Importer
from workbench.models.relations import Graph, Relation
from workbench.models.retrieval import Retriever
from workbench.paths import resources

SAMPLE = resources() / "samples" / "credit_case"
CITED = (Citation("d", "担保", Anchor("text", (TextSpan(1, 0, 2),))),)


def ring() -> Graph:
    names = ("甲有限公司", "乙有限公司")
    pairs = (names, names[::-1])
    return Graph(Relation("guarantee", a, b, CITED, Decimal(1), "1元") for a, b in pairs)


def test_a_loan_application_alone_is_asked_for_its_terms_and_its_collateral() -> None:
    found = chosen_questions(Known(("贷款申请书.docx 申请书",), None, None), "zh")
    assert found == ("本次申请的贷款金额、期限和用途是什么？", "抵押物是什么，评估价值是多少？")


def test_an_appraisal_takes_the_question_for_a_missing_one_away() -> None:
    papers = ("贷款申请书.docx", "抵押物评估报告.pdf")
    assert chosen_questions(Known(papers, None, None), "zh") == ("本次申请的贷款金额、期限和用途是什么？",)


def test_a_ring_of_guarantees_is_asked_after() -> None:
    found = chosen_questions(Known((), None, ring()), "en")
    assert found == ("Are there rings of guarantees?", "For whom does the company stand as guarantor?")


def test_nothing_is_offered_where_nothing_is_known() -> None:
    assert chosen_questions(Known((), None, None), "zh") == ()


def test_every_declared_question_has_needs_and_both_languages() -> None:
    for declared in declared_questions():
        assert declared.needs
        assert all(declared.texts[language].strip() for language in ("zh", "en"))


def test_the_sample_case_s_questions_fit_its_papers_and_are_kept(library) -> None:  # type: ignore[no-untyped-def]
    case = library.create_case("样例").id
    importer = Importer(library, None, ComputeArbiter(), read=read_file, chunk=chunk)
    paths = [p for p in SAMPLE.iterdir() if p.suffix in (".pdf", ".docx")]
    assert len(list(importer.add(case, paths, JobContext()))) == len(paths)
    asker = Asker(library, Retriever(library, None), FakeEngine(["资料中未提及。"]))
    found = asker.recommended(case, JobContext())
    assert len(found) == MOST
    assert "2024年末资产负债率是多少？" in found
    assert "近两年营业收入变化" in found
    assert library.notes(case, "suggestions")
    assert asker.recommended(case, JobContext()) == found
    answered = asker.ask(case, "近两年营业收入变化", JobContext())
    assert answered.status is Outcome.ANSWERED
    offered = asker.ask(case, "How did revenue change over the last 2 years?", JobContext())
    assert offered.understood == "近两年营业收入变化"
    assert offered.text == answered.text
