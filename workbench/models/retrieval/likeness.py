"""How surely a passage speaks of what a question asks, across languages.

Cosines of one model lie close together and mean something else in another. So a passage's cosine is compared
with those the question has with sentences of many matters, and their distance becomes a probability.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from workbench.errors import EngineError
from workbench.inference.api import Embedder, Vectors
from workbench.jobs import JobContext, Priority
from workbench.paths import resources

_MIDDLE = 1.5
_STEEPNESS = 4.0
"""Of the logistic curve over standard deviations; from questions with their own and with other passages."""


class Likeness:
    """Measures passages against a question; the background is embedded once for a model."""

    def __init__(self, embedder: Callable[[], Embedder]) -> None:
        self._embedder = embedder
        self._background: dict[str, Vectors] = {}

    def of(self, question: str, passages: Sequence[str], job: JobContext) -> tuple[float, ...] | None:
        """For each passage the probability, 0 to 1, that it speaks of what is asked; None without a model.

        Question and passages may be in different languages. Raises Cancelled.
        """
        if not passages or not question.strip():
            return ()
        try:
            model = self._embedder()
            asked = model.embed([question], "query", job, Priority.ASK)[0]
            near = model.embed([p if p.strip() else "." for p in passages], "passage", job, Priority.ASK) @ asked
            far = self._background_of(model, job) @ asked
        except EngineError:
            return None
        return tuple(probability(float(cosine), far) for cosine in near)

    def _background_of(self, model: Embedder, job: JobContext) -> Vectors:
        known = self._background.get(model.info.sha256)
        if known is None:
            lines = (resources() / "retrieval" / "background.txt").read_text(encoding="utf-8").splitlines()
            texts = [line for line in lines if line.strip() and not line.startswith("#")]
            known = self._background[model.info.sha256] = model.embed(texts, "passage", job, Priority.ASK)
        return known


def probability(cosine: float, far: Vectors) -> float:
    """The probability for a cosine, given those with sentences of other matters, ``(n,)``."""
    spread = max(float(np.std(far)), 1e-6)
    return 1 / (1 + math.exp(-_STEEPNESS * ((cosine - float(np.mean(far))) / spread - _MIDDLE)))
