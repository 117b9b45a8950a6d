"""A relation between two parties, and what kinds there are."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from workbench.models.evidence import Citation
from workbench.paths import resources

KINDS = ("holding", "control", "parent", "role", "guarantee", "loan", "related")
"""Kinds of relations, those that bind most first; each from the one who holds, controls, guarantees or lends."""


@dataclass(frozen=True, slots=True)
class Relation:
    """``source`` holds, controls, guarantees, lends to or serves ``target``.

    ``value`` is yuan for guarantees, loans and dealings, a fraction for shares; None where none is
    told. ``shown`` is the value as printed, ``title`` an office. ``citations`` say so, word for word.
    """

    kind: str
    source: str
    target: str
    citations: tuple[Citation, ...]
    value: Decimal | None = None
    shown: str = ""
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data for export."""
        return {
            "kind": self.kind,
            "source": self.source,
            "target": self.target,
            "value": None if self.value is None else str(self.value),
            "shown": self.shown,
            "title": self.title,
            "citations": [citation.to_json() for citation in self.citations],
        }


@dataclass(frozen=True, slots=True)
class SentenceRule:
    """How a sentence tells a relation: patterns over marked names, and words a value stands behind."""

    kind: str
    patterns: tuple[re.Pattern[str], ...]
    worth: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class TableRule:
    """How a table's head tells one: the column of the party and that of the value.

    ``outward`` says that the paper's own company is the source.
    """

    kind: str
    party: re.Pattern[str]
    value: re.Pattern[str]
    outward: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """All of ``resources/relations/patterns.toml``; ``names`` by kind and language."""

    sentences: tuple[SentenceRule, ...]
    tables: tuple[TableRule, ...]
    names: dict[str, dict[str, str]]


ORG_MARKS, PERSON_MARKS = (0xE000, 0xE3FF), (0xE400, 0xE7FF)
"""Characters of the private area that stand for the names of a sentence while patterns are tried on it."""
_ORG = f"[{chr(ORG_MARKS[0])}-{chr(ORG_MARKS[1])}]"
_ANY = f"[{chr(ORG_MARKS[0])}-{chr(PERSON_MARKS[1])}]"
_WORDS = {
    "ORG": _ORG,
    "BANK": _ORG,
    "PERSON": f"[{chr(PERSON_MARKS[0])}-{chr(PERSON_MARKS[1])}]",
    "PARTIES": f"{_ANY}(?:[、和及与]{_ANY})*",
    "SELF": "(?:本公司|我公司|公司|发行人|借款人|申请人)",
}


@cache
def rules() -> Rules:
    """The rules as shipped."""
    data = tomllib.loads((resources() / "relations" / "patterns.toml").read_text(encoding="utf-8"))
    sentences = tuple(
        SentenceRule(
            item["kind"],
            tuple(re.compile(_filled(pattern)) for pattern in item["patterns"]),
            re.compile(item["worth"]) if "worth" in item else None,
        )
        for item in data["relation"]
    )
    tables = tuple(
        TableRule(item["kind"], re.compile(item["party"]), re.compile(item["value"]), item.get("outward", False))
        for item in data["table"]
    )
    return Rules(sentences, tables, {item["kind"]: item["name"] for item in data["relation"]})


def _filled(pattern: str) -> str:
    for word, characters in _WORDS.items():
        pattern = re.sub(rf"(?<![A-Z]){word}(?![A-Z])", lambda _: characters, pattern)  # noqa: B023
    return pattern
