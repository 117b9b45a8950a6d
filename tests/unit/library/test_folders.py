import os
from pathlib import Path

import pytest

from workbench.errors import Cancelled, LibraryError
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.models.library.folders import Seen, compare, follow, followed, scan, spared, stop_following
from workbench.models.library.following import Synced, sync


def seen(path: str, mac: str) -> Seen:
    return Seen(path, mac, len(mac), 1)


def paths(pairs) -> list[tuple[str, str]]:
    return [(was.path, now.path) for was, now in pairs]


def test_what_happened_to_files_is_told_apart_by_content():
    before = [seen("同.txt", "1"), seen("改.txt", "2"), seen("旧名.txt", "3"), seen("移.txt", "4"), seen("删.txt", "5")]
    after = [
        seen("同.txt", "1"),
        seen("改.txt", "2b"),
        seen("新名.txt", "3"),
        seen("夹/移.txt", "4"),
        seen("新.txt", "6"),
    ]
    found = compare(before, after)
    assert [s.path for s in found.same] == ["同.txt"]
    assert paths(found.changed) == [("改.txt", "改.txt")]
    assert paths(found.renamed) == [("旧名.txt", "新名.txt")]
    assert paths(found.moved) == [("移.txt", "夹/移.txt")]
    assert [s.path for s in found.deleted] == ["删.txt"]
    assert [s.path for s in found.new] == ["新.txt"]
    assert not found.nothing
    assert compare(after, after).nothing


def test_renumbering_files_is_renaming_and_not_changing():
    before = [seen("1.txt", "a"), seen("2.txt", "b")]
    after = [seen("1.txt", "new"), seen("2.txt", "a"), seen("3.txt", "b")]
    found = compare(before, after)
    assert paths(found.renamed) == [("1.txt", "2.txt"), ("2.txt", "3.txt")]
    assert [s.path for s in found.new] == ["1.txt"]
    assert not found.changed
    assert not found.deleted


def test_two_files_of_one_content_keep_their_names_when_moved():
    before = [seen("甲.txt", "x"), seen("乙.txt", "x")]
    found = compare(before, [seen("夹/乙.txt", "x"), seen("夹/甲.txt", "x")])
    assert sorted(paths(found.moved)) == [("乙.txt", "夹/乙.txt"), ("甲.txt", "夹/甲.txt")]


def test_a_copy_beside_its_original_is_new():
    found = compare([seen("甲.txt", "x")], [seen("甲.txt", "x"), seen("甲 副本.txt", "x")])
    assert [s.path for s in found.new] == ["甲 副本.txt"]
    assert not found.renamed


def test_known_files_are_not_read_again_but_those_written_just_now_are(material: Path):
    old, fresh = material / "旧.txt", material / "新.txt"
    for path in (old, fresh):
        path.write_text(path.stem, encoding="utf-8")
    os.utime(old, ns=(1, 1_000_000_000))
    read: list[str] = []

    def mac(path: Path) -> bytes:
        read.append(path.name)
        return path.read_bytes()

    first = scan(material, (), mac, JobContext())
    read.clear()
    again = scan(material, first.files, mac, JobContext())
    assert read == ["新.txt"]
    assert compare(first.files, again.files).nothing


def test_what_cannot_be_read_is_not_gone(material: Path):
    (material / "读不了.txt").write_text("x")
    known = (seen("读不了.txt", "1"), seen("夹/里.txt", "2"), seen("夹子.txt", "3"))

    def mac(path: Path) -> bytes:
        raise PermissionError(path)

    found = scan(material, known, mac, JobContext())
    assert found.unread == ("读不了.txt",)
    assert [s.path for s in spared(known, ("读不了.txt", "夹"))] == ["读不了.txt", "夹/里.txt"]


@pytest.fixture
def case(library: Library) -> str:
    return library.create_case("恒泰精密").id


@pytest.fixture
def check(library: Library, importer: Importer, case: str, material: Path):
    """Follow the material and take over what happened."""

    def run(**options: bool) -> Synced:
        follow(library, case, material)
        found = sync(library, importer, case, JobContext(), **options)
        assert found is not None
        return found

    return run


def write(path: Path, words: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return path


def names(library: Library, case: str) -> dict[str, str]:
    return {d.name: d.id for d in library.documents(case)}


def found_by(library: Library, case: str, word: str) -> list[str]:
    hits = library.find_words(case, [word], 10)
    return [chunk.document for chunk in library.chunks([hit for hit, _ in hits])]


def test_a_case_follows_what_happens_in_a_folder(library: Library, case: str, check, material: Path):
    write(material / "合同.txt", "买卖合同的正文。")
    write(material / "流水.txt", "银行流水的正文。")
    write(material / "年报.txt", "年度报告的正文。")
    check()
    before = names(library, case)
    assert set(before) == {"合同.txt", "流水.txt", "年报.txt"}

    (material / "合同.txt").rename(material / "购销合同.txt")
    (material / "夹").mkdir()
    (material / "流水.txt").rename(material / "夹" / "流水.txt")
    write(material / "年报.txt", "修订后的年度报告。")
    write(material / "担保.txt", "保证担保的正文。")
    result = check()
    after = names(library, case)
    assert after["购销合同.txt"] == before["合同.txt"]
    assert after["流水.txt"] == before["流水.txt"]
    assert after["年报.txt"] == before["年报.txt"]
    assert set(after) == {"购销合同.txt", "流水.txt", "年报.txt", "担保.txt"}
    assert library.document(after["流水.txt"]).path == str(material / "夹" / "流水.txt")
    assert library.document(after["年报.txt"]).generation == 2
    assert not result.difference.deleted
    assert check().difference.nothing


def test_a_deleted_file_leaves_search_at_once_and_can_be_brought_back(library, case, check, material):
    write(material / "留.txt", "留下的文件。")
    write(material / "抵押.txt", "抵押物评估。")
    check()
    document = names(library, case)["抵押.txt"]
    assert document in found_by(library, case, "抵押")
    (material / "抵押.txt").unlink()
    result = check()
    assert result.deleted == (document,)
    assert document not in found_by(library, case, "抵押")
    library.restore_document(document)
    assert document in found_by(library, case, "抵押")
    assert check().difference.nothing
    assert "抵押.txt" in names(library, case)


def test_files_that_changed_names_with_each_other_keep_their_documents(library, case, check, material):
    write(material / "甲.txt", "甲的正文。")
    write(material / "乙.txt", "乙的正文。")
    check()
    before = names(library, case)
    (material / "甲.txt").rename(material / "丙")
    (material / "乙.txt").rename(material / "甲.txt")
    (material / "丙").rename(material / "乙.txt")
    check()
    after = names(library, case)
    assert (after["甲.txt"], after["乙.txt"]) == (before["乙.txt"], before["甲.txt"])


def test_deleting_one_of_two_equal_files_keeps_the_document(library, case, check, material):
    write(material / "甲.txt", "同样的正文。")
    write(material / "甲 副本.txt", "同样的正文。")
    check()
    (taken,) = names(library, case).items()
    (material / taken[0]).unlink()
    assert check().deleted == ()
    (left,) = names(library, case).items()
    assert left[1] == taken[1]
    assert (material / left[0]).exists()


def test_a_file_renamed_onto_a_name_deleted_before_keeps_its_document(library, case, check, material):
    write(material / "甲.txt", "甲的正文。")
    write(material / "乙.txt", "乙的正文。")
    check()
    kept = names(library, case)["乙.txt"]
    (material / "甲.txt").unlink()
    (gone,) = check().deleted
    (material / "乙.txt").rename(material / "甲.txt")
    check()
    assert names(library, case) == {"甲.txt": kept}
    library.restore_document(gone)
    assert len(library.documents(case)) == 2


def test_a_document_deleted_by_hand_does_not_come_back_by_itself(library, case, check, material):
    write(material / "甲.txt", "甲的正文。")
    write(material / "乙.txt", "乙的正文。")
    check()
    library.delete_document(names(library, case)["甲.txt"])
    assert check().difference.nothing
    assert set(names(library, case)) == {"乙.txt"}


def test_a_refused_file_is_listed_once_and_not_read_at_every_check(library, case, check, material):
    write(material / "好.txt", "正文。")
    (material / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    assert check().refused == 1
    again = check()
    assert (again.refused, again.difference.nothing) == (0, True)


def test_a_folder_that_is_gone_deletes_nothing(library, case, check, material):
    write(material / "甲.txt", "甲的正文。")
    check()
    material.rename(material.with_name("别处"))
    with pytest.raises(LibraryError):
        check()
    assert set(names(library, case)) == {"甲.txt"}


def test_a_folder_suddenly_empty_deletes_nothing_until_it_is_said_so(library, case, check, material):
    write(material / "甲.txt", "甲的正文。")
    check()
    (material / "甲.txt").unlink()
    assert check().held_back == 1
    assert set(names(library, case)) == {"甲.txt"}
    assert len(check(emptied=True).deleted) == 1
    assert names(library, case) == {}


def test_a_check_stopped_half_way_goes_on_where_it_was(library, importer, case, material):
    for number in range(4):
        write(material / f"{number}.txt", f"第{number}份。")
    follow(library, case, material)
    job = JobContext()

    def read(path: Path, **options: object) -> object:
        if path.name == "2.txt":
            job.cancel()
        return read_file(path, **options)

    stopping = Importer(library, None, ComputeArbiter(), read=read)
    with pytest.raises(Cancelled):
        sync(library, stopping, case, job)
    some = set(names(library, case))
    assert some < {"0.txt", "1.txt", "2.txt", "3.txt"}
    sync(library, importer, case, JobContext())
    assert set(names(library, case)) == {"0.txt", "1.txt", "2.txt", "3.txt"}
    assert len(library.documents(case)) == 4


def test_following_survives_a_restart_and_ends_when_wanted(library, importer, case, check, material, home, key):
    write(material / "甲.txt", "甲的正文。")
    check()
    library.close()
    with Library.open(home, key) as again:
        state = followed(again, case)
        assert state is not None
        assert (state.folder, [s.path for s in state.files]) == (material, ["甲.txt"])
        stop_following(again, case)
        assert followed(again, case) is None
        assert sync(again, importer, case, JobContext()) is None
        assert len(again.documents(case)) == 1
