"""Signals of credit reports."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from workbench.i18n import term, tr
from workbench.models.evidence.claim import Citation
from workbench.models.finance.credit_report.reading import words_of
from workbench.models.finance.credit_report.report import CreditReport, Enquiry
from workbench.models.finance.display import said
from workbench.models.finance.signal import Signal, bounds_of, fired, signal_rule

_SHOWN = 8
_MONTH = 30.5


def report_signals(
    reports: Sequence[CreditReport],
    *,
    thresholds: Mapping[str, Mapping[str, Decimal]] | None = None,
    as_of: date | None = None,
) -> tuple[Signal, ...]:
    """Every signal of credit reports. ``as_of``: the day enquiries are counted back from, else the report's own.

    Two reports of one subject are compared: an earlier one against the latest.
    """
    found: list[Signal] = []
    for report in reports:
        for identity, rule in (("S26a", _overdue), ("S26b", _classed), ("S15r", _guarantees)):
            found += rule(report, bounds_of(signal_rule(identity), thresholds))
        found += _enquiries(report, bounds_of(signal_rule("S27"), thresholds), as_of)
    found += _shrinking(reports, bounds_of(signal_rule("S26c"), thresholds))
    return tuple(found)


def _period(report: CreditReport) -> str:
    return report.made.isoformat() if report.made else ""


def _money(value: Decimal) -> str:
    return said(value, "元")


def _overdue(report: CreditReport, bounds: Mapping[str, Decimal]) -> Iterator[Signal]:
    lines = [d for d in report.outstanding if d.overdue]
    total = report.total("overdue")
    summed = sum((d.overdue for d in lines if d.overdue), Decimal(0))
    worst = max(total or Decimal(0), summed)
    if worst > bounds["金额线"]:
        told = (report.told["overdue"].citation,) if "overdue" in report.told else ()
        cited = (*told, *(d.citation for d in lines[:_SHOWN]))
        yield fired("S26a", _period(report), {"逾期": _money(worst)}, cited, bounds)


def _classed(report: CreditReport, bounds: Mapping[str, Decimal]) -> Iterator[Signal]:
    for name, pattern in (("attention", words_of("attention")), ("bad", words_of("bad"))):
        lines = [d for d in report.outstanding if pattern.search(d.five_class)]
        told = report.told.get(name)
        balance = sum((d.balance for d in lines if d.balance), Decimal(0)) or (told.value if told else Decimal(0))
        if lines or balance > 0:
            cited: tuple[Citation, ...] = tuple(d.citation for d in lines[:_SHOWN])
            cited = cited or ((told.citation,) if told else ())
            classes = tr("finance.between").join(dict.fromkeys(term(re.sub("类$", "", d.five_class)) for d in lines))
            values = {
                "分类": classes or tr(f"finance.class.{name}"),
                "笔数": str(len(lines) or tr("finance.class.some")),
            }
            yield fired("S26b", _period(report), {**values, "余额": _money(balance)}, cited, bounds)


def _guarantees(report: CreditReport, bounds: Mapping[str, Decimal]) -> Iterator[Signal]:
    guaranteed, borrowed = report.total("guarantees"), report.total("borrowing")
    if guaranteed and borrowed is not None and guaranteed > borrowed * bounds["倍数"]:
        told = (report.told["guarantees"].citation,) if "guarantees" in report.told else ()
        cited = (*told, *(g.citation for g in report.guarantees[:_SHOWN]))
        values = {"担保": _money(guaranteed), "借贷": _money(borrowed), "倍数": f"{bounds['倍数']:f}"}
        yield fired("S15r", _period(report), values, cited, bounds)


def _enquiries(report: CreditReport, bounds: Mapping[str, Decimal], as_of: date | None) -> Iterator[Signal]:
    hunting: dict[tuple[date, str], Enquiry] = {}
    for enquiry in report.enquiries:
        if enquiry.hunting:
            hunting.setdefault((enquiry.day, enquiry.by), enquiry)
    until = as_of or report.made or max((e.day for e in report.enquiries), default=None)
    if until is None:
        return
    begin = until - timedelta(days=int(float(bounds["月数"]) * _MONTH))
    recent = [e for e in hunting.values() if begin <= e.day <= until]
    if len(recent) >= bounds["次数"]:
        values = {"月数": f"{bounds['月数']:f}", "次数": str(len(recent))}
        yield fired("S27", _period(report), values, tuple(e.citation for e in recent[:_SHOWN]), bounds)


def _shrinking(reports: Sequence[CreditReport], bounds: Mapping[str, Decimal]) -> Iterator[Signal]:
    subjects: dict[str, list[CreditReport]] = {}
    for report in reports:
        if report.made and (report.code or report.subject):
            subjects.setdefault(report.code or report.subject, []).append(report)
    for group in subjects.values():
        dated = sorted(group, key=lambda r: r.made or date.min)
        if not dated[1:]:
            continue
        before, now = dated[-2].total("borrowing"), dated[-1].total("borrowing")
        if before and now is not None and (before - now) / before > bounds["降幅"]:
            cited = tuple(r.told["borrowing"].citation for r in dated[-2:] if "borrowing" in r.told)
            cited = cited or tuple(d.citation for r in dated[-2:] for d in r.outstanding[:2])
            values = {"上次": _money(before), "本次": _money(now), "降幅": said((before - now) / before * 100, "%")}
            yield fired("S26c", _period(dated[-1]), values, cited, bounds)
