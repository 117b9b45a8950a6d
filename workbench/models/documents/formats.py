"""What a file is, by its content first and its name second."""

import re
import zipfile
import zlib
from pathlib import PurePath

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.ole import is_sealed, ole_streams
from workbench.models.documents.origin import Origin, head, stream
from workbench.models.documents.refusals import damaged, encrypted, misnamed, sealed_old, too_large, unsupported
from workbench.models.documents.text import decoded

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe")
_MEDIA = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\x30\x26\xb2\x75", b"FLV\x01")
_DRAWING = re.compile(rb"AC10\d\d")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_WORD = (b"\xdb\xa5", b"\x31\xbe\x00\x00")
_OLD_SHEET = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_TEXTS = {".md": "markdown", ".markdown": "markdown", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl"}
_BINARY_NAMES = {".pdf", ".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".ofd", ".zip"}
_MAX_ENTRIES = 20_000
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, KeyError, RuntimeError, EOFError, zlib.error)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div)[\s>]", re.IGNORECASE)
_MAIL_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|received|return-path|message-id|mime-version|content-type"
    rb"|delivered-to|x-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("xl/workbook.bin", "xlsb"),
    ("ofd.xml", "ofd"),
)
_OPEN_DOCUMENTS = (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"), ("graphics", "odg"))
_OLE_STREAMS = (
    ("worddocument", "doc"),
    ("workbook", "xls"),
    ("book", "xls"),
    ("powerpoint document", "ppt"),
    ("__properties_version1.0", "msg"),
)


def format_of(origin: Origin, name: str, limits: ReadLimits) -> str:
    """The reader's name: ``pdf``, ``docx``, ``xlsx``, ``xls``, ``pptx``, ``ofd``, ``zip``, ``image``, ``text``…

    ``sealed`` is an Office file with a password.

    Raises UnsupportedDocument, EncryptedDocument, DamagedDocument or DocumentTooLarge.
    """
    start, suffix = head(origin, 8192), PurePath(name).suffix.lower()
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00PK")):
        return _of_zip(origin, suffix, limits)
    if start.startswith(_OLE):
        return _of_ole(origin)
    return _of_binary(start) or _of_markup(start, suffix) or _of_text(start, suffix)


def _of_zip(origin: Origin, suffix: str, limits: ReadLimits) -> str:
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            kind = _office_kind(archive, entries)
    except _BROKEN as error:
        raise damaged(str(error)) from error
    if kind != "zip":
        if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > limits.unpacked_size:
            raise too_large("unpacked", f"{limits.unpacked_size >> 20} MB")
        return kind
    if suffix in _BINARY_NAMES - {".zip"}:
        raise misnamed(suffix, "the parts of the format are missing")
    return "zip"


def _office_kind(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    names = {e.filename.lstrip("/").replace("\\", "/").lower() for e in entries}
    found = next((kind for part, kind in _PARTS if part in names), None)
    if found:
        return found
    types = "[content_types].xml" in names
    if types and any(n.startswith("word/document") and n.endswith(".xml") for n in names):
        return "docx"
    if "content.xml" in names:
        return _open_document(archive, names)
    if "encryptedpackage" in names:
        raise encrypted(False)
    if types:
        raise unsupported("office")
    return "zip"


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> str:
    """ODT, ODS and their kin, by the type they name themselves."""
    written = ""
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            written = part.read(200).decode("ascii", "replace")
    if "meta-inf/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(1 << 20):
                raise sealed_old()
    for word, kind in _OPEN_DOCUMENTS:
        if f"opendocument.{word}" in written:
            if kind == "odg":
                raise unsupported("odf")
            return kind
    if written:
        raise unsupported("odf")
    return "zip"


def _of_ole(origin: Origin) -> str:
    streams = ole_streams(origin)
    if "encryptedpackage" in streams:
        return "sealed"
    for name, kind in _OLE_STREAMS:
        if name in streams:
            if kind in ("doc", "ppt") and is_sealed(origin):
                raise sealed_old()
            return kind
    if not streams:
        raise damaged("no streams")
    raise unsupported("office")


def _of_binary(start: bytes) -> str | None:
    """Kinds told by their first bytes; refuses those that have no reader."""
    if start.startswith(_PICTURES) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return "image"
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC:
        return "image"
    if start[4:8] == b"ftyp" or start[:4] == b"RIFF" or start.startswith(_MEDIA):
        raise unsupported("media")
    if _DRAWING.match(start):
        raise unsupported("drawing")
    if start.startswith(_ARCHIVES) or start[257:262] == b"ustar":
        raise unsupported("archive")
    if start.startswith(_PROGRAMS):
        raise unsupported("program")
    if start.startswith(_OLD_WORD):
        return "doc"
    if start.startswith(_OLD_SHEET):
        raise unsupported("xls")
    return None


def _of_markup(start: bytes, suffix: str) -> str | None:
    """Formats that are text with a form of their own."""
    begin = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(b"{\\rtf"):
        return "rtf"
    if _is_mail(begin, suffix):
        joined = re.sub(rb"\s+", b" ", begin[:4096]).lower()
        return "mhtml" if b"multipart/related" in joined and suffix != ".eml" else "eml"
    if suffix in (".eml", ".mht", ".mhtml"):
        return "eml" if suffix == ".eml" else "mhtml"
    if suffix not in (".txt", ".md", ".markdown", ".csv", ".jsonl") and _is_html(start, suffix):
        return "html"
    return None


def _is_mail(begin: bytes, suffix: str) -> bool:
    """Whether the first lines are a mail's fields: several known ones, with nothing else between."""
    first = re.split(rb"\r?\n\r?\n", begin, maxsplit=1)[0]
    known = len(_MAIL_FIELD.findall(first))
    lines = [line for line in first.splitlines() if line[:1] not in (b" ", b"\t")]
    needed = 2 if suffix in (".eml", ".mht", ".mhtml") else 3
    return known >= needed and all(re.match(rb"[\w-]+:|From ", line) for line in lines[:-1])


def _is_html(start: bytes, suffix: str) -> bool:
    if suffix in (".html", ".htm", ".xhtml"):
        return True
    begin = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1000]
    begin = re.sub(rb"^(?:<\?xml[^>]*>|<!--.*?-->|\s)*", b"", begin, flags=re.DOTALL)
    return _HTML.match(begin) is not None


def _of_text(start: bytes, suffix: str) -> str:
    if b"[Content_Types].xml" in start or b"PK\x03\x04" in start[:64]:
        raise damaged("an archive without its head")
    cut = start[: len(start) // 4 * 4]
    text = next((t for trim in range(4) if (t := decoded(cut[: len(cut) - trim] if trim else cut)) is not None), None)
    if text is None:
        raise (
            misnamed(suffix, "the content fits no known format") if suffix in _BINARY_NAMES else unsupported("unknown")
        )
    if suffix in _BINARY_NAMES:
        raise misnamed(suffix, "a text under the name of another format")
    return _TEXTS.get(suffix, "text")
