"""Whom a document is about: the company named in its title or on its first pages."""

import re
from collections import Counter
from functools import cache

from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.wording import alternatives, pattern

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
    before, joints, sentence = _before(), pattern("company", "joints"), pattern("company", "sentence")
    names = Counter(before.sub("", found) for found in _name().findall(text))
    candidates = {name[found.end() :] for name in names for found in joints.finditer(name)} | set(names)
    scored = [
        (
            sum(n for other, n in names.items() if other.endswith(name)),
            not sentence.match(name),
            names[name],
            len(name),
            name,
        )
        for name in candidates
        if _LEAST <= len(name) <= _LONGEST
    ]
    return max(scored, default=(0, False, 0, 0, ""))[4]


@cache
def _name() -> re.Pattern[str]:
    """What ends like a company's name, a place in brackets within it."""
    forms = alternatives("company", "forms")
    return re.compile(rf"[一-鿿A-Za-z0-9·]+?(?:[（(][一-鿿]{{2,10}}[)）][一-鿿A-Za-z0-9·]*?)?(?:{forms})")


@cache
def _before() -> re.Pattern[str]:
    """The words of its sentence before a name."""
    return re.compile(rf".*(?:{alternatives('company', 'before')})")
