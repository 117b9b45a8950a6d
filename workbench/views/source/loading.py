"""What a job brings for the viewer: a document with everything needed to show it, and drawn pages."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtGui import QImage

from workbench.jobs import JobContext
from workbench.models.documents.document import CellPlace, Document, PageSize
from workbench.models.documents.page_drawing import PageDrawer, Paper
from workbench.models.evidence import Anchor, Box, PageSpan
from workbench.views.evidence_list.names import document_name
from workbench.views.source.drawing import draw_page
from workbench.views.source.grid import Grid, grids_of
from workbench.views.source.places import PageText, SpanFinder, Stretch, find

_INSIDE = "!/"
_WORDS_ONLY = ("ofd", "pptx")
"""Formats whose pages are drawn from the words and their places."""


class StoredLike(Protocol):
    """What the viewer needs of a stored document."""

    id: str
    name: str
    key: str
    generation: int


class LibraryLike(Protocol):
    """What the viewer asks of the library."""

    def document(self, document: str, /) -> Any: ...

    def content(self, document: str, /) -> Document: ...

    def original(self, document: str, /) -> bytes: ...

    def password(self, document: str, /) -> str | None: ...


@dataclass(frozen=True)
class Loaded:
    """A document ready to be shown. ``paper`` is there only where pages are drawn from the file."""

    id: str
    name: str
    document: Document
    finder: SpanFinder
    page_text: PageText | None = None
    grids: tuple[Grid, ...] = ()
    paper: Paper | None = None
    drawer: PageDrawer = field(default_factory=PageDrawer, repr=False, compare=False)
    generation: int = 0

    @property
    def pages(self) -> tuple[PageSize, ...]:
        """Sizes of the pages, where there are pictures of them."""
        return self.document.pages if self.page_text is not None else ()


@dataclass(frozen=True)
class Found:
    """What a search found: stretches, and where they stand as boxes or cells."""

    needle: str
    stretches: tuple[Stretch, ...] = ()
    boxes: dict[int, list[Box]] = field(default_factory=dict)
    cells: tuple[tuple[str, str], ...] = ()


def shown_name(stored: StoredLike) -> str:
    """What a document is called; one inside another file with that file before it."""
    _, inside, name = stored.key.rpartition(_INSIDE)
    return f"{stored.name} › {name}" if inside else document_name(stored)


def load(library: LibraryLike, document_id: str, job: JobContext, drawer: PageDrawer | None = None) -> Loaded:
    """Read a document from the library and prepare it. Work for a job."""
    drawer = drawer or PageDrawer()
    stored = library.document(document_id)
    job.check()
    document = library.content(document_id)
    job.check()
    finder = SpanFinder(document)
    name = shown_name(stored)
    if document.pages:
        paper = None
        if document.format not in _WORDS_ONLY:
            drawer.announce()
            paper = Paper(document.format, library.original(document_id), library.password(document_id))
        return Loaded(document_id, name, document, finder, PageText(document), (), paper, drawer, stored.generation)
    grids = grids_of(document) if document.format not in ("docx", "text", "markdown", "jsonl") else ()
    return Loaded(document_id, name, document, finder, grids=grids, generation=stored.generation)


def load_anew(library: LibraryLike, loaded: Loaded, job: JobContext) -> Loaded | None:
    """The document again where a newer version of it is there. Work for a job."""
    if library.document(loaded.id).generation == loaded.generation:
        return None
    return load(library, loaded.id, job, loaded.drawer)


def draw(loaded: Loaded, page: int, scale: float) -> QImage:
    """Draw a page (from 1). Work for a job; very large pages are drawn coarser."""
    return draw_page(loaded.document, page, scale, loaded.drawer, loaded.paper)


def search(loaded: Loaded, needle: str) -> Found:
    """Find words in a document. Work for a job."""
    stretches = find(loaded.document, needle)
    boxes: dict[int, list[Box]] = {}
    cells: list[tuple[str, str]] = []
    for stretch in stretches:
        block = loaded.document.blocks[stretch.block]
        anchor = block.anchor(stretch.start, stretch.end)
        for page, found in boxes_of(anchor).items():
            boxes.setdefault(page, []).extend(found)
        cells += [
            (run.place.sheet, run.place.cell)
            for run in block.runs
            if isinstance(run.place, CellPlace) and run.start < stretch.end and run.end > stretch.start
        ]
    return Found(needle, stretches, boxes, tuple(cells))


def boxes_of(anchor: Anchor | None) -> dict[int, list[Box]]:
    """The boxes of an anchor by page; empty for anchors without pages."""
    boxes: dict[int, list[Box]] = {}
    for span in anchor.spans if anchor else ():
        if isinstance(span, PageSpan):
            boxes.setdefault(span.page, []).extend(span.boxes)
    return boxes
