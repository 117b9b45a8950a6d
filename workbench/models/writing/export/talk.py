"""A talk as a Word file: each question a heading, each answer with its sources as footnotes."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.text.paragraph import Paragraph

from workbench.i18n import tr
from workbench.models.evidence import Claim, Status
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.ooxml import Footnotes, StyleIds, shade, xml_safe
from workbench.models.writing.export.places import source_note
from workbench.paths import resources

_TEMPLATE = "credit_report.docx"
_FILLS = {Status.PARTIAL: "FFF4D6", Status.UNPROVEN: "FBE3DE", Status.CONFLICT: "FBE3DE"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, when it was asked (ISO 8601), the claims of its answer, and what is to be said of it."""

    question: str
    asked: str
    claims: tuple[Claim, ...]
    remarks: tuple[str, ...] = ()


def write_talk(title: str, case_name: str, exchanges: Sequence[Exchange], names: Mapping[str, str], path: Path) -> None:
    """Write a talk; ``names`` are the documents' by id.

    Raises ExportError or DiskFull when the file can't be written: what was there before stays.
    """
    document = docx.Document(str(resources() / "templates" / _TEMPLATE))
    _Talk(document, names).write(title, case_name, exchanges)
    content = io.BytesIO()
    document.save(content)
    write_whole(path, content.getvalue())


class _Talk:
    """Fills the body of the report's template, whose cover and contents a talk does without."""

    def __init__(self, document: WordDocument, names: Mapping[str, str]) -> None:
        self._document = document
        self._names = names
        self._footnotes = Footnotes(document)
        self._styles = StyleIds(document)
        self._body = next(p for p in document.paragraphs if p.text.strip() == "{{body}}")

    def write(self, title: str, case_name: str, exchanges: Sequence[Exchange]) -> None:
        body = self._body._p.getparent()
        for element in list(body):
            if element is self._body._p:
                break
            body.remove(element)
        self._heads(title, case_name)
        self._add("Title", title)
        facts = tr("writing.talk.facts", case=case_name, count=len(exchanges), date=f"{datetime.now():%Y-%m-%d}")  # noqa: DTZ005 the desk's
        self._add("Ink Note", facts)
        for number, exchange in enumerate(exchanges, start=1):
            self._add("Heading 2", f"{number}. {exchange.question}")
            self._answer(exchange)
        body.remove(self._body._p)
        self._footnotes.close()
        self._document.core_properties.title = xml_safe(title)

    def _heads(self, title: str, case_name: str) -> None:
        words = {"{{title}}": title, "{{case}}": case_name}
        parts = [part for section in self._document.sections for part in (section.header, section.footer)]
        for run in (run for part in parts for paragraph in part.paragraphs for run in paragraph.runs):
            for place, text in words.items():
                if place in run.text:
                    run.text = run.text.replace(place, xml_safe(text))

    def _answer(self, exchange: Exchange) -> None:
        if exchange.claims:
            placed = self._add("Ink Body")
            for claim in exchange.claims:
                self._sentence(placed, claim)
        for remark in exchange.remarks:
            self._add("Ink Note", remark)
        self._add("Ink Note", tr("writing.talk.asked", time=exchange.asked[:16].replace("T", " ")))

    def _sentence(self, paragraph: Paragraph, claim: Claim) -> None:
        run = paragraph.add_run(xml_safe(claim.text.strip()))
        fill = _FILLS.get(claim.status)
        if fill:
            shade(run, fill)
            shade(paragraph.add_run(claim.status.mark), fill)
        formula = f"∑ {claim.computation.formula}" if claim.computation else ""
        notes = [*([formula] if formula else []), *(source_note(c, self._names) for c in claim.citations)]
        for note in notes:
            paragraph._p.append(self._footnotes.add(note))

    def _add(self, style: str, text: str = "") -> Paragraph:
        paragraph = self._body.insert_paragraph_before(xml_safe(text))
        self._styles.apply(paragraph, style)
        return paragraph
