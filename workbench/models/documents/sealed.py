"""Office files with a password (MS-OFFCRYPTO): the document inside, opened with it.

Needs msoffcrypto-tool; without it such a file is refused, saying how to import it all the same.
"""

import io
import struct
from importlib import import_module
from xml.parsers.expat import ExpatError

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.origin import Origin, content
from workbench.models.documents.refusals import damaged, encrypted, sealed_office, too_large

_FAULTS = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error, ExpatError)
"""What the library lets through from below over a broken file."""


def unsealed(origin: Origin, password: str | None, limits: ReadLimits) -> bytes:
    """The file that was sealed.

    Raises EncryptedDocument (no or wrong password, or no library), DamagedDocument or DocumentTooLarge.
    """
    try:
        # Loaded only where such a file is read, and may be missing.
        library, faults, compound = map(import_module, ("msoffcrypto", "msoffcrypto.exceptions", "olefile"))
    except ImportError as error:
        raise sealed_office() from error
    if not password:
        raise encrypted(False)
    data = content(origin)
    opened = io.BytesIO()
    try:
        with compound.OleFileIO(io.BytesIO(data)) as parts:
            described = parts.openstream("EncryptionInfo").read()
        if b"<!" in described:
            raise damaged("the way of sealing is described with entities")
        file = library.OfficeFile(io.BytesIO(data))
        file.load_key(password=password, verify_password=True)
        file.decrypt(opened)
    except faults.InvalidKeyError as error:
        raise encrypted(True) from error
    except (faults.FileFormatError, faults.ParseError, faults.DecryptionError, *_FAULTS) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error
    if opened.tell() > limits.file_size:
        raise too_large("file", f"{limits.file_size >> 20} MB")
    return opened.getvalue()
