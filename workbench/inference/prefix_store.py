"""What models have read, kept on disk: encrypted, bounded, and thrown away when it is of no more use.

::

    <folder>/<build>-<model>-<number>.prefix
    "ISPX" · u32 length of the tokens' part · its nonce, itself encrypted, its tag · nonce, state encrypted, tag

Tokens are words of documents, so they are encrypted as the state is (AES-256-GCM, a fresh nonce of 12 bytes
for each part). ``build`` and ``model`` are keyed hashes of what a state is bound to: the library's build with the
context's settings, and the model file with its adapter. A state of another build can never be used again
and is deleted; one of another model waits within the bound, for the model may come back. The key is
derived from the library's and lives in memory alone.
"""

import hashlib
import hmac
import os
import secrets
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from numpy.typing import NDArray

Tokens = NDArray[np.int32]
State = NDArray[np.uint8]

MOST_BYTES = 1 << 30
SUFFIX = ".prefix"
_MAGIC = b"ISPX"
_NONCE, _TAG = 12, 16
_STEP = 1 << 22
_HASH_LENGTH = 16


@dataclass(frozen=True)
class Prefix:
    """A kept prefix: where it lies and what was read."""

    path: Path
    tokens: Tokens


class PrefixStore:
    """The kept prefixes of one model in one build. Only one thread may look up and load; keeping is done beside it."""

    def __init__(self, folder: Path, key: bytes, *, build: str, model: str, most_bytes: int = MOST_BYTES) -> None:
        if len(key) != 32:
            raise ValueError("a key has 32 bytes")
        self._folder = folder
        self._key = key
        self._most_bytes = most_bytes
        self._build = self._name(build)
        self._model = self._name(build + "\0" + model)
        self._writing: threading.Thread | None = None
        self._lock = threading.Lock()
        self._known = self._found()

    def best(self, tokens: Sequence[int]) -> tuple[Prefix | None, int]:
        """The prefix that has most in common with ``tokens`` from the beginning, and how much."""
        wanted = np.asarray(tokens, dtype=np.int32)
        with self._lock:
            found = [(common_length(prefix.tokens, wanted), prefix) for prefix in self._known]
        length, best = max(found, key=lambda pair: pair[0], default=(0, None))
        return best, length

    def load(self, prefix: Prefix) -> State | None:
        """The state of a prefix; None, and the file is deleted, when it can't be trusted."""
        try:
            with prefix.path.open("rb") as stream:
                _read_part(stream, self._key, self._head(stream))
                state = _read_part(stream, self._key, prefix.path.stat().st_size - stream.tell() - _NONCE - _TAG)
            os.utime(prefix.path)
        except (OSError, ValueError, InvalidTag):
            self._drop(prefix)
            return None
        return state

    def keep(self, tokens: Sequence[int], state: State) -> None:
        """Write a prefix in the background; dropped while the one before is still being written."""
        if (self._writing is not None and self._writing.is_alive()) or len(state) > self._most_bytes // 2:
            return
        read = np.array(tokens, dtype="<i4")
        self._writing = threading.Thread(target=self._keep, args=(read, state), name="prefix", daemon=True)
        self._writing.start()

    def settle(self) -> None:
        """Wait until what is being kept is written."""
        if self._writing is not None:
            self._writing.join()

    def _keep(self, tokens: Tokens, state: State) -> None:
        path = self._folder / f"{self._build}-{self._model}-{secrets.token_hex(8)}{SUFFIX}"
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                stream.write(_MAGIC + struct.pack("<I", tokens.nbytes))
                _write_part(stream, self._key, tokens.view(np.uint8))
                _write_part(stream, self._key, state)
            part.replace(path)
        except OSError:
            # A full disk costs the next question its head start, nothing else.
            _remove(part)
            return
        with self._lock:
            self._known.append(Prefix(path, tokens))
        self._trim()

    def _found(self) -> list[Prefix]:
        """What is there for this model; leavings and what no build of today can use are deleted."""
        known = []
        for path in sorted(self._folder.glob("*")):
            if path.suffix == ".part" or (path.suffix == SUFFIX and not path.name.startswith(self._build + "-")):
                _remove(path)
            elif path.name.startswith(f"{self._build}-{self._model}-"):
                try:
                    with path.open("rb") as stream:
                        tokens = _read_part(stream, self._key, self._head(stream))
                    known.append(Prefix(path, tokens.view("<i4")))
                except (OSError, ValueError, InvalidTag):
                    _remove(path)
        return known

    def _trim(self) -> None:
        """Delete the longest unused until the bound is kept."""
        files = []
        for path in self._folder.glob("*" + SUFFIX):
            with suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime_ns, status.st_size, path))
        files.sort()
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._most_bytes:
                return
            self._drop(Prefix(path, np.zeros(0, dtype=np.int32)))
            total -= size

    def _drop(self, prefix: Prefix) -> None:
        with self._lock:
            self._known = [known for known in self._known if known.path != prefix.path]
        _remove(prefix.path)

    def _name(self, of: str) -> str:
        return hmac.new(self._key, of.encode(), hashlib.sha256).hexdigest()[:_HASH_LENGTH]

    @staticmethod
    def _head(stream: IO[bytes]) -> int:
        head = stream.read(8)
        if head[:4] != _MAGIC:
            raise ValueError("not a prefix")
        return int(struct.unpack("<I", head[4:])[0])


def common_length(left: Tokens, right: Tokens) -> int:
    """How many first tokens are the same."""
    length = min(len(left), len(right))
    differing = np.flatnonzero(left[:length] != right[:length])
    return int(differing[0]) if len(differing) else length


def clear(folder: Path) -> None:
    """Delete everything kept in ``folder``."""
    for path in folder.glob("*"):
        if path.suffix in (SUFFIX, ".part"):
            _remove(path)


def _remove(path: Path) -> None:
    """Delete a file; one that is gone or held by another program is left to its fate."""
    with suppress(OSError):
        path.unlink()


def _write_part(stream: IO[bytes], key: bytes, content: State) -> None:
    """Encrypt in steps, so that a large state is not held twice."""
    nonce = secrets.token_bytes(_NONCE)
    encryptor = Cipher(AES(key), GCM(nonce)).encryptor()
    stream.write(nonce)
    raw = memoryview(content)  # type: ignore[arg-type]
    for start in range(0, len(raw), _STEP):
        stream.write(encryptor.update(raw[start : start + _STEP]))
    stream.write(encryptor.finalize() + encryptor.tag)


def _read_part(stream: IO[bytes], key: bytes, length: int) -> State:
    """Decrypt ``length`` bytes. Raises ValueError, InvalidTag for what was not written so."""
    if length < 0:
        raise ValueError("too short")
    nonce = stream.read(_NONCE)
    if len(nonce) != _NONCE:
        raise ValueError("too short")
    decryptor = Cipher(AES(key), GCM(nonce)).decryptor()
    content: State = np.empty(length, dtype=np.uint8)
    for start in range(0, length, _STEP):
        raw = stream.read(min(_STEP, length - start))
        if not raw:
            raise ValueError("too short")
        content[start : start + len(raw)] = np.frombuffer(decryptor.update(raw), dtype=np.uint8)
    decryptor.finalize_with_tag(stream.read(_TAG))
    return content
