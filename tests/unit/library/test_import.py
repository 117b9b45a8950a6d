import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.errors import Cancelled, LibraryError
from workbench.inference.fake import FakeEmbedder, bigram_vector
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.document import Attachment, Document
from workbench.models.documents.reading import read_bytes, read_file
from workbench.models.documents.text import blocks_of
from workbench.models.evidence import TextSpan
from workbench.models.evidence.terms import terms
from workbench.models.library import Importer
from workbench.models.library.ahead import ReadAhead


def found(library, case_id, words):
    hits = library.find_words(case_id, terms(words), 10)
    return [library.document(c.document).name for c in library.chunks([i for i, _ in hits])]


def test_a_document_added_is_found_by_its_words_and_placed(library, add, material):
    (material / "申请书.txt").write_text("贷款申请书\n借款人申请流动资金贷款三千万元。\n", encoding="utf-8")
    [result] = add(material / "申请书.txt")
    case = library.case("恒泰精密")
    [(chunk_id, score)] = library.find_words(case.id, terms("流动资金贷款"), 5)
    [hit] = library.chunks([chunk_id])
    at = hit.text.index("流动资金")
    assert (result.status, result.document) == ("added", hit.document)
    assert result.chunks == 1
    assert score > 0
    assert library.anchor(hit, at, at + 4).spans == (TextSpan(2, 5, 9),)
    assert library.original(hit.document) == (material / "申请书.txt").read_bytes()
    assert library.content(hit.document) == read_file(material / "申请书.txt")
    assert [d.state for d in library.documents(case.id)] == ["words"]


def test_an_unchanged_file_does_nothing_from_wherever_it_comes(library, add, material):
    (material / "合同.txt").write_text("购销合同。", encoding="utf-8")
    (material / "副本.txt").write_text("购销合同。", encoding="utf-8")
    [first] = add(material / "合同.txt")
    before = library.documents(library.case("恒泰精密").id)
    again = add(material / "合同.txt", material / "副本.txt")
    assert [(r.status, r.document) for r in again] == [("unchanged", first.document)] * 2
    assert library.documents(library.case("恒泰精密").id) == before


def test_a_changed_file_replaces_its_old_version_in_words_vectors_and_content(library, add, importer, material):
    path = material / "说明.txt"
    path.write_text("应收账款余额增加，系客户延期付款。", encoding="utf-8")
    [first] = add(path)
    importer.embed_pending(JobContext())
    path.write_text("存货余额减少，系产销两旺。", encoding="utf-8")
    [second] = add(path)
    importer.embed_pending(JobContext())
    case = library.case("恒泰精密")
    [document] = library.documents(case.id)
    assert (second.status, second.document) == ("added", first.document)
    assert (document.generation, document.state) == (2, "ready")
    assert found(library, case.id, "应收账款") == []
    assert found(library, case.id, "产销两旺") == ["说明.txt"]
    nearest = library.find_nearest(case.id, bigram_vector("应收账款余额增加"), 10)
    assert [c.text for c in library.chunks([i for i, _ in nearest])] == ["存货余额减少，系产销两旺。"]


def test_old_versions_leave_search_before_the_index_has_forgotten_them(library, add, material, monkeypatch):
    path = material / "说明.txt"
    path.write_text("应收账款余额增加。", encoding="utf-8")
    add(path)
    monkeypatch.setattr(library.indexer, "forget_stale", lambda case: None)
    path.write_text("存货余额减少。", encoding="utf-8")
    add(path)
    case = library.case("恒泰精密")
    assert found(library, case.id, "应收账款") == []
    assert found(library, case.id, "存货余额") == ["说明.txt"]


def test_two_files_of_one_name_are_two_and_a_moved_file_stays_one(library, add, material):
    for folder, text in (("母公司", "母公司章程。"), ("子公司", "子公司章程。")):
        (material / folder).mkdir()
        (material / folder / "章程.txt").write_text(text, encoding="utf-8")
    subsidiary, parent = add(material)
    assert subsidiary.document != parent.document
    moved = material / "章程.txt"
    (material / "母公司" / "章程.txt").rename(moved)
    moved.write_text("母公司章程修正案。", encoding="utf-8")
    [again] = add(moved)
    assert again.document == parent.document
    assert len(library.documents(library.case("恒泰精密").id)) == 2


def test_folders_are_walked_without_hidden_files_and_office_locks(add, material):
    (material / "财务").mkdir()
    for name in ("a.txt", ".hidden.txt", "~$a.txt", "财务/b.txt", "Thumbs.db"):
        (material / name).write_text(f"文件{name}", encoding="utf-8")
    (material / ".git").mkdir()
    (material / ".git" / "c.txt").write_text("不读", encoding="utf-8")
    assert [Path(r.path).name for r in add(material)] == ["a.txt", "b.txt"]


def test_a_refused_file_is_listed_with_its_reason_and_the_rest_goes_on(library, add, material):
    (material / "a.txt").write_text("", encoding="utf-8")
    (material / "b.txt").write_text("正文。", encoding="utf-8")
    refused, added, missing = add(material / "a.txt", material / "b.txt", material / "c.txt")
    listed = {d.name: d for d in library.documents(library.case("恒泰精密").id)}
    assert (refused.status, added.status, missing.status) == ("rejected", "added", "rejected")
    assert missing.error["kind"] == "not_found"
    assert listed["a.txt"].state == "rejected"
    assert listed["a.txt"].error == refused.error
    assert refused.error["message"]
    assert refused.error["hint"]
    assert library.case("恒泰精密").documents == 1
    assert set(listed) == {"a.txt", "b.txt"}


def test_a_refused_file_that_was_mended_takes_the_place_of_its_refusal(library, add, material):
    path = material / "a.txt"
    path.write_text("", encoding="utf-8")
    add(path)
    path.write_text("正文。", encoding="utf-8")
    add(path)
    assert [d.state for d in library.documents(library.case("恒泰精密").id)] == ["words"]


def test_a_sound_version_stays_when_the_file_turns_bad(library, add, material):
    path = material / "a.txt"
    path.write_text("抵押物清单。", encoding="utf-8")
    add(path)
    path.write_text("", encoding="utf-8")
    [refused] = add(path)
    assert refused.status == "rejected"
    assert found(library, library.case("恒泰精密").id, "抵押物清单") == ["a.txt"]


def test_a_file_that_changes_while_it_is_read_is_refused(library, material):
    path = material / "a.txt"
    path.write_text("第一稿。", encoding="utf-8")

    def read(path, *, password, job):
        document = read_file(path)
        path.write_text("第二稿。", encoding="utf-8")
        return document

    case = library.create_case("x")
    [result] = Importer(library, None, ComputeArbiter(), read=read, chunk=chunk).add(case.id, [path], JobContext())
    assert result.status == "rejected"
    assert library.documents(case.id) == ()
    assert library.originals.names() == set()


def test_jsonl_gives_a_document_a_line_under_its_own_id_with_its_filters(library, add, write_jsonl):
    path = write_jsonl(
        [
            {
                "id": "商业银行法||第一条",
                "law": "商业银行法",
                "article": "第一条",
                "text": "为了保护商业银行的合法权益。",
            },
            {"id": "商业银行法||第二条", "law": "商业银行法", "article": "第二条", "text": "本法所称的商业银行。"},
        ]
    )
    [result] = add(path, case="法规")
    first, second = library.documents(library.case("法规").id)
    assert result.to_json()["documents"] == 2
    assert (first.id, first.properties["article"]) == ("商业银行法||第一条", "第一条")
    assert second.id == "商业银行法||第二条"
    hits = library.find_words(library.case("法规").id, terms("商业银行"), 5, documents=[second.id])
    assert {c.document for c in library.chunks([i for i, _ in hits])} == {second.id}


def test_a_changed_jsonl_touches_only_the_lines_that_changed(library, add, write_jsonl):
    lines = [{"id": str(i), "text": f"第{i}项规定。"} for i in range(5)]
    add(write_jsonl(lines), case="法规")
    lines[1]["text"] = "已经修改的规定。"
    add(write_jsonl(lines[:4]), case="法规")
    stored = library.documents(library.case("法规").id)
    assert [(d.id, d.generation) for d in stored] == [("0", 1), ("1", 2), ("2", 1), ("3", 1)]


def test_the_same_ids_in_another_case_are_other_documents(library, add, write_jsonl):
    path = write_jsonl([{"id": "7", "text": "甲。"}])
    add(path, case="一")
    add(path, case="二")
    ids = [d.id for name in ("一", "二") for d in library.documents(library.case(name).id)]
    assert ids == ["7", "7~2"]


def test_a_bulk_of_articles_goes_into_the_index_in_few_writes(library, add, write_jsonl, monkeypatch):
    writes = []
    add_words = library._index.add_words
    monkeypatch.setattr(
        library._index, "add_words", lambda case, rows, terms: writes.append(len(rows)) or add_words(case, rows, terms)
    )
    path = write_jsonl([{"id": str(i), "text": f"第{i}条规定了编号{i * 7919}的事项。"} for i in range(4820)])
    add(path, case="法规")
    case = library.case("法规")
    assert case.documents == sum(writes) == 4820
    assert len(writes) <= 3
    assert found(library, case.id, "编号7919的事项")


def test_vectors_follow_and_resume_after_a_stop(library, add, importer, embedder, write_jsonl, monkeypatch):
    add(write_jsonl([{"id": str(i), "text": f"第{i}条的内容。"} for i in range(100)]), case="法规")
    case = library.case("法规")
    job = JobContext()
    embed = embedder.embed

    def stop_after_two_batches(*given):
        vectors = embed(*given)
        if len(embedder.embedded) > 40:
            job.cancel()
        return vectors

    monkeypatch.setattr(embedder, "embed", stop_after_two_batches)
    with pytest.raises(Cancelled):
        importer.embed_pending(job)
    before = len(embedder.embedded)
    importer.embed_pending(JobContext())
    assert 0 < before < 100
    assert len(embedder.embedded) == 100
    assert {d.state for d in library.documents(case.id)} == {"ready"}
    [(_, cosine)] = library.find_nearest(case.id, bigram_vector("第42条\n第42条的内容。"), 1)
    assert cosine > 0.5
    assert importer.embed_pending(JobContext()).documents == frozenset()


def test_another_embedding_model_renews_every_vector(library, add, importer, embedder, material):
    (material / "a.txt").write_text("正文。", encoding="utf-8")
    add(material)
    importer.embed_pending(JobContext())
    other = FakeEmbedder()
    other.info = type(other.info)("other", "2" * 64, other.info.role, 512, other.info.dimension)
    Importer(library, lambda: other, ComputeArbiter(), read=read_file, chunk=chunk).embed_pending(JobContext())
    assert len(other.embedded) == 1
    assert len(library.find_nearest(library.case("恒泰精密").id, bigram_vector("正文"), 5)) == 1


def test_stopping_an_import_keeps_the_files_that_were_in(library, material, embedder):
    for name in "abc":
        (material / f"{name}.txt").write_text(f"文件{name}的正文。", encoding="utf-8")
    job = JobContext()

    def read(path, *, password, job):
        if path.name == "b.txt":
            job.cancel()
        return read_file(path)

    case = library.create_case("x")
    importer = Importer(library, None, ComputeArbiter(), read=read, chunk=chunk)
    with pytest.raises(Cancelled):
        list(importer.add(case.id, [material], job))
    assert [d.name for d in library.documents(case.id)] == ["a.txt"]
    assert found(library, case.id, "文件的正文") == ["a.txt"]


def test_an_unknown_case_is_told(importer, material):
    with pytest.raises(LibraryError) as told:
        list(importer.add("nowhere", [material], JobContext()))
    assert "nowhere" in told.value.message


def test_results_have_the_contract_shape(add, material):
    (material / "a.txt").write_text("正文。", encoding="utf-8")
    [result] = add(material)
    assert list(result.to_json()) == ["path", "status", "document", "pages", "chunks", "seconds", "error"]


def test_attachments_come_in_beside_their_document_and_go_with_it(library, material):
    path = material / "合同.pdf"
    path.write_bytes(b"contract")

    def read(path, *, password, job):
        if path.suffix == ".pdf":
            held = (Attachment("清单.txt", "设备清单。".encode()), Attachment("空.txt", b""))
            return Document("合同", "pdf", blocks_of("购销合同正文。"), attachments=held if path.read_bytes() else ())
        raise AssertionError(path)

    case = library.create_case("x")
    importer = Importer(library, None, ComputeArbiter(), read=read, read_bytes=read_bytes, chunk=chunk)
    [result] = importer.add(case.id, [path], JobContext())
    parent, child = library.documents(case.id)
    assert (result.status, result.document) == ("partial", parent.id)
    assert (parent.title, child.title) == ("合同", "清单.txt")
    assert "空.txt" in parent.notes[0]
    hits = library.find_words(case.id, terms("设备清单"), 5)
    assert [c.document for c in library.chunks([i for i, _ in hits])] == [child.id]
    assert library.original(child.id) == "设备清单。".encode()
    assert child.properties["parent"] == "合同.pdf"
    told = [(Path(c["path"]).name, c["status"], c["document"]) for c in result.children]
    assert told == [("清单.txt", "added", child.id), ("空.txt", "rejected", None)]
    path.write_bytes(b"")
    [again] = importer.add(case.id, [path], JobContext())
    assert (again.status, [d.id for d in library.documents(case.id)]) == ("added", [parent.id])


def test_what_came_out_of_a_file_goes_and_comes_back_with_it(library, importer, material):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("清单.txt", "设备清单。")
    with zipfile.ZipFile(material / "a.zip", "w") as archive:
        archive.writestr("合同.txt", "购销合同。")
        archive.writestr("内.zip", inner.getvalue())
    case = library.create_case("x")
    [result] = importer.add(case.id, [material / "a.zip"], JobContext())
    outer, letter, box, listed = library.documents(case.id)
    assert [d.properties.get("parent") for d in (outer, letter, box, listed)] == [
        None,
        "a.zip",
        "a.zip",
        "a.zip!/内.zip",
    ]
    inside = str(material / "a.zip")
    assert [c["path"].removeprefix(inside) for c in result.to_json()["children"]] == [
        "!/合同.txt",
        "!/内.zip",
        "!/内.zip!/清单.txt",
    ]
    library.delete_document(letter.id)
    library.delete_document(box.id)
    assert [d.id for d in library.documents(case.id)] == [outer.id]
    library.restore_document(box.id)
    library.restore_document(letter.id)
    library.delete_document(outer.id)
    assert library.documents(case.id) == ()
    assert found(library, case.id, "设备清单") == []
    library.restore_document(outer.id)
    assert {d.id for d in library.documents(case.id)} == {outer.id, letter.id, box.id, listed.id}
    assert library.original(listed.id) == "设备清单。".encode()


def test_originals_of_inner_files_live_as_long_as_their_documents(library, importer, material):
    with zipfile.ZipFile(material / "a.zip", "w") as archive:
        archive.writestr("合同.txt", "购销合同。")
    case = library.create_case("x")
    list(importer.add(case.id, [material], JobContext()))
    outer, inner = library.documents(case.id)
    library.tidy(JobContext())
    assert library.original(inner.id) == "购销合同。".encode()
    library.delete_document(outer.id)
    library.tidy(JobContext(), purge_before="9999")
    assert library.originals.names() == set()


def test_archives_in_archives_end_at_a_depth_and_say_so(library, importer, material):
    content = b"deep"
    for level in range(7):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"{level}.zip" if level else "a.txt", content)
        content = packed.getvalue()
    (material / "a.zip").write_bytes(content)
    case = library.create_case("x")
    [result] = importer.add(case.id, [material], JobContext())
    assert result.status == "partial"
    assert [c["status"] for c in result.children] == ["added"] * 4 + ["rejected"]
    assert result.children[-1]["error"]["kind"] == "too_large"


def test_files_are_read_ahead_and_come_in_in_their_order(library, material):
    names = [f"{n}.txt" for n in range(9)]
    for name in names:
        (material / name).write_text(f"文件{name}的正文。", encoding="utf-8")
    (material / "9.txt").write_bytes((material / "0.txt").read_bytes())
    case = library.create_case("x")
    importer = Importer(library, None, ComputeArbiter(), chunk=chunk)
    try:
        results = list(importer.add(case.id, [material], JobContext()))
    finally:
        importer.close()
    assert [Path(r.path).name for r in results] == [*names, "9.txt"]
    assert [r.status for r in results] == ["added"] * 9 + ["unchanged"]


def test_reading_ahead_never_runs_far_ahead():
    begun: list[int] = []
    working = ReadAhead([0, 1], lambda reader, item: begun.append(item) or item)
    for item, future in working.each(range(20)):
        assert future.result() == item
        assert max(begun) <= item + 2


def test_words_of_small_files_do_not_wait_for_a_large_one(library, material):
    (material / "a.txt").write_text("质押合同。", encoding="utf-8")
    (material / "b.txt").write_text("报告。" * 100_000, encoding="utf-8")
    case = library.create_case("x")
    seen = []

    def read(path, *, password, job):
        seen.append((path.name, found(library, case.id, "质押合同")))
        return Document(path.stem, "text", blocks_of("质押合同。" if path.name == "a.txt" else "报告。"))

    list(Importer(library, None, ComputeArbiter(), read=read, chunk=chunk).add(case.id, [material], JobContext()))
    assert seen == [("a.txt", []), ("b.txt", ["a.txt"])]


def test_progress_counts_files_of_many_and_pages_of_one(library, material):
    def read(path, *, password, job):
        job.progress(156, 156, "156")
        return read_file(path)

    case = library.create_case("x")
    importer = Importer(library, None, ComputeArbiter(), read=read, chunk=chunk)
    for name in "ab":
        (material / f"{name}.txt").write_text(f"文件{name}。", encoding="utf-8")
    told = []
    list(importer.add(case.id, [material], JobContext(lambda *said: told.append(said[:2]))))
    (material / "c.txt").write_text("文件c。", encoding="utf-8")
    told_of_one = []
    list(importer.add(case.id, [material / "c.txt"], JobContext(lambda *said: told_of_one.append(said[:2]))))
    assert told[-1] == (2, 2)
    assert (156, 156) not in told
    assert (156, 156) in told_of_one


def test_searching_goes_on_while_files_and_vectors_come_in(library, importer, material):
    case = library.create_case("x").id
    for number in range(30):
        (material / f"{number:02}.txt").write_text(f"第{number}份担保合同。", encoding="utf-8")

    def bring_in():
        for number in range(30):
            list(importer.add(case, [material / f"{number:02}.txt"], JobContext()))
            importer.embed_pending(JobContext())

    seen = []
    with ThreadPoolExecutor(1) as pool:
        bringing = pool.submit(bring_in)
        while not bringing.done():
            seen.append(len(library.find_words(case, terms("担保合同"), 50)))
            library.find_nearest(case, bigram_vector("担保合同"), 50)
        bringing.result()
    assert seen == sorted(seen)
    assert len(library.find_words(case, terms("担保合同"), 50)) == 30
    assert len(library.find_nearest(case, bigram_vector("担保合同"), 50)) == 30


def test_a_search_between_commit_and_index_finds_what_was_committed(library, importer, material, monkeypatch):
    (material / "新.txt").write_text("担保余额为三千万元，保证期间两年。", encoding="utf-8")
    case = library.create_case("刚导入").id
    monkeypatch.setattr(importer, "_make_searchable", lambda _case: None)
    list(importer.add(case, [material / "新.txt"], JobContext()))
    assert library.find_words(case, terms("担保余额"), 5)
