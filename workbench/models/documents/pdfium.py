"""The door to PDFium: one lock for all threads, errors in our words.

PDFium is not thread-safe: every call to it in this process happens under :data:`PDFIUM`.

A page has thousands of characters and objects, each asked by a call of its own. :class:`Quick` holds
such calls without the conversions ``ctypes`` makes for typed arguments (handles go in and out as
plain addresses), and :func:`each` runs one over many handles without a Python loop: together two to
three times as fast. The calls made for every character and object take arguments made ready
beforehand, unchecked, which halves them again. All these calls keep the interpreter's lock, so they are
only for short functions.
"""

import ctypes
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from workbench.models.documents.refusals import damaged, encrypted

PDFIUM = threading.RLock()
_PASSWORD_ERRORS = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
_NO_PDF = b"-"
_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int

logging.getLogger("pypdfium2").setLevel(logging.ERROR)


def _quick(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return _quick_of(ctypes.PYFUNCTYPE(result, *arguments), function)


def _unchecked(function: Any, result: Any) -> Callable[..., Any]:
    """A call whose arguments go as they are: numbers of 32 bits, and addresses by :func:`ready`."""
    return _quick_of(ctypes.PYFUNCTYPE(result), function)


def _quick_of(prototype: Any, function: Any) -> Callable[..., Any]:
    call: Callable[..., Any] = prototype(ctypes.cast(function, _ADDRESS).value or 0)
    return call


ready = _ADDRESS.from_param
"""An address made ready for calls that don't convert theirs."""


class Quick:
    """Short calls by address; results are plain ints (0 or None for none)."""

    width = _quick(raw.FPDF_GetPageWidthF, ctypes.c_float, _ADDRESS)
    height = _quick(raw.FPDF_GetPageHeightF, ctypes.c_float, _ADDRESS)
    rotation = _quick(raw.FPDFPage_GetRotation, _INT, _ADDRESS)
    notes = _quick(raw.FPDFPage_GetAnnotCount, _INT, _ADDRESS)
    place = _quick(
        raw.FPDF_PageToDevice, _INT, _ADDRESS, *(_INT,) * 5, ctypes.c_double, ctypes.c_double, _ADDRESS, _ADDRESS
    )
    characters = _quick(raw.FPDFText_CountChars, _INT, _ADDRESS)
    text = _quick(raw.FPDFText_GetText, _INT, _ADDRESS, _INT, _INT, _ADDRESS)
    close_page = _quick(raw.FPDF_ClosePage, None, _ADDRESS)
    close_text = _quick(raw.FPDFText_ClosePage, None, _ADDRESS)
    loose_box = _unchecked(raw.FPDFText_GetLooseCharBox, None)
    char_angle = _unchecked(raw.FPDFText_GetCharAngle, ctypes.c_float)
    unmapped = _unchecked(raw.FPDFText_HasUnicodeMapError, _INT)
    unicode = _unchecked(raw.FPDFText_GetUnicode, ctypes.c_uint)
    objects = _quick(raw.FPDFPage_CountObjects, _INT, _ADDRESS)
    object_at = _unchecked(raw.FPDFPage_GetObject, _ADDRESS)
    form_objects = _quick(raw.FPDFFormObj_CountObjects, _INT, _ADDRESS)
    form_object_at = _quick(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
    kind = _quick(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
    bounds = _unchecked(raw.FPDFPageObj_GetBounds, None)


def each(call: Callable[..., Any], *arguments: Iterable[Any]) -> None:
    """Call for every tuple of arguments, results left unread."""
    deque(map(call, *arguments), maxlen=0)


def same(value: Any) -> Iterable[Any]:
    """The same argument for every call of :func:`each`."""
    return repeat(value)


def address_of(handle: Any) -> int:
    """The address behind a typed handle, 0 for none."""
    return ctypes.cast(handle, _ADDRESS).value or 0


_ROOM = 4_096
_room = np.zeros((_ROOM, 4), dtype=np.float32)
_SLOTS = [[ready(_room.ctypes.data + 16 * k + 4 * side) for k in range(_ROOM)] for side in range(4)]
"""Where PDFium writes boxes, side by side; used under the lock only."""


def boxes_of_characters(text: int, count: int) -> NDArray[np.float32]:
    """``(count, 4)``: left, top, right, bottom of a text page's characters in page space, zeros for none."""
    handle, boxes = ready(text), np.empty((count, 4), dtype=np.float32)
    for start in range(0, count, _ROOM):
        stop = min(start + _ROOM, count)
        _room[: stop - start] = 0
        each(Quick.loose_box, same(handle), range(start, stop), _SLOTS[0])
        boxes[start:stop] = _room[: stop - start]
    return boxes


def boxes_of_objects(items: list[int]) -> NDArray[np.float32]:
    """``(n, 4)``: left, bottom, right, top of page objects in their own page's or form's space, zeros for none."""
    boxes = np.empty((len(items), 4), dtype=np.float32)
    for start in range(0, len(items), _ROOM):
        part = items[start : start + _ROOM]
        _room[: len(part)] = 0
        each(Quick.bounds, map(ready, part), *_SLOTS)
        boxes[start : start + len(part)] = _room[: len(part)]
    return boxes


class OpenPage:
    """A page (``index`` from 0) of an open document, to be closed. Raises PdfiumError where it can't be opened.

    While PDFium opens a page, which takes long, the interpreter is left to other threads; while it closes
    one it is kept: getting it back may take longer than the closing.
    """

    __slots__ = ("_forms", "_index", "_pdf", "_text", "address", "handle")

    def __init__(self, pdf: Any, index: int) -> None:
        self._pdf, self._index, self._forms = pdf, index, pdf.formenv
        self._open()

    def _open(self) -> None:
        self._text = 0
        self.handle = raw.FPDF_LoadPage(self._pdf, self._index)
        self.address = address_of(self.handle)
        if not self.address:
            raise pypdfium2.PdfiumError("the page can't be opened")
        if self._forms:
            raw.FORM_OnAfterLoadPage(self.handle, self._forms)

    def text(self) -> int:
        """The address of the page's text, valid until the page is closed. Raises PdfiumError where there is none."""
        if not self._text:
            self._text = address_of(raw.FPDFText_LoadPage(self.handle))
            if not self._text:
                raise pypdfium2.PdfiumError("the page's text can't be read")
        return self._text

    def reopen(self) -> None:
        """Close the page and open it anew, as it has become. Raises PdfiumError, the page then being closed."""
        self.close()
        self._open()

    def close(self) -> None:
        """Give the page back; once is enough."""
        address, text = self.address, self._text
        self.address = self._text = 0
        if text:
            Quick.close_text(text)
        if address:
            if self._forms:
                raw.FORM_OnBeforeClosePage(self.handle, self._forms)
            Quick.close_page(address)


@contextmanager
def opened(source: Path | bytes, password: str | None) -> Iterator[Any]:
    """An open ``pypdfium2.PdfDocument``, closed on leaving. Hold :data:`PDFIUM` for each use.

    Raises EncryptedDocument (no or wrong password) or DamagedDocument.
    """
    with PDFIUM:
        # A file without pages fails without a reason of its own, and PDFium then tells the one of a file before.
        raw.FPDF_LoadMemDocument64(_NO_PDF, len(_NO_PDF), None)
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


__all__ = [
    "PDFIUM",
    "OpenPage",
    "Quick",
    "address_of",
    "boxes_of_characters",
    "boxes_of_objects",
    "opened",
    "raw",
    "ready",
    "same",
]
