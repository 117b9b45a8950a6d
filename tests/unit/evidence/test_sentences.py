"""Sentences."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.models.evidence.sentences import SentenceStream, sentence_spans, split_sentences

TEXT = "营业收入为12.5亿元。净利润增长（见附注）！“好。”Revenue was 3.5 million. It grew.\n第二段"


def test_sentences_end_at_full_stops_and_lines_but_not_in_decimals() -> None:
    assert split_sentences(TEXT) == (
        "营业收入为12.5亿元。",
        "净利润增长（见附注）！",
        "“好。”",
        "Revenue was 3.5 million.",
        "It grew.",
        "第二段",
    )


@given(st.text(alphabet='甲乙。！?. \n"）1a”', max_size=40))
def test_spans_are_in_order_and_leave_out_blanks_only(text: str) -> None:
    end = 0
    for start, stop in sentence_spans(text):
        assert not text[end:start].strip()
        assert text[start:stop].strip() == text[start:stop] != ""
        end = stop
    assert not text[end:].strip()


@given(st.lists(st.sampled_from(list(TEXT)), max_size=0) | st.integers(1, 9).map(lambda n: [n]))
def test_a_stream_gives_the_sentences_of_the_whole_text(sizes: list[int]) -> None:
    size = sizes[0] if sizes else 1
    stream = SentenceStream()
    found: list[str] = []
    for i in range(0, len(TEXT), size):
        found += stream.feed(TEXT[i : i + size])
    assert (*found, *stream.rest()) == split_sentences(TEXT)


def test_a_stream_holds_a_sentence_back_until_something_follows() -> None:
    stream = SentenceStream()
    assert stream.feed("收入3.") == ()
    assert stream.feed("5亿元。利") == ("收入3.5亿元。",)
    assert stream.rest() == ("利",)
