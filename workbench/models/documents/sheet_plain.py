"""A second way into an XLSX whose parts the fast reader does not know: openpyxl, row by row.

Only values are asked for; formulas stay as stored, macros are not looked at. Parts with a document type
are refused first, since that parser would follow it.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import SheetVisibleEnum

from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import unsafe

FAULTS = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RuntimeError,
    EOFError,
    zlib.error,
)
_HEAD = 4_096
_MOST_ROWS = 1_048_576


@dataclass(frozen=True, slots=True)
class PlainMetadata:
    """A sheet's name and whether it is shown."""

    name: str
    visible: SheetVisibleEnum


class PlainSheet:
    """A sheet in the shape of the fast reader's."""

    merged_cell_ranges: None = None

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.height = min(sheet.max_row or 0, _MOST_ROWS)
        self.width = sheet.max_column or 0
        self.start = (0, 0)

    def iter_rows(self) -> Iterator[list[Any]]:
        """The rows from the first on; empty cells as empty texts."""
        for values in self._sheet.iter_rows(values_only=True):
            yield ["" if value is None else value for value in values]


class PlainWorkbook:
    """A workbook in the shape of the fast reader's. Raises DamagedDocument or one of :data:`FAULTS`."""

    def __init__(self, origin: Origin) -> None:
        _refuse_document_types(origin)
        self._file = stream(origin)
        try:
            self._book = load_workbook(self._file, read_only=True, data_only=True, keep_links=False)
        except BaseException:
            self._file.close()
            raise
        self.sheet_names = [sheet.title for sheet in self._book.worksheets]
        self.sheets_metadata = [
            PlainMetadata(
                sheet.title,
                SheetVisibleEnum.Visible if sheet.sheet_state == "visible" else SheetVisibleEnum.Hidden,
            )
            for sheet in self._book.worksheets
        ]

    def get_sheet_by_name(self, name: str) -> PlainSheet:
        """One sheet."""
        return PlainSheet(self._book[name])

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()
        self._file.close()


def _refuse_document_types(origin: Origin) -> None:
    with stream(origin) as file, zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                with archive.open(name) as part:
                    if b"<!DOCTYPE" in part.read(_HEAD):
                        raise unsafe(f"{name}: a document type is not allowed")
