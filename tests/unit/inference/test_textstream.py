from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbench.inference.textstream import TextStream


def cut(raw: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(raw), *(place % (len(raw) + 1) for place in places)})
    return [raw[a:b] for a, b in pairwise(edges)]


@given(st.text(), st.lists(st.integers(min_value=0)))
def test_text_cut_anywhere_comes_out_whole_and_in_whole_characters(text: str, places: list[int]) -> None:
    stream = TextStream(())
    pieces = [stream.feed(part) for part in cut(text.encode("utf-8", "replace"), places)]
    assert "".join(pieces) + stream.finish() == text.encode("utf-8", "replace").decode("utf-8")


@given(st.text(alphabet="ab停止。"), st.lists(st.integers(min_value=0)))
def test_nothing_from_the_first_stop_string_on_is_shown_however_it_arrives(text: str, places: list[int]) -> None:
    stream = TextStream(("停止", "ba"))
    shown = "".join(stream.feed(part) for part in cut(text.encode(), places)) + stream.finish()
    firsts = [at for stop in ("停止", "ba") if (at := text.find(stop)) >= 0]
    assert shown == text[: min(firsts, default=len(text))]
    assert stream.stopped == bool(firsts)


def test_half_a_character_waits_for_its_other_half() -> None:
    stream = TextStream(())
    first, second = "资".encode()[:2], "资".encode()[2:]
    assert stream.feed(first) == ""
    assert stream.feed(second) == "资"


def test_an_unfinished_character_at_the_end_is_dropped() -> None:
    stream = TextStream(())
    assert stream.feed("好".encode() + "资".encode()[:2]) == "好"
    assert stream.finish() == ""
