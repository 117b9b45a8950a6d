"""What an XLSX workbook's own parts tell beside its values: percentages, formulas, comments.

The reader of values hands out 0.2315 where the sheet shows 23.15%, and says nothing of formulas and
comments. They are read from the archive's parts, a row at a time; a sheet without any costs one look
through its bytes. Formulas are text here and never computed.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from openpyxl.formula.translate import Translator, TranslatorError

from workbench.errors import DocumentError
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.office import attribute, local, part_names, read_part, relations
from workbench.models.documents.origin import Origin, stream

Place = tuple[int, int]
"""Row and column, from 0."""

BUILT_IN = {9: 0, 10: 2}
"""Decimals of the formats for percentages that need no definition."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
MAX_PART = 160 << 20
MAX_FORMULAS = 20_000
_PIECE = 1 << 20
FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    etree.XMLSyntaxError,
    DocumentError,
)
"""What a broken part raises, in whatever format."""


@dataclass(frozen=True, slots=True)
class CellComment:
    """A comment on a cell (``C12``)."""

    cell: str
    text: str
    author: str


@dataclass(slots=True)
class SheetExtras:
    """Of one sheet: decimals of cells shown as percentages, formulas by cell name, comments.

    ``merged``: rows and columns a cell covers, where the reader of values doesn't say.
    """

    shares: dict[Place, int] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    comments: list[CellComment] = field(default_factory=list)
    texts: dict[Place, str] = field(default_factory=dict)
    """What is shown of values that are handed out otherwise."""
    unsolved: int = 0
    """Formulas without a stored result."""
    merged: dict[Place, tuple[int, int]] = field(default_factory=dict)
    untold: int = 0
    """Formulas whose results alone are read."""
    wrong: int = 0
    """Cells that hold an error (``#REF!``), for which there is no value."""
    _shared: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, cell: etree._Element, styles: dict[str, int]) -> None:
        """Note what a cell's element tells."""
        name = cell.get("r", "")
        style = cell.get("s")
        if style in styles and (place := _place(name)):
            self.shares[place] = styles[style]
        self.wrong += cell.get("t") == "e"
        formula = next((part for part in cell if local(part) == "f"), None)
        if formula is None:
            return
        if not any(local(part) == "is" or (local(part) == "v" and part.text) for part in cell):
            self.unsolved += 1
        if name and len(self.formulas) < MAX_FORMULAS and (text := self._formula(formula, name)):
            self.formulas[name] = text

    def _formula(self, formula: etree._Element, name: str) -> str:
        """As written in the cell; a shared formula moved to it from where it is defined."""
        text, key = formula.text or "", formula.get("si", "")
        if formula.get("t") != "shared" or not key:
            return f"={text}" if text else ""
        if text:
            self._shared[key] = (f"={text}", name)
            return f"={text}"
        if key not in self._shared:
            return ""
        whole, origin = self._shared[key]
        try:
            return str(Translator(whole, origin=origin).translate_formula(name))
        except (TranslatorError, ValueError, TypeError, IndexError):
            return ""


def sheet_extras(origin: Origin, limits: ReadLimits) -> dict[str, SheetExtras]:
    """By sheet name; what can't be told is left out."""
    found: dict[str, SheetExtras] = {}
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            styles = _percent_styles(archive, limits)
            for name, part in _parts(archive, limits):
                found[name] = extras = SheetExtras()
                _take_cells(archive, part, styles, extras)
                extras.comments += _comments(archive, part, limits)
    except FAULTS:
        return found
    return found


def _percent_styles(archive: zipfile.ZipFile, limits: ReadLimits) -> dict[str, int]:
    """Decimals by the number of the cell style, for styles of percentages."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = read_part(archive, "xl/styles.xml", limits, [])
    formats = {str(code): decimals for code, decimals in BUILT_IN.items()}
    for item in root.iter("{*}numFmt"):
        decimals = percent_decimals(attribute(item, "formatCode"))
        if decimals is not None:
            formats[attribute(item, "numFmtId")] = decimals
    cell_styles = next((part for part in root if local(part) == "cellXfs"), ())
    found = ((str(number), attribute(xf, "numFmtId")) for number, xf in enumerate(cell_styles))
    return {number: formats[code] for number, code in found if code in formats}


def percent_decimals(code: str) -> int | None:
    """Decimals of a number format (``0.00%``) where it shows percentages, else None."""
    first = _QUOTED.sub("", code).split(";")[0]
    if "%" not in first:
        return None
    digits = re.search(r"\.([0#?]+)", first)
    return len(digits.group(1)) if digits else 0


def cell_name(row: int, column: int) -> str:
    """``C12`` for row 11, column 2 (both from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _parts(archive: zipfile.ZipFile, limits: ReadLimits) -> Iterator[tuple[str, str]]:
    """Sheet names and the parts that hold them."""
    targets = relations(archive, "xl/workbook.xml", limits)
    known = part_names(archive)
    for sheet in read_part(archive, known["xl/workbook.xml"], limits, []).iter("{*}sheet"):
        _, target = targets.get(attribute(sheet, "id"), ("", ""))
        part = known.get(target.lower())
        if part is not None and archive.getinfo(part).file_size <= MAX_PART:
            yield attribute(sheet, "name"), part


def _take_cells(archive: zipfile.ZipFile, part: str, styles: dict[str, int], extras: SheetExtras) -> None:
    if not styles and not _mentions_formulas(archive, part):
        return
    try:
        with archive.open(part) as content:
            events = etree.iterparse(
                content, tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
            for _, cell in events:
                extras.take(cell, styles)
                _forget(cell)
    except FAULTS:
        return


def _mentions_formulas(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether the part's bytes hold a formula's tag; a prefix costs only the look at the cells."""
    end = b""
    with archive.open(part) as content:
        while piece := content.read(_PIECE):
            if re.search(rb"<(?:\w+:)?f[ >/]", end + piece):
                return True
            end = piece[-16:]
    return False


def _place(name: str) -> Place | None:
    found = _NAME.match(name)
    if found is None:
        return None
    column = 0
    for letter in found.group(1):
        column = 26 * column + ord(letter) - 64
    return int(found.group(2)) - 1, column - 1


def _comments(archive: zipfile.ZipFile, part: str, limits: ReadLimits) -> Iterator[CellComment]:
    known = part_names(archive)
    for kind, target in relations(archive, part, limits).values():
        written = known.get(target.lower())
        if kind != "comments" or written is None:
            continue
        root = read_part(archive, written, limits, [])
        authors = [item.text or "" for item in root.iter("{*}author")]
        for item in root.iter("{*}comment"):
            text = "".join(t.text or "" for t in item.iter("{*}t")).strip()
            number = attribute(item, "authorId")
            author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
            if text and _place(attribute(item, "ref")):
                yield CellComment(attribute(item, "ref"), text, author.strip())


def _forget(cell: etree._Element) -> None:
    """Free a cell and what stands before it in its row, and the rows before."""
    cell.clear()
    row = cell.getparent()
    while cell.getprevious() is not None and row is not None:
        del row[0]
    rows = row.getparent() if row is not None else None
    while row is not None and rows is not None and row.getprevious() is not None:
        del rows[0]
