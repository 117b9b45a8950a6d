"""DOCX: paragraphs, headings, tables, text boxes, notes and comments, in their final text.

The parts are read straight from the archive: nothing outside it is ever opened and no entity is
resolved. Insertions are kept and deletions dropped; both are kept as remarks. Paragraphs are counted
over the body's own paragraphs from 0, tables over its own tables from 0; a table in a cell is read as
text of the cell. Paragraphs of text boxes, notes and comments are counted on after the body's last.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.composing import TableCell, caption_and_unit, is_cjk, table_block
from workbench.models.documents.document import Block, BlockKind, Document, Remark, Run, WordPlace
from workbench.models.documents.inside import HARDLY, inside_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.office import attribute, child, local, part_names, read_part
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, without_text
from workbench.models.documents.structure import HeadingLevels, begins_item, heading_rank
from workbench.models.documents.word_extras import facts, figures, margins
from workbench.models.documents.word_numbering import Numbering
from workbench.models.documents.word_table import grid_of
from workbench.models.documents.word_text import Change, Words, inserted_or_plain, text_of, words_of

_Value = TypeVar("_Value")
_STYLE_LEVEL = re.compile(r"(?:heading|标题)\s*(\d)$", re.IGNORECASE)
_TITLE_STYLES = ("title", "标题")
_FAULTS = (zipfile.BadZipFile, EOFError, KeyError, ValueError, RuntimeError, zipfile.LargeZipFile)
_NOTE_PARTS = (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment"))


@dataclass(slots=True)
class _Styles:
    """Heading levels (from 1) by style id, and which styles are titles."""

    levels: dict[str, int] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    lists: dict[str, tuple[str, int]] = field(default_factory=dict)
    """List id and level (from 0) by style id."""


def read_word(origin: Origin, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The document. Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            return _document(archive, title, job, limits)
    except _FAULTS as error:
        raise damaged(str(error)) from error


def _document(archive: zipfile.ZipFile, title: str, job: JobContext, limits: ReadLimits) -> Document:
    faults: list[str] = []
    main = _main_part(archive)
    root = read_part(archive, main, limits, faults)
    folder = main.rpartition("/")[0]
    numbers = part_names(archive).get(f"{folder}/numbering.xml".lower())
    numbering = Numbering(read_part(archive, numbers, limits, []) if numbers else None)
    body = _Body(_styles(archive, f"{folder}/styles.xml", limits), numbering, job)
    blocks = [*body.blocks(root), *_notes(archive, folder, body, limits, faults)]
    blocks += figures(archive, "word/", limits)
    edges = list(margins(archive, folder, limits, faults))
    known = facts(archive, limits)
    scanned = sum(len(b.text) for b in blocks) < HARDLY
    own = f"{folder}/media/"
    inside = inside_of(
        archive, limits, files=f"{folder}/embeddings/", pictures=lambda name: name.startswith(own), scanned=scanned
    )
    if not any(b.text.strip() for b in (*blocks, *edges)) and not inside.attached:
        raise without_text()
    broken = (tr("documents.parts_broken", parts=", ".join(faults)),) if faults else ()
    name = known.pop("title", "")
    return Document(
        name if len(name) > 3 else title,
        "docx",
        (
            *(b for b in edges if b.kind is BlockKind.HEADER),
            *blocks,
            *(b for b in edges if b.kind is BlockKind.FOOTER),
        ),
        properties=known,
        attachments=tuple(inside.attached),
        partial=bool(faults or inside.left),
        notes=(*broken, *inside.notes),
        remarks=tuple(body.remarks),
    )


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
    for style in read_part(archive, name, limits, []):
        if local(style) != "style":
            continue
        key = attribute(style, "styleId")
        based[key] = attribute(child(style, "basedOn"), "val")
        listed = _list_of(child(style, "pPr"))
        if listed is not None:
            styles.lists[key] = listed
        level = _style_level(style)
        if level:
            styles.levels[key] = level
        elif attribute(child(style, "name"), "val").strip().lower() in _TITLE_STYLES:
            styles.titles.add(key)
    _inherit(styles.levels, based)
    _inherit(styles.lists, based)
    return styles


def _inherit(values: dict[str, _Value], based: dict[str, str]) -> None:
    """Give styles without a value of their own that of the nearest style they are based on."""
    for key, base in based.items():
        seen, parent = {key}, base
        while key not in values and parent and parent not in seen:
            if parent in values:
                values[key] = values[parent]
            seen.add(parent)
            parent = based.get(parent, "")


def _list_of(properties: etree._Element | None) -> tuple[str, int] | None:
    """List id and level (from 0) that paragraph properties give."""
    given = child(properties, "numPr")
    if given is None:
        return None
    level = attribute(child(given, "ilvl"), "val")
    return attribute(child(given, "numId"), "val"), int(level) if level.isdigit() and len(level) < 3 else 0


def _style_level(style: etree._Element) -> int:
    """The heading level a style gives by its name or outline level; 0 for none."""
    found = _STYLE_LEVEL.match(attribute(child(style, "name"), "val").strip())
    if found:
        return int(found.group(1))
    return _outline_level(child(style, "pPr"))


def _outline_level(properties: etree._Element | None) -> int:
    outline = attribute(child(properties, "outlineLvl"), "val")
    return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0


class _Body:
    """Goes through the body, counting paragraphs and tables."""

    def __init__(self, styles: _Styles, numbering: Numbering, job: JobContext) -> None:
        self.remarks: list[Remark] = []
        self.places: dict[tuple[str, str], WordPlace] = {}
        """Where notes and comments are referred to, by kind and id."""
        self._styles = styles
        self._numbering = numbering
        self._job = job
        self._levels = HeadingLevels()
        self._paragraphs = 0
        self._tables = 0
        self._further = 0
        self._before: list[str] = []

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        body = child(root, "body")
        if body is None:
            raise damaged("no body")
        self._further = _count(body)
        yield from self._children(body)

    def further(self, words: Words, lead: str = "") -> Iterator[Block]:
        """A paragraph outside the body's own: of a text box, note or comment."""
        text = words.text
        number = self._further
        self._further += 1
        if text.strip():
            run = Run(len(lead), len(lead) + len(text), WordPlace(0, paragraph=number))
            yield Block(BlockKind.PARAGRAPH, lead + text, (run,))

    def further_paragraphs(self, parent: etree._Element, lead: str = "", depth: int = 0) -> Iterator[Block]:
        """All paragraphs inside, in order, tables' too."""
        for item in parent:
            kind = local(item)
            if kind == "p":
                words = words_of(item)
                yield from self.further(words, lead)
                for box in words.boxes:
                    yield from self.further_paragraphs(box, lead, depth + 1)
            elif kind and depth < 40:
                yield from self.further_paragraphs(item, lead, depth + 1)

    def _children(self, parent: etree._Element) -> Iterator[Block]:
        for item in parent:
            self._job.check()
            kind = local(item)
            if kind == "p":
                yield from self._paragraph(item)
            elif kind == "tbl":
                yield from self._table(item)
            elif kind == "AlternateContent":
                chosen = child(item, "Choice")
                yield from self._children(item if chosen is None else chosen)
            elif inserted_or_plain(item):
                yield from self._children(item)

    def _paragraph(self, item: etree._Element) -> Iterator[Block]:
        number = self._paragraphs
        self._paragraphs += 1
        words = words_of(item)
        self._keep(words, 0, paragraph=number)
        text = words.text
        if text.strip():
            lead = self._label(item)
            self._before.append(lead + text)
            runs = (Run(len(lead), len(lead) + len(text), WordPlace(0, paragraph=number)),)
            level = self._level(item, lead + text)
            listed = self._list(item) is not None or begins_item(text)
            kind = BlockKind.LIST if listed else BlockKind.PARAGRAPH
            yield Block(BlockKind.HEADING, lead + text, runs, level) if level else Block(kind, lead + text, runs)
        for box in words.boxes:
            yield from self.further_paragraphs(box)

    def _keep(self, words: Words, start: int, **where: int) -> None:
        """Keep changes and references of a paragraph that begins ``start`` characters into its place."""
        for change in words.changes:
            self.remarks.append(_remark(change, WordPlace(start + change.start, **where)))
        for kind, key, offset in words.references:
            self.places[kind, key] = WordPlace(start + offset, **where)

    def _list(self, item: etree._Element) -> tuple[str, int] | None:
        """List id and level of a paragraph, its own or its style's; id 0 takes it out of its style's list."""
        properties = child(item, "pPr")
        own = _list_of(properties)
        listed = own or self._styles.lists.get(attribute(child(properties, "pStyle"), "val"))
        return listed if listed is not None and listed[0] not in ("", "0") else None

    def _label(self, item: etree._Element) -> str:
        """The number Word writes before a paragraph; it stands on the page, but in no text of the file."""
        listed = self._list(item)
        label = self._numbering.label(*listed) if listed is not None else ""
        return label if not label or is_cjk(label[-1]) else f"{label} "

    def _level(self, item: etree._Element, text: str) -> int:
        properties = child(item, "pPr")
        style = attribute(child(properties, "pStyle"), "val")
        if len(text) > 120:
            return 0
        level = _outline_level(properties) or self._styles.levels.get(style, 0)
        if level or style in self._styles.titles:
            return level or 1
        rank = heading_rank(text)
        return self._levels.level(rank) if rank else 0

    def _table(self, item: etree._Element) -> Iterator[Block]:
        number = self._tables
        self._tables += 1
        cells = []
        for cell in grid_of(item):
            place = WordPlace(0, table=number, row=cell.row, column=cell.column)
            pieces = [(cell.text, place)] if cell.text else []
            cells.append(TableCell(cell.row, cell.column, pieces, cell.row_span, cell.column_span))
            for start, words in cell.words:
                self._keep(words, start, table=number, row=cell.row, column=cell.column)
        if any(cell.pieces for cell in cells):
            yield table_block(cells, *caption_and_unit(self._before))
        self._before = []


def _remark(change: Change, place: WordPlace) -> Remark:
    return Remark(change.kind, change.text, change.author, change.date, place)


def _count(parent: etree._Element) -> int:
    """How many paragraphs the body counts as its own."""
    count = 0
    for item in parent:
        if local(item) == "p":
            count += 1
        elif local(item) == "AlternateContent":
            chosen = child(item, "Choice")
            count += _count(item if chosen is None else chosen)
        elif inserted_or_plain(item):
            count += _count(item)
    return count


def _notes(
    archive: zipfile.ZipFile, folder: str, body: _Body, limits: ReadLimits, faults: list[str]
) -> Iterator[Block]:
    """Footnotes, endnotes and comments, after the body; comments also as remarks where they belong."""
    names = part_names(archive)
    for part, kind in _NOTE_PARTS:
        written = names.get(f"{folder}/{part}.xml".lower())
        if written is None:
            continue
        for note in read_part(archive, written, limits, faults):
            if local(note) != kind or attribute(note, "type") in ("separator", "continuationSeparator"):
                continue
            author = attribute(note, "author")
            if kind == "comment":
                text = "\n".join(t for p in note.iter("{*}p") if (t := text_of(p)).strip())
                place = body.places.get((kind, attribute(note, "id")))
                body.remarks.append(Remark(kind, text, author, attribute(note, "date"), place))
            named = kind == "comment" and author
            lead = tr("documents.comment_by", author=author) if named else tr(f"documents.{kind}")
            yield from body.further_paragraphs(note, lead)
