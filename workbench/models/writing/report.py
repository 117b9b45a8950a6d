"""A drafted report: sections of paragraphs and tables, every sentence and cell of which is a claim.

The JSON of a report is what the library keeps and the desktop shows; :meth:`Report.evidence` is the
contract's list of ``{section, paragraph, text, status, citations}``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from workbench.models.evidence import Citation, Claim, Status
from workbench.models.evidence.claim import citation_from_json, claim_from_json
from workbench.models.finance.fact import Fact

Origin = Literal["code", "model", "quote", "own"]
"""Who wrote a paragraph: code from figures, the model, nobody (the document's own words), the user."""
Severity = Literal["high", "medium", "low"]


def fact_from_json(value: dict[str, Any]) -> Fact:
    """Read a fact back."""
    claim = claim_from_json({"text": value["display"], **value})
    return Fact(
        key=value["key"],
        label=value["label"],
        period=value["period"],
        value=None if value["value"] is None else Decimal(value["value"]),
        unit=value["unit"],
        display=value["display"],
        status=claim.status,
        citations=claim.citations,
        computation=claim.computation,
        note=value.get("note", ""),
    )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together. ``id`` is unique in its section; ``lead`` is a bold run-in heading."""

    id: str
    sentences: tuple[Claim, ...]
    origin: Origin = "code"
    lead: str = ""

    @property
    def text(self) -> str:
        """The sentences joined: without a blank in Chinese, with one in English."""
        joined = ""
        for sentence in self.sentences:
            blank = " " if joined and joined[-1].isascii() and sentence.text[:1].isascii() else ""
            joined += blank + sentence.text
        return joined

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "origin": self.origin,
            "lead": self.lead,
            "sentences": [s.to_json() for s in self.sentences],
        }


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of figures: ``value`` in ``unit`` (``元``, ``%``, ``倍``, ``天``), None where there is none.

    ``key`` names a fact of the report (``资产总计@2023``), or ``formula`` is the scenario's formula and
    ``period`` the year it was computed for: with either, the workbook makes a live cell of it.
    """

    claim: Claim
    value: Decimal | None = None
    unit: str = ""
    key: str = ""
    formula: str = ""
    period: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            **self.claim.to_json(),
            "value": None if self.value is None else format(self.value, "f"),
            "unit": self.unit,
            "key": self.key,
            "formula": self.formula,
            "period": self.period,
        }


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its label (words, not a figure) and its cells; ``strong`` for totals."""

    label: str
    cells: tuple[TableCell, ...]
    strong: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "strong": self.strong, "cells": [c.to_json() for c in self.cells]}


@dataclass(frozen=True, slots=True)
class Table:
    """A table made by code. ``columns`` has one more entry than a row has cells: the label's."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    unit: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "columns": list(self.columns),
            "rows": [r.to_json() for r in self.rows],
            "unit": self.unit,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing: a paper not in the file, a question the material leaves open, or figures."""

    kind: Literal["material", "question", "figures"]
    text: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two places of the material that contradict each other."""

    text: str
    citations: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "citations": [c.to_json() for c in self.citations]}


@dataclass(frozen=True, slots=True)
class DraftedSection:
    """A chapter as drafted. ``notes`` tell the reader how it came about (no model, sentences dropped)."""

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    gaps: tuple[Gap, ...] = ()
    conflicts: tuple[Disagreement, ...] = ()
    notes: tuple[str, ...] = ()
    dropped: int = 0
    seconds: float = 0.0

    def sentences(self) -> Iterator[tuple[str, Claim]]:
        """Paragraph id and claim of every sentence."""
        for paragraph in self.paragraphs:
            for sentence in paragraph.sentences:
                yield paragraph.id, sentence

    @property
    def status(self) -> Status:
        """The weakest standing of its sentences; ``own`` when the user wrote all of it."""
        found = {claim.status for _, claim in self.sentences()}
        order = (Status.CONFLICT, Status.UNPROVEN, Status.PARTIAL, Status.COMPUTED, Status.TRACED, Status.OWN)
        return next((s for s in order if s in found), Status.PARTIAL if self.gaps else Status.TRACED)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "paragraphs": [p.to_json() for p in self.paragraphs],
            "tables": [t.to_json() for t in self.tables],
            "gaps": [g.to_json() for g in self.gaps],
            "conflicts": [c.to_json() for c in self.conflicts],
            "notes": list(self.notes),
            "dropped": self.dropped,
            "seconds": round(self.seconds, 2),
        }


def section_from_json(value: dict[str, Any]) -> DraftedSection:
    """Read a section back; raises KeyError or ValueError on another shape."""
    return DraftedSection(
        id=value["id"],
        title=value["title"],
        paragraphs=tuple(
            Paragraph(p["id"], tuple(claim_from_json(s) for s in p["sentences"]), p["origin"], p["lead"])
            for p in value["paragraphs"]
        ),
        tables=tuple(_table_from_json(t) for t in value["tables"]),
        gaps=tuple(Gap(g["kind"], g["text"]) for g in value["gaps"]),
        conflicts=tuple(
            Disagreement(c["text"], tuple(citation_from_json(x) for x in c["citations"])) for c in value["conflicts"]
        ),
        notes=tuple(value["notes"]),
        dropped=value["dropped"],
        seconds=value["seconds"],
    )


def _table_from_json(value: dict[str, Any]) -> Table:
    rows = tuple(
        TableRow(r["label"], tuple(_cell_from_json(c) for c in r["cells"]), r["strong"]) for r in value["rows"]
    )
    return Table(value["id"], value["title"], tuple(value["columns"]), rows, value["unit"], value["note"])


def _cell_from_json(value: dict[str, Any]) -> TableCell:
    number = None if value["value"] is None else Decimal(value["value"])
    return TableCell(
        claim_from_json(value), number, value["unit"], value["key"], value["formula"], value.get("period", "")
    )


@dataclass(frozen=True, slots=True)
class Report:
    """A whole draft. ``documents`` are the names of the documents cited, by id.

    ``facts`` are the figures of statements the report and its workbook use, by key.
    """

    case_id: str
    case_name: str
    scenario: str
    title: str
    language: str
    created: str
    sections: tuple[DraftedSection, ...]
    facts: dict[str, Fact] = field(default_factory=dict)
    indicators: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    model: str = ""
    template: str = ""

    def section(self, section_id: str) -> DraftedSection:
        """The section of that id; raises StopIteration's KeyError cousin."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def with_section(self, section: DraftedSection) -> "Report":
        """The report with one section exchanged."""
        return replace(self, sections=tuple(section if s.id == section.id else s for s in self.sections))

    def evidence(self) -> list[dict[str, Any]]:
        """The contract's list: every sentence, then every cell of figures, in order."""
        found: list[dict[str, Any]] = []
        for section in self.sections:
            for paragraph, claim in section.sentences():
                found.append({"section": section.id, "paragraph": paragraph, **claim.to_json()})
            for table in section.tables:
                for row in table.rows:
                    for column, cell in zip(table.columns[1:], row.cells, strict=True):
                        if cell.value is not None or cell.claim.citations:
                            place = f"{table.id}/{row.label}/{column}"
                            found.append({"section": section.id, "paragraph": place, **cell.claim.to_json()})
        return found

    def counts(self) -> Counter[Status]:
        """How many sentences have which standing."""
        return Counter(claim.status for section in self.sections for _, claim in section.sentences())

    def unproven(self) -> list[tuple[str, Claim]]:
        """Section title and claim of everything partial, unproven or contradicted."""
        weak = {Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT}
        return [(s.title, claim) for s in self.sections for _, claim in s.sentences() if claim.status in weak]

    def to_json(self) -> dict[str, Any]:
        """Everything, readable by :func:`report_from_json`."""
        return {
            "case_id": self.case_id,
            "case_name": self.case_name,
            "scenario": self.scenario,
            "title": self.title,
            "language": self.language,
            "created": self.created,
            "sections": [s.to_json() for s in self.sections],
            "facts": {key: fact.to_json() for key, fact in self.facts.items()},
            "indicators": self.indicators,
            "documents": self.documents,
            "model": self.model,
            "template": self.template,
        }


def report_from_json(value: dict[str, Any]) -> Report:
    """Read a report back; raises KeyError or ValueError on another shape."""
    plain = {k: v for k, v in value.items() if k not in {"sections", "facts"}}
    return Report(
        sections=tuple(section_from_json(s) for s in value["sections"]),
        facts={key: fact_from_json(fact) for key, fact in value["facts"].items()},
        **plain,
    )
