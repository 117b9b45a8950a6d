"""What an ODS workbook tells beside its values: percentages, merged cells, formulas, comments.

OpenDocument 1.3 part 3: every cell says what kind of value it holds and how it is shown. ``content.xml`` is read a
row at a time, without entities or anything from outside.
"""

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import IO

from lxml import etree

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.office import local
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import too_large, unsafe
from workbench.models.documents.sheet_formats import MAX_FORMULAS, MAX_PART, CellComment, SheetExtras, cell_name

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_KIND_SHOWN = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_SHOWN = re.compile(r"-?(\d[\d.,\s\xa0\u202f]*?)(?:[.,](\d+))?[\s\xa0\u202f]*%")
_SPAN = re.compile(r"(-?)PT(\d{1,6})H(\d\d)M(\d\d)(?:\.\d+)?S")
_TRUTH = ("FALSE", "TRUE")
_DAY = 24
_MOST_DIGITS = 300
_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_MOST_DECIMALS = 12
_MOST_REPEATED = 1_000
"""A filled cell said to be repeated more often is taken as often as this."""


def ods_extras(origin: Origin, limits: ReadLimits, found: dict[str, SheetExtras]) -> None:
    """Fill ``found`` by sheet name. Raises one of ``sheet_formats.FAULTS`` where the rest can't be told."""
    with stream(origin) as file, zipfile.ZipFile(file) as archive:
        if archive.getinfo("content.xml").file_size > MAX_PART:
            raise too_large("unpacked", f"{MAX_PART >> 20} MB")
        with archive.open("content.xml") as content:
            _Sheets(found, limits.cells).take(content)


class _Sheets:
    """Goes through the tables of the workbook, counting rows and columns."""

    def __init__(self, found: dict[str, SheetExtras], allowed: int) -> None:
        self._found = found
        self._left = allowed
        self._sheet = SheetExtras()
        self._row = 0
        self._depth = 0

    def take(self, content: IO[bytes]) -> None:
        """All of ``content.xml``."""
        events = etree.iterparse(
            content,
            events=("start", "end"),
            tag=(f"{_TABLE}table", f"{_TABLE}table-row"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, item in events:
            if item.getroottree().docinfo.doctype:
                raise unsafe("content.xml: a document type is not allowed")
            if item.tag == f"{_TABLE}table":
                self._table(event, item)
            elif event == "end" and self._depth == 1:
                self._cells(item)

    def _table(self, event: str, table: etree._Element) -> None:
        """A sheet begins or ends; a table within a cell is none."""
        self._depth += 1 if event == "start" else -1
        if event == "start" and self._depth == 1:
            self._sheet, self._row = SheetExtras(), 0
            self._found.setdefault(table.get(f"{_TABLE}name", ""), self._sheet)
        elif event == "end" and self._depth == 0:
            table.clear()

    def _cells(self, row: etree._Element) -> None:
        times = _count(row, "number-rows-repeated")
        column = 0
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            wide = _count(cell, "number-columns-repeated")
            if len(cell) or cell.get(f"{_OFFICE}value-type"):
                for place in self._places(times, column, wide):
                    self._cell(cell, place)
            column += wide
        self._row += times
        _forget(row)

    def _places(self, times: int, column: int, wide: int) -> Iterator[tuple[int, int]]:
        for down in range(min(times, _MOST_REPEATED)):
            for along in range(min(wide, _MOST_REPEATED)):
                self._left -= 1
                if self._left < 0:
                    return
                yield self._row + down, column + along

    def _cell(self, cell: etree._Element, place: tuple[int, int]) -> None:
        sheet = self._sheet
        self._value(cell, place)
        sheet.wrong += cell.get(_KIND_SHOWN) == "error"
        span = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if span != (1, 1):
            sheet.merged[place] = span
        name = cell_name(*place)
        formula = cell.get(f"{_TABLE}formula")
        if formula and len(sheet.formulas) < MAX_FORMULAS:
            sheet.formulas[name] = _formula(formula)
        for note in cell.iterchildren(f"{_OFFICE}annotation"):
            text = "\n".join("".join(part.itertext()) for part in note if local(part) in ("p", "list")).strip()
            author = note.findtext(_CREATOR) or ""
            if text:
                sheet.comments.append(CellComment(name, text, author.strip()))

    def _value(self, cell: etree._Element, place: tuple[int, int]) -> None:
        """Note how a value is shown that is handed out otherwise."""
        kind = cell.get(f"{_OFFICE}value-type")
        if kind not in ("percentage", "float", "time"):
            return
        shown = next(("".join(part.itertext()).strip() for part in cell if local(part) == "p"), "")
        if kind == "time":
            span = _SPAN.fullmatch(cell.get(f"{_OFFICE}time-value", ""))
            if span and (span.group(1) or int(span.group(2)) >= _DAY):
                self._sheet.texts[place] = f"{span.group(1)}{int(span.group(2))}:{span.group(3)}:{span.group(4)}"
            return
        value = _decimal(cell.get(f"{_OFFICE}value", ""))
        if value is None:
            return
        if kind == "float" and shown in _TRUTH and value == _TRUTH.index(shown):
            self._sheet.texts[place] = shown
        elif kind == "percentage" or _is_share(shown, value):
            self._sheet.shares[place] = _decimals(shown, value)


def _count(item: etree._Element, name: str) -> int:
    value = item.get(f"{_TABLE}{name}", "1")
    return max(1, int(value)) if value.isdigit() and len(value) < 8 else 1


def _decimal(written: str) -> Decimal | None:
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS else None


def _is_share(shown: str, value: Decimal) -> bool:
    """Whether a plain number is shown as the percentage it is: programs leave out the kind of a formula's result."""
    found = _SHOWN.fullmatch(shown)
    if found is None:
        return False
    told = _decimal(f"{re.sub(r'[^0-9]', '', found.group(1)) or 0}.{found.group(2) or 0}")
    step = Decimal(1).scaleb(-len(found.group(2) or ""))
    return told is not None and abs(told - abs(value) * 100) <= step


def _decimals(shown: str, value: Decimal) -> int:
    """As many as are shown; where nothing is, as many as the value has."""
    found = _SHOWN.fullmatch(shown)
    if found:
        return min(len(found.group(2) or ""), _MOST_DECIMALS)
    exponent = (value * 100).normalize().as_tuple().exponent
    return min(max(0, -exponent), _MOST_DECIMALS) if isinstance(exponent, int) else 0


def _formula(written: str) -> str:
    """``of:=SUM([.A1:.B2])`` as ``=SUM(A1:B2)``."""
    _, _, bare = written.partition("=")
    return "=" + _REFERENCE.sub(lambda found: ":".join(_reference(part) for part in found.group(1).split(":")), bare)


def _reference(written: str) -> str:
    sheet, dot, cell = written.rpartition(".")
    return f"{sheet.lstrip('$')}!{cell}" if dot and sheet else cell


def _forget(row: etree._Element) -> None:
    """Free a row and what stands before it."""
    row.clear()
    holder = row.getparent()
    while holder is not None and row.getprevious() is not None:
        del holder[0]
