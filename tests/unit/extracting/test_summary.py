"""Summaries: every sentence is the document's, or a shorter one that verifies."""

import pytest

from workbench.errors import Cancelled
from workbench.inference.fake import FakeChat
from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes, read_file
from workbench.models.evidence import Status
from workbench.models.extracting import Paper
from workbench.models.extracting.summary import SENTENCES, summarise
from workbench.paths import resources

LONG = "2024年度公司实现营业收入128,643.75万元，较上年增长12.46%，主要原因是两家主机厂客户的风电订单在下半年集中交付。"
SHORT = "2024年度公司实现营业收入128,643.75万元，较上年增长12.46%。"


@pytest.fixture(scope="module")
def report() -> Paper:
    document = read_file(resources() / "samples" / "credit_case" / "岚渚精机2024年度审计报告.pdf")
    assert isinstance(document, Document)
    return Paper("report", document)


def paper(text: str, name: str = "p") -> Paper:
    document = read_bytes("p.md", text.encode())
    assert isinstance(document, Document)
    return Paper(name, document)


@pytest.mark.parametrize("length", list(SENTENCES))
def test_each_length_has_at_most_its_sentences_all_verbatim_and_cited(report, length):
    summary = summarise([report], length, JobContext())
    assert 0 < len(summary.sentences) <= SENTENCES[length]
    whole = "\n".join(b.text for b in report.document.blocks)
    for claim in (*summary.sentences, *summary.points):
        assert claim.status is Status.TRACED
        assert claim.citations[0].quote in whole


def test_the_main_figures_of_a_report_are_in_its_short_summary_or_its_points(report):
    summary = summarise([report], "short", JobContext())
    said = "".join(c.text for c in (*summary.sentences, *summary.points))
    assert "128,643.75万元" in said
    assert "66.21%" in said


def test_a_case_is_summed_up_over_its_documents(report):
    other = paper("# 走访\n\n2024年末短期借款48,650.00万元，在七家银行均有授信，无逾期。\n", "visit")
    cited = {
        c.document for claim in summarise([report, other], "medium", JobContext()).sentences for c in claim.citations
    }
    assert cited == {"report", "visit"}


def test_a_shorter_sentence_of_the_model_is_taken_where_it_verifies():
    chat = FakeChat(lambda _request: SHORT)
    claim = summarise([paper(f"# 经营\n\n{LONG}\n")], "short", JobContext(), chat=chat).sentences[0]
    assert claim.text == SHORT
    assert claim.status is Status.TRACED
    assert claim.citations


@pytest.mark.parametrize(
    "wrong", ["2024年度公司实现营业收入138,643.75万元。", "", LONG + "利润大增。", "公司将于明年上市，前景极好。"]
)
def test_a_sentence_of_the_model_that_does_not_verify_leaves_the_extract(wrong):
    chat = FakeChat(lambda _request: wrong)
    claim = summarise([paper(f"# 经营\n\n{LONG}\n")], "short", JobContext(), chat=chat).sentences[0]
    assert claim.text == LONG


def test_a_document_without_sentences_has_an_empty_summary():
    assert summarise([paper("# 目录\n")], "long", JobContext()).sentences == ()


def test_summing_up_can_be_stopped(report):
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        summarise([report], "short", job)
