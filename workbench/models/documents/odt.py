"""ODT: paragraphs, headings, lists, tables, notes and comments, in their final text.

Deletions are kept by the file apart from the text, and here as remarks. Paragraphs and tables are
counted as in Word files; those of notes, comments and text boxes are counted on after the body's last.
"""

import zipfile
from collections.abc import Iterator

from lxml import etree

from workbench.errors import DocumentError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.composing import TableCell, caption_and_unit, table_block
from workbench.models.documents.document import Block, BlockKind, Document, Remark, Run, WordPlace
from workbench.models.documents.inside import HARDLY, inside_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.office import attribute, child, local, read_part
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, without_text
from workbench.models.documents.structure import begins_item

_FAULTS = (zipfile.BadZipFile, EOFError, KeyError, ValueError, RuntimeError, zipfile.LargeZipFile)
_APART = {"note": "footnote", "annotation": "comment", "text-box": ""}
_DEEPEST = 60
_REPEATED = 64
_FACTS = {"title": "title", "creator": "author", "creation-date": "created", "date": "modified", "subject": "subject"}


def read_odt(origin: Origin, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The document. Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    faults: list[str] = []
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            root = read_part(archive, "content.xml", limits, faults)
            known = _facts(archive, limits)
            edges = list(_margins(archive, limits))
            body = child(child(root, "body"), "text")
            if body is None:
                raise damaged("no body")
            reader = _Body(job)
            blocks = list(reader.blocks(body))
            scanned = sum(len(b.text) for b in blocks) < HARDLY
            inside = inside_of(archive, limits, pictures=lambda n: n.startswith("Pictures/"), scanned=scanned)
    except _FAULTS as error:
        raise damaged(str(error)) from error
    if not any(b.text.strip() for b in (*blocks, *edges)) and not inside.attached:
        raise without_text()
    broken = (tr("documents.parts_broken", parts=", ".join(faults)),) if faults else ()
    name = known.pop("title", "")
    return Document(
        name if len(name) > 3 else title,
        "odt",
        (*edges, *blocks),
        properties=known,
        attachments=tuple(inside.attached),
        partial=bool(broken or inside.left),
        notes=(*broken, *inside.notes),
        remarks=tuple(reader.remarks),
    )


class _Body:
    """Goes through the body, counting paragraphs and tables."""

    def __init__(self, job: JobContext) -> None:
        self.remarks: list[Remark] = []
        self._job = job
        self._paragraphs = 0
        self._further = 0
        self._tables = 0
        self._before: list[str] = []

    def blocks(self, body: etree._Element) -> Iterator[Block]:
        self._further = sum(1 for _ in _own_paragraphs(body))
        for change in body.iter("{*}changed-region"):
            self._keep(change)
        yield from self._children(body, False, 0)

    def _keep(self, change: etree._Element) -> None:
        for item in change:
            info = child(item, "change-info")
            text = "\n".join(t for p in item if local(p) in ("p", "h") and (t := _text(p, [])).strip())
            if local(item) == "deletion" and text:
                author, date = (_words(child(info, name)) for name in ("creator", "date"))
                self.remarks.append(Remark("deleted", text, author, date))

    def _children(self, parent: etree._Element, listed: bool, depth: int) -> Iterator[Block]:
        for item in parent if depth < _DEEPEST else ():
            self._job.check()
            kind = local(item)
            if kind in ("p", "h"):
                yield from self._paragraph(item, listed)
            elif kind == "table":
                yield from self._table(item)
            elif kind == "list":
                yield from self._children(item, True, depth + 1)
            elif kind in _WRAPPERS:
                yield from self._children(item, listed, depth + 1)

    def _paragraph(self, item: etree._Element, listed: bool) -> Iterator[Block]:
        number = self._paragraphs
        self._paragraphs += 1
        apart: list[etree._Element] = []
        text = _text(item, apart)
        if text.strip():
            self._before.append(text)
            runs = (Run(0, len(text), WordPlace(0, paragraph=number)),)
            level = attribute(item, "outline-level")
            if local(item) == "h":
                yield Block(BlockKind.HEADING, text, runs, int(level) if level.isdigit() and len(level) < 3 else 1)
            else:
                kind = BlockKind.LIST if listed or begins_item(text) else BlockKind.PARAGRAPH
                yield Block(kind, text, runs)
        for one in apart:
            yield from self._beside(one, number, 0)

    def _beside(self, item: etree._Element, number: int, depth: int) -> Iterator[Block]:
        """A note, comment or text box of a paragraph, as paragraphs of their own."""
        kind = _APART[local(item)]
        author = _words(child(item, "creator"))
        lead = tr("documents.comment_by", author=author) if author else tr(f"documents.{kind}") if kind else ""
        for paragraph in item.iter("{*}p", "{*}h"):
            inner: list[etree._Element] = []
            text = _text(paragraph, inner)
            place = WordPlace(0, paragraph=self._further)
            self._further += 1
            if text.strip():
                yield Block(BlockKind.PARAGRAPH, lead + text, (Run(len(lead), len(lead) + len(text), place),))
            if kind == "comment":
                date = _words(child(item, "date"))
                self.remarks.append(Remark(kind, text, author, date, WordPlace(0, paragraph=number)))
            if depth > _DEEPEST:
                return

    def _table(self, table: etree._Element) -> Iterator[Block]:
        number = self._tables
        self._tables += 1
        cells: list[TableCell] = []
        row = 0
        for line in _rows(table):
            column = 0
            for cell in line:
                if local(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                text = "\n".join(t for p in cell.iter("{*}p", "{*}h") if (t := _text(p, [])).strip())
                place = WordPlace(0, table=number, row=row, column=column)
                if local(cell) == "table-cell":
                    high, wide = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
                    cells.append(TableCell(row, column, [(text, place)] if text else [], high, wide))
                column += _count(cell, "number-columns-repeated")
            row += 1
        if any(cell.pieces for cell in cells):
            yield table_block(cells, *caption_and_unit(self._before))
        self._before = []


_WRAPPERS = {
    "section", "list-item", "list-header", "index-body", "table-of-content", "alphabetical-index", "bibliography",
    "illustration-index", "table-index", "user-index", "object-index", "index-title", "numbered-paragraph",
}  # fmt: skip


def _own_paragraphs(parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    for item in parent if depth < _DEEPEST else ():
        if local(item) in ("p", "h"):
            yield item
        elif local(item) == "list" or local(item) in _WRAPPERS:
            yield from _own_paragraphs(item, depth + 1)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for item in table:
        if local(item) == "table-row":
            yield item
        elif local(item) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(item)


def _count(cell: etree._Element, name: str) -> int:
    value = attribute(cell, name)
    return min(max(int(value), 1), _REPEATED) if value.isdigit() and len(value) < 8 else 1


def _words(item: etree._Element | None) -> str:
    return (item.text or "").strip() if item is not None else ""


def _text(paragraph: etree._Element, apart: list[etree._Element]) -> str:
    """The words of a paragraph; notes, comments and text boxes in it are handed out in ``apart``."""
    parts: list[str] = []
    _gather(paragraph, parts, apart, 0)
    return "".join(parts)


def _gather(item: etree._Element, parts: list[str], apart: list[etree._Element], depth: int) -> None:
    parts.append(" ".join((item.text or "").split("\n")))
    for part in item:
        kind = local(part)
        if kind == "s":
            parts.append(" " * _count(part, "c"))
        elif kind in ("tab", "line-break"):
            parts.append("\t" if kind == "tab" else "\n")
        elif kind in _APART:
            apart.append(part)
        elif kind and kind not in ("tracked-changes", "desc", "title", "ruby-text") and depth < _DEEPEST:
            _gather(part, parts, apart, depth + 1)
        parts.append(" ".join((part.tail or "").split("\n")))


def _facts(archive: zipfile.ZipFile, limits: ReadLimits) -> dict[str, str]:
    if "meta.xml" not in archive.namelist():
        return {}
    try:
        meta = child(read_part(archive, "meta.xml", limits, []), "meta")
    except DocumentError:
        return {}
    return {_FACTS[local(i)]: _words(i) for i in (meta if meta is not None else ()) if local(i) in _FACTS and _words(i)}


def _margins(archive: zipfile.ZipFile, limits: ReadLimits) -> Iterator[Block]:
    """Headers and footers, each text once."""
    if "styles.xml" not in archive.namelist():
        return
    try:
        root = read_part(archive, "styles.xml", limits, [])
    except DocumentError:
        return
    seen = set()
    for item in root.iter("{*}header", "{*}footer"):
        text = "\n".join(t for p in item.iter("{*}p") if (t := _text(p, []).strip()))
        if text and text not in seen:
            seen.add(text)
            yield Block(BlockKind(local(item)), text)
