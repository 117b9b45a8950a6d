"""Parts of Office files: parsed without entities, networks or files outside the archive."""

import posixpath
import zipfile
import zlib

from lxml import etree

from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.refusals import damaged, too_large, unsafe


def read_part(
    archive: zipfile.ZipFile, name: str, limits: ReadLimits, faults: list[str] | None = None
) -> etree._Element:
    """The root of an XML part. Raises DamagedDocument (broken, or with a document type) or DocumentTooLarge.

    With ``faults`` a broken part gives what can be read of it, and its name is added there.
    """
    return parsed(part_content(archive, name, limits.xml_size), name, faults)


def part_content(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part's bytes, at most ``most`` of them. Raises DamagedDocument or DocumentTooLarge."""
    try:
        with archive.open(name) as part:
            content = part.read(most + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error, KeyError) as error:
        raise damaged(f"{name}: {error}") from error
    if len(content) > most:
        raise too_large("unpacked", f"{most >> 20} MB")
    return content


def parsed(content: bytes, name: str, faults: list[str] | None = None) -> etree._Element:
    """The root of XML: no entity resolved, nothing opened, depth and size of names and texts held.

    A document type is refused: no office program writes one. ``faults`` as for :func:`read_part`.
    """
    try:
        root = etree.fromstring(content, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        root = etree.fromstring(content, _parser(recover=True)) if faults is not None and content.strip() else None
        if root is None or faults is None:
            raise damaged(f"{name}: {error}") from error
        faults.append(name)
    if root.getroottree().docinfo.doctype:
        raise unsafe(f"{name}: a document type is not allowed")
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def relations(archive: zipfile.ZipFile, part: str, limits: ReadLimits) -> dict[str, tuple[str, str]]:
    """What a part refers to: by id, the last word of the kind and the part's name; outside targets left out."""
    folder, _, own = part.rpartition("/")
    written = part_names(archive).get(f"{folder}/_rels/{own}.rels".lstrip("/").lower())
    if written is None:
        return {}
    found = {}
    for item in read_part(archive, written, limits, []):
        if attribute(item, "TargetMode") == "External":
            continue
        target = attribute(item, "Target").replace("\\", "/")
        whole = target if target.startswith("/") else posixpath.join(f"/{folder}", target)
        found[attribute(item, "Id")] = (attribute(item, "Type").rpartition("/")[2], posixpath.normpath(whole)[1:])
    return found


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
