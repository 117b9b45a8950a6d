"""The write engine: a scenario's outline, section by section, from evidence and figures to a report."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from workbench.errors import EngineError
from workbench.i18n import language as current_language
from workbench.i18n import tr
from workbench.inference.api import Engine
from workbench.jobs import JobContext
from workbench.models.evidence import Claim, Status
from workbench.models.finance.facts import finances_of
from workbench.models.library import Library
from workbench.models.scenarios import Question, Scenario, Section
from workbench.models.writing.building import (
    Event,
    Listener,
    SectionBuild,
    SectionDrafted,
    SectionStarted,
    note_used,
)
from workbench.models.writing.copying import copy_table
from workbench.models.writing.drafts import Drafts, keep_own
from workbench.models.writing.gathering import Passage, Searcher, open_question, passages, quotes
from workbench.models.writing.materials import FinancesOf, Materials
from workbench.models.writing.report import DraftedSection, Paragraph, Report
from workbench.models.writing.wording import Wording


def _no_listener(_event: Event) -> None:
    return


class Writer:
    """Drafts reports. ``finances`` is what reads figures out of documents."""

    def __init__(
        self, library: Library, retriever: Searcher, engine: Engine, finances: FinancesOf = finances_of
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._engine = engine
        self._finances = finances

    def drafts(self, scenario: Scenario) -> Drafts:
        """The saved drafts of a scenario in the language in use."""
        return Drafts(self._library, scenario.id, current_language())

    def saved(self, case_id: str, scenario: Scenario) -> Report | None:
        """The draft as it lies in the library; None when none was begun."""
        return self.drafts(scenario).report(case_id, {s.id: s.id for s in scenario.sections})

    def draft(
        self,
        case_id: str,
        scenario: Scenario,
        job: JobContext,
        on_event: Listener | None = None,
        sections: Sequence[str] | None = None,
        *,
        fresh: bool = False,
    ) -> Report:
        """Draft the whole report, or only ``sections`` (ids) of it, saving each as it is done.

        Sections saved from the same material are taken as they are, unless named or ``fresh``; what
        the user wrote is kept in any case. Without a chat model the parts that code writes and the
        documents' own words remain. Raises Cancelled, LibraryError; KeyError for an unknown section.
        """
        tell = on_event or _no_listener
        wanted = [scenario.section(s).id for s in sections] if sections is not None else []
        materials = Materials(
            case_id,
            scenario,
            library=self._library,
            finances=self._finances,
            engine=self._engine,
            language=current_language(),
        )
        drafts = self.drafts(scenario)
        drafted: list[DraftedSection] = []
        for number, section in enumerate(scenario.sections):
            job.check()
            job.progress(number, len(scenario.sections), section.title.of(materials.language))
            passed_over = sections is not None and section.id not in wanted
            again = section.id in wanted or (fresh and sections is None)
            kept = drafts.section(case_id, section.id, None if passed_over else materials.fingerprint)
            if kept is not None and not again:
                note_used(materials.ledger, section)
                tell(SectionDrafted(kept, reused=True))
                drafted.append(kept)
            elif not passed_over:
                drafted.append(self._drafted(section, materials, drafts, job, tell))
        report = self._report(materials, drafted)
        drafts.save_head(case_id, report)
        job.progress(len(scenario.sections), len(scenario.sections))
        return report

    def _drafted(
        self, section: Section, materials: Materials, drafts: Drafts, job: JobContext, tell: Listener
    ) -> DraftedSection:
        """A section drafted anew and saved; what the user wrote in the one before is in it."""
        old = drafts.section(materials.case_id, section.id)
        done = keep_own(old, self._section(section, materials, job, tell))
        drafts.save_section(materials.case_id, done, materials.fingerprint)
        tell(SectionDrafted(done))
        return done

    def _report(self, materials: Materials, sections: Sequence[DraftedSection]) -> Report:
        used = dict(materials.ledger.used)
        return Report(
            case_id=materials.case_id,
            case_name=self._library.case(materials.case_id).name,
            scenario=materials.scenario.id,
            title=materials.scenario.name.of(materials.language),
            language=materials.language,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            sections=tuple(sections),
            facts=used,
            indicators={name: i.value.source for name, i in materials.scenario.indicators.items()},
            documents={d.id: d.name for d in materials.documents},
            model=materials.model,
            template=materials.scenario.template,
        )

    def _section(self, section: Section, materials: Materials, job: JobContext, tell: Listener) -> DraftedSection:
        begun = time.perf_counter()
        title = section.title.of(materials.language)
        tell(SectionStarted(section.id, title))
        build = SectionBuild(section, materials, tell)
        build.code_parts()
        for question in section.questions:
            job.check()
            self._answer(question, build, job)
        build.closing()
        return build.finish(title, time.perf_counter() - begun)

    def _answer(self, question: Question, build: SectionBuild, job: JobContext) -> None:
        materials = build.materials
        language = materials.language
        found = passages(
            question,
            materials.case_id,
            self._retriever,
            self._library,
            language=language,
            job=job,
            boilerplate=materials.scenario.boilerplate,
        )
        if not found:
            build.gap(open_question(question, language))
            return
        if question.table is not None:
            copied = copy_table(question, found, question.table.of(language), tr("writing.item"))
            if copied is not None:
                build.table(copied)
                return
        claims = self._worded(question, found, build, job)
        if claims:
            build.add(Paragraph(question.id, tuple(claims), "model"))
            return
        quoted = quotes(question, found)
        own_words = tuple(c for c in quoted if not build.said(c))
        for claim in own_words:
            build.tell_sentence(question.id, claim)
        build.add(Paragraph(question.id, own_words, "quote"))
        if not quoted:
            build.gap(open_question(question, language))

    def _worded(
        self, question: Question, found: Sequence[Passage], build: SectionBuild, job: JobContext
    ) -> list[Claim]:
        """What the model says that may stand: nothing the sources contradict, nothing no source says a word of."""
        materials = build.materials
        claims: list[Claim] = []
        if materials.chat is None:
            return claims
        wording = Wording(materials.chat, materials.scenario, materials.ledger, materials.company)
        try:
            for worded in wording.write(question, found, job):
                claim = worded.claim
                if claim is None or claim.status in {Status.CONFLICT, Status.UNPROVEN}:
                    build.dropped += 1
                elif not build.said(claim, claims):
                    claims.append(claim)
                    build.tell_sentence(question.id, claim)
        except EngineError as error:
            build.note(tr("writing.model_failed", reason=error.message))
        return claims
