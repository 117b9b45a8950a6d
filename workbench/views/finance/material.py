"""Everything the pane shows of a case, made in one job: plain data, nothing of Qt."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.evidence import Citation
from workbench.models.finance import (
    Altman,
    Assessment,
    DuPont,
    Peer,
    Plan,
    Ratio,
    StressBase,
    Trend,
    WorkingCapitalInputs,
    altman_of,
    assessments_of,
    dupont_of,
    expected_growth,
    peers_of,
    plan_of,
    stress_base,
    trends_of,
    working_capital_inputs,
)
from workbench.models.finance.ledger import Month, Party, by_month, by_party
from workbench.models.finance.review import Review, applied_on, review_of
from workbench.models.finance.statement import Scope, Statement
from workbench.paths import resources
from workbench.views.evidence_list import document_name
from workbench.views.finance.statement_table import StatementTable, tables_of

TableKey = tuple[str, Scope, str]
"""Company, scope and kind of a statement."""


@dataclass(frozen=True, slots=True)
class Material:
    """A case's finances, seen from every side. ``ratios`` by scope, name and period.

    ``told_applied``: the day of the application as the papers tell it, also where another is set by hand.
    """

    case: str
    documents: int
    names: Mapping[str, str]
    review: Review
    tables: Mapping[TableKey, StatementTable]
    ratios: Mapping[Scope, Mapping[str, Mapping[str, Ratio]]]
    dupont: tuple[DuPont, ...] = ()
    altman: tuple[Altman, ...] = ()
    trends: tuple[Trend, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    peers: tuple[Peer, ...] = ()
    need: WorkingCapitalInputs | None = None
    stress: StressBase | None = None
    plan: Plan | None = None
    parties: tuple[Party, ...] = ()
    months: tuple[Month, ...] = ()
    told_applied: tuple[date | None, tuple[Citation, ...]] = (None, ())
    applied_by_hand: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """As found."""
        return self.review.finances.statements

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show at all."""
        return not (self.statements or self.review.ledger.entries or self.review.reports)


@cache
def wanted_lines() -> dict[str, Any]:
    """Which lines the tools begin with and the chart offers."""
    return tomllib.loads((resources() / "rules" / "finance" / "pane.toml").read_text(encoding="utf-8"))


def read(library: Any, case: str, job: JobContext) -> Material:
    """Read a case's documents and work everything out. Work for a job; raises what the library raises."""
    there = [d for d in library.documents(case) if d.state != "rejected"]
    given = []
    for number, stored in enumerate(there):
        job.check()
        job.progress(number, len(there), document_name(stored))
        given.append((stored.id, library.content(stored.id)))
    review = review_of(given)
    job.check()
    return material_of(case, {d.id: document_name(d) for d in there}, review)


def material_of(case: str, names: Mapping[str, str], review: Review) -> Material:
    """What the pane shows of a review."""
    finances = review.finances
    statements = finances.statements
    return Material(
        case,
        len(names),
        dict(names),
        review,
        tables_of(statements, finances.checks),
        _ratios(finances.ratios),
        dupont_of(statements),
        altman_of(statements),
        trends_of(statements, years=8),
        assessments_of(statements, notes=finances.notes),
        peers_of(statements, notes=finances.notes),
        working_capital_inputs(statements, growth=expected_growth(statements)),
        stress_base(statements),
        plan_of(finances),
        by_party(review.ledger),
        by_month(review.ledger),
        (review.subject.applied, review.subject.applied_citations),
    )


def with_applied(material: Material, day: date | None) -> Material:
    """The same case with a day of the application set by hand; None: the papers' own again. Work for a job."""
    own = day is not None and day != material.told_applied[0]
    counted, cited = (day, ()) if own else material.told_applied
    return replace(material, review=applied_on(material.review, counted, cited), applied_by_hand=own)


def _ratios(found: tuple[Ratio, ...]) -> dict[Scope, dict[str, dict[str, Ratio]]]:
    by_scope: dict[Scope, dict[str, dict[str, Ratio]]] = {}
    for ratio in found:
        by_scope.setdefault(ratio.scope, {}).setdefault(ratio.name, {})[ratio.period] = ratio
    return by_scope


def lacking(material: Material | None, view: str) -> tuple[str, str] | None:
    """What to say (heading, hint) where there is nothing for a view; None where there is something."""
    if material is None or not material.documents:
        return tr("finance_pane.no_documents"), tr("finance_pane.no_documents_hint")
    there = {
        "flows": bool(material.review.ledger.entries),
        "credit": bool(material.review.reports),
        "signals": not material.is_empty,
    }.get(view, bool(material.statements))
    key = view if view in ("flows", "credit") else "statements"
    return None if there else (tr(f"finance_pane.none.{key}"), tr(f"finance_pane.none_hint.{key}"))
