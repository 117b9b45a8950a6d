"""One of several labels, read from the logits after a prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.inference.answers import Order
from workbench.inference.choices import Logits, Path, forks, mass, probabilities
from workbench.inference.context import LlamaContext, Row
from workbench.inference.llama import LlamaModel
from workbench.inference.memory import PrefixMemory

_MOST_OUTPUTS = 16


@dataclass(frozen=True)
class Chosen:
    """A probability for each label, the share of them in all the model might have said, and tokens reused."""

    probabilities: list[float]
    mass: float
    reused: int


class Chooser:
    """Reads choices on sequence 0; ways into labels that begin alike go to the other sequences."""

    def __init__(self, model: LlamaModel, context: LlamaContext, memory: PrefixMemory) -> None:
        self._model = model
        self._context = context
        self._memory = memory

    def choose(self, order: Order, labels: Sequence[Sequence[int]]) -> Chosen:
        """Probabilities of ``labels`` (tokens, none empty). Raises Aborted, DecodeFault, LoadFault."""
        parting = forks(labels)
        deep = [path for path in parting if path]
        room = sum(len(path) for path in deep)
        reused = self._memory.prepare(order.lane, order.prompt, room)
        self._memory.read(order.prompt[reused:])
        first: Logits = self._context.logits().copy()
        known: dict[Path, Logits] = {(): first}
        while deep:
            known.update(self._after(self._portion(deep)))
        share = mass([label[0] for label in labels], first)
        return Chosen(probabilities(labels, known, self._model.ends), share, reused)

    def _portion(self, deep: list[Path]) -> list[Path]:
        """Take as many ways as one batch and the sequences hold."""
        taken: list[Path] = []
        while deep and len(taken) < min(self._context.sequences - 1, _MOST_OUTPUTS):
            if taken and sum(map(len, taken)) + len(deep[0]) > self._context.batch:
                break
            taken.append(deep.pop(0))
        return taken

    def _after(self, paths: Sequence[Path]) -> dict[Path, Logits]:
        """The logits after each way."""
        rows: list[Row] = []
        last: dict[Path, int] = {}
        for sequence, path in enumerate(paths, start=1):
            self._context.share(sequence)
            rows += [Row(token, self._memory.length + i, sequence, i == len(path) - 1) for i, token in enumerate(path)]
            last[path] = len(rows) - 1
        try:
            self._memory.read_together(rows)
            return {path: np.array(self._context.logits(row)) for path, row in last.items()}
        finally:
            for sequence in range(1, len(paths) + 1):
                self._context.forget(0, sequence)
