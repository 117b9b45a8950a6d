"""What a context has read: kept so that a prompt beginning alike is not read again."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.inference.context import LlamaContext, Row
from workbench.inference.llama import Adapter
from workbench.inference.lookup import MOST_DRAFTED, DraftCosts
from workbench.inference.prefix_store import PrefixStore
from workbench.inference.threads import ThreadTuner

WORTH_STORING = 256
_WORTH_KEEPING = 128
_KERNEL_ROWS = 16
_STORED_LANE = "ASK"


class PrefixMemory:
    """The tokens of sequence 0.

    One lane lies in the context; a lane displaced by another is set aside in plain memory (about
    28 kB a token for a 1.5B model) and taken back when that saves reading. What a question has read
    is kept by the ``store`` as well, where there is one, and found again after a restart.
    """

    def __init__(self, context: LlamaContext, tuner: ThreadTuner) -> None:
        self.store: PrefixStore | None = None
        self.costs = DraftCosts()
        self.costs_together = DraftCosts()
        self._context = context
        self._tuner = tuner
        self._held: list[int] = []
        self._lane = ""
        self._aside: dict[str, tuple[list[int], NDArray[np.uint8]]] = {}
        self._read_anew = 0

    @property
    def length(self) -> int:
        """Tokens held."""
        return len(self._held)

    def prepare(self, lane: str, tokens: Sequence[int], most: int = 0) -> int:
        """Rewind to the longest common beginning with ``tokens``; return how many need no reading.

        ``most``: tokens that may follow, for which room is made. Raises LoadFault when there is none.
        """
        if lane != self._lane:
            self._change_lane(lane, tokens)
        self._context.grow(len(tokens) + most)
        self._take_stored(tokens)
        same = min(_common(self._held, tokens), len(tokens) - 1)
        self._read_anew = 0
        return same if self.rewind(same) else 0

    def rewind(self, length: int) -> bool:
        """Hold only the first ``length`` tokens; false when nothing could be kept."""
        if length < len(self._held) and not self._context.forget(length):
            self._held.clear()
            return False
        del self._held[length:]
        return True

    def read(self, tokens: Sequence[int], *, every: bool = False) -> None:
        """Compute ``tokens`` after what is held; logits are ready of the last, or of ``every`` one (in one go).

        Raises Aborted, DecodeFault.
        """
        size = _even(len(tokens), self._context.batch)
        for start in range(0, len(tokens), size):
            part = tokens[start : start + size]
            last = len(tokens) - 1 - start
            begin = len(self._held)
            rows = [Row(token, begin + i, 0, every or i == last) for i, token in enumerate(part)]
            self._compute(rows)
            self._held.extend(part)
            self._read_anew += len(part)

    def read_together(self, rows: Sequence[Row]) -> None:
        """Compute rows of other sequences. Raises Aborted, DecodeFault."""
        started = time.perf_counter()
        with self._tuner.watch():
            self._context.decode(rows)
        if all(row.output for row in rows) and len(rows) <= MOST_DRAFTED + 1:
            self.costs_together.note(len(rows), time.perf_counter() - started)

    def clear(self) -> None:
        """Forget everything in memory; what is stored on disk stays."""
        self._context.forget()
        self._held.clear()
        self._aside.clear()

    def use(self, adapter: Adapter | None) -> None:
        """Compute with another adapter: what was read without it is worth nothing now."""
        self.clear()
        self._context.use(adapter)

    def keep(self) -> None:
        """After an answer: store what was read for it, if that took long enough to be worth it."""
        read, self._read_anew = self._read_anew, 0
        if self.store is None or self._lane != _STORED_LANE or read < WORTH_STORING:
            return
        _, stored = self.store.best(self._held)
        if len(self._held) - stored >= WORTH_STORING:
            self.store.keep(self._held, self._context.save())

    def _compute(self, rows: Sequence[Row]) -> None:
        started = time.perf_counter()
        try:
            with self._tuner.watch():
                self._context.decode(rows)
        except BaseException:
            if not self._context.forget(len(self._held)):
                self._held.clear()
            raise
        # A draft tells the cost of all its rows; of a prompt's end only the last is asked for.
        if rows[0].output and len(rows) <= MOST_DRAFTED + 1:
            self.costs.note(len(rows), time.perf_counter() - started)

    def _take_stored(self, tokens: Sequence[int]) -> None:
        """Take a stored prefix where it saves much reading."""
        if self.store is None:
            return
        stored, same = self.store.best(tokens)
        if stored is None or same < _common(self._held, tokens) + WORTH_STORING:
            return
        state = self.store.load(stored)
        if state is None:
            return
        self._context.grow(len(stored.tokens))
        self._held = stored.tokens.tolist() if self._context.restore(state) else []

    def _change_lane(self, lane: str, tokens: Sequence[int]) -> None:
        if len(self._held) >= _WORTH_KEEPING:
            self._aside[self._lane] = (list(self._held), self._context.save())
        kept, state = self._aside.pop(lane, ([], np.zeros(0, dtype=np.uint8)))
        self._lane = lane
        if _common(kept, tokens) > _common(self._held, tokens):
            self._held = kept if self._context.restore(state) else []


def _even(count: int, most: int) -> int:
    """How many of ``count`` tokens to compute at a time, at most ``most``: a short rest would cost far more a token."""
    parts = max(1, -(-count // most))
    return max(1, min(most, -(-count // (parts * _KERNEL_ROWS)) * _KERNEL_ROWS))


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    """How many first elements are the same."""
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return i
    return min(len(left), len(right))
