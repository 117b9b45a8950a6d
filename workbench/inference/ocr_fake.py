"""A stand-in for recognition: deterministic, instant, and it remembers what it was shown."""

from collections.abc import Callable, Sequence

from workbench.errors import EngineError
from workbench.inference.api import OcrLine, OcrPage, PagePicture
from workbench.jobs import ComputeArbiter, JobContext, Priority

Written = tuple[str, float, float, float, float]
"""A line and its box ``x0, y0, x1, y1`` as shares of the picture's sides."""
Answer = OcrPage | EngineError | Sequence[Written]


def line_at(text: str, box: tuple[float, float, float, float], score: float = 0.99) -> OcrLine:
    """An upright line in a box of pixels; its characters are equally wide."""
    x0, y0, x1, y1 = box
    edges = tuple(k / max(1, len(text)) for k in range(len(text) + 1))
    return OcrLine(text, score, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), edges)


class FakeOcr:
    """Sees what its script says: one answer a picture, or a function of the picture.

    ``shown`` are the sizes of all pictures in order, ``rested`` counts the calls of :meth:`rest`. A script
    that has run out fails with IndexError: a test showed more pictures than it meant to.
    """

    def __init__(
        self,
        script: Sequence[Answer] | Callable[[PagePicture], Answer],
        *,
        arbiter: ComputeArbiter | None = None,
        lacking: EngineError | None = None,
    ) -> None:
        self.shown: list[tuple[int, int]] = []
        self.rested = 0
        self.closed = False
        self._script = script
        self._arbiter = arbiter or ComputeArbiter()
        self._lacking = lacking

    def recognise(self, picture: PagePicture, job: JobContext, priority: Priority = Priority.OCR) -> OcrPage:
        """The next answer of the script. Raises the EngineErrors in it, Cancelled."""
        with self._arbiter.turn(priority, job):
            self.shown.append((picture.width, picture.height))
            answer = self._script(picture) if callable(self._script) else self._script[len(self.shown) - 1]
        if isinstance(answer, EngineError):
            raise answer
        if isinstance(answer, OcrPage):
            return answer
        wide, high = picture.width, picture.height
        lines = tuple(line_at(text, (x0 * wide, y0 * high, x1 * wide, y1 * high)) for text, x0, y0, x1, y1 in answer)
        return OcrPage(wide, high, lines)

    def fault(self) -> EngineError | None:
        """What it was told to lack."""
        return self._lacking

    def rest(self) -> None:
        """Count that there is nothing more to do."""
        self.rested += 1

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
