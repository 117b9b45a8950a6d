"""Where windows stood: kept in the settings, and always brought back onto a screen."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QSplitter, QWidget

SMALLEST = QSize(880, 520)
"""The window still works at this size: 1366 × 768 at 125 % leaves 1092 × 614."""
USUAL = QSize(1280, 800)
_GRIP = QSize(120, 32)


def fit(wanted: QRect, screens: Sequence[QRect]) -> QRect:
    """``wanted`` moved and shrunk so that it can be seen and its title bar grabbed.

    A rectangle whose title bar shows on a screen stays there; any other goes to the middle of the
    first screen. ``screens`` are available areas, the main one first; empty leaves it alone.
    """
    if not screens:
        return wanted
    bar = QRect(wanted.topLeft(), QSize(wanted.width(), _GRIP.height()))
    seen = [screen.intersected(bar) for screen in screens]
    best = max(range(len(screens)), key=lambda i: seen[i].width() * seen[i].height())
    if seen[best].width() < _GRIP.width() or seen[best].height() < _GRIP.height() // 2:
        screen = screens[0]
        size = wanted.size().boundedTo(screen.size())
        place = QRect(screen.topLeft(), size)
        place.moveCenter(screen.center())
        return place
    screen = screens[best]
    size = wanted.size().boundedTo(screen.size())
    x = min(max(wanted.x(), screen.left()), screen.right() - size.width() + 1)
    y = min(max(wanted.y(), screen.top()), screen.bottom() - size.height() + 1)
    return QRect(x, y, size.width(), size.height())


def smallest() -> QSize:
    """The least size of a window: :data:`SMALLEST`, or the main screen where that is smaller."""
    screens = _screens()
    return SMALLEST.boundedTo(screens[0].availableGeometry().size()) if screens else SMALLEST


def remembered(window: QWidget) -> str:
    """The window's place as text for the settings: numbers only."""
    place = window.normalGeometry() if window.isMaximized() else window.geometry()
    return json.dumps([place.x(), place.y(), place.width(), place.height(), int(window.isMaximized())])


def restore(window: QWidget, text: str, usual: QSize = USUAL) -> None:
    """Put a window where it was, or ``usual`` in the middle of the main screen."""
    screens = [screen.availableGeometry() for screen in _screens()]
    place, maximised = _read(text)
    if place is None:
        place = QRect(0, 0, usual.width(), usual.height())
        if screens:
            place.setSize(usual.boundedTo(screens[0].size()))
            place.moveCenter(screens[0].center())
    window.setGeometry(fit(place, screens))
    if maximised:
        window.showMaximized()


def splits(splitters: Sequence[QSplitter]) -> str:
    """The sizes of splitters as text for the settings."""
    return json.dumps([splitter.sizes() for splitter in splitters])


def restore_splits(splitters: Sequence[QSplitter], text: str) -> bool:
    """Set splitters to remembered sizes; false where the text is not theirs."""
    try:
        sizes = json.loads(text)
    except ValueError:
        return False
    sound = isinstance(sizes, list) and len(sizes) == len(splitters)
    sound = sound and all(isinstance(s, list) and all(isinstance(n, int) and n > 0 for n in s) for s in sizes)
    if not sound:
        return False
    for splitter, each in zip(splitters, sizes, strict=True):
        if len(each) == splitter.count() and sum(each) > 0:
            splitter.setSizes(each)
    return True


def _screens() -> list[QScreen]:
    first = QGuiApplication.primaryScreen()
    others = [screen for screen in QGuiApplication.screens() if screen is not first]
    return [first, *others] if first is not None else []


def _read(text: str) -> tuple[QRect | None, bool]:
    try:
        x, y, width, height, maximised = json.loads(text)
        return QRect(x, y, width, height), bool(maximised)
    except (ValueError, TypeError):
        return None, False
