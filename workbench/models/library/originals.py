"""The files as they came, each encrypted whole under a name that tells nothing.

Layout: ``IKO`` and a version byte, 8 random bytes, then sealed pieces of 1 MiB (AES-256-GCM). A
piece's nonce is the random bytes and its number; its number and whether it is the last are
authenticated, so that pieces can be neither swapped nor left away.
"""

import hashlib
import hmac
import io
import os
import secrets
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.errors import DocumentError, LibraryCorrupt
from workbench.i18n import tr
from workbench.models.library.faults import storage_faults

_MAGIC = b"IKO\x01"
_PIECE = 1 << 20
_TAG = 16


class Originals:
    """Encrypted files by a keyed hash of their content; the same content is kept once."""

    def __init__(self, folder: Path, cipher_key: bytes, name_key: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(cipher_key)
        self._name_key = name_key
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in folder.glob("*.part"):
            leftover.unlink()

    def mac(self, path: Path) -> bytes:
        """The keyed hash of a file's content (32 bytes)."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        return hmac.digest(self._name_key, digest, "sha256")

    def mac_of(self, content: bytes) -> bytes:
        """The same for content in memory."""
        return hmac.digest(self._name_key, hashlib.sha256(content).digest(), "sha256")

    def keep(self, path: Path, mac: bytes) -> str:
        """Take in a file whose content has ``mac``; returns its name here.

        Raises DiskFull (nothing half-written is kept), DocumentError when the file changed meanwhile.
        """
        name = mac.hex()
        if (self._folder / name).exists():
            return name
        with storage_faults(), path.open("rb") as source:
            self._seal(source, name, mac)
        return name

    def keep_bytes(self, content: bytes) -> str:
        """Take in content held in memory; returns its name here. Raises DiskFull."""
        mac = self.mac_of(content)
        name = mac.hex()
        if not (self._folder / name).exists():
            with storage_faults():
                self._seal(io.BytesIO(content), name, mac)
        return name

    def _seal(self, source: IO[bytes], name: str, mac: bytes) -> None:
        target, partial = self._folder / name, self._folder / f"{name}.part"
        try:
            with partial.open("wb") as sealed:
                digest, prefix = hashlib.sha256(), secrets.token_bytes(8)
                sealed.write(_MAGIC + prefix)
                piece, number = source.read(_PIECE), 0
                while True:
                    digest.update(piece)
                    following = source.read(_PIECE)
                    nonce = prefix + number.to_bytes(4, "big")
                    sealed.write(self._cipher.encrypt(nonce, piece, _about(number, last=not following)))
                    if not following:
                        break
                    piece, number = following, number + 1
                if not hmac.compare_digest(hmac.digest(self._name_key, digest.digest(), "sha256"), mac):
                    raise DocumentError(tr("library.changed"), tr("library.changed_hint"))
                sealed.flush()
                os.fsync(sealed.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def content(self, name: str) -> bytes:
        """The file as it came. Raises LibraryCorrupt when it is gone or was tampered with."""
        try:
            with (self._folder / name).open("rb") as sealed:
                prefix = sealed.read(len(_MAGIC) + 8)[len(_MAGIC) :]
                pieces: list[bytes] = []
                piece = sealed.read(_PIECE + _TAG)
                while piece:
                    following = sealed.read(_PIECE + _TAG)
                    number = len(pieces)
                    nonce = prefix + number.to_bytes(4, "big")
                    pieces.append(self._cipher.decrypt(nonce, piece, _about(number, last=not following)))
                    piece = following
        except (OSError, InvalidTag, ValueError) as error:
            raise LibraryCorrupt(tr("library.original"), tr("library.original_hint"), repr(error)) from error
        if not pieces:
            raise LibraryCorrupt(tr("library.original"), tr("library.original_hint"), "empty")
        return b"".join(pieces)

    def names(self) -> set[str]:
        """All files kept."""
        return {path.name for path in self._folder.iterdir() if path.suffix != ".part"}

    def drop(self, name: str) -> None:
        """Forget a file."""
        (self._folder / name).unlink(missing_ok=True)


def _about(number: int, *, last: bool) -> bytes:
    return _MAGIC + number.to_bytes(4, "big") + bytes([last])
