"""Answers computed together and ahead: every row is where it belongs, however far the drafts were right."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.inference import together
from workbench.inference.answers import Order
from workbench.inference.context import Row
from workbench.inference.lookup import DraftCosts
from workbench.inference.together import Together, Told

MATERIAL = list(range(100, 200))


class Desk:
    """What computes: it remembers which token lies where, and what was computed last."""

    sequences = 9
    batch = 512
    tokens = 4096

    def __init__(self, costs: DraftCosts) -> None:
        self.costs_together = costs
        self.length = 0
        self.held: dict[int, list[int]] = {0: []}
        self.last: list[Row] = []
        self.batches: list[int] = []

    def prepare(self, _lane: str, _tokens: Sequence[int], _most: int) -> int:
        return 0

    def rewind(self, _length: int) -> bool:
        return True

    def read(self, tokens: Sequence[int]) -> None:
        self.held[0] += tokens
        self.length = len(self.held[0])

    def share(self, sequence: int) -> None:
        self.held[sequence] = list(self.held[0])

    def forget(self, position: int, sequence: int) -> None:
        del self.held.get(sequence, [])[position:]

    def read_together(self, rows: Sequence[Row]) -> None:
        self.last = list(rows)
        self.batches.append(len(rows))
        for row in rows:
            for sequence in (row.sequence, *row.others):
                assert row.position == len(self.held[sequence]), "each token follows the one before it"
                self.held[sequence].append(row.token)


def speaker(said: Sequence[Sequence[int]], prompts: Sequence[Sequence[int]]) -> Callable[..., Any]:
    """Answers that say what is given, and see that each word is chosen after all the words before it."""

    class Speaker:
        def __init__(self, _model: object, order: Order, emit: Callable[..., None]) -> None:
            self.place = [*map(list, prompts)].index(list(order.prompt))
            self.tokens: list[int] = []
            self.probabilities: list[float] = []
            self.finish: str | None = None
            self._emit = emit

        def next(self, desk: Desk, row: int) -> int | None:
            told = desk.last[row]
            assert told.output
            before = [*prompts[self.place], *self.tokens]
            assert (told.position, told.token) == (len(before) - 1, before[-1])
            assert desk.held[told.sequence][: len(before)] == before
            if len(self.tokens) == len(said[self.place]):
                self.finish = "stop"
                return None
            self.tokens.append(said[self.place][len(self.tokens)])
            return self.tokens[-1]

        def close(self) -> None:
            self._emit(" ".join(map(str, self.tokens)), "", self.tokens)

    return Speaker


def tell(
    monkeypatch: pytest.MonkeyPatch, said: Sequence[Sequence[int]], *, quotes: bool = True, temperature: float = 0.0
) -> tuple[list[Told], Desk]:
    prompts = [[*MATERIAL, 1000 + i] for i in range(len(said))]
    monkeypatch.setattr(together, "Answer", speaker(said, prompts))
    desk = Desk(DraftCosts())
    orders = [Order("ASK", tuple(prompt), (), 60, temperature, quotes=quotes) for prompt in prompts]
    made = Together(SimpleNamespace(rewinds=True), desk, SimpleNamespace(), desk)  # type: ignore[arg-type]
    told = made.run(orders, lambda _reused: None)
    assert [one.tokens for one in told] == [list(one) for one in said]
    return told, desk


def test_what_is_quoted_together_takes_fewer_batches_than_words(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [MATERIAL[10 * i : 10 * i + 40] for i in range(4)]
    _, drafted = tell(monkeypatch, said)
    _, plain = tell(monkeypatch, said, quotes=False)
    assert len(plain.batches) == 41
    assert len(drafted.batches) < 25
    assert max(drafted.batches[1:]) <= 16


def test_answers_that_leave_their_quotations_say_what_they_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [
        [*MATERIAL[5:12], 7, 7, *MATERIAL[40:47], 8, *MATERIAL[60:90]],
        [*range(300, 320)],
        [*MATERIAL[0:9]],
        [*MATERIAL[50:56], *MATERIAL[20:26], *MATERIAL[50:56]],
    ]
    _, desk = tell(monkeypatch, said)
    assert len(desk.batches) > 20


def test_more_answers_than_sequences_each_get_their_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [MATERIAL[3 * i : 3 * i + 5 + i] for i in range(12)]
    told, _ = tell(monkeypatch, said)
    assert [one.finish for one in told] == ["stop"] * 12


def test_sampled_answers_are_not_drafted(monkeypatch: pytest.MonkeyPatch) -> None:
    _, desk = tell(monkeypatch, [MATERIAL[0:20], MATERIAL[30:50]], temperature=0.8)
    assert len(desk.batches) == 21
