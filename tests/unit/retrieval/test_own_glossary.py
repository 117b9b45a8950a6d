"""The glossary a user keeps with a case: checked, kept, found by, handed on as CSV."""

from collections.abc import Callable

import pytest

from tests.unit.retrieval.test_finding import retriever
from workbench.errors import DamagedDocument
from workbench.i18n import set_language
from workbench.models.library import Library
from workbench.models.retrieval.glossary import NOTE_KIND
from workbench.models.retrieval.own_glossary import (
    Entry,
    Fault,
    as_csv,
    faults,
    from_csv,
    keep_entries,
    own_entries,
)

HENGTAI = Entry("恒泰", "恒泰精密股份有限公司")


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (HENGTAI, None),
        (Entry("X项", "星辰计划 / 星辰工程"), None),
        (Entry("", "星辰计划"), Fault.EMPTY),
        (Entry("X项", " "), Fault.EMPTY),
        (Entry("行", "中国工商银行"), Fault.SHORT),
        (Entry("X=项", "星辰计划"), Fault.MARK),
        (Entry("X项", "星辰 # 计划"), Fault.MARK),
        (Entry("ＡＢ", "ab"), Fault.SAME),
    ],
)
def test_an_entry_that_can_not_be_used_says_why(entry: Entry, fault: Fault | None) -> None:
    assert faults([entry]) == (fault,)


def test_of_doubled_short_names_the_first_is_good() -> None:
    entries = [Entry("ab", "甲公司"), Entry("ＡＢ", "乙公司"), HENGTAI]
    assert faults(entries) == (None, Fault.DOUBLE, None)


def test_what_is_kept_is_used_by_the_next_search_and_no_longer_once_it_is_taken_out(
    library: Library, fill: Callable[..., str]
) -> None:
    case = fill({"甲": "星辰计划的资金由母公司拨付。", "乙": "食堂每日供应午餐。"}, vectors=False)
    search = retriever(library).search
    assert search(case, "X项") == ()
    keep_entries(library, case, [Entry("X项", "星辰计划"), Entry("", "没有简称")])
    assert search(case, "X项")[0].outer_id == "甲"
    assert own_entries(library, case) == (Entry("X项", "星辰计划"),)
    keep_entries(library, case, [])
    assert search(case, "X项") == ()


def test_lines_written_otherwise_become_one_list_and_keep_their_way(library: Library, fill: Callable[..., str]) -> None:
    case = fill({"甲": "一句话。"}, vectors=False)
    library.save_note(case, NOTE_KIND, "a", {"lines": "欠条 → 借据  # 说明\n没有符号的一行"})
    library.save_note(case, NOTE_KIND, "b", {"lines": "恒泰 = 恒泰精密股份有限公司"})
    found = own_entries(library, case)
    assert set(found) == {Entry("欠条", "借据", one_way=True), HENGTAI}
    keep_entries(library, case, found)
    assert set(own_entries(library, case)) == set(found)
    assert len(library.notes(case, NOTE_KIND)) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_handed_on_is_read_back_in_either_language(language: str) -> None:
    set_language(language)
    data = as_csv([HENGTAI, Entry("X项", "星辰计划 / 星辰工程")])
    set_language("zh")
    assert data.startswith(b"\xef\xbb\xbf")
    assert from_csv(data) == (HENGTAI, Entry("X项", "星辰计划 / 星辰工程"))


def test_a_file_of_excel_in_china_without_a_head_and_with_empty_rows_is_read() -> None:
    text = "恒泰,恒泰精密股份有限公司\r\n,\r\nX项,星辰计划,星辰工程\r\n只有简称\r\n"
    found = from_csv(text.encode("gb18030"))
    assert found == (HENGTAI, Entry("X项", "星辰计划 / 星辰工程"), Entry("只有简称", ""))
    assert faults(found)[2] is Fault.EMPTY


def test_what_is_no_text_is_refused_with_a_way_on() -> None:
    with pytest.raises(DamagedDocument) as refused:
        from_csv(b"\xff\xfe\x00\xd8\xff\xff")
    assert refused.value.hint
