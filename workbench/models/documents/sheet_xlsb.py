"""What an XLSB workbook tells beside its values: percentages, merged cells, comments, how many formulas.

Its parts are records of a number and a length, each of seven bits a byte (MS-XLSB 2.1.4); no length is trusted.
A formula is kept as tokens there: it is counted, its text is not made.
"""

import struct
import zipfile
from collections.abc import Iterator

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.office import part_content, part_names, relations
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.sheet_formats import (
    BUILT_IN,
    MAX_PART,
    CellComment,
    SheetExtras,
    cell_name,
    percent_decimals,
)

_NUMBERS = (2, 5)
"""BrtCellRk, BrtCellReal."""
_FORMULAS = range(8, 12)
_NUMBER_FORMULA, _ERROR_FORMULA = 9, 11
_ERROR = 3
"""BrtCellError."""
_MERGED, _SHEET, _FORMAT, _STYLE = 176, 156, 44, 47
_STYLES_BEGIN, _STYLES_END = 617, 618
_AUTHOR, _COMMENT, _COMMENT_TEXT = 632, 635, 637
_MOST_MERGED = 100_000


def xlsb_extras(origin: Origin, limits: ReadLimits, found: dict[str, SheetExtras]) -> None:
    """Fill ``found`` by sheet name. Raises one of ``sheet_formats.FAULTS`` where the rest can't be told."""
    with stream(origin) as file, zipfile.ZipFile(file) as archive:
        known = part_names(archive)
        styles = _percent_styles(archive, known)
        targets = relations(archive, "xl/workbook.bin", limits)
        left = limits.cells
        for number, body in _records(part_content(archive, known["xl/workbook.bin"], MAX_PART)):
            if number != _SHEET:
                continue
            relation, at = _string(body, 8)
            name, _ = _string(body, at)
            part = known.get(targets.get(relation, ("", ""))[1].lower())
            if part is None:
                continue
            found[name] = extras = SheetExtras()
            _take_cells(part_content(archive, part, MAX_PART), styles, extras, left)
            left -= len(extras.shares)
            extras.comments += _comments(archive, part, known, limits)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        number = data[at]
        at += 1
        if number & 0x80:
            number = (number & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        yield number, data[at : at + size]
        at += size


def _string(body: bytes, at: int) -> tuple[str, int]:
    """A string and where it ends. Raises ValueError for one that is cut short."""
    (size,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * size
    if size == 0xFFFFFFFF:
        return "", at + 4
    if end > len(body):
        raise ValueError("a string beyond its record")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _percent_styles(archive: zipfile.ZipFile, known: dict[str, str]) -> dict[int, int]:
    """Decimals by the number of the cell style, for styles of percentages."""
    if "xl/styles.bin" not in known:
        return {}
    formats = dict(BUILT_IN)
    styles: dict[int, int] = {}
    count, within = 0, False
    for number, body in _records(part_content(archive, known["xl/styles.bin"], MAX_PART)):
        if number == _FORMAT:
            decimals = percent_decimals(_string(body, 2)[0])
            if decimals is not None:
                formats[struct.unpack_from("<H", body)[0]] = decimals
        elif number in (_STYLES_BEGIN, _STYLES_END):
            within = number == _STYLES_BEGIN
        elif number == _STYLE and within:
            code = struct.unpack_from("<H", body, 2)[0]
            if code in formats:
                styles[count] = formats[code]
            count += 1
    return styles


def _take_cells(data: bytes, styles: dict[int, int], extras: SheetExtras, allowed: int) -> None:
    row = 0
    for number, body in _records(data):
        if number == 0:
            (row,) = struct.unpack_from("<I", body)
        elif number == _ERROR:
            extras.wrong += 1
        elif number in _NUMBERS or number in _FORMULAS:
            extras.untold += number in _FORMULAS
            extras.wrong += number == _ERROR_FORMULA
            column, style = struct.unpack_from("<II", body)
            decimals = styles.get(style & 0xFFFFFF)
            if decimals is not None and len(extras.shares) < allowed and number in (*_NUMBERS, _NUMBER_FORMULA):
                extras.shares[row, column] = decimals
        elif number == _MERGED and len(extras.merged) < _MOST_MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            if top <= bottom and left <= right:
                extras.merged[top, left] = (bottom - top + 1, right - left + 1)


def _comments(archive: zipfile.ZipFile, part: str, known: dict[str, str], limits: ReadLimits) -> Iterator[CellComment]:
    for kind, target in relations(archive, part, limits).values():
        written = known.get(target.lower())
        if kind != "comments" or written is None:
            continue
        authors: list[str] = []
        author, cell = 0, ""
        for number, body in _records(part_content(archive, written, limits.xml_size)):
            if number == _AUTHOR:
                authors.append(_string(body, 0)[0])
            elif number == _COMMENT:
                author, row, _, column = struct.unpack_from("<IIII", body)
                cell = cell_name(row, column)
            elif number == _COMMENT_TEXT:
                text = _string(body, 1)[0].strip()
                if text and cell:
                    yield CellComment(cell, text, authors[author].strip() if author < len(authors) else "")
