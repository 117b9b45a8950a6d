"""What a file is, by its content first and its name second."""

import zipfile
from pathlib import Path

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.refusals import damaged, encrypted, sealed_office, too_large, unsupported
from workbench.models.documents.text import decoded

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = {".md": "markdown", ".markdown": "markdown", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl"}
_BINARY_NAMES = {".pdf", ".docx", ".docm", ".xlsx", ".xlsm"}
_MAX_ENTRIES = 20_000


def format_of(path: Path, limits: ReadLimits) -> str:
    """The reader's name (``pdf``, ``docx``, ``xlsx``, ``text``, ``markdown``, ``csv``, ``jsonl``).

    Raises UnsupportedDocument, EncryptedDocument, DamagedDocument or DocumentTooLarge.
    """
    with path.open("rb") as file:
        head = file.read(8192)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(path, limits)
    if head.startswith(_OLE):
        return _of_ole(path)
    _refuse_others(head, path.suffix.lower())
    return _of_text(head, path.suffix.lower())


def _of_zip(path: Path, limits: ReadLimits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise damaged(str(error)) from error
    if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > limits.unpacked_size:
        raise too_large("unpacked", f"{limits.unpacked_size >> 20} MB")
    names = {e.filename.lstrip("/").replace("\\", "/").lower() for e in entries}
    for part, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if part in names:
            return kind
    if any(e.flag_bits & 1 for e in entries):
        raise encrypted(False)
    if "[content_types].xml" in names and any(n.startswith("word/document") and n.endswith(".xml") for n in names):
        return "docx"
    for part, kind in (
        ("ppt/presentation.xml", "slides"),
        ("ofd.xml", "ofd"),
        ("xl/workbook.bin", "xls"),
        ("content.xml", "odf"),
        ("[content_types].xml", "office"),
    ):
        if part in names:
            raise unsupported(kind)
    raise unsupported("archive")


def _of_ole(path: Path) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise sealed_office()
    for stream, kind in (
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("PowerPoint Document", "slides"),
    ):
        if stream.encode("utf-16-le") in content:
            raise unsupported(kind)
    raise unsupported("office")


def _refuse_others(head: bytes, suffix: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith(_PICTURES) or head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise unsupported("image")
    if head.startswith(_ARCHIVES):
        raise unsupported("archive")
    if head.startswith(_PROGRAMS):
        raise unsupported("program")
    if start.startswith(b"{\\rtf"):
        raise unsupported("doc")
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        raise unsupported("html")
    if suffix in (".eml", ".msg", ".mht", ".mhtml"):
        raise unsupported("mail")


def _of_text(head: bytes, suffix: str) -> str:
    cut = head[: len(head) // 4 * 4]
    text = next((t for trim in range(4) if (t := decoded(cut[: len(cut) - trim] if trim else cut)) is not None), None)
    if text is None:
        raise damaged("the content fits no known format") if suffix in _BINARY_NAMES else unsupported("unknown")
    if suffix in _BINARY_NAMES:
        raise damaged("a text under the name of another format")
    return _TEXTS.get(suffix, "text")
