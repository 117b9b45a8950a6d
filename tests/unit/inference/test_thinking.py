import pytest

from workbench.inference.thinking import Phase, ThoughtSplitter


def split(pieces: list[str], *, inside: bool) -> tuple[str, str]:
    splitter = ThoughtSplitter(inside)
    thought, answer = "", b""
    for piece in pieces:
        told, rest = splitter.feed(piece.encode())
        thought, answer = thought + told, answer + rest
    told, rest = splitter.finish()
    return thought + told, (answer + rest).decode()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 50])
def test_thought_and_answer_part_wherever_the_tokens_part(size: int) -> None:
    text = "先看收入，再看利润。\n</think>\n\n收入增长 12%。"
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    assert split(pieces, inside=True) == ("先看收入，再看利润。\n", "收入增长 12%。")


@pytest.mark.parametrize("size", [1, 4, 50])
def test_a_thought_opened_by_the_model_itself_is_no_answer(size: int) -> None:
    text = "\n<think>嗯</think>是。"
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    assert split(pieces, inside=False) == ("嗯", "是。")


def test_an_answer_without_a_thought_stays_as_it_is() -> None:
    assert split([" <", "b", ">3 < 4", "</think>"], inside=False) == ("", " <b>3 < 4</think>")


def test_what_only_looks_like_a_mark_belongs_to_the_thought() -> None:
    assert split(["a </thi", "s> b", "</think>c"], inside=True) == ("a </this> b", "c")


def test_a_thought_that_never_ends_leaves_no_answer() -> None:
    assert split(["thinking </th"], inside=True) == ("thinking </th", "")


def test_blanks_after_the_thought_are_dropped_but_not_those_after_a_given_beginning() -> None:
    splitter = ThoughtSplitter(inside=True)
    assert splitter.feed(b"x</think>") == ("x", b"")
    assert splitter.phase is Phase.ANSWER
    splitter.begun()
    assert splitter.feed(b" y") == ("", b" y")
