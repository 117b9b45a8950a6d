"""What stands beside an Office document's body: margins, charts and drawings, facts."""

import re
import zipfile
from collections.abc import Iterator

from workbench.errors import DocumentError
from workbench.models.documents.document import Block, BlockKind
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.office import local, read_part
from workbench.models.documents.word_text import text_of

_FACTS = {"title": "title", "creator": "author", "created": "created", "modified": "modified", "subject": "subject"}
_MOST_PARTS = 200


def margins(archive: zipfile.ZipFile, folder: str, limits: ReadLimits, faults: list[str]) -> Iterator[Block]:
    """Headers and footers, each text once; they have no anchor of the contract."""
    seen: set[str] = set()
    for name in sorted(archive.namelist()):
        found = re.fullmatch(rf"{re.escape(folder)}/(header|footer)\d*\.xml", name)
        if found is None:
            continue
        root = read_part(archive, name, limits, faults)
        text = "\n".join(t for p in root.iter("{*}p") if (t := text_of(p).strip()))
        if text and text not in seen:
            seen.add(text)
            yield Block(BlockKind(found.group(1)), text)


def facts(archive: zipfile.ZipFile, limits: ReadLimits) -> dict[str, str]:
    """Title, author and dates from the core properties; none where they can't be read."""
    if "docProps/core.xml" not in archive.namelist():
        return {}
    try:
        items = read_part(archive, "docProps/core.xml", limits, [])
    except DocumentError:
        return {}
    return {
        _FACTS[local(item)]: item.text.strip()
        for item in items
        if local(item) in _FACTS and item.text and item.text.strip()
    }


def figures(archive: zipfile.ZipFile, folder: str, limits: ReadLimits) -> Iterator[Block]:
    """The words of charts and diagrams as figures: titles, categories and values as last drawn."""
    parts = [
        n
        for n in sorted(archive.namelist())
        if re.fullmatch(rf"{folder}(?:charts/chart|diagrams/data|drawings/drawing)\d*\.xml", n)
    ]
    for name in parts[:_MOST_PARTS]:
        try:
            root = read_part(archive, name, limits, [])
        except DocumentError:
            continue
        words = [w for item in root.iter("{*}t", "{*}v") if (w := (item.text or "").strip())]
        text = "\n".join(dict.fromkeys(words))
        if text:
            yield Block(BlockKind.FIGURE, text)
