"""Whom a document is about: the company named in its title or on its first pages."""

import re
from collections import Counter

from workbench.models.documents.document import BlockKind, Document

_FORM = "(?:股份有限公司|有限责任公司|集团有限公司|有限公司)"
_NAME = re.compile(rf"[一-鿿A-Za-z0-9·]+?(?:[（(][一-鿿]{{2,10}}[)）][一-鿿A-Za-z0-9·]*?)?{_FORM}")
_BEFORE = re.compile(
    r".*(?:我们审计了|审计了|关于|名称|简称|下称|控股股东|全称|单位|甲方|乙方|借款人|保证人|申请人|发行人|本公司)"
)
_JOINTS = re.compile("[指是为由经了对向在的至即与和及系]")
_SENTENCE = re.compile("(?:.{4,})?(?:[了是由的]|向(?![上前日])|对(?!外)|在(?!线))")
_LEAST = 6
_LONGEST = 40
_REACH = 3_000


def company_of(document: Document) -> str:
    """The full name of the company, or an empty text.

    From the property ``company``, else the title, else the name met most often at the beginning;
    of names that end alike the shorter one is the name, the rest its sentence.
    """
    if document.properties.get("company"):
        return document.properties["company"]
    if document.properties.get("law"):
        return ""
    return _most_named(document.title) or _most_named(_beginning(document))


def _beginning(document: Document) -> str:
    parts, length = [], 0
    for block in document.blocks:
        if block.kind not in (BlockKind.HEADER, BlockKind.FOOTER):
            parts.append(block.text)
            length += len(block.text)
        if length > _REACH:
            break
    return "\n".join(parts)[:_REACH]


def _most_named(text: str) -> str:
    """The name most matches end with; of equals, one that is no sentence, stands alone more often, is longer.

    A match may begin with words of its sentence (本合同由…公司), so what follows a word that often
    joins is a candidate too; but 华为技术有限公司 stays whole, for nothing ends with less of it.
    """
    names = Counter(_BEFORE.sub("", found) for found in _NAME.findall(text))
    candidates = {name[found.end() :] for name in names for found in _JOINTS.finditer(name)} | set(names)
    scored = [
        (
            sum(n for other, n in names.items() if other.endswith(name)),
            not _SENTENCE.match(name),
            names[name],
            len(name),
            name,
        )
        for name in candidates
        if _LEAST <= len(name) <= _LONGEST
    ]
    return max(scored, default=(0, False, 0, 0, ""))[4]
