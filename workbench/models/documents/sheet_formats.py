"""Which cells of a workbook are shown as percentages.

The reader of values hands out 0.2315 where the sheet shows 23.15%. The formats are read from the
archive's own parts; a workbook without any percentage costs one small part.
"""

import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from workbench.errors import DocumentError
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.office import attribute, local, read_part

Place = tuple[int, int]
"""Row and column, from 0."""

_BUILT_IN = {"9": 0, "10": 2}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_NAME = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_MAX_PART = 96 << 20
_FAULTS = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
    EOFError,
    etree.XMLSyntaxError,
    DocumentError,
)


def percentages(path: str, limits: ReadLimits) -> dict[str, dict[Place, int]]:
    """By sheet name, the cells shown as percentages and their decimals; empty where that can't be told."""
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive, limits)
            if not styles:
                return {}
            return {name: dict(_cells(archive, part, styles)) for name, part in _parts(archive, limits)}
    except _FAULTS:
        return {}


def _percent_styles(archive: zipfile.ZipFile, limits: ReadLimits) -> dict[str, int]:
    """Decimals by the number of the cell style, for styles of percentages."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = read_part(archive, "xl/styles.xml", limits)
    formats = dict(_BUILT_IN)
    for item in root.iter("{*}numFmt"):
        first = _QUOTED.sub("", attribute(item, "formatCode")).split(";")[0]
        if "%" in first:
            digits = re.search(r"\.([0#?]+)", first)
            formats[attribute(item, "numFmtId")] = len(digits.group(1)) if digits else 0
    cell_styles = next((part for part in root if local(part) == "cellXfs"), ())
    found = ((str(number), attribute(xf, "numFmtId")) for number, xf in enumerate(cell_styles))
    return {number: formats[code] for number, code in found if code in formats}


def _parts(archive: zipfile.ZipFile, limits: ReadLimits) -> Iterator[tuple[str, str]]:
    """Sheet names and the parts that hold them."""
    targets = {
        attribute(item, "Id"): attribute(item, "Target").lstrip("/")
        for item in read_part(archive, "xl/_rels/workbook.xml.rels", limits)
    }
    known = set(archive.namelist())
    for sheet in read_part(archive, "xl/workbook.xml", limits).iter("{*}sheet"):
        target = targets.get(attribute(sheet, "id"), "")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in known and archive.getinfo(part).file_size <= _MAX_PART:
            yield attribute(sheet, "name"), part


def _cells(archive: zipfile.ZipFile, part: str, styles: dict[str, int]) -> Iterator[tuple[Place, int]]:
    with archive.open(part) as content:
        events = etree.iterparse(
            content, tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _, cell in events:
            style = cell.get("s")
            found = _NAME.match(cell.get("r", "")) if style in styles else None
            if found and style is not None:
                column = 0
                for letter in found.group(1):
                    column = 26 * column + ord(letter) - 64
                yield (int(found.group(2)) - 1, column - 1), styles[style]
            _forget(cell)


def _forget(cell: etree._Element) -> None:
    """Free a cell and what stands before it in its row, and the rows before."""
    cell.clear()
    row = cell.getparent()
    while cell.getprevious() is not None and row is not None:
        del row[0]
    rows = row.getparent() if row is not None else None
    while row is not None and rows is not None and row.getprevious() is not None:
        del rows[0]
