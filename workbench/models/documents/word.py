"""DOCX: paragraphs, headings and tables in the order of the body, in their final text.

The parts are read straight from the archive: nothing outside it is ever opened and no entity is
resolved. Insertions are kept and deletions dropped. Paragraphs are counted over the body's own
paragraphs from 0, tables over its own tables from 0; a table in a cell is read as text of the cell.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from workbench.jobs import JobContext
from workbench.models.documents.composing import TableCell, caption_and_unit, table_block
from workbench.models.documents.document import Block, BlockKind, Document, Run, WordPlace
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.office import attribute, child, local, part_names, read_part
from workbench.models.documents.refusals import damaged, without_text
from workbench.models.documents.structure import HeadingLevels, begins_item, heading_rank

_STYLE_LEVEL = re.compile(r"(?:heading|标题)\s*(\d)$", re.IGNORECASE)
_TITLE_STYLES = ("title", "标题")
_DROPPED = {"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "delInstrText", "fldData", "Fallback", "sectPr"}


@dataclass(slots=True)
class _Styles:
    """Heading levels (from 1) by style id, and which styles are captions."""

    levels: dict[str, int] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)


def read_word(path: Path, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The document. Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    try:
        with zipfile.ZipFile(path) as archive:
            main = _main_part(archive)
            root = read_part(archive, main, limits)
            folder = main.rpartition("/")[0]
            styles = _styles(archive, f"{folder}/styles.xml", limits)
            blocks = list(_Body(styles, job).blocks(root))
            margins = list(_margins(archive, folder, limits))
            facts = _facts(archive, limits)
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, NotImplementedError, zipfile.LargeZipFile) as error:
        raise damaged(str(error)) from error
    if not any(b.text.strip() for b in blocks):
        raise without_text()
    name = facts.pop("title", "")
    heads = [b for b in margins if b.kind is BlockKind.HEADER]
    feet = [b for b in margins if b.kind is BlockKind.FOOTER]
    return Document(name if len(name) > 3 else title, "docx", (*heads, *blocks, *feet), properties=facts)


def _main_part(archive: zipfile.ZipFile) -> str:
    names = part_names(archive)
    for name in ("word/document.xml", *sorted(n for n in names if n.startswith("word/document"))):
        if name in names:
            return names[name]
    raise damaged("no main part")


def _styles(archive: zipfile.ZipFile, name: str, limits: ReadLimits) -> _Styles:
    styles = _Styles()
    if name not in archive.namelist():
        return styles
    based: dict[str, str] = {}
    for style in read_part(archive, name, limits):
        if local(style) != "style":
            continue
        key = attribute(style, "styleId")
        words = attribute(child(style, "name"), "val").strip()
        based[key] = attribute(child(style, "basedOn"), "val")
        found = _STYLE_LEVEL.match(words)
        outline = attribute(child(child(style, "pPr"), "outlineLvl"), "val")
        if found:
            styles.levels[key] = int(found.group(1))
        elif outline.isdigit() and int(outline) < 9:
            styles.levels[key] = int(outline) + 1
        elif words.lower() in _TITLE_STYLES:
            styles.titles.add(key)
    for key, base in based.items():
        seen, parent = {key}, base
        while key not in styles.levels and parent and parent not in seen:
            if parent in styles.levels:
                styles.levels[key] = styles.levels[parent]
            seen.add(parent)
            parent = based.get(parent, "")
    return styles


class _Body:
    """Goes through the body, counting paragraphs and tables."""

    def __init__(self, styles: _Styles, job: JobContext) -> None:
        self._styles = styles
        self._job = job
        self._levels = HeadingLevels()
        self._paragraphs = 0
        self._tables = 0
        self._before: list[str] = []

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        body = child(root, "body")
        if body is None:
            raise damaged("no body")
        yield from self._children(body)

    def _children(self, parent: etree._Element) -> Iterator[Block]:
        for item in parent:
            self._job.check()
            kind = local(item)
            if kind == "p":
                yield from self._paragraph(item)
            elif kind == "tbl":
                yield from self._table(item)
            elif kind in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
                yield from self._children(item)

    def _paragraph(self, item: etree._Element) -> Iterator[Block]:
        number = self._paragraphs
        self._paragraphs += 1
        text = text_of(item)
        if not text.strip():
            return
        self._before.append(text)
        runs = (Run(0, len(text), WordPlace(0, paragraph=number)),)
        level = self._level(item, text)
        if level:
            yield Block(BlockKind.HEADING, text, runs, level)
            return
        properties = child(item, "pPr")
        listed = child(properties, "numPr") is not None or begins_item(text)
        yield Block(BlockKind.LIST if listed else BlockKind.PARAGRAPH, text, runs)

    def _level(self, item: etree._Element, text: str) -> int:
        properties = child(item, "pPr")
        style = attribute(child(properties, "pStyle"), "val")
        outline = attribute(child(properties, "outlineLvl"), "val")
        if len(text) > 120:
            return 0
        if outline.isdigit() and int(outline) < 9:
            return int(outline) + 1
        if style in self._styles.levels:
            return self._styles.levels[style]
        if style in self._styles.titles:
            return 1
        rank = heading_rank(text)
        return self._levels.level(rank) if rank and not self._styled(properties) else 0

    def _styled(self, properties: etree._Element | None) -> bool:
        """Whether Word numbers the paragraph itself: then its words don't begin with the number."""
        return child(properties, "numPr") is not None

    def _table(self, item: etree._Element) -> Iterator[Block]:
        number = self._tables
        self._tables += 1
        cells = [
            TableCell(
                row,
                column,
                [(text, WordPlace(0, table=number, row=row, column=column))] if text else [],
                row_span,
                column_span,
            )
            for row, column, text, row_span, column_span in grid_of(item)
        ]
        if any(cell.pieces for cell in cells):
            yield table_block(cells, *caption_and_unit(self._before))
        self._before = []


def grid_of(table: etree._Element) -> list[tuple[int, int, str, int, int]]:
    """Cells of a table as (row, column, text, row span, column span); merged cells stand once."""
    cells: list[list[object]] = []
    above: dict[int, int] = {}
    for row, line in enumerate(_items(table, "tr")):
        column = _number(child(child(line, "trPr"), "gridBefore"), 0)
        for cell in _items(line, "tc"):
            properties = child(cell, "tcPr")
            span = min(max(_number(child(properties, "gridSpan"), 1), 1), 200)
            merge = child(properties, "vMerge")
            goes_on = merge is not None and attribute(merge, "val") in ("", "continue")
            if goes_on and column in above:
                cells[above[column]][3] = row - int(str(cells[above[column]][0])) + 1
            else:
                above[column] = len(cells)
                cells.append([row, column, _cell_text(cell), 1, span])
            column += span
    return [(int(str(c[0])), int(str(c[1])), str(c[2]), int(str(c[3])), int(str(c[4]))) for c in cells]


def _items(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls and insertions."""
    for item in parent:
        if local(item) == name:
            deleted = name == "tr" and child(child(item, "trPr"), "del") is not None
            if not deleted:
                yield item
        elif local(item) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _items(item, name)


def _number(item: etree._Element | None, default: int) -> int:
    value = attribute(item, "val")
    return int(value) if value.isdigit() else default


def _cell_text(cell: etree._Element) -> str:
    """The paragraphs of a cell joined by line feeds, then those of tables in it."""
    own = [p for p in cell.iter("{*}p") if next(p.iterancestors("{*}tc"), None) is cell]
    inner = [p for p in cell.iter("{*}p") if next(p.iterancestors("{*}tc"), None) is not cell]
    text = "\n".join(text_of(p) for p in own)
    more = "\n".join(t for p in inner if (t := text_of(p)).strip())
    return "\n".join(t for t in (text, more) if t.strip())


def text_of(paragraph: etree._Element) -> str:
    """The final text of a paragraph: insertions kept, deletions dropped, tabs and breaks as such."""
    parts: list[str] = []
    _gather(paragraph, parts, 0)
    return "".join(parts)


def _gather(item: etree._Element, parts: list[str], depth: int) -> None:
    for part in item:
        kind = local(part)
        if kind == "t":
            parts.append(part.text or "")
        elif kind in ("tab", "ptab"):
            parts.append("\t")
        elif kind in ("br", "cr"):
            parts.append("" if attribute(part, "type") in ("page", "column") else "\n")
        elif kind == "noBreakHyphen":
            parts.append("-")
        elif kind == "sym":
            parts.append(_symbol(attribute(part, "char")))
        elif kind and kind not in _DROPPED and not (kind == "p" and depth == 0 and local(item) == "tc") and depth < 60:
            _gather(part, parts, depth + 1)


def _symbol(code: str) -> str:
    """A character of a symbol font; the commonest box and tick as themselves."""
    known = {"F0FE": "☑", "F0A8": "□", "F06F": "□", "F052": "☑", "F0FC": "√", "F0B7": "•"}
    return known.get(code.upper(), "")


def _margins(archive: zipfile.ZipFile, folder: str, limits: ReadLimits) -> Iterator[Block]:
    """Headers and footers, each text once; they have no anchor of the contract."""
    seen: set[str] = set()
    for name in sorted(archive.namelist()):
        for stem, kind in (("header", BlockKind.HEADER), ("footer", BlockKind.FOOTER)):
            if not re.fullmatch(rf"{re.escape(folder)}/{stem}\d*\.xml", name):
                continue
            root = read_part(archive, name, limits)
            text = "\n".join(t for p in root.iter("{*}p") if (t := text_of(p).strip()))
            if text and text not in seen:
                seen.add(text)
                yield Block(kind, text)


def _facts(archive: zipfile.ZipFile, limits: ReadLimits) -> dict[str, str]:
    """Title, author and dates from the core properties."""
    if "docProps/core.xml" not in archive.namelist():
        return {}
    wanted = {"title": "title", "creator": "author", "created": "created", "modified": "modified", "subject": "subject"}
    return {
        wanted[local(item)]: item.text.strip()
        for item in read_part(archive, "docProps/core.xml", limits)
        if local(item) in wanted and item.text and item.text.strip()
    }
