"""Statutes with several versions, and several cases, in an answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder, FakeEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Answer, Asker, Outcome
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.models.retrieval import Filters, Retriever

OLD = "公司为他人提供担保，按照公司章程的规定由董事会或者股东大会决议，表决权过半数通过。"
NEW = "公司为他人提供担保，按照公司章程的规定由董事会或者股东会决议，表决权过半数通过。"
LAWS = [
    {"law": "公司法", "date": "2018-10-26", "article": "第十六条", "text": OLD},
    {"law": "公司法", "date": "2023-12-29", "article": "第十六条", "text": NEW},
]

Asking = Callable[..., Answer]


def imported(library: Library, embedder: FakeEmbedder, folder: Path, name: str, rows: list[dict[str, str]]) -> str:
    case = library.create_case(name).id
    path = folder / f"{name}.jsonl"
    named = [{"id": f"{name}{n}", **row} for n, row in enumerate(rows)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in named), encoding="utf-8")
    importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
    assert [r.status for r in importer.add(case, [path], JobContext())] == ["added"]
    importer.embed_pending(JobContext(), case)
    return case


@pytest.fixture
def asks(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> Asking:
    """Ask a case of statutes; the model says the article as it holds."""
    case = imported(library, embedder, tmp_path, "法规", LAWS)

    def run(question: str, says: str = NEW) -> Answer:
        engine = FakeEngine([says])
        return Asker(library, Retriever(library, engine.embedder), engine).ask(case, question, JobContext())

    return run


def quoted(library: Library, answer: Answer) -> set[str]:
    return {library.document(c.document).properties["date"] for s in answer.sentences for c in s.citations}


def test_the_version_in_force_is_cited_and_the_other_one_told(library: Library, asks: Asking) -> None:
    answer = asks("公司法第十六条对公司为他人提供担保如何规定？")
    assert quoted(library, answer) == {"2023-12-29"}
    assert "2023-12-29 版" in answer.note
    assert "2018-10-26 版第16条（已失效）" in answer.note


def test_for_a_day_in_the_past_the_version_of_then_is_cited(library: Library, asks: Asking) -> None:
    answer = asks("2019年公司法第十六条对公司为他人提供担保如何规定？", OLD)
    assert quoted(library, answer) == {"2018-10-26"}
    assert "当时尚未施行" in answer.note


def test_who_asks_for_the_change_is_shown_both(library: Library, asks: Asking) -> None:
    answer = asks("公司法第十六条修订前后对公司为他人提供担保的规定有何变化？", OLD + NEW)
    assert quoted(library, answer) == {"2018-10-26", "2023-12-29"}


def test_a_question_looks_in_further_cases_where_it_is_told_to(
    library: Library, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    policy = [{"title": "授信政策", "text": "单户流动资金贷款上限为三千万元，超过的报总行审批。"}]
    loans = [{"title": "申请书", "text": "恒泰精密申请流动资金贷款，期限十二个月。"}]
    rules = imported(library, embedder, tmp_path, "制度", policy)
    case = imported(library, embedder, tmp_path, "恒泰", loans)
    retriever = Retriever(library, lambda: embedder)
    question = "流动资金贷款上限为多少？"
    alone = retriever.search(case, question)
    both = retriever.search(case, question, filters=Filters(cases=(rules,)))
    assert {h.document.case for h in alone} == {case}
    assert {h.document.case for h in both} == {case, rules}
    assert both[0].document.case == rules
    engine = FakeEngine(["单户流动资金贷款上限为三千万元。"])
    answer = Asker(library, retriever, engine).ask(case, question, JobContext(), filters=Filters(cases=(rules,)))
    assert {library.document(c.document).case for s in answer.sentences for c in s.citations} == {rules}


def test_filters_hold_in_every_case_looked_in(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> None:
    rows = [{"title": f"纪要{year}", "date": f"{year}-05-06", "text": "会议通过了担保事项。"} for year in (2022, 2024)]
    first = imported(library, embedder, tmp_path, "甲", rows)
    second = imported(library, embedder, tmp_path, "乙", [{**row, "text": row["text"] + "另行公告。"} for row in rows])
    hits = Retriever(library, lambda: embedder).search(
        first, "会议通过了什么担保事项", filters=Filters(since="2024-01-01", cases=(second,))
    )
    assert {(h.document.case, h.document.properties["date"]) for h in hits} == {
        (first, "2024-05-06"),
        (second, "2024-05-06"),
    }


def test_two_files_of_one_statute_are_versions_of_it(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> None:
    def statute(day: str, capital: str) -> Path:
        path = tmp_path / f"商业银行法_{day}.txt"
        clauses = [f"第{n}条　商业银行办理第{n}类业务应当遵守本法规定，接受监督。" for n in "一二三四六七"]
        clauses.insert(4, f"第五条　设立全国性商业银行的注册资本最低限额为{capital}人民币。")
        path.write_text("中华人民共和国商业银行法\n\n" + "\n\n".join(clauses), encoding="utf-8")
        return path

    case = library.create_case("法规").id
    importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
    files = [statute("19950510", "五亿元"), statute("20150829", "十亿元")]
    assert [r.status for r in importer.add(case, files, JobContext())] == ["added", "added"]
    importer.embed_pending(JobContext(), case)
    retriever = Retriever(library, lambda: embedder)
    looked_up = retriever.search(case, "商业银行法第五条", k=2)
    assert [(h.document.properties["date"], h.in_force) for h in looked_up] == [
        ("2015-08-29", True),
        ("1995-05-10", False),
    ]
    engine = FakeEngine(["设立全国性商业银行的注册资本最低限额为十亿元人民币。"])
    answer = Asker(library, retriever, engine).ask(case, "设立全国性商业银行的注册资本最低限额为多少？", JobContext())
    assert quoted(library, answer) == {"2015-08-29"}
    assert "十亿元" in answer.text
    assert "1995-05-10 版（已失效）" in answer.note


def test_an_article_asked_for_by_its_number_is_quoted_whole(library: Library, asks: Asking) -> None:
    for question in ("公司法第十六条规定了什么？", "《公司法》第16条的内容", "公司法第十六条怎么规定的？"):
        answer = asks(question, "")
        assert answer.text == NEW
        assert answer.origin == "code"
        assert quoted(library, answer) == {"2023-12-29"}


def test_an_article_of_a_year_named_before_the_statute_is_the_one_in_force_then(library: Library, asks: Asking) -> None:
    assert asks("2019年公司法第十六条规定了什么？", "").text == OLD


def test_an_article_that_stands_nowhere_is_not_answered_by_another(asks: Asking) -> None:
    answer = asks("公司法第九百条规定了什么？")
    assert answer.status is Outcome.NOT_FOUND
    assert answer.sentences == ()
