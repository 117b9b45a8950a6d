"""Pictures walked by keyboard and mouse: arrows to the neighbour that way, plus, minus and the wheel zoom."""

import math
from collections.abc import Iterable
from typing import Protocol, TypeVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

_CLICK = 4
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
Thing = TypeVar("Thing")


class Walkable(Protocol):
    """What a picture does when it is asked to by a key."""

    def step(self, dx: int, dy: int) -> None:
        """Go to the neighbour to the right (``dx`` 1), to the left (-1), below (``dy`` 1) or above (-1)."""
        ...

    def enter(self) -> bool:
        """Open what the keyboard is at; whether it is at something."""
        ...

    def zoom_step(self, *, nearer: bool) -> None:
        """Nearer or farther by one step of a key."""
        ...

    def fit(self) -> None:
        """Show all."""
        ...


def walk(picture: Walkable, event: QKeyEvent) -> bool:
    """Arrows step, Enter and Space open, plus and minus zoom, 0 shows all; false for any other key."""
    key = Qt.Key(event.key())
    if key in _ARROWS:
        picture.step(*_ARROWS[key])
    elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        return picture.enter()
    elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
        picture.zoom_step(nearer=key is not Qt.Key.Key_Minus)
    elif key is Qt.Key.Key_0:
        picture.fit()
    else:
        return False
    return True


def wheel_factor(event: QWheelEvent, step: float) -> float:
    """By how much a turn of the wheel enlarges; 1 where it was not turned up or down."""
    turned = event.angleDelta().y()
    if not turned:
        return 1.0
    return step if turned > 0 else 1 / step


def is_drag(pressed: QPointF, here: QPointF) -> bool:
    """Whether the mouse has gone farther than a hand trembles in a click."""
    return (here - pressed).manhattanLength() > _CLICK


def neighbour(here: QPointF, places: Iterable[tuple[Thing, QPointF]], dx: int, dy: int) -> Thing | None:
    """What lies nearest in a direction: ahead rather than aside; None where nothing does."""

    def cost(place: QPointF) -> float:
        way = place - here
        ahead = way.x() * dx + way.y() * dy
        aside = abs(way.x() * dy) + abs(way.y() * dx)
        return ahead + 2 * aside if ahead > 1 and aside < 3 * ahead else math.inf

    costs = ((cost(place), thing) for thing, place in places)
    least, best = min(costs, key=lambda pair: pair[0], default=(math.inf, None))
    return best if least < math.inf else None
