"""The errors of the workbench.

::

    WorkbenchError(message, hint, detail)      shown to the user as written, in their language
    ├ DocumentError    UnsupportedDocument · EncryptedDocument · DamagedDocument · DocumentTooLarge
    │                  DocumentWithoutText · DocumentTimedOut
    ├ LibraryError     LibraryLocked · WrongKey · LibraryTooNew · DiskFull · LibraryCorrupt
    ├ EngineError      ModelMissing · ModelDamaged · LoadFailed · EngineOutOfMemory · ContextTooLong
    │                  EngineCrashed · InvalidConstraint
    ├ ScenarioError · TemplateError            (file, line)
    └ SettingsError · VaultError
    Cancelled                                  the user stopped it: never shown
    anything else                              a bug: logged, and a dialog that copies the details

"Not in the documents", "rule not met" and "evidence missing" are values, never exceptions.
"""

from typing import ClassVar


class WorkbenchError(Exception):
    """A known fault, told to the user.

    ``message`` and ``hint`` are sentences in the user's language; ``detail`` is technical, shown
    on demand and copied with "copy details". ``kind`` is the stable name in machine output.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def to_json(self) -> dict[str, str]:
        """The ``error`` object of the contract: ``{kind, message, hint}``."""
        return {"kind": self.kind, "message": self.message, "hint": self.hint}


class DocumentError(WorkbenchError):
    """One file could not be read; the rest of the batch goes on."""

    kind = "document"


class UnsupportedDocument(DocumentError):
    """No reader knows the format, or the content is not what its name says."""

    kind = "unsupported"


class EncryptedDocument(DocumentError):
    """A password is needed, or the given one is wrong."""

    kind = "encrypted"


class DamagedDocument(DocumentError):
    """The file is broken, empty, or made its reader fail."""

    kind = "damaged"


class DocumentTooLarge(DocumentError):
    """A limit on size, unpacked size, pages or memory was reached."""

    kind = "too_large"


class DocumentWithoutText(DocumentError):
    """The file is sound but holds no text that could be read."""

    kind = "no_text"


class DocumentTimedOut(DocumentError):
    """Reading took longer than allowed."""

    kind = "timed_out"


class DocumentNotFound(DocumentError):
    """The path does not exist or can't be opened."""

    kind = "not_found"


class LibraryError(WorkbenchError):
    """The library can't do what was asked."""

    kind = "library"


class LibraryLocked(LibraryError):
    """Another process has the library open, or it has not been unlocked."""

    kind = "locked"


class WrongKey(LibraryError):
    """The passphrase or key does not open this library."""

    kind = "wrong_key"


class LibraryTooNew(LibraryError):
    """A newer version of the program wrote this library."""

    kind = "too_new"


class DiskFull(LibraryError):
    """No room left; nothing half-written was kept."""

    kind = "disk_full"


class LibraryCorrupt(LibraryError):
    """Stored data fails its checks."""

    kind = "corrupt"


class EngineError(WorkbenchError):
    """A model can't do what was asked."""

    kind = "engine"


class ModelMissing(EngineError):
    """No model holds the needed role."""

    kind = "model_missing"


class ModelDamaged(EngineError):
    """A model file's hash or structure is wrong."""

    kind = "model_damaged"


class LoadFailed(EngineError):
    """A model could not be loaded."""

    kind = "load_failed"


class EngineOutOfMemory(EngineError):
    """Too little memory for the model and its context."""

    kind = "out_of_memory"


class ContextTooLong(EngineError):
    """The prompt does not fit the model's context."""

    kind = "context_too_long"


class EngineCrashed(EngineError):
    """The model's process died; it has been restarted."""

    kind = "crashed"


class InvalidConstraint(EngineError):
    """A grammar or schema can't be honoured as asked."""

    kind = "invalid_constraint"


class ScenarioError(WorkbenchError):
    """A scenario pack is wrong; ``file`` and ``line`` say where (line 0: the whole file)."""

    kind = "scenario"

    def __init__(self, message: str, hint: str = "", detail: str = "", *, file: str = "", line: int = 0) -> None:
        super().__init__(message, hint, detail)
        self.file = file
        self.line = line


class TemplateError(ScenarioError):
    """A Word template or prompt template is wrong."""

    kind = "template"


class SettingsError(WorkbenchError):
    """A setting has an impossible value or the settings file can't be read."""

    kind = "settings"


class VaultError(WorkbenchError):
    """The key store refused or holds no key."""

    kind = "vault"


class Cancelled(Exception):
    """The user stopped it. Never shown."""
