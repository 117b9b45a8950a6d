"""The key of a library: random, kept wrapped in slots, each of which opens it alone.

``home/vault.json`` holds the slots: a passphrase (Argon2id), the system's key store (through
``keyring``), and a recovery code made with the library and shown once, so that a forgotten
passphrase is not the end. A slot wraps the same 32 bytes with AES-256-GCM; what the slot says of
itself is authenticated with it. ``vault.json.bak`` always equals ``vault.json``: an older copy
would keep a passphrase alive that was changed.
"""

import base64
import binascii
import json
import os
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.errors import VaultError, WrongKey
from workbench.i18n import tr

ENVIRONMENT_VARIABLE = "INKSTONE_PASSPHRASE"
_FILE = "vault.json"
_LIBRARY = "library.db"
"""What a vault opens; a new one never can."""
_VERSION = 1
_SERVICE = "Inkstone"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_GROUPS = 5
_GROUP_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What opening a slot costs under Argon2id: passes, KiB of memory, lanes.

    The default is the second recommendation of RFC 9106 (64 MiB, 3 passes).
    """

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 4


class LibraryKey:
    """The 32 random bytes every other key of a library is derived from."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise ValueError("a library key has 32 bytes")
        self._secret = secret

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """The key for one purpose (HKDF-SHA256, RFC 5869): ``length`` bytes, always the same ones."""
        return HKDF(SHA256(), length, salt=b"inkstone", info=purpose.encode()).derive(self._secret)

    def __repr__(self) -> str:
        return "LibraryKey(…)"


class Vault:
    """An opened vault: its key, and the slots that can be changed while it is open."""

    def __init__(self, home: Path, secret: bytes, content: dict[str, Any], cost: Cost) -> None:
        self._home = home
        self._secret = secret
        self._content = content
        self._cost = cost
        self.key = LibraryKey(secret)

    @property
    def slots(self) -> tuple[str, ...]:
        """The kinds of the slots: ``passphrase``, ``key_store``, ``recovery``."""
        return tuple(slot["kind"] for slot in self._content["slots"])

    def set_passphrase(self, passphrase: str) -> None:
        """Add a passphrase, or change it: the one before opens nothing from now on."""
        self._replace("passphrase", _worded_slot("passphrase", _folded(passphrase), self._secret, self._cost))

    def renew_recovery_code(self) -> str:
        """A new recovery code; the one before opens nothing from now on."""
        code = _new_recovery_code()
        self._replace("recovery", _worded_slot("recovery", _plain_code(code), self._secret, self._cost))
        return code

    def add_key_store(self) -> None:
        """Let the system's key store open the library. Raises VaultError where there is none."""
        self._replace("key_store", _key_store_slot(self._content["library"], self._secret))

    def remove_key_store(self) -> None:
        """Take the key out of the system's key store; refused when nothing else opens the library."""
        if set(self.slots) <= {"key_store"}:
            raise VaultError(tr("vault.last_slot"), tr("vault.last_slot_hint"))
        self._content["slots"] = [s for s in self._content["slots"] if s["kind"] != "key_store"]
        _save(self._home, self._content)
        _forget_stored(self._content["library"])

    def _replace(self, kind: str, slot: dict[str, Any]) -> None:
        slots = [s for s in self._content["slots"] if s["kind"] != kind]
        content = {**self._content, "slots": [*slots, slot]}
        _save(self._home, content)
        self._content = content


def exists(home: Path) -> bool:
    """Whether a library was made here."""
    return (home / _FILE).exists() or (home / f"{_FILE}.bak").exists()


def create(
    home: Path, *, passphrase: str | None, use_key_store: bool = False, cost: Cost | None = None
) -> tuple[Vault, str]:
    """Make the key of a new library; returns the vault and the recovery code, shown this once.

    Without ``passphrase`` that of ``INKSTONE_PASSPHRASE`` is taken. Raises VaultError when the home
    has a vault already, or a library whose vault is gone (a new key would not open it), or when neither
    a passphrase nor the key store would open it.
    """
    if exists(home):
        raise VaultError(tr("vault.exists"), tr("vault.exists_hint"))
    if (home / _LIBRARY).exists():
        raise VaultError(tr("vault.gone"), tr("vault.gone_hint", home=home))
    words = passphrase or os.environ.get(ENVIRONMENT_VARIABLE)
    if not words and not use_key_store:
        raise VaultError(tr("vault.no_way_in"), tr("vault.no_way_in_hint"))
    secret, price, code = secrets.token_bytes(32), cost or Cost(), _new_recovery_code()
    content: dict[str, Any] = {"format": "inkstone-vault", "version": _VERSION, "library": secrets.token_hex(8)}
    slots = [_worded_slot("recovery", _plain_code(code), secret, price)]
    if words:
        slots.append(_worded_slot("passphrase", _folded(words), secret, price))
    if use_key_store:
        slots.append(_key_store_slot(content["library"], secret))
    content["slots"] = slots
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _save(home, content)
    return Vault(home, secret, content, price), code


def unlock(
    home: Path, *, passphrase: str | None = None, recovery_code: str | None = None, cost: Cost | None = None
) -> Vault:
    """Open the vault: by passphrase, by recovery code, or by key store and then ``INKSTONE_PASSPHRASE``.

    Raises WrongKey when what was given opens no slot, VaultError when nothing was given or the file
    is damaged. ``cost`` is that of slots added later; a slot is opened at the cost it was made with.
    """
    content = _load(home)
    price = cost or Cost()
    if recovery_code is not None:
        return Vault(home, _open_worded(content, "recovery", _plain_code(recovery_code)), content, price)
    if passphrase is not None:
        return Vault(home, _open_worded(content, "passphrase", _folded(passphrase)), content, price)
    stored = _open_stored(content)
    if stored is not None:
        return Vault(home, stored, content, price)
    words = os.environ.get(ENVIRONMENT_VARIABLE)
    if not words:
        raise VaultError(tr("vault.locked"), tr("vault.locked_hint"))
    return Vault(home, _open_worded(content, "passphrase", _folded(words)), content, price)


def key_store_available() -> bool:
    """Whether the system has a key store that keeps secrets (not keyring's null or failing ones)."""
    import keyring  # noqa: PLC0415 - slow to load, and most starts need no key store
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        backend = keyring.get_keyring()
        return type(backend).__module__ not in {"keyring.backends.fail", "keyring.backends.null"} and bool(
            backend.priority > 0
        )
    except (KeyringError, RuntimeError):
        return False


def _folded(passphrase: str) -> bytes:
    """The same bytes whichever input method typed the passphrase."""
    if not passphrase:
        raise VaultError(tr("vault.empty"), tr("vault.empty_hint"))
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def _new_recovery_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(_GROUPS * _GROUP_LENGTH)]
    return "-".join("".join(letters[i : i + _GROUP_LENGTH]) for i in range(0, len(letters), _GROUP_LENGTH))


def _plain_code(code: str) -> bytes:
    """The letters alone, look-alikes made equal (O is 0, I and L are 1), however it was typed."""
    folded = unicodedata.normalize("NFKC", code).upper().translate(_LOOKALIKES)
    return "".join(c for c in folded if c in _LETTERS).encode() or b"-"


def _sealed(slot: dict[str, Any], wrapping: bytes, secret: bytes) -> dict[str, Any]:
    nonce = secrets.token_bytes(12)
    wrapped = AESGCM(wrapping).encrypt(nonce, secret, _said(slot))
    return {**slot, "nonce": _text(nonce), "wrapped": _text(wrapped)}


def _unsealed(slot: dict[str, Any], wrapping: bytes) -> bytes:
    return AESGCM(wrapping).decrypt(_bytes(slot["nonce"]), _bytes(slot["wrapped"]), _said(slot))


def _said(slot: dict[str, Any]) -> bytes:
    said = {key: value for key, value in slot.items() if key not in {"nonce", "wrapped"}}
    return json.dumps(said, sort_keys=True).encode()


def _worded_slot(kind: str, words: bytes, secret: bytes, cost: Cost) -> dict[str, Any]:
    derivation = {
        "name": "argon2id",
        "salt": _text(secrets.token_bytes(16)),
        "passes": cost.passes,
        "memory_kib": cost.memory_kib,
        "lanes": cost.lanes,
    }
    slot = {"kind": kind, "created": _today(), "derivation": derivation}
    return _sealed(slot, _stretched(words, derivation), secret)


def _stretched(words: bytes, derivation: dict[str, Any]) -> bytes:
    passes, memory, lanes = (int(derivation[k]) for k in ("passes", "memory_kib", "lanes"))
    if not (0 < passes <= 64 and 8 <= memory <= 4 * 1024 * 1024 and 0 < lanes <= 64):
        raise ValueError(derivation)
    return hash_secret_raw(words, _bytes(derivation["salt"]), passes, memory, lanes, 32, Type.ID)


def _open_worded(content: dict[str, Any], kind: str, words: bytes) -> bytes:
    slots = [slot for slot in content["slots"] if slot["kind"] == kind]
    if not slots:
        raise VaultError(tr(f"vault.no_{kind}"), tr("vault.locked_hint"))
    try:
        return _unsealed(slots[0], _stretched(words, slots[0]["derivation"]))
    except InvalidTag:
        raise WrongKey(tr(f"vault.wrong_{kind}"), tr(f"vault.wrong_{kind}_hint")) from None
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise _damaged(repr(error)) from error


def _key_store_slot(library: str, secret: bytes) -> dict[str, Any]:
    if not key_store_available():
        raise VaultError(tr("vault.no_key_store"), tr("vault.no_key_store_hint"))
    wrapping = secrets.token_bytes(32)
    _with_key_store(lambda store: store.set_password(_SERVICE, library, _text(wrapping)))
    slot = {"kind": "key_store", "created": _today(), "service": _SERVICE, "account": library}
    return _sealed(slot, wrapping, secret)


def _open_stored(content: dict[str, Any]) -> bytes | None:
    """The key by the system's key store; None where the store or its entry is gone."""
    slots = [slot for slot in content["slots"] if slot["kind"] == "key_store"]
    if not slots or not key_store_available():
        return None
    slot = slots[0]
    stored = _with_key_store(lambda store: store.get_password(slot["service"], slot["account"]))
    if not stored:
        return None
    try:
        return _unsealed(slot, _bytes(stored))
    except (InvalidTag, KeyError, ValueError, binascii.Error):
        return None


def _forget_stored(library: str) -> None:
    if key_store_available() and _with_key_store(lambda store: store.get_password(_SERVICE, library)):
        _with_key_store(lambda store: store.delete_password(_SERVICE, library))


def _with_key_store(call: Callable[[Any], Any]) -> Any:
    import keyring  # noqa: PLC0415 - see key_store_available
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return call(keyring)
    except (KeyringError, RuntimeError) as error:
        raise VaultError(tr("vault.key_store_refused"), tr("vault.key_store_refused_hint"), repr(error)) from error


def _load(home: Path) -> dict[str, Any]:
    path = home / _FILE
    if not exists(home):
        raise VaultError(tr("vault.missing"), tr("vault.missing_hint", path=home))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version, slots = content["version"], content["slots"]
        sound = content["format"] == "inkstone-vault" and isinstance(content["library"], str) and len(slots) > 0
        sound = sound and all(isinstance(slot["kind"], str) for slot in slots)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(repr(error)) from error
    if not sound:
        raise _damaged("shape")
    if version > _VERSION:
        raise VaultError(tr("vault.too_new"), tr("vault.too_new_hint"))
    return dict(content)


def _damaged(detail: str) -> VaultError:
    return VaultError(tr("vault.damaged"), tr("vault.damaged_hint"), detail)


def _save(home: Path, content: dict[str, Any]) -> None:
    """Write the vault and its copy, each whole or not at all."""
    text = json.dumps(content, indent=1).encode()
    for name in (_FILE, f"{_FILE}.bak"):
        path = home / name
        partial = path.with_name(f"{name}.part")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise VaultError(tr("vault.unwritable"), tr("vault.unwritable_hint"), repr(error)) from error


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
