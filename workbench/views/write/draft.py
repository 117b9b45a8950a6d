"""The draft of a case as the pane holds it: sections as far as they are, every edit with its way back."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from workbench.errors import ScenarioError
from workbench.i18n import language, tr
from workbench.models.evidence import Status
from workbench.models.scenarios import Scenario, load_scenario
from workbench.models.writing import Drafts, Report
from workbench.models.writing.drafts import KIND
from workbench.models.writing.report import DraftedSection

SCENARIO = "credit_report"
_COUNTED = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+")


class WriterLike(Protocol):
    """What the pane asks of the writer."""

    def drafts(self, scenario: Scenario, /) -> Drafts: ...

    def saved(self, case_id: str, scenario: Scenario, /) -> Report | None: ...


@dataclass
class Draft:
    """A scenario's report for a case. ``head`` is the report around the sections, None before the first run."""

    case: str
    case_name: str
    scenario: Scenario
    head: Report | None = None
    sections: dict[str, DraftedSection] = field(default_factory=dict)
    undo: list[DraftedSection] = field(default_factory=list)

    @property
    def outline(self) -> list[tuple[str, str]]:
        """Ids and titles of all sections, drafted or not."""
        return [(s.id, s.title.of(language())) for s in self.scenario.sections]

    def report(self) -> Report:
        """The report as it stands, sections in the scenario's order."""
        sections = tuple(self.sections[i] for i, _ in self.outline if i in self.sections)
        head = self.head or Report(
            case_id=self.case,
            case_name=self.case_name,
            scenario=self.scenario.id,
            title=self.scenario.name.of(language()),
            language=language(),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            sections=(),
            template=self.scenario.template,
        )
        return replace(head, sections=sections)

    def gaps(self) -> list[tuple[str, str]]:
        """What is missing, with the section that misses it, each said once."""
        found: dict[str, str] = {}
        for section, _ in self.outline:
            for gap in self.sections[section].gaps if section in self.sections else ():
                found.setdefault(gap.text, section)
        return [(section, words) for words, section in found.items()]

    def counts(self) -> tuple[int, int]:
        """How many sentences are proven (traced, computed), and how many have to be looked at."""
        claims = [claim for section in self.sections.values() for _, claim in section.sentences()]
        proven = sum(c.status in (Status.TRACED, Status.COMPUTED) for c in claims)
        doubtful = sum(c.status in (Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT) for c in claims)
        return proven, doubtful

    def letters(self) -> int:
        """How long the draft is: Chinese characters and other words, as Word counts them."""
        return sum(
            len(_COUNTED.findall(claim.text)) for section in self.sections.values() for _, claim in section.sentences()
        )

    def change(self, section: DraftedSection) -> None:
        """Take an edited section in, keeping the one before."""
        before = self.sections.get(section.id)
        if before is not None:
            self.undo.append(before)
        self.sections[section.id] = section

    def take_back(self) -> DraftedSection | None:
        """Undo the last edit; the section as it is again."""
        if not self.undo:
            return None
        section = self.undo.pop()
        self.sections[section.id] = section
        return section


def read(writer: WriterLike, library: Any, case: str) -> Draft:
    """The saved draft of a case, or an empty one. Work for a job. Raises ScenarioError."""
    scenario = load_scenario(SCENARIO)
    if not scenario.sections:
        raise ScenarioError(tr("write.no_sections"))
    saved = writer.saved(case, scenario)
    drafts = writer.drafts(scenario)
    draft = Draft(case, str(library.case(case).name), scenario, saved)
    for section in scenario.sections:
        kept = drafts.section(case, section.id)
        if kept is not None:
            draft.sections[section.id] = kept
    return draft


def save(writer: WriterLike, library: Any, draft_of: tuple[str, Scenario], section: DraftedSection) -> None:
    """Keep an edited section with what it was drafted from. Work for a job."""
    case, scenario = draft_of
    kept = library.notes(case, KIND).get(f"{scenario.id}/{language()}/{section.id}", {})
    writer.drafts(scenario).save_section(case, section, str(kept.get("fingerprint", "")))
