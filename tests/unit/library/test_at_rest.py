"""Nothing readable lies on the disk."""

import re

import pytest

from workbench.errors import LibraryCorrupt, LibraryTooNew, WrongKey
from workbench.jobs import JobContext
from workbench.models.library import Library
from workbench.models.library.blinding import Blinder
from workbench.models.library.originals import Originals
from workbench.vault import LibraryKey

TEXT = """恒泰精密制造有限公司流动资金贷款申请书
法定代表人欧阳建国，联系人司马晓芸，统一社会信用代码91320594MA1XK3T26Q。
二〇二三年营业收入12,345.67万元，净利润987654.32元，资产负债率51.83%。
抵押物为苏州工业园区金鸡湖大道1355号厂房，评估价值8,800万元。
"""
FIGURES = ("91320594MA1XK3T26Q", "12,345.67", "12345.67", "987654.32", "51.83%", "8,800", "88000000", "123456700")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def readable_runs(text):
    """Every run of four Chinese characters, every name, every figure."""
    runs = {text[i : i + 4] for i in range(len(text) - 3)}
    return {r for r in runs if re.fullmatch(r"[\u3007\u4e00-\u9fff]{4}", r)} | {"欧阳建国", "司马晓芸", *FIGURES}


@pytest.fixture
def used_home(home, library, add, importer, material):
    """A library in which everything was done once, left as it is while open."""
    (material / "欧阳建国申请书.txt").write_text(TEXT, encoding="utf-8")
    (material / "坏文件司马晓芸.txt").write_bytes(b"")
    add(material)
    importer.embed_pending(JobContext())
    case = library.case("恒泰精密")
    library.save_note(case.id, "talk", "欧阳建国", {"question": TEXT})
    library.tidy(JobContext(), whole=True)
    [document] = [d for d in library.documents(case.id) if d.state == "ready"]
    library.delete_document(document.id)
    library.restore_document(document.id)
    return home


def test_no_words_names_or_figures_in_any_byte_of_the_folder(used_home):
    files = [path for path in used_home.rglob("*") if path.is_file()]
    needles = {run.encode(encoding): run for run in readable_runs(TEXT) for encoding in ENCODINGS}
    read = {path: path.read_bytes() for path in files}
    assert len(files) > 10
    assert any(path.name == "library.db-wal" and content for path, content in read.items())
    for path, content in read.items():
        assert [run for needle, run in needles.items() if needle in content] == [], path
        assert not [run for run in readable_runs(TEXT) if run in str(path)]


def test_the_search_would_find_plain_words(tmp_path):
    path = tmp_path / "plain"
    for encoding in ENCODINGS:
        path.write_bytes(b"\0\1" + TEXT.encode(encoding))
        assert "欧阳建国".encode(encoding) in path.read_bytes()


def test_the_index_is_given_numbers_vectors_and_blinded_terms_only(library, used_home):
    case = library.case("恒泰精密").id
    words = library._index._table("words", case).to_arrow()
    vectors = library._index._table("vectors", case).to_arrow()
    kinds = [str(field.type) for field in (*words.schema, *vectors.schema)]
    assert kinds.count("string") == 1
    assert {k for k in kinds if k != "string"} == {"int64", "int32", "fixed_size_list<item: float>[384]"}
    for line in words["terms"].to_pylist():
        assert line
        assert all(re.fullmatch(r"[a-z2-7]{10}", term) for term in line.split(" "))


def test_blinded_terms_are_equal_under_one_key_and_unlike_under_another():
    one, other = Blinder(b"1" * 32), Blinder(b"2" * 32)
    assert one.line(["流动", "资金", "流动"]).split()[0] == one.blind("流动") == Blinder(b"1" * 32).blind("流动")
    assert one.blind("流动") != one.blind("资金")
    assert one.blind("流动") != other.blind("流动")


def test_a_wrong_key_opens_nothing_and_harms_nothing(used_home, library, key):
    library.close()
    with pytest.raises(WrongKey):
        Library.open(used_home, LibraryKey(b"x" * 32))
    with Library.open(used_home, key) as again:
        assert again.case("恒泰精密").documents == 1


def test_a_newer_library_is_left_alone(home, library, key):
    library.database._writer.execute("PRAGMA user_version = 99")
    library.close()
    with pytest.raises(LibraryTooNew):
        Library.open(home, key)


def test_a_broken_database_is_told_as_such(home, library, key):
    library.close()
    path = home / "library.db"
    path.write_bytes(b"\x55" * path.stat().st_size)
    with pytest.raises(LibraryCorrupt):
        Library.open(home, key)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (3 << 20) + 17])
def test_originals_come_back_byte_for_byte(tmp_path, size):
    originals = Originals(tmp_path / "kept", b"c" * 32, b"n" * 32)
    path = tmp_path / "file"
    content = bytes(i * 31 % 251 for i in range(size))
    path.write_bytes(content)
    name = originals.keep(path, originals.mac(path))
    assert originals.content(name) == content
    assert originals.mac(path) == originals.mac_of(content)


@pytest.mark.parametrize("harm", ["flip", "cut", "swap", "gone", "empty"])
def test_a_tampered_original_is_refused(tmp_path, harm):
    originals = Originals(tmp_path / "kept", b"c" * 32, b"n" * 32)
    path = tmp_path / "file"
    path.write_bytes(b"a" * (2 << 20) + b"b" * 100)
    name = originals.keep(path, originals.mac(path))
    sealed = tmp_path / "kept" / name
    content = sealed.read_bytes()
    piece = (1 << 20) + 16
    match harm:
        case "flip":
            sealed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "cut":
            sealed.write_bytes(content[: 12 + 2 * piece])
        case "swap":
            head, one, two, rest = (
                content[:12],
                content[12:][:piece],
                content[12 + piece :][:piece],
                content[12 + 2 * piece :],
            )
            sealed.write_bytes(head + two + one + rest)
        case "gone":
            sealed.unlink()
        case "empty":
            sealed.write_bytes(b"")
    with pytest.raises(LibraryCorrupt):
        originals.content(name)
