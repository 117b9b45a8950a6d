"""Everything code makes of a case's papers: statements, flows, credit reports, and all signals together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.claim import Citation
from workbench.models.finance.accounts import plain_name
from workbench.models.finance.application import application_of
from workbench.models.finance.credit_report import CreditReport, credit_reports_of, report_signals
from workbench.models.finance.facts import Finances, finances_of
from workbench.models.finance.headings import folded
from workbench.models.finance.ledger import Ledger, Subject, by_month, by_party, flow_signals, ledger_of
from workbench.models.finance.rows import table_rows
from workbench.models.finance.signal import Signal, signal_rule
from workbench.models.finance.signals import signals_of

_PERSON = re.compile(
    r"(?:法定代表人|实际控制人|控股股东|财务负责人|董事长|总经理)\s*(?:姓名)?\s*[:：为]\s*(?P<name>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff（）()]{4,24}?公司)(?=[，。；、\s]|$)"
)
_RELATED_HEAD = re.compile(
    r"^(?:关联方|其他关联方|关联方名称|其他关联方名称|股东名称|股东姓名|股东|母公司名称|子公司名称|联营企业名称)$"
)
_NAME = re.compile(r"^(?:[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff（）()A-Za-z0-9]{4,30}(?:公司|合伙|企业|中心|厂))$")
_NO_NAMES = frozenset(
    ("合计", "小计", "其他", "总计", "拆入", "拆出", "本公司", "公司", "子公司", "母公司", "说明", "不适用", "关联方")
)
_SALES = ("开票收入", "纳税申报收入")
_LISTED = 30


@dataclass(frozen=True, slots=True)
class Review:
    """A case seen whole. ``signals`` are those of statements, flows and credit reports, the serious ones first."""

    finances: Finances
    ledger: Ledger
    reports: tuple[CreditReport, ...]
    subject: Subject
    signals: tuple[Signal, ...]

    def to_json(self) -> dict[str, Any]:
        """The contract's ``finance`` object with signals, flows summed by party and month, and credit reports."""
        return {
            **self.finances.to_json(),
            "signals": [s.to_json() for s in self.signals],
            "applied": self.subject.applied.isoformat() if self.subject.applied else None,
            "flows": {
                "accounts": [a.to_json() for a in self.ledger.accounts],
                "parties": [p.to_json() for p in by_party(self.ledger)[:_LISTED]],
                "months": [m.to_json() for m in by_month(self.ledger)],
            },
            "credit_reports": [r.to_json() for r in self.reports],
        }


_ORDER = {"serious": 0, "warn": 1, "watch": 2}


def review_of(
    documents: Iterable[tuple[str, Document]],
    *,
    applied: date | None = None,
    thresholds: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> Review:
    """Statements, flows and credit reports of documents given with their ids, and every signal.

    ``applied``: the day of the application, for inflow bursts and enquiries; without it the day the papers tell.
    Related parties are those the papers name; sales are those invoiced or declared for tax, where a paper tells them.
    """
    given = tuple(documents)
    finances = finances_of(given)
    ledger = ledger_of(given)
    reports = credit_reports_of(given)
    subject = subject_of(given, finances, ledger, applied)
    found = signals_of(
        finances.statements,
        notes=finances.notes,
        opinions=finances.opinions,
        checks=finances.checks,
        thresholds=thresholds,
    )
    return _with_signals(Review(finances, ledger, reports, subject, found), thresholds)


def applied_on(
    review: Review,
    day: date | None,
    citations: Sequence[Citation] = (),
    *,
    thresholds: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> Review:
    """The same case seen with another day of the application; ``citations`` say where it is from."""
    subject = replace(review.subject, applied=day, applied_citations=tuple(citations))
    return _with_signals(replace(review, subject=subject), thresholds)


def _with_signals(review: Review, thresholds: Mapping[str, Mapping[str, Decimal]] | None) -> Review:
    """Signals of flows and credit reports found anew beside those of the statements, which are kept."""
    found = [
        *(s for s in review.signals if signal_rule(s.id).source not in ("flows", "report")),
        *flow_signals(review.ledger, review.subject, thresholds=thresholds),
        *report_signals(review.reports, thresholds=thresholds, as_of=review.subject.applied),
    ]
    return replace(review, signals=tuple(sorted(found, key=lambda s: _ORDER[s.level])))


def subject_of(
    documents: Sequence[tuple[str, Document]], finances: Finances, ledger: Ledger, applied: date | None = None
) -> Subject:
    """Who the flows are about: the company, those related to it, its invoiced sales of the ledger's year.

    ``applied`` overrides the day of the application that the papers tell.
    """
    names = tuple(dict.fromkeys(n for n in (finances.company, *ledger.holders) if n))
    related = tuple(name for name in related_parties_of(documents) if name not in names)
    told = application_of(documents) if applied is None else None
    cited = (told.citation,) if told else ()
    plain = Subject(names, related, told.day if told else applied, applied_citations=cited)
    years = {str(day.year) for day in (ledger.first, ledger.last) if day}
    sales = next((n for n in finances.notes if n.name in _SALES and n.period in years), None)
    if sales is None:
        return plain
    first, last = date(int(sales.period), 1, 1), date(int(sales.period), 12, 31)
    cited = (sales.citation,)
    return replace(plain, sales=sales.value, sales_from=first, sales_to=last, sales_citations=cited)


def related_parties_of(documents: Iterable[tuple[str, Document]]) -> tuple[str, ...]:
    """Persons and companies the papers name as shareholders, officers or related parties."""
    found: dict[str, None] = {}
    for _, document in documents:
        for block in document.blocks:
            if block.kind is BlockKind.TABLE and block.cells:
                found.update(dict.fromkeys(_of_table(block)))
            elif block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST):
                found.update({match["name"]: None for match in _PERSON.finditer(block.text)})
    return tuple(found)


def _of_table(block: Block) -> list[str]:
    rows = table_rows(block)
    column = next((f.column for f in (rows[0] if rows else ()) if _RELATED_HEAD.match(plain_name(f.text))), None)
    if column is None:
        return []
    names = (folded(f.text) for row in rows[1:] for f in row if f.column == column)
    return [name for name in names if _NAME.match(name) and name not in _NO_NAMES]
