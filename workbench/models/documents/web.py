"""HTML as read: what a reader sees, block by block, each block a line of its own.

Nothing is fetched and no script runs; pictures written into the page become documents of their own where they are
papers. Anchors count the lines of the text as read (a row of a table is
a line), for a mail or an archived page within its ``part``.
"""

import base64
import re
from collections.abc import Iterator

from lxml import etree, html

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.composing import TableCell, caption_and_unit, table_block
from workbench.models.documents.document import Block, BlockKind, Document, Run, TextPlace
from workbench.models.documents.inside import HARDLY, papers_of, picture_name
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.office import attribute
from workbench.models.documents.refusals import damaged, without_text
from workbench.models.documents.structure import begins_item
from workbench.models.documents.text import decoded

_UNSEEN = {
    "script", "style", "head", "template", "noscript", "svg", "iframe", "object", "select", "canvas", "audio", "video",
}  # fmt: skip
_FLOWING = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "input", "ins", "kbd", "label", "mark", "meter", "nobr", "o", "output", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{3,30})", re.IGNORECASE)
_LIFTED = "inkstone-picture:"
_KIND = r"data:image/(?!svg)[\w.+-]{1,40}(?:;[\w.=-]{1,80}){0,4};base64,"
_DATA = re.compile(rf"(?:(?<=[\"'])\s*{_KIND}([^\"'<>]*)|{_KIND}([^\"'<>\s)]*))", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DEEPEST = 200
_ROWS_PER_BLOCK = 400


def read_html(content: bytes, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The page, with the pictures in it that are papers. Raises DamagedDocument, DocumentWithoutText or Cancelled."""
    text = html_text(content)
    if text is None:
        raise damaged("no known encoding of text")
    text, written = lifted(text)
    root = parsed_html(text)
    if root is None:
        raise without_text()
    blocks = tuple(blocks_of_html(root, job=job))
    scanned = sum(len(block.text) for block in blocks) < HARDLY
    inside = papers_of(pictures_of(root, written), limits, scanned=scanned)
    if not blocks and not inside.attached:
        raise without_text()
    named = next((_squeezed(t) for item in root.iter("title") if (t := item.text or "").strip()), "")
    elsewhere = _elsewhere(root) if scanned else 0
    return Document(
        named if len(named) > 1 else title,
        "html",
        blocks,
        attachments=tuple(inside.attached),
        partial=bool(inside.left or elsewhere),
        notes=(*inside.notes, *((tr("documents.pictures_elsewhere", count=elsewhere),) if elsewhere else ())),
    )


def lifted(text: str) -> tuple[str, list[str]]:
    """A page without the pictures written into it, and those as they were written (base64).

    What stands in their place counts them, for :func:`pictures_of`. Parsed with them a page is many times as large,
    and above ten million characters the parser cuts it off.
    """
    written: list[str] = []

    def take(found: "re.Match[str]") -> str:
        written.append(found.group(1) or found.group(2) or "")
        return f"{_LIFTED}{len(written) - 1}"

    return _DATA.sub(take, text), written


def pictures_of(root: etree._Element, written: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of the pictures a page shows that are written into it."""
    for number, source in enumerate(_sources(root), 1):
        place = source.removeprefix(_LIFTED)
        if place != source and place.isdigit() and int(place) < len(written):
            content = _from_base64(written[int(place)])
            yield picture_name(number, content), content


def _sources(root: etree._Element) -> Iterator[str]:
    for item in root.iter("img"):
        yield attribute(item, "src").strip()


def _elsewhere(root: etree._Element) -> int:
    """How many pictures of the page lie outside of its file; nothing is fetched."""
    return sum(bool(source) and not source.startswith((_LIFTED, "data:")) for source in _sources(root))


def _from_base64(written: str) -> bytes:
    plain = re.sub(r"%(2[bBfF]|3[dD])", lambda found: chr(int(found.group(1), 16)), written)
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/]", "", plain) + "==")
    except ValueError:
        return b""


def html_text(content: bytes, charset: str | None = None) -> str | None:
    """The characters of a page, by its mark, the given or its own word for them, else by their look."""
    if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        named = _CHARSET.search(content[:4096])
        for name in filter(None, (charset, named.group(1).decode() if named else None)):
            text = _as_named(content, name)
            if text is not None:
                return text
    text = decoded(content)
    return text if text is not None else content.decode("utf-8", "replace") if b"<" in content[:4096] else None


def _as_named(content: bytes, name: str) -> str | None:
    # Pages that call themselves GB2312 use the larger set.
    wanted = "gb18030" if name.lower() in ("gb2312", "gbk", "gb_2312-80", "x-gbk") else name
    try:
        return content.decode(wanted)
    except (LookupError, ValueError):
        return None


def parsed_html(text: str) -> etree._Element | None:
    """The tree of a page, or None where there is none."""
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(bare, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def blocks_of_html(root: etree._Element, *, job: JobContext, part: str | None = None, line: int = 1) -> Iterator[Block]:
    """The blocks of a page; anchors count lines from ``line`` in ``part``."""
    yield from _Page(job, part, line).blocks(root)


class _Page:
    """Goes through the elements, gathering what flows in one line."""

    def __init__(self, job: JobContext, part: str | None, line: int) -> None:
        self._job = job
        self._part = part
        self._line = line
        self._flow: list[str] = []
        self._before: list[str] = []

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        yield from self._inside(root, BlockKind.PARAGRAPH, 0, 0)
        yield from self._flushed(BlockKind.PARAGRAPH, 0)

    def _inside(self, item: etree._Element, kind: BlockKind, level: int, depth: int) -> Iterator[Block]:
        self._flow.append(_one_line(item.text))
        for part in item:
            name = part.tag if isinstance(part.tag, str) else ""
            if name and depth < _DEEPEST and not _is_unseen(part):
                yield from self._element(part, name, kind, level, depth)
            self._flow.append(_one_line(part.tail))

    def _element(self, item: etree._Element, name: str, kind: BlockKind, level: int, depth: int) -> Iterator[Block]:
        if name == "br":
            self._flow.append("\n")
        elif name in _FLOWING:
            self._flow.append(item.get("alt", "") if name == "img" else "")
            yield from self._inside(item, kind, level, depth + 1)
        elif name == "table" and _is_data(item):
            yield from self._flushed(kind, level)
            yield from self._table(item)
        else:
            yield from self._flushed(kind, level)
            own = BlockKind.LIST if name == "li" else BlockKind.HEADING if name in _HEADINGS else BlockKind.PARAGRAPH
            rank = _HEADINGS.get(name, 0)
            yield from self._inside(item, own, rank, depth + 1)
            yield from self._flushed(own, rank)

    def _flushed(self, kind: BlockKind, level: int) -> Iterator[Block]:
        """What flowed so far, a block a line."""
        self._job.check()
        flow, self._flow = "".join(self._flow), []
        for written in flow.split("\n"):
            text = _squeezed(written)
            if not text:
                continue
            own = BlockKind.LIST if kind is BlockKind.PARAGRAPH and begins_item(text) else kind
            self._before.append(text)
            yield Block(own, text, (Run(0, len(text), TextPlace(self._line, 0, self._part)),), level)
            self._line += 1

    def _table(self, table: etree._Element) -> Iterator[Block]:
        rows = _grid(table)
        caption, unit = caption_and_unit(self._before)
        named = next((_squeezed("".join(c.itertext())) for c in table.iter("caption")), "")
        for start in range(0, len(rows), _ROWS_PER_BLOCK):
            cells = []
            for row, line in enumerate(rows[start : start + _ROWS_PER_BLOCK]):
                offset = 0
                for column, text, row_span, column_span in line:
                    pieces = [(text, TextPlace(self._line, offset, self._part))] if text else []
                    cells.append(TableCell(row, column, pieces, row_span, column_span))
                    offset += len(text) + 1
                self._line += 1
            block = table_block(cells, named or caption, unit)
            if block.text.strip():
                yield block
        self._before = []


def _one_line(text: str | None) -> str:
    """Text of the source, whose line feeds are only spaces; those of a ``br`` are added apart."""
    return _SPACES.sub(" ", text or "")


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text.replace("\xa0", " ")).strip()


def _is_unseen(item: etree._Element) -> bool:
    return (
        item.tag in _UNSEEN
        or item.get("hidden") is not None
        or (item.tag == "input" and item.get("type", "").lower() == "hidden")
        or _HIDDEN.search(item.get("style", "")) is not None
    )


def _is_data(table: etree._Element) -> bool:
    """Whether a table holds data: without tables in it, and with more than one cell."""
    cells = 0
    for item in table.iter("table", "td", "th"):
        if item.tag == "table" and item is not table:
            return False
        cells += item.tag != "table"
    return cells > 1


def _grid(table: etree._Element) -> list[list[tuple[int, str, int, int]]]:
    """Rows of (column, text, row span, column span); columns covered from above are stepped over."""
    rows: list[list[tuple[int, str, int, int]]] = []
    covered: dict[int, int] = {}
    for line in table.iter("tr"):
        cells: list[tuple[int, str, int, int]] = []
        column = 0
        taken = {c for c, left in covered.items() if left > 0}
        covered = {c: left - 1 for c, left in covered.items() if left > 1}
        for cell in line:
            if cell.tag not in ("td", "th"):
                continue
            while column in taken:
                column += 1
            high, wide = _span(cell, "rowspan"), _span(cell, "colspan")
            cells.append((column, _squeezed("".join(_visible(cell))), high, wide))
            if high > 1:
                covered |= dict.fromkeys(range(column, column + wide), high - 1)
            column += wide
        rows.append(cells)
    return rows


def _visible(cell: etree._Element) -> Iterator[str]:
    yield cell.text or ""
    for item in cell:
        if isinstance(item.tag, str) and not _is_unseen(item):
            yield "" if item.tag in _FLOWING else " "
            yield from _visible(item)
            yield "" if item.tag in _FLOWING else " "
        yield item.tail or ""


def _span(cell: etree._Element, name: str) -> int:
    value = attribute(cell, name).strip()
    return min(max(int(value), 1), 1_000) if value.isdigit() and len(value) < 6 else 1
