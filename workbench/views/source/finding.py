"""Finding words in the document shown: all places are marked, one of them is gone to."""

from PySide6.QtCore import QObject

from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.source.find_bar import FindBar
from workbench.views.source.loading import Found, search
from workbench.views.source.surfaces import Surfaces


class Finding(QObject):
    """Searches for what the bar asks, and marks it on the surfaces."""

    def __init__(self, desk: Desk, bar: FindBar, surfaces: Surfaces, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bar = bar
        self._surfaces = surfaces
        self._found = Found("")
        self._current = -1
        self._searching: JobHandle | None = None
        bar.wanted.connect(self._search)
        bar.stepped.connect(self.step)
        bar.closed.connect(self._close)

    @property
    def found(self) -> Found:
        """What the last search found."""
        return self._found

    def show_document(self) -> None:
        """Another document is shown: search it for the same, where the bar is open."""
        self.clear()
        if self._bar.isVisible():
            self._search(self._bar.words.text())

    def step(self, by: int) -> None:
        """Go to the next or previous found place, around the end."""
        total = len(self._found.stretches)
        if total:
            self._current = (self._current + by) % total
            self._show()

    def clear(self) -> None:
        """Nothing is found any more; a search that is running is let go."""
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None
        self._found, self._current = Found(""), -1

    def _search(self, needle: str) -> None:
        loaded = self._surfaces.loaded
        if self._searching is not None:
            self._searching.cancel()
        if loaded is not None:
            self._searching = self._desk.job_runner.start(
                Lane.IO, lambda _job: search(loaded, needle), owner=self, on_done=self._take
            )

    def _take(self, found: Found) -> None:
        self._searching = None
        self._found = found
        self._current = self._surfaces.first_from_here(found) if found.stretches else -1
        self._show()

    def _show(self) -> None:
        if self._surfaces.loaded is None:
            return
        stretches = self._found.stretches
        self._bar.say_count(self._current + 1, len(stretches))
        here = stretches[self._current] if 0 <= self._current < len(stretches) else None
        self._surfaces.show_found(self._found, here)

    def _close(self) -> None:
        self._found, self._current = Found(""), -1
        self._show()
        self._surfaces.take_focus()
