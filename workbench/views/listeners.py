"""Those who want to hear of something, for as long as they live."""

import weakref
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject


def lives(owner: "weakref.ref[QObject]") -> bool:
    """Whether an object is still there, in Python and in Qt."""
    there = owner()
    return there is not None and shiboken6.isValid(there)


class Listeners:
    """Callbacks with the object each belongs to; one whose object is gone is called no more."""

    def __init__(self) -> None:
        self._pairs: list[tuple[weakref.ref[QObject], Callable[..., None]]] = []

    def add(self, owner: QObject, callback: Callable[..., None]) -> None:
        """Call ``callback`` from now on."""
        self._pairs.append((weakref.ref(owner), callback))

    def tell(self, *values: Any) -> None:
        """Call everybody who is left."""
        self._pairs = [pair for pair in self._pairs if lives(pair[0])]
        for _, callback in list(self._pairs):
            callback(*values)

    def clear(self) -> None:
        """Nobody listens any more."""
        self._pairs.clear()
