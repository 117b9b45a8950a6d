"""Questions worth asking of a case, from what its documents are: declared in ``resources/prompts/questions.toml``."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from workbench.models.finance import Finances, key_of
from workbench.models.finance.display import labelled
from workbench.models.library import Library, StoredDocument
from workbench.models.relations import Graph
from workbench.paths import resources

MOST = 8
_KIND, _KEY = "suggestions", "questions"
_COUNTS = {2: "两", 3: "三", 4: "四", 5: "五"}
_LONGEST = 5
_FORM = 2
"""Raise where questions are chosen otherwise than before."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A question with what must be there for it; ``texts`` by language."""

    texts: Mapping[str, str]
    needs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case: names and titles of its documents, its figures, its relations."""

    papers: tuple[str, ...]
    finances: Finances | None
    graph: Graph | None


@cache
def declared_questions() -> tuple[Declared, ...]:
    """All of the file."""
    data = tomllib.loads((resources() / "prompts" / "questions.toml").read_text(encoding="utf-8"))
    return tuple(
        Declared(
            {language: item[language] for language in ("zh", "en")},
            {key: value for key, value in item.items() if key not in ("zh", "en")},
        )
        for item in data["question"]
    )


def chosen_questions(known: Known, language: str) -> tuple[str, ...]:
    """The questions whose needs are met, at most :data:`MOST`; in every language the same in the same order."""
    asked = []
    for declared in declared_questions():
        values = _values(declared.needs, known, language)
        if values is not None:
            asked.append(declared.texts[language].format(**values))
    return tuple(dict.fromkeys(asked))[:MOST]


def kept_questions(library: Library, case_id: str, documents: Sequence[StoredDocument]) -> dict[str, list[str]]:
    """The questions of these documents as kept with the case, by language; empty where there are none yet."""
    kept = library.notes(case_id, _KIND).get(_KEY, {})
    return kept.get("questions", {}) if kept.get("state") == _state(documents) else {}


def keep_questions(
    library: Library, case_id: str, documents: Sequence[StoredDocument], questions: Mapping[str, Sequence[str]]
) -> None:
    """Keep questions with the case until its documents change."""
    value = {"state": _state(documents), "questions": {key: list(found) for key, found in questions.items()}}
    library.save_note(case_id, _KIND, _KEY, value)


def counterpart(library: Library, case_id: str, question: str) -> str:
    """The same question in the other language, where it was offered for the case; else empty."""
    kept = library.notes(case_id, _KIND).get(_KEY, {}).get("questions", {})
    for spoken, offered in kept.items():
        if question in offered:
            others = [found[offered.index(question)] for other, found in kept.items() if other != spoken]
            return next(iter(others), "")
    return ""


def papers_of(documents: Sequence[StoredDocument]) -> tuple[str, ...]:
    """Names and titles, as patterns are tried on them."""
    return tuple(f"{document.name} {document.title}" for document in documents)


def _values(needs: Mapping[str, Any], known: Known, language: str) -> dict[str, str] | None:
    """What fills the question's places; None where something it needs is not there."""
    values: dict[str, str] = {}
    for need, wanted in needs.items():
        found = _NEEDS[need](known, wanted, language)
        if found is None:
            return None
        values |= found
    return values


def _paper(known: Known, wanted: str, _language: str) -> dict[str, str] | None:
    return {} if any(re.search(wanted, paper) for paper in known.papers) else None


def _missing(known: Known, wanted: str, language: str) -> dict[str, str] | None:
    return {} if _paper(known, wanted, language) is None else None


def _fact(known: Known, wanted: str, _language: str) -> dict[str, str] | None:
    years = _years(known.finances, wanted)
    return {"year": str(years[-1])} if years else None


def _trend(known: Known, wanted: str, language: str) -> dict[str, str] | None:
    count = min(len(_years(known.finances, wanted)), _LONGEST)
    if count < 2:
        return None
    return {"count": _COUNTS[count] if language == "zh" else str(count)}


def _relation(known: Known, wanted: str, _language: str) -> dict[str, str] | None:
    return {} if known.graph and any(r.kind == wanted for r in known.graph.relations) else None


def _circle(known: Known, _wanted: object, _language: str) -> dict[str, str] | None:
    return {} if known.graph and known.graph.circles() else None


def _conflict(known: Known, _wanted: object, language: str) -> dict[str, str] | None:
    found = known.finances.conflicts if known.finances else ()
    dated = [c for c in found if len(c.period) == 4 and c.period.isdigit()]
    return {"year": dated[0].period, "name": labelled(dated[0].label, language)} if dated else None


_NEEDS = {
    "paper": _paper,
    "missing": _missing,
    "fact": _fact,
    "trend": _trend,
    "relation": _relation,
    "circle": _circle,
    "conflict": _conflict,
}


def _years(finances: Finances | None, name: str) -> list[int]:
    """Full years a figure is known of."""
    if finances is None:
        return []
    told = {fact.period for fact in finances.facts.values() if len(fact.period) == 4 and fact.period.isdigit()}
    known = [year for year in told if (fact := finances.facts.get(key_of(name, year))) and fact.value is not None]
    return sorted(int(year) for year in known)


def _state(documents: Sequence[StoredDocument]) -> str:
    told = repr((_FORM, sorted((d.id, d.generation) for d in documents)))
    return hashlib.sha256(told.encode()).hexdigest()
