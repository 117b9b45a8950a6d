"""Office files and old workbooks with a password (MS-OFFCRYPTO): the document inside, opened with it.

Needs msoffcrypto-tool; without it such a file is refused, saying how to import it all the same.
"""

import io
import struct
from importlib import import_module
from typing import Any
from xml.parsers.expat import ExpatError

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.origin import Origin, content
from workbench.models.documents.refusals import damaged, encrypted, sealed_office, sealed_old, too_large

_FAULTS = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error, ExpatError)
"""What the library lets through from below over a broken file."""

_READ_ONLY = "VelvetSweatshop"
"""The password of workbooks that anybody may open (MS-OFFCRYPTO 2.4.2.3)."""


class _InMemory:
    """Stands in for ``tempfile``: what was opened must not lie on a disk in clear."""

    TemporaryFile = io.BytesIO


def unsealed_sheet(origin: Origin, password: str | None, limits: ReadLimits) -> bytes:
    """An old workbook (XLS) without its password.

    Raises EncryptedDocument (no or wrong password, or sealed in a way that is not known) or DocumentTooLarge.
    """
    try:
        # Loaded only where such a file is read, and may be missing.
        library, faults = import_module("msoffcrypto"), import_module("msoffcrypto.exceptions")
        method: Any = import_module("msoffcrypto.format.xls97")
    except ImportError as error:
        raise sealed_old() from error
    method.tempfile = _InMemory
    opened = io.BytesIO()
    try:
        file = library.OfficeFile(io.BytesIO(content(origin)))
        file.load_key(password=password or _READ_ONLY)
        file.decrypt(opened)
    except faults.InvalidKeyError as error:
        raise encrypted(bool(password)) from error
    except (faults.FileFormatError, faults.ParseError, faults.DecryptionError, AssertionError, *_FAULTS) as error:
        raise sealed_old() from error
    if opened.tell() > limits.file_size:
        raise too_large("file", f"{limits.file_size >> 20} MB")
    return opened.getvalue()


def unsealed(origin: Origin, password: str | None, limits: ReadLimits) -> bytes:
    """The file that was sealed.

    Raises EncryptedDocument (no or wrong password, or no library), DamagedDocument or DocumentTooLarge.
    """
    try:
        # Loaded only where such a file is read, and may be missing.
        library, faults, compound = map(import_module, ("msoffcrypto", "msoffcrypto.exceptions", "olefile"))
    except ImportError as error:
        raise sealed_office() from error
    data = content(origin)
    opened = io.BytesIO()
    try:
        with compound.OleFileIO(io.BytesIO(data)) as parts:
            described = parts.openstream("EncryptionInfo").read()
        if b"<!" in described:
            raise damaged("the way of sealing is described with entities")
        file = library.OfficeFile(io.BytesIO(data))
        file.load_key(password=password or _READ_ONLY, verify_password=True)
        file.decrypt(opened)
    except faults.InvalidKeyError as error:
        raise encrypted(bool(password)) from error
    except (faults.FileFormatError, faults.ParseError, faults.DecryptionError, *_FAULTS) as error:
        raise (damaged(f"{type(error).__name__}: {error}") if password else encrypted(False)) from error
    if opened.tell() > limits.file_size:
        raise too_large("file", f"{limits.file_size >> 20} MB")
    return opened.getvalue()
