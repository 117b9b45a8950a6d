"""What the library hands out: cases, documents and chunks as stored."""

from dataclasses import dataclass, field

Piece = tuple[int, int, int, int]
"""``(chunk_start, block, start, end)``: the chunk's text from ``chunk_start`` is ``text[start:end]`` of the block."""

WORDS = "words"
READY = "ready"
PARTIAL = "partial"
REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Case:
    """A case (卷宗), the unit of work. ``created`` is ISO 8601 in UTC; ``documents`` counts sound ones."""

    id: str
    name: str
    created: str
    documents: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of a case; files that could not be read are listed too, with ``error`` saying why.

    ``case`` is the case's id, ``name`` the file's name, ``size`` its bytes. ``state`` is ``words``
    (word search finds it), ``ready`` (vectors too), ``partial`` (some pages could not be read) or
    ``rejected``. ``embedded`` of ``chunks`` have vectors. ``generation`` grows with each new version.
    ``path`` is where the file was taken from; ``key`` is empty for the file's own document and tells
    those inside it (attachments, lines) apart. ``unrecognised`` pages wait for their picture to be read;
    till then the state is ``words`` at best.
    """

    id: str
    case: str
    name: str
    title: str
    format: str
    state: str
    pages: int
    chunks: int
    embedded: int
    size: int
    added: str
    generation: int
    properties: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: dict[str, str] | None = None
    path: str = ""
    key: str = ""
    unrecognised: int = 0


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A stretch of a document that is found as one; ``context`` (company, heading) is searched with it.

    ``document`` is the document's id, ``ordinal`` counts its chunks from 0, ``block`` is the block
    the text begins in.
    """

    id: str
    document: str
    ordinal: int
    text: str
    context: str
    block: int
    pieces: tuple[Piece, ...] = ()
