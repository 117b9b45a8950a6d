"""What the search does beyond ranking: statutes, versions, filters, passages, rerankers, likeness."""

import json
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEmbedder, FakeReranker
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library, StoredChunk
from workbench.models.library.indexing import Indexer
from workbench.models.retrieval import Filters, Retriever
from workbench.models.retrieval.glossary import NOTE_KIND
from workbench.models.retrieval.passages import passages
from workbench.models.retrieval.question import Reading
from workbench.vault import LibraryKey

LAWS = [
    {
        "law": "公司法",
        "date": "2018-10-26",
        "article": "第十六条",
        "text": "公司为他人提供担保，由董事会或者股东会决议。",
    },
    {
        "law": "公司法",
        "date": "2023-12-29",
        "article": "第十六条",
        "text": "公司向其他企业投资应当按照章程决议，担保由股东会决议。",
    },
    {"law": "公司法", "date": "2023-12-29", "article": "第十七条", "text": "公司应当保护职工的合法权益。"},
    {"law": "民法典", "date": "", "article": "第六百八十一条", "text": "保证合同是为保障债权的实现订立的合同。"},
]
DAY = date(2026, 1, 1)


@pytest.fixture
def laws(library: Library, embedder: FakeEmbedder, tmp_path: Path) -> str:
    case = library.create_case("法规").id
    path = tmp_path / "laws.jsonl"
    rows = [{"id": f"{x['law']}|{x['date']}|{x['article']}", **x} for x in LAWS]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
    assert [r.status for r in importer.add(case, [path], JobContext())] == ["added"]
    importer.embed_pending(JobContext(), case)
    return case


def retriever(library: Library, embedder: FakeEmbedder | None = None) -> Retriever:
    return Retriever(library, (lambda: embedder) if embedder else None, day=lambda: DAY)


@pytest.mark.parametrize("asked", ["公司法第16条是什么？", "《中华人民共和国公司法》第十六条"])
def test_a_statute_named_by_number_is_looked_up_and_what_holds_today_comes_first(
    library: Library, laws: str, asked: str
) -> None:
    hits = retriever(library).search(laws, asked)
    assert [h.outer_id for h in hits[:2]] == ["公司法|2023-12-29|第十六条", "公司法|2018-10-26|第十六条"]
    assert hits[0].in_force is True
    assert hits[1].in_force is False
    assert hits[0].versions == (hits[1].document.id,)
    assert hits[0].to_json()["versions"] == [hits[1].document.id]


def test_of_two_versions_the_one_in_force_on_the_day_asked_about_comes_first(library: Library, laws: str) -> None:
    hits = retriever(library).search(laws, "2019年按公司法第十六条谁决议担保？")
    assert hits[0].outer_id == "公司法|2018-10-26|第十六条"
    assert hits[0].in_force is True


def test_an_article_that_an_interpretation_rests_on_comes_with_it(
    library: Library, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    rows = [
        {"law": "民法典", "article": "第六百八十六条", "text": "当事人对保证方式没有约定的，按照一般保证承担责任。"},
        {"law": "民法典", "article": "第六百九十条", "text": "保证人与债权人可以协商订立最高额保证的合同。"},
        {
            "law": "最高人民法院关于适用《民法典》有关担保制度的解释",
            "article": "第二十五条",
            "text": "写明债务人不能偿还时由谁来还的，适用民法典第六百八十六条的规定。",
        },
    ]
    case = library.create_case("法规").id
    path = tmp_path / "laws.jsonl"
    named = [{"id": f"{row['law']}{row['article']}", "date": "", **row} for row in rows]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in named), encoding="utf-8")
    importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
    assert [r.status for r in importer.add(case, [path], JobContext())] == ["added"]
    hits = retriever(library).search(case, "债务人不能偿还时由谁来还，保证人吗？")
    assert [h.document.properties["article"] for h in hits[:2]] == ["第二十五条", "第六百八十六条"]


def test_a_clause_of_a_banks_own_rules_is_looked_up_without_the_banks_name(library: Library, tmp_path: Path) -> None:
    rows = [
        {"article": "第五条", "text": "授信管理办法第六条怎么规定的，分行应当照此办理。"},
        {"article": "第六条", "text": "贷后每季检查一次。"},
    ]
    case = library.create_case("制度").id
    path = tmp_path / "rules.jsonl"
    named = [{"id": r["article"], "title": f"沅澜银行授信管理办法（内部） {r['article']}", **r} for r in rows]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in named), encoding="utf-8")
    importer = Importer(library, None, ComputeArbiter(), read=read_file, chunk=chunk)
    assert [r.status for r in importer.add(case, [path], JobContext())] == ["added"]
    assert retriever(library).search(case, "授信管理办法第六条怎么规定？")[0].text == "贷后每季检查一次。"


def test_filters_keep_norms_in_force_dates_companies_and_documents(library: Library, laws: str) -> None:
    search = retriever(library).search

    def found(filters: Filters) -> set[str]:
        return {h.outer_id for h in search(laws, "公司担保由股东会决议", filters=filters)}

    assert "公司法|2018-10-26|第十六条" not in found(Filters(in_force=True))
    assert found(Filters(in_force=False)) <= {"公司法|2018-10-26|第十六条", "民法典||第六百八十一条"}
    assert "公司法|2018-10-26|第十六条" in found(Filters(in_force=True, on="2019-01-01"))
    assert found(Filters(until="2020-01-01")) == {"公司法|2018-10-26|第十六条"}
    assert found(Filters(since="2020-01-01")) >= {"公司法|2023-12-29|第十六条"}
    assert found(Filters(documents=("民法典||第六百八十一条",), formats=("pdf",))) == set()
    assert not Filters()


def test_words_of_a_cases_own_glossary_are_found(library: Library, fill: Callable[..., str]) -> None:
    case = fill({"甲": "星辰计划的资金由母公司拨付。", "乙": "食堂每日供应午餐。"}, vectors=False)
    assert retriever(library).search(case, "X项") == ()
    library.save_note(case, NOTE_KIND, "own", {"lines": "X项 = 星辰计划"})
    assert retriever(library).search(case, "X项")[0].outer_id == "甲"


def test_a_document_that_says_the_same_is_named_beside_the_one_shown(
    library: Library, fill: Callable[..., str]
) -> None:
    same = "本公司为借款人提供连带责任保证，保证期间为三年。"
    case = fill({"保证函": same, "副本": same}, company="恒泰精密股份有限公司")
    hits = retriever(library).search(case, "保证期间")
    assert len(hits) == 1
    assert len(hits[0].also) == 1
    assert hits[0].also[0] != hits[0].document.id


def test_a_passage_is_the_sentences_to_read_first_verbatim_and_placed(
    library: Library, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    filler = "公司重视员工培训并定期组织活动。" * 12
    (tmp_path / "a.txt").write_text(f"{filler}\n甲公司二〇二三年营业收入为12.5亿元。\n{filler}", encoding="utf-8")
    case = library.create_case("卷宗").id
    importer = Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, chunk=chunk)
    list(importer.add(case, [tmp_path / "a.txt"], JobContext()))
    importer.embed_pending(JobContext(), case)
    hits = retriever(library, embedder).passages(case, "甲公司2023年的营业收入是多少？")
    assert "12.5亿元" in hits[0].text
    assert len(hits[0].text) < 100
    assert all(h.text in h.chunk.text and h.anchor.spans for h in hits)
    spans = [(h.chunk.id, h.text) for h in hits]
    assert len(spans) == len(set(spans))


def test_passages_are_as_many_as_asked_for_and_none_of_nothing() -> None:
    assert passages(Reading("问题"), [], 5) == []


def test_further_on_a_sentence_beside_a_passage_lengthens_it_rather_than_taking_another_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workbench.models.retrieval.passages._NEARLY", 2.0)
    monkeypatch.setattr("workbench.models.retrieval.passages._LOOSELY", 2.0)
    line = "公司在{0}月采取了环保措施第{0}项，投入治污设备并降低了能源消耗与排放总量。"
    told = "".join(line.format(month) for month in range(1, 13))
    pieces = [StoredChunk(str(n), "报告", n, told, "", n) for n in range(4)]
    found = passages(Reading("总结公司采取的环保措施"), [(piece, 0.9) for piece in pieces], 16)
    spans = sorted((p.chunk.id, p.start, p.end) for p in found)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))
    assert len(found) < len(pieces) * 3
    assert max(end - start for _, start, end in spans) > 2 * len(line)
    assert sum(end - start for _, start, end in spans) == len(told) * len(pieces)


def test_a_reranking_model_that_is_ready_has_a_say_and_one_that_is_not_is_not_asked(
    library: Library, fill: Callable[..., str]
) -> None:
    case = fill({"甲": "违约方应当支付违约金。", "乙": "违约的后果另行约定。", "丙": "股东会的召集。"}, vectors=False)
    model = FakeReranker()
    assert Retriever(library, None, lambda: model).search(case, "违约金")[0].outer_id == "甲"
    assert model.ranked == ["违约金"]
    assert Retriever(library, None, lambda: None).search(case, "违约金")[0].outer_id == "甲"
    Retriever(library, None, lambda: model).search(case, "违约金", words_only=True)
    assert len(model.ranked) == 1


def test_likeness_is_high_for_what_speaks_of_the_question_and_none_without_a_model(
    library: Library, embedder: FakeEmbedder
) -> None:
    near, far = retriever(library, embedder).similarity("谁召集股东会会议", ["股东会会议由董事会召集", "天气晴朗"]) or (
        0,
        1,
    )
    assert 0 <= far < near <= 1
    assert retriever(library).similarity("谁", ["甲"]) is None


def test_words_indexed_by_an_older_program_are_made_anew_when_the_library_is_idle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: FakeEmbedder
) -> None:
    key, home = LibraryKey(bytes(range(32))), tmp_path / "home"
    path = tmp_path / "t.jsonl"
    lines = [{"id": str(i), "text": f"貸款餘額第{i}筆，續保"} for i in range(20)]
    path.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lines), encoding="utf-8")
    monkeypatch.setattr("workbench.models.library.indexing._BATCH", 8)
    with Library.open(home, key) as library:
        monkeypatch.setattr(library.indexer, "_make_terms", lambda text: [w for w in text if w.strip()])
        case = library.create_case("卷宗").id
        list(Importer(library, None, ComputeArbiter(), read=read_file, chunk=chunk).add(case, [path], JobContext()))
        with library.database.write() as connection:
            connection.execute("UPDATE meta SET value = '1' WHERE key = 'terms'")
    with Library.open(home, key) as library:
        assert len(library.find_words(case, ["貸"], 50)) == 20, "the old words serve until they are replaced"
        library.tidy(JobContext())
        assert len(library.find_words(case, ["贷款"], 50)) == 20
        assert library.find_words(case, ["貸"], 50) == []
        assert isinstance(library.indexer, Indexer)
    with Library.open(home, key) as library:
        assert len(library.find_words(case, ["贷款"], 50)) == 20
