"""A section while it grows, and what is told of it meanwhile."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from workbench.i18n import term, tr
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.evidence.aligning import coverage
from workbench.models.evidence.numbers import find_numbers
from workbench.models.finance.conflicts import Conflict
from workbench.models.finance.display import labelled
from workbench.models.scenarios import Section
from workbench.models.writing import composing
from workbench.models.writing.gathering import missing_materials
from workbench.models.writing.ledger import Ledger
from workbench.models.writing.materials import Materials
from workbench.models.writing.report import Disagreement, DraftedSection, Gap, Paragraph, Table


@dataclass(frozen=True, slots=True)
class SectionStarted:
    """A section is being drafted."""

    section: str
    title: str


@dataclass(frozen=True, slots=True)
class SentenceWritten:
    """A sentence that will stand; ``paragraph`` is unique in the section."""

    section: str
    paragraph: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class SectionDrafted:
    """A section is done and saved; ``reused`` when it was there from an earlier run."""

    section: DraftedSection
    reused: bool = False


Event = SectionStarted | SentenceWritten | SectionDrafted
_SAID = 0.85
_CLOSED = re.compile(r"[；，、：]$")
Listener = Callable[[Event], None]


def note_used(ledger: Ledger, section: Section) -> None:
    """The figures of a section that is taken as it is belong into the workbook too."""
    composing.paragraphs(section.sentences, ledger)
    for spec in section.tables:
        composing.table(spec, ledger)
    composing.facts_table(section.facts, ledger)
    composing.signals(section.signals, ledger)


def _figures(text: str) -> set[str]:
    return {n.text for n in find_numbers(text)}


def _within(claim: Claim, figures: set[str], other: Claim) -> bool:
    return figures <= _figures(other.text) and coverage(claim.text, other.text) >= _SAID


class SectionBuild:
    """A section while it grows."""

    def __init__(self, section: Section, materials: Materials, tell: Listener) -> None:
        self.section = section
        self.materials = materials
        self.dropped = 0
        self._tell = tell
        self._paragraphs: list[Paragraph] = []
        tables = [composing.table(spec, materials.ledger) for spec in section.tables]
        self._tables = [t for t in (composing.facts_table(section.facts, materials.ledger), *tables) if t]
        self._gaps: list[Gap] = []
        self._notes: list[str] = []
        self._fired, self._undecided = composing.signals(section.signals, materials.ledger)

    def code_parts(self) -> None:
        """Sentences of figures, then the risk signals."""
        for paragraph in composing.paragraphs(self.section.sentences, self.materials.ledger):
            self.add(paragraph)
        if self.section.kind == "signals":
            for paragraph in composing.signal_paragraphs(self._fired):
                self.add(paragraph)
            table = composing.signal_table(self._fired)
            self._tables += [table] if table else []
            if not self._fired and self.materials.ledger.years:
                self.note(tr("writing.signal.none"))
            if self._undecided:
                self.note(tr("writing.signal.undecided", names=tr("writing.comma").join(self._undecided)))
        for paragraph in self._paragraphs:
            for claim in paragraph.sentences:
                self.tell_sentence(paragraph.id, claim)

    def closing(self) -> None:
        """Gaps; in the last section also what was found in all, and the room for the officer's decision."""
        language = self.materials.language
        self._gaps += composing.figure_gaps(self.section.sentences, self.materials.ledger)
        self._gaps += missing_materials(self.section.materials, self.materials.documents, language)
        if self.section.kind == "opinion":
            self.add(Paragraph("summary", tuple(self._summary()), "code"))
            self.add(Paragraph("decision", (Claim(tr("writing.decision"), Status.OWN),), "own"))

    def _summary(self) -> list[Claim]:
        comma = tr("writing.comma")
        claims: list[Claim] = []
        if self._fired:
            citations = tuple(dict.fromkeys(c for s in self._fired for c in s.claim.citations))
            names = comma.join(s.name for s in self._fired)
            claims.append(
                Claim(tr("writing.summary.signals", count=len(self._fired), names=names), Status.COMPUTED, citations)
            )
        elif self.materials.ledger.years:
            checked = sum(len(s.signals) for s in self.materials.scenario.sections)
            rules = Computation(tr("writing.summary.rules", count=checked), ())
            claims.append(Claim(tr("writing.summary.no_signals"), Status.COMPUTED, (), rules))
        wanted = [m for s in self.materials.scenario.sections for m in s.materials]
        missing = missing_materials(wanted, self.materials.documents, self.materials.language)
        if missing:
            counted = Computation(tr("writing.summary.counted", wanted=len(wanted), count=len(missing)), ())
            claims.append(Claim(tr("writing.summary.missing", count=len(missing)), Status.COMPUTED, (), counted))
        return claims

    def add(self, paragraph: Paragraph) -> None:
        """Another paragraph, unless it says nothing."""
        if paragraph.sentences:
            last = paragraph.sentences[-1]
            ended = replace(last, text=_CLOSED.sub("。", last.text))
            self._paragraphs.append(replace(paragraph, sentences=(*paragraph.sentences[:-1], ended)))

    def table(self, table: Table) -> None:
        """Another table."""
        self._tables.append(table)

    def said(self, claim: Claim, more: Sequence[Claim] = ()) -> bool:
        """Whether the section (or ``more``) says this already: the same words and no new figure."""
        figures = _figures(claim.text)
        said = [s for p in self._paragraphs for s in p.sentences] + list(more)
        return any(claim.text == s.text or _within(claim, figures, s) for s in said)

    def gap(self, gap: Gap | None) -> None:
        """Something is missing."""
        if gap is not None:
            self._gaps.append(gap)

    def note(self, text: str) -> None:
        """Something the reader has to know, once."""
        if text not in self._notes:
            self._notes.append(text)

    def tell_sentence(self, paragraph: str, claim: Claim) -> None:
        """Pass a sentence on as it is made."""
        self._tell(SentenceWritten(self.section.id, paragraph, claim))

    def finish(self, title: str, seconds: float) -> DraftedSection:
        """The section as it will be saved."""
        if self.materials.model_note and self.section.questions:
            self.note(self.materials.model_note)
        if self.dropped:
            self.note(tr("writing.dropped", count=self.dropped))
        return DraftedSection(
            id=self.section.id,
            title=title,
            paragraphs=tuple(self._paragraphs),
            tables=tuple(self._tables),
            gaps=tuple(dict.fromkeys(self._gaps)),
            conflicts=self._conflicts(),
            notes=tuple(self._notes),
            dropped=self.dropped,
            seconds=round(seconds, 2),
        )

    def _conflicts(self) -> tuple[Disagreement, ...]:
        """Contradictions about the figures this section speaks of; the figures' own section takes the rest."""
        mine = self._labels(self.section)
        found = []
        for conflict in self.materials.finances.conflicts:
            told = any(conflict.label in self._labels(s) for s in self.materials.scenario.sections)
            if conflict.label in mine or (not told and self.section.kind == "figures"):
                found.append(Disagreement(_told(conflict, self.materials), tuple(s.citation for s in conflict.stated)))
        return tuple(found)

    def _labels(self, section: Section) -> set[str]:
        ledger = Ledger(self.materials.finances.facts, self.materials.scenario.indicators, self.materials.language)
        note_used(ledger, replace(section, signals=()))
        return {fact.label for fact in ledger.used.values()}


def _told(conflict: Conflict, materials: Materials) -> str:
    """The figure, and what each document says of it."""
    names = {d.id: d.title or d.name for d in materials.documents}
    sides = tr("writing.semicolon").join(
        tr(
            "writing.conflict.side",
            document=names.get(s.citation.document, s.citation.document),
            value=_exact(s.value, conflict.unit, materials.language),
        )
        for s in conflict.stated
    )
    label = labelled(conflict.label, materials.language)
    return tr("writing.conflict", label=label, period=conflict.period, sides=sides)


def _exact(value: Decimal, unit: str, language: str) -> str:
    """Unrounded, for a comparison: amounts in 万元 with two decimals, in English in yuan."""
    if language != "zh":
        return f"RMB {value:,.2f}" if unit == "元" else f"{value:,f} {term(unit, language)}"
    return f"{value / 10**4:,.2f}万元" if unit == "元" else f"{value:,f}{unit}"
