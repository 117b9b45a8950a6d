"""OFD (GB/T 33190): text objects with their boxes, the invoice's own fields, files inside.

Coordinates of the file are millimetres from the top left of the page; ours are points. A character's
left edge is where its text code puts it (``DeltaX``), through the object's matrix.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workbench.errors import DocumentError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.codec import quantised
from workbench.models.documents.composing import Composer, joint
from workbench.models.documents.document import Attachment, Block, BlockKind, Document, PageLine, PageSize
from workbench.models.documents.inside import HARDLY, inside_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.office import attribute, child, local, part_content, part_names, read_part
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, encrypted, too_large, without_text

_POINT = 72 / 25.4
_FAULTS = (zipfile.BadZipFile, EOFError, KeyError, ValueError, RuntimeError, zipfile.LargeZipFile)
_A4 = PageSize(595.28, 841.89)
_MAX_FIELDS = 200
_MAX_FIELD = 500
_DEEPEST = 20
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?|g")

_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters on one line of the page, in points."""

    text: str
    top: float
    bottom: float
    edges: list[float]


def read_ofd(origin: Origin, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The document; the invoice's fields are properties.

    Raises EncryptedDocument, DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled.
    """
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            return _Volume(archive, limits).document(title, job)
    except _FAULTS as error:
        raise damaged(str(error)) from error


class _Volume:
    """Goes through the bodies of the file and their pages."""

    def __init__(self, archive: zipfile.ZipFile, limits: ReadLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._names = part_names(archive)
        self._faults: list[str] = []
        self._sizes: list[PageSize] = []
        self._templates: dict[str, str] = {}

    def document(self, title: str, job: JobContext) -> Document:
        if "encryptions.xml" in self._names:
            raise encrypted(False)
        root = read_part(self._archive, self._names["ofd.xml"], self._limits, self._faults)
        fields: dict[str, str] = {}
        pages: list[tuple[str, PageSize]] = []
        attached: list[Attachment] = []
        for body in root.iter("{*}DocBody"):
            fields |= _described(child(body, "DocInfo"))
            main = self._found("", _words(child(body, "DocRoot")))
            if main is not None:
                pages += self._pages(main)
                attached += self._attachments(main)
        if len(pages) > self._limits.pages:
            raise too_large("pages", str(self._limits.pages))
        for one in attached:
            fields |= _invoice_fields(one, self._limits)
        blocks: list[Block] = []
        for number, (part, size) in enumerate(pages[: self._limits.stop_after], 1):
            job.check()
            blocks += self._page(part, number, size)
            job.progress(number, len(pages))
        scanned = sum(len(b.text) for b in blocks) < HARDLY
        inside = inside_of(self._archive, self._limits, pictures=lambda _name: True, scanned=scanned)
        attached += inside.attached
        if not any(b.text.strip() for b in blocks) and not fields and not inside.attached:
            raise without_text()
        return self._composed(title, blocks, fields, attached, inside.notes)

    def _composed(
        self,
        title: str,
        blocks: list[Block],
        fields: dict[str, str],
        attached: list[Attachment],
        notes: tuple[str, ...],
    ) -> Document:
        name = fields.pop("title", "")
        stopped = self._limits.stop_after is not None
        broken = (tr("documents.parts_broken", parts=", ".join(self._faults)),) if self._faults else ()
        return Document(
            name if len(name) > 3 else title,
            "ofd",
            tuple(blocks),
            pages=tuple(self._sizes),
            properties=fields,
            attachments=tuple(attached),
            partial=bool(broken or notes) or stopped,
            notes=(*broken, *notes),
        )

    def _found(self, base: str, name: str) -> str | None:
        """A part named relative to ``base`` (a part's name) or from the root; never outside the archive."""
        if not name:
            return None
        whole = name if name.startswith("/") else posixpath.join("/", posixpath.dirname(base), name)
        return self._names.get(posixpath.normpath(whole.replace("\\", "/")).lstrip("/").lower())

    def _pages(self, main: str) -> list[tuple[str, PageSize]]:
        root = read_part(self._archive, main, self._limits, self._faults)
        common = child(root, "CommonData")
        usual = _area(child(common, "PageArea")) or _A4
        for item in common if common is not None else ():
            part = self._found(main, attribute(item, "BaseLoc")) if local(item) == "TemplatePage" else None
            if part is not None:
                self._templates[attribute(item, "ID")] = part
        found = []
        for item in root.iter("{*}Page"):
            part = self._found(main, attribute(item, "BaseLoc"))
            if part is None:
                self._faults.append(attribute(item, "BaseLoc"))
            else:
                found.append((part, usual))
        return found

    def _page(self, part: str, number: int, usual: PageSize) -> Iterator[Block]:
        try:
            root = read_part(self._archive, part, self._limits, self._faults)
        except DocumentError:
            self._faults.append(part)
            self._sizes.append(usual)
            return
        self._sizes.append(_area(child(root, "Area")) or usual)
        stretches: list[_Stretch] = []
        for item in root:
            template = self._templates.get(attribute(item, "TemplateID")) if local(item) == "Template" else None
            if template is not None:
                stretches += _texts(read_part(self._archive, template, self._limits, self._faults))
        stretches += _texts(root)
        for line in _lines(stretches):
            yield _block(line, number)

    def _attachments(self, main: str) -> Iterator[Attachment]:
        """Files the document names as attached; the invoice's own XML among them."""
        root = read_part(self._archive, main, self._limits, self._faults)
        listed = self._found(main, _words(child(root, "Attachments")))
        if listed is None:
            return
        left = self._limits.file_size
        for item in read_part(self._archive, listed, self._limits, self._faults).iter("{*}Attachment"):
            part = self._found(listed, _words(child(item, "FileLoc")))
            if part is None:
                continue
            data = part_content(self._archive, part, left)
            left -= len(data)
            suffix = posixpath.splitext(part)[1]
            name = posixpath.basename(attribute(item, "Name") or part)
            yield Attachment(name if name.lower().endswith(suffix.lower()) else name + suffix, data)


def _words(item: etree._Element | None) -> str:
    return (item.text or "").strip() if item is not None else ""


def _described(info: etree._Element | None) -> dict[str, str]:
    """Title, author, dates and the custom data (an invoice's number, seller, sum…) of a body."""
    if info is None:
        return {}
    ours = {"Title": "title", "Author": "author", "CreationDate": "created", "ModDate": "modified"}
    fields = {ours[local(item)]: _words(item) for item in info if local(item) in ours and _words(item)}
    for item in info.iter("{*}CustomData"):
        if attribute(item, "Name") and _words(item) and len(fields) < _MAX_FIELDS:
            fields[attribute(item, "Name")] = _words(item)[:_MAX_FIELD]
    return fields


def _invoice_fields(attached: Attachment, limits: ReadLimits) -> dict[str, str]:
    """The leaves of an attached XML by their names; of a repeated name the first."""
    if not attached.name.lower().endswith(".xml") or len(attached.content) > limits.xml_size:
        return {}
    try:
        root = etree.fromstring(attached.content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return {}
    fields: dict[str, str] = {}
    for item in root.iter("{*}*"):
        if len(fields) >= _MAX_FIELDS:
            break
        if not len(item) and _words(item):
            fields.setdefault(local(item), _words(item)[:_MAX_FIELD])
    return fields


def _numbers(written: str) -> list[float]:
    """A list of numbers; ``g n v`` stands for n times v."""
    found: list[float] = []
    words = _NUMBER.findall(written)[:100_000]
    place = 0
    while place < len(words):
        if words[place] == "g" and place + 2 < len(words) and "g" not in words[place + 1 : place + 3]:
            found += [float(words[place + 2])] * min(int(float(words[place + 1])), 10_000)
            place += 3
        else:
            found += [] if words[place] == "g" else [float(words[place])]
            place += 1
    return found


def _area(item: etree._Element | None) -> PageSize | None:
    box = _numbers(_words(child(item, "PhysicalBox")))
    if len(box) < 4 or not (0 < box[2] < 10_000 and 0 < box[3] < 10_000):
        return None
    return PageSize(round(box[2] * _POINT, 2), round(box[3] * _POINT, 2))


def _texts(root: etree._Element) -> Iterator[_Stretch]:
    for item in root.iter("{*}TextObject"):
        if attribute(item, "Visible").lower() == "false":
            continue
        yield from _stretches(item)


def _stretches(item: etree._Element) -> Iterator[_Stretch]:
    """The stretches of a text object: one a line, and one a character where it runs downwards."""
    box = _numbers(attribute(item, "Boundary"))
    if len(box) < 4:
        return
    sizes = _numbers(attribute(item, "Size"))
    size = sizes[0] if sizes else box[3]
    values = _numbers(attribute(item, "CTM"))
    matrix: _Matrix = (
        (values[0], values[1], values[2], values[3], values[4], values[5]) if len(values) >= 6 else (1, 0, 0, 1, 0, 0)
    )
    x = y = 0.0
    for code in item.iter("{*}TextCode"):
        text = (code.text or "").strip("\r\n")
        x = (_numbers(attribute(code, "X")) or [x])[0]
        y = (_numbers(attribute(code, "Y")) or [y])[0]
        if not text.strip():
            continue
        steps, falls = _numbers(attribute(code, "DeltaX")), _numbers(attribute(code, "DeltaY"))
        points = _points(text, (x, y), steps, falls, size)
        placed = [_moved(px, py, matrix, box) for px, py in points]
        height = size * (abs(matrix[3]) or abs(matrix[1]) or 1)
        yield from _split(text, placed, height, size * (abs(matrix[0]) or 1))


def _points(
    text: str, start: tuple[float, float], steps: list[float], falls: list[float], size: float
) -> list[tuple[float, float]]:
    """Where each character's base line begins, in the object's own coordinates."""
    points = [start]
    for place, char in enumerate(text[:-1]):
        last = size if char > "⺀" else size / 2
        dx = steps[place] if place < len(steps) else (0.0 if falls else steps[-1] if steps else last)
        dy = falls[place] if place < len(falls) else (falls[-1] if falls and not steps else 0.0)
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


def _moved(x: float, y: float, matrix: _Matrix, box: list[float]) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e + box[0], b * x + d * y + f + box[1]


def _split(text: str, points: list[tuple[float, float]], height: float, width: float) -> Iterator[_Stretch]:
    """Parts of the text whose base line stays; widths of last characters by their kind."""
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and abs(points[place][1] - points[start][1]) < height / 4:
            continue
        part = text[start:place]
        own = width if part[-1] > "⺀" else width / 2
        edges = [x for x, _ in points[start:place]]
        base = points[start][1]
        yield _Stretch(
            part,
            (base - 0.88 * height) * _POINT,
            (base + 0.12 * height) * _POINT,
            [x * _POINT for x in (*edges, edges[-1] + own)],
        )
        start = place


def _lines(stretches: list[_Stretch]) -> list[list[_Stretch]]:
    """Stretches side by side as lines, from top to bottom, each from left to right."""
    lines: list[list[_Stretch]] = []
    for stretch in sorted(stretches, key=lambda s: ((s.top + s.bottom) / 2, s.edges[0])):
        middle = (stretch.top + stretch.bottom) / 2
        if lines and lines[-1][0].top <= middle <= lines[-1][0].bottom:
            lines[-1].append(stretch)
        else:
            lines.append([stretch])
    return [sorted(line, key=lambda s: s.edges[0]) for line in lines]


def _block(line: list[_Stretch], number: int) -> Block:
    """A line of the page; a gap wider than a character parts its stretches by a space."""
    composer = Composer()
    before: _Stretch | None = None
    for stretch in line:
        if before is not None:
            gap = stretch.edges[0] - before.edges[-1]
            wide = gap > (stretch.bottom - stretch.top) * 0.6
            composer.add(" " if wide else joint(before.text, stretch.text) if gap > 1 else "")
        place = PageLine(number, round(stretch.top, 2), round(stretch.bottom, 2), quantised(stretch.edges))
        composer.add(stretch.text, place)
        before = stretch
    return composer.block(BlockKind.PARAGRAPH)
