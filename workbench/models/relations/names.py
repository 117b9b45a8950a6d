"""Names of organisations and persons in running text, and whom a name means."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.labels import legal_stem, organisations
from workbench.paths import resources

_JOINTS, _BEHIND = "、和与及", "，,。；;：:（()）先女 \t\n"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of ``resources/relations/names.toml``, and a person's name made of its surnames."""

    form: re.Pattern[str]
    lender: re.Pattern[str]
    before: re.Pattern[str]
    collective: re.Pattern[str]
    alias: re.Pattern[str]
    behind_role: re.Pattern[str]
    holder: re.Pattern[str]
    no_person: re.Pattern[str]
    persons_head: re.Pattern[str]
    person: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    data = tomllib.loads((resources() / "relations" / "names.toml").read_text(encoding="utf-8"))
    listed: dict[str, str | list[str]] = data["patterns"]
    said = {name: text if isinstance(text, str) else "|".join(text) for name, text in listed.items()}
    person = rf"(?:[{''.join(data['surnames'])}]|{'|'.join(data['double_surnames'])})[\u4e00-\u9fff]{{1,2}}"
    for word, means in (("FORM", said["form"]), ("PERSON", person), ("ROLE", f"(?:{'|'.join(data['roles'])})")):
        said = {name: text.replace(word, means) for name, text in said.items()}
    return _Patterns(**{name: re.compile(text) for name, text in {**said, "person": person}.items()})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: ``text[start:end]``, and whom it means."""

    start: int
    end: int
    name: str
    person: bool


class Names:
    """The names of a case: full names, what they are shortened to, and persons."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._aliases: dict[str, str] = {}
        self._persons: set[str] = set()
        for document in documents:
            for block in document.blocks:
                if block.kind not in (BlockKind.HEADER, BlockKind.FOOTER):
                    self._learn(block)
        self._known = re.compile(
            "|".join(re.escape(n) for n in sorted({*self._aliases, *self._persons}, key=len, reverse=True)) or r"(?!)"
        )

    def mentions(self, text: str) -> list[Mention]:
        """Names in a text, in order, not overlapping; known names before new ones."""
        found = [
            Mention(m.start(), m.end(), self._aliases.get(m.group(), m.group()), m.group() in self._persons)
            for m in self._known.finditer(text)
        ]
        for name, start, end in _spelled(text):
            if not any(m.start < end and start < m.end for m in found if m.person or m.name != name):
                found = [m for m in found if not (m.start < end and start < m.end)]
                found.append(Mention(start, end, name, person=False))
        return sorted(found, key=lambda m: m.start)

    def meant(self, name: str) -> str:
        """The full name behind a short one; the name itself where none is known."""
        return self._aliases.get(name.strip(), name.strip())

    def _learn(self, block: Block) -> None:
        for name, _, _ in _spelled(block.text):
            self._aliases.setdefault(name, name)
        for match in _patterns().alias.finditer(block.text):
            name = _shorn(match["name"])
            if name and match["alias"] not in name[-4:]:
                self._aliases[match["alias"]] = name
        for pattern in (_patterns().behind_role, _patterns().holder):
            self._persons |= {m["name"] for m in pattern.finditer(block.text) if _may_be_person(m["name"])}
        if block.kind is BlockKind.TABLE and _patterns().persons_head.search(block.text.partition("\n")[0]):
            cells = (block.text[c.start : c.end].strip() for c in block.cells if c.column < 2 and c.row)
            self._persons |= {c for c in cells if _patterns().person.fullmatch(c) and _may_be_person(c)}


def persons_leading(text: str) -> tuple[str, ...]:
    """The persons a text begins with, one after the other: 王某某、李某某和张某某出具了…

    None where it begins otherwise, or where nothing tells how long the name is: 高度重视 names nobody.
    """
    found: list[str] = []
    at = 0
    while match := _patterns().person.match(text, at):
        name = match.group()
        if name[-1] in _JOINTS + _BEHIND:
            name = name[:-1]
        after = text[at + len(name) : at + len(name) + 1]
        known = not after or after in _JOINTS + _BEHIND or (found and len(name) == len(found[-1]))
        if len(name) < 2 or not known or not _may_be_person(name):
            return ()
        found.append(name)
        at += len(name) + 1
        if not after or after not in _JOINTS:
            break
    return tuple(found)


def _may_be_person(name: str) -> bool:
    return not _patterns().no_person.search(name)


def _spelled(text: str) -> Iterable[tuple[str, int, int]]:
    for match in chain(_patterns().form.finditer(text), _patterns().lender.finditer(text)):
        name = _shorn(match.group())
        if name:
            yield name, match.end() - len(name), match.end()


def _shorn(found: str) -> str:
    """A name without the words of its sentence before it; empty where only the words for one are left."""
    stem = legal_stem(found)
    whole = next(iter(organisations(found)), "")
    cut = _patterns().before.match(stem[:-2]) if len(stem) > 4 else None
    rest = found[cut.end() :] if cut and len(found) - cut.end() >= 4 else found
    name = whole if whole and len(whole) < len(rest) and rest.endswith(whole) else rest
    return "" if _patterns().collective.match(name) or len(legal_stem(name)) < 2 else name


def one_name(names: Sequence[str], name: str) -> str:
    """Which of the names a name belongs to: the longest that ends or begins with its stem; itself otherwise."""
    stem = legal_stem(name)
    same = [n for n in names if legal_stem(n) == stem or (len(stem) >= 4 and legal_stem(n).startswith(stem))]
    return max(same, key=len, default=name)
