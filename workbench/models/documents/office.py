"""Parts of Office files: parsed without entities, networks or files outside the archive."""

import zipfile
import zlib

from lxml import etree

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.refusals import damaged, too_large


def read_part(archive: zipfile.ZipFile, name: str, limits: ReadLimits) -> etree._Element:
    """The root of an XML part. Raises DamagedDocument (broken, or with a document type) or DocumentTooLarge."""
    try:
        with archive.open(name) as part:
            content = part.read(limits.unpacked_size + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise damaged(f"{name}: {error}") from error
    if len(content) > limits.unpacked_size:
        raise too_large("unpacked", f"{limits.unpacked_size >> 20} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(f"{name}: {error}") from error
    if root is None or root.getroottree().docinfo.doctype:
        raise damaged(f"{name}: a document type is not allowed")
    return root


def part_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The archive's parts: names in small letters with plain slashes, and as written."""
    return {n.lstrip("/").replace("\\", "/").lower(): n for n in archive.namelist()}


def local(item: etree._Element) -> str:
    """An element's name without its namespace; empty for anything that is no element."""
    tag = item.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(item: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name."""
    if item is None:
        return None
    return next((c for c in item if local(c) == name), None)


def attribute(item: etree._Element | None, name: str) -> str:
    """An attribute's value whatever its namespace; empty where there is none."""
    if item is None:
        return ""
    for key, value in item.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""
