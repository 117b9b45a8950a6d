"""How risks and what follows from them are told: the patterns of ``resources/risk_chain/patterns.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from workbench.paths import resources

STAGES = ("source", "industry", "operations", "earnings", "liquidity", "repayment")
"""Where a risk bites, from what comes from outside to what the creditor feels."""
Pattern = re.Pattern[str]
_REACH = 14
"""Characters between a thing and what becomes of it."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A risk that is told in many words: one node of the graph. ``told`` finds it in a phrase."""

    id: str
    stage: str
    name: Mapping[str, str]
    told: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class RiskRules:
    """Patterns by what they find; ``turning`` and ``blow`` map a word that links to what it makes of the thing."""

    title: Pattern
    other: Pattern
    pass_over: Pattern
    possible: Pattern
    cause_head: Pattern
    effect_head: Pattern
    cause: Pattern
    condition: Pattern
    more: Pattern
    purpose: Pattern
    good_to_lower: Pattern
    effect: Pattern
    between: Pattern
    turning: Mapping[str, str]
    blow: Mapping[str, str]
    adverse: Pattern
    lead: Pattern
    tail: Pattern
    concepts: tuple[Concept, ...]

    def concept(self, phrase: str) -> Concept | None:
        """The first concept a phrase tells."""
        return next((c for c in self.concepts if any(p.search(phrase) for p in c.told)), None)


@cache
def risk_rules() -> RiskRules:
    """The rules as shipped."""
    data = tomllib.loads((resources() / "risk_chain" / "patterns.toml").read_text(encoding="utf-8"))
    links, words = data["links"], data["words"]
    turns = {"down": words["down"], "up": words["up"], "any": f"{words['down']}|{words['up']}|{words['any']}"}
    plain = {key: re.compile(data["sentences"][key]) for key in ("title", "other", "pass_over", "possible")}
    plain |= {
        key: re.compile(links[key])
        for key in ("cause", "condition", "more", "purpose", "good_to_lower", "effect", "between")
    }
    plain |= {key: re.compile(words[key]) for key in ("lead", "tail")}
    plain |= {key: re.compile(data["table"][key]) for key in ("cause_head", "effect_head")}
    return RiskRules(
        **plain,
        turning=links["turning"],
        blow=links["blow"],
        adverse=re.compile(f"{words['adverse']}|{words['down']}"),
        concepts=tuple(
            Concept(item["id"], item["stage"], item["name"], _told(item, turns)) for item in data["concept"]
        ),
    )


def _told(item: Mapping[str, str], turns: Mapping[str, str]) -> tuple[Pattern, ...]:
    """The thing and what becomes of it, either way round; or words that say it all."""
    found = []
    if "of" in item:
        thing, turn = f"(?:{item['of']})", f"(?:{turns[item['turn']]})"
        found.append(re.compile(f"{thing}[^，；]{{0,{_REACH}}}?{turn}|{turn}[^，；]{{0,{_REACH}}}?{thing}"))
    if "said" in item:
        found.append(re.compile(item["said"]))
    return tuple(found)
