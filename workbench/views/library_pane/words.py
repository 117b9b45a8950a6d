"""What the table says of a document: the words of every column, their ink, and what they are sorted by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.views import theme
from workbench.views.evidence_list import document_name

COLUMNS = ("name", "format", "pages", "chunks", "state", "size", "added")
FIGURES = frozenset({"pages", "chunks", "size"})
TROUBLED = ("rejected", "partial")
_KIND_STATUS = {
    "ready": Status.TRACED,
    "words": Status.PARTIAL,
    "partial": Status.PARTIAL,
    "rejected": Status.UNPROVEN,
}
_NEEDY = ("ready", "words", "partial", "rejected")


class DocumentLike(Protocol):
    """What the table shows of a stored document."""

    id: str
    name: str
    title: str
    format: str
    state: str
    pages: int
    chunks: int
    embedded: int
    size: int
    added: str
    notes: tuple[str, ...]
    error: dict[str, str] | None
    path: str
    key: str
    unrecognised: int


def standing(document: DocumentLike) -> Status:
    """The mark and colour of a document's state."""
    return _KIND_STATUS.get(document.state, Status.PARTIAL)


def share(document: DocumentLike) -> float | None:
    """How much of the index stands, 0 to 1; None where none of it does yet, or all."""
    if document.state == "words" and document.chunks and document.embedded:
        return document.embedded / document.chunks
    return None


def state_words(document: DocumentLike) -> str:
    """A document's state with its mark, for people."""
    mark = "⚠" if document.state in TROUBLED else standing(document).mark
    if document.unrecognised and document.state != "rejected":
        return f"{mark} {tr('library_pane.state.recognising', count=document.unrecognised)}"
    done = share(document)
    if done is not None:
        return f"{mark} {tr('library_pane.state.embedding', percent=int(100 * done))}"
    return f"{mark} {tr('library_pane.state.' + document.state)}"


def size_words(size: int) -> str:
    """A file's size in KB or MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{size / 1024 / 1024:,.1f} MB"


def kind_words(kind: str) -> str:
    """The name people give a format."""
    key = f"library_pane.format.{kind}"
    said = tr(key)
    return kind.upper() if said == key else said


def added_words(moment: str) -> str:
    """When something came in, short."""
    try:
        then = datetime.fromisoformat(moment).astimezone()
        this_year = then.year == datetime.now(then.tzinfo).year
        return then.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d")
    except ValueError:
        return moment


def cell(document: DocumentLike, column: str) -> str:
    """The words of a document in a column."""
    match column:
        case "name":
            return document_name(document)
        case "format":
            return kind_words(document.format) or _ending(document.name)
        case "state":
            return state_words(document)
        case "size":
            return size_words(document.size)
        case "added":
            return added_words(document.added)
        case _:
            return _count(int(getattr(document, column)))


def group_cell(documents: Sequence[DocumentLike], column: str, *, folder: bool) -> str:
    """The words of a folder, or of a file of many documents, in a column."""
    match column:
        case "format":
            return tr("library_pane.folder") if folder else kind_words(documents[0].format)
        case "state":
            return _group_state(documents)
        case "size":
            return size_words(_size(documents))
        case "added":
            return added_words(max(d.added for d in documents))
        case "name":
            return documents[0].name
        case _:
            return _count(sum(int(getattr(d, column)) for d in documents))


def told(document: DocumentLike, column: str) -> str:
    """The same for the tip and the screen reader, with reasons and notes."""
    if column == "name" and document_name(document) != document.name:
        return f"{document_name(document)}\n{document.name}"
    if column == "name" and document.path and not document.path.startswith("\0"):
        return f"{document_name(document)}\n{document.path}"
    if column == "state" and document.error:
        return f"{state_words(document)}\n{document.error.get('message', '')} {document.error.get('hint', '')}"
    if column == "state" and document.notes:
        return "\n".join((state_words(document), *document.notes))
    return cell(document, column)


def searched(document: DocumentLike) -> str:
    """Everything the filter looks through."""
    return f"{document.name} {document.title} {kind_words(document.format)} {state_words(document)} {document.path}"


def sort_value(documents: Sequence[DocumentLike], column: str) -> Any:
    """What a row of these documents is sorted by."""
    match column:
        case "format":
            return documents[0].format
        case "state":
            return max(_NEEDY.index(d.state) if d.state in _NEEDY else 0 for d in documents)
        case "added":
            return max(d.added for d in documents)
        case "size":
            return _size(documents)
        case _:
            return sum(int(getattr(d, column)) for d in documents)


def alignment(column: str) -> Qt.AlignmentFlag:
    """Figures stand right."""
    side = Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def ink(document: DocumentLike | None, column: str) -> QColor | None:
    """The colour of a cell; None for the usual one."""
    colours = theme.current()
    if document is None:
        return None if column == "name" else QColor(colours.muted)
    if column == "state":
        return QColor(theme.status_colour(standing(document)))
    if column == "name":
        return QColor(colours.muted) if document.state == "rejected" else None
    return QColor(colours.muted)


def list_words(documents: Sequence[DocumentLike]) -> str:
    """A list of documents as text: a line each with its number, tabs between the columns, the heads above."""
    columns = ("name", "format", "pages", "state", "added")
    lines = ["\t".join((tr("library_pane.column.number"), *(tr(f"library_pane.column.{c}") for c in columns)))]
    for number, document in enumerate(documents, start=1):
        lines.append("\t".join((str(number), *(cell(document, column) for column in columns))))
    return "\n".join(lines)


def _group_state(documents: Sequence[DocumentLike]) -> str:
    troubled = sum(d.state in TROUBLED for d in documents)
    if troubled:
        return tr("library_pane.state.group_troubled", count=len(documents), troubled=troubled)
    return tr("library_pane.state.group", count=len(documents))


def _size(documents: Sequence[DocumentLike]) -> int:
    """Bytes of the files, each once."""
    return sum({(d.path or d.id): d.size for d in documents}.values())


def _count(count: int) -> str:
    return f"{count:,}" if count else "–"


def _ending(name: str) -> str:
    """What a refused file calls itself."""
    return name.rsplit(".", 1)[1].upper()[:6] if "." in name else ""
