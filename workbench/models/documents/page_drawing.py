"""Pictures of pages for the eye, drawn in a cage: a page that reads well may still be a bomb to draw.

One worker for all documents, kept with the last one open in its memory; it is started when first needed
or announced, and ends with the drawer, or with the program.
"""

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.inference.api import PagePicture
from workbench.jobs import JobContext
from workbench.models.documents.ocr_pictures import CagedPictures

_PAGE_S = 20.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A file whose pages are drawn: its format (``pdf``, ``image``), its bytes, its password."""

    kind: str
    content: bytes = field(repr=False)
    password: str | None = field(default=None, repr=False)


class PageDrawer:
    """Draws pages of one file after another. Safe from any thread; one page at a time."""

    def __init__(self, *, command: Sequence[str] | None = None, seconds_a_page: float = _PAGE_S) -> None:
        """``command`` starts the worker, by default that of recognition's pictures."""
        self._lock = threading.Lock()
        self._paper: Paper | None = None
        self._caged = CagedPictures(b"", "", command=command, seconds_a_page=seconds_a_page)
        weakref.finalize(self, self._caged.close)

    @property
    def awake(self) -> bool:
        """Whether there is a worker, which may hold a file."""
        return self._caged.started

    def announce(self) -> None:
        """Start the worker, so that it is there when the first page is wanted; never waits."""
        if self._lock.acquire(blocking=False):
            try:
                self._caged.start()
            finally:
                self._lock.release()

    def picture(self, paper: Paper, page: int, scale: float) -> PagePicture:
        """Page ``page`` (from 1) at ``scale`` pixels a unit; pictures are made smaller, never larger.

        Raises DamagedDocument (also where drawing crashes or takes too long), EncryptedDocument or
        DocumentTooLarge.
        """
        with self._lock:
            if self._paper != paper:
                self._caged.open(paper.content, paper.kind, paper.password)
                self._paper = paper
            return self._caged.page(page, scale, JobContext())

    def close(self) -> None:
        """End the worker and forget the file; another page starts it again."""
        with self._lock:
            self._caged.open(b"", "", None)
            self._caged.close()
            self._paper = None
