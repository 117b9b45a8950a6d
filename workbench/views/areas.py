"""F6: the keyboard goes from one area of the window to the next."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication


class Areas:
    """Top, rail, pane, source, evidence, status; those that are closed are passed over."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._last = ""

    def move(self, step: int) -> None:
        """Give the keyboard to the area that many further on, around the end."""
        areas = self._open()
        names = [name for name, _ in areas]
        here = self.here
        place = (names.index(here) + step) % len(areas) if here in names else 0
        self._last = names[place]
        areas[place][1]()

    def _open(self) -> list[tuple[str, Callable[[], object]]]:
        window = self._window
        areas: list[tuple[str, Callable[[], object]]] = [
            ("top", window.top.focus_first),
            ("rail", window.rail.focus_first),
            ("pane", window.pane(window.shown).focus_first),
        ]
        if window.side.is_open:
            areas += [("source", window.side.focus_source), ("evidence", window.side.focus_evidence)]
        return [*areas, ("status", window.status.focus_first)]

    @property
    def here(self) -> str:
        """Where the keyboard is; where it was brought last, if it is in none."""
        window, focused = self._window, QApplication.focusWidget()
        holders: list[tuple[str, Any]] = [
            ("top", window.top),
            ("rail", window.rail),
            ("pane", window.pages),
            ("source", window.side.source),
            ("evidence", window.side.evidence),
            ("status", window.status),
        ]
        for name, holder in holders:
            if focused is not None and (focused is holder or holder.isAncestorOf(focused)):
                return name
        return self._last
