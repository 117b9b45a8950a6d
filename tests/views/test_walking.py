"""What pictures have in common: which neighbour an arrow goes to, and what counts as a drag."""

import pytest
from PySide6.QtCore import QPointF

from workbench.views.walking import is_drag, neighbour

HERE = QPointF(0, 0)


def of(**places: tuple[float, float]):
    return [(name, QPointF(*place)) for name, place in places.items()]


@pytest.mark.parametrize(
    ("way", "expected"), [((1, 0), "east"), ((-1, 0), "west"), ((0, -1), "north"), ((0, 1), "south")]
)
def test_an_arrow_goes_to_what_lies_that_way(way, expected):
    around = of(east=(10, 1), west=(-10, 1), north=(1, -10), south=(1, 10))
    assert neighbour(HERE, around, *way) == expected


def test_ahead_is_nearer_than_aside():
    assert neighbour(HERE, of(aside=(8, 8), ahead=(14, 0)), 1, 0) == "ahead"


def test_nothing_that_way_leaves_the_keyboard_where_it_is():
    assert neighbour(HERE, of(west=(-10, 0), same=(0.5, 0), steep=(2, 40)), 1, 0) is None
    assert neighbour(HERE, [], 1, 0) is None


def test_a_trembling_hand_does_not_drag():
    assert not is_drag(HERE, QPointF(2, 2))
    assert is_drag(HERE, QPointF(3, 2))
