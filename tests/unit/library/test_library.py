import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import LibraryError, LibraryLocked
from workbench.inference.fake import bigram_vector
from workbench.jobs import JobContext
from workbench.models.evidence.terms import terms
from workbench.models.library import Library, index

LONG_AGO, FAR_AHEAD = "2000-01-01", "2999-01-01"


@pytest.fixture
def filled(library, add, importer, material):
    """A case of five files with vectors; returns its id."""
    for number, text in enumerate(["应收账款增加。", "存货减少。", "短期借款增加。", "对外担保。", "关联交易增加。"]):
        (material / f"{number}.txt").write_text(f"{text}\n第{number}节。", encoding="utf-8")
    add(material)
    importer.embed_pending(JobContext())
    return library.case("恒泰精密").id


def answers(library, case, words="账款增加"):
    texts = {c.id: c.text for c in library.chunks([i for i, _ in library.find_words(case, terms(words), 50)])}
    by_words = [(texts[i], round(s, 4)) for i, s in library.find_words(case, terms(words), 50)]
    nearest = library.find_nearest(case, bigram_vector(words), 50)
    return by_words, [(i, round(s, 3)) for i, s in nearest]


def test_a_rebuilt_index_answers_the_same(library, filled):
    library.tidy(JobContext(), whole=True)
    before = answers(library, filled)
    library.rebuild_index()
    words, nearest = answers(library, filled)
    assert words == before[0]
    assert nearest == before[1]
    assert len(nearest) == 5


def test_merging_fresh_rows_keeps_what_is_found(library, filled):
    def found(case):
        return {text for text, _ in answers(library, case)[0]}

    before = found(filled)
    assert library._index.fresh("words", filled) == 5
    library.tidy(JobContext(), whole=True)
    assert library._index.fresh("words", filled) == 0
    assert found(filled) == before


def test_an_import_into_a_merged_case_weighs_new_and_old_alike(library, add, material, filled):
    library.tidy(JobContext(), whole=True)
    (material / "新.txt").write_text("应收账款增加。\n第0节。\n", encoding="utf-8")
    add(material / "新.txt")
    [(one, first), (other, second)] = library.find_words(filled, terms("应收账款"), 5)
    assert len({c.document for c in library.chunks([one, other])}) == 2
    assert first == pytest.approx(second)


def test_a_deleted_document_leaves_search_at_once_and_comes_back(library, filled):
    [first] = [d for d in library.documents(filled) if d.name == "0.txt"]
    before = answers(library, filled)
    changes = library.delete_document(first.id)
    words, nearest = answers(library, filled)
    assert changes.documents == {first.id}
    assert changes.cases == {filled}
    assert not [text for text, _ in words if "应收账款" in text]
    assert len(nearest) == 4
    assert library.case(filled).documents == 4
    with pytest.raises(LibraryError):
        library.document(first.id)
    library.restore_document(first.id)
    assert answers(library, filled)[1] == before[1]
    assert library.document(first.id) == first


def test_a_deleted_case_is_out_of_sight_until_restored(library, filled):
    library.delete_case(filled)
    assert library.cases() == ()
    with pytest.raises(LibraryError):
        library.find_words(filled, ["账款"], 5)
    library.restore_case(filled)
    assert answers(library, filled)[0]


def test_purging_forgets_for_good_what_was_deleted_before(library, filled):
    document = library.documents(filled)[0]
    library.delete_document(document.id)
    library.tidy(JobContext(), purge_before=LONG_AGO)
    library.restore_document(document.id)
    library.delete_document(document.id)
    library.tidy(JobContext(), purge_before=FAR_AHEAD)
    with pytest.raises(LibraryError):
        library.restore_document(document.id)
    assert len(library.originals.names()) == 4
    library.delete_case(filled)
    library.tidy(JobContext(), purge_before=FAR_AHEAD)
    assert library.originals.names() == set()
    assert library._index.cases() == set()
    with pytest.raises(LibraryError):
        library.restore_case(filled)


def test_what_is_purged_is_told_before_and_after(library, filled):
    deleted, kept, *_ = library.documents(filled)
    library.delete_document(deleted.id)
    going = []

    def let_go(leaving):
        library.restore_document(deleted.id)  # still there
        library.delete_document(deleted.id)
        going.append(leaving)

    assert not library.tidy(JobContext(), purge_before=LONG_AGO, going=let_go)
    gone = library.tidy(JobContext(), purge_before=FAR_AHEAD, going=let_go)
    assert (gone.cases, gone.documents) == (frozenset(), {deleted.id})
    library.delete_case(filled)
    all_gone = library.tidy(JobContext(), purge_before=FAR_AHEAD, going=going.append)
    assert all_gone.cases == {filled}
    assert kept.id in all_gone.documents
    assert going == [gone, all_gone]


def test_nothing_is_purged_while_a_copy_of_it_could_not_be_let_go(library, filled):
    document = library.documents(filled)[0]
    library.delete_document(document.id)

    def refuse(_leaving):
        raise OSError("held")

    with pytest.raises(OSError, match="held"):
        library.tidy(JobContext(), purge_before=FAR_AHEAD, going=refuse)
    library.restore_document(document.id)
    assert library.content(document.id).blocks


def test_tidying_drops_originals_of_versions_that_were_replaced(library, add, material, filled):
    (material / "0.txt").write_text("应收账款减少。", encoding="utf-8")
    add(material)
    assert len(library.originals.names()) == 6
    library.tidy(JobContext())
    assert len(library.originals.names()) == 5


def test_a_search_among_given_documents_finds_no_others(library, filled):
    chosen = [d.id for d in library.documents(filled) if d.name in ("0.txt", "2.txt")]
    by_words = library.find_words(filled, terms("增加"), 10, documents=chosen)
    nearest = library.find_nearest(filled, bigram_vector("增加"), 10, documents=chosen)
    for hits in (by_words, nearest):
        assert {c.document for c in library.chunks([i for i, _ in hits])} == set(chosen)
    assert library.find_words(filled, terms("增加"), 10, documents=[]) == []
    assert library.find_words(filled, terms("增加"), 10, documents=["unknown"]) == []


def test_the_limit_is_met_though_better_hits_were_deleted(library, filled):
    for document in library.documents(filled)[:2]:
        library.delete_document(document.id)
    assert len(library.find_nearest(filled, bigram_vector("应收账款增加"), 3)) == 3


def test_searching_for_nothing_or_in_an_empty_case_finds_nothing(library, filled):
    empty = library.create_case("空").id
    assert library.find_words(filled, [], 5) == []
    assert library.find_words(empty, ["账款"], 5) == []
    assert library.find_nearest(empty, bigram_vector("账款"), 5) == []
    assert library.find_nearest(filled, np.ones(7, np.float32), 5) == []
    assert library.find_words(filled, terms("增加"), 0) == []


def test_terms_are_searched_as_they_are_whatever_they_look_like(library, filled):
    for term in ('"', "AND", "(", "*:*", "应收'", "\\", "账 款"):
        assert library.find_words(filled, [term], 5) == []


def test_cases_never_find_each_others_documents(library, add, material, filled):
    (material / "别.txt").write_text("应收账款另案。", encoding="utf-8")
    add(material / "别.txt", case="另一户")
    other = library.case("另一户").id
    assert [text for text, _ in answers(library, other, "应收账款")[0]] == [
        c.text for c in library.chunks([library.find_words(other, terms("另案"), 1)[0][0]])
    ]


def test_neighbours_come_in_order_around_a_chunk(library, add, material):
    text = "\n".join("这一段讲述公司的经营情况。" * 15 + f"第{i}段。" for i in range(6))
    (material / "长.txt").write_text(text, encoding="utf-8")
    [result] = add(material / "长.txt")
    ids = [str(row[0]) for row in library.database.rows("SELECT number FROM chunks ORDER BY number")]
    chunks = library.chunks(ids)
    assert len(chunks) == result.chunks > 4
    assert library.neighbours(chunks[2], 1, 2) == chunks[1:5]
    assert library.neighbours(chunks[0], 3, 0) == chunks[:1]


def test_chunks_come_in_the_order_asked_without_unknown_ones(library, filled):
    ids = [str(row[0]) for row in library.database.rows("SELECT number FROM chunks")]
    asked = [ids[3], "999999", "no", ids[0]]
    assert [c.id for c in library.chunks(asked)] == [ids[3], ids[0]]


def test_notes_are_kept_by_kind_and_key(library, filled):
    library.save_note(filled, "talk", "1", {"question": "负债率？"})
    library.save_note(filled, "talk", "1", {"question": "资产负债率？", "sources": [1, 2]})
    library.save_note(filled, "draft", "1", {"title": "报告"})
    assert library.notes(filled, "talk") == {"1": {"question": "资产负债率？", "sources": [1, 2]}}
    library.delete_note(filled, "talk", "1")
    library.delete_note(filled, "talk", "1")
    assert library.notes(filled, "talk") == {}
    assert library.notes(filled, "draft") == {"1": {"title": "报告"}}


def test_cases_are_found_by_name_and_id_and_names_are_unique(library):
    case = library.create_case(" 恒泰精密 ")
    assert library.case("恒泰精密") == library.case(case.id) == case
    for name in ("恒泰精密", "  "):
        with pytest.raises(LibraryError):
            library.create_case(name)
    library.rename_case(case.id, "恒泰")
    assert [c.name for c in library.cases()] == ["恒泰"]
    with pytest.raises(LibraryError):
        library.case("恒泰精密")
    with pytest.raises(LibraryError):
        library.rename_case("unknown", "x")


def test_everything_is_there_after_opening_again(library, filled, home, key):
    before, documents = answers(library, filled), library.documents(filled)
    library.close()
    with Library.open(home, key) as again:
        assert answers(again, filled) == before
        assert again.documents(filled) == documents


def test_a_library_open_in_this_process_is_locked(library, home, key):
    with pytest.raises(LibraryLocked):
        Library.open(home, key)
    library.close()
    Library.open(home, key).close()


def test_a_library_open_in_another_process_is_locked_until_that_dies(home, key):
    script = (
        "import sys; from pathlib import Path; from workbench.models.library import Library;"
        "from workbench.vault import LibraryKey; l = Library.open(Path(sys.argv[1]), LibraryKey(bytes(range(32))));"
        "print('open', flush=True); sys.stdin.read()"
    )
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        env={**os.environ, "PYTHONPATH": root},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "open\n"
        with pytest.raises(LibraryLocked) as told:
            Library.open(home, key)
        assert str(other.pid) in told.value.detail
        other.kill()
        other.wait()
    Library.open(home, key).close()


def test_cells_of_many_vectors_find_what_comparing_all_of_them_finds(library, add, importer, write_jsonl, monkeypatch):
    add(write_jsonl([{"id": str(i), "text": f"第{i}条规定了编号{i * 7919}的事项。"} for i in range(400)]), case="法规")
    importer.embed_pending(JobContext())
    case = library.case("法规").id
    before = library.find_nearest(case, bigram_vector("编号7919的事项"), 3)
    monkeypatch.setattr(index, "CELLS_FROM", 300)
    library.tidy(JobContext(), whole=True)
    assert len(list(library._index._table("vectors", case).list_indices())) == 1
    after = library.find_nearest(case, bigram_vector("编号7919的事项"), 3)
    assert after[0][0] == before[0][0]
    assert after[0][1] == pytest.approx(before[0][1], abs=1e-3)


def test_the_search_index_brings_no_http_client_and_waits_until_a_library_is_opened():
    script = (
        "import sys, workbench.models.library; assert 'lancedb' not in sys.modules;"
        "import workbench.models.library.index;"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('urllib3', 'requests', 'httpx')))"
    )
    root = str(Path(__file__).parents[3])
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"


def test_what_was_deleted_long_ago_goes_for_good_and_what_was_deleted_lately_stays(library, add, material, monkeypatch):
    for name in ("早.txt", "近.txt"):
        (material / name).write_text(f"{name}里的一句话。", encoding="utf-8")
    add(material)
    case = library.case("恒泰精密").id
    old, late = sorted(library.documents(case), key=lambda d: d.name != "早.txt")[:2]
    monkeypatch.setattr("workbench.models.library.documents.now", lambda: "2020-01-01T00:00:00+00:00")
    library.delete_document(old.id)
    monkeypatch.undo()
    library.delete_document(late.id)
    library.keep_house(JobContext())
    library.restore_document(late.id)
    assert [d.id for d in library.documents(case)] == [late.id]
    with pytest.raises(LibraryError):
        library.restore_document(old.id)
