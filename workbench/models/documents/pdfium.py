"""The door to PDFium: one lock for all threads, errors in our words.

PDFium is not thread-safe: every call to it in this process happens under :data:`PDFIUM`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from workbench.models.documents.refusals import damaged, encrypted

PDFIUM = threading.RLock()
_PASSWORD_ERRORS = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)


@contextmanager
def opened(source: Path | bytes, password: str | None) -> Iterator[Any]:
    """An open ``pypdfium2.PdfDocument``, closed on leaving. Hold :data:`PDFIUM` for each use.

    Raises EncryptedDocument (no or wrong password) or DamagedDocument.
    """
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(source, password=password)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) in _PASSWORD_ERRORS:
                raise encrypted(password is not None) from error
            raise damaged(str(error)) from error
    try:
        yield document
    finally:
        with PDFIUM:
            document.close()


__all__ = ["PDFIUM", "opened", "raw"]
