"""A warning signal: what fired, on which figures, by which threshold, in plain words."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from workbench.i18n import language
from workbench.models.evidence.claim import Citation, Claim, Computation, Status
from workbench.paths import resources

Level = Literal["serious", "warn", "watch"]


@dataclass(frozen=True, slots=True)
class SignalRule:
    """A declared signal. ``source`` is ``statements``, ``opinion``, ``checks``, ``flows`` or ``report``.

    ``thresholds`` are defaults a bank may change; ``law`` names the article where one sets the threshold.
    ``when`` holds groups of conditions (measure, operator, bound): any group fires, all of a group must hold.
    """

    id: str
    names: tuple[str, str]
    level: Level
    source: str
    applies: str
    thresholds: Mapping[str, Decimal]
    explanations: tuple[str, str]
    law: str = ""
    measures: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    when: tuple[tuple[tuple[str, str, str], ...], ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The signal's name in the user's language."""
        return self.names[language() == "en"]

    def explain(self, values: Mapping[str, str]) -> str:
        """The plain explanation with its figures filled in; a figure that is missing shows as a dash."""
        return self.explanations[language() == "en"].format_map(_Dashes(values))


class _Dashes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that fired. ``values`` are the figures of the explanation as shown, ``thresholds`` the bounds used.

    ``evidence`` are claims with citations: the figures it rests on. ``formula`` is the comparison worked out.
    """

    id: str
    name: str
    level: Level
    period: str
    explanation: str
    values: Mapping[str, str]
    thresholds: Mapping[str, Decimal]
    evidence: tuple[Claim, ...]
    formula: str = ""
    law: str = ""

    def claim(self) -> Claim:
        """The explanation as one computed claim, for a report."""
        cited = tuple(dict.fromkeys(c for claim in self.evidence for c in claim.citations))
        return Claim(self.explanation, Status.COMPUTED, cited, Computation(self.formula or self.explanation, cited))

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "id": self.id,
            "name": self.name,
            "level": self.level,
            "period": self.period,
            "explanation": self.explanation,
            "values": dict(self.values),
            "thresholds": {name: format(value, "f") for name, value in self.thresholds.items()},
            "formula": self.formula,
            "law": self.law,
            "evidence": [claim.to_json() for claim in self.evidence],
        }


def _conditions(declared: Sequence[Sequence[str]]) -> tuple[tuple[tuple[str, str, str], ...], ...]:
    groups = []
    for group in declared:
        parts = [condition.split(" ") for condition in group]
        groups.append(tuple((left, sign, bound) for left, sign, bound in parts))
    return tuple(groups)


@cache
def signal_rules() -> tuple[SignalRule, ...]:
    """The declared signals, in the order of the file."""
    declared = tomllib.loads((resources() / "rules" / "finance" / "signals.toml").read_text(encoding="utf-8"))
    return tuple(
        SignalRule(
            rule["id"],
            (rule["name"], rule["name_en"]),
            rule["level"],
            rule.get("from", "statements"),
            rule.get("for", "all"),
            {name: Decimal(value) for name, value in rule.get("thresholds", {}).items()},
            (rule["explain"], rule["explain_en"]),
            rule.get("source", ""),
            rule.get("measures", {}),
            rule.get("units", {}),
            _conditions(rule.get("when", ())),
            tuple(rule.get("checks", ())),
        )
        for rule in declared["signal"]
    )


@cache
def signal_rule(identity: str) -> SignalRule:
    """The rule of an id. Raises KeyError."""
    return {rule.id: rule for rule in signal_rules()}[identity]


def bounds_of(rule: SignalRule, changed: Mapping[str, Mapping[str, Decimal]] | None) -> dict[str, Decimal]:
    """The thresholds of a rule with the bank's own in place of the defaults."""
    return {**rule.thresholds, **((changed or {}).get(rule.id, {}))}


def fired(
    identity: str,
    period: str,
    values: Mapping[str, str],
    citations: Sequence[Citation],
    thresholds: Mapping[str, Decimal],
) -> Signal:
    """A signal found by code: its texts are those of the rule, its evidence the places cited."""
    rule = signal_rule(identity)
    evidence = tuple(Claim(c.quote, Status.TRACED, (c,)) for c in dict.fromkeys(citations))
    return Signal(rule.id, rule.name, rule.level, period, rule.explain(values), values, thresholds, evidence)
