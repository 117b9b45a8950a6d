import threading

import pytest

from workbench.inference.lanes import side_by_side
from workbench.inference.llama import Aborted, DecodeFault

TEXTS = [f"text {n}" for n in range(40)]


@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_every_text_is_computed_once_and_in_its_place(lanes: int) -> None:
    computed: list[str] = []

    def value(text: str) -> str:
        computed.append(text)
        return text.upper()

    assert side_by_side(TEXTS, [value] * lanes, lambda: False) == [text.upper() for text in TEXTS]
    assert sorted(computed) == sorted(TEXTS)


def test_two_lanes_compute_at_the_same_time() -> None:
    # Each text waits for another one: a single lane would wait for ever.
    meeting = threading.Barrier(2, timeout=60)
    assert len(side_by_side(TEXTS, [lambda _text: meeting.wait()] * 2, lambda: False)) == 40


def test_what_was_done_before_the_stop_is_kept_without_a_gap() -> None:
    begun = iter(range(100))
    slow = threading.Event()

    def value(text: str) -> str:
        if text == TEXTS[3]:
            slow.wait(60)
            raise Aborted
        if next(begun) == 12:
            slow.set()
        return text

    assert side_by_side(TEXTS, [value] * 2, slow.is_set) == TEXTS[:3]


def test_a_lane_that_fails_is_told_when_all_have_ended() -> None:
    ended: list[str] = []

    def value(text: str) -> str:
        if text == TEXTS[5]:
            raise DecodeFault("no room")
        ended.append(text)
        return text

    with pytest.raises(DecodeFault, match="no room"):
        side_by_side(TEXTS, [value] * 2, lambda: False)
    assert set(ended) >= set(TEXTS) - set(TEXTS[5:])
