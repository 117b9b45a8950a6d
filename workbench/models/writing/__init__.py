"""Writing: scenario, evidence and figures become a report whose every sentence is a claim."""

from workbench.models.writing.building import Event, SectionDrafted, SectionStarted, SentenceWritten
from workbench.models.writing.drafts import Drafts
from workbench.models.writing.report import DraftedSection, Paragraph, Report, Table, report_from_json
from workbench.models.writing.writer import Writer

__all__ = [
    "DraftedSection",
    "Drafts",
    "Event",
    "Paragraph",
    "Report",
    "SectionDrafted",
    "SectionStarted",
    "SentenceWritten",
    "Table",
    "Writer",
    "report_from_json",
]
