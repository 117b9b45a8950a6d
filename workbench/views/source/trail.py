"""The places seen one after the other, and the way back and forward among them."""

from workbench.models.evidence import Anchor

Place = tuple[str, Anchor | None]
"""A document, and a place in it."""
_MOST = 50


class Trail:
    """Where one has been; the way ahead is forgotten when another way is taken."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._here = -1

    @property
    def back(self) -> bool:
        """Whether there is a place before this one."""
        return self._here > 0

    @property
    def forward(self) -> bool:
        """Whether one went back from a later place."""
        return self._here < len(self._places) - 1

    def visit(self, place: Place) -> None:
        """Remember a place; one visited twice in a row is one."""
        if self._here < 0 or self._places[self._here] != place:
            self._places = [*self._places[: self._here + 1], place][-_MOST:]
            self._here = len(self._places) - 1

    def step(self, by: int) -> Place | None:
        """Go back (-1) or forward (1): the place there, None at either end."""
        if not 0 <= self._here + by < len(self._places):
            return None
        self._here += by
        return self._places[self._here]

    def clear(self) -> None:
        """Begin anew."""
        self._places, self._here = [], -1
