"""ZIP: a list of what is in it, and the files themselves as attachments.

Nothing is written anywhere. Names can't lead outside: they are only names, cleaned of drives, roots and
dots. Names without the mark of UTF-8 are read as UTF-8 or GB18030, as Chinese programs write them.
"""

import zipfile
import zlib
from collections.abc import Iterator

from workbench.errors import DocumentError, EncryptedDocument
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Attachment, Block, BlockKind, Document, Run, TextPlace
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, encrypted, too_large

_UTF8 = 0x800
_ENCRYPTED = 0x1
_SMALL = 1 << 20
_PIECE = 1 << 20
_SYSTEM = ("__macosx/", "thumbs.db", "desktop.ini", ".ds_store")
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


def read_archive(
    origin: Origin, title: str, *, password: str | None = None, job: JobContext, limits: ReadLimits = LIMITS
) -> Document:
    """The archive's list, its files as attachments; those that can't be unpacked are noted and make it partial.

    Raises EncryptedDocument (all files have a password, or it is wrong), DamagedDocument, DocumentTooLarge
    (count, unpacked size or ratio) or Cancelled.
    """
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir() and not _is_system(e)]
            if len(entries) > limits.files:
                raise too_large("files", str(limits.files))
            taken = _Taken(archive, password, limits)
            for number, entry in enumerate(entries, 1):
                job.check()
                taken.take(entry)
                job.progress(number, len(entries))
    except _FAULTS as error:
        raise damaged(str(error)) from error
    if not entries:
        raise damaged("no files")
    if taken.sealed and not taken.attached:
        raise encrypted(password is not None)
    notes = [tr("documents.parts_broken", parts=", ".join(taken.broken))] if taken.broken else []
    if taken.sealed:
        notes.append(tr("documents.parts_sealed", parts=", ".join(taken.sealed)))
    return Document(
        title,
        "zip",
        tuple(_listed([entry_name(e) for e in entries])),
        attachments=tuple(taken.attached),
        partial=bool(notes),
        notes=tuple(notes),
    )


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as meant: in its own characters, with plain slashes, never leading outside."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        name = _recoded(name)
    parts = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    if parts and len(parts[0]) == 2 and parts[0][1] == ":":
        parts = parts[1:]
    clean = "/".join("".join(c for c in part if c.isprintable()) for part in parts)
    return clean or tr("documents.attachment", number=1)


def _recoded(name: str) -> str:
    """A name of unmarked bytes, which the library reads as code page 437."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _is_system(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.lower()
    return name.startswith(_SYSTEM[0]) or name.rpartition("/")[2] in _SYSTEM


def _listed(names: list[str]) -> Iterator[Block]:
    for line, name in enumerate(names, 1):
        yield Block(BlockKind.LIST, name, (Run(0, len(name), TextPlace(line, 0)),))


class _Taken:
    """What is unpacked so far, held to the limits by what really comes out."""

    def __init__(self, archive: zipfile.ZipFile, password: str | None, limits: ReadLimits) -> None:
        self.attached: list[Attachment] = []
        self.broken: list[str] = []
        self.sealed: list[str] = []
        self._archive = archive
        self._password = password.encode() if password else None
        self._limits = limits
        self._left = limits.unpacked_size

    def take(self, entry: zipfile.ZipInfo) -> None:
        """Unpack one file. Raises DocumentTooLarge."""
        name = entry_name(entry)
        try:
            data = self._unpacked(entry)
        except EncryptedDocument:
            self.sealed.append(name)
        except DocumentError:
            raise
        except _FAULTS:
            self.broken.append(name)
        else:
            self.attached.append(Attachment(name, data))

    def _unpacked(self, entry: zipfile.ZipInfo) -> bytes:
        secret = bool(entry.flag_bits & _ENCRYPTED)
        if secret and self._password is None:
            raise encrypted(False)
        most = max(_SMALL, entry.compress_size * self._limits.ratio)
        pieces: list[bytes] = []
        size = 0
        try:
            with self._archive.open(entry, pwd=self._password if secret else None) as packed:
                while piece := packed.read(_PIECE):
                    pieces.append(piece)
                    size += len(piece)
                    if size > most or size > self._left:
                        raise too_large("unpacked", f"{min(most, self._limits.unpacked_size) >> 20} MB")
        except RuntimeError as error:
            if secret and "password" in str(error).lower():
                raise encrypted(True) from error
            raise
        self._left -= size
        return b"".join(pieces)
