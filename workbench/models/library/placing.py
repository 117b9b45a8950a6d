"""From characters of a chunk to their place in the document."""

from workbench.errors import LibraryError
from workbench.i18n import tr
from workbench.models.documents.document import Document
from workbench.models.evidence import Anchor, PageSpan, Span
from workbench.models.library.records import StoredChunk


def place(document: Document, chunk: StoredChunk, start: int, end: int) -> Anchor:
    """Where ``chunk.text[start:end]`` stands. Raises LibraryError where none of it has a place."""
    spans: list[Span] = []
    kind = None
    for chunk_start, block, first, last in chunk.pieces:
        begin, stop = max(start, chunk_start), min(end, chunk_start + last - first)
        if begin >= stop:
            continue
        anchor = document.blocks[block].anchor(first + begin - chunk_start, first + stop - chunk_start)
        if anchor is not None:
            kind = kind or anchor.kind
            _join(spans, anchor.spans)
    if kind is None:
        raise LibraryError(tr("library.no_place"), tr("library.no_place_hint"))
    return Anchor(kind, tuple(spans))


def _join(spans: list[Span], more: tuple[Span, ...]) -> None:
    """Append spans; boxes of one page are gathered, a repeated span is said once."""
    for span in more:
        last = spans[-1] if spans else None
        if isinstance(span, PageSpan) and isinstance(last, PageSpan) and last.page == span.page:
            spans[-1] = PageSpan(last.page, last.boxes + span.boxes)
        elif span != last:
            spans.append(span)
