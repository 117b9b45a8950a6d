"""Pages that are pictures: found by their words once recognised, page by page, whatever happens between."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from workbench.errors import Cancelled, EngineError, LibraryError, ModelMissing
from workbench.inference.api import PagePicture
from workbench.inference.fake import FakeEmbedder
from workbench.inference.ocr_fake import FakeOcr
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.reading import read_bytes, read_file
from workbench.models.evidence.terms import terms
from workbench.models.library import Importer, Library
from workbench.models.library.importing import AddResult

Make = Callable[..., Importer]


def line(text: str, top: float = 0.1) -> tuple[str, float, float, float, float]:
    return text, 0.1, top, 0.1 + 0.02 * len(text), top + 0.02


@pytest.fixture
def make(library: Library, embedder: FakeEmbedder) -> Make:
    def importer(ocr: FakeOcr | None) -> Importer:
        return Importer(library, lambda: embedder, ComputeArbiter(), read=read_file, read_bytes=read_bytes, ocr=ocr)

    return importer


@pytest.fixture
def case(library: Library) -> str:
    return library.create_case("恒泰精密").id


@pytest.fixture
def fax(material: Path) -> Path:
    """Three pages of a fax; their widths tell them apart."""
    path = material / "传真.tiff"
    pages = [Image.new("L", (600 + 10 * k, 800), 255) for k in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def seen_by_width(picture: PagePicture):
    return [line(f"第{(picture.width - 600) // 10 + 1}页货币资金余额为一百万元。")]


def add(importer: Importer, case: str, *paths: Path) -> list[AddResult]:
    return list(importer.add(case, paths, JobContext()))


def found(library: Library, case: str, words: str) -> list[str]:
    hits = library.find_words(case, terms(words), 10)
    return [chunk.text for chunk in library.chunks([number for number, _ in hits])]


def test_pages_wait_until_they_are_recognised_and_are_found_after(library, make, case, fax):
    importer = make(FakeOcr(seen_by_width))
    (result,) = add(importer, case, fax)
    (before,) = library.documents(case)
    assert (before.state, before.unrecognised, before.chunks) == ("words", 3, 0)
    assert importer.is_waiting(result)
    changes = importer.recognise_pending(JobContext(), case)
    assert changes.documents == {before.id}
    (after,) = library.documents(case)
    assert (after.state, after.unrecognised) == ("words", 0)
    assert any("第2页货币资金" in text for text in found(library, case, "货币资金"))
    importer.embed_pending(JobContext(), case)
    assert library.document(before.id).state == "ready"


def test_the_words_of_a_picture_are_anchored_in_its_pixels(library, make, case, fax):
    importer = make(FakeOcr(seen_by_width))
    add(importer, case, fax)
    importer.recognise_pending(JobContext())
    (hit, *_) = library.find_words(case, terms("货币资金"), 1)
    (chunk,) = library.chunks([hit[0]])
    start = chunk.text.index("第1页")
    anchor = library.anchor(chunk, start, start + 3)
    assert anchor.page == 1
    assert anchor.to_json()["spans"][0]["boxes"][0][0] == pytest.approx(60, abs=1)


def test_the_result_is_told_anew_after_recognising(make, case, fax):
    importer = make(FakeOcr(seen_by_width))
    (result,) = add(importer, case, fax)
    importer.recognise_pending(JobContext(), case)
    settled = importer.settled(result)
    assert settled.status == "added"
    assert settled.chunks > 0
    assert settled.seconds > result.seconds
    assert not importer.is_waiting(result)


def test_a_second_import_changes_nothing(make, case, fax):
    importer = make(FakeOcr(seen_by_width))
    add(importer, case, fax)
    importer.recognise_pending(JobContext())
    (again,) = add(importer, case, fax)
    assert again.status == "unchanged"
    assert not importer.recognise_pending(JobContext())


def test_recognising_goes_on_with_the_page_it_was_stopped_at(library, make, case, fax):
    job = JobContext()

    def stopping(picture: PagePicture):
        if picture.width == 610:
            job.cancel()
            raise Cancelled
        return seen_by_width(picture)

    importer = make(FakeOcr(stopping))
    add(importer, case, fax)
    with pytest.raises(Cancelled):
        importer.recognise_pending(job, case)
    (halfway,) = library.documents(case)
    assert halfway.unrecognised == 2
    assert any("第1页货币资金" in text for text in found(library, case, "货币资金"))
    ocr = FakeOcr(seen_by_width)
    make(ocr).recognise_pending(JobContext(), case)
    assert [width for width, _ in ocr.shown] == [610, 620]
    assert library.documents(case)[0].unrecognised == 0
    assert any("第3页货币资金" in text for text in found(library, case, "货币资金"))


def test_pages_kept_before_a_crash_are_put_into_the_document_by_the_next_run(library, make, case, fax, monkeypatch):
    importer = make(FakeOcr(seen_by_width))
    add(importer, case, fax)
    recogniser = importer._recogniser
    monkeypatch.setattr(recogniser, "_fold", lambda waiting: waiting)
    importer.recognise_pending(JobContext(), case)
    assert library.documents(case)[0].unrecognised == 3
    ocr = FakeOcr([])
    make(ocr).recognise_pending(JobContext(), case)
    assert ocr.shown == []
    assert library.documents(case)[0].unrecognised == 0
    assert len(found(library, case, "货币资金")) > 0


def test_without_models_pages_go_on_waiting_and_everything_else_works(library, make, case, fax, material):
    (material / "说明.txt").write_text("公司主要从事食品冷冻设备的生产。", encoding="utf-8")
    importer = make(FakeOcr([], lacking=ModelMissing("缺少模型", "请重新安装")))
    results = add(importer, case, material)
    assert sorted(r.status for r in results) == ["added", "added"] or "partial" in {r.status for r in results}
    with pytest.raises(ModelMissing):
        importer.recognise_pending(JobContext(), case)
    importer.embed_pending(JobContext(), case)
    states = {d.format: d.state for d in library.documents(case)}
    assert states == {"image": "words", "text": "ready"}
    make(FakeOcr(seen_by_width)).recognise_pending(JobContext(), case)
    assert all(d.unrecognised == 0 for d in library.documents(case))


def test_nothing_waits_means_no_question_for_models(make, case):
    assert not make(FakeOcr([], lacking=ModelMissing("缺少模型"))).recognise_pending(JobContext(), case)


def test_a_page_that_fails_is_noted_and_the_others_are_read(library, make, case, fax):
    def failing(picture: PagePicture):
        return EngineError("这一页太怪") if picture.width == 610 else seen_by_width(picture)

    importer = make(FakeOcr(failing))
    (result,) = add(importer, case, fax)
    importer.recognise_pending(JobContext(), case)
    (document,) = library.documents(case)
    assert document.state == "partial"
    assert document.unrecognised == 0
    assert document.notes == ("第 2 页未能识别：这一页太怪",)
    assert importer.settled(result).status == "partial"


def test_a_picture_without_words_says_so(library, make, case, fax):
    importer = make(FakeOcr(lambda _picture: []))
    add(importer, case, fax)
    importer.recognise_pending(JobContext(), case)
    (document,) = library.documents(case)
    assert document.notes == ("图片中没有认出文字。",)
    assert document.state == "ready"


def test_a_document_deleted_meanwhile_is_left_alone(library, make, case, fax):
    ocr = FakeOcr([])
    importer = make(ocr)
    (result,) = add(importer, case, fax)
    library.delete_document(result.document)
    assert not importer.recognise_pending(JobContext(), case)
    assert ocr.shown == []


def test_a_new_version_that_comes_meanwhile_is_recognised_from_its_own_pages(library, make, case, fax):
    importer = make(FakeOcr(seen_by_width))
    fresh = make(None)

    def replaced(picture: PagePicture):
        if picture.width == 600:
            Image.new("L", (700, 800), 255).save(fax)
            add(fresh, case, fax)
        return [line("旧版文字不该留下。")]

    add(importer, case, fax)
    make(FakeOcr(replaced)).recognise_pending(JobContext(), case)
    importer.recognise_pending(JobContext(), case)
    assert found(library, case, "旧版文字") == []
    assert any("第11页" in text for text in found(library, case, "货币资金"))


def test_pages_are_recognised_when_asked(library, make, case, fax):
    importer = make(FakeOcr(seen_by_width))
    (result,) = add(importer, case, fax)
    importer.recognise_pending(JobContext())
    better = FakeOcr([[line("重新认出的应收账款。")]])
    make(better).recognise(result.document, [2])
    assert better.shown == [(610, 800)]
    assert any("重新认出的应收账款" in text for text in found(library, case, "应收账款"))
    texts = "".join(block.text for block in library.content(result.document).blocks)
    assert "第2页货币资金" not in texts
    assert "第1页货币资金" in texts


def test_only_pages_that_exist_of_formats_with_pictures_can_be_asked_for(make, case, fax, material):
    importer = make(FakeOcr(seen_by_width))
    (result,) = add(importer, case, fax)
    with pytest.raises(ValueError, match="page"):
        importer.recognise(result.document, [4])
    note = material / "说明.txt"
    note.write_text("公司主要从事食品冷冻设备的生产。", encoding="utf-8")
    (text,) = add(importer, case, note)
    with pytest.raises(LibraryError):
        importer.recognise(text.document, [1])


def test_the_memory_is_given_back_when_nothing_is_left(make, case, fax):
    ocr = FakeOcr(seen_by_width)
    importer = make(ocr)
    add(importer, case, fax)
    importer.recognise_pending(JobContext())
    assert ocr.rested == 1


def test_progress_counts_pages(make, case, fax):
    told = []
    importer = make(FakeOcr(seen_by_width))
    add(importer, case, fax)
    importer.recognise_pending(JobContext(lambda done, total, _text: told.append((done, total))))
    assert told[-1] == (3, 3)


def test_a_file_whose_original_is_gone_fails_alone(library, make, case, fax, monkeypatch):
    importer = make(FakeOcr(seen_by_width))
    (result,) = add(importer, case, fax)
    for name in library.originals.names():
        library.originals.drop(name)
    importer.recognise_pending(JobContext(), case)
    document = library.document(result.document)
    assert document.state == "partial"
    assert document.notes == ("第 1–3 页未能识别：保存的原始文件缺失或被改动。",)
