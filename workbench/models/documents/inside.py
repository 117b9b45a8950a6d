"""Files and pictures put into a document: taken out, to be read as documents of their own.

A picture counts where it is large enough to be a paper itself (a scan, a licence, a screenshot of an
account), and in a document of hardly any words, whose pictures are its pages, already when it is small.
"""

import io
import posixpath
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module

from workbench.errors import DocumentError
from workbench.i18n import tr
from workbench.models.documents.document import Attachment
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.office import part_content
from workbench.models.documents.ole import ole_streams
from workbench.models.documents.text import decoded

HARDLY = 100
"""Characters below which a document's pictures are taken for its pages."""
_FILES = (
    ".docx", ".docm", ".doc", ".rtf", ".xlsx", ".xlsm", ".xlsb", ".xls", ".pptx", ".ppt", ".pdf", ".ofd",
    ".odt", ".ods", ".msg", ".eml", ".htm", ".html", ".csv", ".txt", ".zip",
)  # fmt: skip
_OBJECT = ".bin"
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".heic")
"""Endings of pictures that can be read."""
_HEADS = (
    (b"\x89PNG", ".png"), (b"\xff\xd8", ".jpg"), (b"GIF8", ".gif"), (b"BM", ".bmp"), (b"RIFF", ".webp"),
    (b"II*\0", ".tif"), (b"MM\0*", ".tif"),
)  # fmt: skip
_LEAST_PICTURE = 20_000
"""Bytes below which a picture is no scanned page."""
_PAPER_SIDE, _PAPER_AREA = 400, 400_000
"""The least shorter side and area of a paper's picture, in pixels."""
MOST = 50
"""Files and pictures taken out of one document."""
_EMBEDDED = 2
_NATIVE = "\x01Ole10Native"
_WHOLE = ("worddocument", "workbook", "book", "powerpoint document", "__properties_version1.0", "encryptedpackage")
_FAULTS = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)
"""What the library lets through from below over a broken object."""


@dataclass(slots=True)
class Inside:
    """What was taken out, and how many files or pictures were left in for being too many, too large or broken."""

    attached: list[Attachment] = field(default_factory=list)
    left: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of it."""
        return (tr("documents.files_left", count=self.left),) if self.left else ()


def inside_of(
    archive: zipfile.ZipFile,
    limits: ReadLimits,
    *,
    files: str = "",
    pictures: Callable[[str], bool],
    scanned: bool = False,
) -> Inside:
    """Files put into the document under the folder ``files``, and those pictures ``pictures`` says are its own.

    ``scanned``: the document holds hardly any words.
    """
    found = Inside()
    room = limits.file_size
    for entry in archive.infolist():
        name = entry.filename
        kind = _kind(name, files, pictures)
        if not kind:
            continue
        if entry.file_size > room or len(found.attached) >= MOST:
            found.left += 1
            continue
        try:
            data = part_content(archive, name, limits.file_size)
        except DocumentError:
            found.left += 1
            continue
        kept = list(_wanted(name, kind, data, scanned))
        room -= sum(len(one.content) for one in kept)
        found.attached += kept
    return found


def papers_of(pictures: Iterable[tuple[str, bytes]], limits: ReadLimits, *, scanned: bool = False) -> Inside:
    """Of pictures shown in a page or text (name and content, taken one by one) those that are papers, each once.

    ``scanned`` as for :func:`inside_of`. What is no picture that can be read is left in, and counted where it is large.
    """
    from workbench.models.documents.images import size_of  # noqa: PLC0415 - the decoders, only where a picture is

    found = Inside()
    room = limits.file_size
    taken: set[bytes] = set()
    for name, data in pictures:
        readable = size_of(data) is not None
        if not readable or not (is_paper(data) or (scanned and len(data) > _LEAST_PICTURE)):
            found.left += not readable and len(data) > _LEAST_PICTURE
        elif data not in taken and (len(data) > room or len(found.attached) >= MOST):
            found.left += 1
        elif data not in taken:
            taken.add(data)
            room -= len(data)
            found.attached.append(Attachment(name, data))
    return found


def picture_name(number: int, content: bytes) -> str:
    """``image3.png`` for the third picture of a file that gives its pictures no names."""
    ending = next((ending for head, ending in _HEADS if content.startswith(head)), "")
    return f"image{number}{ending}"


def is_paper(content: bytes) -> bool:
    """Whether a picture is large enough to be a paper of its own, told by its head."""
    from workbench.models.documents.images import size_of  # noqa: PLC0415 - the decoders, only where a picture is

    wide, high = size_of(content) or (0, 0)
    return min(wide, high) >= _PAPER_SIDE and wide * high >= _PAPER_AREA


def _kind(name: str, files: str, pictures: Callable[[str], bool]) -> str:
    small = name.lower()
    if files and name.startswith(files):
        return "file" if small.endswith(_FILES) else "object" if small.endswith(_OBJECT) else ""
    return "picture" if small.endswith(PICTURES) and pictures(name) else ""


def _wanted(name: str, kind: str, data: bytes, scanned: bool) -> Iterator[Attachment]:
    plain = posixpath.basename(name)
    if kind == "object":
        unpacked = unpacked_object(data)
        if unpacked is not None:
            yield Attachment(unpacked[0] or plain, unpacked[1])
    elif kind == "file" or (scanned and len(data) > _LEAST_PICTURE) or is_paper(data):
        yield Attachment(plain, data)


def unpacked_object(data: bytes) -> tuple[str, bytes] | None:
    """Name (where it has one) and content of the file an OLE object holds; None for what is no file.

    An equation, a control or a link is none. A packed file has its name and its bytes in one stream
    (MS-OLEDS 2.3.6), others are a stream of their own, or the object is itself an old Office file.
    """
    if ole_streams(data) & set(_WHOLE):
        return "", data
    try:
        with import_module("olefile").OleFileIO(io.BytesIO(data)) as parts:
            streams = {path[-1]: path for path in parts.listdir() if len(path) == 1}
            if _NATIVE in streams:
                return _packed(parts.openstream(streams[_NATIVE]).read())
            for name, begins in (("Package", b"PK"), ("CONTENTS", b"%PDF")):
                content = parts.openstream(streams[name]).read() if name in streams else b""
                if content.startswith(begins):
                    return "", content
            return None
    except _FAULTS:
        return None


def unpacked_embedding(data: bytes) -> tuple[str, bytes] | None:
    """As :func:`unpacked_object`, of an object as RTF holds it (OLE 1.0, MS-OLEDS 2.2.5); None for a link too."""
    try:
        at, names = 8, []
        for _ in range(3):  # class, topic, item
            (size,) = struct.unpack_from("<I", data, at)
            names.append(data[at + 4 : at + 4 + size].rstrip(b"\0"))
            at += 4 + size
        kind, size = struct.unpack_from("<I", data, 4)[0], struct.unpack_from("<I", data, at)[0]
        whole = data[at : at + 4 + size]
        if kind != _EMBEDDED:
            return None
        return _packed(whole) if names[0] == b"Package" else unpacked_object(whole[4:])
    except _FAULTS:
        return None


def _packed(stream: bytes) -> tuple[str, bytes] | None:
    """Label and content: size, flags, label, path, flags, temporary path, size, content."""
    end = stream.index(b"\0", 6)
    label = stream[6:end]
    at = stream.index(b"\0", end + 1) + 1 + 4
    (length,) = struct.unpack_from("<I", stream, at)
    at += 4 + length
    (size,) = struct.unpack_from("<I", stream, at)
    content = stream[at + 4 : at + 4 + size]
    name = posixpath.basename((decoded(label) or "").replace("\\", "/"))
    return ("".join(c for c in name if c.isprintable()), content) if content else None
