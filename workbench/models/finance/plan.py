"""What the projection of repayment begins with: the figures of the papers, each with the places that tell it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from workbench.models.evidence.claim import Citation
from workbench.models.finance.facts import Finances
from workbench.models.finance.stress import RepaymentInputs, stress_base
from workbench.models.finance.tools import ZERO
from workbench.paths import resources

YEARS = 3
"""Years a loan is projected over until a hand says otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Inputs of :func:`repayment_projection`; ``request`` is the loan applied for, spread evenly over the years.

    ``year`` is the one the figures are of; ``sources`` cite them by ``cash``, ``operating_cash``, ``capex``,
    ``request``, ``rate`` and ``other_debt``.
    """

    inputs: RepaymentInputs
    request: Decimal
    year: str
    sources: Mapping[str, tuple[Citation, ...]] = field(default_factory=dict)


@cache
def plan_lines() -> Mapping[str, str]:
    """The line of the statements, or the named value, each input is taken from."""
    declared = tomllib.loads((resources() / "rules" / "finance" / "pane.toml").read_text(encoding="utf-8"))
    return dict(declared["repayment"])


def plan_of(finances: Finances) -> Plan | None:
    """The plan of the latest whole year; None where revenue or cost is missing or there is no whole year.

    What is due to others in the first year is the borrowing due within it; the rate is what the company pays now.
    """
    base = stress_base(finances.statements)
    years = sorted({s.year for s in finances.statements if len(s.year) == len("2024")})
    if base is None or not years:
        return None
    values: dict[str, Decimal] = {}
    sources: dict[str, tuple[Citation, ...]] = {}
    for name, line in plan_lines().items():
        fact = finances.facts.get(f"{line}@{years[-1]}") or finances.facts.get(line)
        if fact is not None and fact.value is not None:
            values[name], sources[name] = fact.value, fact.citations
    sources |= {"rate": base.sources.get("rate", ()), "other_debt": base.sources.get("principal", ())}
    request = values.get("request", ZERO)
    inputs = RepaymentInputs(
        values.get("cash", ZERO),
        values.get("operating_cash", ZERO),
        ZERO,
        (values.get("capex", ZERO),) * YEARS,
        (request / YEARS,) * YEARS,
        (base.principal,),
        base.rate,
    )
    return Plan(inputs, request, years[-1], sources)
